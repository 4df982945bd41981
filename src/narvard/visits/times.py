"""Local wall-clock minutes and instants: needs speak of 08:00, the engine of minutes since local midnight."""

from datetime import date, datetime, timedelta
from itertools import pairwise

from narvard.core.calendar import at_local


def midnight(day: date) -> datetime:
    """The instant when ``day`` starts."""
    return at_local(day)


def bounds(day: date) -> tuple[datetime, datetime]:
    """The half-open period [start, end) of a local day."""
    return midnight(day), midnight(day + timedelta(days=1))


def minutes_since(origin: datetime, instant: datetime) -> float:
    """Elapsed minutes from ``origin`` to ``instant``."""
    return (instant - origin).total_seconds() / 60


def after(origin: datetime, minutes: float) -> datetime:
    """The instant ``minutes`` after ``origin``, rounded to whole minutes, as a plan is read by people."""
    return origin + timedelta(minutes=round(minutes))


def split_window(start: int, end: int, parts: int) -> list[tuple[int, int]]:
    """``parts`` equal windows that fill [start, end] in whole minutes, one per occasion of the day."""
    edges = [start + (end - start) * k // parts for k in range(parts + 1)]
    return list(pairwise(edges))
