"""Reckoning by the clock: a little at each tick, what matters most first."""

from collections.abc import Iterator
from datetime import date, datetime, timedelta

from django.utils import timezone

from narvard.core import audit
from narvard.core.calendar import at_local
from narvard.followup.indicators.actions import keep_charts, keep_figures
from narvard.followup.indicators.control import charts
from narvard.followup.indicators.figures import figures
from narvard.followup.indicators.models import Snapshot
from narvard.followup.indicators.periods import SETTLES, Period, Span, bounds, wanted
from narvard.organisation.models import Municipality
from narvard.people.models import Patient

# So many spans at a tick: other clocks wait for this one.
AT_ONCE = 2
WHILE_IT_RUNS, UNTIL_SETTLED = timedelta(hours=1), timedelta(hours=24)


def reckon_due(at: datetime, most: int = AT_ONCE) -> int:
    """Reckon the spans that are due, at most ``most``; the control charts too when a week is new. Says how many."""
    done: list[tuple[str, Span]] = []
    for area in care_areas():
        for span, named in due(area, at):
            if len(done) >= most:
                break
            reckon(area, span, named, at)
            done.append((area, span))
    for area in {area for area, span in done if span is Span.WEEK}:
        keep_charts(care_area=area, charts=list(charts(area, at)), by=audit.SYSTEM, at=at)
    return len(done)


def care_areas() -> list[str]:
    """The care areas there are."""
    rows = Municipality.objects.exclude(care_area="").order_by("care_area")
    return list(rows.values_list("care_area", flat=True).distinct())


def reckon(area: str, span: Span, named: date, at: datetime) -> Snapshot:
    """Reckon one span and keep its figures."""
    start, end = bounds(span, named)
    period = Period(area, start, end, at)
    return keep_figures(period=period, span=span, named=named, found=figures(period), by=audit.SYSTEM, at=at)


def due(area: str, at: datetime) -> Iterator[tuple[Span, date]]:
    """The spans to reckon now: never reckoned, or reckoned before all in them could have been registered."""
    first = _first_day(area)
    kept = {(row.span, row.named): row.reckoned_at for row in Snapshot.objects.filter(care_area=area)}
    for span, named in wanted(timezone.localdate(at)):
        end = at_local(bounds(span, named)[1])
        before = kept.get((span.value, named))
        if first is None or end <= at_local(first):
            continue
        if before is None or (before < end + SETTLES and at - before >= _age(span, end, at)):
            yield span, named


def _age(span: Span, end: datetime, at: datetime) -> timedelta:
    """How old figures may become: less while the span still runs, but twelve months take long to reckon."""
    return WHILE_IT_RUNS if end > at and span is not Span.YEAR else UNTIL_SETTLED


def _first_day(area: str) -> date | None:
    """The day on which the first person of the area was registered: nothing can be counted before it."""
    first = Patient.objects.filter(municipality__care_area=area).order_by("registered_at").first()
    return timezone.localdate(first.registered_at) if first else None
