"""The area day: growth with size, insertion times, and the same day given to PyVRP and OR-Tools at equal time."""

from collections.abc import Callable
from pathlib import Path
from time import perf_counter
from typing import Any

import numpy as np

from narvard.engines.routing.areaday import area_day
from narvard.engines.routing.bench import Tell, load, machine, save
from narvard.engines.routing.live import insertions
from narvard.engines.routing.problem import Problem
from narvard.engines.routing.records import Operation, Window
from narvard.engines.routing.result import Stop
from narvard.engines.routing.solver import solve

SIZES = (50, 100, 200, 400, 600, 1000, 2000)
SCALE = 100
"""The others count in whole numbers: minutes times a hundred."""
PRIZE = 4_000_00


def run_area(store: Path, tell: Tell, *, seconds: float) -> None:
    """Measure what `store` lacks: sizes 50 to 2,000, and 200 and 600 visits in the form all three can be given."""
    kept = load(store)
    runs: dict[str, Any] = kept.setdefault("area-day", {})
    for visits in SIZES:
        _once(runs, store, kept, tell, ("full", visits, seconds, "närvård"), _full)
    for visits in (200, 600):
        for name, solver in (("närvård", _ours), ("PyVRP", _pyvrp), ("OR-Tools", _ortools)):
            _once(runs, store, kept, tell, ("common", visits, seconds, name), solver)


