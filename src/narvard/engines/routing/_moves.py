# mypy: allow-untyped-defs, allow-untyped-calls, allow-incomplete-defs, no-warn-return-any
"""Moves on a plan: take an element out, find it a place, exchange stretches of routes, ruin and recreate."""

import numpy as np

from narvard.engines.routing._compile import kernel
from narvard.engines.routing._kernels import (
    begin,
    count_limit,
    find_prev,
    leg,
    link,
    priced,
    propagate,
    push,
    rand,
    rollback,
    save_elem,
    unlink,
)
from narvard.engines.routing._layout import (
    EPS,
    G_ELEM,
    G_ELEM_VIOL,
    G_LATE,
    G_UNPLANNED,
    INF,
    K_DEPTH,
    K_LOG_BUNDLE,
    K_LOG_CG,
    K_LOG_ELEM,
    K_LOG_OP,
    K_PLANNED,
    K_RESCAN,
    K_STEP,
    K_TX,
    NONE,
    W_TRAVEL,
    W_VIOL,
)

FEW = 12
"""A noisy insertion looks at all able caregivers only when they are no more than this."""


@kernel
def below(n, seed):
    """A uniform whole number from 0 to n - 1."""
    return int(rand(seed) * n)


@kernel
def link_op(m, o, c):
    """`link` with the arrays of the model."""
    link(
        o, c, m.op, m.el, m.cg, m.lim, m.lists, m.roads, m.able_cost, m.g, m.k, m.dirty, m.touched,
        m.log_op, m.log_el, m.log_cg, m.log_lim,
    )  # fmt: skip


@kernel
def unlink_op(m, o):
    """`unlink` with the arrays of the model."""
    unlink(
        o, m.op, m.el, m.cg, m.lim, m.lists, m.roads, m.able_cost, m.g, m.k, m.dirty, m.touched,
        m.log_op, m.log_cg, m.log_lim,
    )  # fmt: skip


@kernel
def ripple(m):
    """`propagate` with the arrays of the model."""
    propagate(
        m.op, m.el, m.cg, m.rel, m.pause, m.lists, m.win, m.roads, m.g, m.k, m.late, m.loads, m.dirty, m.touched,
        m.log_op, m.log_el, m.log_cg,
    )  # fmt: skip


@kernel
def open_tx(m):
    """Begin a transaction, inside the one that is open if any."""
    depth = m.k[K_DEPTH]
    begin(m.g, m.k, m.marks[depth], m.sums[depth])
    m.k[K_DEPTH] = depth + 1


@kernel
def undo(m):
    """Roll back the innermost transaction."""
    depth = m.k[K_DEPTH] - 1
    m.k[K_DEPTH] = depth
    rollback(
        m.op, m.el, m.cg, m.bu, m.lim, m.g, m.k, m.late, m.loads, m.log_op, m.log_el, m.log_cg, m.log_bu, m.log_lim,
        m.dirty, m.touched, m.marks[depth], m.sums[depth],
    )  # fmt: skip


@kernel
def push_siblings(m, e):
    """Elements of the same patient are timed again when `e` comes, goes or changes place."""
    for i in range(m.el[e].g0, m.el[e].g0 + m.el[e].ng):
        push(m.el, m.lists[i], m.dirty, m.k)


@kernel
def remove_elem(m, e):
    """Take all operations of `e` out of their routes; those who ride go first."""
    o0 = m.el[e].o0
    o1 = o0 + m.el[e].no
    for o in range(o0, o1):
        if m.op[o].rides == 1:
            unlink_op(m, o)
    for o in range(o0, o1):
        if m.op[o].cg != NONE:
            unlink_op(m, o)
    push_siblings(m, e)


