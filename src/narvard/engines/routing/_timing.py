# mypy: allow-untyped-defs, allow-untyped-calls, allow-incomplete-defs, no-warn-return-any
"""Start times: what has changed is timed again, in the order of keys, until nothing moves."""

from narvard.engines.routing._compile import kernel
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
            a = rel[i].other
            if el[a].planned == 1 and el[a].key <= el[e].key:
                start = max(start, el[a].start + rel[i].least)
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
                a = rel[i].other
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
