# mypy: allow-untyped-defs, allow-untyped-calls, allow-incomplete-defs, no-warn-return-any
"""What a plan costs: a route beyond its road, the balance between routes, and the sum with what is broken."""

import numpy as np

from narvard.engines.routing._compile import kernel, piece
from narvard.engines.routing._layout import (
    EPS,
    G_ASSIGN,
    G_ELEM,
    G_ELEM_VIOL,
    G_LATE,
    G_LIMIT_VIOL,
    G_LOAD,
    G_ROUTE,
    G_ROUTE_VIOL,
    G_STUCK,
    G_TRAVEL,
    G_UNPLANNED,
    INF,
    K_ROUNDED,
    K_SHIFT_WAIT,
    NONE,
    W_BALANCE,
    W_IDLE,
    W_LATE,
    W_LIMIT,
    W_OVER,
    W_TRAVEL,
    W_VIOL,
    W_WAIT,
)
from narvard.engines.routing._routes import leg


@piece
def count_visit(o, start, free, road, taken, held, paused, counted, op, el, cg, pause, win, k):
    """Count operation `o` into the sums of its route: (waiting, slack, busy, missed breaks, violation).

    It begins at `start`, the caregiver being `free` before a `road` to it; breaks number `taken` to `held` lie
    between, the last of them begun at `paused` unless it is missed. `slack` is how much later the first start may
    be so far without harm.
    """
    wait, slack, busy, missed, viol = counted
    e = op[o].elem
    c = op[o].cg
    ready = free + road
    counts = op[o].prev != NONE or k[K_SHIFT_WAIT] == 1 or cg[c].began == 1
    for b in range(cg[c].b0 + taken, cg[c].b0 + held):
        if b == cg[c].b0 + held - 1 and paused > -INF:
            latest = pause[b].end - pause[b].dur
            if counts:
                wait += max(0.0, paused - (ready if paused >= ready else free))
                slack = min(slack, wait + latest - paused)
            ready = paused + pause[b].dur + (0.0 if paused >= ready else road)
            busy += pause[b].dur
        else:
            missed += pause[b].missed
            viol += pause[b].hard * pause[b].dur
    if counts:
        wait += start - ready
    room = 0.0
    if el[e].free == 1:
        room = el[e].hi - start
        if el[e].nw > 0:
            i = el[e].w0
            while i < el[e].w0 + el[e].nw - 1 and start >= win[i + 1, 0]:
                i += 1
            room = min(room, win[i, 1] - op[o].off - start)
    return wait, min(slack, wait + max(0.0, room)), busy + (road + op[o].span), missed, viol


@piece
def count_end(c, end, road, taken, counted, cg, pause, g):
    """Count the breaks left and the `road` back of a route that is `end`ed: the sums of `count_visit`, then when it
    is over, the overtime, and which breaks are held after the last visit (one bit for each)."""
    wait, slack, busy, missed, viol = counted
    held = 0
    over = max(0.0, end + road - cg[c].shift1)
    for b in range(cg[c].b0 + taken, cg[c].b0 + cg[c].nb):
        pauses = max(end, pause[b].start)
        longer = max(0.0, pauses + pause[b].dur + road - cg[c].shift1)
        fits = pauses + pause[b].dur <= pause[b].end + EPS
        price = g[W_OVER] * (longer - over) + g[W_WAIT] * (pauses - end)
        if fits and longer <= max(over, cg[c].over) and (pause[b].hard == 1 or price <= pause[b].missed):
            wait += pauses - end
            slack = min(slack, wait + max(0.0, pause[b].end - pause[b].dur - pauses))
            busy += pause[b].dur
            end = pauses + pause[b].dur
            over = longer
            held |= 1 << (b - cg[c].b0)
        else:
            missed += pause[b].missed
            viol += pause[b].hard * pause[b].dur
    viol += max(0.0, end + road - (cg[c].shift1 + cg[c].over))
    return wait, slack, busy + road, missed, viol, end + road, over, held


