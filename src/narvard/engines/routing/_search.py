# mypy: allow-untyped-defs, allow-untyped-calls, allow-incomplete-defs, no-warn-return-any
"""The search: simulated annealing over an order of operations, with ruin-and-recreate kicks."""

import numpy as np

from narvard.engines.routing._compile import door, kernel
from narvard.engines.routing._kernels import cost_of, keep, leg, priced, rand, touch, viol_of
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
    K_BEST_SAVES,
    K_DEPTH,
    K_DIRTY,
    K_EVALS,
    K_LOG_BUNDLE,
    K_LOG_CG,
    K_LOG_ELEM,
    K_LOG_LIMIT,
    K_LOG_OP,
    K_PLANNED,
    K_TX,
    LIMIT_MINUTES,
    N_SUMS,
    NONE,
    W_TRAVEL,
    W_VIOL,
)
from narvard.engines.routing._moves import (
    below,
    find_spot,
    insert_if_better,
    link_op,
    log_room,
    move_exchange,
    move_reinsert,
    move_relocate,
    move_swap,
    open_tx,
    place_elem,
    plan_bundle,
    recreate,
    ripple,
    ruin,
    try_insert,
    undo,
    unplan_bundle,
)

MOVES = 12
"""Number of kinds of moves: near, anywhere, shift, other caregiver, reinsert, swap, two tails, stretch over,
stretches exchanged, plan one, drop one, ruin and recreate."""


@door
def clear(m):
    """Take every operation out of the plan and empty the logs."""
    for o in range(m.op.shape[0]):
        m.op[o].cg = NONE
        m.op[o].prev = NONE
        m.op[o].next = NONE
        m.op[o].rides = 0
        m.op[o].taken = -1
        m.op[o].pause = -INF
        m.op[o].span = m.op[o].dur
    for e in range(m.el.shape[0]):
        m.el[e].planned = 0
        m.el[e].dirty = 0
        m.el[e].start = -INF
        m.el[e].pushed = -INF
        m.el[e].cost = 0.0
        m.el[e].viol = 0.0
        m.el[e].late = 0.0
        m.late[e] = 0.0
    for i in range(N_SUMS):
        m.g[i] = 0.0
    for i in range(m.lim.shape[0]):
        m.lim[i].used = 0
    for b in range(m.bu.shape[0]):
        m.bu[b].planned = 0
        m.g[G_UNPLANNED] += m.bu[b].prize
    m.k[K_DIRTY] = 0
    m.k[K_PLANNED] = 0
    for c in range(m.cg.shape[0]):
        m.cg[c].first = NONE
        m.cg[c].last = NONE
        m.cg[c].n = 0
        m.cg[c].cost = 0.0
        m.cg[c].viol = 0.0
        m.cg[c].touched = 0
        m.loads[c] = 0.0
    empty_logs(m)
    m.k[K_TX] += 1
    for c in range(m.cg.shape[0]):
        touch(m.cg, c, m.touched, m.log_cg, m.k)
    ripple(m)
    empty_logs(m)


@kernel
def empty_logs(m):
    """Forget what could be rolled back."""
    m.k[K_DEPTH] = 0
    m.k[K_LOG_OP] = 0
    m.k[K_LOG_ELEM] = 0
    m.k[K_LOG_CG] = 0
    m.k[K_LOG_BUNDLE] = 0
    m.k[K_LOG_LIMIT] = 0


@door
def load(m, order):
    """Rebuild the plan in `best_cg` and `best_el` (planned, key, window) from nothing; `order` sorts the
    keys."""
    clear(m)
    m.k[K_TX] += 1
    for i in range(order.shape[0]):
        e = order[i]
        if m.best_el[e, 0] > 0.0:
            b = m.el[e].bundle
            if m.bu[b].planned == 0:
                plan_bundle(m, b)
            m.el[e].planned = 1
            m.el[e].key = m.best_el[e, 1]
            m.el[e].first_window = int(m.best_el[e, 2])
            for o in range(m.el[e].o0, m.el[e].o0 + m.el[e].no):
                link_op(m, o, m.best_cg[o])
        m.k[K_TX] += 1
        empty_logs(m)
    ripple(m)
    keep(m.el, m.k, m.log_el)


