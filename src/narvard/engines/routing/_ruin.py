# mypy: allow-untyped-defs, allow-untyped-calls, allow-incomplete-defs, no-warn-return-any
"""Ruin and recreate: take out visits that belong together and plan them again (Shaw 1998; Schrimpf et al. 2000)."""

from narvard.engines.routing._compile import kernel
from narvard.engines.routing._journal import below, rand
from narvard.engines.routing._layout import INF, K_LOG_BUNDLE, K_LOG_CG, K_LOG_ELEM, K_LOG_OP, K_PLANNED, NONE
from narvard.engines.routing._plan import ripple, unplan_bundle
from narvard.engines.routing._spots import insert_if_better, try_insert


@kernel
def log_room(m):
    """Whether the logs have room for a good deal more."""
    return (
        m.k[K_LOG_OP] < m.log_op.shape[0] // 2
        and m.k[K_LOG_ELEM] < m.log_el.shape[0] // 2
        and m.k[K_LOG_CG] < m.log_cg.shape[0] // 2
        and m.k[K_LOG_BUNDLE] < m.log_bu.shape[0] // 2
    )


@kernel
def some_unplanned(m):
    """An unplanned bundle at random, or NONE."""
    n = m.bu.shape[0]
    if m.k[K_PLANNED] == n:
        return NONE
    b = below(n, m.seed)
    for _ in range(n):
        if m.bu[b].planned == 0:
            return b
        b = b + 1 if b + 1 < n else 0
    return NONE


@kernel
def dearest_unplanned(m):
    """The unplanned bundle that costs most to leave out, or NONE."""
    worst = NONE
    for b in range(m.bu.shape[0]):
        if m.bu[b].planned == 0 and (worst == NONE or m.bu[b].prize > m.bu[worst].prize):
            worst = b
    return worst


@kernel
def ruin(m, count, kind):
    """Unplan up to `count` bundles that belong together, and list them in `scratch`. Returns how many.

    Kinds: near one operation (0), one stretch of one or two routes (1), anywhere (2).
    """
    bundles = m.bu.shape[0]
    b = below(bundles, m.seed)
    n = 0
    if kind == 2:
        for _ in range(count):
            b = below(bundles, m.seed)
            if m.bu[b].planned == 1:
                unplan_bundle(m, b)
                m.scratch[n] = b
                n += 1
        return n
    o = m.el[m.bu[b].e0].o0
    if m.bu[b].planned == 0:
        m.scratch[n] = b
        n += 1
        if m.op[o].nn == 0:
            return n
        o = m.lists[m.op[o].n0 + below(m.op[o].nn, m.seed)]
    while n < count:
        h = m.el[m.op[o].elem].bundle
        follow = m.op[o].next
        c = m.op[o].cg
        if m.bu[h].planned == 1:
            unplan_bundle(m, h)
            m.scratch[n] = h
            n += 1
        if kind == 1 and c != NONE and follow != NONE and m.op[follow].cg == c:
            o = follow
        else:
            seed = m.el[m.bu[m.scratch[below(n, m.seed)]].e0].o0 if n > 0 else o
            found = False
            for _ in range(8):
                if m.op[seed].nn == 0:
                    break
                x = m.lists[m.op[seed].n0 + below(m.op[seed].nn, m.seed)]
                if m.bu[m.el[m.op[x].elem].bundle].planned == 1:
                    o = x
                    found = True
                    break
            if not found:
                break
    return n


@kernel
def recreate(m, n, noise):
    """Plan the `n` bundles in `scratch` again, each where it looks best, hardest first or in random order."""
    by_hardness = rand(m.seed) < 0.5
    for i in range(n):
        pick = i
        if by_hardness:
            least = INF
            for j in range(i, n):
                b = m.scratch[j]
                o = m.el[m.bu[b].e0].o0
                hardness = m.op[o].nx / (1.0 + m.bu[b].prize) / m.el[m.bu[b].e0].no * (0.5 + rand(m.seed))
                if hardness < least:
                    least = hardness
                    pick = j
        else:
            pick = i + below(n - i, m.seed)
        b = m.scratch[pick]
        m.scratch[pick] = m.scratch[i]
        m.scratch[i] = b
        if m.bu[b].planned == 0:
            insert_if_better(m, b, noise, False)
        if not log_room(m):
            break


@kernel
def replace(m, noise):
    """Plan an unplanned bundle in the place of one or two near ones, which then look for another place.

    With nothing unplanned, try how the day is without one bundle.
    """
    bundles = m.bu.shape[0]
    h = some_unplanned(m)
    if h == NONE:
        b = below(bundles, m.seed)
        unplan_bundle(m, b)
        return True
    o = m.el[m.bu[h].e0].o0
    if m.op[o].nn == 0:
        return False
    first = bundles
    second = bundles
    for i in range(1 + int(1.5 * rand(m.seed))):
        b = m.el[m.op[m.lists[m.op[o].n0 + below(m.op[o].nn, m.seed)]].elem].bundle
        if m.bu[b].planned == 1:
            unplan_bundle(m, b)
            if i == 0:
                first = b
            else:
                second = b
    ripple(m)
    if (first == bundles and second == bundles) or not try_insert(m, h, noise):
        return False
    if first < bundles:
        insert_if_better(m, first, noise, False)
    if second < bundles:
        insert_if_better(m, second, noise, False)
    return True
