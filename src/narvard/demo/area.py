"""Care providers, units, teams, bases and cars of the synthetic area under an operating model. Pure."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from functools import cache
from itertools import count
from typing import Any

from narvard.demo import names, sources

MODELS = ("joint", "today")
CARE_AREA = "umea"
# The prefix of test organisations in the national HSA catalogue: no real unit or person has such an id.
HSA_TEST_PREFIX = "TSTNMT2321000156"

Hours = tuple[tuple[str, int, int], ...]


@dataclass(frozen=True, slots=True)
class ProviderSpec:
    """A care provider; `kind` as in `organisation.CareProvider.Kind`, `municipality` its code or empty."""

    key: str
    name: str
    kind: str
    municipality: str


@dataclass(frozen=True, slots=True)
class BaseSpec:
    """A place where cars stand (WGS84)."""

    key: str
    name: str
    municipality: str
    lat: float
    lon: float


@dataclass(frozen=True, slots=True)
class TeamSpec:
    """What makes a unit a mobile team: its programme, the municipalities it covers and its owners."""

    programme: str
    covers: tuple[str, ...]
    owners: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class UnitSpec:
    """A care unit. `hours` holds (kind of day, opens, closes) in minutes; `closed_to` answers after hours."""

    key: str
    name: str
    kind: str
    provider: str
    municipality: str
    lat: float
    lon: float
    base: str
    phone: str
    hours: Hours
    closed_to: str = ""
    team: TeamSpec | None = None


@dataclass(frozen=True, slots=True)
class CarSpec:
    """A car at a base; `team` is empty for a pool car."""

    label: str
    base: str
    team: str


@dataclass(frozen=True, slots=True)
class Area:
    """Everything organisational of one operating model, units in a fixed order."""

    model: str
    providers: tuple[ProviderSpec, ...]
    bases: Mapping[str, BaseSpec]
    units: Mapping[str, UnitSpec]
    cars: tuple[CarSpec, ...]
    programmes: Mapping[str, str]

    @property
    def teams(self) -> tuple[UnitSpec, ...]:
        """The mobile teams."""
        return tuple(unit for unit in self.units.values() if unit.team)


@cache
def area(model: str) -> Area:
    """The area under `model` (`today` or `joint`)."""
    if model not in MODELS:
        raise ValueError(f"unknown operating model {model!r}: choose one of {', '.join(MODELS)}")
    data = sources.yaml_data("units.yaml")
    bases = {row["key"]: _base(row) for row in data["bases"]}
    units = _numbered(_units(data, model, bases))
    in_use = {unit.team.programme for unit in units.values() if unit.team}
    return Area(
        model=model,
        providers=tuple(
            ProviderSpec(row["key"], row["name"], row["kind"], _municipality(row)) for row in data["providers"]
        ),
        bases=bases,
        units=units,
        cars=tuple(_cars(data, model)),
        programmes={key: name for key, name in data["programmes"].items() if key in in_use},
    )


def hsa_id(kind: str, number: int) -> str:
    """An HSA-id of the test catalogue: `kind` is one letter, `number` counts within it."""
    return f"{HSA_TEST_PREFIX}-{kind}{number:04d}"


def umea_district(lat: float, lon: float) -> str:
    """Umeå's home nursing district of a point: south of the river, else east or west of the centre."""
    return "soder" if lat < 63.819 else "ost" if lon >= 20.26 else "vast"


def local_unit(kind: str, municipality: str, lat: float, lon: float) -> str:
    """Key of the municipal unit of `kind` (nursing, rehab, help …) that serves the point."""
    district = f"-{umea_district(lat, lon)}" if kind == "nursing" and municipality == "2480" else ""
    return f"{kind}-{municipality}{district}"


def _municipality(row: Mapping[str, Any]) -> str:
    return str(row["key"]) if row["kind"] == "municipality" else ""


def _base(row: Mapping[str, Any]) -> BaseSpec:
    return BaseSpec(row["key"], row["name"], row["municipality"], *row["at"])


def _hours(data: Mapping[str, Any], key: str) -> Hours:
    return tuple(
        (day, opens, closes) for days, spans in data["hours"][key].items() for day in days for opens, closes in spans
    )


