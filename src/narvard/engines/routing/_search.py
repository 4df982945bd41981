# mypy: allow-untyped-defs, allow-untyped-calls, allow-incomplete-defs, no-warn-return-any
"""The search: simulated annealing over an order of operations, with ruin-and-recreate kicks."""

import numpy as np

from narvard.engines.routing._compile import door, kernel
from narvard.engines.routing._journal import below, keep, rand
from narvard.engines.routing._layout import (
    EPS,
    G_STUCK,
    INF,
    K_EVALS,
    K_MAY_LEAVE,
    NONE,
)
from narvard.engines.routing._moves import move_exchange, move_reinsert, move_relocate, move_swap
from narvard.engines.routing._plan import open_tx, ripple, undo
from narvard.engines.routing._pricing import cost_of, priced, viol_of
from narvard.engines.routing._repair import make_room
from narvard.engines.routing._ruin import dearest_unplanned, recreate, replace, ruin, some_unplanned
from narvard.engines.routing._spots import random_able, try_insert
from narvard.engines.routing._state import resum, save_best
from narvard.engines.routing._trial import at_once, looks_too_dear

MOVES = 13
"""Number of kinds of moves: near, anywhere, shift, other caregiver, reinsert, swap, two tails, stretch over,
stretches exchanged, plan one, drop one, ruin and recreate, whole routes."""
MAKE_ROOM = 0.1
"""How often the move that plans one makes room for it, where visits may be left out."""


@kernel
def some_planned(m):
    """A planned element at random, or NONE after a few draws."""
    n = m.el.shape[0]
    for _ in range(20):
        e = below(n, m.seed)
        if m.el[e].planned == 1:
            return e
    return NONE


@kernel
def _exchange(m, e, kind):
    """Draw a stretch that begins at `e` and a second route, and exchange: tails (6), one way (7), both ways
    (8)."""
    o = m.el[e].o0 + below(m.el[e].no, m.seed)
    c = m.op[o].cg
    if m.op[o].nn > 0 and rand(m.seed) < 0.7:
        d = m.op[m.lists[m.op[o].n0 + below(m.op[o].nn, m.seed)]].cg
    else:
        d = m.lists[m.op[o].x0 + below(m.op[o].nx, m.seed)]
    if d in (NONE, c):
        return False
    lo = m.el[e].key
    hi = INF
    if kind == 6:
        lo -= 60.0 * rand(m.seed) * rand(m.seed)
    else:
        hi = lo
        q = m.op[o].next
        for _ in range(1 + int(3.0 * rand(m.seed))):
            if q == NONE:
                break
            hi = m.el[m.op[q].elem].key
            q = m.op[q].next
        if kind == 8:
            lo -= 30.0 * rand(m.seed)
            hi += 30.0 * rand(m.seed)
    return move_exchange(m, c, d, lo, hi, kind != 7)


@kernel
def draw(m, kind, ruin_most, noise):
    """Make one move of the given kind inside the open transaction. False when the draw is impossible."""
    if kind == 9:
        b = some_unplanned(m)
        if b != NONE and m.k[K_MAY_LEAVE] == 1 and rand(m.seed) < MAKE_ROOM:
            return make_room(m, dearest_unplanned(m) if rand(m.seed) < 0.5 else b, noise)
        return b != NONE and try_insert(m, b, noise)
    if kind == 10:
        return replace(m, noise)
    if kind == 11:
        n = ruin(m, 2 + below(ruin_most - 1, m.seed), int(2.2 * rand(m.seed)))
        ripple(m)
        if n == 0:
            return False
        h = some_unplanned(m)
        listed = False
        for i in range(n):
            listed = listed or m.scratch[i] == h
        if h != NONE and not listed:
            m.scratch[n] = h
            n += 1
        recreate(m, n, noise)
        return True
    e = some_planned(m)
    if e == NONE:
        return False
    if kind == 12:
        o = m.el[e].o0 + below(m.el[e].no, m.seed)
        d = random_able(m, o)
        return m.op[o].cg not in (NONE, d) and move_exchange(m, m.op[o].cg, d, -INF, INF, True)
    if kind <= 3:
        return move_relocate(m, e, kind)
    if kind == 4:
        return move_reinsert(m, e, noise)
    if kind == 5:
        o = m.el[e].o0 + below(m.el[e].no, m.seed)
        f = NONE
        if m.op[o].nn > 0 and rand(m.seed) < 0.8:
            f = m.op[m.lists[m.op[o].n0 + below(m.op[o].nn, m.seed)]].elem
            if m.el[f].planned == 0:
                return False
        else:
            f = some_planned(m)
        return f != NONE and move_swap(m, e, f)
    return _exchange(m, e, kind)


@door
def anneal(m, steps, hot, cold, chances, ruin_most, noise, best, stats):
    """Run `steps` moves while the temperature falls from `hot` to `cold`; return the best price seen.

    `chances` are cumulative over the kinds of moves (float64[MOVES]); `best` is the price to beat. A plan
    that breaks a hard limit may be passed through but is never the best. `stats` counts draws, tries and
    successes.
    """
    resum(m)
    now = priced(m.cg, m.loads, m.g, m.k)
    ratio = (cold / hot) ** (1.0 / max(1, steps))
    heat = hot
    for _ in range(steps):
        heat *= ratio
        u = rand(m.seed)
        kind = 0
        while u > chances[kind] and kind < chances.shape[0] - 1:
            kind += 1
        open_tx(m)
        bar = now - heat * np.log(rand(m.seed) + 1e-300)
        stats[kind, 0] += 1
        before = at_once(m)
        if not draw(m, kind, ruin_most, noise):
            undo(m)
            continue
        if (kind < 9 or kind == 12) and looks_too_dear(m, before, now, bar):
            undo(m)
            m.k[K_EVALS] += 1
            continue
        ripple(m)
        stats[kind, 1] += 1
        price = priced(m.cg, m.loads, m.g, m.k)
        if price <= bar and m.g[G_STUCK] == 0.0:
            keep(m.el, m.k, m.log_el)
            now = price
            if price < best - EPS:
                stats[kind, 2] += 1
                if viol_of(m.g) < EPS:
                    best = cost_of(m.cg, m.loads, m.g, m.k)
                    save_best(m)
        else:
            undo(m)
    return best
