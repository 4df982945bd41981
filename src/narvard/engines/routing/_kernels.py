# mypy: allow-untyped-defs, allow-untyped-calls, allow-incomplete-defs, no-warn-return-any
"""The compiled heart: link operations into routes, let start times ripple, price, and take it all back.

Every change is a transaction: `begin`, any number of `link`/`unlink`, `propagate`, then either keep it or
`rollback` to the marks. Only elements whose start can have changed are visited, in the order of their keys.
"""

import numpy as np

from narvard.engines.routing._compile import kernel
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
    K_DEPTH,
    K_DIRTY,
    K_EVALS,
    K_LOG_BUNDLE,
    K_LOG_CG,
    K_LOG_ELEM,
    K_LOG_LIMIT,
    K_LOG_OP,
    K_PLANNED,
    K_RESCAN,
    K_ROUNDED,
    K_ROUTES,
    K_SHIFT_WAIT,
    K_TOUCHED,
    K_TX,
    LIMIT_MINUTES,
    N_SUMS,
    NONE,
    W_BALANCE,
    W_IDLE,
    W_LATE,
    W_OVER,
    W_TRAVEL,
    W_VIOL,
    W_WAIT,
)


@kernel
def rand(seed):
    """A uniform number in [0, 1) by xorshift64* (Vigna 2016); `seed` is uint64[1] and moves on."""
    x = seed[0]
    x ^= x >> np.uint64(12)
    x ^= x << np.uint64(25)
    x ^= x >> np.uint64(27)
    seed[0] = x
    return float((x * np.uint64(2685821657736338717)) >> np.uint64(11)) * (1.0 / 9007199254740992.0)


@kernel
def save_op(op, o, log_op, k):
    """Remember operation `o` as it was before this transaction."""
    if op[o].saved != k[K_TX]:
        log_op[k[K_LOG_OP]] = op[o]
        k[K_LOG_OP] += 1
        op[o].saved = k[K_TX]


@kernel
def save_elem(el, e, log_el, k):
    """Remember element `e` as it was before this transaction."""
    if el[e].saved != k[K_TX]:
        log_el[k[K_LOG_ELEM]] = el[e]
        k[K_LOG_ELEM] += 1
        el[e].saved = k[K_TX]


@kernel
def save_cg(cg, c, log_cg, k):
    """Remember caregiver `c` as it was before this transaction."""
    if cg[c].saved != k[K_TX]:
        log_cg[k[K_LOG_CG]] = cg[c]
        k[K_LOG_CG] += 1
        cg[c].saved = k[K_TX]


@kernel
def touch(cg, c, touched, log_cg, k):
    """Mark a route whose end or sums must be worked out again."""
    save_cg(cg, c, log_cg, k)
    if cg[c].touched == 0:
        cg[c].touched = 1
        touched[k[K_TOUCHED]] = c
        k[K_TOUCHED] += 1


@kernel
def push(el, e, dirty, k):
    """Ask for element `e` to be timed again."""
    if el[e].dirty == 0:
        el[e].dirty = 1
        dirty[k[K_DIRTY]] = e
        k[K_DIRTY] += 1


@kernel
def count_limit(lim, i, step, g, log_lim, k):
    """Count one more (or fewer) against a limited resource and price what is over it."""
    if lim[i].saved != k[K_TX]:
        log_lim[k[K_LOG_LIMIT]] = lim[i]
        k[K_LOG_LIMIT] += 1
        lim[i].saved = k[K_TX]
    before = max(0, lim[i].used - lim[i].most)
    lim[i].used += step
    g[G_LIMIT_VIOL] += LIMIT_MINUTES * (max(0, lim[i].used - lim[i].most) - before)


@kernel
def leg(roads, a, b):
    """Minutes from place `a` to `b`; nowhere is near everything."""
    if a < 0 or b < 0:
        return 0.0
    return roads[a, b]


@kernel
def find_prev(op, el, cg, c, key):
    """The last operation of route `c` whose key is not above `key`, or NONE."""
    last = cg[c].last
    if last == NONE or el[op[last].elem].key <= key:
        return last
    p = NONE
    o = cg[c].first
    while o != NONE and el[op[o].elem].key <= key:
        p = o
        o = op[o].next
    return p


