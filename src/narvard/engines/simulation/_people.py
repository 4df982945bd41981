"""What happens to people: needs, requests and their doors, enrolment, hospital, death."""

import math

from narvard.engines.simulation._cars import end_request
from narvard.engines.simulation._compile import kernel
from narvard.engines.simulation._layout import (
    ACUTE,
    ADMITTED_ELSE,
    C_ADMISSIONS,
    C_AMBULANCE,
    C_AVERTED,
    C_BED_DAYS,
    C_DEATHS,
    C_DISCHARGES,
    C_EMERGENCY,
    C_EMERGENCY_HOME,
    C_ENROLLED,
    C_LEFT,
    C_NEEDS,
    C_READMISSIONS,
    C_ROOM_HOURS,
    C_ROOM_JOINED,
    C_ROOM_LEFT,
    C_STAY_DAYS,
    C_SUDDEN,
    DAY,
    DIED,
    DUE,
    FOLLOW_UP,
    HANDOVER,
    HOME,
    HOSPITAL,
    LEAVE,
    N_AVERTED,
    N_BED_SPREAD,
    N_FOLLOWED,
    N_FROM,
    N_HOSPITAL_DAYS,
    N_PASSING_DAYS,
    N_RATIO,
    N_SAME_DAY,
    N_SUDDEN,
    NONE,
    NOW,
    OPEN,
    PASSED,
    S_ADMITTED,
    S_BED_DAYS,
    S_HOSPITAL,
    TEAM_CHANNEL,
    VISITED,
    WARD,
    Sim,
)
from narvard.engines.simulation._queues import (
    join_room,
    leave_room,
    push,
    unqueue_planned,
)
from narvard.engines.simulation._random import (
    ADMITTED,
    AVERTED,
    BED_DAYS,
    CHANNEL,
    FATE,
    FATE_DAYS,
    FOLLOWED,
    PLANNED_GAP,
    STAY_DAYS,
    SUDDEN,
    URGENCY,
    exponential,
    lognormal,
    uniform,
)
from narvard.engines.simulation._requests import ask, tell

YEAR = 365.25 * DAY
READMISSION = 30.0 * DAY


@kernel
def need(s: Sim, p: int) -> None:
    """A need arises: an emergency at once, or a request with its fate if nobody comes."""
    person, now = s.person[p], s.g.clock[NOW]
    n = person.needs
    person.needs += 1
    if person.in_hospital:
        return
    tell(s, C_NEEDS, 1.0)
    chance = s.g.by_segment[person.segment, S_HOSPITAL]
    if person.team != NONE:
        chance *= s.g.number[N_RATIO]
    hospital = chance > 0.0 and uniform(s.g.key, p, FATE, n) < chance
    if hospital and uniform(s.g.key, p, SUDDEN, n) < s.g.number[N_SUDDEN]:
        tell(s, C_SUDDEN, 1.0)
        emergency(s, p, n)
        return
    day = int(now / DAY)
    office = 1 if s.day_class[day] == 0 and 480.0 <= now - day * DAY < 1020.0 else 0
    u, channel = uniform(s.g.key, p, CHANNEL, n), 0
    while channel < s.g.mix.shape[1] - 1 and u >= s.g.mix[office, channel]:
        channel += 1
    same_day = s.g.number[N_SAME_DAY]
    urgent = 0 if same_day > 0.0 and uniform(s.g.key, p, URGENCY, n) < same_day else 1
    days = s.g.number[N_HOSPITAL_DAYS] if hospital else s.g.number[N_PASSING_DAYS]
    fate = math.inf if math.isinf(days) else now + exponential(s.g.key, p, FATE_DAYS, n, days * DAY)
    ask(s, p, n, channel, ACUTE, urgent, hospital, fate)


@kernel
def decide(s: Sim, r: int) -> None:
    """The hour when a need that nobody met would have ended by itself or in hospital."""
    q = s.request[r]
    person = s.person[q.person]
    if q.outcome == DIED or q.outcome == ADMITTED_ELSE or person.in_hospital:
        return
    if q.outcome == OPEN:
        end_request(s, r, HOSPITAL if q.hospital else PASSED)
    if not q.hospital:
        return
    if q.outcome == VISITED and uniform(s.g.key, q.person, AVERTED, q.need) < s.g.number[N_AVERTED]:
        tell(s, C_AVERTED, 1.0)
    else:
        emergency(s, q.person, q.need)


@kernel
def emergency(s: Sim, p: int, n: int) -> None:
    """Ambulance and emergency department, and a bed for a share of those who come."""
    person, now = s.person[p], s.g.clock[NOW]
    tell(s, C_AMBULANCE, 1.0)
    tell(s, C_EMERGENCY, 1.0)
    if uniform(s.g.key, p, ADMITTED, n) >= s.g.by_segment[person.segment, S_ADMITTED]:
        tell(s, C_EMERGENCY_HOME, 1.0)
        return
    tell(s, C_ADMISSIONS, 1.0)
    if now - person.home <= READMISSION:
        tell(s, C_READMISSIONS, 1.0)
    close_all(s, p, ADMITTED_ELSE)
    person.in_hospital = 1
    person.admitted = now
    person.bed += 1
    days = lognormal(s.g.key, p, BED_DAYS, n, s.g.by_segment[person.segment, S_BED_DAYS], s.g.number[N_BED_SPREAD])
    push(s, now + days * DAY, HOME, p, person.bed)


