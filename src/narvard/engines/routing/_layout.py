"""How the kernels see a problem: record arrays and the places of scalars. Private to the engine.

An *operation* is work by one caregiver; an *element* is one or more operations that start together; a
*bundle* is the elements that are planned all or none. Elements carry a key; every route is sorted by the
keys of its elements, so the keys are an order of operations that no route or relation contradicts.
"""

from collections.abc import Sequence
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

Records = NDArray[Any]
Ints = NDArray[np.int64]
Floats = NDArray[np.float64]
Seeds = NDArray[np.uint64]

INF = np.inf
NONE = -1

OP = np.dtype(
    [
        ("id", "i8"),
        ("elem", "i8"),
        ("site", "i8"),  # where it is done, NONE when it can be done anywhere
        ("dur", "f8"),
        ("off", "f8"),  # added to the start before it is held against a window's end
        ("late_cost", "f8"),
        ("w0", "i8"),  # its own windows: windows[w0 : w0 + nw]
        ("nw", "i8"),
        ("hard", "i8"),
        ("x0", "i8"),  # able caregivers: lists[x0 : x0 + nx]
        ("nx", "i8"),
        ("d0", "i8"),  # operations that need another caregiver: lists[d0 : d0 + nd]
        ("nd", "i8"),
        ("n0", "i8"),  # near operations: lists[n0 : n0 + nn]
        ("nn", "i8"),
        # state
        ("saved", "i8"),
        ("loc", "i8"),  # `site`; without one, where its route last was
        ("cg", "i8"),
        ("prev", "i8"),
        ("next", "i8"),
        ("rides", "i8"),  # 1 when another member of the crew leads this joint operation
        ("span", "f8"),  # time the route spends here: the longest of those done at once by one crew
        ("taken", "i8"),  # breaks behind the caregiver when this operation starts
        ("pause", "f8"),  # start of the break right before this operation, or -inf
    ],
    align=True,
)

ELEM = np.dtype(
    [
        ("id", "i8"),
        ("o0", "i8"),
        ("no", "i8"),
        ("bundle", "i8"),
        ("w0", "i8"),  # windows[w0 : w0 + nw]
        ("nw", "i8"),
        ("hard", "i8"),
        ("lo", "f8"),  # never starts before
        ("hi", "f8"),  # never starts after
        ("dur", "f8"),
        ("off", "f8"),
        ("p0", "i8"),  # relations to elements before it: relations[p0 : p0 + np]
        ("np", "i8"),
        ("s0", "i8"),
        ("ns", "i8"),
        ("g0", "i8"),  # elements of its patients' other visits and the gap after each: relations[g0 : g0 + ng]
        ("ng", "i8"),
        ("crew0", "i8"),  # row in the crew table, or -1
        ("planned_start", "f8"),  # in the start plan, or nan
        ("moved_cost", "f8"),
        ("free", "i8"),  # 1 when its start concerns nobody else
        # state
        ("saved", "i8"),
        ("planned", "i8"),
        ("dirty", "i8"),
        ("seen", "i8"),
        ("tries", "i8"),
        ("first_window", "i8"),
        ("key", "f8"),
        ("start", "f8"),
        ("pushed", "f8"),  # a later element asks for a start no earlier than this
        ("cost", "f8"),
        ("viol", "f8"),
        ("late", "f8"),
    ],
    align=True,
)

CG = np.dtype(
    [
        ("id", "i8"),
        ("sloc", "i8"),
        ("eloc", "i8"),
        ("avail", "f8"),
        ("shift0", "f8"),
        ("shift1", "f8"),
        ("over", "f8"),  # overtime allowed
        ("use_cost", "f8"),
        ("most", "i8"),
        ("b0", "i8"),
        ("nb", "i8"),
        ("b_done", "i8"),  # breaks that lie before `avail`
        ("c0", "i8"),  # car cliques: lists[c0 : c0 + nc]
        ("nc", "i8"),
        ("busy0", "f8"),  # minutes already worked
        ("began", "i8"),  # 1 when something is done already: waiting counts from `avail`
        # state
        ("saved", "i8"),
        ("touched", "i8"),
        ("first", "i8"),
        ("last", "i8"),
        ("n", "i8"),
        ("cost", "f8"),
        ("viol", "f8"),
        ("idle", "f8"),
        ("load", "f8"),
        ("mark", "i8"),
        ("end", "f8"),
        ("wait", "f8"),
        ("overtime", "f8"),
        ("missed", "f8"),  # cost of missed breaks
        ("shiftable", "f8"),  # minutes the first start can move later without harm
        ("end_held", "i8"),  # which breaks are held after the last operation: one bit for each
    ],
    align=True,
)

