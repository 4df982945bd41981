"""From model, population, assumptions and calendar to the kernels' arrays. Private to the engine."""

from collections.abc import Sequence
from dataclasses import dataclass
from math import inf, pi

import numpy as np
from numpy.typing import NDArray

from narvard.engines.simulation import _layout as layout
from narvard.engines.simulation import _random as random
from narvard.engines.simulation.assumptions import Assumptions
from narvard.engines.simulation.model import Model, Team
from narvard.engines.simulation.population import Area, Population
from narvard.engines.simulation.stock import Enrolled

KM_PER_DEGREE = 111.195
Floats = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Facts:
    """What criteria may ask about each person, one entry a person; `segment` is a place in SEGMENTS, `area` in the
    population's municipalities."""

    area: NDArray[np.int64]
    segment: NDArray[np.int64]
    home_nursing: NDArray[np.bool_]
    public_listing: NDArray[np.bool_]


@dataclass(frozen=True, slots=True)
class People:
    """The people of one replication: the same whatever model they meet."""

    key: np.uint64
    facts: Facts
    x: Floats
    y: Floats
    condition: NDArray[np.int64]
    stock: NDArray[np.int64]  # persons enrolled at the start, in the order in which they get places
    rows: NDArray[np.int64]  # for each of them the row of the given stock, or NONE


@dataclass(frozen=True, slots=True)
class Effects:
    """One draw of what care changes: see docs/simulation.md. A ratio of 1 and a share of 0 are no effect."""

    admission_ratio: float
    averted_share: float


def project(lat: float, lon: float, home: tuple[float, float]) -> tuple[float, float]:
    """Km east and north of `home`: flat, which is right within 0.5 % for a care area."""
    return (lon - home[1]) * KM_PER_DEGREE * float(np.cos(home[0] * pi / 180)), (lat - home[0]) * KM_PER_DEGREE


def centre(population: Population) -> tuple[float, float]:
    """Where the map's origin is."""
    places = [place for area in population.areas for place in area.localities]
    return float(np.mean([p.lat for p in places])), float(np.mean([p.lon for p in places]))


def draw_people(
    population: Population, assumptions: Assumptions, key: np.uint64, given: Sequence[Enrolled] = ()
) -> People:
    """Draw everybody's address, facts, condition and, where no stock is given, who is enrolled at the start."""
    n = population.persons
    uniform = {}
    for name, purpose, count in (
        ("place", random.ADDRESS, 0), ("angle", random.ADDRESS, 1), ("radius", random.ADDRESS, 2),
        ("nursing", random.FACTS, 0), ("listing", random.FACTS, 1), ("condition", random.CONDITION, 0),
        ("stock", random.STOCK, 0),
    ):  # fmt: skip
        uniform[name] = np.empty(n)
        random.uniforms(key, purpose, count, uniform[name])
    area, segment, x, y = np.zeros(n, np.int64), np.zeros(n, np.int64), np.zeros(n), np.zeros(n)
    stock: list[NDArray[np.int64]] = []
    first = 0
    for number, record in enumerate(population.areas):
        here = slice(first, first + record.persons)
        area[here] = number
        segment[here] = np.repeat(np.arange(2), [record.need.get(s, 0) for s in layout.SEGMENTS])
        x[here], y[here] = _addresses(
            record, centre(population), *(uniform[k][here] for k in ("place", "angle", "radius"))
        )
        stock.append(first + np.argsort(uniform["stock"][here], kind="stable")[: record.enrolled])
        first = here.stop
    facts = Facts(
        area, segment, uniform["nursing"] < assumptions["home_nursing_share"],
        uniform["listing"] < assumptions["public_listing_share"],
    )  # fmt: skip
    bounds = np.cumsum([assumptions[f"condition.{name}"] for name in layout.CONDITIONS])
    condition = np.minimum(np.searchsorted(bounds, uniform["condition"], side="right"), len(bounds) - 1)
    if given:
        chosen, rows = _given(population, given, facts, uniform["stock"])
        for p, row in zip(chosen, rows, strict=True):
            if given[row].condition:
                condition[p] = layout.CONDITIONS.index(given[row].condition)
        return People(key, facts, x, y, condition, chosen, rows)
    chosen = np.concatenate(stock)
    chosen = chosen[np.argsort(uniform["stock"][chosen], kind="stable")]
    return People(key, facts, x, y, condition, chosen, np.full(len(chosen), layout.NONE))


