"""From persons to crews: visits, roads, cars, staff and bases, by municipality and joined. Pure, no database.

Every number that the reckoning rests on is a `Key` with its source and kind; every line is a `Formula`. Roads are
estimated from SCB's localities: the base stands in the largest one, and people live where the localities are.
"""

import csv
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from math import ceil

import numpy as np
from numpy.typing import NDArray

from narvard.engines.travel import great_circle_km, road_minutes

WEEKDAYS = 5 / 7
"""Planned visits of a whole week are made on weekdays."""


@dataclass(frozen=True, slots=True)
class Key:
    """A number with its interval, kind (norm, key, stated, estimate, assumption) and source."""

    value: float
    low: float
    high: float
    unit: str
    kind: str
    source: str


KEYS: Mapping[str, Key] = {
    "hospital_patients_a_year": Key(90, 80, 100, "patients a team and year", "stated", "seed 000"),
    "hospital_active": Key(22.5, 20, 25, "active patients a team", "stated", "seed 000: 20-25 active monthly"),
    "hospital_gap_days": Key(6, 4, 8, "days between visits", "assumption", "the joint model; no source gives it"),
    "primary_gap_days": Key(21, 14, 28, "days between visits", "assumption", "the joint model; no source gives it"),
    "visit_minutes": Key(50, 45, 60, "minutes", "stated", "seed 003: SPOT 45-60 minutes"),
    "shift_minutes": Key(450, 420, 480, "minutes on the road", "assumption", "eight hours less lunch"),
    "most_visits_a_day": Key(6, 4, 6, "visits a car and day", "stated", "seed 003: SU 4-6 visits a team and day"),
    "posts_per_car": Key(1.2, 1.1, 1.3, "posts for a weekday car", "assumption", "absence; no source gives it"),
    "base_minutes": Key(30, 20, 45, "minutes", "assumption", "further from a base a municipality gets its own"),
    "road_detour": Key(1.3, 1.15, 1.4, "road km for a straight km", "estimate", "engines.travel"),
    "town_km": Key(3, 1, 5, "km", "assumption", "where SCB has no locality of the municipality's own"),
}


@dataclass(frozen=True, slots=True)
class Formula:
    """One line of the reckoning."""

    name: str
    text: str


FORMULAS = (
    Formula("hospital_teams", "mest_sjuka / hospital_patients_a_year"),
    Formula("hospital_active", "hospital_teams × hospital_active"),
    Formula("primary_active", "mobile_team − mest_sjuka"),
    Formula("visits_per_weekday", "(hospital_active / hospital_gap_days + primary_active / primary_gap_days) / (5/7)"),
    Formula("road_minutes", "mean over persons of 2 + 60 (min(km, 3)/30 + clip(km − 3, 0, 4)/50 + max(km − 7, 0)/84)"),
    Formula("visits_per_car", "min(most_visits_a_day, shift_minutes / (visit_minutes + road_minutes))"),
    Formula("cars", "visits_per_weekday / visits_per_car"),
    Formula("nurses", "cars × posts_per_car"),
    Formula("hospital_physicians", "hospital_teams × 1"),
    Formula("home_care_physicians", "primary_active / 250"),
    Formula("bases", "one, and one more for each municipality further than base_minutes from those there are"),
)


@dataclass(frozen=True, slots=True)
class Crews:
    """What a municipality or an area needs, unrounded; None where it cannot be known."""

    hospital_teams: float
    hospital_active: float
    primary_active: float
    visits_per_weekday: float
    road_minutes: float | None
    visits_per_car: float | None
    cars: float | None
    nurses: float | None
    hospital_physicians: float
    home_care_physicians: float
    bases: int | None


@dataclass(frozen=True, slots=True)
class Staffing:
    """Each municipality by itself, all of them apart (whole cars and teams each), and joined as one."""

    municipalities: Mapping[str, Crews]
    apart: Mapping[str, float | None]
    joined: Crews


def staffing(need: Mapping[str, Mapping[str, float]], keys: Mapping[str, float] | None = None) -> Staffing:
    """Crews from persons by municipality code: `need` holds `mest_sjuka` and `mobile_team` of each, unrounded."""
    k = values(keys or {})
    rows = {code: _crews(groups, _road(code, k), k) for code, groups in need.items()}
    joined = _joined(rows, _bases(rows, k), k)
    return Staffing({code: row for code, row in rows.items() if code}, _apart(list(rows.values())), joined)


def values(edited: Mapping[str, float]) -> dict[str, float]:
    """Every key's value, with those that are edited."""
    return {name: edited.get(name, key.value) for name, key in KEYS.items()}