BUNDLE = np.dtype(
    [
        ("id", "i8"),
        ("saved", "i8"),
        ("e0", "i8"),
        ("ne", "i8"),
        ("prize", "f8"),
        ("planned", "i8"),
        ("r0", "i8"),  # limits of its patients: lists[r0 : r0 + nr]
        ("nr", "i8"),
    ],
    align=True,
)
RELATION = np.dtype([("other", "i8"), ("least", "f8"), ("most", "f8")], align=True)
PAUSE = np.dtype([("start", "f8"), ("end", "f8"), ("dur", "f8"), ("missed", "f8"), ("hard", "i8")], align=True)
LIMIT = np.dtype([("id", "i8"), ("saved", "i8"), ("most", "i8"), ("used", "i8")], align=True)
"""A clique of overlapping shifts with a number of cars, or a patient with a largest number of visits."""

# places in the float state `g`: sums that make up the cost, then weights
(
    G_TRAVEL, G_ELEM, G_ELEM_VIOL, G_ROUTE, G_ROUTE_VIOL, G_ASSIGN, G_UNPLANNED, G_LATE, G_LIMIT_VIOL,
    G_STUCK, G_LOAD, W_TRAVEL, W_LATE, W_WAIT, W_OVER, W_IDLE, W_BALANCE, W_VIOL, W_LIMIT, G_SIZE,
) = range(20)  # fmt: skip
N_SUMS = 11

# places in the int state `k`
(
    K_TX, K_DIRTY, K_TOUCHED, K_LOG_OP, K_LOG_ELEM, K_LOG_CG, K_LOG_BUNDLE, K_LOG_LIMIT, K_EVALS, K_RESCAN,
    K_ROUTES, K_SHIFT_WAIT, K_ROUNDED, K_PLANNED, K_MAY_LEAVE, K_BEST_SAVES, K_STEP, K_DEPTH, K_SQUEEZES,
    K_LOOK, K_SIZE,
) = range(21)  # fmt: skip

LIMIT_MINUTES = 60.0
"""What a car or a visit too many weighs as a violation, in minutes."""
EPS = 1e-6


class Model(NamedTuple):
    """One problem and one plan under work, as arrays; the kernels change the state fields in place."""

    op: Records
    el: Records
    cg: Records
    bu: Records
    rel: Records
    pause: Records
    lim: Records
    lists: Ints
    win: Floats
    roads: Floats
    able_cost: Floats
    crew: Ints
    g: Floats
    k: Ints
    late: Floats
    loads: Floats
    dirty: Ints
    touched: Ints
    log_op: Records
    log_el: Records
    log_cg: Records
    log_bu: Records
    log_lim: Records
    seed: Seeds
    marks: Ints
    sums: Floats
    pick: Ints
    spot: Floats
    scratch: Ints
    best_cg: Ints
    best_el: Floats


class Lists:
    """Many short lists of row numbers in one array."""

    def __init__(self) -> None:
        self._items: list[int] = []

    def add(self, items: Sequence[int]) -> tuple[int, int]:
        """Keep `items`; where they begin, and how many they are."""
        at = len(self._items)
        self._items.extend(items)
        return at, len(items)

    def add_rows(self, table: Ints, wanted: NDArray[np.bool_]) -> tuple[Ints, Ints]:
        """Keep the `wanted` items of each row of `table`: where each row's begin, and how many they are."""
        counts = wanted.sum(axis=1)
        at = len(self._items) + np.concatenate([[0], np.cumsum(counts)[:-1]])
        self._items.extend(table[wanted].tolist())
        return at.astype(np.int64), counts.astype(np.int64)

    def add_flat(self, row: Ints, item: Ints, rows: int) -> tuple[Ints, Ints]:
        """Keep each `item` in the list of its `row` (ascending): where each row's begin, and how many they are."""
        counts = np.bincount(row, minlength=rows)
        at = len(self._items) + np.concatenate([[0], np.cumsum(counts)[:-1]])
        self._items.extend(item.tolist())
        return at.astype(np.int64), counts.astype(np.int64)

    def array(self) -> Ints:
        """All lists, one after the other."""
        return np.array(self._items or [0], dtype=np.int64)
