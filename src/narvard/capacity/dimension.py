"""From persons to teams: shares, norms and funding keys, each with its formula and source. Pure, no database.

Every figure is made from unrounded ones and rounded once, when it is shown; the sources add up rounded numbers and
disagree with themselves, so what they state stands beside what comes out.
"""

import csv
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from importlib.resources import files
from math import isfinite
from pathlib import Path

from narvard.capacity.staffing import Key, Staffing, staffing, whole

SCENARIOS = ("seed000", "seed001", "norm", "sweden")
_OWN = "interval: own assumption, a fifth to each side"
SHARES: Mapping[str, Key] = {
    "mest_sjuka": Key(
        0.05, 0.0115, 0.05, "share of 65+", "stated",
        "seeds 000 and 001; low: seed 000's 0.2 % of all residents, about 325 of 28,338",
    ),
    "multisviktande": Key(0.10, 0.08, 0.12, "share of 65+", "stated", f"seed 000: 15 % less 5 %; {_OWN}"),
    "sviktande": Key(0.10, 0.08, 0.12, "share of 65+", "stated", f"seed 000: 25 % less 15 %; {_OWN}"),
    "mobile_team.multisviktande": Key(0.5, 0.4, 0.6, "share of multisviktande", "stated",
        f"seed 001: about half; {_OWN}",
    ),
    "fixed_contact": Key(
        0.15, 0.12, 0.18, "share of 65+", "stated",
        f"seed 001: 5 % periodically frail without home nursing and 10 % at risk; {_OWN}",
    ),
}  # fmt: skip
"""Every share by name, with its interval."""


FAULTS: Mapping[str, str] = {
    "share_name": "share %(name)r is none of %(known)s",
    "share_value": "%(name)s: %(value)g is no share between 0 and 1",
    "share_pair": "%(text)r is not NAME=VALUE",
    "share_sum": "%(known)s: the shares add up to more than 1",
    "scenario": "scenario %(name)r is none of %(known)s",
    "unreadable": "%(where)s: cannot be read (%(why)s)",
    "column_missing": "%(where)s: the column %(name)s is missing",
    "column_strange": "%(where)s: there is no column %(name)r",
    "too_many": "%(where)s: %(n)s rows; Sweden has 290 municipalities",
    "twice": "%(where)s: a municipality stands there twice",
    "none": "%(where)s: no municipality",
    "code": "%(where)s: municipality %(code)r is no code of four digits",
    "aged": "%(where)s: %(aged)g aged 65+ among %(residents)g residents",
    "number": "%(where)s: %(text)r is no number",
    "persons": "%(where)s: %(text)s persons cannot be",
}


class DimensionError(ValueError):
    """The population or the shares cannot be used; one line says where and why. `key` is the fault, for those who say
    it in another language."""

    def __init__(self, key: str, **values: object) -> None:
        super().__init__(FAULTS[key] % values)
        self.key, self.values = key, values


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
    intervals: Mapping[str, tuple[float, float]]
    crews: Staffing
    shares: Mapping[str, float]


def shares_of(edited: Mapping[str, float]) -> dict[str, float]:
    """Every share's value, with those that are edited. Raises `DimensionError`."""
    for name, value in edited.items():
        if name not in SHARES:
            raise DimensionError("share_name", name=name, known=", ".join(SHARES))
        if not 0 <= value <= 1:
            raise DimensionError("share_value", name=name, value=value)
    found = {name: edited.get(name, share.value) for name, share in SHARES.items()}
    if sum(found[segment] for segment in SEGMENTS) > 1:
        raise DimensionError("share_sum", known=", ".join(SEGMENTS))
    return found


SEGMENTS = ("mest_sjuka", "multisviktande", "sviktande")


def _intervals(aged: float, edited: Mapping[str, float]) -> dict[str, tuple[float, float]]:
    """Persons at the low and the high ends of the shares; an edited share is certain."""
    ends = []
    for end in ("low", "high"):
        shares = {name: edited.get(name, float(getattr(share, end))) for name, share in SHARES.items()}
        ends.append(persons(aged, shares))
    return {name: (low, ends[1][name]) for name, low in ends[0].items()}


