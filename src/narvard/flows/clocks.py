"""The clocks of an area across rooms: late, nearly late and in time now, met and missed lately, by unit."""

from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from django.db.models import Count, F, Q, QuerySet

from narvard.care.models import Duty, Handover
from narvard.intake.clocks import WARN_MINUTES_ACCEPTED
from narvard.intake.early.models import OPEN_STATES, EarlyCase
from narvard.intake.models import CareRequest, RequestEvent
from narvard.intake.queries import nearly_late
from narvard.organisation.models import CareUnit, Team

# Duties, hand-overs and early signs are counted in working days: nearly late in their last two hours.
_SOON = timedelta(minutes=WARN_MINUTES_ACCEPTED)
State = CareRequest.State


@dataclass
class Tally:
    """How many clocks run now (late, nearly late, in time), and how many were answered (met, missed)."""

    late: int = 0
    nearly: int = 0
    in_time: int = 0
    met: int = 0
    missed: int = 0

    def add(self, other: "Tally") -> None:
        """Count the other's too."""
        for name, value in vars(other).items():
            setattr(self, name, getattr(self, name) + value)

    @property
    def share(self) -> float | None:
        """The share of the answered clocks that were met; None when none was answered."""
        answered = self.met + self.missed
        return self.met / answered if answered else None


@dataclass(frozen=True)
class Line:
    """A unit with its clocks; ``programme`` is empty for one that is no team."""

    unit: str
    programme: str
    tally: Tally


def clock_lines(care_area: str, at: datetime, *, since: datetime, unit: CareUnit | None = None) -> list[Line]:
    """The units of the area that have clocks, those with late ones first; only ``unit`` when it is given.

    A clock that runs is the unit's that has to act; one that was answered is the unit's that answered. A fixed
    number of queries, however many there are.
    """
    tallies: dict[UUID, Tally] = defaultdict(Tally)
    for key, name, many in (*_requests(at, since), *_duties(at, since), *_handovers(at, since), *_early(at, since)):
        tally = tallies[key]
        setattr(tally, name, getattr(tally, name) + many)
    units = CareUnit.objects.filter(pk__in=tallies)
    units = units.filter(pk=unit.pk) if unit else units.filter(care_area=care_area)
    programmes = dict(Team.objects.filter(unit__in=tallies).values_list("unit", "programme__name"))
    lines = [Line(row.name, programmes.get(row.pk, ""), tallies[row.pk]) for row in units.order_by("sort_key")]
    return sorted(lines, key=lambda line: (-line.tally.late, -line.tally.nearly))


def by_programme(lines: Iterable[Line]) -> list[tuple[str, Tally]]:
    """The teams' clocks put together by programme, in the order of the alphabet."""
    sums: dict[str, Tally] = defaultdict(Tally)
    for line in lines:
        if line.programme:
            sums[line.programme].add(line.tally)
    return sorted(sums.items())


Counted = Iterator[tuple[UUID, str, int]]


def _requests(at: datetime, since: datetime) -> Counted:
    """By who has to act: the intake asks a team, the asked team answers, the keeper goes."""
    rows = CareRequest.objects.exclude(state=State.CLOSED)
    for state, holder in ((State.NEW, "owner_unit"), (State.ASKED, "team"), (State.ACCEPTED, "keeper")):
        yield from _running(rows.filter(state=state), holder, at, nearly_late(at))
    answered = RequestEvent.objects.filter(at__gte=since, at__lte=at, met__isnull=False, by__isnull=False)
    yield from _answered(answered, "by__unit", Q(met=True))


def _duties(at: datetime, since: datetime) -> Counted:
    rows = Duty.objects.filter(voided_at=None)
    yield from _running(rows.filter(done_at=None), "unit", at, _soon(at))
    yield from _answered(rows.filter(done_at__gte=since, done_at__lte=at), "unit", Q(done_at__lte=F("due_at")))


def _handovers(at: datetime, since: datetime) -> Counted:
    """The receiver's clock; an answer was late when the clock had been escalated first."""
    waiting = Handover.objects.filter(state__in=Handover.OPEN_STATES).exclude(due_at=None)
    yield from _running(waiting, "receiver", at, _soon(at))
    answers = [Handover.State.ACCEPTED, Handover.State.DECLINED]
    answered = Handover.objects.filter(events__at__gte=since, events__at__lte=at, events__state__in=answers)
    yield from _answered(answered.filter(state__in=answers).distinct(), "receiver", Q(escalated_at=None))


def _early(at: datetime, since: datetime) -> Counted:
    yield from _running(EarlyCase.objects.filter(state__in=OPEN_STATES), "owner_unit", at, _soon(at))
    ended = EarlyCase.objects.filter(answered_at__gte=since, answered_at__lte=at, met_end__isnull=False)
    yield from _answered(ended, "owner_unit", Q(met_end=True))


def _soon(at: datetime) -> Q:
    return Q(due_at__gte=at, due_at__lt=at + _SOON)


def _running(rows: "QuerySet[Any]", holder: str, at: datetime, nearly: Q) -> Counted:
    counts = rows.values_list(holder).annotate(
        late=Count("pk", filter=Q(due_at__lt=at)), nearly=Count("pk", filter=nearly), every=Count("pk")
    )
    for unit, late, soon, every in counts.order_by():
        if unit is not None:
            yield from ((unit, "late", late), (unit, "nearly", soon), (unit, "in_time", every - late - soon))


def _answered(rows: "QuerySet[Any]", holder: str, met: Q) -> Counted:
    counts = rows.values_list(holder).annotate(
        met_=Count("pk", filter=met, distinct=True), every=Count("pk", distinct=True)
    )
    for unit, kept, every in counts.order_by():
        if unit is not None:
            yield from ((unit, "met", kept), (unit, "missed", every - kept))
