# mypy: allow-untyped-defs, allow-untyped-calls, allow-incomplete-defs, no-warn-return-any
"""Moves on a plan: put an element elsewhere, let two change places, exchange stretches of routes."""

import numpy as np

from narvard.engines.routing._compile import kernel
from narvard.engines.routing._journal import below, rand
from narvard.engines.routing._layout import INF, NONE
from narvard.engines.routing._plan import lift_elem, link_op, place_elem, remove_elem, ripple, unlink_op
from narvard.engines.routing._routes import leg
from narvard.engines.routing._spots import able, clashes, find_spot, key_between, key_bounds, opens_at, random_able


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
        wish, _ = opens_at(m, e, free + leg(m.roads, at, m.op[o].site), window)
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