@kernel
def _leader(op, el, e, o, c):
    """The operation of element `e` other than `o` that already stands in route `c`, or NONE."""
    for j in range(el[e].o0, el[e].o0 + el[e].no):
        if j != o and op[j].cg == c and op[j].rides == 0:
            return j
    return NONE


@kernel
def link(o, c, op, el, cg, lim, lists, roads, able_cost, g, k, dirty, touched, log_op, log_el, log_cg, log_lim):
    """Put operation `o` into route `c` at the place its element's key says."""
    e = op[o].elem
    save_op(op, o, log_op, k)
    g[G_ASSIGN] += able_cost[o, c]
    op[o].cg = c
    op[o].rides = 0
    op[o].span = op[o].dur
    push(el, e, dirty, k)
    if el[e].crew0 != NONE:
        lead = _leader(op, el, e, o, c)
        if lead != NONE:
            save_op(op, lead, log_op, k)
            op[o].rides = 1
            op[o].prev = NONE
            op[o].next = NONE
            op[lead].span = max(op[lead].span, op[o].dur)
            return
    touch(cg, c, touched, log_cg, k)
    p = find_prev(op, el, cg, c, el[e].key)
    here = op[o].loc
    if p == NONE:
        q = cg[c].first
        before = cg[c].sloc
        cg[c].first = o
    else:
        save_op(op, p, log_op, k)
        q = op[p].next
        before = op[p].loc
        op[p].next = o
    op[o].prev = p
    op[o].next = q
    if q == NONE:
        after = cg[c].eloc
        cg[c].last = o
    else:
        save_op(op, q, log_op, k)
        after = op[q].loc
        op[q].prev = o
        push(el, op[q].elem, dirty, k)
    g[G_TRAVEL] += leg(roads, before, here) + leg(roads, here, after)
    cg[c].n += 1
    if cg[c].n > 1:
        g[G_TRAVEL] -= leg(roads, before, after)
    else:
        for i in range(cg[c].c0, cg[c].c0 + cg[c].nc):
            count_limit(lim, lists[i], 1, g, log_lim, k)
    if cg[c].n > cg[c].most:
        g[G_LIMIT_VIOL] += LIMIT_MINUTES


@kernel
def unlink(o, op, el, cg, lim, lists, roads, able_cost, g, k, dirty, touched, log_op, log_cg, log_lim):
    """Take operation `o` out of its route; the leader of a crew's joint operation goes after those who
    ride."""
    c = op[o].cg
    save_op(op, o, log_op, k)
    g[G_ASSIGN] -= able_cost[o, c]
    op[o].cg = NONE
    if op[o].rides == 1:
        op[o].rides = 0
        return
    touch(cg, c, touched, log_cg, k)
    p = op[o].prev
    q = op[o].next
    here = op[o].loc
    if p == NONE:
        before = cg[c].sloc
        cg[c].first = q
    else:
        save_op(op, p, log_op, k)
        before = op[p].loc
        op[p].next = q
    if q == NONE:
        after = cg[c].eloc
        cg[c].last = p
    else:
        save_op(op, q, log_op, k)
        after = op[q].loc
        op[q].prev = p
        push(el, op[q].elem, dirty, k)
    g[G_TRAVEL] -= leg(roads, before, here) + leg(roads, here, after)
    if cg[c].n > cg[c].most:
        g[G_LIMIT_VIOL] -= LIMIT_MINUTES
    cg[c].n -= 1
    if cg[c].n > 0:
        g[G_TRAVEL] += leg(roads, before, after)
    else:
        for i in range(cg[c].c0, cg[c].c0 + cg[c].nc):
            count_limit(lim, lists[i], -1, g, log_lim, k)


@kernel
def _ready(o, start, op, el, cg, pause, roads):
    """When the caregiver of `o` can start it: (without a break, breaks behind, break start, with the break).

    `start` is the earliest start that everything else allows; a break that fits before it costs nothing.
    able_cost break that could no longer be held after the operation is held now; one that is already too
    late is passed over.
    """
    c = op[o].cg
    p = op[o].prev
    if p == NONE:
        free = cg[c].avail
        road = leg(roads, cg[c].sloc, op[o].loc)
        taken = cg[c].b_done
    else:
        free = el[op[p].elem].start + op[p].span
        road = leg(roads, op[p].loc, op[o].loc)
        taken = op[p].taken
    ready = free + road
    while taken < cg[c].nb:
        b = cg[c].b0 + taken
        latest = pause[b].end - pause[b].dur
        at = max(ready, pause[b].start)
        back = at + pause[b].dur
        if at > latest + EPS:
            at = max(free, pause[b].start)
            back = at + pause[b].dur + road
        if at > latest + EPS:
            taken += 1
            continue
        begins = max(start, ready)
        if back <= begins + EPS or begins + op[o].dur > latest + EPS:
            return max(ready, back), taken + 1, at
        break
    return ready, taken, -INF


