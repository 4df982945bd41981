"""Keeping figures: those of a period are replaced whole, and the keeping is logged."""

from collections.abc import Iterable, Sequence
from datetime import date, datetime

from django.db import transaction

from narvard.core import audit
from narvard.followup.indicators.figure import Figure
from narvard.followup.indicators.models import KeptChart, KeptFigure, Snapshot
from narvard.followup.indicators.periods import Period
from narvard.organisation.models import Municipality

BATCH = 1000


@transaction.atomic
def keep_figures(
    *, period: Period, span: str, named: date, found: Iterable[Figure], by: audit.Actor, at: datetime
) -> Snapshot:
    """Keep the figures of a span instead of those kept before."""
    _one_writer(period.care_area)
    row, _ = Snapshot.objects.select_for_update().update_or_create(
        care_area=period.care_area,
        span=span,
        named=named,
        defaults={
            "start": period.start,
            "end": period.end,
            "scenario": period.scenario,
            "reckoned_at": at,
        },
    )
    row.figures.all().delete()
    KeptFigure.objects.bulk_create([_kept(row, figure) for figure in found], batch_size=BATCH)
    reason = f"{period.care_area} {span} {named}"
    audit.write("followup.keep_figures", by=by, at=at, object_kind="snapshot", object_id=row.pk, reason=reason)
    return row


def _one_writer(care_area: str) -> None:
    """Let two clocks that reckon at once keep their figures one after the other: what neither finds, both would add.

    Not against rows that merely point to a municipality, so that nobody waits to register a patient.
    """
    rows = Municipality.objects.select_for_update(no_key=True).filter(care_area=care_area)
    list(rows.order_by("code").values_list("pk"))


def _kept(snapshot: Snapshot, figure: Figure) -> KeptFigure:
    return KeptFigure(
        snapshot=snapshot,
        indicator=figure.indicator,
        programme=figure.programme,
        municipality=figure.place,
        segment=figure.segment,
        count=figure.count,
        of=figure.of,
        value=figure.value,
        low=figure.low,
        high=figure.high,
        hidden=figure.hidden,
        funnel=figure.funnel,
    )


@transaction.atomic
def keep_charts(*, care_area: str, charts: Sequence[KeptChart], by: audit.Actor, at: datetime) -> None:
    """Keep the control charts of a care area instead of those kept before."""
    _one_writer(care_area)
    KeptChart.objects.filter(care_area=care_area).delete()
    KeptChart.objects.bulk_create(charts, batch_size=BATCH)
    audit.write("followup.keep_charts", by=by, at=at, object_kind="snapshot", reason=f"{care_area} {len(charts)}")
