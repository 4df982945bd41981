"""Crews with their cars: shifts, sickness, lunch, roads, and which visit is next."""

import math
from typing import Any

from narvard.engines.simulation._compile import kernel
from narvard.engines.simulation._layout import (
    BUSY,
    DAY,
    DONE,
    EATS,
    ENDED,
    GOES_ACUTE,
    GOES_PLANNED,
    HELPS,
    IDLE,
    N_FROM,
    N_JOINT,
    N_LOOK,
    N_LUNCH,
    N_LUNCH_AFTER,
    N_SICK,
    NONE,
    NOW,
    OFF,
    QUEUED,
    SERVED,
    SHIFT,
    SHIFT_END,
    VISITED,
    WAIT_INTEGRAL,
    Sim,
)
from narvard.engines.simulation._queues import (
    first_acute,
    push,
    queue_planned,
    unqueue_first,
    unqueue_planned,
    waiting_changes,
)
from narvard.engines.simulation._random import JOINT, SICK, uniform
from narvard.engines.simulation._roads import by_hour, measured, minutes_to, road_km, road_minutes, visit_minutes

MOST_STEPS = 64
"""How far down its list of due visits a crew looks for one that can begin."""


@kernel
def minutes_left(s: Sim, c: int, p: int, minutes: float) -> Any:
    """How long before its shift's end the crew would be back after a visit; negative when it would be late.

    A crew that just began may take any visit, or one that is longer than a shift would block its queue for ever.
    """
    car, person, team = s.car[c], s.person[p], s.team[s.car[c].team]
    if car.always or s.g.clock[NOW] == car.began:
        return math.inf
    there = minutes_to(s, c, p)
    back = road_minutes(s, road_km(s, person.x, person.y, team.x, team.y))
    return car.ends - (s.g.clock[NOW] + there + minutes + back)


@kernel
def turn(s: Sim, c: int, state: int) -> None:
    """Change what a crew does, and the team's count of crews that are idle and on duty."""
    car, team = s.car[c], s.team[s.car[c].team]
    team.idle += (1 if state == IDLE else 0) - (1 if car.state == IDLE else 0)
    team.on_duty += (1 if state != OFF else 0) - (1 if car.state != OFF else 0)
    car.state = state


@kernel
def go(s: Sim, c: int, kind: int, job: int, p: int, minutes: float, meets: float) -> None:
    """Send a crew to a person, where the visit begins at `meets` at the earliest."""
    car, now = s.car[c], s.g.clock[NOW]
    km = road_km(s, car.x, car.y, s.person[p].x, s.person[p].y)
    there = road_minutes(s, km)
    team = s.team[car.team]
    if now >= s.g.number[N_FROM]:
        team.km += km
        team.travel += there
    if car.lunch == 0 and car.state == IDLE and now >= car.eats + s.g.number[N_LUNCH] and car.since <= car.eats:
        car.lunch = 1
    turn(s, c, BUSY)
    car.kind = kind
    car.job = job
    car.stay = s.person[p].stay
    car.arrives = max(now + there, meets)
    car.mate = NONE
    car.since = now
    car.x = s.person[p].x
    car.y = s.person[p].y
    push(s, car.arrives + minutes, DONE, c, 0)


@kernel
def go_acute(s: Sim, c: int, r: int) -> None:
    """Send a crew to a waiting request, which is first in its queue or in none."""
    q = s.request[r]
    q.status = SERVED
    s.team[q.team].queued -= 1
    go(s, c, GOES_ACUTE, r, q.person, q.minutes, 0.0)
    q.arrived = s.car[c].arrives


@kernel
def go_planned(s: Sim, c: int, p: int) -> None:
    """Send a crew on a planned visit, and its mate of another team if the visit is joint: who comes first waits."""
    person, now = s.person[p], s.g.clock[NOW]
    mate, meets = NONE, 0.0
    if person.joint:
        mate = find_mate(s, p)
        meets = now + max(minutes_to(s, c, p), minutes_to(s, mate, p))
        go(s, mate, HELPS, p, p, person.minutes, meets)
    unqueue_planned(s, p)
    person.queued = 2
    go(s, c, GOES_PLANNED, p, p, person.minutes, meets)
    s.car[c].mate = mate


