"""Which day a page is about: ``?dag=2026-11-24``, else today."""

from dataclasses import dataclass
from datetime import date, timedelta

from django.utils import timezone

from narvard.access.pages import CareHttpRequest


@dataclass(frozen=True)
class DaySteps:
    """A day, today, and the days before and after for stepping."""

    day: date
    today: date
    before: date
    after: date

    @property
    def is_today(self) -> bool:
        """Whether the page is about today."""
        return self.day == self.today


def asked_day(request: CareHttpRequest) -> DaySteps:
    """The day that the address names; one that cannot be read is today."""
    today = timezone.localdate(request.at)
    try:
        day = date.fromisoformat(request.GET.get("dag", ""))
    except ValueError:
        day = today
    one = timedelta(days=1)
    day = min(max(day, date(2000, 1, 1)), date(2100, 1, 1))
    return DaySteps(day, today, day - one, day + one)
