# mypy: allow-untyped-defs, allow-untyped-calls, allow-incomplete-defs, no-warn-return-any
"""Rid a plan of what breaks hard limits, by leaving out the visits whose going mends most for their price."""

from narvard.engines.routing._compile import door, kernel
from narvard.engines.routing._journal import below, keep, rand
from narvard.engines.routing._layout import EPS, INF, K_DEPTH, K_PLANNED, K_SQUEEZES, K_TX, NONE
from narvard.engines.routing._moves import move_reinsert, move_relocate, move_swap
from narvard.engines.routing._plan import open_tx, ripple, undo, unplan_bundle
from narvard.engines.routing._pricing import cost_of, priced, viol_of
from narvard.engines.routing._ruin import log_room
from narvard.engines.routing._spots import insert_if_better, try_insert
from narvard.engines.routing._state import save_best

MOST_OUT = 3
"""How many bundles may go to make room for one; more only as long as they cost less than it."""


@kernel
def _lacks_car(m, c):
    """Whether more cars are out than there are while caregiver `c` is at work."""
    over = False
    for i in range(m.cg[c].c0, m.cg[c].c0 + m.cg[c].nc):
        over = over or m.lim[m.lists[i]].used > m.lim[m.lists[i]].most
    return over


@kernel
def _suspect(m, b):
    """Whether bundle `b` has a part in a broken limit."""
    for i in range(m.bu[b].r0, m.bu[b].r0 + m.bu[b].nr):
        if m.lim[m.lists[i]].used > m.lim[m.lists[i]].most:
            return True
    for e in range(m.bu[b].e0, m.bu[b].e0 + m.bu[b].ne):
        if m.el[e].viol > EPS:
            return True
        for o in range(m.el[e].o0, m.el[e].o0 + m.el[e].no):
            c = m.op[o].cg
            if m.cg[c].viol > EPS or m.cg[c].n > m.cg[c].most or _lacks_car(m, c):
                return True
            x = m.op[o].next
            while x != NONE:
                if m.el[m.op[x].elem].viol > EPS:
                    return True
                x = m.op[x].next
    return False


@kernel
def weakest(m, passes, blur):
    """The planned bundle whose going mends most for its price, or the number of bundles when none does.

    First those with a part in a broken limit are tried, then with two `passes` all. With `blur` chance has a say.
    """
    bundles = m.bu.shape[0]
    broken = viol_of(m.g)
    worst = bundles
    gain = -INF
    for careful in range(passes):
        for b in range(bundles):
            if m.bu[b].planned == 0 or (careful == 0 and not _suspect(m, b)):
                continue
            open_tx(m)
            unplan_bundle(m, b)
            ripple(m)
            mended = (broken - viol_of(m.g)) / (1.0 + m.bu[b].prize)
            undo(m)
            if blur > 0.0:
                mended *= 1.0 + blur * rand(m.seed)
            if mended > gain:
                gain = mended
                worst = b
        if gain > 0.0:
            break
    return worst


@kernel
def _without_car(m):
    """Of the routes that want more cars than there are, the one whose visits cost least to leave out, or NONE."""
    least = INF
    worst = NONE
    for c in range(m.cg.shape[0]):
        if m.cg[c].n == 0 or not _lacks_car(m, c):
            continue
        price = 0.0
        o = m.cg[c].first
        while o != NONE:
            price += m.bu[m.el[m.op[o].elem].bundle].prize
            o = m.op[o].next
        if price < least:
            least = price
            worst = c
    return worst


@kernel
def park_cars(m):
    """Take whole routes out until there are cars for all, and plan their visits elsewhere where they fit.

    Works inside an open transaction.
    """
    while log_room(m):
        c = _without_car(m)
        if c == NONE:
            break
        n = 0
        while m.cg[c].first != NONE:
            b = m.el[m.op[m.cg[c].first].elem].bundle
            m.k[K_TX] += 1
            unplan_bundle(m, b)
            m.scratch[n] = b
            n += 1
        ripple(m)
        for i in range(n):
            if log_room(m):
                insert_if_better(m, m.scratch[i], 0.0, True)