@kernel
def lift_elem(m, e):
    """Take `e` out so that nothing waits for it: its relations are timed again without it."""
    remove_elem(m, e)
    save_elem(m.el, e, m.log_el, m.k)
    m.el[e].planned = 0
    m.el[e].start = -INF
    m.el[e].pushed = -INF
    for i in range(m.el[e].p0, m.el[e].p0 + m.el[e].np):
        push(m.el, m.rel[i].other, m.dirty, m.k)
    for i in range(m.el[e].s0, m.el[e].s0 + m.el[e].ns):
        push(m.el, m.rel[i].other, m.dirty, m.k)


@kernel
def place_elem(m, e, key, window):
    """Put the operations of `e` into the routes that `pick` names, at `key`, aiming at `window`."""
    save_elem(m.el, e, m.log_el, m.k)
    m.el[e].planned = 1
    m.el[e].key = key
    m.el[e].first_window = window
    for j in range(m.el[e].no):
        link_op(m, m.el[e].o0 + j, m.pick[j])
    push_siblings(m, e)


@kernel
def save_bundle(m, b):
    """Remember bundle `b` as it was before this transaction."""
    if m.bu[b].saved != m.k[K_TX]:
        m.log_bu[m.k[K_LOG_BUNDLE]] = m.bu[b]
        m.k[K_LOG_BUNDLE] += 1
        m.bu[b].saved = m.k[K_TX]


@kernel
def plan_bundle(m, b):
    """Declare bundle `b` planned; its elements are to be placed in the same transaction."""
    save_bundle(m, b)
    m.bu[b].planned = 1
    m.k[K_PLANNED] += 1
    m.g[G_UNPLANNED] -= m.bu[b].prize
    if m.bu[b].rule != NONE:
        count_limit(m.lim, m.bu[b].rule, 1, m.g, m.log_lim, m.k)


@kernel
def unplan_bundle(m, b):
    """Take bundle `b` out of the plan altogether."""
    save_bundle(m, b)
    m.bu[b].planned = 0
    m.k[K_PLANNED] -= 1
    m.g[G_UNPLANNED] += m.bu[b].prize
    if m.bu[b].rule != NONE:
        count_limit(m.lim, m.bu[b].rule, -1, m.g, m.log_lim, m.k)
    for e in range(m.bu[b].e0, m.bu[b].e0 + m.bu[b].ne):
        lift_elem(m, e)
        m.g[G_ELEM] -= m.el[e].cost
        m.g[G_ELEM_VIOL] -= m.el[e].viol
        if m.el[e].late > 0.0 and m.el[e].late >= m.g[G_LATE]:
            m.k[K_RESCAN] = 1
        m.el[e].cost = 0.0
        m.el[e].viol = 0.0
        m.el[e].late = 0.0
        m.late[e] = 0.0


@kernel
def able(m, o, c):
    """Whether caregiver `c` may do operation `o` by skills and pins."""
    return m.able_cost[o, c] < INF


@kernel
def clashes(m, o, c):
    """Whether `c` already does an operation, outside the element of `o`, that must have another caregiver."""
    for i in range(m.op[o].d0, m.op[o].d0 + m.op[o].nd):
        j = m.lists[i]
        if m.op[j].cg == c and m.op[j].elem != m.op[o].elem:
            return True
    return False


@kernel
def key_bounds(m, e):
    """The open interval of keys that relations and the patient's order leave to `e`."""
    lo = -INF
    hi = INF
    for i in range(m.el[e].p0, m.el[e].p0 + m.el[e].np):
        a = m.rel[i].other
        if m.el[a].planned == 1 and m.el[a].start > -INF:
            lo = max(lo, m.el[a].key)
    for i in range(m.el[e].s0, m.el[e].s0 + m.el[e].ns):
        a = m.rel[i].other
        if m.el[a].planned == 1 and m.el[a].start > -INF:
            hi = min(hi, m.el[a].key)
    return lo, hi


@kernel
def key_between(lo, hi, wish, u):
    """A key inside (lo, hi), at `wish` if it lies there."""
    if lo < wish < hi:
        return wish
    if wish <= lo:
        return lo + 1e-3 if hi == INF else lo + (hi - lo) * (0.02 + 0.48 * u)
    return hi - 1e-3 if lo == -INF else lo + (hi - lo) * (0.5 + 0.48 * u)


