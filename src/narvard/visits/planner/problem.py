"""From a day to the engine's problem: names, minutes, skills, joint visits, pins, what is done."""

import uuid
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from itertools import pairwise

from narvard.engines.routing import (
    Break,
    Caregiver,
    CarPool,
    Done,
    Joint,
    Objective,
    Operation,
    Pin,
    Placement,
    Problem,
    Window,
)
from narvard.engines.travel import Conditions, Router, Travel, travel_times
from narvard.visits.models import Activity, Priority, Shift, Visit, VisitRole
from narvard.visits.planner.day import MADE, PLANNABLE, Crew, Day, Point, asked_skills

WINTER_MONTHS = frozenset({11, 12, 1, 2, 3})
# Missing the break costs more than leaving out an ordinary visit, yet never makes a day impossible.
MISSED_BREAK = 1500.0
USUAL_LUNCH = (11 * 60.0, 13 * 60 + 30.0)

Meetings = Mapping[str, tuple[Activity, Crew]]
ByShift = Mapping[uuid.UUID | None, Crew]
Keys = frozenset[uuid.UUID]


@dataclass(frozen=True)
class Posed:
    """A problem, and what its names mean: roles and activities by operation, crews by caregiver."""

    problem: Problem
    roles: Mapping[str, tuple[Visit, VisitRole]]
    activities: Meetings
    crews: Mapping[str, Crew]
    unplaceable: Mapping[uuid.UUID, str]
    """Visits that were not given to the engine, with a reason code."""
    outside: tuple[Activity, ...]
    """Activities that no participant's shift holds."""
    travel: Travel
    start: Mapping[str, Placement]
    """The plan that holds now, to go on from."""


def operation_id(role: VisitRole) -> str:
    """A role's name towards the engine."""
    return f"r{role.pk}"


def ask_id(role: VisitRole) -> str:
    """All that a role asks for as one skill, so that a crew has it only when one of its members has all of it."""
    return "+".join(sorted(asked_skills(role)))


def location_id(point: Point) -> str:
    """A point's name towards the engine: people in the same house share it."""
    return f"{point[0]:.5f},{point[1]:.5f}"


def is_winter(day: date) -> bool:
    """Whether roads are slow: November to March."""
    return day.month in WINTER_MONTHS


def pose(day: Day, router: Router | None = None, asked_for: uuid.UUID | None = None) -> Posed:
    """The engine's problem for a day; travel comes from ``router`` if given and alive, else it is estimated.

    ``asked_for`` is a visit that is open to be placed even if its planned time has passed.
    """
    begun = day.under_way - {asked_for} if asked_for else day.under_way
    unplaceable = {visit.pk: code for visit in day.visits if (code := _obstacle(day, visit))}
    visits = [visit for visit in day.visits if visit.pk not in unplaceable]
    by_shift: ByShift = {shift.pk: crew for crew in day.crews for shift in crew.shifts}
    meetings, asked = dict(_meetings(day)), _asked(visits)
    names, travel = _travel(day, visits, meetings, router)
    problem = Problem(
        operations=(*_operations(day, visits), *_meeting_operations(day, meetings)),
        caregivers=tuple(_caregiver(day, crew, asked) for crew in day.crews),
        locations=names,
        travel=travel.minutes,
        objective=Objective.care_day(),
        joint=tuple(_joint(visits, begun)),
        car_pools=tuple(CarPool(str(base), n) for base, n in day.free_cars.items() if n is not None),
        pins=(*_pins(visits, by_shift, begun), *_meeting_pins(day, meetings)),
        done=tuple(_apart([*_made(day, visits, by_shift, begun), *_begun(day, meetings)])),
        now=day.now,
    )
    held = {activity.pk for activity, _crew in meetings.values()}
    return Posed(
        problem=problem,
        roles={operation_id(role): (visit, role) for visit in visits for role in visit.roles.all()},
        activities=meetings,
        crews={crew.id: crew for crew in day.crews},
        unplaceable=unplaceable,
        outside=tuple(activity for activity in day.activities if activity.pk not in held),
        travel=travel,
        start={**_start(day, visits, by_shift, begun), **_meeting_start(day, meetings)},
    )


