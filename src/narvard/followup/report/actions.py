"""Making a month's report: once, and then it stands."""

from datetime import date, datetime

from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from narvard.core import audit
from narvard.core.calendar import at_local
from narvard.core.errors import Refused
from narvard.followup.indicators.models import Snapshot
from narvard.followup.indicators.periods import month_start
from narvard.followup.report.contents import gather
from narvard.followup.report.models import MonthlyReport
from narvard.organisation.models import Commission


class AlreadyMade(Refused):
    """The month has its report."""


class NotYetOver(Refused):
    """The month has not ended."""


class NoFigures(Refused):
    """The month's figures have not been reckoned since it ended."""


def make_report(*, care_area: str, month: date, by: audit.Actor, at: datetime) -> MonthlyReport:
    """The report of the month that ``month`` lies in, from the figures kept of it."""
    first = month_start(month)
    end = at_local(month_start(first, -1))
    if at < end:
        raise NotYetOver(_("Månaden är inte slut än."))
    kept = Snapshot.objects.filter(care_area=care_area, span=Snapshot.Span.MONTH, named=first).first()
    if kept is None or kept.reckoned_at < end:
        raise NoFigures(_("Månadens siffror är inte räknade än. Det görs av sig självt inom kort."))
    maker = by if isinstance(by, Commission) else None
    try:
        with transaction.atomic():
            row = MonthlyReport.objects.create(
                care_area=care_area, month=first, content=gather(kept, at), made_at=at, made_by=maker
            )
            audit.write(
                "followup.make_report", by=by, at=at, object_kind="monthlyreport", object_id=row.pk, reason=str(row)
            )
    except IntegrityError:
        raise AlreadyMade(_("Månaden har redan sin rapport.")) from None
    return row
