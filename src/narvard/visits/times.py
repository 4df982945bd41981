"""Local wall-clock minutes and instants: needs speak of 08:00, the engine of minutes since local midnight."""

from datetime import date, datetime, time, timedelta

from django.utils import timezone

MINUTES_A_DAY = 24 * 60


def at_minute(day: date, minute: int) -> datetime:
    """The instant when the local wall clock shows ``minute`` minutes past midnight of ``day`` (0 to 1440)."""
    days, rest = divmod(minute, MINUTES_A_DAY)
    wall = datetime.combine(day + timedelta(days=days), time(rest // 60, rest % 60))
    return timezone.make_aware(wall)


def midnight(day: date) -> datetime:
    """The instant when ``day`` starts."""
    return at_minute(day, 0)


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
    return list(zip(edges[:-1], edges[1:], strict=True))
