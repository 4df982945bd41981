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
    routes = tuple(route(compiled, c) for c in range(len(compiled.caregivers)))
    planned = {p.operation for r in routes for p in r.placed}
    left_out = unplanned(compiled, problem, planned)
    amounts = _amounts(compiled, problem, routes, left_out)
    terms = _terms(compiled, problem, amounts, left_out)
    return Result(sum(terms.values()), terms, amounts, routes, left_out, int(m.k[K_EVALS]), seconds, seed, stopped)


def _leg(m: Model, a: int, b: int) -> float:
    return 0.0 if a < 0 or b < 0 else float(m.roads[a, b])


def route(compiled: Compiled, c: int) -> Route:
    """One caregiver's day, with the first starts moved as late as harms nothing where waiting is priced."""
    m = compiled.model
    row = m.cg[c]
    name = compiled.caregivers[c].id
    shift = float(row["shiftable"])
    free, at, taken = float(row["avail"]), int(row["sloc"]), int(row["b_done"])
    placed: list[Placed] = []
    breaks: list[TakenBreak] = []
    departure = float(row["avail"])
    absorbed = 0.0
    o = int(row["first"])
    shifted_free = free
    while o != NONE:
        op, e = m.op[o], int(m.op[o]["elem"])
        start = float(m.el["start"][e])
        road = _leg(m, at, int(op["loc"]))
        first = not placed
        counts = not first or m.k[K_SHIFT_WAIT] == 1 or row["began"] == 1
        ready = free + road
        pause = float(op["pause"])
        length = 0.0
        if isfinite(pause):
            b = int(row["b0"]) + int(op["taken"]) - 1
            length = float(m.pause["dur"][b])
            before_road = pause < ready
            if counts:
                absorbed += max(0.0, pause - (free if before_road else ready))
            held = pause + (max(0.0, shift - absorbed) if counts else 0.0)
            ready = pause + length + (road if before_road else 0.0)
            breaks.append(TakenBreak(held, held + length, len(placed)))
        if counts:
            absorbed += start - ready
        begins = start + max(0.0, shift - absorbed)
        arrival = shifted_free + road
        if first and not counts:
            arrival = begins if not (isfinite(pause) and pause >= free + road) else free + road
            departure = arrival - road
        waiting = max(0.0, begins - arrival - length) if counts else 0.0
        for rider in range(int(m.el["o0"][e]), int(m.el["o0"][e]) + int(m.el["no"][e])):
            if int(m.op["cg"][rider]) != c:
                continue
            who = compiled.operations[rider]
            lead = rider == o
            placed.append(
                Placed(
                    who.id,
                    name,
                    arrival,
                    begins,
                    begins + who.duration,
                    road if lead else 0.0,
                    waiting if lead else 0.0,
                    _late(m, rider, begins),
                )
            )
        free = start + float(op["span"])
        shifted_free = begins + float(op["span"])
        at, taken = int(op["loc"]), int(op["taken"])
        o = int(op["next"])
    home = _leg(m, at, int(row["eloc"])) if placed else 0.0
    end_wait = 0.0
    for b in range(int(row["b0"]) + taken, int(row["b0"]) + int(row["nb"])):
        if placed and int(row["end_held"]) >> (b - int(row["b0"])) & 1:
            held = max(shifted_free, float(m.pause["start"][b]))
            end_wait += held - shifted_free
            breaks.append(TakenBreak(held, held + float(m.pause["dur"][b]), len(placed)))
            shifted_free = held + float(m.pause["dur"][b])
    missed = int(row["nb"]) - int(row["b_done"]) - len(breaks) if placed else 0
    arrival = shifted_free + home
    return Route(
        name,
        departure,
        tuple(placed),
        tuple(breaks),
        missed,
        arrival,
        sum(p.travel for p in placed) + home,
        sum(p.waiting for p in placed) + end_wait,
        max(0.0, arrival - float(row["shift1"])) if placed else 0.0,
    )


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
