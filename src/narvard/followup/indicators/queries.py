"""Reads of kept figures: numbers that may be shown, however the reader filters them."""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import date

from django.db.models import QuerySet

from narvard.followup.indicators.models import KeptChart, KeptFigure, Snapshot
from narvard.followup.indicators.periods import MONTHS_KEPT, month_start

ALL = KeptFigure.ALL


@dataclass(frozen=True)
class Choice:
    """What a reader has chosen: a programme's key, a municipality's code and a segment, or all of each."""

    programme: str = ""
    municipality: str = ""
    segment: str = ALL

    def only(self, **changes: str) -> "Choice":
        """The same with something else chosen."""
        return replace(self, **changes)


def snapshots(care_area: str) -> list[Snapshot]:
    """The months and years that there are figures for, newest first."""
    rows = Snapshot.objects.filter(care_area=care_area).exclude(span=Snapshot.Span.WEEK)
    return list(rows.order_by("span", "-named"))


def figures_of(snapshot: Snapshot, choice: Choice) -> dict[str, KeptFigure]:
    """Each indicator's figure, by its id; where nothing was counted there is none."""
    return {row.indicator: row for row in _chosen(snapshot.figures.all(), choice)}


def _chosen(rows: "QuerySet[KeptFigure]", choice: Choice) -> "QuerySet[KeptFigure]":
    return rows.filter(programme=choice.programme, municipality=choice.municipality, segment=choice.segment)


def by_municipality(snapshot: Snapshot, choice: Choice) -> dict[str, dict[str, KeptFigure]]:
    """Each indicator's figures by the municipality's code; empty is the whole area."""
    rows = snapshot.figures.filter(programme=choice.programme, segment=choice.segment)
    return _by(rows, "municipality")


def by_programme(snapshot: Snapshot, choice: Choice) -> dict[str, dict[str, KeptFigure]]:
    """Each indicator's figures by the programme's key; empty is all of them."""
    rows = snapshot.figures.filter(municipality=choice.municipality, segment=choice.segment)
    return _by(rows, "programme")


def _by(rows: Iterable[KeptFigure], name: str) -> dict[str, dict[str, KeptFigure]]:
    found: dict[str, dict[str, KeptFigure]] = defaultdict(dict)
    for row in rows:
        found[row.indicator][getattr(row, name)] = row
    return found


def trends(care_area: str, until: date, choice: Choice) -> dict[str, list[tuple[date, KeptFigure | None]]]:
    """Each indicator month by month up to that of ``until``; None where the month has no figure."""
    months = [month_start(until, back) for back in reversed(range(MONTHS_KEPT))]
    kept = Snapshot.objects.filter(care_area=care_area, span=Snapshot.Span.MONTH, named__in=months)
    named = dict(kept.values_list("pk", "named"))
    found: dict[str, dict[date, KeptFigure]] = defaultdict(dict)
    for row in _chosen(KeptFigure.objects.filter(snapshot__in=named), choice):
        found[row.indicator][named[row.snapshot_id]] = row
    return {indicator: [(month, rows.get(month)) for month in months] for indicator, rows in found.items()}


def chart_of(care_area: str, indicator: str, choice: Choice) -> KeptChart | None:
    """The weeks of the area, of one municipality or of one programme; there is none by segment."""
    if choice.segment != ALL:
        return None
    rows = KeptChart.objects.filter(care_area=care_area, indicator=indicator)
    return rows.filter(programme=choice.programme, municipality=choice.municipality).first()


def programmes_in(care_area: str) -> set[str]:
    """The keys of the programmes that have figures."""
    rows = KeptFigure.objects.filter(snapshot__care_area=care_area, segment=ALL, municipality="").exclude(programme="")
    return set(rows.order_by().values_list("programme", flat=True).distinct())