@kernel
def opens_at(m, e, at, window):
    """The earliest start from `at` on within the windows of `e` from `window` on, and the window's end."""
    n = m.el[e].nw
    at = max(at, m.el[e].lo)
    if n == 0:
        return at, INF
    i = m.el[e].w0 + window
    last = m.el[e].w0 + n - 1
    at = max(at, m.win[i, 0])
    while i < last and (at >= m.win[i + 1, 0] or (m.el[e].hard == 1 and at + m.el[e].off > m.win[i, 1] + EPS)):
        i += 1
        at = max(at, m.win[i, 0])
    return at, m.win[i, 1]


@kernel
def closes_at(m, e, at):
    """The end of the window of `e` that a start at `at` belongs to."""
    if m.el[e].nw == 0:
        return INF
    i = m.el[e].w0
    last = i + m.el[e].nw - 1
    while i < last and at >= m.win[i + 1, 0]:
        i += 1
    return m.win[i, 1]


@kernel
def guess(m, o, c, p, start_floor, window):
    """A quick price for operation `o` after `p` in route `c`: (price, start). What it delays in
    the route is counted; breaks and other routes are left out."""
    e = m.op[o].elem
    here = m.op[o].loc
    if p == NONE:
        q = m.cg[c].first
        before = m.cg[c].sloc
        free = m.cg[c].avail
    else:
        q = m.op[p].next
        before = m.op[p].loc
        free = m.el[m.op[p].elem].start + m.op[p].span
    road = leg(m.roads, before, here)
    start, end = opens_at(m, e, max(free + road, start_floor), window)
    after = m.cg[c].eloc if q == NONE else m.op[q].loc
    on = leg(m.roads, here, after)
    more = road + on - (0.0 if m.cg[c].n == 0 else leg(m.roads, before, after))
    price = m.g[W_TRAVEL] * more + m.able_cost[o, c]
    hard_late = max(0.0, start - m.el[e].hi)
    late = start + m.op[o].off - end
    if late > 0.0:
        if m.el[e].hard == 1:
            hard_late += late
        else:
            price += m.op[o].late_cost * late
    done = start + m.op[o].dur + on
    x = q
    delay = 0.0 if q == NONE else done - m.el[m.op[q].elem].start
    while x != NONE and delay > 0.0:
        f = m.op[x].elem
        price += 0.02 * m.g[W_TRAVEL] * delay
        began = m.el[f].start
        close = closes_at(m, f, began)
        over = max(0.0, began + delay + m.op[x].off - close) - max(0.0, began + m.op[x].off - close)
        if m.el[f].hard == 1:
            hard_late += over
        else:
            price += m.op[x].late_cost * over
        y = m.op[x].next
        if y == NONE:
            break
        delay -= m.el[m.op[y].elem].start - began - m.op[x].span - leg(m.roads, m.op[x].loc, m.op[y].loc)
        x = y
    if q == NONE:
        hard_late += max(0.0, done - m.cg[c].shift1 - m.cg[c].over)
    elif delay > 0.0:
        hard_late += max(0.0, m.cg[c].end + delay - m.cg[c].shift1 - m.cg[c].over)
    if m.cg[c].n == 0:
        price += m.cg[c].use_cost
    return price + m.g[W_VIOL] * hard_late, start


@kernel
def best_spot_in(m, o, c, lo, hi, window, floor):
    """The cheapest place for `o` in route `c` with a key in (lo, hi): (price, key, start)."""
    best = INF
    best_key = 0.0
    best_start = 0.0
    p = NONE if lo == -INF else find_prev(m.op, m.el, m.cg, c, lo)
    while True:
        q = m.cg[c].first if p == NONE else m.op[p].next
        left = lo if p == NONE else max(lo, m.el[m.op[p].elem].key)
        right = hi if q == NONE else min(hi, m.el[m.op[q].elem].key)
        if left <= right:
            price, start = guess(m, o, c, p, floor, window)
            if price < best:
                best = price
                best_start = start
                best_key = key_between(left, right, start, 0.5)
        if q == NONE or m.el[m.op[q].elem].key >= hi:
            break
        p = q
    return best, best_key, best_start


