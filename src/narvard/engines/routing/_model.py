"""From a `Problem` to the arrays that the kernels work on."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from math import inf, isfinite
from typing import Any

import numpy as np
from numpy.typing import NDArray

from narvard.engines.routing._layout import (
    BUNDLE,
    CG,
    ELEM,
    G_SIZE,
    K_ROUNDED,
    K_ROUTES,
    K_SHIFT_WAIT,
    K_SIZE,
    LIMIT,
    N_SUMS,
    NONE,
    OP,
    PAUSE,
    RELATION,
    W_BALANCE,
    W_IDLE,
    W_LATE,
    W_OVER,
    W_TRAVEL,
    W_VIOL,
    W_WAIT,
    Floats,
    Ints,
    Model,
    Records,
)
from narvard.engines.routing.problem import Caregiver, Done, Operation, Plan, Problem, Window

FAR = 100_000.0
"""Stands for an infinite road inside the kernels; a plan that takes one breaks its shift or is thrown out."""
NEAR = 30
"""How many near operations each operation knows."""


@dataclass(frozen=True, slots=True)
class Compiled:
    """The arrays, and which operation and caregiver each row stands for. Operations done have no row."""

    model: Model
    operations: tuple[Operation, ...]
    caregivers: tuple[Caregiver, ...]
    elements: tuple[tuple[int, ...], ...]
    bundles: tuple[tuple[int, ...], ...]
    start: Plan | None


class _Groups:
    """Union-find over names."""

    def __init__(self, names: Iterable[str]) -> None:
        self._root = {n: n for n in names}

    def find(self, name: str) -> str:
        while self._root[name] != name:
            self._root[name] = self._root[self._root[name]]
            name = self._root[name]
        return name

    def join(self, a: str, b: str) -> None:
        self._root[self.find(b)] = self.find(a)


def meets(o: Operation, c: Caregiver) -> bool:
    """Whether `c` has the skills, profession and employer that `o` asks for."""
    return o.skills <= c.skills and o.profession in (None, c.profession) and o.employer in (None, c.employer)


def ability(o: Operation, c: Caregiver) -> bool:
    """Whether `c` meets what `o` asks for and is not forbidden."""
    return meets(o, c) and c.id not in o.forbidden


def _roads_exist(problem: Problem) -> dict[str | None, NDArray[np.bool_]]:
    """For each location, which caregivers can get there from their start and on to their end, shape (c,)."""
    index = {name: i for i, name in enumerate(problem.locations)}
    reach = np.ones((len(problem.locations), len(problem.caregivers)), dtype=bool)
    finite = np.isfinite(problem.travel)
    for j, c in enumerate(problem.caregivers):
        if c.start is not None:
            reach[:, j] &= finite[index[c.start], :]
        if c.end is not None:
            reach[:, j] &= finite[:, index[c.end]]
    rows: dict[str | None, NDArray[np.bool_]] = {name: reach[i] for name, i in index.items()}
    return rows | {None: np.ones(len(problem.caregivers), dtype=bool)}


def _assign_costs(problem: Problem, ops: list[Operation], start: Plan | None) -> Floats:
    """What it costs that a caregiver does an operation, shape (n, c), infinite when it cannot be."""
    goal, staff = problem.objective, problem.caregivers
    column = {c.id: j for j, c in enumerate(staff)}
    costs = np.zeros((len(ops), len(staff)))
    pinned = {p.operation: column[p.caregiver] for p in problem.pins if p.caregiver is not None}
    reach = _roads_exist(problem)
    demands: dict[tuple[object, ...], NDArray[np.bool_]] = {}
    for i, o in enumerate(ops):
        demand = (o.skills, o.profession, o.employer)
        if demand not in demands:
            demands[demand] = np.array([meets(o, c) for c in staff], dtype=bool)
        can = demands[demand] & reach[o.location]
        if o.preferred and goal.not_preferred:
            costs[i] += goal.not_preferred
            costs[i, [column[n] for n in o.preferred if n in column]] -= goal.not_preferred
        for name, price in ((o.last, goal.continuity), (_before(start, o), goal.reassigned)):
            if name is not None and price:
                costs[i] += price
                if name in column:
                    costs[i, column[name]] -= price
        if o.id in pinned:
            can = can & (np.arange(len(staff)) == pinned[o.id])
        costs[i, ~can] = np.inf
        costs[i, [column[n] for n in o.forbidden if n in column]] = np.inf
    return costs


def _before(start: Plan | None, o: Operation) -> str | None:
    return start[o.id].caregiver if start and o.id in start else None


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


def _off(o: Operation) -> float:
    windows: tuple[Window, ...] = o.windows
    return o.duration if windows and windows[0].met == "end" else 0.0


class _Lists:
    """Many short lists in one array."""

    def __init__(self) -> None:
        self.items: list[int] = []

    def add(self, items: Iterable[int]) -> tuple[int, int]:
        at = len(self.items)
        self.items.extend(int(i) for i in items)
        return at, len(self.items) - at

    def array(self) -> Ints:
        return np.array(self.items or [0], dtype=np.int64)


def _bundle_prize(problem: Problem, ops: list[Operation]) -> float:
    goal = problem.objective
    prize = sum(goal.unplanned[o.priority] if o.prize is None else o.prize for o in ops)
    return prize + sum(goal.mandatory for o in ops if not o.optional)


def operation_price(problem: Problem, o: Operation) -> float:
    """What leaving `o` out costs."""
    return _bundle_prize(problem, [o])


def compile_problem(problem: Problem, start: Plan | None, seed: int, near: int = NEAR) -> Compiled:
    """Lay out `problem` as arrays; `start` gives what moved and reassigned operations are held against."""
    return _Builder(problem, start).build(seed, near)


class _Builder:
    """Builds the arrays step by step."""

    def __init__(self, problem: Problem, start: Plan | None) -> None:
        self.problem = problem
        self.start = start
        self.done: dict[str, Done] = {d.operation: d for d in problem.done}
        self.rules = {r.patient: r for r in problem.patient_rules}
        self.lists = _Lists()
        self._order_operations()

    def _order_operations(self) -> None:
        """Operations in the order bundle, element, number: rows of a bundle and of an element stand
        together."""
        problem = self.problem
        todo = [o for o in problem.operations if o.id not in self.done]
        names = [o.id for o in problem.operations]
        joint, bundle = _Groups(names), _Groups(names)
        for j in problem.joint:
            open_ones = [n for n in j.operations if n not in self.done]
            for name in open_ones[1:]:
                joint.join(open_ones[0], name)
                bundle.join(open_ones[0], name)
        visits: dict[str, str] = {}
        for o in todo:
            if o.visit is not None:
                bundle.join(visits.setdefault(o.visit, o.id), o.id)
        for r in problem.ordered:
            if r.first not in self.done and r.second not in self.done:
                bundle.join(r.first, r.second)
        place = {o.id: i for i, o in enumerate(problem.operations)}
        depth = self._depths({o.id for o in todo}, joint)
        key = {
            o.id: (place[bundle.find(o.id)], depth[joint.find(o.id)], place[joint.find(o.id)], place[o.id])
            for o in todo
        }
        self.ops = sorted(todo, key=lambda o: key[o.id])
        self.row = {o.id: i for i, o in enumerate(self.ops)}
        self.elements: list[list[int]] = []
        self.bundles: list[list[int]] = []
        last: tuple[str, str] = ("", "")
        for i, o in enumerate(self.ops):
            here = (bundle.find(o.id), joint.find(o.id))
            if here != last:
                if here[0] != last[0]:
                    self.bundles.append([])
                self.bundles[-1].append(len(self.elements))
                self.elements.append([])
            self.elements[-1].append(i)
            last = here
        self.bundle_of = {e: b for b, members in enumerate(self.bundles) for e in members}
        self.patient_elements: dict[str, list[int]] = {}
        for e, rows in enumerate(self.elements):
            for name in {self.ops[i].patient or "" for i in rows}:
                self.patient_elements.setdefault(name, []).append(e)
        self.element_of = {i: e for e, rows in enumerate(self.elements) for i in rows}

    def _depths(self, todo: set[str], joint: _Groups) -> dict[str, int]:
        """How many ordered operations must come before, by joint group."""
        depth = {joint.find(n): 0 for n in todo}
        for _ in depth:
            changed = False
            for r in self.problem.ordered:
                if r.first in todo and r.second in todo:
                    a, b = joint.find(r.first), joint.find(r.second)
                    if depth[b] <= depth[a]:
                        depth[b] = depth[a] + 1
                        changed = True
            if not changed:
                break
        return depth

    def build(self, seed: int, near: int) -> Compiled:
        problem = self.problem
        self.costs = _assign_costs(problem, self.ops, self.start)
        self.index = {name: i for i, name in enumerate(problem.locations)}
        travel = np.where(np.isfinite(problem.travel), problem.travel, FAR)
        limits: list[int] = []
        cg, pause = self._caregivers(limits)
        op = self.op = self._operations()
        el, win, rel = self._elements()
        bu = self._bundles(limits)
        self._nearness(op, el, win, travel, near)
        crew = self._crews(el)
        return Compiled(
            self._model(op, el, cg, bu, rel, pause, limits, win, travel, crew, seed),
            tuple(self.ops),
            problem.caregivers,
            tuple(tuple(e) for e in self.elements),
            tuple(tuple(b) for b in self.bundles),
            self.start,
        )

    def _location(self, name: str | None) -> int:
        return NONE if name is None else self.index[name]

    def _caregivers(self, limits: list[int]) -> tuple[Records, Records]:
        problem = self.problem
        cg = np.zeros(len(problem.caregivers), dtype=CG)
        pauses: list[tuple[float, float, float, float, int]] = []
        cliques = self._car_cliques(limits)
        place = {o.id: o.location for o in problem.operations}
        for i, c in enumerate(problem.caregivers):
            past = sorted((d for d in problem.done if d.caregiver == c.id), key=lambda d: d.start)
            where = place[past[-1].operation] if past else None
            r: Any = cg[i]
            r["id"] = i
            r["sloc"] = self._location(where if past and where is not None else c.start)
            r["eloc"] = self._location(c.end)
            r["avail"] = max([c.shift[0], problem.now] + [d.end for d in past])
            r["shift0"], r["shift1"] = c.shift
            r["over"] = c.overtime
            r["use_cost"] = 0.0 if past else c.use_cost
            r["most"] = (2**30 if c.max_visits is None else c.max_visits) - len(past)
            r["b0"], r["nb"] = len(pauses), len(c.breaks)
            r["b_done"] = sum(1 for b in c.breaks if self._held(b.start, b.end, b.duration, past, r["avail"]))
            pauses += [
                (b.start, b.end, b.duration, b.missed or 0.0, int(b.missed is None))
                for b in sorted(c.breaks, key=lambda b: b.start)
            ]
            r["c0"], r["nc"] = self.lists.add(cliques.get(c.id, []))
            r["busy0"] = sum(d.end - d.start for d in past)
            r["began"] = int(bool(past))
        return cg, np.array(pauses or [(0.0, 0.0, 0.0, 0.0, 0)], dtype=PAUSE)

    @staticmethod
    def _held(start: float, end: float, duration: float, past: list[Done], avail: float) -> bool:
        """Whether a break lies behind: a gap between operations done was long enough inside its window."""
        ends = [start] + [d.end for d in past]
        starts = [d.start for d in past]
        gaps = zip(ends, starts, strict=False)
        rested = any(min(b, end) - max(a, start) >= duration for a, b in gaps if b > start)
        return rested or avail > end - duration

    def _car_cliques(self, limits: list[int]) -> dict[str, list[int]]:
        """For each caregiver the sets of overlapping shifts that share its pool's cars, as limit numbers."""
        of: dict[str, list[int]] = {}
        for pool in self.problem.car_pools:
            members = [c for c in self.problem.caregivers if c.car_pool == pool.id]
            seen: set[frozenset[str]] = set()
            for at in sorted({c.shift[0] for c in members}):
                clique = frozenset(c.id for c in members if c.shift[0] <= at < max(c.shift[1], at + 1))
                if len(clique) > pool.cars and clique not in seen:
                    seen.add(clique)
                    for name in clique:
                        of.setdefault(name, []).append(len(limits))
                    limits.append(pool.cars)
        return of

    def _operations(self) -> Records:
        goal = self.problem.objective
        op = np.zeros(len(self.ops), dtype=OP)
        differs = self._differs()
        for i, o in enumerate(self.ops):
            r: Any = op[i]
            r["id"], r["elem"] = i, self.element_of[i]
            r["loc"] = self._location(o.location)
            r["dur"], r["off"] = o.duration, _off(o)
            r["late_cost"] = goal.tardiness * o.late_weight
            r["x0"], r["nx"] = self.lists.add(np.flatnonzero(np.isfinite(self.costs[i])))
            r["d0"], r["nd"] = self.lists.add(sorted(differs.get(i, ())))
        return op

    def _differs(self) -> dict[int, set[int]]:
        differs: dict[int, set[int]] = {}
        pairs = [(a, b) for rows in self.elements for a in rows for b in rows if a != b]
        for r in self.problem.ordered:
            if r.different and r.first in self.row and r.second in self.row:
                a, b = self.row[r.first], self.row[r.second]
                pairs += [(a, b), (b, a)]
            elif r.different:
                self._forbid_partner_of_done(r.first, r.second)
        for j in self.problem.joint:
            for a_name in j.operations:
                for b_name in j.operations:
                    if a_name != b_name:
                        self._forbid_partner_of_done(a_name, b_name)
        for a, b in pairs:
            differs.setdefault(a, set()).add(b)
        return differs

    def _forbid_partner_of_done(self, first: str, second: str) -> None:
        """Who did one half already cannot do the other."""
        names = [c.id for c in self.problem.caregivers]
        for done, todo in ((first, second), (second, first)):
            if done in self.done and todo in self.row:
                self.costs[self.row[todo], names.index(self.done[done].caregiver)] = np.inf

    def _elements(self) -> tuple[Records, Floats, Records]:
        problem = self.problem
        el = np.zeros(len(self.elements), dtype=ELEM)
        windows: list[tuple[float, float]] = []
        before, after = self._relations()
        rules = self.rules
        pins = {p.operation: p for p in problem.pins if p.start is not None}
        relations: list[tuple[int, float, float]] = []
        moved = problem.objective.moved
        for e, rows in enumerate(self.elements):
            ops = [self.ops[i] for i in rows]
            r: Any = el[e]
            r["id"], r["o0"], r["no"] = e, rows[0], len(rows)
            shared, hard = _element_windows(ops)
            for i, o in zip(rows, ops, strict=True):
                self.op["w0"][i], self.op["nw"][i] = len(windows), len(o.windows)
                self.op["hard"][i] = int(any(w.hard for w in o.windows))
                windows += [(w.start, w.end) for w in o.windows]
            r["w0"], r["nw"], r["hard"] = len(windows), len(shared), int(hard)
            windows += shared
            r["lo"], r["hi"] = self._limits(ops, pins)
            r["dur"], r["off"] = max(o.duration for o in ops), max(_off(o) for o in ops)
            r["p0"], r["np"] = len(relations), len(before.get(e, ()))
            relations += before.get(e, [])
            r["s0"], r["ns"] = len(relations), len(after.get(e, ()))
            relations += after.get(e, [])
            rule = next((rules[o.patient] for o in ops if o.patient in rules), None)
            mates = self._patient_elements(ops[0].patient, e) if rule and rule.min_gap > 0 else []
            r["gap"] = rule.min_gap if rule else 0.0
            r["g0"], r["ng"] = self.lists.add(mates)
            planned = next((self.start[o.id].start for o in ops if self.start and o.id in self.start), None)
            r["planned_start"] = 0.0 if planned is None else planned
            r["moved_cost"] = 0.0 if planned is None else moved
            tied = before.get(e) or after.get(e) or mates or r["moved_cost"]
            r["free"] = int(len(rows) == 1 and not tied)
        for b, members in enumerate(self.bundles):
            el["bundle"][members] = b
        rel = np.array(relations or [(0, 0.0, 0.0)], dtype=RELATION)
        return el, np.array(windows or [(0.0, inf)], dtype=np.float64), rel

    def _limits(self, ops: list[Operation], pins: Mapping[str, Any]) -> tuple[float, float]:
        """Earliest and latest start that the clock, pins and operations done leave."""
        lo, hi = self.problem.now, inf
        for o in ops:
            if o.id in pins:
                lo = max(lo, pins[o.id].start - pins[o.id].tolerance)
                hi = min(hi, pins[o.id].start + pins[o.id].tolerance)
            for r in self.problem.ordered:
                if r.second == o.id and r.first in self.done:
                    zero = self.done[r.first].start if r.measured == "start" else self.done[r.first].end
                    lo, hi = max(lo, zero + r.least), min(hi, zero + r.most)
            for j in self.problem.joint:
                for mate in j.operations:
                    if o.id in j.operations and mate in self.done:
                        lo, hi = max(lo, self.done[mate].start), min(hi, self.done[mate].start)
            rule = self.rules.get(o.patient or "")
            if rule and rule.min_gap > 0 and self.done:
                others = (x for x in self.problem.operations if x.patient == o.patient)
                mates = {x.id for x in others if (x.visit or x.id) != (o.visit or o.id)}
                ends = [d.end + rule.min_gap for d in self.problem.done if d.operation in mates]
                lo = max([lo, *ends])
        return lo, hi

    def _relations(self) -> tuple[dict[int, list[Any]], dict[int, list[Any]]]:
        before: dict[int, list[Any]] = {}
        after: dict[int, list[Any]] = {}
        for r in self.problem.ordered:
            if r.first in self.row and r.second in self.row:
                a, b = self.element_of[self.row[r.first]], self.element_of[self.row[r.second]]
                more = self.ops[self.row[r.first]].duration if r.measured == "end" else 0.0
                before.setdefault(b, []).append((a, r.least + more, r.most + more))
                after.setdefault(a, []).append((b, r.least + more, r.most + more))
        return before, after

    def _patient_elements(self, patient: str | None, own: int) -> list[int]:
        """The other elements of a patient that belong to other visits."""
        mine = self.bundle_of[own]
        return [e for e in self.patient_elements.get(patient or "", ()) if self.bundle_of[e] != mine]

    def _bundles(self, limits: list[int]) -> Records:
        problem = self.problem
        bu = np.zeros(len(self.bundles), dtype=BUNDLE)
        rule_of: dict[str, int] = {}
        for rule in problem.patient_rules:
            if rule.max_visits is not None:
                mine = (o for o in problem.operations if o.patient == rule.patient)
                past = {o.visit or o.id for o in mine if o.id in self.done}
                rule_of[rule.patient] = len(limits)
                limits.append(rule.max_visits - len(past))
        for b, members in enumerate(self.bundles):
            ops = [self.ops[i] for e in members for i in self.elements[e]]
            r: Any = bu[b]
            r["id"], r["e0"], r["ne"] = b, members[0], len(members)
            r["prize"] = _bundle_prize(problem, ops)
            r["rule"] = next((rule_of[o.patient] for o in ops if o.patient in rule_of), NONE)
        return bu

    def _nearness(self, op: Records, el: Records, win: Floats, travel: Floats, near: int) -> None:
        """For each operation the `near` others that follow or precede it best (Vidal et al. 2013)."""
        n = len(self.ops)
        if n < 2 or near == 0:
            return
        elem = op["elem"]
        opens = np.array([win[el["w0"][e], 0] if el["nw"][e] else 0.0 for e in elem])
        closes = np.array([win[el["w0"][e] + el["nw"][e] - 1, 1] if el["nw"][e] else inf for e in elem])
        loc = op["loc"]
        road = np.where((loc[:, None] < 0) | (loc[None, :] < 0), 0.0, travel[np.ix_(loc, loc)])
        arrive = opens[:, None] + op["dur"][:, None] + road
        wait = np.maximum(0.0, opens[None, :] - op["dur"][:, None] - road - np.minimum(closes, 1e6)[:, None])
        late = np.maximum(0.0, arrive - closes[None, :])
        follow = road + 0.2 * wait + late
        measure = np.minimum(follow, follow.T)
        can = np.isfinite(self.costs)
        measure[~(can.astype(np.int32) @ can.T.astype(np.int32) > 0)] = inf
        measure[elem[:, None] == elem[None, :]] = inf
        count = min(near, n - 1)
        nearest = np.argsort(measure, axis=1, kind="stable")[:, :count]
        for i in range(n):
            op["n0"][i], op["nn"][i] = self.lists.add(j for j in nearest[i] if isfinite(measure[i, j]))

    def _crews(self, el: Records) -> Ints:
        """Which caregivers are crews that can do all operations of a joint element at once, by row."""
        table: list[list[int]] = []
        el["crew0"] = NONE
        for e, rows in enumerate(self.elements):
            if len(rows) > 1:
                fit = [int(self._crew_fits(c, rows, j)) for j, c in enumerate(self.problem.caregivers)]
                if any(fit):
                    el["crew0"][e] = len(table)
                    table.append(fit)
        return np.array(table or [[0] * max(1, len(self.problem.caregivers))], dtype=np.int64)

    def _crew_fits(self, c: Caregiver, rows: list[int], j: int) -> bool:
        """Whether each operation finds a member of its own (by trying all ways)."""
        if len(c.members) < len(rows) or not np.isfinite(self.costs[rows, j]).all():
            return False

        def match(i: int, free: frozenset[int]) -> bool:
            return i == len(rows) or any(
                self.ops[rows[i]].skills <= c.members[m] and match(i + 1, free - {m}) for m in free
            )

        return match(0, frozenset(range(len(c.members))))

    def _model(
        self,
        op: Records,
        el: Records,
        cg: Records,
        bu: Records,
        rel: Records,
        pause: Records,
        limits: list[int],
        win: Floats,
        travel: Floats,
        crew: Ints,
        seed: int,
    ) -> Model:
        n, e, c, b = len(op), len(el), len(cg), len(bu)
        lim = np.zeros(max(1, len(limits)), dtype=LIMIT)
        lim["id"] = np.arange(len(lim))
        lim["most"] = [*limits, *([2**30] if not limits else [])]
        depth = 24

        def log(size: int, kind: np.dtype[Any]) -> Records:
            return np.zeros(depth * size + 2000, dtype=kind).view(np.recarray)

        size = max((len(x) for x in self.elements), default=1)
        return Model(
            op.view(np.recarray), el.view(np.recarray), cg.view(np.recarray), bu.view(np.recarray),
            rel.view(np.recarray), pause.view(np.recarray), lim.view(np.recarray),
            self.lists.array(), win, np.ascontiguousarray(travel), self.costs, crew,
            self._weights(), self._flags(), np.zeros(max(1, e)), np.zeros(c),
            np.zeros(e + 1, dtype=np.int64), np.zeros(c + 1, dtype=np.int64),
            log(n, OP), log(e, ELEM), log(c, CG), log(b, BUNDLE), log(len(lim), LIMIT),
            np.array([_scramble(seed)], dtype=np.uint64),
            np.zeros((3, 6), dtype=np.int64), np.zeros((3, N_SUMS)),
            np.zeros(2 * size + 4, dtype=np.int64), np.zeros(20),
            np.zeros(2 * n + 200, dtype=np.int64),
            np.full(max(1, n), NONE, dtype=np.int64), np.zeros((max(1, e), 3)),
        )  # fmt: skip

    def _weights(self) -> Floats:
        goal = self.problem.objective
        g = np.zeros(G_SIZE)
        g[W_TRAVEL], g[W_LATE], g[W_WAIT] = goal.travel, goal.worst_tardiness, goal.waiting
        g[W_OVER], g[W_IDLE], g[W_BALANCE] = goal.overtime, goal.worst_idle, goal.balance
        g[W_VIOL] = 10.0 * max(goal.travel, goal.tardiness, goal.waiting, 0.1)
        return g

    def _flags(self) -> Ints:
        goal, staff = self.problem.objective, self.problem.caregivers
        k = np.zeros(K_SIZE, dtype=np.int64)
        k[K_ROUTES] = int(
            any(isfinite(c.shift[1]) or c.breaks or c.use_cost for c in staff)
            or goal.waiting > 0
            or goal.balance > 0
            or goal.worst_idle > 0
        )
        k[K_SHIFT_WAIT] = int(goal.waits_from == "shift")
        k[K_ROUNDED] = int(goal.rounded_balance)
        return k


def _scramble(seed: int) -> int:
    """Spread a seed over 64 bits, never zero (splitmix64, Steele et al. 2014)."""
    z = (seed * 0x9E3779B97F4A7C15 + 0x9E3779B97F4A7C15) % 2**64
    z = ((z ^ (z >> 30)) * 0xBF58476D1CE4E5B9) % 2**64
    z = ((z ^ (z >> 27)) * 0x94D049BB133111EB) % 2**64
    return (z ^ (z >> 31)) or 1