def _once(
    runs: dict[str, Any],
    store: Path,
    kept: dict[str, Any],
    tell: Tell,
    what: tuple[str, int, float, str],
    solver: Callable[[Problem, float], dict[str, Any]],
) -> None:
    kind, visits, seconds, name = what
    key = f"{kind}|{visits}|{seconds:g}|{name}"
    if key in runs:
        return
    staff = max(4, visits // 6)
    problem = area_day(visits, staff, simple=kind == "common").problem
    try:
        figures = solver(problem, seconds)
    except ImportError as error:
        tell(f"{name} is not installed ({error.name}): install the extra 'bench'")
        return
    runs[key] = {
        "set": kind, "visits": visits, "staff": staff, "seconds": seconds, "solver": name, "machine": machine(),
        **figures,
    }  # fmt: skip
    save(store, kept)
    tell(f"{key}: {figures['cost']:.1f}, {figures['unplanned']} unplanned")


def _full(problem: Problem, seconds: float) -> dict[str, Any]:
    """The whole model, and how long one question about an acute visit takes."""
    result = solve(problem, Stop(seconds=seconds))
    acute = Operation("acute", "p1", 30.0, (Window(600.0, 720.0),), skills=frozenset({"nurse"}), priority=1)
    more = problem.with_changes(operations=(*problem.operations, acute))
    insertions(more, result.plan, "acute")
    began = perf_counter()
    insertions(more, result.plan, "acute")
    spent = 1000 * (perf_counter() - began)
    return {"cost": round(result.cost, 2), "unplanned": len(result.unplanned), "insertion_ms": round(spent, 1)}


def _ours(problem: Problem, seconds: float) -> dict[str, Any]:
    result = solve(problem, Stop(seconds=seconds))
    travel = result.amounts["travel"]
    return {"cost": round(travel + PRIZE / SCALE * len(result.unplanned), 2), "unplanned": len(result.unplanned)}


def _matrix(problem: Problem) -> Any:
    finite = np.where(np.isfinite(problem.travel), problem.travel, 10_000.0)
    return np.rint(finite * SCALE).astype(np.int64)


def _pyvrp(problem: Problem, seconds: float) -> dict[str, Any]:
    """Skills become profiles whose forbidden places are far away; leaving a visit out costs the same for all."""
    from pyvrp import Model as PyVRP
    from pyvrp.stop import MaxRuntime

    model = PyVRP()
    bases = sorted({c.start for c in problem.caregivers if c.start})
    place = {name: i for i, name in enumerate(problem.locations)}
    yards = {name: model.add_location(0, 0) for name in bases}
    depots = {name: model.add_depot(yards[name]) for name in bases}
    homes = [model.add_location(0, 0) for _ in problem.operations]
    for home, o in zip(homes, problem.operations, strict=True):
        _client(model, home, o)
    matrix = _matrix(problem)
    nodes = [(yards[n], place[n]) for n in bases]
    nodes += [(home, place[o.location or ""]) for home, o in zip(homes, problem.operations, strict=True)]
    for skills in sorted({c.skills for c in problem.caregivers}, key=sorted):
        profile = model.add_profile()
        banned = {id(home) for home, o in zip(homes, problem.operations, strict=True) if not o.skills <= skills}
        for a, i in nodes:
            for b, j in nodes:
                if a is not b:
                    road = 10_000_000 if id(a) in banned or id(b) in banned else int(matrix[i, j])
                    model.add_edge(a, b, distance=road, duration=road, profile=profile)
        for c in problem.caregivers:
            if c.skills == skills and c.start:
                model.add_vehicle_type(
                    1,
                    start_depot=depots[c.start],
                    end_depot=depots[c.start],
                    tw_early=int(c.shift[0] * SCALE),
                    tw_late=int(c.shift[1] * SCALE),
                    profile=profile,
                )
    solution = model.solve(MaxRuntime(seconds), seed=1, display=False).best
    left = len(problem.operations) - solution.num_clients()
    return {"cost": round((solution.distance() + PRIZE * left) / SCALE, 2), "unplanned": left}


def _client(model: Any, home: Any, o: Operation) -> None:
    model.add_client(
        home,
        service_duration=int(o.duration * SCALE),
        tw_early=int(o.windows[0].start * SCALE),
        tw_late=int(o.windows[0].end * SCALE),
        prize=PRIZE,
        required=False,
    )


def _ortools(problem: Problem, seconds: float) -> dict[str, Any]:
    """The routing library with guided local search, as its documentation recommends."""
    from ortools.constraint_solver import pywrapcp, routing_enums_pb2

    ops, staff = problem.operations, problem.caregivers
    place = {name: i for i, name in enumerate(problem.locations)}
    at = [place[o.location or ""] for o in ops] + [place[c.start or ""] for c in staff]
    n = len(ops)
    ends = list(range(n, n + len(staff)))
    manager = pywrapcp.RoutingIndexManager(n + len(staff), len(staff), ends, ends)
    routing = pywrapcp.RoutingModel(manager)
    roads = _matrix(problem)[np.ix_(at, at)]
    service = np.array([o.duration * SCALE for o in ops] + [0] * len(staff)).astype(np.int64)
    travel = routing.RegisterTransitMatrix(roads.tolist())
    timed = routing.RegisterTransitMatrix((roads + service[:, None]).tolist())
    routing.SetArcCostEvaluatorOfAllVehicles(travel)
    routing.AddDimension(timed, 24 * 60 * SCALE, 48 * 60 * SCALE, False, "time")
    clock = routing.GetDimensionOrDie("time")
    for i, o in enumerate(ops):
        index = manager.NodeToIndex(i)
        clock.CumulVar(index).SetRange(int(o.windows[0].start * SCALE), int(o.windows[0].end * SCALE))
        able = [v for v, c in enumerate(staff) if o.skills <= c.skills]
        routing.VehicleVar(index).SetValues([-1, *able])
        routing.AddDisjunction([index], PRIZE)
    for v, c in enumerate(staff):
        for index in (routing.Start(v), routing.End(v)):
            clock.CumulVar(index).SetRange(int(c.shift[0] * SCALE), int(c.shift[1] * SCALE))
    how = pywrapcp.DefaultRoutingSearchParameters()
    how.first_solution_strategy = routing_enums_pb2.FirstSolutionStrategy.PARALLEL_CHEAPEST_INSERTION
    how.local_search_metaheuristic = routing_enums_pb2.LocalSearchMetaheuristic.GUIDED_LOCAL_SEARCH
    how.time_limit.FromMilliseconds(int(seconds * 1000))
    solution = routing.SolveWithParameters(how)
    if solution is None:
        return {"cost": PRIZE * n / SCALE, "unplanned": n}
    left = sum(1 for i in range(n) if solution.Value(routing.NextVar(manager.NodeToIndex(i))) == manager.NodeToIndex(i))
    return {"cost": round(solution.ObjectiveValue() / SCALE, 2), "unplanned": left}
