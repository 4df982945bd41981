"""From the engine's result to the day: one transaction, in which nothing that changed meanwhile is overwritten."""

import uuid
from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from itertools import permutations
from typing import Any

from django.db import transaction
from django.db.models import Max

from narvard.core import audit, runs
from narvard.core.models import Run
from narvard.engines.routing import Placed, Result, Route
from narvard.organisation.models import Commission
from narvard.visits import queries, times
from narvard.visits.models import DayPlan, Shift, Visit, VisitRole
from narvard.visits.planner.day import PLANNABLE, Crew, Day, asked_skills
from narvard.visits.planner.problem import Posed
from narvard.visits.planner.reasons import reasons

State = Visit.State


@dataclass(frozen=True)
class Seat:
    """A role's place in a plan: which shift, when, which place in the route, and minutes of travel to it."""

    shift: Shift
    start: float
    order: int
    travel: float


def seats(day: Day, posed: Posed, routes: Iterable[Route]) -> dict[int, Seat]:
    """Every planned role's seat, by the role's key."""
    given: dict[int, Seat] = {}
    for route in routes:
        by_visit: dict[uuid.UUID, list[tuple[int, Placed]]] = defaultdict(list)
        for order, placed in enumerate(route.placed, start=1):
            if placed.operation in posed.roles:
                by_visit[posed.roles[placed.operation][0].pk].append((order, placed))
        for stops in by_visit.values():
            roles = [posed.roles[placed.operation][1] for _order, placed in stops]
            members = members_for(day, posed.crews[route.caregiver], roles)
            for (order, placed), role, shift in zip(stops, roles, members, strict=True):
                given[role.pk] = Seat(shift, placed.start, order, placed.travel)
    return given


def members_for(day: Day, crew: Crew, roles: list[VisitRole]) -> tuple[Shift, ...]:
    """Which member of a crew takes each role; those already in a role keep it where they can."""
    able = [
        members
        for members in permutations(crew.shifts, len(roles))
        if all(asked_skills(role) <= day.skills(shift) for role, shift in zip(roles, members, strict=True))
    ]
    return max(able, key=lambda members: sum(r.shift_id == s.pk for r, s in zip(roles, members, strict=True)))


@transaction.atomic
def publish(
    day: Day,
    posed: Posed,
    result: Result,
    *,
    by: Commission | None,
    at: datetime,
    run: Run | None = None,
) -> DayPlan:
    """Write a plan. Visits and shifts that changed since ``day`` was read keep what they have become.

    With ``run``, raises ``core.runs.Superseded`` when another worker has taken over.
    """
    if run is not None:
        runs.hold(run)
    visits = _unchanged(day)
    plan = DayPlan.objects.create(
        care_area=day.care_area,
        date=day.date,
        number=_next_number(day),
        run=run,
        made_by=by,
        made_at=at,
        planned=0,
        unplanned=0,
        summary=_summary(posed, result, changed_meanwhile=len(_plannable(day)) - len(visits)),
    )
    _arrange(day, posed, result, visits)
    _save(visits, plan)
    plan.planned = sum(visit.state == State.PLANNED for visit in visits)
    plan.unplanned = sum(visit.state == State.UNPLANNED for visit in visits)
    plan.save(update_fields=["planned", "unplanned"])
    audit.write(
        "visits.publish_plan",
        by=by or audit.SYSTEM,
        at=at,
        patients=[visit.patient_id for visit in visits],
        object_kind="dayplan",
        object_id=plan.pk,
    )
    return plan


def _plannable(day: Day) -> dict[uuid.UUID, int]:
    open_visits = (visit for visit in day.visits if visit.state in PLANNABLE and visit.pk not in day.under_way)
    return {visit.pk: visit.version for visit in open_visits}


def _unchanged(day: Day) -> list[Visit]:
    """The day's visits as they are now, locked in one order, without those that changed since they were read."""
    read = _plannable(day)
    locked = Visit.objects.select_for_update().filter(pk__in=list(read)).order_by("pk").prefetch_related("roles")
    return [visit for visit in locked if visit.version == read[visit.pk]]