@kernel
def pick_partner(m, e, j, key, start, window, noise):
    """Choose the caregiver for operation number `j` of `e` at `key`, given those picked before it: its
    price."""
    o = m.el[e].o0 + j
    best = INF
    m.pick[j] = NONE
    for i in range(m.op[o].x0, m.op[o].x0 + m.op[o].nx):
        c = m.lists[i]
        taken = False
        crew = False
        for h in range(m.el[e].no):
            if h != j and m.pick[h] == c:
                taken = True
                crew = m.el[e].crew0 != NONE and m.crew[m.el[e].crew0, c] == 1
        if (taken and not crew) or clashes(m, o, c):
            continue
        if crew:
            price = m.able_cost[o, c]
        else:
            p = find_prev(m.op, m.el, m.cg, c, key)
            price, began = guess(m, o, c, p, start, window)
            price += m.g[W_TRAVEL] * max(0.0, began - start)
        price *= 1.0 + noise * rand(m.seed)
        if price < best:
            best = price
            m.pick[j] = c
    return best


@kernel
def random_able(m, o):
    """A random caregiver able to do `o`."""
    return m.lists[m.op[o].x0 + below(m.op[o].nx, m.seed)]


@kernel
def find_spot(m, e, noise, only):
    """Find the (unlinked) element `e` a good place: `pick` gets the caregivers, `spot` key and window. True
    if any.

    All able caregivers (where they are many: those of near operations and a few others) and all their gaps are
    priced by `guess`; `noise` blurs the prices so that repeats differ.
    With `only` (a caregiver, or NONE) the first operation is done by that one.
    """
    lo, hi = key_bounds(m, e)
    n = m.el[e].no
    window = 0
    if m.el[e].nw > 1 and rand(m.seed) < 0.7:
        window = below(m.el[e].nw, m.seed)
    floor = m.el[e].lo
    for i in range(m.el[e].p0, m.el[e].p0 + m.el[e].np):
        a = m.rel[i].other
        if m.el[a].planned == 1:
            floor = max(floor, m.el[a].start + m.rel[i].least)
    lead = 0 if n == 1 or only != NONE else below(n, m.seed)
    o = m.el[e].o0 + lead
    best0 = INF
    best1 = INF
    best2 = INF
    m.k[K_STEP] += 1
    few = noise > 0.0 and m.op[o].nx > FEW and m.op[o].nn > 0
    draws = m.op[o].nn + FEW // 2 if few else m.op[o].nx
    for i in range(draws):
        if not few:
            c = m.lists[m.op[o].x0 + i]
        elif i < m.op[o].nn:
            c = m.op[m.lists[m.op[o].n0 + i]].cg
        else:
            c = random_able(m, o)
        if c == NONE or m.cg[c].mark == m.k[K_STEP] or not able(m, o, c):
            continue
        m.cg[c].mark = m.k[K_STEP]
        if clashes(m, o, c) or (only != NONE and c != only):
            continue
        price, key, start = best_spot_in(m, o, c, lo, hi, window, floor)
        price *= 1.0 + noise * rand(m.seed)
        if price < best0:
            if n > 1:
                best2 = best1
                m.spot[12] = m.spot[8]
                m.spot[13] = m.spot[9]
                m.spot[14] = m.spot[10]
                best1 = best0
                m.spot[8] = m.spot[4]
                m.spot[9] = m.spot[5]
                m.spot[10] = m.spot[6]
            best0 = price
            m.spot[4] = c
            m.spot[5] = key
            m.spot[6] = start
        elif n > 1 and price < best1:
            best2 = best1
            m.spot[12] = m.spot[8]
            m.spot[13] = m.spot[9]
            m.spot[14] = m.spot[10]
            best1 = price
            m.spot[8] = c
            m.spot[9] = key
            m.spot[10] = start
        elif n > 1 and price < best2:
            best2 = price
            m.spot[12] = c
            m.spot[13] = key
            m.spot[14] = start
    if best0 == INF:
        return False
    m.spot[1] = window
    if n == 1:
        m.pick[0] = int(m.spot[4])
        m.spot[0] = m.spot[5]
        return True
    best = INF
    for t in range(3):
        leads = best0 if t == 0 else (best1 if t == 1 else best2)
        if leads == INF:
            break
        total = leads
        for j in range(n):
            m.pick[j] = NONE
        m.pick[lead] = int(m.spot[4 + 4 * t])
        for j in range(n):
            if j != lead:
                total += pick_partner(m, e, j, m.spot[5 + 4 * t], m.spot[6 + 4 * t], window, noise)
        if total < best:
            best = total
            m.spot[0] = m.spot[5 + 4 * t]
            for j in range(n):
                m.pick[n + j] = m.pick[j]
    if best == INF:
        return False
    for j in range(n):
        m.pick[j] = m.pick[n + j]
    return True


