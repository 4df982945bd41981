"""Who may do what, and what it costs that a caregiver does an operation."""

from math import inf

import numpy as np
from numpy.typing import NDArray

from narvard.engines.routing._layout import Floats
from narvard.engines.routing._order import Order
from narvard.engines.routing.problem import Problem
from narvard.engines.routing.records import Caregiver, Operation, Plan


def meets(o: Operation, c: Caregiver) -> bool:
    """Whether `c` has the skills, profession and employer that `o` asks for."""
    return o.skills <= c.skills and o.profession in (None, c.profession) and o.employer in (None, c.employer)


def ability(o: Operation, c: Caregiver) -> bool:
    """Whether `c` meets what `o` asks for and is not forbidden."""
    return meets(o, c) and c.id not in o.forbidden


def assign_costs(problem: Problem, order: Order, start: Plan | None) -> Floats:
    """What it costs that a caregiver does an operation, shape (n, c), infinite when it cannot be."""
    goal, ops, staff = problem.objective, order.operations, problem.caregivers
    column = {c.id: j for j, c in enumerate(staff)}
    costs = np.zeros((len(ops), len(staff)))
    for i, o in enumerate(ops):
        if o.preferred and goal.not_preferred:
            costs[i] += goal.not_preferred
            costs[i, [column[n] for n in o.preferred if n in column]] -= goal.not_preferred
        for name, price in ((o.last, goal.continuity), (_before(start, o), goal.reassigned)):
            if name is not None and price:
                costs[i] += price
                if name in column:
                    costs[i, column[name]] -= price
    costs[~_can(problem, ops)] = inf
    for i, o in enumerate(ops):
        if o.forbidden:
            costs[i, [column[n] for n in o.forbidden if n in column]] = inf
    for p in problem.pins:
        if p.caregiver is not None and p.operation in order.row:
            costs[order.row[p.operation], np.arange(len(staff)) != column[p.caregiver]] = inf
    for todo, who in _partners_of_done(problem, order):
        costs[todo, column[who]] = inf
    return costs


def _before(start: Plan | None, o: Operation) -> str | None:
    return start[o.id].caregiver if start and o.id in start else None


def _can(problem: Problem, ops: tuple[Operation, ...]) -> NDArray[np.bool_]:
    """Who meets what each operation asks for and can get there and away, shape (n, c)."""
    staff = problem.caregivers
    reach = _roads_exist(problem)
    demands: dict[tuple[object, ...], NDArray[np.bool_]] = {}
    can = np.ones((len(ops), len(staff)), dtype=bool)
    for i, o in enumerate(ops):
        demand = (o.skills, o.profession, o.employer)
        if demand not in demands:
            demands[demand] = np.array([meets(o, c) for c in staff], dtype=bool)
        can[i] = demands[demand]
        if o.location in reach:
            can[i] &= reach[o.location]
    return can


def _roads_exist(problem: Problem) -> dict[str | None, NDArray[np.bool_]]:
    """Which caregivers can get from their start to a location and on to their end, where not all can, shape (c,)."""
    index = {name: i for i, name in enumerate(problem.locations)}
    reach = np.ones((len(problem.locations), len(problem.caregivers)), dtype=bool)
    finite = np.isfinite(problem.travel)
    if finite.all():
        return {}
    for j, c in enumerate(problem.caregivers):
        if c.start is not None:
            reach[:, j] &= finite[index[c.start], :]
        if c.end is not None:
            reach[:, j] &= finite[:, index[c.end]]
    return {name: reach[i] for name, i in index.items()}


def _partners_of_done(problem: Problem, order: Order) -> list[tuple[int, str]]:
    """Who did one half already cannot do the other: (row still to plan, caregiver)."""
    done = {d.operation: d.caregiver for d in problem.done}
    pairs = [(r.first, r.second) for r in problem.ordered if r.different] if done else []
    pairs += [(a, b) for j in problem.joint for a in j.operations for b in j.operations if done and a != b]
    both = [*pairs, *((b, a) for a, b in pairs)]
    return [(order.row[b], done[a]) for a, b in both if a in done and b in order.row]
