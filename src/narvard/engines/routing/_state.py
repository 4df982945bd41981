# mypy: allow-untyped-defs, allow-untyped-calls, allow-incomplete-defs, no-warn-return-any
"""A whole plan: empty it, take one over, add it up anew, remember it as the best, and say what it costs."""

from narvard.engines.routing._compile import door, kernel
from narvard.engines.routing._journal import empty_logs, keep, touch
from narvard.engines.routing._layout import (
    G_ASSIGN,
    G_ELEM,
    G_ELEM_VIOL,
    G_LATE,
    G_LIMIT_VIOL,
    G_LOAD,
    G_ROUTE,
    G_ROUTE_VIOL,
    G_TRAVEL,
    G_UNPLANNED,
    INF,
    K_BEST_SAVES,
    K_DIRTY,
    K_PLANNED,
    K_TX,
    LIMIT_MINUTES,
    N_SUMS,
    NONE,
)
from narvard.engines.routing._plan import link_op, plan_bundle, ripple
from narvard.engines.routing._pricing import cost_of, priced, viol_of
from narvard.engines.routing._routes import leg


@door
def clear(m):
    """Take every operation out of the plan and empty the logs."""
    for o in range(m.op.shape[0]):
        m.op[o].loc = m.op[o].site
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
