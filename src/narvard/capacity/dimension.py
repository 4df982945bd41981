"""From persons to teams: shares, norms and funding keys, each with its formula and source. Pure, no database.

Every figure is made from unrounded ones and rounded once, when it is shown; the sources add up rounded numbers and
disagree with themselves, so what they state stands beside what comes out.
"""

import csv
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from importlib.resources import files
from math import ceil, isfinite
from pathlib import Path

from narvard.capacity.segments import SEED_SHARES, Assumptions, Segment

FIXED_CONTACT_SHARE = 0.15
"""Seed 001: a fixed contact for the periodically frail without home nursing (5 %) and those at risk (10 %) of 65+."""
SCENARIOS = ("seed000", "seed001", "norm")


class DimensionError(ValueError):
    """The population cannot be read or contradicts itself; one line says where."""


@dataclass(frozen=True, slots=True)
class Place:
    """A municipality: persons aged 65+, and residents where they are known (a norm by residents needs them)."""

    code: str
    name: str
    aged_65plus: float
    residents: float | None = None


@dataclass(frozen=True, slots=True)
class Norm:
    """How many persons one of something takes: `per` of `base`. `kind` is norm, key (funding) or estimate."""

    name: str
    base: str
    per: float
    kind: str
    source: str

    def formula(self) -> str:
        """As it stands on paper."""
        return f"{self.base} / {self.per:g}"


NORMS = (
    Norm("hospital_teams", "mest_sjuka", 90, "estimate", "seed 000: physician and two nurses, 90 patients a year"),
    Norm("home_care_physicians", "mobile_team less mest_sjuka", 250, "estimate", "seed 000: about 250 patients each"),
    Norm("nsvt_teams", "residents", 100_000, "norm", "seeds 002 and 004: one team for 100,000 residents"),
    Norm("hsvt_physicians", "residents", 100_000 / 3.5, "key", "seed 004: 3.5 physicians for 100,000, a funding key"),
)
STATED: Mapping[str, Mapping[str, object]] = {
    "seed000": {"mest_sjuka": 1400, "multisviktande": 2900, "sviktande": 2800},
    "seed001": {
        "mest_sjuka": 1561,
        "mobile_team": 3123,
        "fixed_contact": 4684,
        "note": "The base 31,227 is back-solved, never stated; fixed contacts rounded by municipality add up to 4,685.",
    },
    "norm": {},
}


@dataclass(frozen=True, slots=True)
class Dimension:
    """A scenario's persons by group and municipality, and what each norm makes of them."""

    scenario: str
    segments: Mapping[str, float]
    municipalities: Mapping[str, Mapping[str, object]]
    sum_of_rounded: Mapping[str, int]
    teams: Mapping[str, Mapping[str, object]]
    stated: Mapping[str, object]


def dimension(scenario: str, places: Iterable[Place], assumptions: Assumptions = SEED_SHARES) -> Dimension:
    """Groups, municipalities and teams of a scenario."""
    rows = list(places)
    aged = sum(place.aged_65plus for place in rows)
    groups = persons(aged, assumptions)
    table = {
        place.code: {"name": place.name, "aged_65plus": round(place.aged_65plus)}
        | {name: round(n) for name, n in persons(place.aged_65plus, assumptions).items()}
        for place in rows
        if place.code
    }
    sums = {name: sum(int(str(row[name])) for row in table.values()) for name in ("mobile_team", "fixed_contact")}
    known = [place.residents for place in rows if place.residents is not None]
    residents = sum(known) if len(known) == len(rows) else None
    return Dimension(scenario, groups, table, sums if table else {}, _teams(groups, residents), STATED[scenario])


def persons(aged_65plus: float, assumptions: Assumptions) -> dict[str, float]:
    """Persons by segment, in need of a mobile team and of a fixed contact, unrounded."""
    shares = assumptions.share_of_65plus
    groups = {str(segment): aged_65plus * shares[segment] for segment in (*shares,) if segment is not Segment.OTHER}
    team = sum(groups[str(segment)] * share for segment, share in assumptions.mobile_team_share.items())
    return groups | {"mobile_team": team, "fixed_contact": aged_65plus * FIXED_CONTACT_SHARE}


def _teams(groups: Mapping[str, float], residents: float | None) -> dict[str, dict[str, object]]:
    bases: dict[str, float | None] = {
        "mest_sjuka": groups["mest_sjuka"],
        "mobile_team less mest_sjuka": groups["mobile_team"] - groups["mest_sjuka"],
        "residents": residents,
    }
    return {norm.name: _needed(norm, bases[norm.base]) for norm in NORMS}


def _needed(norm: Norm, base: float | None) -> dict[str, object]:
    exact = None if base is None else base / norm.per
    return {
        "exact": None if exact is None else round(exact, 2),
        "whole": None if exact is None else ceil(exact - 1e-9),
        "formula": norm.formula(),
        "kind": norm.kind,
        "source": norm.source,
    }


def packaged(scenario: str) -> list[Place]:
    """The population of a packaged scenario."""
    if scenario not in SCENARIOS:
        raise DimensionError(f"scenario {scenario!r} is none of {', '.join(SCENARIOS)}")
    if scenario == "seed000":
        # Stated for the area only: Regionfakta, 31 December 2020.
        return [Place("", "the care area", 28_338)]
    return _places((files("narvard.capacity") / "data" / f"{scenario}.csv").read_text(encoding="utf-8"), scenario)


def read_places(path: Path) -> list[Place]:
    """A population from a CSV file with the columns municipality, name, aged_65plus and, if known, residents."""
    try:
        return _places(path.read_text(encoding="utf-8-sig"), str(path))
    except (OSError, UnicodeDecodeError) as error:
        raise DimensionError(f"{path}: cannot be read ({error})") from error


def _places(text: str, name: str) -> list[Place]:
    rows = csv.DictReader(text.splitlines())
    columns = rows.fieldnames or []
    for wanted in ("municipality", "name", "aged_65plus"):
        if wanted not in columns:
            raise DimensionError(f"{name}: the column {wanted} is missing")
    if strange := sorted(set(columns) - {"municipality", "name", "aged_65plus", "residents"}):
        raise DimensionError(f"{name}: there is no column {strange[0]!r}")
    places = [_place(row, f"{name}, line {rows.line_num}") for row in rows]
    codes = [place.code for place in places]
    if not places or len(set(codes)) < len(codes):
        raise DimensionError(f"{name}: {'a municipality stands there twice' if places else 'no municipality'}")
    return places


def _place(row: Mapping[str, str | None], where: str) -> Place:
    code = row["municipality"] or ""
    if not (len(code) == 4 and code.isdigit()):
        raise DimensionError(f"{where}: municipality {code!r} is no code of four digits")
    residents = _count(row["residents"], where) if row.get("residents") else None
    aged = _count(row["aged_65plus"], where)
    if residents is not None and aged > residents:
        raise DimensionError(f"{where}: {aged:g} aged 65+ among {residents:g} residents")
    return Place(code, row["name"] or code, aged, residents)


def _count(text: str | None, where: str) -> float:
    try:
        number = float(text or "")
    except ValueError as error:
        raise DimensionError(f"{where}: {text!r} is no number") from error
    if not (isfinite(number) and number >= 0):
        raise DimensionError(f"{where}: {text} persons cannot be")
    return number