def _crews(groups: Mapping[str, float], minutes: float | None, k: Mapping[str, float]) -> Crews:
    teams = groups["mest_sjuka"] / k["hospital_patients_a_year"]
    active, primary = teams * k["hospital_active"], groups["mobile_team"] - groups["mest_sjuka"]
    visits = (active / k["hospital_gap_days"] + primary / k["primary_gap_days"]) / WEEKDAYS
    each = None if minutes is None else _visits_per_car(minutes, k)
    cars = None if each is None else visits / each
    return Crews(
        hospital_teams=teams,
        hospital_active=active,
        primary_active=primary,
        visits_per_weekday=visits,
        road_minutes=minutes,
        visits_per_car=each,
        cars=cars,
        nurses=None if cars is None else cars * k["posts_per_car"],
        hospital_physicians=teams,
        home_care_physicians=primary / 250,
        bases=None if cars is None else 1,
    )


def _visits_per_car(minutes: float, k: Mapping[str, float]) -> float:
    """One way for each visit: a tour goes from house to house, and home again."""
    return min(k["most_visits_a_day"], k["shift_minutes"] / (k["visit_minutes"] + minutes))


def _joined(rows: Mapping[str, Crews], bases: int | None, k: Mapping[str, float]) -> Crews:
    """The area as one: persons and visits added, roads weighed by visits."""
    every = list(rows.values())
    visits = sum(row.visits_per_weekday for row in every)
    roads = [row.road_minutes * row.visits_per_weekday for row in every if row.road_minutes is not None]
    minutes = sum(roads) / visits if every and len(roads) == len(every) and visits else None
    each = None if minutes is None else _visits_per_car(minutes, k)
    cars = None if each is None else visits / each
    return Crews(
        hospital_teams=sum(row.hospital_teams for row in every),
        hospital_active=sum(row.hospital_active for row in every),
        primary_active=sum(row.primary_active for row in every),
        visits_per_weekday=visits,
        road_minutes=minutes,
        visits_per_car=each,
        cars=cars,
        nurses=None if cars is None else cars * k["posts_per_car"],
        hospital_physicians=sum(row.hospital_physicians for row in every),
        home_care_physicians=sum(row.home_care_physicians for row in every),
        bases=bases,
    )


def whole(number: float) -> int:
    """So many whole ones are needed: rounded up, but not for a rounding error."""
    return ceil(number - 1e-9)


def _apart(rows: Sequence[Crews]) -> dict[str, float | None]:
    """Whole teams, cars, physicians and bases of each municipality by itself, added."""

    def total(name: str) -> float | None:
        each = [getattr(row, name) for row in rows]
        return None if None in each or not each else float(sum(whole(number) for number in each))

    return {name: total(name) for name in ("hospital_teams", "cars", "nurses", "home_care_physicians", "bases")}


Points = NDArray[np.float64]


@cache
def localities() -> Mapping[str, Points]:
    """Latitude, longitude, persons and radius in km of each municipality's localities, largest first."""
    text = (files("narvard.capacity") / "data" / "localities.csv").read_text(encoding="utf-8")
    found: dict[str, list[list[float]]] = {}
    for code, *numbers in list(csv.reader(text.splitlines()))[1:]:
        found.setdefault(code, []).append([float(number) for number in numbers])
    return {code: np.array(rows) for code, rows in found.items()}


def _road(code: str, k: Mapping[str, float]) -> float | None:
    """Minutes one way from the largest locality to where people live, mean over them; None for no municipality."""
    if not code:
        return None
    points = localities().get(code)
    if points is None:
        return float(road_minutes(k["town_km"] * k["road_detour"]))
    lat, lon, persons, radius = points.T
    # The mean distance within a disc is two thirds of its radius.
    straight = np.hypot(great_circle_km(lat[:1], lon[:1], lat, lon), 2 / 3 * radius)
    return float(np.average(road_minutes(k["road_detour"] * straight), weights=persons))


def _bases(rows: Mapping[str, Crews], k: Mapping[str, float]) -> int | None:
    """The largest need first; a municipality further than `base_minutes` from every base gets its own. One whose
    place is not known gets its own."""
    if not all(rows):
        return None
    centres: list[tuple[float, float]] = []
    count = 0
    for code, _row in sorted(rows.items(), key=lambda pair: (-pair[1].visits_per_weekday, pair[0])):
        points = localities().get(code)
        if points is not None:
            here = (float(points[0, 0]), float(points[0, 1]))
            if any(_minutes(here, there, k) <= k["base_minutes"] for there in centres):
                continue
            centres.append(here)
        count += 1
    return count


def _minutes(here: tuple[float, float], there: tuple[float, float], k: Mapping[str, float]) -> float:
    a, b = (np.array([place]) for place in (here, there))
    return float(road_minutes(k["road_detour"] * great_circle_km(a[:, 0], a[:, 1], b[:, 0], b[:, 1]))[0])