@kernel
def try_insert(m, b, noise):
    """Plan the unplanned bundle `b` where it looks best, as part of an open transaction. False when it
    cannot."""
    plan_bundle(m, b)
    for e in range(m.bu[b].e0, m.bu[b].e0 + m.bu[b].ne):
        if not find_spot(m, e, noise, NONE):
            return False
        place_elem(m, e, m.spot[0], int(m.spot[1]))
        ripple(m)
    return True


@kernel
def insert_if_better(m, b, noise):
    """Plan bundle `b` if that is cheaper than leaving it out. True when planned."""
    before = priced(m.cg, m.loads, m.g, m.k)
    open_tx(m)
    if try_insert(m, b, noise) and priced(m.cg, m.loads, m.g, m.k) < before - EPS:
        m.k[K_DEPTH] -= 1
        return True
    undo(m)
    return False


@kernel
def move_reinsert(m, e, noise):
    """Take `e` out and put it where it looks best now."""
    lift_elem(m, e)
    ripple(m)
    if not find_spot(m, e, noise, NONE):
        return False
    place_elem(m, e, m.spot[0], int(m.spot[1]))
    return True


@kernel
def fill_partners(m, e, lead, change):
    """Complete `pick` around the leading operation: keep the others, or change each with chance `change`."""
    n = m.el[e].no
    o0 = m.el[e].o0
    was = m.op[o0 + lead].cg
    for j in range(n):
        if j == lead:
            continue
        c = m.op[o0 + j].cg
        if c == m.pick[lead] and able(m, o0 + j, was) and was != m.pick[lead]:
            c = was
        elif c == m.pick[lead] or c == NONE or rand(m.seed) < change:
            c = random_able(m, o0 + j)
        m.pick[j] = c
    for j in range(n):
        if clashes(m, o0 + j, m.pick[j]):
            return False
        for h in range(j):
            if m.pick[h] == m.pick[j] and (m.el[e].crew0 == NONE or m.crew[m.el[e].crew0, m.pick[j]] == 0):
                return False
    return True


