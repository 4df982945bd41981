"""How much each unit can carry on a weekday, so that the demo's need for visits fits the people there are. Pure."""

from collections.abc import Mapping
from functools import cache
from typing import Any

from narvard.demo import sources

# Share of the working time (breaks taken off) that visits fill on an ordinary day; the rest is slack for the acute.
TEAM_FILL, NURSING_FILL, PHYSICIAN_FILL = 0.5, 0.62, 0.4
BREAK = 30
EVENING_FROM = 900


def pattern(unit: str, part: str = "weekday") -> list[tuple[str, int, int, int]]:
    """(profession, how many, start, end) on a weekday or weekend: the unit's own, its municipality's or its kind's."""
    patterns: Mapping[str, Any] = sources.yaml_data("staffing.yaml")["shifts"][part]
    parts = unit.split("-")
    names = ("-".join(parts[:length]) for length in range(len(parts), 0, -1))
    rows: list[Any] = next((patterns[name] for name in names if name in patterns), [])
    return [(row[0], row[1], row[2], row[3]) for row in rows]


@cache
def minutes_on_duty(unit: str) -> Mapping[str, int]:
    """Working minutes by profession that the unit sends out on a weekday, breaks taken off."""
    posts = _posts(unit)
    minutes: dict[str, int] = {}
    for profession, number, starts, ends in pattern(unit):
        present = min(number, posts.get(profession, 0))
        posts[profession] = posts.get(profession, 0) - present
        if present:
            minutes[profession] = minutes.get(profession, 0) + present * (ends - starts - BREAK)
    return minutes


def _posts(unit: str) -> dict[str, int]:
    """Posts by profession; health-centre physicians go with the small primary-care teams."""
    data = sources.yaml_data("staffing.yaml")
    rows = [data["mobile"]["today"], data["mobile"]["joint"], data["others"]]
    posts = next((dict(row[unit]) for row in rows if unit in row), {})
    if unit in data["shared"]["joint"].values():
        posts["physician"] = posts.get("physician", 0) + 1
    return posts


def visits_a_day(unit: str, professions: frozenset[str], minutes_each: float, fill: float) -> float:
    """Visits of `minutes_each` (travel included) that the professions of the unit have room for on a weekday."""
    room = sum(minutes for profession, minutes in minutes_on_duty(unit).items() if profession in professions)
    return fill * room / minutes_each


@cache
def evening_share(unit: str, profession: str) -> float:
    """Share of the profession's working time at the unit that lies in evening shifts."""
    own = [row for row in pattern(unit) if row[0] == profession]
    minutes = {True: 0, False: 0}
    for _, number, starts, ends in own:
        minutes[starts >= EVENING_FROM] += number * (ends - starts)
    total = sum(minutes.values())
    return minutes[True] / total if total else 0.0
