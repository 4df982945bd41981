"""Where one visit fits in the plan that holds, and whose visits move: asked and answered before anything is done."""

import json
import uuid
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from math import isfinite
from typing import Any

from django.db import transaction

from narvard.engines.routing import Insertion, Operation, Pin, Plan, Window, insertions
from narvard.visits import times
from narvard.visits.models import Visit, VisitRole
from narvard.visits.planner.day import Crew, Day, read_day
from narvard.visits.planner.problem import Posed, location_id, operation_id, pose
from narvard.visits.planner.publish import members_for
from narvard.visits.planner.travel import router

MOST = 8
"""So many ways are shown."""
# A wished time is met within this many minutes; a plan shown on a page is the same within so many.
WISH_TOLERANCE = 15.0
SAME_WITHIN = 5.0


@dataclass(frozen=True)
class Wish:
    """Whom (a crew, by its first shift) and when (minutes from midnight) a planner asks for; either may be open."""

    crew: str | None = None
    minute: float | None = None


@dataclass(frozen=True)
class Change:
    """Another visit that would move: from when to when."""

    visit: Visit
    was: datetime
    becomes: datetime

    @property
    def minutes(self) -> int:
        """How far, in minutes; negative is earlier."""
        return round((self.becomes - self.was).total_seconds() / 60)


@dataclass(frozen=True)
class Option:
    """One way to take a visit in: who, when, what it costs the day, and whose visits move."""

    who: Mapping[int, Crew]
    """A crew for each role, by the role's key."""
    starts_at: datetime
    moved: tuple[Change, ...]
    cost: float
    token: str
    """What the page sends back; the day is asked anew, and the answer must be the same."""

    @property
    def crews(self) -> list[Crew]:
        """Those who would come."""
        return list({crew.id: crew for crew in self.who.values()}.values())


def options(visit: Visit, *, at: datetime, wish: Wish | None = None, limit: int = MOST) -> list[Option]:
    """The cheapest ways to take a visit into its day's plan; none when nobody can."""
    day, posed = _posed(visit, at)
    wish = wish or Wish()
    return [_option(day, posed, wish, way) for way in _ways(day, posed, visit, wish, limit)]


def _posed(visit: Visit, at: datetime) -> tuple[Day, Posed]:
    day = read_day(visit.owner_unit.care_area, visit.date, at)
    return day, pose(day, router(), asked_for=visit.pk)


def _operations(posed: Posed, visit: Visit) -> list[str]:
    return [name for name, (row, _role) in posed.roles.items() if row.pk == visit.pk]


def _ways(day: Day, posed: Posed, visit: Visit, wish: Wish, limit: int) -> tuple[Insertion, ...]:
    names = _operations(posed, visit)
    if not names or not day.crews or (wish.crew is not None and wish.crew not in posed.crews):
        return ()
    others = tuple(pin for pin in posed.problem.pins if pin.operation not in names)
    kept = tuple(o if o.id in names else _not_earlier(o, posed.start) for o in posed.problem.operations)
    problem = posed.problem.with_changes(pins=others, operations=kept)
    if wish.crew is None and wish.minute is None:
        return insertions(problem, posed.start, names[0], limit)
    found: dict[str, Insertion] = {}
    for name in names:
        wished = Pin(name, wish.crew, wish.minute, WISH_TOLERANCE)
        for way in insertions(problem.with_changes(pins=(*others, wished)), posed.start, name, limit):
            found.setdefault(_token(way, wish), way)
        if wish.crew is None:
            break
    return tuple(sorted(found.values(), key=lambda way: way.cost)[:limit])


def _not_earlier(operation: Operation, plan: Plan) -> Operation:
    """Others may have to wait for an acute visit, but nobody comes before the time that was said."""
    planned = plan.get(operation.id)
    if planned is None:
        return operation
    end = max(operation.windows[-1].end, planned.start)
    return replace(operation, windows=(Window(planned.start, end),))


def _option(day: Day, posed: Posed, wish: Wish, way: Insertion) -> Option:
    return Option(
        who={posed.roles[name][1].pk: posed.crews[placed.caregiver] for name, placed in way.placements.items()},
        starts_at=times.after(day.origin, way.start),
        moved=_changes(day, posed, way),
        cost=way.cost,
        token=_token(way, wish),
    )


def _changes(day: Day, posed: Posed, way: Insertion) -> tuple[Change, ...]:
    """Visits that move by at least a minute, furthest first; a joint one once."""
    found: dict[uuid.UUID, Change] = {}
    for row in way.moved:
        visit, _role = posed.roles[row.operation]
        change = Change(visit, times.after(day.origin, row.was), times.after(day.origin, row.becomes))
        if change.minutes:
            found.setdefault(visit.pk, change)
    return tuple(found.values())


def _token(way: Insertion, wish: Wish) -> str:
    shown = {
        "wish": [wish.crew, wish.minute],
        "who": {name: placed.caregiver for name, placed in sorted(way.placements.items())},
        "start": round(way.start),
        "moved": {row.operation: round(row.becomes) for row in sorted(way.moved, key=lambda row: row.operation)},
    }
    return json.dumps(shown, sort_keys=True, separators=(",", ":"))


