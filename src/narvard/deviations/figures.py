"""How many deviations, of what kind, how late and how soon answered: for those who watch over a care provider.

An overseer may open every deviation counted here, so on their page small counts are shown as they are. What leaves the
page on paper masks them: :func:`masked`.
"""

import uuid
from collections import defaultdict
from collections.abc import Callable, Hashable, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from statistics import median

from django.db.models import Min, QuerySet
from django.utils import timezone

from narvard.deviations.models import Deviation, Kind
from narvard.deviations.queries import counted
from narvard.deviations.rights import received_by, reported_by
from narvard.organisation.models import CareUnit, Commission

# Fewer than this may point a person out to those who cannot open the deviations.
SMALL = 5
_DAY = timedelta(days=1)


@dataclass(frozen=True)
class Case:
    """What is counted of one deviation."""

    kind: str
    unit: uuid.UUID
    reporter_unit: uuid.UUID
    month: str
    is_open: bool
    is_late: bool
    days: float | None
    """From reported to first answered, in days of 24 hours; None while unanswered."""


@dataclass(frozen=True)
class Line:
    """The figures of a group: how many reported, still open, with a clock run out, answered, and the median time."""

    label: str
    reported: int
    open: int
    late: int
    answered: int
    median_days: float | None


@dataclass(frozen=True)
class Group:
    """One direction's figures: all of it, and by the other unit's name, kind and month."""

    total: Line
    by_unit: list[Line]
    by_kind: list[Line]
    by_month: list[Line]


@dataclass(frozen=True)
class Figures:
    """To the provider's units (by the unit concerned), and from them (by the unit that reported)."""

    received: Group
    reported: Group


def figures(by: Commission, *, since: datetime, until: datetime, at: datetime) -> Figures:
    """What was reported in [since, until) as it stands at ``at``, to and from the overseer's provider."""
    rows = counted(by, since, until)
    names = dict(CareUnit.objects.filter(pk__in=_units(rows)).order_by().values_list("pk", "name"))
    received = _cases(rows.filter(received_by(by)), at)
    reported = _cases(rows.filter(reported_by(by)), at)
    return Figures(
        _group(received, lambda case: names[case.unit]), _group(reported, lambda case: names[case.reporter_unit])
    )


def _units(rows: "QuerySet[Deviation]") -> set[uuid.UUID]:
    return {key for pair in rows.values_list("unit", "reporter_unit") for key in pair}


def _cases(rows: "QuerySet[Deviation]", at: datetime) -> list[Case]:
    answered = rows.annotate(first_answer=Min("answers__at"))
    fields = ("kind", "unit", "reporter_unit", "reported_at", "state", "due_at", "first_answer")
    return [
        Case(
            kind=kind,
            unit=unit,
            reporter_unit=reporter,
            month=f"{timezone.localtime(reported):%Y-%m}",
            is_open=state != Deviation.State.CLOSED,
            is_late=due is not None and due < at,
            days=(first - reported) / _DAY if first else None,
        )
        for kind, unit, reporter, reported, state, due, first in answered.values_list(*fields)
    ]


def _group(cases: Sequence[Case], unit: Callable[[Case], str]) -> Group:
    kinds = dict(Kind.choices)
    return Group(
        total=line("", cases),
        by_unit=_lines(cases, unit, str),
        by_kind=sorted(
            _lines(cases, lambda case: case.kind, lambda key: str(kinds[key])), key=lambda each: -each.reported
        ),
        by_month=_lines(cases, lambda case: case.month, str),
    )


def _lines(cases: Iterable[Case], key: Callable[[Case], str], label: Callable[[str], str]) -> list[Line]:
    found: dict[Hashable, list[Case]] = defaultdict(list)
    for case in cases:
        found[key(case)].append(case)
    return [line(label(str(name)), found[name]) for name in sorted(found, key=str)]


def line(label: str, cases: Sequence[Case]) -> Line:
    """The figures of some cases."""
    days = [case.days for case in cases if case.days is not None]
    return Line(
        label=label,
        reported=len(cases),
        open=sum(case.is_open for case in cases),
        late=sum(case.is_late for case in cases),
        answered=len(days),
        median_days=median(days) if days else None,
    )


def masked(counts: Sequence[int]) -> list[int | None]:
    """Counts of a column as they may leave the page: None where a count from 1 to 4 stood.

    What is hidden could be had from the column's sum if it were one count, or several that together are small; then
    the smallest of the others are hidden too, as long as there are any.
    """
    hidden = {place for place, n in enumerate(counts) if 0 < n < SMALL}
    rest = sorted((place for place, n in enumerate(counts) if n >= SMALL), key=lambda place: (counts[place], place))
    while hidden and rest and (len(hidden) == 1 or sum(counts[place] for place in hidden) < SMALL):
        hidden.add(rest.pop(0))
    return [None if place in hidden else n for place, n in enumerate(counts)]
