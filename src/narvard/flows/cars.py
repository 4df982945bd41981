"""When a team's car is free for one who waits: read from today's shifts, visits and breaks, across rooms."""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from django.utils import timezone

from narvard.organisation.models import Team
from narvard.visits.models import Shift, Visit, VisitRole
from narvard.visits.queries import area_shifts

# What a visit to one who waits takes at least, the way there not counted: our own rule of thumb.
ROOM = timedelta(minutes=45)
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


def free_cars(care_area: str, at: datetime) -> list[FreeCar]:
    """Each mobile team's first free car today, soonest first; teams whose day is full or over are left out.

    A fixed number of queries, however many shifts, visits and teams there are. The way to the patient is not
    counted, so the time is the earliest that the car can leave.
    """
    shifts = list(area_shifts(care_area, timezone.localdate(at)).filter(ends_at__gt=at))
    teams = {
        row.pk: row
        for row in Team.objects.filter(unit__in={shift.commission.unit_id for shift in shifts})
        .select_related("unit")
        .prefetch_related("municipalities")
    }
    busy = _busy(shifts)
    first: dict[UUID, FreeCar] = {}
    for shift in shifts:
        team = teams.get(shift.commission.unit_id)
        since = first_gap((max(at, shift.starts_at), shift.ends_at), busy[shift.pk])
        if team is None or since is None or (team.pk in first and first[team.pk].since <= since):
            continue
        covers = frozenset(place.code for place in team.municipalities.all())
        car = shift.car.label if shift.car else ""
        first[team.pk] = FreeCar(team.pk, team.unit.name, car, since, covers)
    return sorted(first.values(), key=lambda free: (free.since, free.team_name))


def _busy(shifts: Iterable[Shift]) -> dict[UUID, list[Span]]:
    """When each shift is on a visit or at rest."""
    spans: dict[UUID, list[Span]] = defaultdict(list)
    rows = list(shifts)
    roles = VisitRole.objects.filter(shift__in=rows, visit__state__in=_BUSY).select_related("visit")
    for role in roles:
        visit = role.visit
        if role.shift_id is not None and visit.starts_at is not None:
            leaves = visit.starts_at - timedelta(minutes=role.travel_minutes or 0)
            ends = visit.ends_at or visit.starts_at + timedelta(minutes=visit.minutes)
            spans[role.shift_id].append((leaves, ends))
    for shift in rows:
        if shift.break_from and shift.break_until:
            spans[shift.pk].append((shift.break_from, shift.break_until))
    return spans


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
