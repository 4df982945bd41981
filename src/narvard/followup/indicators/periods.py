"""Periods that figures are reckoned for: months, weeks, and the twelve months that end with a month."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from enum import StrEnum

from narvard.core.calendar import at_local

SCENARIO = "population2021"
MONTHS_KEPT, WEEKS_KEPT = 13, 26
# What was registered late still counts for so many days after the end; then the figures stand.
SETTLES = timedelta(days=14)


class WrongPeriod(ValueError):
    """A period that ends before it begins, or begins after today."""


class Span(StrEnum):
    """How long a period is."""

    MONTH = "month"
    YEAR = "year"
    WEEK = "week"


@dataclass(frozen=True, slots=True)
class Period:
    """Days [start, end) in one care area, read at `at`. Raises `WrongPeriod`."""

    care_area: str
    start: date
    end: date
    at: datetime
    scenario: str = SCENARIO

    def __post_init__(self) -> None:
        """A day at least, begun by now."""
        if self.start >= self.end:
            raise WrongPeriod(f"a period must end after it begins, not {self.start} to {self.end}")
        if at_local(self.start) > self.at:
            raise WrongPeriod(f"the period begins on {self.start}, which is not yet")

    @property
    def first(self) -> datetime:
        """The instant it begins."""
        return at_local(self.start)

    @property
    def last(self) -> datetime:
        """The instant it ends, or now if that is earlier."""
        return min(at_local(self.end), self.at)


def month_start(day: date, back: int = 0) -> date:
    """The first day of the month of ``day``, or of the one ``back`` months before (or after, if negative)."""
    months = day.year * 12 + day.month - 1 - back
    return date(months // 12, months % 12 + 1, 1)


def bounds(span: Span, start: date) -> tuple[date, date]:
    """The days [start, end) of the span that is named by ``start``; a year is named by its last month."""
    if span is Span.WEEK:
        return start, start + timedelta(days=7)
    end = month_start(start, -1)
    return (month_start(start, 11), end) if span is Span.YEAR else (start, end)


def wanted(today: date) -> Iterator[tuple[Span, date]]:
    """The spans whose figures are kept, those that matter most first."""
    yield from ((Span.MONTH, month_start(today, back)) for back in range(2))
    monday = today - timedelta(days=today.weekday())
    yield from ((Span.WEEK, monday - timedelta(weeks=back)) for back in range(WEEKS_KEPT))
    yield from ((Span.MONTH, month_start(today, back)) for back in range(2, MONTHS_KEPT))
    yield from ((Span.YEAR, month_start(today, back)) for back in range(2))