def _read(token: str) -> tuple[dict[str, Any], Wish] | None:
    """What a page sent back, if it has the form of a token."""
    try:
        shown = json.loads(token)
        crew, minute = shown["wish"]
        whole = isinstance(shown["who"], dict) and isinstance(shown["moved"], dict)
        starts = [float(value) for value in (shown["start"], *shown["moved"].values())]
        wish = Wish(None if crew is None else str(crew), None if minute is None else float(minute))
    except (ValueError, TypeError, KeyError, AttributeError):
        return None
    return (shown, wish) if whole and all(map(isfinite, starts)) else None


def _same(shown: dict[str, Any], way: Insertion, wish: Wish) -> bool:
    """Whether a way is the one that the page showed, the clock having gone on a little since."""
    now = json.loads(_token(way, wish))
    return (
        shown["who"] == now["who"]
        and abs(float(shown["start"]) - now["start"]) <= SAME_WITHIN
        and set(shown["moved"]) == set(now["moved"])
        and all(abs(float(shown["moved"][name]) - now["moved"][name]) <= SAME_WITHIN for name in now["moved"])
    )


@transaction.atomic
def take_in(visit: Visit, token: str, *, at: datetime) -> list[Visit] | None:
    """Take a visit in as the page showed; gives the visits that changed, the visit itself first.

    None when the day has changed so that this way is no longer there. The caller writes the audit row.
    """
    locked = Visit.objects.select_for_update().filter(date=visit.date, owner_unit__care_area=visit.owner_unit.care_area)
    list(locked.order_by("pk").values_list("pk", flat=True))
    read = _read(token)
    if read is None:
        return None
    shown, wish = read
    day, posed = _posed(visit, at)
    way = next((way for way in _ways(day, posed, visit, wish, MOST) if _same(shown, way, wish)), None)
    return None if way is None else _write(day, posed, visit, way)


def _write(day: Day, posed: Posed, visit: Visit, way: Insertion) -> list[Visit]:
    rows = {row.pk: row for row in day.visits}
    mine = rows[visit.pk]
    old_crews = {crew.id for crew in day.crews for role in mine.roles.all() if _rides(crew, role)}
    _place(day, posed, mine, way)
    changed = [mine]
    for change in _changes(day, posed, way):
        row = rows[change.visit.pk]
        row.starts_at, row.ends_at = change.becomes, times.after(change.becomes, row.minutes)
        changed.append(row)
    for row in changed:
        row.version += 1
    fields = ["state", "starts_at", "ends_at", "reason", "reason_code", "version"]
    Visit.objects.bulk_update(changed, fields)
    touched = old_crews | {placed.caregiver for placed in way.placements.values()}
    for crew in day.crews:
        if crew.id in touched:
            _lay_out(day, posed, crew)
    return changed


def _rides(crew: Crew, role: VisitRole) -> bool:
    return any(shift.pk == role.shift_id for shift in crew.shifts)


def _place(day: Day, posed: Posed, mine: Visit, way: Insertion) -> None:
    """Seat the visit and hold its people to it, since a planner has chosen them."""
    mine.state, mine.reason, mine.reason_code = Visit.State.PLANNED, "", ""
    mine.starts_at = times.after(day.origin, way.start)
    mine.ends_at = times.after(mine.starts_at, mine.minutes)
    by_crew: dict[str, list[VisitRole]] = {}
    for role in mine.roles.all():
        by_crew.setdefault(way.placements[operation_id(role)].caregiver, []).append(role)
    for crew, roles in by_crew.items():
        for role, shift in zip(roles, members_for(day, posed.crews[crew], roles), strict=True):
            role.shift_id, role.shift, role.pinned = shift.pk, shift, True


def _lay_out(day: Day, posed: Posed, crew: Crew) -> None:
    """Number a crew's stops by the clock, with the way from each to the next (also from a meeting)."""
    base = location_id((crew.lead.base.latitude, crew.lead.base.longitude))
    stops = sorted(_stops(day, posed, crew), key=lambda stop: stop[0])
    index = {name: i for i, name in enumerate(posed.problem.locations)}
    at, order, roles = base, 0, []
    for _start, place, role in stops:
        leg = float(posed.problem.travel[index[at], index[place]]) if place else 0.0
        at = place or at
        if role is not None:
            order += 1
            role.order, role.travel_minutes = order, round(leg, 1)
            roles.append(role)
    VisitRole.objects.bulk_update(roles, ["shift", "pinned", "order", "travel_minutes"])


def _stops(day: Day, posed: Posed, crew: Crew) -> Iterator[tuple[datetime, str, VisitRole | None]]:
    """When and where a crew is, with the role that it is there for; no place for what is done from anywhere."""
    for visit in day.visits:
        point = day.places[visit.pk].point
        for role in visit.roles.all():
            if visit.starts_at is not None and _rides(crew, role):
                yield visit.starts_at, location_id(point) if point else "", role
    for activity, participant in posed.activities.values():
        if participant.id == crew.id:
            yield activity.starts_at, location_id((activity.base.latitude, activity.base.longitude)), None
