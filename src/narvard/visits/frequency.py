"""When a visit need asks for visits: pure rules over its dates."""

from datetime import date, timedelta
from typing import Protocol


class Recurring(Protocol):
    """What the rules read of a need."""

    first_on: date
    last_on: date | None
    every_days: int | None
    weekdays: list[int]


def is_due(need: Recurring, day: date) -> bool:
    """Whether ``need`` asks for visits on ``day``.

    Without ``every_days`` it is asked for once, on ``first_on``. With ``weekdays`` (0 is Monday) only those days
    count; ``every_days`` of 14 or more then means every second week or rarer, counted from the week of
    ``first_on``.
    """
    if day < need.first_on or (need.last_on is not None and day > need.last_on):
        return False
    if need.weekdays:
        return day.weekday() in need.weekdays and _week_is_due(need, day)
    if need.every_days is None:
        return day == need.first_on
    return (day - need.first_on).days % need.every_days == 0


def _week_is_due(need: Recurring, day: date) -> bool:
    weeks = max(1, (need.every_days or 7) // 7)
    monday = need.first_on.toordinal() - need.first_on.weekday()
    return (day.toordinal() - monday) // 7 % weeks == 0


def next_start(need: Recurring, day: date) -> date | None:
    """The first day from ``day`` on that ``need`` asks for, None if no such day comes.

    Used as ``first_on`` of what continues the need, it keeps every second day and every second week in step.
    """
    horizon = max(7, 2 * (need.every_days or 1)) + 7
    first = max(day, need.first_on)
    candidates = (first + timedelta(days=offset) for offset in range(horizon))
    return next((candidate for candidate in candidates if is_due(need, candidate)), None)