@kernel
def repair(m):
    """Unplan one bundle after another until no hard limit is broken: the one whose going mends most for its price.

    Works inside an open transaction.
    """
    park_cars(m)
    while viol_of(m.g) > EPS and m.k[K_PLANNED] > 0 and log_room(m):
        worst = weakest(m, 2, 0.0)
        m.k[K_TX] += 1
        unplan_bundle(m, worst)
        ripple(m)


@kernel
def _broken_route(m):
    """A caregiver whose route breaks a limit, by its end or by a visit in it, at random; NONE when none does."""
    n = m.cg.shape[0]
    c = below(n, m.seed)
    for _ in range(n):
        if m.cg[c].viol > EPS:
            return c
        c = c + 1 if c + 1 < n else 0
    n = m.el.shape[0]
    e = below(n, m.seed)
    for _ in range(n):
        if m.el[e].planned == 1 and m.el[e].viol > EPS:
            return m.op[m.el[e].o0 + below(m.el[e].no, m.seed)].cg
        e = e + 1 if e + 1 < n else 0
    return NONE


@kernel
def _move_from(m, c, noise):
    """Move a random element of route `c`: where it looks best, beside a near one, or in the place of one."""
    o = m.cg[c].first
    for _ in range(below(m.cg[c].n, m.seed)):
        o = m.op[o].next
    e = m.op[o].elem
    u = rand(m.seed)
    if u < 0.3:
        return move_reinsert(m, e, noise)
    if u < 0.65:
        return move_relocate(m, e, 0)
    o = m.el[e].o0 + below(m.el[e].no, m.seed)
    if m.op[o].nn == 0:
        return False
    f = m.op[m.lists[m.op[o].n0 + below(m.op[o].nn, m.seed)]].elem
    return m.el[f].planned == 1 and move_swap(m, e, f)


@kernel
def squeeze(m, broken, noise):
    """Move what stands in routes that break a limit, each time for a lower price, until no more than `broken` is
    left of what is broken, or as many tries are made as the search was told (after Nagata and Bräysy 2009)."""
    for _ in range(m.k[K_SQUEEZES]):
        if viol_of(m.g) <= broken + EPS or not log_room(m):
            break
        c = _broken_route(m)
        if c == NONE or m.cg[c].n == 0:
            break
        before = priced(m.cg, m.loads, m.g, m.k)
        open_tx(m)
        if not _move_from(m, c, noise):
            undo(m)
            continue
        ripple(m)
        if priced(m.cg, m.loads, m.g, m.k) < before - EPS:
            m.k[K_DEPTH] -= 1
        else:
            undo(m)


@kernel
def make_room(m, h, noise):
    """Plan the unplanned bundle `h` though the day is full: first others move to give it room, then whoever is in
    the way for least goes, and looks for another place. False when too many would go (`MOST_OUT`). Works inside an
    open transaction.
    """
    broken = viol_of(m.g)
    if not try_insert(m, h, noise):
        return False
    squeeze(m, broken, noise)
    gone = 0
    price = 0.0
    while viol_of(m.g) > broken + EPS:
        if not log_room(m):
            return False
        worst = weakest(m, 1, 2.0 * noise)
        if worst in (h, m.bu.shape[0]):
            return False
        price += m.bu[worst].prize
        if gone >= MOST_OUT and price >= m.bu[h].prize:
            return False
        m.k[K_TX] += 1
        unplan_bundle(m, worst)
        ripple(m)
        m.scratch[gone] = worst
        gone += 1
    for i in range(gone):
        insert_if_better(m, m.scratch[i], noise, False)
    return True


@door
def mend(m, best):
    """See whether the present plan, rid of what breaks limits, beats `best`; remember it then. Changes nothing."""
    open_tx(m)
    repair(m)
    price = cost_of(m.cg, m.loads, m.g, m.k)
    if viol_of(m.g) < EPS and price < best - EPS:
        best = price
        save_best(m)
    undo(m)
    return best


@door
def repair_for_good(m):
    """Unplan what breaks hard limits, and go on from there."""
    while viol_of(m.g) > EPS and m.k[K_PLANNED] > 0:
        open_tx(m)
        repair(m)
        keep(m.el, m.k, m.log_el)
