# mypy: allow-untyped-defs, allow-untyped-calls, allow-incomplete-defs, no-warn-return-any
"""Changes to a plan under work, whole elements and bundles at a time, and its transactions."""

from narvard.engines.routing._compile import kernel
from narvard.engines.routing._journal import begin, count_limit, push, rollback, save_elem
from narvard.engines.routing._layout import (
    G_ELEM,
    G_ELEM_VIOL,
    G_LATE,
    G_UNPLANNED,
    INF,
    K_DEPTH,
    K_LOG_BUNDLE,
    K_PLANNED,
    K_RESCAN,
    K_TX,
    NONE,
)
from narvard.engines.routing._routes import link, unlink
from narvard.engines.routing._timing import propagate


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
        m.op, m.el, m.cg, m.rel, m.pause, m.win, m.roads, m.g, m.k, m.late, m.loads, m.dirty, m.touched,
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
        push(m.el, m.rel[i].other, m.dirty, m.k)


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
    for i in range(m.bu[b].r0, m.bu[b].r0 + m.bu[b].nr):
        count_limit(m.lim, m.lists[i], 1, m.g, m.log_lim, m.k)


@kernel
def unplan_bundle(m, b):
    """Take bundle `b` out of the plan altogether."""
    save_bundle(m, b)
    m.bu[b].planned = 0
    m.k[K_PLANNED] -= 1
    m.g[G_UNPLANNED] += m.bu[b].prize
    for i in range(m.bu[b].r0, m.bu[b].r0 + m.bu[b].nr):
        count_limit(m.lim, m.lists[i], -1, m.g, m.log_lim, m.k)
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
