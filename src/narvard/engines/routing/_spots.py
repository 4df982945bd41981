# mypy: allow-untyped-defs, allow-untyped-calls, allow-incomplete-defs, no-warn-return-any
"""Where an element fits: quick prices of places in routes, and the best place with its caregivers."""

from narvard.engines.routing._compile import kernel, piece
from narvard.engines.routing._journal import below, rand
from narvard.engines.routing._layout import EPS, INF, K_DEPTH, K_STEP, LIMIT_MINUTES, NONE, W_LIMIT, W_TRAVEL, W_VIOL
from narvard.engines.routing._plan import open_tx, place_elem, plan_bundle, ripple, undo
from narvard.engines.routing._pricing import priced, viol_of
from narvard.engines.routing._routes import find_prev, leg, next_with_place

FEW = 12
"""A noisy insertion looks at all able caregivers only when they are no more than this."""
KEPT = 3
"""How many places of one of several who begin together are tried with partners."""


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
def over_limits(m, c):
    """What one visit more would break for caregiver `c`, in minutes: the largest number, or the cars there are."""
    broken = LIMIT_MINUTES if m.cg[c].n >= m.cg[c].most else 0.0
    if m.cg[c].n == 0:
        for i in range(m.cg[c].c0, m.cg[c].c0 + m.cg[c].nc):
            if m.lim[m.lists[i]].used >= m.lim[m.lists[i]].most:
                broken += LIMIT_MINUTES
    return broken


@kernel
def guess(m, o, c, p, start_floor, window):
    """A quick price for operation `o` after `p` in route `c`: (price, start). What it delays in
    the route is counted; breaks and other routes are left out.

    Where what follows has no place of its own, the road on is driven after it: `later` is how much longer that is.
    """
    e = m.op[o].elem
    if p == NONE:
        q = m.cg[c].first
        before = m.cg[c].sloc
        free = m.cg[c].avail
    else:
        q = m.op[p].next
        before = m.op[p].loc
        free = m.el[m.op[p].elem].start + m.op[p].span
    here = before if m.op[o].site == NONE else m.op[o].site
    road = leg(m.roads, before, here)
    start, end = opens_at(m, e, max(free + road, start_floor), window)
    y = next_with_place(m.op, q)
    after = m.cg[c].eloc if y == NONE else m.op[y].loc
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
    later = 0.0
    if y != q:
        later = on - leg(m.roads, before, after)
        on = 0.0
    done = start + m.op[o].dur + on
    x = q
    delay = 0.0 if q == NONE else done - m.el[m.op[q].elem].start
    while x != NONE and (delay > 0.0 or later != 0.0):
        if later != 0.0:
            delay = max(0.0, delay)
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
        if later != 0.0 and (y == NONE or m.op[y].site != NONE):
            delay = max(0.0, delay) + later
            later = 0.0
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
    return price + m.g[W_VIOL] * hard_late + m.g[W_LIMIT] * over_limits(m, c), start


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


@piece
def _keep_spot(m, price, c, key, start, most):
    """Keep a place among the `most` cheapest in `spot`, from 4 on: caregiver, key, start and price of each."""
    t = most - 1
    if not price < m.spot[4 * t + 7]:
        return
    while t > 0 and price < m.spot[4 * t + 3]:
        for i in range(4 * t, 4 * t + 4):
            m.spot[i + 4] = m.spot[i]
        t -= 1
    m.spot[4 * t + 4] = c
    m.spot[4 * t + 5] = key
    m.spot[4 * t + 6] = start
    m.spot[4 * t + 7] = price


@piece
def _pick_together(m, e, lead, window, noise):
    """Of the places kept for operation number `lead` of `e`, the one cheapest with its partners. False when none."""
    n = m.el[e].no
    best = INF
    for t in range(KEPT):
        total = m.spot[4 * t + 7]
        if total == INF:
            break
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
    for t in range(KEPT):
        m.spot[4 * t + 7] = INF
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
        _keep_spot(m, price, c, key, start, 1 if n == 1 else KEPT)
    if m.spot[7] == INF:
        return False
    m.spot[1] = window
    if n == 1:
        m.pick[0] = int(m.spot[4])
        m.spot[0] = m.spot[5]
        return True
    return _pick_together(m, e, lead, window, noise)


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
def insert_if_better(m, b, noise, clean):
    """Plan bundle `b` if that is cheaper than leaving it out and, with `clean`, breaks no more than is broken. True
    when planned."""
    before = priced(m.cg, m.loads, m.g, m.k)
    broken = viol_of(m.g) if clean else INF
    open_tx(m)
    planned = try_insert(m, b, noise) and priced(m.cg, m.loads, m.g, m.k) < before - EPS
    if planned and viol_of(m.g) <= broken + EPS:
        m.k[K_DEPTH] -= 1
        return True
    undo(m)
    return False
