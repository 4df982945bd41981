"""Operations, elements and bundles as arrays: what must start together, when, and what leaving it out costs."""

from collections import defaultdict
from collections.abc import Sequence
from math import inf
from typing import Any

import numpy as np

from narvard.engines.routing._layout import BUNDLE, ELEM, NONE, OP, RELATION, Floats, Lists, Records
from narvard.engines.routing._order import Order
from narvard.engines.routing.problem import Problem
from narvard.engines.routing.records import Operation, Plan

Relation = tuple[int, float, float]
"""The other element, and the least and largest gap between the starts."""


def operation_price(problem: Problem, o: Operation) -> float:
    """What leaving `o` out costs."""
    return _bundle_prize(problem, [o])


def _bundle_prize(problem: Problem, ops: list[Operation]) -> float:
    goal = problem.objective
    prize = sum(goal.unplanned[o.priority] if o.prize is None else o.prize for o in ops)
    return prize + sum(goal.mandatory for o in ops if not o.optional)


def operation_rows(problem: Problem, order: Order, costs: Floats, lists: Lists) -> Records:
    """One row for each operation; its own windows are filled in by `element_rows`."""
    ops, goal = order.operations, problem.objective
    index: dict[str | None, int] = {name: i for i, name in enumerate(problem.locations)}
    index[None] = NONE
    op = np.zeros(len(ops), dtype=OP)
    if not len(ops):
        return op
    op["id"] = np.arange(len(ops))
    op["elem"] = [order.element_of[i] for i in range(len(ops))]
    op["site"] = op["loc"] = [index[o.location] for o in ops]
    op["dur"] = [o.duration for o in ops]
    op["off"] = [_off(o) for o in ops]
    op["late_cost"] = [goal.tardiness * o.late_weight for o in ops]
    able = np.isfinite(costs)
    op["x0"], op["nx"] = lists.add_rows(np.broadcast_to(np.arange(costs.shape[1]), costs.shape), able)
    differs = _differs(problem, order)
    op["d0"], op["nd"] = zip(*(lists.add(sorted(differs.get(i, ()))) for i in range(len(ops))), strict=True)
    return op


def _differs(problem: Problem, order: Order) -> dict[int, set[int]]:
    """The operations that must have another caregiver than each operation."""
    differs: dict[int, set[int]] = {}
    pairs = [(a, b) for rows in order.elements if len(rows) > 1 for a in rows for b in rows if a != b]
    for r in problem.ordered:
        if r.different and r.first in order.row and r.second in order.row:
            a, b = order.row[r.first], order.row[r.second]
            pairs += [(a, b), (b, a)]
    for a, b in pairs:
        differs.setdefault(a, set()).add(b)
    return differs


def element_rows(
    problem: Problem, order: Order, op: Records, start: Plan | None, lists: Lists
) -> tuple[Records, Floats, Records]:
    """One row for each element, all windows, and all relations between elements."""
    windows: list[tuple[float, float]] = []
    relations: list[Relation] = []
    before, after = _relations(problem, order)
    bounds, mates = _bounds(problem, order), _mates(problem, order)
    el = np.zeros(len(order.elements), dtype=ELEM)
    for e, rows in enumerate(order.elements):
        ops = [order.operations[i] for i in rows]
        r: Any = el[e]
        r["id"], r["o0"], r["no"], r["bundle"] = e, rows[0], len(rows), order.bundle_of[e]
        r["w0"], r["nw"], r["hard"] = _window_rows(op, rows, ops, windows)
        r["lo"] = max(bounds[o.id][0] for o in ops)
        r["hi"] = min(bounds[o.id][1] for o in ops)
        r["dur"], r["off"] = max(o.duration for o in ops), max(_off(o) for o in ops)
        near = mates.get(e, [])
        for at, count, ties in (("p0", "np", before.get(e, [])), ("s0", "ns", after.get(e, [])), ("g0", "ng", near)):
            r[at], r[count] = len(relations), len(ties)
            relations += ties
        planned = next((start[o.id].start for o in ops if start and o.id in start), None)
        if planned is not None:
            r["planned_start"], r["moved_cost"] = planned, problem.objective.moved
        tied = before.get(e) or after.get(e) or near or r["moved_cost"]
        r["free"] = int(len(rows) == 1 and not tied)
    return (
        el,
        np.array(windows or [(0.0, inf)], dtype=np.float64),
        np.array(relations or [(0, 0.0, 0.0)], dtype=RELATION),
    )


def _window_rows(
    op: Records, rows: Sequence[int], ops: list[Operation], windows: list[tuple[float, float]]
) -> tuple[int, int, int]:
    """Keep the windows of each operation, then those that all share: where these begin, how many, whether hard."""
    for i, o in zip(rows, ops, strict=True):
        op["w0"][i], op["nw"][i] = len(windows), len(o.windows)
        op["hard"][i] = int(any(w.hard for w in o.windows))
        windows += [(w.start, w.end) for w in o.windows]
    shared, hard = _element_windows(ops)
    at = len(windows)
    windows += shared
    return at, len(shared), int(hard)


def _off(o: Operation) -> float:
    """What is added to the start before it is held against a window's end, in minutes."""
    return o.duration if o.windows and o.windows[0].met == "end" else 0.0


def _meet(a: list[tuple[float, float]], b: list[tuple[float, float]]) -> list[tuple[float, float]]:
    """The windows that two lists of windows share."""
    return [(max(s, t), min(u, v)) for s, u in a for t, v in b if max(s, t) <= min(u, v)]


