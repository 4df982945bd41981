"""Caregivers as arrays: shifts, what lies behind them, breaks, shared cars and crews."""

from typing import Any

import numpy as np

from narvard.engines.routing._layout import CG, NONE, PAUSE, Floats, Ints, Lists, Records
from narvard.engines.routing._order import Order
from narvard.engines.routing.problem import Problem
from narvard.engines.routing.records import Caregiver, Done


def caregiver_rows(problem: Problem, lists: Lists, limits: list[int]) -> tuple[Records, Records]:
    """One row for each caregiver, and all their breaks; `limits` gets the sets of shifts that share cars."""
    cg = np.zeros(len(problem.caregivers), dtype=CG)
    pauses: list[tuple[float, float, float, float, int]] = []
    cliques = _car_cliques(problem, limits)
    place = {o.id: o.location for o in problem.operations}
    index = {name: i for i, name in enumerate(problem.locations)}
    behind: dict[str, list[Done]] = {}
    for d in sorted(problem.done, key=lambda d: d.start):
        behind.setdefault(d.caregiver, []).append(d)
    joint = {n: j.operations for j in problem.joint for n in j.operations}
    for i, c in enumerate(problem.caregivers):
        past = behind.get(c.id, [])
        spent = _spent(past, joint)
        # A call is made from wherever one is: the last visit with a place says where that was.
        begins = next((where for d in reversed(past) if (where := place[d.operation]) is not None), c.start)
        r: Any = cg[i]
        r["id"] = i
        r["sloc"] = NONE if begins is None else index[begins]
        r["eloc"] = NONE if c.end is None else index[c.end]
        r["avail"] = max([c.shift[0], problem.now] + [d.end for d in past])
        r["shift0"], r["shift1"] = c.shift
        r["over"] = c.overtime
        r["use_cost"] = 0.0 if past else c.use_cost
        r["most"] = (2**30 if c.max_visits is None else c.max_visits) - len(spent)
        r["b0"], r["nb"] = len(pauses), len(c.breaks)
        r["b_done"] = sum(1 for b in c.breaks if _held(b.start, b.end, b.duration, past, r["avail"]))
        pauses += [
            (b.start, b.end, b.duration, b.missed or 0.0, int(b.missed is None))
            for b in sorted(c.breaks, key=lambda b: b.start)
        ]
        r["c0"], r["nc"] = lists.add(cliques.get(c.id, []))
        r["busy0"] = sum(spent)
        r["began"] = int(bool(past))
    return cg, np.array(pauses or [(0.0, 0.0, 0.0, 0.0, 0)], dtype=PAUSE)


def _spent(past: list[Done], joint: dict[str, tuple[str, ...]]) -> list[float]:
    """Minutes of each visit done; what a crew did at once is one, as long as the longest of it."""
    minutes: dict[tuple[str, ...], float] = {}
    for d in past:
        visit = joint.get(d.operation, (d.operation,))
        minutes[visit] = max(minutes.get(visit, 0.0), d.end - d.start)
    return list(minutes.values())


def _held(start: float, end: float, duration: float, past: list[Done], avail: float) -> bool:
    """Whether a break lies behind: a gap between operations done was long enough inside its window."""
    ends = [start] + [d.end for d in past]
    starts = [d.start for d in past]
    gaps = zip(ends, starts, strict=False)
    rested = any(min(b, end) - max(a, start) >= duration for a, b in gaps if b > start)
    return rested or avail > end - duration


def _car_cliques(problem: Problem, limits: list[int]) -> dict[str, list[int]]:
    """For each caregiver the sets of overlapping shifts that share its pool's cars, as limit numbers."""
    of: dict[str, list[int]] = {}
    for pool in problem.car_pools:
        members = [c for c in problem.caregivers if c.car_pool == pool.id]
        seen: set[frozenset[str]] = set()
        for at in sorted({c.shift[0] for c in members}):
            clique = frozenset(c.id for c in members if c.shift[0] <= at < max(c.shift[1], at + 1))
            if len(clique) > pool.cars and clique not in seen:
                seen.add(clique)
                for name in clique:
                    of.setdefault(name, []).append(len(limits))
                limits.append(pool.cars)
    return of


def crew_table(problem: Problem, order: Order, costs: Floats, el: Records) -> Ints:
    """Which caregivers are crews that can do all operations of a joint element at once; `el` gets its row."""
    staff = problem.caregivers
    table: list[list[int]] = []
    el["crew0"] = NONE
    if any(c.members for c in staff):
        for e, rows in enumerate(order.elements):
            if len(rows) > 1:
                fit = [int(_crew_fits(c, order, rows, costs[list(rows), j])) for j, c in enumerate(staff)]
                if any(fit) and len({order.operations[i].location for i in rows}) == 1:
                    el["crew0"][e] = len(table)
                    table.append(fit)
    return np.array(table or [[0] * max(1, len(staff))], dtype=np.int64)


def _crew_fits(c: Caregiver, order: Order, rows: tuple[int, ...], costs: Floats) -> bool:
    """Whether each operation finds a member of its own (by trying all ways)."""
    if len(c.members) < len(rows) or not np.isfinite(costs).all():
        return False

    def match(i: int, free: frozenset[int]) -> bool:
        return i == len(rows) or any(
            order.operations[rows[i]].skills <= c.members[m] and match(i + 1, free - {m}) for m in free
        )

    return match(0, frozenset(range(len(c.members))))
