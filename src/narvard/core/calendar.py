"""The Swedish working calendar: holidays, eves, and working days. Dates and instants are given, never read."""

from datetime import UTC, date, datetime, time, timedelta
from functools import lru_cache

from django.utils import timezone
from holidays.countries.sweden import Sweden


@lru_cache(maxsize=128)
def _days_of(year: int, category: str) -> frozenset[date]:
    """The year's public holidays, or the eves that Swedes have off (``de_facto``); ordinary Sundays not included."""
    return frozenset(Sweden(years=year, include_sundays=False, categories=(category,)))


def is_holiday(day: date) -> bool:
    """Whether ``day`` is a Swedish public holiday (röd dag other than an ordinary Sunday)."""
    return day in _days_of(day.year, "public")


def is_eve(day: date) -> bool:
    """Whether ``day`` is Midsummer, Christmas or New Year's Eve, which count as days off."""
    return day in _days_of(day.year, "de_facto")


def is_day_off(day: date, *, eves: bool = True) -> bool:
    """Whether ``day`` is a weekend day, a holiday or (unless told otherwise) an eve."""
    return day.weekday() >= 5 or is_holiday(day) or (eves and is_eve(day))


def next_working_day(day: date, *, eves: bool = True) -> date:
    """The first working day after ``day``."""
    return add_working_days(day, 1, eves=eves)


def add_working_days(day: date, count: int, *, eves: bool = True) -> date:
    """The working day ``count`` (≥ 0) working days after ``day``; zero gives ``day`` or the next working day."""
    if count < 0:
        raise ValueError("count must not be negative")
    while is_day_off(day, eves=eves):
        day += timedelta(days=1)
        count = max(count - 1, 0)
    while count:
        day += timedelta(days=1)
        count -= not is_day_off(day, eves=eves)
    return day


def at_local(day: date, minute: int = 0) -> datetime:
    """The instant ``minute`` minutes after local midnight by the wall clock (0 or more).

    In UTC, so that differences count the hour that the clock gains or loses.
    """
    days, rest = divmod(minute, 1440)
    naive = datetime.combine(day + timedelta(days=days), time(rest // 60, rest % 60))
    return timezone.make_aware(naive).astimezone(UTC)


def local_minute(at: datetime) -> int:
    """Minutes since local midnight."""
    local = timezone.localtime(at)
    return local.hour * 60 + local.minute


def end_of_working_day(day: date, *, hour: int = 16) -> datetime:
    """The end of office hours on ``day`` (aware)."""
    return at_local(day, hour * 60)


def end_of_next_working_day(at: datetime) -> datetime:
    """The end of office hours on the working day after the one of ``at`` (aware)."""
    return end_of_working_day(next_working_day(timezone.localdate(at)))
