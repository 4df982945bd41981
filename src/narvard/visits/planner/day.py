"""A day of a care area as the planner reads it: people and cars, visits and places, activities; no engine here."""

import uuid
from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from functools import cached_property
from math import inf

from django.db.models import Q
from django.utils import timezone

from narvard.organisation.models import Car, Profession, StaffCompetence
from narvard.people.models import Address
from narvard.visits import queries, times
from narvard.visits.models import Activity, Mode, Shift, Visit, VisitRole

Point = tuple[float, float]
"""Latitude and longitude, WGS84."""

# Who may also do what is asked of another profession: a specialist nurse is a nurse.
COVERS: Mapping[str, frozenset[str]] = {
    Profession.DISTRICT_NURSE: frozenset({Profession.NURSE}),
    Profession.ASSISTANT_NURSE: frozenset({Profession.CARE_ASSISTANT}),
}
PLANNABLE = queries.OPEN_STATES
MADE = (Visit.State.STARTED, Visit.State.DONE)


@dataclass(frozen=True)
class Crew:
    """Those who go together all day: one shift, or several in one car with the same times and base."""

    shifts: tuple[Shift, ...]

    @property
    def id(self) -> str:
        """The crew's name towards the engine."""
        return str(self.shifts[0].pk)

    @property
    def lead(self) -> Shift:
        """The shift whose times, base and car the whole crew has."""
        return self.shifts[0]


@dataclass(frozen=True)
class Place:
    """Where a visit is made: a point, anywhere (video and phone), or nowhere known."""

    point: Point | None = None
    anywhere: bool = False

    @property
    def known(self) -> bool:
        """Whether somebody can go there, or need not."""
        return self.anywhere or self.point is not None


@dataclass(frozen=True)
class Day:
    """Everything that a plan of one day of one care area is made of."""

    care_area: str
    date: date
    at: datetime
    crews: tuple[Crew, ...]
    visits: tuple[Visit, ...]
    places: Mapping[uuid.UUID, Place]
    activities: tuple[Activity, ...]
    competences: Mapping[uuid.UUID, frozenset[uuid.UUID]]
    came_last: Mapping[tuple[uuid.UUID, uuid.UUID], uuid.UUID]
    free_cars: Mapping[uuid.UUID, int | None] = field(default_factory=dict)
    """Cars at each base that no shift has been given; None where the base keeps no cars."""

    @cached_property
    def origin(self) -> datetime:
        """Local midnight, from which the engine's minutes count."""
        return times.midnight(self.date)

    @cached_property
    def now(self) -> float:
        """Minutes since midnight of today; before the day everything is still open."""
        return self.minute(self.at) if timezone.localdate(self.at) == self.date else -inf

    @cached_property
    def crews_by_staff(self) -> Mapping[uuid.UUID, frozenset[str]]:
        """The crews that each person is in today, by staff id."""
        found: dict[uuid.UUID, set[str]] = defaultdict(set)
        for crew in self.crews:
            for shift in crew.shifts:
                found[shift.commission.staff_id].add(crew.id)
        return {person: frozenset(names) for person, names in found.items()}

    @cached_property
    def under_way(self) -> frozenset[uuid.UUID]:
        """Planned visits whose time has come: they count as made as planned until somebody says otherwise.

        People at the door register late; what nobody has registered is not planned a second time.
        """
        working = {shift.pk for crew in self.crews for shift in crew.shifts}
        return frozenset(
            visit.pk
            for visit in self.visits
            if visit.state == Visit.State.PLANNED
            and visit.starts_at is not None
            and self.minute(visit.starts_at) < self.now
            and all(role.shift_id in working for role in visit.roles.all())
        )

    def minute(self, instant: datetime) -> float:
        """Minutes from the day's midnight to ``instant``."""
        return times.minutes_since(self.origin, instant)

    def skills(self, shift: Shift) -> frozenset[str]:
        """What a person on a shift brings: the unit, the profession (and those it covers), competences."""
        staff = shift.commission.staff
        professions = {staff.profession} | COVERS.get(staff.profession, frozenset())
        return frozenset(
            {f"unit:{shift.commission.unit_id}"}
            | {f"profession:{name}" for name in professions}
            | {f"competence:{key}" for key in self.competences.get(staff.pk, frozenset())}
        )


