"""Time as people say it: "om 40 min", "i dag 14:10", "nästa vardag, må 23 nov".

Everything here is a function of the instant, the present and the days off; nobody reads a clock.
Instants are aware and in any zone; they are spoken in Django's current one.
"""

from collections.abc import Container
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from functools import cache

import holidays
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext, pgettext

_MINUTE = timedelta(minutes=1)
_HOUR = timedelta(hours=1)
_DAY = timedelta(days=1)


@dataclass(frozen=True)
class Spoken:
    """A moment said in words: `text` for the page, `exact` for hover and print, `iso` for machines."""

    text: str
    exact: str
    iso: str


@dataclass(frozen=True)
class Due:
    """A clock that runs out: `state` is late, nearly or waiting; `text` says how long."""

    state: str
    text: str
    at: Spoken


@cache
def swedish_days_off() -> Container[date]:
    """Swedish public holidays, Sundays not counted (weekends are known by their weekday)."""
    days: Container[date] = holidays.country_holidays("SE", include_sundays=False)
    return days


def speak(at: datetime | date, now: datetime, days_off: Container[date] | None = None) -> Spoken:
    """Say `at` relative to `now`. A plain date is said without a time of day.

    Raises ValueError when `now` or an instant `at` carries no time zone.
    """
    present, off = _local(now), _days_off(days_off)
    if not isinstance(at, datetime):
        return Spoken(_day_phrase(at, present.date(), off), _exact_day(at), at.isoformat())
    local = _local(at)
    exact = f"{_exact_day(local.date())} {local:%H:%M}"
    return Spoken(_instant_phrase(local, present, off), exact, local.isoformat())


def speak_span(start: datetime, end: datetime, now: datetime, days_off: Container[date] | None = None) -> Spoken:
    """Say the half-open period [start, end): "i dag 14:10–15:00", with both days when they differ."""
    first, last, today = _local(start), _local(end), _local(now).date()
    off = _days_off(days_off)
    day = _day_phrase(first.date(), today, off)
    exact = f"{_exact_day(first.date())} {first:%H:%M}"
    if first.date() == last.date():
        return Spoken(f"{day} {first:%H:%M}–{last:%H:%M}", f"{exact}–{last:%H:%M}", first.isoformat())
    until = _day_phrase(last.date(), today, off)
    return Spoken(
        f"{day} {first:%H:%M} – {until} {last:%H:%M}",
        f"{exact} – {_exact_day(last.date())} {last:%H:%M}",
        first.isoformat(),
    )


def due(at: datetime, now: datetime, warn: timedelta = _HOUR, days_off: Container[date] | None = None) -> Due:
    """Say how a deadline stands: late after `at`, nearly late within `warn` of it, else waiting."""
    said = speak(at, now, days_off)
    left = _gap(at, now)
    if left < timedelta(0):
        return Due("late", _("försenad %(time)s") % {"time": how_long(-left)}, said)
    if left <= warn:
        return Due("nearly", _("%(time)s kvar") % {"time": how_long(left)}, said)
    return Due("waiting", _("senast %(when)s") % {"when": said.text}, said)


def how_long(length: timedelta) -> str:
    """Say a length of time, coarser the longer it is: "40 min", "2 tim 10 min", "30 tim", "3 dygn"."""
    minutes = max(0, round(length / _MINUTE))
    if minutes < 60:
        return _("%(n)d min") % {"n": minutes}
    hours, rest = divmod(minutes, 60)
    if hours >= 48:
        days = round(length / _DAY)
        return ngettext("%(n)d dygn", "%(n)d dygn", days) % {"n": days}
    if rest == 0 or hours >= 24:
        return _("%(n)d tim") % {"n": hours}
    return _("%(hours)d tim %(minutes)d min") % {"hours": hours, "minutes": rest}


def short_day(day: date, today: date) -> str:
    """A day as "må 23 nov", with the year when it is not this year's."""
    words = f"{_weekday(day)} {day.day} {_month(day)}"
    return words if day.year == today.year else f"{words} {day.year}"


def _instant_phrase(at: datetime, now: datetime, off: Container[date]) -> str:
    """Minutes within the hour, the time of day within today, else the day and the time."""
    gap = _gap(at, now)
    if abs(gap) < _MINUTE:
        return pgettext("time", "nu")
    if abs(gap) < _HOUR:
        minutes = round(abs(gap) / _MINUTE)
        template = _("om %(n)d min") if gap > timedelta(0) else _("för %(n)d min sedan")
        return template % {"n": minutes}
    return f"{_day_phrase(at.date(), now.date(), off)} {at:%H:%M}"


def _day_phrase(day: date, today: date, off: Container[date]) -> str:
    named = {0: _("i dag"), 1: _("i morgon"), -1: _("i går")}.get((day - today).days)
    if named is not None:
        return named
    if day == _next_working_day(today, off):
        return _("nästa vardag, %(day)s") % {"day": short_day(day, today)}
    return short_day(day, today)


def _next_working_day(today: date, off: Container[date]) -> date:
    day = today + _DAY
    while day.weekday() >= 5 or day in off:
        day += _DAY
    return day


def _exact_day(day: date) -> str:
    return f"{_weekday(day)} {day.day} {_month(day)} {day.year}"


def _weekday(day: date) -> str:
    names = (
        pgettext("weekday", "må"),
        pgettext("weekday", "ti"),
        pgettext("weekday", "on"),
        pgettext("weekday", "to"),
        pgettext("weekday", "fr"),
        pgettext("weekday", "lö"),
        pgettext("weekday", "sö"),
    )
    return names[day.weekday()]


def _month(day: date) -> str:
    names = (
        pgettext("month", "jan"),
        pgettext("month", "feb"),
        pgettext("month", "mars"),
        pgettext("month", "april"),
        pgettext("month", "maj"),
        pgettext("month", "juni"),
        pgettext("month", "juli"),
        pgettext("month", "aug"),
        pgettext("month", "sep"),
        pgettext("month", "okt"),
        pgettext("month", "nov"),
        pgettext("month", "dec"),
    )
    return names[day.month - 1]


def _days_off(given: Container[date] | None) -> Container[date]:
    return swedish_days_off() if given is None else given


def _gap(at: datetime, now: datetime) -> timedelta:
    """Real time from `now` to `at`. Two local times of one zone subtract by the wall clock, wrongly at DST."""
    return at.astimezone(UTC) - now.astimezone(UTC)


def _local(at: datetime) -> datetime:
    """The instant in the current zone; raises ValueError when it has none of its own."""
    if timezone.is_naive(at):
        raise ValueError("an instant needs a time zone to be spoken")
    return timezone.localtime(at)
