# mypy: allow-untyped-defs, allow-untyped-calls, allow-incomplete-defs, no-warn-return-any
"""A cheap look at a move before everything is timed again: each route it touches by itself, all else as it stands.

Exact where the routes hang together with no other; most moves fall here, at a fraction of the time.
"""

from narvard.engines.routing._compile import door, piece
from narvard.engines.routing._layout import (
    G_ASSIGN,
    G_LATE,
    G_LIMIT_VIOL,
    G_LOAD,
    G_TRAVEL,
    G_UNPLANNED,
    INF,
    K_LOOK,
    K_TOUCHED,
    NONE,
    W_BALANCE,
    W_LATE,
    W_LIMIT,
    W_OVER,
    W_TRAVEL,
    W_VIOL,
    W_WAIT,
)
from narvard.engines.routing._pricing import count_end, count_visit, shiftable
from narvard.engines.routing._routes import leg
from narvard.engines.routing._timing import allowed_from, before_it, lateness, opening, ready_at


@piece
def at_once(m):
    """The part of the price that is known before anything is timed: roads, faces, what is left out, limits."""
    known = m.g[W_TRAVEL] * m.g[G_TRAVEL] + m.g[G_ASSIGN] + m.g[G_UNPLANNED]
    return known + m.g[W_LIMIT] * m.g[G_LIMIT_VIOL]


@piece
def _mates_ready(m, e, o):
    """The earliest that the others who begin element `e` together with operation `o` can, without their breaks."""
    start = -INF
    for j in range(m.el[e].o0, m.el[e].o0 + m.el[e].no):
        if j == o or m.op[j].rides == 1 or m.op[j].cg == NONE:
            continue
        free, road, _taken = before_it(j, m.op, m.el, m.cg, m.roads)
        start = max(start, free + road)
    return start


@piece
def _standing(m, c):
    """What route `c` costs beyond its road as it was last timed, with its part in balance."""
    price = m.cg[c].cost + m.g[W_VIOL] * m.cg[c].viol
    price += m.g[W_BALANCE] * abs(m.loads[c] - m.g[G_LOAD] / m.loads.shape[0])
    o = m.cg[c].first
    while o != NONE:
        e = m.op[o].elem
        price += m.el[e].cost + m.g[W_VIOL] * m.el[e].viol
        if m.el[e].late > 0.0 and m.el[e].late >= m.g[G_LATE]:
            price += m.g[W_LATE] * m.g[G_LATE]
        o = m.op[o].next
    return price


@piece
def _retimed(m, c):
    """`_standing` for route `c` timed anew from its beginning."""
    price = 0.0
    counted = (0.0, INF, m.cg[c].busy0, 0.0, 0.0)
    taken = m.cg[c].b_done
    end = m.cg[c].avail
    at = m.cg[c].sloc
    o = m.cg[c].first
    while o != NONE:
        e = m.op[o].elem
        road = leg(m.roads, at, m.op[o].loc)
        start = allowed_from(e, m.el, m.rel)
        if m.el[e].no > 1:
            start = max(start, _mates_ready(m, e, o))
        start = opening(e, start, m.el, m.win)
        ready, held, paused = ready_at(o, start, end, road, taken, m.op, m.cg, m.pause, c)
        if ready > start:
            start = opening(e, ready, m.el, m.win)
        cost, viol, _worst = lateness(e, start, m.op, m.el, m.win)
        price += cost + m.g[W_VIOL] * viol
        counted = count_visit(
            o, start, end, road, taken, held, paused, counted, m.op, m.el, m.cg, m.pause, m.win, m.k
        )  # fmt: skip
        taken = held
        end = start + m.op[o].span
        at = m.op[o].loc
        o = m.op[o].next
    wait, slack, busy, missed, viol = counted
    if m.cg[c].n > 0:
        road = leg(m.roads, at, m.cg[c].eloc)
        wait, slack, busy, missed, viol, end, over, _held = count_end(c, end, road, taken, counted, m.cg, m.pause, m.g)
        price += m.cg[c].use_cost + m.g[W_OVER] * over
    wait -= shiftable(c, wait, slack, m.cg, m.g, m.k)
    price += missed + m.g[W_WAIT] * wait + m.g[W_VIOL] * viol
    return price + m.g[W_BALANCE] * abs(busy - m.g[G_LOAD] / m.loads.shape[0])


@door
def both(m, c):
    """What route `c` costs beyond its road as it was last timed, and timed anew by itself: alike in a plan at rest."""
    return _standing(m, c), _retimed(m, c)


@piece
def looks_too_dear(m, before, now, bar):
    """Whether the move under way takes the price from `now` above `bar`, by what is known at once (`before` it was
    `before`) and, where the search is to look first, by the routes touched."""
    if m.k[K_LOOK] == 0:
        return at_once(m) > bar
    most = bar - now
    more = at_once(m) - before
    for i in range(m.k[K_TOUCHED]):
        more -= _standing(m, m.touched[i])
    if more > most:
        return True
    for i in range(m.k[K_TOUCHED]):
        more += _retimed(m, m.touched[i])
        if more > most:
            return True
    return False
