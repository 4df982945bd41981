"""The event loop: one replication of one model."""

import math
from typing import Any

from narvard.engines.simulation._cars import (
    call_planned,
    end_request,
    finish,
    go_home,
    next_visit,
    set_next_shift,
    start_shift,
    turn,
)
from narvard.engines.simulation._compile import door, kernel
from narvard.engines.simulation._foresee import foresee
from narvard.engines.simulation._layout import (
    ARRIVE,
    C_HANDOVER_HOURS,
    C_HANDOVERS_DONE,
    DAY,
    DAY_ENDS,
    DECIDE,
    DIE,
    DONE,
    DUE,
    EVENTS,
    FORESEEN,
    FULL,
    GOES_ACUTE,
    GOES_PLANNED,
    HANDOVER,
    HEAP_SIZE,
    HELPS,
    HOME,
    IDLE,
    LEAVE,
    N_BRIDGED,
    N_FROM,
    N_TO,
    NEED,
    NONE,
    NOW,
    OPEN,
    PHASE,
    S_WISH,
    SHIFT,
    SHIFT_END,
    SLOW,
    VISITED,
    Sim,
)
from narvard.engines.simulation._people import (
    decide,
    die,
    enrol,
    go_home_from_hospital,
    hand_over,
    leave,
    leave_bed,
    need,
    plan,
    seek_place,
)
from narvard.engines.simulation._queues import leave_room, pop, waiting_changes
from narvard.engines.simulation._random import PHASE_TO, PLANNED_GAP, WISH, uniform
from narvard.engines.simulation._requests import arrive, tell
from narvard.engines.simulation._roads import by_hour, measured


@kernel
def done(s: Sim, c: int) -> None:
    """A crew is free again: book what it did."""
    finish(s, c)
    car = s.car[c]
    if car.kind == GOES_ACUTE:
        done_acute(s, c, car.job)
    elif car.kind == GOES_PLANNED:
        done_planned(s, c, car.job)
    elif car.kind == HELPS and s.g.clock[NOW] >= s.g.number[N_FROM]:
        s.team[car.team].helped += 1.0
    next_visit(s, c)


@kernel
def done_acute(s: Sim, c: int, r: int) -> None:
    """An acute visit, a follow-up or a first visit after a hand-over: perhaps an enrolment follows."""
    q, k = s.request[r], s.car[c].team
    team, person = s.team[k], s.person[q.person]
    inside = 1.0 if s.g.clock[NOW] >= s.g.number[N_FROM] else 0.0
    if q.outcome == OPEN:
        end_request(s, r, VISITED)
    if q.outcome != VISITED:
        team.wasted += inside
        return
    team.visits += inside
    team.acute_visits += inside
    if q.kind == HANDOVER:
        tell(s, C_HANDOVERS_DONE, 1.0)
        tell(s, C_HANDOVER_HOURS, (q.arrived - q.at) / 60.0)
        if person.team != k and not person.in_hospital:
            seek_place(s, q.person, k)
        return
    if person.team != NONE or person.waits_for != NONE or person.in_hospital:
        return
    wish = s.g.by_segment[person.segment, S_WISH]
    if wish == 0.0 or uniform(s.g.key, q.person, WISH, q.need) >= wish:
        return
    if team.enrols and s.suits[person.condition, q.person, k]:
        seek_place(s, q.person, k)
    else:
        hand_over(s, q.person)


@kernel
def done_planned(s: Sim, c: int, p: int) -> None:
    """A planned visit, unless the person was not there any more; the next one is due a gap later."""
    car, person = s.car[c], s.person[p]
    team = s.team[car.team]
    inside = 1.0 if s.g.clock[NOW] >= s.g.number[N_FROM] else 0.0
    if person.stay != car.stay:
        team.wasted += inside
        return
    person.queued = 0
    if person.in_hospital:
        team.wasted += inside
    else:
        team.visits += inside
        team.late_days += inside * max(0.0, car.arrives - person.due) / DAY
        if car.mate != NONE:
            team.joint += inside
    person.visits += 1
    plan(s, p, 0.75 + 0.5 * uniform(s.g.key, p, PLANNED_GAP, person.visits))


