"""When a team's car is free for one who waits: read from the days' shifts, visits and breaks, across rooms."""

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from uuid import UUID

from django.utils import timezone

from narvard.organisation.models import Team
from narvard.visits.models import Activity, Shift, Visit, VisitRole
from narvard.visits.queries import planned_days

# What a visit to one who waits takes at least, the way there not counted: our own rule of thumb.
ROOM = timedelta(minutes=45)
# For how many days, today included, the plans are read when the earliest visit is told.
DAYS = 3
_BUSY = (Visit.State.PLANNED, Visit.State.STARTED)

Span = tuple[datetime, datetime]


@dataclass(frozen=True)
class FreeCar:
    """The first gap that is long enough in a crew's day: whose, which car, from when."""

    team: UUID
    team_name: str
    car: str
    since: datetime
    covers: frozenset[str]


@dataclass(frozen=True)
class Gap:
    """The first stretch that a crew of a team has nothing to do in: from when, and in which car."""

    since: datetime
    car: str


@dataclass(frozen=True)
class Capacity:
    """What the plans that stand hold by unit: the first gap, and which units have a shift in them at all."""

    gaps: Mapping[UUID, Gap]
    on_shift: frozenset[UUID]
    until: date | None
    """The last day whose plan stands; None when none does."""


def free_cars(care_area: str, at: datetime) -> list[FreeCar]:
    """Each mobile team's first free car today, soonest first; teams whose day is full or over are left out.

    A fixed number of queries, however many shifts, visits and teams there are. The way to the patient is not
    counted, so the time is the earliest that the car can leave.
    """
    today = timezone.localdate(at)
    gaps = _gaps(_shifts(care_area, [today], at), at)
    teams = Team.objects.filter(unit__in=gaps).select_related("unit").prefetch_related("municipalities")
    cars = [
        FreeCar(
            team=team.pk,
            team_name=team.unit.name,
            car=gaps[team.pk].car,
            since=gaps[team.pk].since,
            covers=frozenset(place.code for place in team.municipalities.all()),
        )
        for team in teams
    ]
    return sorted(cars, key=lambda free: (free.since, free.team_name))


def free_capacity(care_area: str, at: datetime, days: int = DAYS) -> Capacity:
    """The first gap of each unit of the area in those of the next ``days`` that are planned; five queries in all.

    A day without a plan is left out: its crews look free only because nobody has given them their visits yet.
    """
    today = timezone.localdate(at)
    planned = planned_days(care_area, [today + timedelta(days=n) for n in range(days)])
    shifts = _shifts(care_area, planned, at)
    on_shift = frozenset(shift.commission.unit_id for shift in shifts)
    return Capacity(_gaps(shifts, at), on_shift, max(planned, default=None))


def _shifts(care_area: str, days: Collection[date], at: datetime) -> list[Shift]:
    rows = Shift.objects.filter(date__in=days, cancelled_at=None, commission__unit__care_area=care_area)
    return list(rows.filter(ends_at__gt=at).select_related("commission", "car"))


def _gaps(shifts: Sequence[Shift], at: datetime) -> dict[UUID, Gap]:
    busy = _busy(shifts)
    gaps: dict[UUID, Gap] = {}
    for shift in shifts:
        unit, since = shift.commission.unit_id, first_gap((max(at, shift.starts_at), shift.ends_at), busy[shift.pk])
        if since is not None and (unit not in gaps or since < gaps[unit].since):
            gaps[unit] = Gap(since, shift.car.label if shift.car else "")
    return gaps


def _busy(rows: Sequence[Shift]) -> dict[UUID, list[Span]]:
    """When each shift is on a visit, at a round or a meeting, or at rest."""
    spans: dict[UUID, list[Span]] = defaultdict(list)
    roles = VisitRole.objects.filter(shift__in=rows, visit__state__in=_BUSY).values_list(
        *("shift", "travel_minutes", "visit__starts_at", "visit__ends_at", "visit__minutes")
    )
    for shift, travel, starts_at, ends_at, minutes in roles:
        if starts_at is not None:
            ends = ends_at or starts_at + timedelta(minutes=minutes)
            spans[shift].append((starts_at - timedelta(minutes=travel or 0), ends))
    meetings = _meetings(rows)
    for row in rows:
        spans[row.pk].extend(meetings.get(row.commission.staff_id, ()))
        if row.break_from and row.break_until:
            spans[row.pk].append((row.break_from, row.break_until))
    return spans


def _meetings(rows: Sequence[Shift]) -> dict[UUID, list[Span]]:
    """When each of the staff is at an activity while somebody of the crews works."""
    if not rows:
        return {}
    first, last = min(row.starts_at for row in rows), max(row.ends_at for row in rows)
    met: dict[UUID, list[Span]] = defaultdict(list)
    taking_part = Activity.participants.through.objects.filter(
        staff__in={row.commission.staff_id for row in rows},
        activity__cancelled_at=None,
        activity__starts_at__lt=last,
        activity__ends_at__gt=first,
    )
    for staff, start, end in taking_part.values_list("staff", "activity__starts_at", "activity__ends_at"):
        met[staff].append((start, end))
    return met


def first_gap(day: Span, busy: Iterable[Span], room: timedelta = ROOM) -> datetime | None:
    """When the first stretch of ``room`` or more with nothing to do begins within ``day``; None if there is none."""
    free, ends = day
    for start, end in sorted(busy):
        if start - free >= room:
            return free
        free = max(free, end)
    return free if ends - free >= room else None


def car_for(cars: Iterable[FreeCar], *, team: UUID | None, municipality: str | None) -> FreeCar | None:
    """The first car of the team that has the request, else of a team that goes to the municipality."""
    if team is not None:
        return next((car for car in cars if car.team == team), None)
    return next((car for car in cars if municipality in car.covers), None)
