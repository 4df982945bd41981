# mypy: allow-untyped-defs, allow-untyped-calls, allow-incomplete-defs, no-warn-return-any
"""Start times: what has changed is timed again, in the order of keys, until nothing moves."""

from narvard.engines.routing._compile import kernel, piece
from narvard.engines.routing._journal import push, save_elem, save_op, touch
from narvard.engines.routing._layout import (
    EPS,
    G_ELEM,
    G_ELEM_VIOL,
    G_LATE,
    G_LOAD,
    G_STUCK,
    INF,
    K_DIRTY,
    K_EVALS,
    K_RESCAN,
    K_ROUTES,
    K_TOUCHED,
    NONE,
)
from narvard.engines.routing._pricing import price_route
from narvard.engines.routing._routes import leg


@piece
def ready_at(o, start, free, road, taken, op, cg, pause, c):
    """When caregiver `c`, `free` before a `road` to `o` with breaks up to number `taken` behind, can start it:
    (ready, breaks behind, start of the break right before or -inf).

    `start` is the earliest start that everything else allows; a break that fits before it costs nothing. One that
    could no longer be held after the operation is held now; one that is already too late is passed over.
    """
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


@piece
def before_it(o, op, el, cg, roads):
    """Where operation `o` stands in its route: when its caregiver is free before it, the road to it, and how many
    breaks are behind."""
    c = op[o].cg
    p = op[o].prev
    if p == NONE:
        return cg[c].avail, leg(roads, cg[c].sloc, op[o].loc), cg[c].b_done
    return el[op[p].elem].start + op[p].span, leg(roads, op[p].loc, op[o].loc), op[p].taken


@piece
def _ready(o, start, op, el, cg, pause, roads):
    """`ready_at` for operation `o` where it stands in its route."""
    free, road, taken = before_it(o, op, el, cg, roads)
    return ready_at(o, start, free, road, taken, op, cg, pause, op[o].cg)


@piece
def opening(e, at, el, win):
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


@piece
def allowed_from(e, el, rel):
    """The earliest start of element `e` that the clock, relations and the patient's other visits allow."""
    start = max(el[e].lo, el[e].pushed)
    for i in range(el[e].p0, el[e].p0 + el[e].np):
        a = rel[i].other
        if el[a].planned == 1:
            start = max(start, el[a].start + rel[i].least)
    for i in range(el[e].g0, el[e].g0 + el[e].ng):
        a = rel[i].other
        if el[a].planned == 1 and el[a].key <= el[e].key:
            start = max(start, el[a].start + rel[i].least)
    return start


@piece
def lateness(e, start, op, el, win):
    """What element `e` begun at `start` costs by lateness and by having moved, the minutes by which it breaks hard
    limits, and its worst lateness."""
    cost = 0.0
    viol = max(0.0, start - el[e].hi)
    worst = 0.0
    for o in range(el[e].o0, el[e].o0 + el[e].no):
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
    return cost, viol, worst


@piece
def _take_first(el, dirty, k):
    """Take the dirty element with the least key off the list."""
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
    return e


@kernel
def _give_up(el, g, k, dirty):
    """Say that the times do not settle, and leave them."""
    g[G_STUCK] = 1.0
    for i in range(k[K_DIRTY]):
        el[dirty[i]].dirty = 0
    k[K_DIRTY] = 0


@piece
def _waits_for_pushed(e, el, rel, dirty, k):
    """Whether an earlier element, pushed later in an older ripple, must be timed before `e`: then both are asked
    for."""
    later = False
    for i in range(el[e].p0, el[e].p0 + el[e].np):
        a = rel[i].other
        if el[a].planned == 1 and el[a].pushed > -INF and el[a].seen != k[K_EVALS] and rel[i].most < INF:
            push(el, a, dirty, k)
            later = True
    if later:
        push(el, e, dirty, k)
    return later


@piece
def _see(e, el, rel, dirty, log_el, k):
    """The first time in this ripple, forget that a later element pushed `e`."""
    save_elem(el, e, log_el, k)
    if el[e].seen != k[K_EVALS]:
        el[e].seen = k[K_EVALS]
        el[e].tries = 0
        if el[e].pushed > -INF:
            el[e].pushed = -INF
            for i in range(el[e].s0, el[e].s0 + el[e].ns):
                push(el, rel[i].other, dirty, k)


