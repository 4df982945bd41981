"""From the arrays back to words: routes with times, the cost by term, and why something is left out."""

from math import isfinite

import numpy as np

from narvard.engines.routing import _state
from narvard.engines.routing._layout import K_EVALS, K_SHIFT_WAIT, NONE, Model
from narvard.engines.routing._model import Compiled
from narvard.engines.routing._reasons import unplanned
from narvard.engines.routing.problem import Problem
from narvard.engines.routing.result import Placed, Result, Route, Stopped, TakenBreak, Unplanned

TINY = 1e-6


def report(compiled: Compiled, problem: Problem, seed: int, stopped: Stopped, seconds: float) -> Result:
    """The best plan found as a `Result`; every figure is worked out from the placed operations."""
    m = compiled.model
    if stopped is not Stopped.NOTHING_TO_PLAN:
        _state.load(m, np.argsort(m.best_el[:, 1], kind="stable"))
    routes = tuple(_Walk(compiled, c).to_the_end() for c in range(len(compiled.caregivers)))
    planned = {p.operation for r in routes for p in r.placed}
    left_out = unplanned(compiled, problem, planned)
    amounts = _amounts(compiled, problem, routes, left_out)
    terms = _terms(compiled, problem, amounts, left_out)
    return Result(sum(terms.values()), terms, amounts, routes, left_out, int(m.k[K_EVALS]), seconds, seed, stopped)


def _leg(m: Model, a: int, b: int) -> float:
    return 0.0 if a < 0 or b < 0 else float(m.roads[a, b])


class _Walk:
    """One caregiver's day from the first visit to the way home, with the first starts moved as late as harms nothing.

    `free` is when the caregiver is done where they are as the search has timed it, `done` when they are with the
    first starts moved later. `absorbed` is the waiting met so far: what is left of the shift after it still moves.
    """

    def __init__(self, compiled: Compiled, c: int) -> None:
        m, row = compiled.model, compiled.model.cg[c]
        self.compiled, self.m, self.row, self.c = compiled, m, row, c
        self.placed: list[Placed] = []
        self.breaks: list[TakenBreak] = []
        self.free = self.done = self.departure = float(row["avail"])
        self.at, self.taken = int(row["sloc"]), int(row["b_done"])
        self.absorbed = 0.0

    def to_the_end(self) -> Route:
        """The whole day as a `Route`."""
        m, row = self.m, self.row
        o = int(row["first"])
        while o != NONE:
            self._visit(o)
            o = int(m.op[o]["next"])
        home = _leg(m, self.at, int(row["eloc"])) if self.placed else 0.0
        end_wait = self._last_breaks()
        arrival = self.done + home
        return Route(
            self.compiled.caregivers[self.c].id,
            self.departure,
            tuple(self.placed),
            tuple(self.breaks),
            int(row["nb"]) - int(row["b_done"]) - len(self.breaks) if self.placed else 0,
            arrival,
            sum(p.travel for p in self.placed) + home,
            sum(p.waiting for p in self.placed) + end_wait,
            max(0.0, arrival - float(row["shift1"])) if self.placed else 0.0,
        )

    def _later(self) -> float:
        return max(0.0, float(self.row["shiftable"]) - self.absorbed)

    def _visit(self, o: int) -> None:
        """Drive to operation `o`, with a break before or after the road, and do it with all that start with it."""
        op = self.m.op[o]
        start = float(self.m.el["start"][int(op["elem"])])
        road = _leg(self.m, self.at, int(op["loc"]))
        there = self.free + road
        waits = bool(self.placed) or self.m.k[K_SHIFT_WAIT] == 1 or self.row["began"] == 1
        ready, pause = self._break_before(op, there, road, waits)
        if waits:
            self.absorbed += start - ready
        begins = start + self._later()
        arrival = self.done + road
        if not self.placed and not waits:
            arrival = there if isfinite(op["pause"]) and op["pause"] >= there else begins
            self.departure = arrival - road
        self._place(o, arrival, begins, road, max(0.0, begins - arrival - pause) if waits else 0.0)
        self.free, self.done = start + float(op["span"]), begins + float(op["span"])
        self.at, self.taken = int(op["loc"]), int(op["taken"])

    def _break_before(self, op: np.void, there: float, road: float, waits: bool) -> tuple[float, float]:
        """When the visit could begin, and the minutes of the break held on the way to it (0 when none is)."""
        pause = float(op["pause"])
        if not isfinite(pause):
            return there, 0.0
        length = float(self.m.pause["dur"][int(self.row["b0"]) + int(op["taken"]) - 1])
        before_road = pause < there
        if waits:
            self.absorbed += max(0.0, pause - (self.free if before_road else there))
        held = pause + (self._later() if waits else 0.0)
        self.breaks.append(TakenBreak(held, held + length, len(self.placed)))
        return pause + length + (road if before_road else 0.0), length

    def _place(self, o: int, arrival: float, begins: float, road: float, waiting: float) -> None:
        """All operations of the element that this caregiver does; the road and the waiting count once."""
        m, element = self.m, self.m.el[int(self.m.op[o]["elem"])]
        for rider in range(int(element["o0"]), int(element["o0"]) + int(element["no"])):
            if int(m.op["cg"][rider]) == self.c:
                who, lead = self.compiled.operations[rider], rider == o
                self.placed.append(
                    Placed(
                        who.id,
                        self.compiled.caregivers[self.c].id,
                        arrival,
                        begins,
                        begins + who.duration,
                        road if lead else 0.0,
                        waiting if lead else 0.0,
                        _late(m, rider, begins),
                    )
                )

    def _last_breaks(self) -> float:
        """Hold the breaks that come after the last visit; returns the minutes waited for them."""
        m, waited, first = self.m, 0.0, int(self.row["b0"])
        for b in range(first + self.taken, first + int(self.row["nb"])):
            if self.placed and int(self.row["end_held"]) >> (b - first) & 1:
                held = max(self.done, float(m.pause["start"][b]))
                waited += held - self.done
                self.done = held + float(m.pause["dur"][b])
                self.breaks.append(TakenBreak(held, self.done, len(self.placed)))
        return waited