@kernel
def resum(m):
    """Add up the sums anew, so that rounding never gathers."""
    for i in range(N_SUMS):
        m.g[i] = 0.0
    for b in range(m.bu.shape[0]):
        if m.bu[b].planned == 0:
            m.g[G_UNPLANNED] += m.bu[b].prize
    for e in range(m.el.shape[0]):
        m.g[G_ELEM] += m.el[e].cost
        m.g[G_ELEM_VIOL] += m.el[e].viol
        m.g[G_LATE] = max(m.g[G_LATE], m.el[e].late)
    for i in range(m.lim.shape[0]):
        m.g[G_LIMIT_VIOL] += LIMIT_MINUTES * max(0, m.lim[i].used - m.lim[i].most)
    for o in range(m.op.shape[0]):
        if m.op[o].cg != NONE:
            m.g[G_ASSIGN] += m.able_cost[o, m.op[o].cg]
    for c in range(m.cg.shape[0]):
        m.g[G_LOAD] += m.loads[c]
        m.g[G_ROUTE] += m.cg[c].cost
        m.g[G_ROUTE_VIOL] += m.cg[c].viol
        m.g[G_LIMIT_VIOL] += LIMIT_MINUTES * max(0, m.cg[c].n - m.cg[c].most)
        at = m.cg[c].sloc
        o = m.cg[c].first
        while o != NONE:
            m.g[G_TRAVEL] += leg(m.roads, at, m.op[o].loc)
            at = m.op[o].loc
            o = m.op[o].next
        if m.cg[c].n > 0:
            m.g[G_TRAVEL] += leg(m.roads, at, m.cg[c].eloc)


@kernel
def save_best(m):
    """Remember the present plan as the best one."""
    for o in range(m.op.shape[0]):
        m.best_cg[o] = m.op[o].cg
    for e in range(m.el.shape[0]):
        m.best_el[e, 0] = m.el[e].planned
        m.best_el[e, 1] = m.el[e].key
        m.best_el[e, 2] = m.el[e].first_window
    m.k[K_BEST_SAVES] += 1


@kernel
def insert_cleanly(m, b, noise):
    """Plan bundle `b` for good if that is cheaper than leaving it out and breaks nothing."""
    before = priced(m.cg, m.loads, m.g, m.k)
    broken = viol_of(m.g)
    open_tx(m)
    planned = try_insert(m, b, noise) and priced(m.cg, m.loads, m.g, m.k) < before - EPS
    if planned and viol_of(m.g) <= broken + EPS:
        keep(m.el, m.k, m.log_el)
    else:
        undo(m)


@door
def construct(m, order, noise):
    """Plan each bundle of `order` where it looks best; what does not fit stays out."""
    for i in range(order.shape[0]):
        b = order[i]
        if m.bu[b].planned == 0:
            insert_cleanly(m, b, noise)


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
def some_unplanned(m):
    """An unplanned bundle at random, or NONE."""
    n = m.bu.shape[0]
    if m.k[K_PLANNED] == n:
        return NONE
    b = below(n, m.seed)
    for _ in range(n):
        if m.bu[b].planned == 0:
            return b
        b = b + 1 if b + 1 < n else 0
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
def replace(m, noise):
    """Plan an unplanned bundle in the place of one or two near ones, which then look for another place.

    With nothing unplanned, try how the day is without one bundle.
    """
    bundles = m.bu.shape[0]
    h = some_unplanned(m)
    if h == NONE:
        b = below(bundles, m.seed)
        unplan_bundle(m, b)
        return True
    o = m.el[m.bu[h].e0].o0
    if m.op[o].nn == 0:
        return False
    first = bundles
    second = bundles
    for i in range(1 + int(1.5 * rand(m.seed))):
        b = m.el[m.op[m.lists[m.op[o].n0 + below(m.op[o].nn, m.seed)]].elem].bundle
        if m.bu[b].planned == 1:
            unplan_bundle(m, b)
            if i == 0:
                first = b
            else:
                second = b
    ripple(m)
    if (first == bundles and second == bundles) or not try_insert(m, h, noise):
        return False
    if first < bundles:
        insert_if_better(m, first, noise)
    if second < bundles:
        insert_if_better(m, second, noise)
    return True


