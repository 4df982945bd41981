"""The area day: growth with size, insertion times, and the same day given to PyVRP and OR-Tools at equal time."""

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from statistics import median
from time import thread_time
from typing import Any

from narvard.engines.benchmarks import load, machine, save
from narvard.engines.routing.areaday import area_day
from narvard.engines.routing.bench import Check, Protocol, Tell
from narvard.engines.routing.bench_peers import PRIZE, SCALE, ortools, pyvrp
from narvard.engines.routing.live import insertions
from narvard.engines.routing.problem import Problem
from narvard.engines.routing.records import Operation, Window
from narvard.engines.routing.result import Stop
from narvard.engines.routing.solver import Params, solve, warm_up

SIZES = (50, 100, 200, 400, 600, 1000, 2000)
SECONDS = 10.0
REFERENCE = (600, 600.0)
"""Visits, and seconds of the long run that the whole model's plan after `SECONDS` is held against."""
ASKED = 9
"""How many times the same question is asked for its median time."""

Solver = Callable[[Problem, Stop], dict[str, Any]]


def run_area(store: Path, tell: Tell, protocol: Protocol | None = None, check: Check | None = None) -> None:
    """Measure what `store` lacks: 50 to 2,000 visits, the whole model and the form that all three can be given.

    `check` is shown every plan of ours, and raises when it breaks a rule.
    """
    protocol = protocol or Protocol()
    kept = load(store)
    runs: dict[str, Any] = kept.setdefault("area-day", {})
    warm_up()

    def full(problem: Problem, stop: Stop) -> dict[str, Any]:
        return _full(problem, stop, check)

    def ours(problem: Problem, stop: Stop) -> dict[str, Any]:
        return _ours(problem, stop, check)

    solvers: tuple[tuple[str, str, Solver], ...] = (
        ("full", "närvård", full),
        ("common", "närvård", ours),
        ("common", "PyVRP", pyvrp),
        ("common", "OR-Tools", ortools),
    )
    todo = [(v, SECONDS, *s) for v in SIZES[:: max(1, protocol.every)] for s in solvers]
    for visits, seconds, kind, name, solver in (*todo, (*REFERENCE, "reference", "närvård", full)):
        stop = Stop(seconds=seconds * protocol.factor, processor=protocol.processor)
        key = f"{kind}|{visits}|{stop.seconds:g}|{name}" + ("|processor" if stop.processor else "")
        if key not in runs and (figures := _measure(kind, visits, name, solver, stop, tell)):
            runs[key] = figures
            save(store, kept)
            tell(f"{key}: {figures['cost']:.1f}, {figures['unplanned']} unplanned")


def _measure(kind: str, visits: int, name: str, solver: Solver, stop: Stop, tell: Tell) -> dict[str, Any] | None:
    """One run, or None where the solver is not installed."""
    staff = max(4, visits // 6)
    problem = area_day(visits, staff, simple=kind == "common").problem
    try:
        figures = solver(problem, stop)
    except ImportError as error:
        tell(f"{name} is not installed ({error.name}): install the extra 'bench'")
        return None
    return {
        "set": kind,
        "visits": visits,
        "staff": staff,
        "seconds": stop.seconds,
        "clock": "processor" if stop.processor else "wall",
        "solver": name,
        "machine": machine(),
        **figures,
    }


def _full(problem: Problem, stop: Stop, check: Check | None) -> dict[str, Any]:
    """The whole model, and how long one question about an acute visit takes, the plan laid out anew each time."""
    result = solve(problem, stop, params=Params.care_day())
    if check:
        check(problem, result)
    acute = Operation("acute", "p1", 30.0, (Window(600.0, 720.0),), skills=frozenset({"nurse"}), priority=1)
    more = problem.with_changes(operations=(*problem.operations, acute))
    insertions(more, result.plan, "acute")
    spent = []
    for _ in range(ASKED):
        began = thread_time()
        insertions(more, result.plan, "acute")
        spent.append(1000 * (thread_time() - began))
    left = len(result.unplanned)
    return {"cost": round(result.cost, 2), "unplanned": left, "insertion_ms": round(median(spent), 1)}


def _ours(problem: Problem, stop: Stop, check: Check | None) -> dict[str, Any]:
    """Ours, given the one price for leaving a visit out that the others are given."""
    alike = tuple(replace(o, prize=PRIZE / SCALE) for o in problem.operations)
    problem = problem.with_changes(operations=alike)
    result = solve(problem, stop, params=Params.care_day())
    if check:
        check(problem, result)
    travel = result.amounts["travel"]
    return {"cost": round(travel + PRIZE / SCALE * len(result.unplanned), 2), "unplanned": len(result.unplanned)}