def _given(
    population: Population, given: Sequence[Enrolled], facts: Facts, order: Floats
) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """Which simulated persons stand for those enrolled, and of which row: drawn in their municipality and segment."""
    left: dict[tuple[str, str], list[int]] = {}
    persons, rows = [], []
    for number, row in enumerate(given):
        place = row.area, row.segment
        if place not in left:
            here = (facts.area == population.codes.index(row.area)) & (
                facts.segment == layout.SEGMENTS.index(row.segment)
            )
            found = np.flatnonzero(here)
            left[place] = found[np.argsort(order[found], kind="stable")][::-1].tolist()
        persons += [left[place].pop() for _ in range(row.persons)]
        rows += [number] * row.persons
    return np.array(persons, np.int64), np.array(rows, np.int64)


def _addresses(
    area: Area, home: tuple[float, float], place: Floats, angle: Floats, radius: Floats
) -> tuple[Floats, Floats]:
    """Points around localities drawn by weight, evenly over each one's circle."""
    weights = np.cumsum([locality.weight for locality in area.localities])
    chosen = np.minimum(np.searchsorted(weights / weights[-1], place, side="right"), len(weights) - 1)
    points = np.array([project(locality.lat, locality.lon, home) for locality in area.localities])[chosen]
    reach = np.array([locality.radius_km for locality in area.localities])[chosen] * np.sqrt(radius)
    return points[:, 0] + reach * np.cos(2 * pi * angle), points[:, 1] + reach * np.sin(2 * pi * angle)


def draw_effects(assumptions: Assumptions, key: np.uint64) -> Effects:
    """A draw of the effects from their prior: none at all with a probability, else around the stated middle."""
    u = np.empty(4)
    random.uniforms(key, random.EFFECT, 0, u)
    if u[0] < assumptions["effect.none_probability"]:
        return Effects(1.0, 0.0)
    z = float(random.normal_draw(u[1]))
    ratio = assumptions["effect.admission_ratio"] * float(np.exp(assumptions["effect.admission_ratio_spread"] * z))
    return Effects(ratio, min(1.0, 2.0 * assumptions["effect.averted_share"] * float(u[2])))


def accepted(team: Team, population: Population, facts: Facts, condition: int) -> NDArray[np.bool_]:
    """Which persons the team's criteria take while they have this condition."""
    rule = team.accepts
    taken = np.ones(len(facts.area), dtype=bool)
    if rule.conditions and layout.CONDITIONS[condition] not in rule.conditions:
        return np.zeros_like(taken)
    if rule.areas:
        taken &= np.isin(facts.area, [population.codes.index(code) for code in rule.areas])
    if rule.segments:
        taken &= np.isin(facts.segment, [layout.SEGMENTS.index(name) for name in rule.segments])
    if rule.home_nursing is not None:
        taken &= facts.home_nursing == rule.home_nursing
    if rule.public_listing is not None:
        taken &= facts.public_listing == rule.public_listing
    return taken


def initial_teams(
    model: Model, people: People, suits: NDArray[np.uint8], given: Sequence[Enrolled] = ()
) -> tuple[NDArray[np.int64], Floats]:
    """The team of each person at the start, or NONE, and for how many days already.

    Whom the given stock names with a team of the model is with it, and suits it, as that is a fact. The others get
    places at teams that may take them, each with the team that has the largest share of its places left.
    """
    teams, days = np.full(len(people.x), layout.NONE, np.int64), np.zeros(len(people.x))
    number = {team.key: k for k, team in enumerate(model.teams)}
    places = np.array([team.places for team in model.teams], dtype=float)
    left = places.copy()
    for p, row in zip(people.stock, people.rows, strict=True):
        if row != layout.NONE:
            days[p] = given[row].days
            if (named := number.get(given[row].team)) is not None:
                teams[p] = named
                left[named] -= 1
                suits[people.condition[p], p, named] = 1
    for p in people.stock[teams[people.stock] == layout.NONE]:
        able = (suits[people.condition[p], p] > 0) & (left > 0)
        if able.any():
            k = int(np.argmax(np.where(able, left / np.maximum(places, 1), -inf)))
            teams[p] = k
            left[k] -= 1
    return teams, days
