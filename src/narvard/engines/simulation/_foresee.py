"""What happens to people whatever care does: needs, changes of illness, deaths. Drawn ahead, in order of time.

Each person's life is drawn from the person's own streams, so that every model meets the same; and events that are
sorted once need no place in the heap, which stays small.
"""

import math
from typing import Any

from narvard.engines.simulation._compile import kernel
from narvard.engines.simulation._layout import (
    DAY,
    DIE,
    FORESEEN,
    FULL,
    N_FIRST_DAY,
    N_FRAILTY,
    N_PHASES,
    N_RATE_TOP,
    N_SEASON,
    N_TO,
    NEED,
    PHASE,
    S_DEATHS,
    S_NEEDS,
    Sim,
)
from narvard.engines.simulation._random import (
    DEATH,
    FRAILTY,
    NEED_GAP,
    NEED_THIN,
    PHASE_GAP,
    exponential,
    normal_quantile,
    uniform,
)

YEAR = 365.25 * DAY


@kernel
def note(s: Sim, at: float, kind: int, p: int) -> None:
    """Write down one event."""
    n = s.g.now[FORESEEN]
    if n >= len(s.draft):
        s.g.now[FULL] = 1
        return
    s.g.now[FORESEEN] = n + 1
    s.draft[n].at = at
    s.draft[n].kind = kind
    s.draft[n].a = p


@kernel
def frailty(s: Sim, p: int, life: int) -> Any:
    """Frailty, lognormal with mean 1: a person keeps it for life."""
    spread = s.g.number[N_FRAILTY]
    if spread == 0.0:
        return 1.0
    z = normal_quantile(uniform(s.g.key, p, FRAILTY, life))
    return math.exp(spread * z - 0.5 * spread * spread)


@kernel
def rate_here(s: Sim, at: float) -> Any:
    """The rate of needs at a time against its mean over the year: season, class of day and hour."""
    day = int(at / DAY)
    here = s.g.profile[s.day_class[day], int((at - day * DAY) / 60.0)]
    if s.g.number[N_SEASON] > 0.0:
        turn = 2.0 * math.pi * (day + s.g.number[N_FIRST_DAY] - 15.0) / 365.25
        here *= 1.0 + s.g.number[N_SEASON] * math.cos(turn)
    return here


@kernel
def live(s: Sim, p: int, life: int, count: int, begin: float) -> Any:
    """One life at an address from `begin`: its needs, a Poisson stream thinned by the calendar, and its death.

    Gives the time of death and how many of the address's candidate needs have been used.
    """
    segment, top, to = s.person[p].segment, s.g.number[N_RATE_TOP], s.g.number[N_TO]
    frail = frailty(s, p, life)
    dying = s.g.by_segment[segment, S_DEATHS] * frail / YEAR
    end = to
    if dying > 0.0:
        end = begin + exponential(s.g.key, p, DEATH, life, 1.0 / dying)
        if end < to:
            note(s, end, DIE, p)
    rate, at = s.g.by_segment[segment, S_NEEDS] * frail * top / YEAR, begin
    if rate <= 0.0:
        return end, count
    while True:
        at += exponential(s.g.key, p, NEED_GAP, count, 1.0 / rate)
        count += 1
        if at >= min(end, to):
            return end, count
        here = rate_here(s, at)
        if here >= top or uniform(s.g.key, p, NEED_THIN, count) * top < here:
            note(s, at, NEED, p)


@kernel
def sort(s: Sim) -> None:
    """Bring the draft into order: as many buckets of time as events, then insertion within each."""
    n = s.g.now[FORESEEN]
    buckets = max(1, n)
    scale = buckets / s.g.number[N_TO]
    s.bucket[: buckets + 1] = 0
    for i in range(n):
        s.bucket[min(buckets - 1, int(s.draft[i].at * scale)) + 1] += 1
    for j in range(buckets):
        s.bucket[j + 1] += s.bucket[j]
    for i in range(n):
        at = s.draft[i].at
        j = min(buckets - 1, int(at * scale))
        place = s.bucket[j]
        s.bucket[j] += 1
        s.foreseen[place] = s.draft[i]
    for i in range(1, n):
        if s.foreseen[i].at < s.foreseen[i - 1].at:
            at, kind, a = s.foreseen[i].at, s.foreseen[i].kind, s.foreseen[i].a
            j = i
            while j > 0 and s.foreseen[j - 1].at > at:
                s.foreseen[j] = s.foreseen[j - 1]
                j -= 1
            s.foreseen[j].at = at
            s.foreseen[j].kind = kind
            s.foreseen[j].a = a


@kernel
def foresee(s: Sim) -> None:
    """Draw everybody's time ahead."""
    to, phases = s.g.number[N_TO], s.g.number[N_PHASES]
    for p in range(len(s.person)):
        begin, life, count = 0.0, 0, 0
        while begin < to and s.g.now[FULL] == 0:
            begin, count = live(s, p, life, count, begin)
            life += 1
        at, number = 0.0, 0
        while phases > 0.0:
            at += exponential(s.g.key, p, PHASE_GAP, number, YEAR / phases)
            if at >= to:
                break
            note(s, at, PHASE, p)
            number += 1
    if s.g.now[FULL] == 0:
        sort(s)