@kernel
def draw(m, kind, ruin_most, noise):
    """Make one move of the given kind inside the open transaction. False when the draw is impossible."""
    if kind == 9:
        b = some_unplanned(m)
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
        if not draw(m, kind, ruin_most, noise):
            undo(m)
            continue
        if kind < 9:
            least = m.g[W_TRAVEL] * m.g[G_TRAVEL] + m.g[G_ASSIGN] + m.g[G_UNPLANNED]
            if least + m.g[W_VIOL] * m.g[G_LIMIT_VIOL] > bar:
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


@kernel
def _suspect(m, b):
    """Whether bundle `b` has a part in a broken limit."""
    if m.bu[b].rule != NONE and m.lim[m.bu[b].rule].used > m.lim[m.bu[b].rule].most:
        return True
    for e in range(m.bu[b].e0, m.bu[b].e0 + m.bu[b].ne):
        if m.el[e].viol > EPS:
            return True
        for o in range(m.el[e].o0, m.el[e].o0 + m.el[e].no):
            c = m.op[o].cg
            if m.cg[c].viol > EPS or m.cg[c].n > m.cg[c].most:
                return True
            for i in range(m.cg[c].c0, m.cg[c].c0 + m.cg[c].nc):
                if m.lim[m.lists[i]].used > m.lim[m.lists[i]].most:
                    return True
            x = m.op[o].next
            while x != NONE:
                if m.el[m.op[x].elem].viol > EPS:
                    return True
                x = m.op[x].next
    return False


@kernel
def repair(m):
    """Unplan one bundle after another until no hard limit is broken: the one whose going mends most for its price.

    Works inside an open transaction.
    """
    bundles = m.bu.shape[0]
    while viol_of(m.g) > EPS and m.k[K_PLANNED] > 0 and log_room(m):
        broken = viol_of(m.g)
        worst = bundles
        gain = -INF
        for careful in range(2):
            for b in range(bundles):
                if m.bu[b].planned == 0 or (careful == 0 and not _suspect(m, b)):
                    continue
                open_tx(m)
                unplan_bundle(m, b)
                ripple(m)
                mended = (broken - viol_of(m.g)) / (1.0 + m.bu[b].prize)
                undo(m)
                if mended > gain:
                    gain = mended
                    worst = b
            if gain > 0.0:
                break
        m.k[K_TX] += 1
        unplan_bundle(m, worst)
        ripple(m)


@door
def mend(m, best):
    """See whether the present plan, rid of what breaks limits, beats `best`; remember it then. Changes nothing."""
    open_tx(m)
    repair(m)
    price = cost_of(m.cg, m.loads, m.g, m.k)
    if viol_of(m.g) < EPS and price < best - EPS:
        best = price
        save_best(m)
    undo(m)
    return best


@door
def repair_for_good(m):
    """Unplan what breaks hard limits, and go on from there."""
    while viol_of(m.g) > EPS and m.k[K_PLANNED] > 0:
        open_tx(m)
        repair(m)
        keep(m.el, m.k, m.log_el)


@door
def take_best(m):
    """Remember the present plan, which breaks nothing, as the best; its price."""
    resum(m)
    save_best(m)
    return cost_of(m.cg, m.loads, m.g, m.k)


@door
def running_price(m):
    """The price of what is planned, leaving aside what is left out."""
    return cost_of(m.cg, m.loads, m.g, m.k) - m.g[G_UNPLANNED]


@door
def broken(m):
    """Minutes by which the present plan breaks hard limits."""
    return viol_of(m.g)


@door
def price_now(m):
    """The price of the present plan with violations."""
    return priced(m.cg, m.loads, m.g, m.k)


@door
def take_out(m, b):
    """Unplan bundle `b` for good."""
    open_tx(m)
    unplan_bundle(m, b)
    ripple(m)
    keep(m.el, m.k, m.log_el)


@door
def insert_with(m, b, c):
    """Plan bundle `b` at its best with caregiver `c` leading, breaking nothing; True leaves it for `undo_insert`."""
    broken_before = viol_of(m.g)
    open_tx(m)
    plan_bundle(m, b)
    first = m.bu[b].e0
    for e in range(first, first + m.bu[b].ne):
        if not find_spot(m, e, 0.0, c if e == first else NONE):
            undo(m)
            return False
        place_elem(m, e, m.spot[0], int(m.spot[1]))
        ripple(m)
    if viol_of(m.g) > broken_before + EPS:
        undo(m)
        return False
    return True


@door
def undo_insert(m):
    """Take back what `insert_with` did."""
    undo(m)
