"""From a `Problem` to the arrays that the kernels work on."""

from dataclasses import dataclass
from math import isfinite
from typing import Any

import numpy as np

from narvard.engines.routing._assign import assign_costs
from narvard.engines.routing._elements import bundle_rows, element_rows, operation_rows
from narvard.engines.routing._layout import (
    BUNDLE,
    CG,
    ELEM,
    G_SIZE,
    K_MAY_LEAVE,
    K_ROUNDED,
    K_ROUTES,
    K_SHIFT_WAIT,
    K_SIZE,
    LIMIT,
    N_SUMS,
    NONE,
    OP,
    W_BALANCE,
    W_IDLE,
    W_LATE,
    W_LIMIT,
    W_OVER,
    W_TRAVEL,
    W_VIOL,
    W_WAIT,
    Floats,
    Ints,
    Lists,
    Model,
    Records,
)
from narvard.engines.routing._near import list_near
from narvard.engines.routing._order import Order, order_operations
from narvard.engines.routing._staff import caregiver_rows, crew_table
from narvard.engines.routing.problem import Problem
from narvard.engines.routing.records import Caregiver, Operation, Plan

FAR = 100_000.0
"""Stands for an infinite road inside the kernels; a plan that takes one breaks its shift or is thrown out."""
NEAR = 30
"""How many near operations each operation knows."""
DEPTH = 24
"""How many times over the logs hold every record."""


@dataclass(frozen=True, slots=True)
class Compiled:
    """The arrays, and which operation and caregiver each row stands for. Operations done have no row."""

    model: Model
    operations: tuple[Operation, ...]
    caregivers: tuple[Caregiver, ...]
    elements: tuple[tuple[int, ...], ...]
    bundles: tuple[tuple[int, ...], ...]
    start: Plan | None


def compile_problem(problem: Problem, start: Plan | None, seed: int, near: int = NEAR) -> Compiled:
    """Lay out `problem` as arrays; `start` gives what moved and reassigned operations are held against."""
    order, lists = order_operations(problem), Lists()
    limits: list[int] = []
    costs = assign_costs(problem, order, start)
    travel = np.where(np.isfinite(problem.travel), problem.travel, FAR)
    cg, pause = caregiver_rows(problem, lists, limits)
    op = operation_rows(problem, order, costs, lists)
    el, win, rel = element_rows(problem, order, op, start, lists)
    bu = bundle_rows(problem, order, limits, lists)
    list_near(op, el, win, travel, costs, near, lists)
    crew = crew_table(problem, order, costs, el)
    rows = (op, el, cg, bu, rel, pause, _limit_rows(limits))
    return Compiled(
        _model(problem, order, rows, win, travel, costs, crew, lists, seed),
        order.operations,
        problem.caregivers,
        order.elements,
        order.bundles,
        start,
    )


def _limit_rows(limits: list[int]) -> Records:
    """Limited resources with how much of each there is; one without end stands in where there is none."""
    lim = np.zeros(max(1, len(limits)), dtype=LIMIT)
    lim["id"] = np.arange(len(lim))
    lim["most"] = [*limits, *([2**30] if not limits else [])]
    return lim


def _log(size: int, kind: np.dtype[Any]) -> Records:
    return np.zeros(DEPTH * size + 2000, dtype=kind).view(np.recarray)


def _model(
    problem: Problem,
    order: Order,
    rows: tuple[Records, ...],
    win: Floats,
    travel: Floats,
    costs: Floats,
    crew: Ints,
    lists: Lists,
    seed: int,
) -> Model:
    """All arrays with room for the state; `rows` are operations, elements, caregivers, bundles, relations, breaks
    and limits."""
    op, el, cg, bu, rel, pause, lim = (r.view(np.recarray) for r in rows)
    n, e, c, b = len(op), len(el), len(cg), len(bu)
    size = max((len(x) for x in order.elements), default=1)
    return Model(
        op, el, cg, bu, rel, pause, lim,
        lists.array(), win, np.ascontiguousarray(travel), costs, crew,
        _weights(problem), _flags(problem), np.zeros(max(1, e)), np.zeros(c),
        np.zeros(e + 1, dtype=np.int64), np.zeros(c + 1, dtype=np.int64),
        _log(n, OP), _log(e, ELEM), _log(c, CG), _log(b, BUNDLE), _log(len(lim), LIMIT),
        np.array([_scramble(seed)], dtype=np.uint64),
        np.zeros((3, 6), dtype=np.int64), np.zeros((3, N_SUMS)),
        np.zeros(2 * size + 4, dtype=np.int64), np.zeros(20),
        np.zeros(2 * n + 200, dtype=np.int64),
        np.full(max(1, n), NONE, dtype=np.int64), np.zeros((max(1, e), 3)),
    )  # fmt: skip


def _weights(problem: Problem) -> Floats:
    goal = problem.objective
    g = np.zeros(G_SIZE)
    g[W_TRAVEL], g[W_LATE], g[W_WAIT] = goal.travel, goal.worst_tardiness, goal.waiting
    g[W_OVER], g[W_IDLE], g[W_BALANCE] = goal.overtime, goal.worst_idle, goal.balance
    g[W_VIOL] = 10.0 * max(goal.travel, goal.tardiness, goal.waiting, 0.1)
    g[W_LIMIT] = g[W_VIOL]
    return g


def _flags(problem: Problem) -> Ints:
    goal, staff = problem.objective, problem.caregivers
    k = np.zeros(K_SIZE, dtype=np.int64)
    k[K_ROUTES] = int(
        any(isfinite(c.shift[1]) or c.breaks or c.use_cost for c in staff)
        or goal.waiting > 0
        or goal.balance > 0
        or goal.worst_idle > 0
    )
    k[K_SHIFT_WAIT] = int(goal.waits_from == "shift")
    k[K_MAY_LEAVE] = int(any(o.optional for o in problem.operations))
    k[K_ROUNDED] = int(goal.rounded_balance)
    return k


def _scramble(seed: int) -> int:
    """Spread a seed over 64 bits, never zero (splitmix64, Steele et al. 2014)."""
    z = (seed * 0x9E3779B97F4A7C15 + 0x9E3779B97F4A7C15) % 2**64
    z = ((z ^ (z >> 30)) * 0xBF58476D1CE4E5B9) % 2**64
    z = ((z ^ (z >> 27)) * 0x94D049BB133111EB) % 2**64
    return (z ^ (z >> 31)) or 1