@kernel
def move_relocate(m, e, mode):
    """Move element `e` to another place: beside a near operation (0), anywhere (1), within its route (2),
    or to another caregiver at the same time (3). False when the draw is impossible."""
    n = m.el[e].no
    lead = 0 if n == 1 else below(n, m.seed)
    o = m.el[e].o0 + lead
    lo, hi = key_bounds(m, e)
    window = m.el[e].first_window
    if m.el[e].nw > 1 and rand(m.seed) < 0.5:
        window = below(m.el[e].nw, m.seed)
    key = m.el[e].key
    c = m.op[o].cg
    if mode == 3:
        c = random_able(m, o)
        if c == m.op[o].cg:
            return False
    else:
        if mode == 0:
            if m.op[o].nn == 0:
                return False
            x = m.lists[m.op[o].n0 + below(m.op[o].nn, m.seed)]
            c = m.op[x].cg
            if c == NONE or m.op[x].rides == 1 or not able(m, o, c):
                return False
            p = x if rand(m.seed) < 0.5 else m.op[x].prev
        else:
            if mode == 1:
                c = random_able(m, o)
            p = NONE
            steps = below(m.cg[c].n + 1, m.seed)
            if mode == 2:
                p = m.op[o].prev if rand(m.seed) < 0.5 else m.op[o].next
                steps = 0
                if p == NONE:
                    return False
                if p == m.op[o].prev:
                    p = m.op[p].prev
            for _ in range(steps):
                p = m.cg[c].first if p == NONE else m.op[p].next
        if p == o:
            p = m.op[o].prev
        q = m.cg[c].first if p == NONE else m.op[p].next
        if q == o:
            q = m.op[o].next
        if p != NONE and m.op[p].elem == e:
            return False
        left = -INF
        free = m.cg[c].avail
        at = m.cg[c].sloc
        if p != NONE:
            left = m.el[m.op[p].elem].key
            free = m.el[m.op[p].elem].start + m.op[p].span
            at = m.op[p].loc
        right = INF if q == NONE else m.el[m.op[q].elem].key
        wish, _ = opens_at(m, e, free + leg(m.roads, at, m.op[o].loc), window)
        left = max(left, lo)
        right = min(right, hi)
        if left > right:
            return False
        key = key_between(left, right, wish, rand(m.seed))
    if key <= lo or key >= hi:
        return False
    m.pick[lead] = c
    if not fill_partners(m, e, lead, 0.25):
        return False
    remove_elem(m, e)
    place_elem(m, e, key, window)
    return True


@kernel
def move_swap(m, e, f):
    """Let elements `e` and `f` (same number of operations) change places and caregivers."""
    n = m.el[e].no
    if e == f or m.el[f].no != n:
        return False
    flip = n > 1 and rand(m.seed) < 0.5
    for j in range(n):
        h = n - 1 - j if flip else j
        a = m.el[e].o0 + j
        b = m.el[f].o0 + h
        ca = m.op[a].cg
        cb = m.op[b].cg
        if m.op[a].rides + m.op[b].rides > 0 or not (able(m, a, cb) and able(m, b, ca)):
            return False
        if ca != cb and (clashes(m, a, cb) or clashes(m, b, ca)):
            return False
        m.scratch[j] = cb
        m.scratch[n + h] = ca
    ke = m.el[e].key
    kf = m.el[f].key
    lo, hi = key_bounds(m, e)
    if kf <= lo or kf >= hi:
        return False
    lo, hi = key_bounds(m, f)
    if ke <= lo or ke >= hi:
        return False
    we = m.el[e].first_window
    wf = m.el[f].first_window
    remove_elem(m, e)
    remove_elem(m, f)
    for j in range(n):
        m.pick[j] = m.scratch[j]
    place_elem(m, e, kf, we)
    for j in range(n):
        m.pick[j] = m.scratch[n + j]
    place_elem(m, f, ke, wf)
    return True


@kernel
def _collect(m, c, d, lo, hi, at):
    """Put the operations of route `c` with keys in [lo, hi] into `scratch` from `at`; -1 if `d` cannot do
    one."""
    o = m.cg[c].first
    while o != NONE:
        key = m.el[m.op[o].elem].key
        if key > hi:
            break
        if key >= lo:
            if not able(m, o, d):
                return -1
            e = m.op[o].elem
            if m.el[e].crew0 != NONE:
                for j in range(m.el[e].o0, m.el[e].o0 + m.el[e].no):
                    if m.op[j].rides == 1:
                        return -1
            for i in range(m.op[o].d0, m.op[o].d0 + m.op[o].nd):
                j = m.lists[i]
                if m.op[j].cg == d and not lo <= m.el[m.op[j].elem].key <= hi:
                    return -1
            m.scratch[at] = o
            at += 1
        o = m.op[o].next
    return at