def _next_number(day: Day) -> int:
    held = DayPlan.objects.filter(care_area=day.care_area, date=day.date).aggregate(last=Max("number"))
    return (held["last"] or 0) + 1


def _arrange(day: Day, posed: Posed, result: Result, visits: list[Visit]) -> None:
    """Give each visit its seats, or its reason."""
    working = set(queries.area_shifts(day.care_area, day.date).values_list("pk", flat=True))
    given = {key: seat for key, seat in seats(day, posed, result.routes).items() if seat.shift.pk in working}
    why = reasons(day, posed, result.unplanned)
    for visit in visits:
        roles = list(visit.roles.all())
        if roles and all(role.pk in given for role in roles):
            _seat(visit, {role.pk: given[role.pk] for role in roles}, day.origin)
        else:
            _leave_out(visit, *why.get(visit.pk, ("", "")))


def _seat(visit: Visit, seated: Mapping[int, Seat], origin: datetime) -> None:
    start = max(seat.start for seat in seated.values())
    visit.state, visit.reason, visit.reason_code = State.PLANNED, "", ""
    visit.starts_at = times.after(origin, start)
    visit.ends_at = times.after(origin, start + visit.minutes)
    for role in visit.roles.all():
        seat = seated[role.pk]
        role.shift_id, role.order, role.travel_minutes = seat.shift.pk, seat.order, round(seat.travel, 1)


def _leave_out(visit: Visit, code: str, sentence: str) -> None:
    """No place in the plan: unplanned with its reason, or still to plan when its shift vanished meanwhile."""
    visit.state = State.UNPLANNED if sentence else State.TO_PLAN
    visit.starts_at = visit.ends_at = None
    visit.reason, visit.reason_code = sentence, code
    for role in visit.roles.all():
        role.order = role.travel_minutes = None
        if not role.pinned:
            role.shift_id = None


def _save(visits: list[Visit], plan: DayPlan) -> None:
    """Write the visits; only those that a person would see a change in get a new version."""
    before = {visit.pk: _seen(visit) for visit in _as_stored(visits)}
    for visit in visits:
        visit.plan = plan
        visit.version += _seen(visit) != before[visit.pk]
    fields = ["state", "starts_at", "ends_at", "reason", "reason_code", "plan", "version"]
    Visit.objects.bulk_update(visits, fields, batch_size=200)
    roles = [role for visit in visits for role in visit.roles.all()]
    VisitRole.objects.bulk_update(roles, ["shift", "order", "travel_minutes"], batch_size=200)


def _as_stored(visits: list[Visit]) -> "Iterable[Visit]":
    return Visit.objects.filter(pk__in=[visit.pk for visit in visits]).prefetch_related("roles")


def _seen(visit: Visit) -> tuple[object, ...]:
    return visit.state, visit.starts_at, visit.reason, *sorted((r.pk, str(r.shift_id)) for r in visit.roles.all())


def _summary(posed: Posed, result: Result, *, changed_meanwhile: int) -> dict[str, Any]:
    return {
        "cost": round(result.cost, 2),
        "terms": {name: round(value, 2) for name, value in result.terms.items()},
        "amounts": {name: round(value, 2) for name, value in result.amounts.items()},
        "evaluations": result.evaluations,
        "seconds": round(result.seconds, 2),
        "seed": result.seed,
        "stopped": result.stopped.value,
        "travel_source": posed.travel.source,
        "travel_fell_back": posed.travel.fell_back,
        "changed_meanwhile": changed_meanwhile,
        "activities_outside": [str(activity.pk) for activity in posed.outside],
        "activities_left_out": [
            str(posed.activities[row.operation][0].pk) for row in result.unplanned if row.operation in posed.activities
        ],
        "routes": [_route(route, posed.crews[route.caregiver]) for route in result.routes],
    }


def _route(route: Route, crew: Crew) -> dict[str, Any]:
    """What a page shows of a route beside its visits; minutes from midnight."""
    return {
        "shifts": [str(shift.pk) for shift in crew.shifts],
        "departure": route.departure,
        "arrival": route.arrival,
        "travel": round(route.travel, 1),
        "breaks": [[taken.start, taken.end] for taken in route.breaks],
        "missed_breaks": route.missed_breaks,
    }
