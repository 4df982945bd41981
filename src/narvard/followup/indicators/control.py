"""Control charts by week, from the weeks' kept figures: one for each indicator and place that has weeks enough."""

from collections import defaultdict
from collections.abc import Iterator
from datetime import datetime

import pandas as pd

from narvard.engines.evidence import ControlChart, EvidenceError, control_chart
from narvard.followup.definitions import Definition, Kind, definitions
from narvard.followup.indicators.models import KeptChart, KeptFigure, Snapshot

Place = tuple[str, str, str]
"""Indicator, programme, municipality."""


def charts(area: str, at: datetime) -> Iterator[KeptChart]:
    """The charts of a care area: weeks that have ended and are shown, at least ten of them."""
    known = {row.id: row for row in definitions() if row.kind in (Kind.SHARE, Kind.RATE)}
    weeks: dict[Place, list[KeptFigure]] = defaultdict(list)
    rows = KeptFigure.objects.filter(
        snapshot__care_area=area,
        snapshot__span=Snapshot.Span.WEEK,
        snapshot__end__lte=at.date(),
        segment=KeptFigure.ALL,
        indicator__in=known,
        count__isnull=False,
        of__gt=0,
    )
    for row in rows.select_related("snapshot").order_by("snapshot__named"):
        if not (row.programme and row.municipality):
            weeks[row.indicator, row.programme, row.municipality].append(row)
    for place, found in weeks.items():
        chart = _chart(known[place[0]], found)
        if chart is not None:
            yield _kept(area, place, found, chart, at)


def _chart(definition: Definition, found: list[KeptFigure]) -> ControlChart | None:
    table = pd.DataFrame([{"count": row.count, "of": row.of} for row in found])
    try:
        return control_chart(table, "count", "of", "share" if definition.kind is Kind.SHARE else "rate")
    except EvidenceError:
        return None  # Fewer than ten weeks, or nothing that varies.


def _kept(area: str, place: Place, found: list[KeptFigure], chart: ControlChart, at: datetime) -> KeptChart:
    lines = chart.points.to_dict("records")
    points = [
        {"start": week.snapshot.start.isoformat()} | {key: _plain(value) for key, value in line.items()}
        for week, line in zip(found, lines, strict=True)
    ]
    indicator, programme, municipality = place
    return KeptChart(
        care_area=area,
        indicator=indicator,
        programme=programme,
        municipality=municipality,
        points=points,
        longest_run=chart.longest_run,
        longest_run_limit=chart.longest_run_limit,
        crossings=chart.crossings,
        crossings_limit=chart.crossings_limit,
        reckoned_at=at,
    )


def _plain(value: object) -> float | bool:
    """A number of NumPy's as JSON has it."""
    return value.item() if hasattr(value, "item") else value  # type: ignore[return-value]