@kernel
def _open(e, at, el, win):
    """The earliest start from `at` on that the element's windows allow."""
    n = el[e].nw
    if n == 0:
        return at
    i = el[e].w0 + min(el[e].first_window, n - 1)
    last = el[e].w0 + n - 1
    at = max(at, win[i, 0])
    while i < last and (at >= win[i + 1, 0] or (el[e].hard == 1 and at + el[e].off > win[i, 1] + EPS)):
        i += 1
        at = max(at, win[i, 0])
    return at


@kernel
def propagate(op, el, cg, rel, pause, lists, win, roads, g, k, late, loads, dirty, touched, log_op, log_el, log_cg):
    """Time every dirty element again, in the order of keys, until nothing moves; then price the touched
    routes.

    The starts are the earliest ones (the least fixpoint): where a relation's largest gap is broken, the
    earlier element is pushed later and the ripple starts again from there.
    """
    k[K_EVALS] += 1
    rounds = 0
    most_rounds = 200 + 40 * el.shape[0]
    while k[K_DIRTY] > 0:
        n = k[K_DIRTY]
        at = 0
        e = dirty[0]
        low = el[e].key
        for i in range(1, n):
            key = el[dirty[i]].key
            if key < low:
                low = key
                at = i
        e = dirty[at]
        dirty[at] = dirty[n - 1]
        k[K_DIRTY] = n - 1
        el[e].dirty = 0
        if el[e].planned == 0:
            continue
        rounds += 1
        if rounds > most_rounds:
            g[G_STUCK] = 1.0
            for i in range(k[K_DIRTY]):
                el[dirty[i]].dirty = 0
            k[K_DIRTY] = 0
            break

        later = False
        for i in range(el[e].p0, el[e].p0 + el[e].np):
            a = rel[i].other
            if el[a].planned == 1 and el[a].pushed > -INF and el[a].seen != k[K_EVALS] and rel[i].most < INF:
                push(el, a, dirty, k)
                later = True
        if later:
            push(el, e, dirty, k)
            continue

        save_elem(el, e, log_el, k)
        if el[e].seen != k[K_EVALS]:
            el[e].seen = k[K_EVALS]
            el[e].tries = 0
            if el[e].pushed > -INF:
                el[e].pushed = -INF
                for i in range(el[e].s0, el[e].s0 + el[e].ns):
                    push(el, rel[i].other, dirty, k)

        start = max(el[e].lo, el[e].pushed)
        for i in range(el[e].p0, el[e].p0 + el[e].np):
            a = rel[i].other
            if el[a].planned == 1:
                start = max(start, el[a].start + rel[i].least)
        for i in range(el[e].g0, el[e].g0 + el[e].ng):
            a = lists[i]
            if el[a].planned == 1 and el[a].key <= el[e].key and a != e:
                start = max(start, el[a].start + el[a].dur + el[e].gap)
        o0 = el[e].o0
        o1 = o0 + el[e].no
        start = _open(e, start, el, win)
        changed = False
        passes = 1 if o1 - o0 == 1 else 2
        for _ in range(passes):
            for o in range(o0, o1):
                if op[o].rides == 1:
                    continue
                ready, taken, paused = _ready(o, start, op, el, cg, pause, roads)
                if taken != op[o].taken or paused != op[o].pause:
                    save_op(op, o, log_op, k)
                    op[o].taken = taken
                    op[o].pause = paused
                    changed = True
                if ready > start:
                    start = _open(e, ready, el, win)

        cost = 0.0
        viol = max(0.0, start - el[e].hi)
        worst = 0.0
        for o in range(o0, o1):
            if op[o].nw == 0:
                continue
            w = op[o].w0
            last = w + op[o].nw - 1
            while w < last and start >= win[w + 1, 0]:
                w += 1
            over = start + op[o].off - win[w, 1]
            if over > EPS:
                if op[o].hard == 1:
                    viol += over
                else:
                    cost += op[o].late_cost * over
                    worst = max(worst, over)
        if el[e].moved_cost > 0.0:
            cost += el[e].moved_cost * abs(start - el[e].planned_start)
        for i in range(el[e].p0, el[e].p0 + el[e].np):
            a = rel[i].other
            if el[a].planned == 1 and start > el[a].start + rel[i].most + EPS:
                if el[a].tries < 6:
                    el[a].tries += 1
                    save_elem(el, a, log_el, k)
                    el[a].pushed = start - rel[i].most
                    push(el, a, dirty, k)
                else:
                    viol += start - el[a].start - rel[i].most

        g[G_ELEM] += cost - el[e].cost
        g[G_ELEM_VIOL] += viol - el[e].viol
        el[e].cost = cost
        el[e].viol = viol
        if worst != el[e].late:
            if el[e].late >= g[G_LATE] and worst < el[e].late:
                k[K_RESCAN] = 1
            g[G_LATE] = max(g[G_LATE], worst)
            el[e].late = worst
            late[e] = worst
        if start != el[e].start:
            el[e].start = start
            changed = True
            for i in range(el[e].s0, el[e].s0 + el[e].ns):
                push(el, rel[i].other, dirty, k)
            for i in range(el[e].g0, el[e].g0 + el[e].ng):
                a = lists[i]
                if el[a].planned == 1 and el[a].key > el[e].key:
                    push(el, a, dirty, k)
        if changed:
            for o in range(o0, o1):
                if op[o].rides == 0:
                    if k[K_ROUTES] == 1:
                        touch(cg, op[o].cg, touched, log_cg, k)
                    if op[o].next != NONE:
                        push(el, op[op[o].next].elem, dirty, k)

    if k[K_RESCAN] == 1:
        g[G_LATE] = 0.0
        for i in range(late.shape[0]):
            g[G_LATE] = max(g[G_LATE], late[i])
        k[K_RESCAN] = 0
    for i in range(k[K_TOUCHED]):
        c = touched[i]
        cg[c].touched = 0
        if k[K_ROUTES] == 1:
            price_route(c, op, el, cg, pause, win, roads, g, k)
            g[G_LOAD] += cg[c].load - loads[c]
            loads[c] = cg[c].load
    k[K_TOUCHED] = 0