@piece
def shiftable(c, wait, slack, cg, g, k):
    """Minutes by which the first start can be later without harm, where waiting is priced and counts from
    departure (forward time slack, Savelsbergh 1992)."""
    if g[W_WAIT] > 0.0 and k[K_SHIFT_WAIT] == 0 and cg[c].began == 0 and cg[c].n > 0:
        return max(0.0, min(slack, wait))
    return 0.0


@kernel
def price_route(c, op, el, cg, pause, win, roads, g, k):
    """Work out what a route costs beyond travel and lateness: waiting, overtime, breaks, idle time, load."""
    g[G_ROUTE] -= cg[c].cost
    g[G_ROUTE_VIOL] -= cg[c].viol
    counted = (0.0, INF, cg[c].busy0, 0.0, 0.0)
    taken = cg[c].b_done
    end = cg[c].avail
    at = cg[c].sloc
    o = cg[c].first
    while o != NONE:
        start = el[op[o].elem].start
        road = leg(roads, at, op[o].loc)
        counted = count_visit(
            o, start, end, road, taken, op[o].taken, op[o].pause, counted, op, el, cg, pause, win, k
        )  # fmt: skip
        taken = op[o].taken
        end = start + op[o].span
        at = op[o].loc
        o = op[o].next
    wait, slack, busy, missed, viol = counted
    over = 0.0
    held = 0
    cost = 0.0
    if cg[c].n > 0:
        cost = cg[c].use_cost
        road = leg(roads, at, cg[c].eloc)
        wait, slack, busy, missed, viol, end, over, held = count_end(c, end, road, taken, counted, cg, pause, g)
    cg[c].end_held = held
    cg[c].shiftable = shiftable(c, wait, slack, cg, g, k)
    cg[c].wait = wait - cg[c].shiftable
    cg[c].overtime = over
    cg[c].missed = missed
    cg[c].end = end
    cg[c].load = busy
    cg[c].idle = 0.0
    if cg[c].shift1 < INF:
        finish = max(cg[c].shift1, end) if cg[c].n > 0 else cg[c].shift1
        cg[c].idle = finish - cg[c].shift0 - busy
    cg[c].cost = cost + missed + g[W_OVER] * over + g[W_WAIT] * cg[c].wait
    cg[c].viol = viol
    g[G_ROUTE] += cg[c].cost
    g[G_ROUTE_VIOL] += viol


@kernel
def imbalance(loads, g, k):
    """The sum of deviations of workloads from their mean."""
    n = loads.shape[0]
    mean = g[G_LOAD] / n
    total = 0.0
    if k[K_ROUNDED] == 1:
        for c in range(n):
            total += np.ceil(abs(loads[c] - mean) - EPS)
    else:
        for c in range(n):
            total += abs(loads[c] - mean)
    return total


@kernel
def worst_idle(cg):
    """The largest idle time of a caregiver."""
    most = 0.0
    for c in range(cg.shape[0]):
        most = max(most, cg[c].idle)
    return most


@kernel
def cost_of(cg, loads, g, k):
    """The price of the present plan, without violations."""
    total = g[W_TRAVEL] * g[G_TRAVEL] + g[G_ELEM] + g[G_ROUTE] + g[G_ASSIGN] + g[G_UNPLANNED] + g[W_LATE] * g[G_LATE]
    if g[W_BALANCE] > 0.0:
        total += g[W_BALANCE] * imbalance(loads, g, k)
    if g[W_IDLE] > 0.0:
        total += g[W_IDLE] * worst_idle(cg)
    return total


@kernel
def viol_of(g):
    """Minutes by which hard limits are broken."""
    return g[G_ELEM_VIOL] + g[G_ROUTE_VIOL] + g[G_LIMIT_VIOL] + 1e9 * g[G_STUCK]


@kernel
def priced(cg, loads, g, k):
    """The price with violations, which the search minimises."""
    return cost_of(cg, loads, g, k) + g[W_VIOL] * viol_of(g) - (g[W_VIOL] - g[W_LIMIT]) * g[G_LIMIT_VIOL]