def _element_windows(ops: list[Operation]) -> tuple[list[tuple[float, float]], bool]:
    """The windows that all operations of an element share, and whether any of them is hard."""
    shared: list[tuple[float, float]] = []
    hard = False
    for o in ops:
        mine = [(w.start, w.end) for w in o.windows]
        hard = hard or any(w.hard for w in o.windows)
        if mine:
            met = _meet(shared, mine) if shared else mine
            shared = met or [(max(shared[0][0], mine[0][0]), min(shared[0][1], mine[0][1]))]
    return shared, hard


def _relations(problem: Problem, order: Order) -> tuple[dict[int, list[Relation]], dict[int, list[Relation]]]:
    """For each element the elements that come before it and after it, with the gaps."""
    before: dict[int, list[Relation]] = {}
    after: dict[int, list[Relation]] = {}
    for r in problem.ordered:
        if r.first in order.row and r.second in order.row:
            a, b = order.element_of[order.row[r.first]], order.element_of[order.row[r.second]]
            more = order.operations[order.row[r.first]].duration if r.measured == "end" else 0.0
            before.setdefault(b, []).append((a, r.least + more, r.most + more))
            after.setdefault(a, []).append((b, r.least + more, r.most + more))
    return before, after


def _mates(problem: Problem, order: Order) -> dict[int, list[Relation]]:
    """For each element those of other visits of its patients that a least gap keeps it from, with the time from
    their start that it must leave."""
    gaps = {r.patient: r.min_gap for r in problem.patient_rules if r.min_gap > 0}
    lasts: dict[str, dict[int, float]] = defaultdict(dict)
    for i, o in enumerate(order.operations):
        if o.patient in gaps:
            mine = lasts[o.patient]
            mine[order.element_of[i]] = max(o.duration, mine.get(order.element_of[i], 0.0))
    visit = [order.visit_of[order.operations[rows[0]].id] for rows in order.elements]
    apart: dict[int, dict[int, float]] = defaultdict(dict)
    for patient, mine in lasts.items():
        for e in mine:
            for x, last in mine.items():
                if visit[x] != visit[e]:
                    apart[e][x] = max(last + gaps[patient], apart[e].get(x, 0.0))
    return {e: [(x, least, inf) for x, least in sorted(near.items())] for e, near in apart.items()}


def _bounds(problem: Problem, order: Order) -> dict[str, tuple[float, float]]:
    """Earliest and latest start that the clock, pins and operations done leave, by operation."""
    bounds = dict.fromkeys((o.id for o in order.operations), (problem.now, inf))

    def narrow(name: str, lo: float, hi: float) -> None:
        if name in bounds:
            bounds[name] = (max(bounds[name][0], lo), min(bounds[name][1], hi))

    for p in problem.pins:
        if p.start is not None:
            narrow(p.operation, p.start - p.tolerance, p.start + p.tolerance)
    done = {d.operation: d for d in problem.done}
    if done:
        for r in problem.ordered:
            if r.first in done:
                zero = done[r.first].start if r.measured == "start" else done[r.first].end
                narrow(r.second, zero + r.least, zero + r.most)
        for j in problem.joint:
            for mate in (n for n in j.operations if n in done):
                for name in j.operations:
                    narrow(name, done[mate].start, done[mate].start)
        for name, earliest in _after_done(problem, order).items():
            narrow(name, earliest, inf)
    return bounds


def _after_done(problem: Problem, order: Order) -> dict[str, float]:
    """The earliest start that a patient's least gap leaves after operations done of other visits."""
    gaps = {r.patient: r.min_gap for r in problem.patient_rules if r.min_gap > 0}
    ends = {d.operation: d.end for d in problem.done}
    by_patient: dict[str, list[Operation]] = defaultdict(list)
    for o in problem.operations:
        if o.patient in gaps:
            by_patient[o.patient].append(o)
    return {
        o.id: max(ends[x.id] + gap for x in past)
        for patient, gap in gaps.items()
        for o in by_patient[patient]
        if (past := [x for x in by_patient[patient] if x.id in ends and order.visit_of[x.id] != order.visit_of[o.id]])
    }


def bundle_rows(problem: Problem, order: Order, limits: list[int], lists: Lists) -> Records:
    """One row for each bundle; `limits` gets the largest number of visits of each patient who has one."""
    made = {d.operation for d in problem.done}
    past = {(o.patient, order.visit_of[o.id]) for o in problem.operations if o.id in made}
    rule_of: dict[str | None, int] = {}
    for rule in problem.patient_rules:
        if rule.max_visits is not None:
            rule_of[rule.patient] = len(limits)
            limits.append(rule.max_visits - sum(1 for patient, _visit in past if patient == rule.patient))
    bu = np.zeros(len(order.bundles), dtype=BUNDLE)
    for b, members in enumerate(order.bundles):
        ops = [order.operations[i] for e in members for i in order.elements[e]]
        r: Any = bu[b]
        r["id"], r["e0"], r["ne"] = b, members[0], len(members)
        r["prize"] = _bundle_prize(problem, ops)
        visits = {(o.patient, order.visit_of[o.id]) for o in ops} - past
        r["r0"], r["nr"] = lists.add(sorted(rule_of[patient] for patient, _visit in visits if patient in rule_of))
    return bu