def _units(data: Mapping[str, Any], model: str, bases: Mapping[str, BaseSpec]) -> Iterator[UnitSpec]:
    nus = bases["base-nus"]
    regional = data["units"] + (data["joint_units"] if model == "joint" else [])
    for row in regional:
        provider = row.get("provider", "region")
        base = "base-ambulance" if row["kind"] == "ambulance" else ""
        yield _unit(data, row, provider, "2480", (nus.lat, nus.lon), base)
    for place in sources.facilities("clinic"):
        key = data["health_centres"][place.name]
        row = {"key": key, "name": place.name, "kind": "health_centre", "hours": "office"}
        code = data["health_centre_municipality"].get(key, "2480")
        yield _unit(data, row, "region", code, (place.lat, place.lon), "")
    for municipality in sources.municipalities():
        yield from _municipal_units(data, municipality, bases)
    for row in data["teams"][model]:
        yield _team(data, row, bases[row["base"]])


def _municipal_units(
    data: Mapping[str, Any], place: sources.Municipality, bases: Mapping[str, BaseSpec]
) -> Iterator[UnitSpec]:
    home = bases["base-nus" if place.code == "2480" else f"base-{place.code}"]
    for row in data["municipal"]:
        if row["key"] == "nursing" and place.code == "2480":
            for district in data["umea_nursing"]:
                base = bases[district["base"]]
                yield _unit(data, {**row, **district}, "2480", "2480", (base.lat, base.lon), base.key)
            continue
        named = {**row, "key": f"{row['key']}-{place.code}", "name": row["name"].format(place=place.name)}
        drives = row["key"] in {"nursing", "rehab"}
        yield _unit(data, named, place.code, place.code, (home.lat, home.lon), home.key if drives else "")
    if place.code == "2480":
        yield _unit(data, data["umea_support"], "2480", "2480", (home.lat, home.lon), "")


def _unit(
    data: Mapping[str, Any],
    row: Mapping[str, Any],
    provider: str,
    municipality: str,
    at: tuple[float, float],
    base: str,
    team: TeamSpec | None = None,
) -> UnitSpec:
    closed_to = row.get("closed") or data["closed"].get(row["kind"], "")
    if closed_to == "nursing":
        closed_to = local_unit("nursing", municipality, *at)
    return UnitSpec(
        key=row["key"],
        name=row["name"],
        kind=row["kind"],
        provider=provider,
        municipality=municipality,
        lat=at[0],
        lon=at[1],
        base=base,
        phone="",
        hours=_hours(data, row["hours"]),
        closed_to="" if row["hours"] == "always" else closed_to,
        team=team,
    )


def _team(data: Mapping[str, Any], row: Mapping[str, Any], base: BaseSpec) -> UnitSpec:
    covers = [place.code for place in sources.municipalities()] if row["covers"] == "all" else row["covers"]
    owned_with = covers if row["key"].startswith(("sk-", "pv-")) else []
    spec = TeamSpec(row["programme"], tuple(covers), ("region", *owned_with))
    return _unit(data, {**row, "kind": "team"}, "region", base.municipality, (base.lat, base.lon), base.key, spec)


def _numbered(units: Iterator[UnitSpec]) -> Mapping[str, UnitSpec]:
    """Units by key, each with a fictional phone number of its own."""
    return {unit.key: replace(unit, phone=names.landline(place)) for place, unit in enumerate(units)}


def from_base(base: str, team: str, number: int) -> CarSpec:
    """A car with the number on its door; numbers run through the whole area."""
    return CarSpec(f"Bil {number:02d}", base, team)


def _cars(data: Mapping[str, Any], model: str) -> Iterator[CarSpec]:
    own = data["teams"][model] + (data["joint_units"] if model == "joint" else [])
    turn = count(1)
    for row in own:
        for _ in range(row.get("cars", 0)):
            yield from_base(row.get("base", "base-ambulance"), row["key"], next(turn))
    for _ in range(sum(row.get("pool", 0) for row in data["teams"][model])):
        yield from_base("base-nus", "", next(turn))