def _obstacle(day: Day, visit: Visit) -> str:
    """Why a visit cannot be given to the engine at all, as a reason code; empty when it can."""
    if not visit.roles.all():
        return "no_roles"
    return "" if day.places[visit.pk].known else "no_place"


def _operations(day: Day, visits: list[Visit]) -> Iterator[Operation]:
    for visit in visits:
        point = day.places[visit.pk].point
        window = Window(day.minute(visit.window_start), day.minute(visit.window_end))
        for role in visit.roles.all():
            yield Operation(
                id=operation_id(role),
                location=location_id(point) if point else None,
                duration=float(visit.minutes),
                windows=(window,),
                patient=str(visit.patient_id),
                visit=str(visit.pk),
                skills=frozenset({ask_id(role)}),
                preferred=_crews_of(day, role.preferred_staff_id),
                last=next(iter(_crews_of(day, day.came_last.get((visit.patient_id, role.unit_id)))), None),
                priority=visit.priority,
                optional=visit.priority != Priority.MUST,
            )


def _crews_of(day: Day, person: uuid.UUID | None) -> frozenset[str]:
    """The crews that a person is in today."""
    return day.crews_by_staff.get(person, frozenset()) if person else frozenset()


def _joint(visits: list[Visit], begun: Keys) -> Iterator[Joint]:
    for visit in visits:
        names = tuple(operation_id(role) for role in visit.roles.all())
        if len(names) > 1 and _is_open(visit, begun):
            yield Joint(names)


def _asked(visits: list[Visit]) -> dict[str, frozenset[str]]:
    """Everything that some role of the day asks for, by name."""
    return {ask_id(role): asked_skills(role) for visit in visits for role in visit.roles.all()}


def _answers(held: frozenset[str], asked: Mapping[str, frozenset[str]]) -> frozenset[str]:
    """The names of what a person with the skills ``held`` can answer to."""
    return frozenset(name for name, needed in asked.items() if needed <= held)


def _is_open(visit: Visit, begun: Keys) -> bool:
    """Whether the engine may give the visit another time or other people."""
    return visit.state in PLANNABLE and visit.pk not in begun


def _caregiver(day: Day, crew: Crew, asked: Mapping[str, frozenset[str]]) -> Caregiver:
    lead = crew.lead
    base = location_id((lead.base.latitude, lead.base.longitude))
    members = tuple(_answers(day.skills(member), asked) for member in crew.shifts)
    pooled = lead.car_id is None and day.free_cars.get(lead.base_id) is not None
    return Caregiver(
        id=crew.id,
        start=base,
        end=base,
        shift=(day.minute(lead.starts_at), day.minute(lead.ends_at)),
        skills=frozenset().union(*members),
        members=members if len(members) > 1 else (),
        breaks=tuple(_break(day, lead)),
        car_pool=str(lead.base_id) if pooled else None,
    )


def _break(day: Day, shift: Shift) -> Iterator[Break]:
    if not shift.break_minutes:
        return
    start, end = _break_window(day, shift)
    if end - shift.break_minutes >= day.now:
        yield Break(start, end, float(shift.break_minutes), missed=MISSED_BREAK)


def _break_window(day: Day, shift: Shift) -> tuple[float, float]:
    """When the break is: as written on the shift, else around noon, else in the middle of the shift."""
    if shift.break_from is not None and shift.break_until is not None:
        return day.minute(shift.break_from), day.minute(shift.break_until)
    begins, ends = day.minute(shift.starts_at), day.minute(shift.ends_at)
    start, end = max(USUAL_LUNCH[0], begins + 60), min(USUAL_LUNCH[1], ends - 60)
    if end - start >= shift.break_minutes:
        return start, end
    room = (ends - begins - shift.break_minutes) / 4
    return begins + room, ends - room