@piece
def _start_of(e, op, el, cg, rel, pause, win, roads, log_op, k):
    """The earliest start of `e` that all its caregivers can make, and whether a break of theirs has changed."""
    start = opening(e, allowed_from(e, el, rel), el, win)
    changed = False
    passes = 1 if el[e].no == 1 else 2
    for _ in range(passes):
        for o in range(el[e].o0, el[e].o0 + el[e].no):
            if op[o].rides == 1:
                continue
            ready, taken, paused = _ready(o, start, op, el, cg, pause, roads)
            if taken != op[o].taken or paused != op[o].pause:
                save_op(op, o, log_op, k)
                op[o].taken = taken
                op[o].pause = paused
                changed = True
            if ready > start:
                start = opening(e, ready, el, win)
    return start, changed


@piece
def _push_earlier(e, start, el, rel, dirty, log_el, k):
    """Where a largest gap before `e` is broken, push the earlier element later, a few times; then it is broken by
    so many minutes."""
    viol = 0.0
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
    return viol


@piece
def _count_late(e, worst, el, g, k, late):
    """Keep the worst lateness of all, given that of `e`."""
    if worst != el[e].late:
        if el[e].late >= g[G_LATE] and worst < el[e].late:
            k[K_RESCAN] = 1
        g[G_LATE] = max(g[G_LATE], worst)
        el[e].late = worst
        late[e] = worst


@piece
def _begin_at(e, start, el, rel, dirty, k):
    """Begin `e` at `start`, and ask for what comes after it by relation or of the same patient. Whether it moved."""
    if start == el[e].start:
        return False
    el[e].start = start
    for i in range(el[e].s0, el[e].s0 + el[e].ns):
        push(el, rel[i].other, dirty, k)
    for i in range(el[e].g0, el[e].g0 + el[e].ng):
        a = rel[i].other
        if el[a].planned == 1 and el[a].key > el[e].key:
            push(el, a, dirty, k)
    return True


@kernel
def _price_touched(op, el, cg, pause, win, roads, g, k, late, loads, touched):
    """Sum up after a ripple: the worst lateness, and the routes that were touched."""
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
def propagate(op, el, cg, rel, pause, win, roads, g, k, late, loads, dirty, touched, log_op, log_el, log_cg):
    """Time every dirty element again, in the order of keys, until nothing moves; then price the touched
    routes.

    The starts are the earliest ones (the least fixpoint): where a relation's largest gap is broken, the
    earlier element is pushed later and the ripple starts again from there.
    """
    k[K_EVALS] += 1
    rounds = 0
    most_rounds = 200 + 40 * el.shape[0]
    while k[K_DIRTY] > 0:
        e = _take_first(el, dirty, k)
        if el[e].planned == 0:
            continue
        rounds += 1
        if rounds > most_rounds:
            _give_up(el, g, k, dirty)
            break
        if _waits_for_pushed(e, el, rel, dirty, k):
            continue
        _see(e, el, rel, dirty, log_el, k)
        start, changed = _start_of(e, op, el, cg, rel, pause, win, roads, log_op, k)
        cost, viol, worst = lateness(e, start, op, el, win)
        viol += _push_earlier(e, start, el, rel, dirty, log_el, k)
        g[G_ELEM] += cost - el[e].cost
        g[G_ELEM_VIOL] += viol - el[e].viol
        el[e].cost = cost
        el[e].viol = viol
        _count_late(e, worst, el, g, k, late)
        if _begin_at(e, start, el, rel, dirty, k) or changed:
            for o in range(el[e].o0, el[e].o0 + el[e].no):
                if op[o].rides == 0:
                    if k[K_ROUTES] == 1:
                        touch(cg, op[o].cg, touched, log_cg, k)
                    if op[o].next != NONE:
                        push(el, op[op[o].next].elem, dirty, k)
    _price_touched(op, el, cg, pause, win, roads, g, k, late, loads, touched)