def dimension(scenario: str, places: Iterable[Place], edited: Mapping[str, float] | None = None) -> Dimension:
    """Groups, municipalities, teams and crews of a scenario; `edited` holds other shares by name."""
    rows, assumptions = list(places), shares_of(edited or {})
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
    need = {place.code: persons(place.aged_65plus, assumptions) for place in rows}
    return Dimension(
        scenario=scenario,
        segments=groups,
        municipalities=table,
        sum_of_rounded=sums if table else {},
        teams=_teams(groups, residents),
        stated={} if edited else STATED.get(scenario, {}),
        intervals=_intervals(aged, edited or {}),
        crews=staffing(need),
        shares=assumptions,
    )


def persons(aged_65plus: float, shares: Mapping[str, float]) -> dict[str, float]:
    """Persons by segment, in need of a mobile team and of a fixed contact, unrounded."""
    groups = {segment: aged_65plus * shares[segment] for segment in SEGMENTS}
    # Seed 001: all of the most sick, and a share of the periodically frail.
    team = groups["mest_sjuka"] + groups["multisviktande"] * shares["mobile_team.multisviktande"]
    return groups | {"mobile_team": team, "fixed_contact": aged_65plus * shares["fixed_contact"]}


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
        "whole": None if exact is None else whole(exact),
        "formula": norm.formula(),
        "kind": norm.kind,
        "source": norm.source,
    }


def packaged(scenario: str) -> list[Place]:
    """The population of a packaged scenario."""
    if scenario not in SCENARIOS:
        raise DimensionError("scenario", name=scenario, known=", ".join(SCENARIOS))
    if scenario == "seed000":
        # Stated for the area only: Regionfakta, 31 December 2020.
        return [Place("", "the care area", 28_338)]
    return places_of((files("narvard.capacity") / "data" / f"{scenario}.csv").read_text(encoding="utf-8"), scenario)


def read_places(path: Path) -> list[Place]:
    """A population from a CSV file with the columns municipality, name, aged_65plus and, if known, residents."""
    try:
        return places_of(path.read_text(encoding="utf-8-sig"), str(path))
    except (OSError, UnicodeDecodeError) as error:
        raise DimensionError("unreadable", where=path, why=error) from error


MOST_PLACES = 400
"""More than Sweden's 290 municipalities; a longer file is of something else."""


def places_of(text: str, name: str, line: str = "line") -> list[Place]:
    """A population from the text of a CSV file, with commas or (as Excel writes in Swedish) semicolons between.

    `name` and `line` are the words that a fault names the file and its lines by.
    """
    first = text.partition("\n")[0]
    rows = csv.DictReader(text.splitlines(), delimiter=";" if ";" in first else ",")
    columns = rows.fieldnames or []
    for wanted in ("municipality", "name", "aged_65plus"):
        if wanted not in columns:
            raise DimensionError("column_missing", where=name, name=wanted)
    if strange := sorted(set(columns) - {"municipality", "name", "aged_65plus", "residents"}):
        raise DimensionError("column_strange", where=name, name=strange[0])
    places = [_place(row, f"{name}, {line} {rows.line_num}") for row in rows]
    codes = [place.code for place in places]
    if len(places) > MOST_PLACES:
        raise DimensionError("too_many", where=name, n=len(places))
    if not places or len(set(codes)) < len(codes):
        raise DimensionError("twice" if places else "none", where=name)
    return places


def _place(row: Mapping[str, str | None], where: str) -> Place:
    code = row["municipality"] or ""
    if not (len(code) == 4 and code.isdigit()):
        raise DimensionError("code", where=where, code=code)
    residents = _count(row["residents"], where) if row.get("residents") else None
    aged = _count(row["aged_65plus"], where)
    if residents is not None and aged > residents:
        raise DimensionError("aged", where=where, aged=aged, residents=residents)
    return Place(code, row["name"] or code, aged, residents)


def _count(text: str | None, where: str) -> float:
    try:
        number = float(text or "")
    except ValueError as error:
        raise DimensionError("number", where=where, text=text) from error
    if not (isfinite(number) and number >= 0):
        raise DimensionError("persons", where=where, text=text)
    return number
