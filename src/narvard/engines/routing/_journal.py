# mypy: allow-untyped-defs, allow-untyped-calls, allow-incomplete-defs, no-warn-return-any
"""Chance, and the journal of a transaction: what is remembered before a change, and how it is taken back.

Every change to a plan is a transaction: `begin`, any number of changes, then either `keep` or `rollback`. Each record
is remembered once, before its first change.
"""

import numpy as np

from narvard.engines.routing._compile import kernel
from narvard.engines.routing._layout import (
    G_LIMIT_VIOL,
    K_DEPTH,
    K_DIRTY,
    K_LOG_BUNDLE,
    K_LOG_CG,
    K_LOG_ELEM,
    K_LOG_LIMIT,
    K_LOG_OP,
    K_PLANNED,
    K_RESCAN,
    K_TOUCHED,
    K_TX,
    LIMIT_MINUTES,
    N_SUMS,
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
def below(n, seed):
    """A uniform whole number from 0 to n - 1."""
    return int(rand(seed) * n)


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


@kernel
def empty_logs(m):
    """Forget what could be rolled back."""
    m.k[K_DEPTH] = 0
    m.k[K_LOG_OP] = 0
    m.k[K_LOG_ELEM] = 0
    m.k[K_LOG_CG] = 0
    m.k[K_LOG_BUNDLE] = 0
    m.k[K_LOG_LIMIT] = 0
