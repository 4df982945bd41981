"""Roads and minutes: how far, how long, and what of it lies in the measured time."""

import math
from typing import Any

from narvard.engines.simulation._compile import kernel
from narvard.engines.simulation._layout import (
    N_ACUTE_MIN,
    N_DETOUR,
    N_FROM,
    N_PLANNED_MIN,
    N_SPREAD,
    N_TO,
    N_TRAVEL,
    SLOW,
    Sim,
)
from narvard.engines.simulation._random import ACUTE_MINUTES, PLANNED_MINUTES, exponential, lognormal

TOWN, OUTSKIRTS, HIGHWAY = 60.0 / 30.0, 60.0 / 50.0, 60.0 / 84.0
"""Minutes a km, as in `engines.travel`."""


@kernel
def road_km(s: Sim, x: float, y: float, to_x: float, to_y: float) -> Any:
    """Km by road: straight km times the detour."""
    return math.sqrt((x - to_x) ** 2 + (y - to_y) ** 2) * s.g.number[N_DETOUR]


@kernel
def road_minutes(s: Sim, km: float) -> Any:
    """Minutes for km of road as `engines.travel.road_minutes`, with its winter; zero when travel is switched off."""
    if s.g.number[N_TRAVEL] == 0.0:
        return 0.0
    town, outskirts, highway = min(km, 3.0), min(max(km - 3.0, 0.0), 4.0), max(km - 7.0, 0.0)
    return (2.0 + TOWN * town + OUTSKIRTS * outskirts + HIGHWAY * highway) * s.g.clock[SLOW]


@kernel
def minutes_to(s: Sim, c: int, p: int) -> Any:
    """Minutes from where a crew is to a person."""
    return road_minutes(s, road_km(s, s.car[c].x, s.car[c].y, s.person[p].x, s.person[p].y))


@kernel
def visit_minutes(s: Sim, p: int, count: int, acute: bool) -> Any:
    """Minutes with the patient: lognormal, or exponential when the spread is negative (to check against theory)."""
    mean = s.g.number[N_ACUTE_MIN] if acute else s.g.number[N_PLANNED_MIN]
    purpose = ACUTE_MINUTES if acute else PLANNED_MINUTES
    if s.g.number[N_SPREAD] < 0.0:
        return exponential(s.g.key, p, purpose, count, mean)
    return lognormal(s.g.key, p, purpose, count, mean, s.g.number[N_SPREAD])


@kernel
def measured(s: Sim, begin: float, end: float) -> Any:
    """How much of a period lies in the measured time."""
    return max(0.0, min(end, s.g.number[N_TO]) - max(begin, s.g.number[N_FROM]))


@kernel
def by_hour(s: Sim, table: Any, begin: float, end: float) -> None:
    """Add the minutes of a period to the hours of the day that they fall in."""
    at, stop = max(begin, s.g.number[N_FROM]), min(end, s.g.number[N_TO])
    hours = int(at / 60.0)
    hour = hours % 24
    while at < stop:
        hours += 1
        until = min(stop, hours * 60.0)
        table[hour] += until - at
        at = until
        hour = hour + 1 if hour < 23 else 0
