"""Figures of deviations for those who watch over a care provider: on the page, on paper, as a file."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from typing import Any

from django.http import HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.text import capfirst
from django.utils.translation import gettext as _

from narvard.access.pages import CareHttpRequest, Role, page
from narvard.core import audit
from narvard.core.calendar import at_local
from narvard.desk.files import csv_attachment
from narvard.deviations import queries
from narvard.deviations.figures import SMALL, Figures, Group, Line, figures, masked
from narvard.deviations.models import Deviation
from narvard.ui.figures import figure
from narvard.ui.parts import Tab, Table

READERS = (Role.SAFETY, Role.MANAGER)


@dataclass(frozen=True)
class Period:
    """What is counted: the twelve months to today, or a year. ``key`` stands in the address."""

    key: str
    label: str
    since: date
    until: date

    @property
    def span(self) -> tuple[datetime, datetime]:
        """The instants [since, until)."""
        return at_local(self.since), at_local(self.until)


def asked_period(request: CareHttpRequest) -> tuple[Period, list[Tab]]:
    """The period that the address names (``?ar=2026``), else the last twelve months; and tabs for them all."""
    today = timezone.localdate(request.at)
    tomorrow = date.fromordinal(today.toordinal() + 1)
    year_ago = date(today.year - 1, today.month, 1)
    periods = [
        Period("", _("Senaste 12 månaderna"), year_ago, tomorrow),
        *(Period(str(y), str(y), date(y, 1, 1), date(y + 1, 1, 1)) for y in (today.year, today.year - 1)),
    ]
    asked = request.GET.get("ar", "")
    chosen = next((each for each in periods if each.key == asked), periods[0])
    here = reverse("deviations:figures")
    tabs = [Tab(p.label, f"{here}?ar={p.key}" if p.key else here, current=p is chosen) for p in periods]
    return chosen, tabs


def _counted(request: CareHttpRequest, period: Period, action: str, what: str) -> Figures:
    """The figures, logged: they are made of deviations that the reader may open."""
    since, until = period.span
    audit.write(
        what,
        by=request.commission,
        at=request.at,
        action=audit.Action(action),
        object_kind="deviations",
        reason=f"{period.since} {period.until}",
    )
    return figures(request.commission, since=since, until=until, at=request.at)


@page(*READERS)
def show(request: CareHttpRequest) -> HttpResponse:
    """Figures by unit, kind and month, to us and from us."""
    period, tabs = asked_period(request)
    found = _counted(request, period, audit.Action.READ, "deviations.figures")
    query = f"?ar={period.key}" if period.key else ""
    context = {"period": period, "tabs": tabs, "groups": _shown(found, on_paper=False), "query": query}
    return render(request, "deviations/figures.html", context)


@page(*READERS)
def sheet(request: CareHttpRequest) -> HttpResponse:
    """The same to print: counts from 1 to 4 are masked, since paper goes on to others."""
    period, _tabs = asked_period(request)
    found = _counted(request, period, audit.Action.PRINT, "deviations.figures_print")
    context = {"period": period, "groups": _shown(found, on_paper=True), "small": SMALL}
    return render(request, "deviations/figures_print.html", context)


def _shown(found: Figures, *, on_paper: bool) -> list[dict[str, Any]]:
    parts = ((_("Till oss"), _("Enhet"), found.received), (_("Från oss"), _("Enhet"), found.reported))
    return [
        {
            "title": title,
            "total": group.total,
            "median": _days(group.total.median_days),
            "tables": _tables(group, first, on_paper=on_paper),
        }
        for title, first, group in parts
    ]


def _tables(group: Group, first: str, *, on_paper: bool) -> list[Table]:
    parts = (
        (_("Efter enhet"), first, group.by_unit),
        (_("Efter vad som gick fel"), _("Vad"), group.by_kind),
        (_("Efter månad"), _("Månad"), [replace(each, label=_month(each.label)) for each in group.by_month]),
    )
    return [_table(caption, head, lines, on_paper=on_paper) for caption, head, lines in parts if lines]


def _table(caption: str, first: str, lines: Sequence[Line], *, on_paper: bool) -> Table:
    head = [first, _("Rapporterade"), _("Öppna"), _("Sena"), _("Besvarade"), _("Dygn till svar, median")]
    columns = [[each.reported for each in lines], [each.open for each in lines], [each.late for each in lines]]
    columns.append([each.answered for each in lines])
    cells = [[_count(n) for n in (masked(column) if on_paper else column)] for column in columns]
    rows = [
        [capfirst(each.label), *(column[place] for column in cells), _median(each, on_paper=on_paper)]
        for place, each in enumerate(lines)
    ]
    return Table(caption, head, rows, frozenset(range(1, 6)))


def _month(key: str) -> str:
    """``2026-11`` as the language writes a month, on one line."""
    return date_format(date.fromisoformat(f"{key}-01"), "M Y").replace(" ", "\u00a0")


def _count(n: int | None) -> str:
    return "–" if n is None else str(n)


def _median(each: Line, *, on_paper: bool) -> str:
    """The median, with how few it is made of; on paper left out when they are few."""
    if each.median_days is None or (on_paper and each.answered < SMALL):
        return "–"
    few = _(" (av %(n)s)") % {"n": each.answered} if each.answered < SMALL else ""
    return _days(each.median_days) + few


def _days(days: float | None) -> str:
    return "–" if days is None else figure(days, 1)


@page(*READERS)
def export(request: CareHttpRequest) -> HttpResponse:
    """One line per deviation, without texts, patient and reporter; logged as an export."""
    period, _tabs = asked_period(request)
    rows = list(queries.counted(request.commission, *period.span).prefetch_related("answers"))
    audit.write(
        "deviations.export",
        by=request.commission,
        at=request.at,
        action=audit.Action.EXPORT,
        object_kind="deviations",
        reason=f"{period.since} {period.until} {len(rows)}",
    )
    return csv_attachment(_csv(rows, request.at), "avvikelser.csv")


def _csv(rows: Sequence[Deviation], at: datetime) -> Iterator[list[str]]:
    yield [
        _("Nummer"), _("Månad"), _("Från"), _("Till"), _("Vad gick fel"), _("Följd"), _("Risk"), _("Läge"),
        _("Sen"), _("Dygn till svar"), _("Bedöms enligt lex Maria"), _("Bedöms enligt lex Sarah"),
    ]  # fmt: skip
    for row in rows:
        answers = [each.at for each in row.answers.all()]
        days = (min(answers) - row.reported_at).total_seconds() / 86_400 if answers else None
        late = row.due_at is not None and row.due_at < at
        yield [
            row.reference,
            f"{timezone.localtime(row.reported_at):%Y-%m}",
            row.reporter_unit.name,
            row.unit.name,
            row.get_kind_display(),
            row.get_consequence_display(),
            str(row.risk or ""),
            row.get_state_display(),
            _yes(late),
            "" if days is None else f"{days:.1f}".replace(".", ","),
            _yes(row.lex_maria_at is not None),
            _yes(row.lex_sarah_at is not None),
        ]


def _yes(it_is: bool) -> str:
    return _("ja") if it_is else _("nej")
