# mypy: allow-untyped-defs, allow-untyped-calls, allow-incomplete-defs, no-warn-return-any
"""Put one visit in for good, on trial, or with a given caregiver; take one out."""

from narvard.engines.routing._compile import door
from narvard.engines.routing._journal import keep
from narvard.engines.routing._layout import EPS, NONE
from narvard.engines.routing._plan import open_tx, place_elem, plan_bundle, ripple, undo, unplan_bundle
from narvard.engines.routing._pricing import viol_of
from narvard.engines.routing._spots import find_spot, insert_if_better


@door
def construct(m, order, noise):
    """Plan each bundle of `order` where it looks best; what does not fit stays out."""
    for i in range(order.shape[0]):
        b = order[i]
        if m.bu[b].planned == 0 and insert_if_better(m, b, noise, True):
            keep(m.el, m.k, m.log_el)


@door
def take_out(m, b):
    """Unplan bundle `b` for good."""
    open_tx(m)
    unplan_bundle(m, b)
    ripple(m)
    keep(m.el, m.k, m.log_el)


@door
def insert_with(m, b, c):
    """Plan bundle `b` at its best with caregiver `c` leading, breaking nothing; True leaves it for `undo_insert`."""
    broken_before = viol_of(m.g)
    open_tx(m)
    plan_bundle(m, b)
    first = m.bu[b].e0
    for e in range(first, first + m.bu[b].ne):
        if not find_spot(m, e, 0.0, c if e == first else NONE):
            undo(m)
            return False
        place_elem(m, e, m.spot[0], int(m.spot[1]))
        ripple(m)
    if viol_of(m.g) > broken_before + EPS:
        undo(m)
        return False
    return True


@door
def undo_insert(m):
    """Take back what `insert_with` did."""
    undo(m)
