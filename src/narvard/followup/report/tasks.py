"""The report by the clock: in the first days of the next month, once."""

from datetime import datetime

from django.utils import timezone

from narvard.core import audit
from narvard.followup.indicators.models import Snapshot
from narvard.followup.indicators.periods import month_start
from narvard.followup.report.actions import AlreadyMade, NoFigures, make_report
from narvard.followup.report.models import MonthlyReport

# The day of the next month from which the report is made: late registrations have had some days.
FROM_DAY = 5


def make_due(at: datetime) -> int:
    """Make the report of the month before wherever it is missing; says how many."""
    today = timezone.localdate(at)
    if today.day < FROM_DAY:
        return 0
    month = month_start(today, 1)
    made = MonthlyReport.objects.filter(month=month).values_list("care_area", flat=True)
    kept = Snapshot.objects.filter(span=Snapshot.Span.MONTH, named=month).exclude(care_area__in=list(made))
    return sum(_make(area, month, at) for area in kept.values_list("care_area", flat=True))


def _make(area: str, month: object, at: datetime) -> bool:
    """Made now; not when the figures are older than the month's end, or another process was first."""
    try:
        make_report(care_area=area, month=month, by=audit.SYSTEM, at=at)  # type: ignore[arg-type]
    except (AlreadyMade, NoFigures):
        return False
    return True