def asked_skills(role: VisitRole) -> frozenset[str]:
    """What a role asks for, in the words of :meth:`Day.skills`."""
    asked = {f"unit:{role.unit_id}"}
    if role.profession:
        asked.add(f"profession:{role.profession}")
    if role.competence_id is not None:
        asked.add(f"competence:{role.competence_id}")
    return frozenset(asked)


def read_day(care_area: str, day: date, at: datetime) -> Day:
    """Read a day in a fixed number of queries."""
    shifts = list(queries.area_shifts(care_area, day).order_by("starts_at", "pk"))
    staff = {shift.commission.staff_id for shift in shifts}
    visits = tuple(
        queries.with_roles(queries.area_visits(care_area, day))
        .filter(state__in=[*PLANNABLE, *MADE])
        .select_related("owner_unit")
        .order_by("pk")
    )
    return Day(
        care_area=care_area,
        date=day,
        at=at,
        crews=crews_of(shifts),
        visits=visits,
        places=places(visits, at),
        activities=tuple(queries.area_activities(care_area, day)),
        competences=_competences(staff, day),
        came_last=queries.last_staff({visit.patient_id for visit in visits}, day),
        free_cars=_free_cars(shifts, day),
    )


def crews_of(shifts: Iterable[Shift]) -> tuple[Crew, ...]:
    """Shifts gathered into crews, in the order given."""
    together: dict[object, list[Shift]] = defaultdict(list)
    for shift in shifts:
        key = (shift.car_id, shift.starts_at, shift.ends_at, shift.base_id) if shift.car_id else shift.pk
        together[key].append(shift)
    return tuple(Crew(tuple(members)) for members in together.values())


def places(visits: Iterable[Visit], at: datetime) -> dict[uuid.UUID, Place]:
    """Where each visit (with ``owner_unit`` fetched) is made, by its id; one query."""
    visits = list(visits)
    homes = {visit.patient_id for visit in visits if visit.mode == Mode.HOME}
    lived = Address.objects.filter(Q(until=None) | Q(until__gt=at), patient__in=homes, since__lte=at)
    points = {patient: (lat, lon) for patient, lat, lon in lived.values_list("patient", "latitude", "longitude")}
    return {visit.pk: _place(visit, points) for visit in visits}


def _place(visit: Visit, homes: Mapping[uuid.UUID, Point]) -> Place:
    if Mode(visit.mode).anywhere:
        return Place(anywhere=True)
    if visit.mode == Mode.HOME:
        return Place(homes.get(visit.patient_id))
    where = visit if visit.mode == Mode.OTHER_PLACE else visit.owner_unit
    if where.latitude is None or where.longitude is None:
        return Place()
    return Place((where.latitude, where.longitude))


def _competences(staff: set[uuid.UUID], day: date) -> dict[uuid.UUID, frozenset[uuid.UUID]]:
    held = StaffCompetence.objects.filter(Q(until=None) | Q(until__gt=day), staff__in=staff, since__lte=day)
    rows: dict[uuid.UUID, set[uuid.UUID]] = defaultdict(set)
    for person, competence in held.values_list("staff", "competence"):
        rows[person].add(competence)
    return {person: frozenset(keys) for person, keys in rows.items()}


def _free_cars(shifts: list[Shift], day: date) -> dict[uuid.UUID, int | None]:
    bases = {shift.base_id for shift in shifts if shift.car_id is None}
    taken = {shift.car_id for shift in shifts if shift.car_id is not None}
    free: dict[uuid.UUID, int | None] = dict.fromkeys(bases)
    cars = Car.objects.filter(Q(retired_on=None) | Q(retired_on__gt=day), base__in=bases)
    for car, base in cars.values_list("pk", "base"):
        free[base] = (free[base] or 0) + (car not in taken)
    return free