@kernel
def move_exchange(m, c, d, lo, hi, both):
    """Routes `c` and `d` exchange what they do between the keys lo and hi (only from `c` to `d` unless
    `both`)."""
    n = _collect(m, c, d, lo, hi, np.int64(0))
    if n < 0:
        return False
    total = n
    if both:
        total = _collect(m, d, c, lo, hi, n)
    else:
        for i in range(n):
            o = m.scratch[i]
            for h in range(m.op[o].d0, m.op[o].d0 + m.op[o].nd):
                if m.op[m.lists[h]].cg == d:
                    return False
    if total <= 0:
        return False
    for i in range(total):
        unlink_op(m, m.scratch[i])
    for i in range(total):
        link_op(m, m.scratch[i], d if i < n else c)
    return True


@kernel
def log_room(m):
    """Whether the logs have room for a good deal more."""
    return (
        m.k[K_LOG_OP] < m.log_op.shape[0] // 2
        and m.k[K_LOG_ELEM] < m.log_el.shape[0] // 2
        and m.k[K_LOG_CG] < m.log_cg.shape[0] // 2
        and m.k[K_LOG_BUNDLE] < m.log_bu.shape[0] // 2
    )


@kernel
def ruin(m, count, kind):
    """Unplan up to `count` bundles that belong together, and list them in `scratch`. Returns how many.

    Kinds: near one operation (0), one stretch of one or two routes (1), anywhere (2).
    """
    bundles = m.bu.shape[0]
    b = below(bundles, m.seed)
    n = 0
    if kind == 2:
        for _ in range(count):
            b = below(bundles, m.seed)
            if m.bu[b].planned == 1:
                unplan_bundle(m, b)
                m.scratch[n] = b
                n += 1
        return n
    o = m.el[m.bu[b].e0].o0
    if m.bu[b].planned == 0:
        m.scratch[n] = b
        n += 1
        if m.op[o].nn == 0:
            return n
        o = m.lists[m.op[o].n0 + below(m.op[o].nn, m.seed)]
    while n < count:
        h = m.el[m.op[o].elem].bundle
        follow = m.op[o].next
        c = m.op[o].cg
        if m.bu[h].planned == 1:
            unplan_bundle(m, h)
            m.scratch[n] = h
            n += 1
        if kind == 1 and c != NONE and follow != NONE and m.op[follow].cg == c:
            o = follow
        else:
            seed = m.el[m.bu[m.scratch[below(n, m.seed)]].e0].o0 if n > 0 else o
            found = False
            for _ in range(8):
                if m.op[seed].nn == 0:
                    break
                x = m.lists[m.op[seed].n0 + below(m.op[seed].nn, m.seed)]
                if m.bu[m.el[m.op[x].elem].bundle].planned == 1:
                    o = x
                    found = True
                    break
            if not found:
                break
    return n


@kernel
def recreate(m, n, noise):
    """Plan the `n` bundles in `scratch` again, each where it looks best, hardest first or in random order."""
    by_hardness = rand(m.seed) < 0.5
    for i in range(n):
        pick = i
        if by_hardness:
            least = INF
            for j in range(i, n):
                b = m.scratch[j]
                o = m.el[m.bu[b].e0].o0
                hardness = m.op[o].nx / (1.0 + m.bu[b].prize) / m.el[m.bu[b].e0].no * (0.5 + rand(m.seed))
                if hardness < least:
                    least = hardness
                    pick = j
        else:
            pick = i + below(n - i, m.seed)
        b = m.scratch[pick]
        m.scratch[pick] = m.scratch[i]
        m.scratch[i] = b
        if m.bu[b].planned == 0:
            insert_if_better(m, b, noise)
        if not log_room(m):
            break
