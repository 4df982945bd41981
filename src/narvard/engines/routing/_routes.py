# mypy: allow-untyped-defs, allow-untyped-calls, allow-incomplete-defs, no-warn-return-any
"""Routes: put operations in and take them out, and keep the road and the limits counted."""

from narvard.engines.routing._compile import kernel
from narvard.engines.routing._journal import count_limit, push, save_op, touch
from narvard.engines.routing._layout import G_ASSIGN, G_LIMIT_VIOL, G_TRAVEL, LIMIT_MINUTES, NONE


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
def next_with_place(op, o):
    """The first operation from `o` on in its route that has a place of its own, or NONE."""
    while o != NONE and op[o].site == NONE:
        o = op[o].next
    return o


@kernel
def _carry(o, to, place, op, el, dirty, log_op, k):
    """Hold the operations from `o` on, up to `to`, which have no place of their own, at `place`."""
    while o != to:
        save_op(op, o, log_op, k)
        op[o].loc = place
        o = op[o].next
    if to != NONE:
        push(el, op[to].elem, dirty, k)


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
        cg[c].last = o
    else:
        save_op(op, q, log_op, k)
        op[q].prev = o
        push(el, op[q].elem, dirty, k)
    if op[o].site == NONE:
        op[o].loc = before
    here = op[o].loc
    x = next_with_place(op, q)
    if x != q and op[o].site != NONE:
        _carry(q, x, here, op, el, dirty, log_op, k)
    after = cg[c].eloc if x == NONE else op[x].loc
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
        cg[c].last = p
    else:
        save_op(op, q, log_op, k)
        op[q].prev = p
        push(el, op[q].elem, dirty, k)
    x = next_with_place(op, q)
    if x != q and op[o].site != NONE:
        _carry(q, x, before, op, el, dirty, log_op, k)
    after = cg[c].eloc if x == NONE else op[x].loc
    g[G_TRAVEL] -= leg(roads, before, here) + leg(roads, here, after)
    if cg[c].n > cg[c].most:
        g[G_LIMIT_VIOL] -= LIMIT_MINUTES
    cg[c].n -= 1
    if cg[c].n > 0:
        g[G_TRAVEL] += leg(roads, before, after)
    else:
        for i in range(cg[c].c0, cg[c].c0 + cg[c].nc):
            count_limit(lim, lists[i], -1, g, log_lim, k)