@kernel
def find_mate(s: Sim, p: int) -> Any:
    """The nearest idle crew of the partner team that can be back in time from a joint visit, or NONE."""
    person = s.person[p]
    team, best, best_square = s.team[s.partner[person.team, person.area]], NONE, math.inf
    if team.idle == 0:
        return best
    for c in range(team.car0, team.car0 + team.cars):
        if s.car[c].state == IDLE:
            square = (s.car[c].x - person.x) ** 2 + (s.car[c].y - person.y) ** 2
            if square < best_square and minutes_left(s, c, p, person.minutes) >= 0.0:
                best, best_square = c, square
    return best


@kernel
def may_begin(s: Sim, c: int, p: int) -> Any:
    """Whether a crew can do a due planned visit now: in time, and with a mate if the visit is joint."""
    if minutes_left(s, c, p, s.person[p].minutes) < 0.0:
        return False
    return not s.person[p].joint or find_mate(s, p) != NONE


@kernel
def idle_able(s: Sim, p: int) -> Any:
    """The first idle crew of the person's team that can do the due planned visit now, or NONE."""
    team = s.team[s.person[p].team]
    if team.idle == 0:
        return NONE
    for c in range(team.car0, team.car0 + team.cars):
        if s.car[c].state == IDLE and may_begin(s, c, p):
            return c
    return NONE


@kernel
def come_along(s: Sim, c: int) -> None:
    """A crew with nothing of its own to do lets a joint visit begin that another team waits with."""
    for k in range(len(s.team)):
        team = s.team[k]
        if team.asks and team.idle > 0:
            p, steps = team.due_head, 0
            while p != NONE and steps < MOST_STEPS:
                if s.person[p].joint and s.partner[k, s.person[p].area] == s.car[c].team:
                    lead = idle_able(s, p)
                    if lead != NONE:
                        go_planned(s, lead, p)
                        return
                p = s.person[p].due_next
                steps += 1


@kernel
def call_acute(s: Sim, r: int) -> None:
    """Give a request that was just queued to the nearest idle crew that can be back in time, if there is one."""
    q = s.request[r]
    team, best, best_square = s.team[q.team], NONE, math.inf
    if team.idle == 0:
        return
    x, y = s.person[q.person].x, s.person[q.person].y
    for c in range(team.car0, team.car0 + team.cars):
        if s.car[c].state == IDLE:
            square = (s.car[c].x - x) ** 2 + (s.car[c].y - y) ** 2
            if square < best_square and minutes_left(s, c, q.person, q.minutes) >= 0.0:
                best, best_square = c, square
    if best != NONE:
        if first_acute(s, q.team, q.urgent) == r:
            unqueue_first(s, q.team, q.urgent)
        go_acute(s, best, r)


@kernel
def call_planned(s: Sim, p: int) -> None:
    """Queue a due planned visit and give it to the first idle crew that can be back in time, if there is one."""
    queue_planned(s, p)
    person = s.person[p]
    person.minutes = visit_minutes(s, p, person.visits, False)
    person.joint = 0
    if s.team[person.team].asks and s.partner[person.team, person.area] != NONE:
        person.joint = 1 if uniform(s.g.key, p, JOINT, person.visits) < s.g.number[N_JOINT] else 0
    c = idle_able(s, p)
    if c != NONE:
        go_planned(s, c, p)


@kernel
def next_visit(s: Sim, c: int) -> None:
    """What a free crew does: lunch when it is time, the most urgent visit, the nearest planned one, or it waits."""
    car, now = s.car[c], s.g.clock[NOW]
    if not car.always and now >= car.ends:
        go_home(s, c)
        return
    if car.lunch == 0 and now >= car.eats:
        car.lunch = 1
        turn(s, c, BUSY)
        car.kind = EATS
        car.since = now
        push(s, now + s.g.number[N_LUNCH], DONE, c, 0)
        return
    k = car.team
    for urgent in range(3):
        r = first_acute(s, k, urgent)
        if r != NONE:
            p = s.request[r].person
            if minutes_left(s, c, p, s.request[r].minutes) >= 0.0:
                unqueue_first(s, k, urgent)
                go_acute(s, c, r)
                return
    p = nearest_planned(s, c)
    if p != NONE:
        go_planned(s, c, p)
        return
    turn(s, c, IDLE)
    car.since = now
    if s.team[k].helps:
        come_along(s, c)