@kernel
def due(s: Sim, p: int, stay: int) -> None:
    """A planned visit is due; in hospital it waits."""
    person = s.person[p]
    if person.stay != stay or person.queued:
        return
    if person.in_hospital:
        plan(s, p, 0.5)
        return
    person.due = s.g.clock[NOW]
    call_planned(s, p)


@kernel
def phase(s: Sim, p: int) -> None:
    """The illness changes character: a team that may not keep the person hands over."""
    person = s.person[p]
    u, condition = uniform(s.g.key, p, PHASE_TO, person.phases), 0
    while condition < len(s.g.conditions) - 1 and u >= s.g.conditions[condition]:
        condition += 1
    person.phases += 1
    person.condition = condition
    if person.waits_for != NONE and not s.suits[condition, p, person.waits_for]:
        leave_room(s, p)
        hand_over(s, p)
    elif person.team != NONE and not s.suits[condition, p, person.team]:
        if not s.g.number[N_BRIDGED]:
            leave(s, p)
        hand_over(s, p)


@kernel
def new_day(s: Sim) -> None:
    """Look up what the roads are like today."""
    day = int(s.g.clock[NOW] / DAY)
    s.g.clock[SLOW] = s.slow[day]
    s.g.clock[DAY_ENDS] = (day + 1) * DAY


@kernel
def begin(s: Sim, stock: Any, days: Any) -> None:
    """Set everybody's first events and enrol the stock: `stock[p]` is the team that person p has been with for
    `days[p]`, or NONE."""
    new_day(s)
    for c in range(len(s.car)):
        if s.car[c].always:
            turn(s, c, IDLE)
            s.team[s.car[c].team].staffed += measured(s, 0.0, s.g.number[N_TO])
            by_hour(s, s.g.staffed, 0.0, s.g.number[N_TO])
        else:
            set_next_shift(s, c, 0)
    for p in range(len(s.person)):
        if stock[p] != NONE:
            enrol(s, p, stock[p])
            s.person[p].enrolled = -days[p] * DAY


@kernel
def close(s: Sim) -> None:
    """At the end: book what still goes on."""
    s.g.clock[NOW] = s.g.number[N_TO]
    waiting_changes(s, 0)
    for p in range(len(s.person)):
        person = s.person[p]
        if person.in_hospital:
            leave_bed(s, p)
        if person.team != NONE:
            days = (s.g.clock[NOW] - max(person.enrolled, s.g.number[N_FROM])) / DAY
            person.enrolled_days += days
            s.team[person.team].enrolled_days += days


@kernel
def happen(s: Sim, kind: int, a: int, b: int) -> None:
    """One event."""
    if kind == NEED:
        need(s, a)
    elif kind == ARRIVE:
        arrive(s, a)
    elif kind == DECIDE:
        decide(s, a)
    elif kind == DONE:
        done(s, a)
    elif kind == SHIFT:
        start_shift(s, a)
    elif kind == SHIFT_END:
        if s.car[a].state == IDLE and s.g.clock[NOW] >= s.car[a].ends:
            go_home(s, a)
    elif kind == DUE:
        due(s, a, b)
    elif kind == HOME:
        go_home_from_hospital(s, a, b)
    elif kind == DIE:
        die(s, a)
    elif kind == PHASE:
        phase(s, a)
    elif kind == LEAVE and s.person[a].stay == b:
        leave(s, a)


@door
def run(s: Sim, stock: Any, days: Any) -> Any:
    """Run to the end; gives the number of events, or -1 when the tables were too small."""
    foresee(s)
    begin(s, stock, days)
    to, ahead = s.g.number[N_TO], 0
    while s.g.now[FULL] == 0:
        heap_at = s.heap[0].at if s.g.now[HEAP_SIZE] > 0 else math.inf
        if ahead < s.g.now[FORESEEN] and s.foreseen[ahead].at <= heap_at:
            at, kind, a, b = s.foreseen[ahead].at, s.foreseen[ahead].kind, s.foreseen[ahead].a, 0
            ahead += 1
        elif heap_at < to:
            last = pop(s)
            at, kind, a, b = heap_at, s.heap[last].kind, s.heap[last].a, s.heap[last].b
        else:
            close(s)
            return s.g.now[EVENTS]
        s.g.clock[NOW] = at
        s.g.now[EVENTS] += 1
        if at >= s.g.clock[DAY_ENDS]:
            new_day(s)
        happen(s, kind, a, b)
    return -1