def _late(m: Model, o: int, start: float) -> float:
    """Minutes past the window that holds `start` (or its service end), zero when it is met."""
    w0, nw = int(m.op["w0"][o]), int(m.op["nw"][o])
    if nw == 0:
        return 0.0
    i = w0
    while i < w0 + nw - 1 and start >= m.win[i + 1, 0]:
        i += 1
    over = start + float(m.op["off"][o]) - float(m.win[i, 1])
    return over if over > TINY else 0.0


def _amounts(
    compiled: Compiled, problem: Problem, routes: tuple[Route, ...], left_out: tuple[Unplanned, ...]
) -> dict[str, float]:
    """Each term of the objective in its own unit: minutes or counts."""
    by_id = {o.id: o for o in problem.operations}
    m = compiled.model
    placed = [p for r in routes for p in r.placed]
    soft = [p for p in placed if not any(w.hard for w in by_id[p.operation].windows)]
    loads = [float(x) for x in m.cg["load"]]
    mean = sum(loads) / len(loads) if loads else 0.0
    off = [abs(x - mean) for x in loads]
    used = {r.caregiver for r in routes if r.placed}
    begun = {d.caregiver for d in problem.done}
    row = {o.id: i for i, o in enumerate(compiled.operations)}
    moves = [m.el[int(m.op["elem"][row[p.operation]])] for p in placed]
    return {
        "unplanned": float(len(left_out)),
        "tardiness": sum(p.late * by_id[p.operation].late_weight for p in soft),
        "worst_tardiness": max((p.late for p in soft), default=0.0),
        "travel": sum(r.travel for r in routes),
        "waiting": sum(r.waiting for r in routes),
        "overtime": sum(r.overtime for r in routes),
        "worst_idle": max((float(x) for x in m.cg["idle"]), default=0.0),
        "balance": float(sum(np.ceil(x - TINY) for x in off) if problem.objective.rounded_balance else sum(off)),
        "missed_breaks": float(sum(r.missed_breaks for r in routes)),
        "not_preferred": float(sum(1 for p in placed if (q := by_id[p.operation].preferred) and p.caregiver not in q)),
        "continuity": float(sum(1 for p in placed if by_id[p.operation].last not in (None, p.caregiver))),
        "reassigned": float(_reassigned(compiled, placed)),
        "moved": sum(
            abs(p.start - float(e["planned_start"])) for p, e in _leads(placed, moves, compiled) if e["moved_cost"] > 0
        ),
        "use": sum(c.use_cost for c in problem.caregivers if c.id in used and c.id not in begun),
    }


def _leads(placed: list[Placed], rows: list[np.void], compiled: Compiled) -> list[tuple[Placed, np.void]]:
    """One placed operation for each element, with its row."""
    seen: dict[int, tuple[Placed, np.void]] = {}
    for p, e in zip(placed, rows, strict=True):
        seen.setdefault(int(e["id"]), (p, e))
    return list(seen.values())


def _reassigned(compiled: Compiled, placed: list[Placed]) -> int:
    start = compiled.start or {}
    return sum(1 for p in placed if p.operation in start and start[p.operation].caregiver != p.caregiver)


def _terms(
    compiled: Compiled,
    problem: Problem,
    amounts: dict[str, float],
    left_out: tuple[Unplanned, ...],
) -> dict[str, float]:
    """The weighted cost of each term."""
    goal, cg = problem.objective, compiled.model.cg
    return {
        "unplanned": sum(u.cost for u in left_out),
        "tardiness": goal.tardiness * amounts["tardiness"],
        "worst_tardiness": goal.worst_tardiness * amounts["worst_tardiness"],
        "travel": goal.travel * amounts["travel"],
        "waiting": goal.waiting * amounts["waiting"],
        "overtime": goal.overtime * amounts["overtime"],
        "worst_idle": goal.worst_idle * amounts["worst_idle"],
        "balance": goal.balance * amounts["balance"],
        "missed_breaks": float(cg["missed"][cg["n"] > 0].sum()),
        "not_preferred": goal.not_preferred * amounts["not_preferred"],
        "continuity": goal.continuity * amounts["continuity"],
        "reassigned": goal.reassigned * amounts["reassigned"],
        "moved": goal.moved * amounts["moved"],
        "use": amounts["use"],
    }