@kernel
def nearest_planned(s: Sim, c: int) -> Any:
    """The nearest of the planned visits that have been due longest, of those that fit in the shift, or NONE. Joint
    visits whose mate is not there stand aside."""
    car = s.car[c]
    best, best_km, seen, steps = NONE, math.inf, 0, 0
    p = s.team[car.team].due_head
    while p != NONE and seen < s.g.number[N_LOOK] and steps < MOST_STEPS:
        if not s.person[p].joint or s.team[s.partner[car.team, s.person[p].area]].idle > 0:
            km = road_km(s, car.x, car.y, s.person[p].x, s.person[p].y)
            if km < best_km and may_begin(s, c, p):
                best, best_km = p, km
            seen += 1
        steps += 1
        p = s.person[p].due_next
    return best


@kernel
def go_home(s: Sim, c: int) -> None:
    """End a shift: back to the base; what goes past the shift's end is overtime."""
    car, team, now = s.car[c], s.team[s.car[c].team], s.g.clock[NOW]
    km = road_km(s, car.x, car.y, team.x, team.y)
    minutes = road_minutes(s, km) if km > 0.0 else 0.0
    if now >= s.g.number[N_FROM]:
        team.km += km
        team.travel += minutes
        team.overtime += max(0.0, now + minutes - car.ends)
    turn(s, c, OFF)
    car.x = team.x
    car.y = team.y


@kernel
def start_shift(s: Sim, c: int) -> None:
    """Begin a crew's shift unless it is sick, and set when the next one begins."""
    car, team, now = s.car[c], s.team[s.car[c].team], s.g.clock[NOW]
    day = int(now / DAY)
    set_next_shift(s, c, day + 1)
    sort = s.day_class[day]
    ends = day * DAY + car.stop[sort]
    inside = now >= s.g.number[N_FROM]
    if uniform(s.g.key, c, SICK, day) < s.g.number[N_SICK]:
        if inside:
            team.sick += 1.0
        return
    if inside:
        team.shifts += 1.0
        team.staffed += measured(s, now, ends)
    by_hour(s, s.g.staffed, now, ends)
    car.began = now
    car.ends = ends
    car.eats = now + s.g.number[N_LUNCH_AFTER]
    car.lunch = 1 if s.g.number[N_LUNCH] <= 0.0 or ends - now <= s.g.number[N_LUNCH_AFTER] else 0
    push(s, ends, SHIFT_END, c, 0)
    if car.state == OFF:
        next_visit(s, c)


@kernel
def set_next_shift(s: Sim, c: int, day: int) -> None:
    """Put the start of the crew's next shift, on `day` or later, into the heap."""
    car = s.car[c]
    while day < len(s.day_class):
        start = car.start[s.day_class[day]]
        if start >= 0.0:
            push(s, day * DAY + start, SHIFT, c, 0)
            return
        day += 1


@kernel
def finish(s: Sim, c: int) -> None:
    """Book the time that a crew was busy."""
    car, now = s.car[c], s.g.clock[NOW]
    if car.kind == EATS:
        return
    by_hour(s, s.g.busy, car.since, now)
    if now >= s.g.number[N_FROM]:
        s.team[car.team].work += now - car.arrives


@kernel
def end_request(s: Sim, r: int, outcome: int) -> None:
    """End a request: each ends once. Whom a crew has reached was visited, whatever happened after."""
    q, now = s.request[r], s.g.clock[NOW]
    if q.status == QUEUED:
        s.team[q.team].queued -= 1
    if q.status == SERVED and q.arrived <= now:
        q.outcome = VISITED
        q.closed = q.arrived
        s.g.clock[WAIT_INTEGRAL] -= max(0.0, now - max(q.arrived, s.g.number[N_FROM]))
    else:
        q.outcome = outcome
        q.closed = now
    q.status = ENDED
    waiting_changes(s, -1)