@kernel
def close_all(s: Sim, p: int, outcome: int) -> None:
    """End the person's open requests: nobody waits at home any more."""
    r = s.person[p].first
    while r != NONE:
        if s.request[r].outcome == OPEN:
            end_request(s, r, outcome)
        r = s.request[r].other
    s.person[p].first = NONE


@kernel
def leave_bed(s: Sim, p: int) -> None:
    """Book the bed days of a stay that ends now."""
    person, now = s.person[p], s.g.clock[NOW]
    tell(s, C_BED_DAYS, (now - max(person.admitted, s.g.number[N_FROM])) / DAY)
    person.in_hospital = 0


@kernel
def go_home_from_hospital(s: Sim, p: int, bed: int) -> None:
    """Discharge: a share is to be followed up at home, asked for by the ward."""
    person, now = s.person[p], s.g.clock[NOW]
    if not person.in_hospital or person.bed != bed:
        return
    leave_bed(s, p)
    person.home = now
    tell(s, C_DISCHARGES, 1.0)
    if uniform(s.g.key, p, FOLLOWED, bed) < s.g.number[N_FOLLOWED]:
        days = s.g.number[N_PASSING_DAYS]
        fate = now + exponential(s.g.key, p, FATE_DAYS, 8388608 + bed, days * DAY)
        ask(s, p, 1048576 * 4 + bed, WARD, FOLLOW_UP, 1, False, fate)


@kernel
def enrol(s: Sim, p: int, k: int) -> None:
    """Begin an enrolment: planned visits from the next gap on."""
    person, team, now = s.person[p], s.team[k], s.g.clock[NOW]
    if person.waits_for != NONE:
        leave_room(s, p)
    person.team = k
    person.stay += 1
    person.enrolled = now
    team.enrolled += 1
    tell(s, C_ENROLLED, 1.0)
    push(s, now + exponential(s.g.key, p, STAY_DAYS, person.stay, team.stay), LEAVE, p, person.stay)
    plan(s, p, uniform(s.g.key, p, PLANNED_GAP, person.visits))


@kernel
def plan(s: Sim, p: int, share: float) -> None:
    """Set when the person's next planned visit is due: `share` of the team's gap from now."""
    person = s.person[p]
    gap = s.team[person.team].gap
    if not math.isinf(gap):
        push(s, s.g.clock[NOW] + gap * share, DUE, p, person.stay)


@kernel
def leave(s: Sim, p: int) -> None:
    """End an enrolment, and give the place to the one who waited longest."""
    person, k, now = s.person[p], s.person[p].team, s.g.clock[NOW]
    if person.queued == 1:
        unqueue_planned(s, p)
    person.queued = 0
    team = s.team[k]
    inside = max(0.0, now - max(person.enrolled, s.g.number[N_FROM])) / DAY
    person.enrolled_days += inside
    team.enrolled_days += inside
    team.enrolled -= 1
    person.team = NONE
    person.stay += 1
    tell(s, C_LEFT, 1.0)
    tell(s, C_STAY_DAYS, (now - person.enrolled) / DAY)
    while team.room_head != NONE and team.enrolled < team.places:
        other = team.room_head
        tell(s, C_ROOM_LEFT, 1.0)
        tell(s, C_ROOM_HOURS, (now - s.person[other].room_since) / 60.0)
        enrol(s, other, k)


@kernel
def seek_place(s: Sim, p: int, k: int) -> None:
    """A place with the team that was there, or its waiting room."""
    person, team = s.person[p], s.team[k]
    if team.enrolled < team.places:
        if person.team != NONE:
            leave(s, p)
        enrol(s, p, k)
    elif person.waits_for == NONE and person.team == NONE:
        tell(s, C_ROOM_JOINED, 1.0)
        join_room(s, p, k)


@kernel
def hand_over(s: Sim, p: int) -> None:
    """Ask another team to take the person over."""
    n = 1048576 * 8 + s.person[p].phases * 512 + (s.person[p].visits % 512)
    ask(s, p, n, TEAM_CHANNEL, HANDOVER, 1, False, math.inf)


@kernel
def die(s: Sim, p: int) -> None:
    """A death ends everything; another person with the same address and facts follows, so that the need is steady."""
    person = s.person[p]
    tell(s, C_DEATHS, 1.0)
    close_all(s, p, DIED)
    if person.in_hospital:
        leave_bed(s, p)
    if person.waits_for != NONE:
        leave_room(s, p)
    if person.team != NONE:
        leave(s, p)
    person.home = -math.inf