def _meetings(day: Day) -> Iterator[tuple[str, tuple[Activity, Crew]]]:
    """Each crew with a participant at work takes part in an activity once, whole."""
    for activity in day.activities:
        people = {person.pk for person in activity.participants.all()}
        for crew in day.crews:
            if people & {shift.commission.staff_id for shift in crew.shifts} and _holds(crew, activity):
                yield f"a{activity.pk}/{crew.id}", (activity, crew)


def _holds(crew: Crew, activity: Activity) -> bool:
    return crew.lead.starts_at <= activity.starts_at and activity.ends_at <= crew.lead.ends_at


def _meeting_operations(day: Day, meetings: Meetings) -> Iterator[Operation]:
    for name, (activity, _crew) in meetings.items():
        start, end = day.minute(activity.starts_at), day.minute(activity.ends_at)
        yield Operation(
            id=name,
            location=location_id((activity.base.latitude, activity.base.longitude)),
            duration=end - start,
            windows=(Window(start, start),),
            priority=int(Priority.MUST),
        )


def _meeting_pins(day: Day, meetings: Meetings) -> Iterator[Pin]:
    for name, (activity, crew) in meetings.items():
        if day.minute(activity.starts_at) >= day.now:
            yield Pin(name, crew.id, day.minute(activity.starts_at))


def _meeting_start(day: Day, meetings: Meetings) -> dict[str, Placement]:
    return {pin.operation: Placement(str(pin.caregiver), pin.start or 0.0) for pin in _meeting_pins(day, meetings)}


def _begun(day: Day, meetings: Meetings) -> Iterator[Done]:
    for name, (activity, crew) in meetings.items():
        if day.minute(activity.starts_at) < day.now:
            yield Done(name, crew.id, day.minute(activity.starts_at), day.minute(activity.ends_at))


def _pins(visits: list[Visit], by_shift: ByShift, begun: Keys) -> Iterator[Pin]:
    for visit in visits:
        for role in visit.roles.all():
            if role.pinned and role.shift_id in by_shift and _is_open(visit, begun):
                yield Pin(operation_id(role), by_shift[role.shift_id].id)


def _made(day: Day, visits: list[Visit], by_shift: ByShift, begun: Keys) -> Iterator[Done]:
    for visit in visits:
        if visit.starts_at is None or not (visit.state in MADE or visit.pk in begun):
            continue
        start = day.minute(visit.starts_at)
        end = day.minute(visit.ends_at) if visit.ends_at else max(start + visit.minutes, day.now)
        for role in visit.roles.all():
            if role.shift_id in by_shift:
                yield Done(operation_id(role), by_shift[role.shift_id].id, start, max(start, end))


def _apart(made: Iterable[Done]) -> Iterator[Done]:
    """Ends cut where the same crew began the next: people press Done late, and the engine wants no overlaps."""
    by_crew: dict[str, list[Done]] = defaultdict(list)
    for row in made:
        by_crew[row.caregiver].append(row)
    for rows in by_crew.values():
        rows.sort(key=lambda row: (row.start, row.end, row.operation))
        for row, following in pairwise(rows):
            yield Done(row.operation, row.caregiver, row.start, min(row.end, following.start))
        yield rows[-1]


def _start(day: Day, visits: list[Visit], by_shift: ByShift, begun: Keys) -> dict[str, Placement]:
    return {
        operation_id(role): Placement(by_shift[role.shift_id].id, day.minute(visit.starts_at))
        for visit in visits
        if visit.state == Visit.State.PLANNED and visit.starts_at is not None and visit.pk not in begun
        for role in visit.roles.all()
        if role.shift_id in by_shift
    }


def _travel(day: Day, visits: list[Visit], meetings: Meetings, router: Router | None) -> tuple[tuple[str, ...], Travel]:
    bases = [crew.lead.base for crew in day.crews] + [activity.base for activity, _crew in meetings.values()]
    points = [(base.latitude, base.longitude) for base in bases]
    points += [point for visit in visits if (point := day.places[visit.pk].point)]
    known = {location_id(point): point for point in points}
    travel = travel_times(
        [point[0] for point in known.values()],
        [point[1] for point in known.values()],
        router=router,
        conditions=Conditions(winter=is_winter(day.date)),
    )
    return tuple(known), travel