@kernel
def price_route(c, op, el, cg, pause, win, roads, g, k):
    """Work out what a route costs beyond travel and lateness: waiting, overtime, breaks, idle time, load.

    Where waiting is priced and counts from departure, the first start is moved as late as it harms nothing
    (forward time slack, Savelsbergh 1992): `shiftable` minutes.
    """
    g[G_ROUTE] -= cg[c].cost
    g[G_ROUTE_VIOL] -= cg[c].viol
    cost = 0.0
    viol = 0.0
    wait = 0.0
    slack = INF
    busy = cg[c].busy0
    missed = 0.0
    taken = cg[c].b_done
    end = cg[c].avail
    at = cg[c].sloc
    cg[c].end_pause = -INF
    o = cg[c].first
    while o != NONE:
        e = op[o].elem
        road = leg(roads, at, op[o].loc)
        ready = end + road
        counts = op[o].prev != NONE or k[K_SHIFT_WAIT] == 1 or cg[c].began == 1
        for b in range(cg[c].b0 + taken, cg[c].b0 + op[o].taken):
            if b == cg[c].b0 + op[o].taken - 1 and op[o].pause > -INF:
                latest = pause[b].end - pause[b].dur
                if counts:
                    wait += max(0.0, op[o].pause - (ready if op[o].pause >= ready else end))
                    slack = min(slack, wait + latest - op[o].pause)
                ready = op[o].pause + pause[b].dur + (0.0 if op[o].pause >= ready else road)
                busy += pause[b].dur
            else:
                missed += pause[b].missed
                viol += pause[b].hard * pause[b].dur
        taken = op[o].taken
        start = el[e].start
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
        slack = min(slack, wait + max(0.0, room))
        busy += road + op[o].span
        end = start + op[o].span
        at = op[o].loc
        o = op[o].next
    over = 0.0
    if cg[c].n > 0:
        cost += cg[c].use_cost
        road = leg(roads, at, cg[c].eloc)
        limit = cg[c].shift1 + cg[c].over
        over = max(0.0, end + road - cg[c].shift1)
        for b in range(cg[c].b0 + taken, cg[c].b0 + cg[c].nb):
            pauses = max(end, pause[b].start)
            longer = max(0.0, pauses + pause[b].dur + road - cg[c].shift1)
            fits = pauses + pause[b].dur <= pause[b].end + EPS
            price = g[W_OVER] * (longer - over) + g[W_WAIT] * (pauses - end)
            if fits and longer <= max(over, cg[c].over) and (pause[b].hard == 1 or price <= pause[b].missed):
                wait += pauses - end
                busy += pause[b].dur
                end = pauses + pause[b].dur
                over = longer
                cg[c].end_pause = pauses
            else:
                missed += pause[b].missed
                viol += pause[b].hard * pause[b].dur
        busy += road
        end += road
        viol += max(0.0, end - limit)
    cg[c].shiftable = 0.0
    if g[W_WAIT] > 0.0 and k[K_SHIFT_WAIT] == 0 and cg[c].began == 0 and cg[c].n > 0:
        cg[c].shiftable = max(0.0, min(slack, wait))
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
    return cost_of(cg, loads, g, k) + g[W_VIOL] * viol_of(g)


