"""Requests on their way: doors, the shared intake, triage by the same criteria whoever asks."""

import math
from typing import Any

from narvard.engines.simulation._cars import call_acute, end_request
from narvard.engines.simulation._compile import kernel
from narvard.engines.simulation._layout import (
    ARRIVE,
    C_HANDOVERS,
    C_REQUESTS,
    C_WRONG_DOOR,
    DAY,
    DECIDE,
    FULL,
    HANDOVER,
    N_ANSWER,
    N_FROM,
    N_HANDOVER,
    N_INTAKE_CLOSES,
    N_INTAKE_OPENS,
    N_INTAKE_WEEKENDS,
    N_SHARED,
    N_TRIAGE,
    NO_TEAM,
    NONE,
    NOW,
    ON_ITS_WAY,
    OPEN,
    REQUESTS,
    Sim,
)
from narvard.engines.simulation._queues import (
    push,
    queue_acute,
    waiting_changes,
)
from narvard.engines.simulation._random import (
    DELAY,
    exponential,
)
from narvard.engines.simulation._roads import visit_minutes


@kernel
def tell(s: Sim, what: int, amount: float) -> None:
    """Count something, from the first measured minute on."""
    if s.g.clock[NOW] >= s.g.number[N_FROM]:
        s.g.count[what] += amount


@kernel
def opening(s: Sim, at: float, opens: float, closes: float, weekends: int) -> float:
    """The first minute at or after `at` when someone answers."""
    while True:
        day = int(at / DAY)
        if day >= len(s.day_class):
            return math.inf
        minute = at - day * DAY
        if (weekends or s.day_class[day] == 0) and minute < closes:
            return max(at, day * DAY + opens)
        at = (day + 1) * DAY


@kernel
def ask(s: Sim, p: int, n: int, channel: int, kind: int, urgent: int, hospital: bool, fate: float) -> None:
    """Write a request down and send it on its way."""
    r = s.g.now[REQUESTS]
    if r >= len(s.request):
        s.g.now[FULL] = 1
        return
    s.g.now[REQUESTS] = r + 1
    person, q, now = s.person[p], s.request[r], s.g.clock[NOW]
    q.person, q.need, q.channel, q.kind, q.urgent = p, n, channel, kind, urgent
    q.hospital = 1 if hospital else 0
    q.team, q.tries, q.status, q.outcome = NONE, 0, ON_ITS_WAY, OPEN
    q.area, q.segment = person.area, person.segment
    q.at, q.fate, q.arrived, q.closed = now, fate, math.nan, math.nan
    q.next = NONE
    q.minutes = visit_minutes(s, p, n, True)
    q.other = person.first
    person.first = r
    waiting_changes(s, 1)
    tell(s, C_REQUESTS, 1.0)
    if kind == HANDOVER:
        tell(s, C_HANDOVERS, 1.0)
    push(s, fate, DECIDE, r, 0)
    answered = send(s, r)
    if answered == now:
        arrive(s, r)
    else:
        push(s, answered, ARRIVE, r, 0)


@kernel
def send(s: Sim, r: int) -> Any:
    """When a request is answered by the shared intake, or by the next door that its sender knows. It ends, and the
    answer never comes, when there is no such door."""
    q, now = s.request[r], s.g.clock[NOW]
    person = s.person[q.person]
    delay = 0.0
    if s.g.number[N_ANSWER] > 0.0 or q.kind == HANDOVER:
        delay = exponential(s.g.key, q.person, DELAY, (q.need * 16 + q.kind * 5 + q.tries) % 16777216, 1.0)
    extra = delay * s.g.number[N_HANDOVER] if q.kind == HANDOVER and q.tries == 0 else 0.0
    if s.g.number[N_SHARED]:
        begin = opening(
            s, now + extra, s.g.number[N_INTAKE_OPENS], s.g.number[N_INTAKE_CLOSES], s.g.number[N_INTAKE_WEEKENDS]
        )
        return begin + delay * s.g.number[N_TRIAGE]
    k = NONE
    if q.tries == 0 and q.kind != HANDOVER and person.team != NONE and s.team[person.team].acute:
        k = person.team
    while k == NONE and q.tries < s.doors.shape[1]:
        k = s.doors[q.channel, q.tries]
        q.tries += 1
        if k == NONE:
            q.tries = s.doors.shape[1]
        elif q.kind == HANDOVER and k == person.team:
            k = NONE
    if k == NONE:
        end_request(s, r, NO_TEAM)
        return math.inf
    q.team = k
    team = s.team[k]
    begin = opening(s, now + extra, team.opens, team.closes, team.weekends)
    return begin + delay * s.g.number[N_ANSWER]


@kernel
def arrive(s: Sim, r: int) -> None:
    """Triage: a team that may take the person does, by the same criteria whoever asks; else on to the next door."""
    q = s.request[r]
    if q.status != ON_ITS_WAY:
        return
    if s.g.number[N_SHARED]:
        q.team = best_team(s, q.person, q.kind, q.channel)
        if q.team == NONE:
            end_request(s, r, NO_TEAM)
            return
    elif not takes(s, q.team, q.person, q.kind):
        tell(s, C_WRONG_DOOR, 1.0)
        push(s, send(s, r), ARRIVE, r, 0)
        return
    queue_acute(s, r)
    call_acute(s, r)


@kernel
def takes(s: Sim, k: int, p: int, kind: int) -> Any:
    """Whether a team may take this request of this person."""
    if not s.suits[s.person[p].condition, p, k]:
        return False
    return s.team[k].enrols == 1 if kind == HANDOVER else s.team[k].acute == 1


@kernel
def best_team(s: Sim, p: int, kind: int, channel: int) -> Any:
    """The shared intake's choice: the person's own team, else a door open to the channel with least work per crew
    and the shortest way, counting an hour of driving as one waiting visit."""
    person = s.person[p]
    own = person.team
    if own != NONE and kind != HANDOVER and s.team[own].acute:
        return own
    best, best_score = NONE, math.inf
    for rank in range(s.doors.shape[1]):
        k = s.doors[channel, rank]
        if k == NONE:
            break
        if not takes(s, k, p, kind) or (kind == HANDOVER and k == own):
            continue
        team = s.team[k]
        score = team.queued / max(1, team.cars) + math.sqrt((person.x - team.x) ** 2 + (person.y - team.y) ** 2) / 60.0
        if team.on_duty == 0:
            score += 8.0
        if kind == HANDOVER and team.enrolled >= team.places:
            score += 20.0 + team.room
        if score < best_score:
            best, best_score = k, score
    return best
