"""Which operations follow or precede each other well, so that moves need not look everywhere."""

from math import inf

import numpy as np

from narvard.engines.routing._layout import Floats, Ints, Lists, Records


def list_near(op: Records, el: Records, win: Floats, travel: Floats, costs: Floats, near: int, lists: Lists) -> None:
    """For each operation the `near` others that follow or precede it best (Vidal et al. 2013)."""
    n = len(op)
    if n < 2 or near == 0:
        return
    elem = op["elem"]
    timed = el["nw"][elem] > 0
    first, last = el["w0"][elem], el["w0"][elem] + el["nw"][elem] - 1
    opens = np.where(timed, win[np.minimum(first, len(win) - 1), 0], 0.0)
    closes = np.where(timed, win[np.maximum(last, 0), 1], inf)
    loc = op["site"]
    road = np.where((loc[:, None] < 0) | (loc[None, :] < 0), 0.0, travel[np.ix_(loc, loc)])
    arrive = opens[:, None] + op["dur"][:, None] + road
    wait = np.maximum(0.0, opens[None, :] - op["dur"][:, None] - road - np.minimum(closes, 1e6)[:, None])
    late = np.maximum(0.0, arrive - closes[None, :])
    follow = road + 0.2 * wait + late
    measure = np.minimum(follow, follow.T)
    can = np.isfinite(costs).astype(np.float32)
    measure[can @ can.T == 0.0] = inf
    measure[elem[:, None] == elem[None, :]] = inf
    op["n0"], op["nn"] = lists.add_flat(*_least(measure, min(near, n - 1)), n)


def _least(measure: Floats, most: int) -> tuple[Ints, Ints]:
    """Rows and columns of the `most` least finite items of each row, row by row, the least first."""
    bar = np.partition(measure, most - 1, axis=1)[:, most - 1 : most]
    row, column = np.nonzero((measure <= bar) & np.isfinite(measure))
    order = np.lexsort((column, measure[row, column], row))
    row, column = row[order], column[order]
    place = np.arange(len(row)) - np.searchsorted(row, row)
    return row[place < most], column[place < most]