@kernel
def begin(g, k, marks, sums):
    """Open a transaction: remember the log lengths in `marks` (int64[6]) and the sums in `sums`
    (float64[10])."""
    k[K_TX] += 1
    marks[0] = k[K_LOG_OP]
    marks[1] = k[K_LOG_ELEM]
    marks[2] = k[K_LOG_CG]
    marks[3] = k[K_LOG_BUNDLE]
    marks[4] = k[K_LOG_LIMIT]
    marks[5] = k[K_PLANNED]
    for i in range(N_SUMS):
        sums[i] = g[i]


@kernel
def rollback(
    op, el, cg, bu, lim, g, k, late, loads, log_op, log_el, log_cg, log_bu, log_lim, dirty, touched, marks, sums
):
    """Put everything back as `begin` found it."""
    for i in range(k[K_DIRTY]):
        el[dirty[i]].dirty = 0
    k[K_DIRTY] = 0
    k[K_RESCAN] = 0
    for i in range(k[K_TOUCHED]):
        cg[touched[i]].touched = 0
    k[K_TOUCHED] = 0
    while k[K_LOG_OP] > marks[0]:
        k[K_LOG_OP] -= 1
        op[log_op[k[K_LOG_OP]].id] = log_op[k[K_LOG_OP]]
    while k[K_LOG_ELEM] > marks[1]:
        k[K_LOG_ELEM] -= 1
        e = log_el[k[K_LOG_ELEM]].id
        el[e] = log_el[k[K_LOG_ELEM]]
        el[e].dirty = 0
        late[e] = el[e].late
    while k[K_LOG_CG] > marks[2]:
        k[K_LOG_CG] -= 1
        c = log_cg[k[K_LOG_CG]].id
        cg[c] = log_cg[k[K_LOG_CG]]
        cg[c].touched = 0
        loads[c] = cg[c].load
    while k[K_LOG_BUNDLE] > marks[3]:
        k[K_LOG_BUNDLE] -= 1
        bu[log_bu[k[K_LOG_BUNDLE]].id] = log_bu[k[K_LOG_BUNDLE]]
    while k[K_LOG_LIMIT] > marks[4]:
        k[K_LOG_LIMIT] -= 1
        lim[log_lim[k[K_LOG_LIMIT]].id] = log_lim[k[K_LOG_LIMIT]]
    k[K_PLANNED] = marks[5]
    for i in range(N_SUMS):
        g[i] = sums[i]


@kernel
def keep(el, k, log_el):
    """Close the outermost transaction: elements take their start as key, and the logs empty.

    Starts respect every route and relation, so the order they give is the same plan; but keys near the clock let
    joint operations find places that fit in two routes at once.
    """
    for i in range(k[K_LOG_ELEM]):
        e = log_el[i].id
        el[e].key = el[e].start
    k[K_DEPTH] = 0
    k[K_LOG_OP] = 0
    k[K_LOG_ELEM] = 0
    k[K_LOG_CG] = 0
    k[K_LOG_BUNDLE] = 0
    k[K_LOG_LIMIT] = 0
