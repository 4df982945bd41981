"""The same day given to PyVRP and OR-Tools, with what all three can express: skills, hard windows, shifts, and what
leaving a visit out costs. Each works alone in its thread until the same clock says stop."""

from typing import Any

import numpy as np

from narvard.engines.routing.problem import Problem
from narvard.engines.routing.result import Stop

SCALE = 100
"""The others count in whole numbers: minutes times a hundred."""
PRIZE = 4_000_00
"""What leaving a visit out costs, in the same unit."""
BANNED = 10_000_000


def _matrix(problem: Problem) -> Any:
    finite = np.where(np.isfinite(problem.travel), problem.travel, 10_000.0)
    return np.rint(finite * SCALE).astype(np.int64)


class _Clock:
    """PyVRP's stopping rule: true when the seconds are used."""

    def __init__(self, stop: Stop) -> None:
        self._stop = stop
        self._end = stop.clock() + (stop.seconds or 0.0)

    def __call__(self, best_cost: float = 0.0) -> bool:
        return self._stop.clock() >= self._end


def pyvrp(problem: Problem, stop: Stop) -> dict[str, Any]:
    """PyVRP: skills become profiles whose forbidden places are far away."""
    from pyvrp import Model as PyVRP
    from pyvrp import solve

    model = PyVRP()
    bases = sorted({c.start for c in problem.caregivers if c.start})
    yards = {name: model.add_location(0, 0) for name in bases}
    depots = {name: model.add_depot(yards[name]) for name in bases}
    for o in problem.operations:
        model.add_client(
            model.add_location(0, 0),
            service_duration=int(o.duration * SCALE),
            tw_early=int(o.windows[0].start * SCALE),
            tw_late=int(o.windows[0].end * SCALE),
            prize=PRIZE,
            required=False,
        )
    kinds = sorted({c.skills for c in problem.caregivers}, key=sorted)
    profiles = {skills: model.add_profile() for skills in kinds}
    for c in problem.caregivers:
        if c.start:
            model.add_vehicle_type(
                1,
                start_depot=depots[c.start],
                end_depot=depots[c.start],
                tw_early=int(c.shift[0] * SCALE),
                tw_late=int(c.shift[1] * SCALE),
                profile=profiles[c.skills],
            )
    # Whole matrices instead of an edge object for every pair: two thousand visits would not fit in memory.
    roads = [_profile(problem, bases, skills) for skills in kinds]
    data = model.data().replace(distance_matrices=roads, duration_matrices=roads)
    solution = solve(data, _Clock(stop), seed=1, display=False).best
    left = len(problem.operations) - solution.num_clients()
    return {"cost": round((solution.distance() + PRIZE * left) / SCALE, 2), "unplanned": left}


def _profile(problem: Problem, bases: list[str], skills: frozenset[str]) -> Any:
    """Roads for caregivers with `skills`, bases first; what they cannot do is far from everything."""
    place = {name: i for i, name in enumerate(problem.locations)}
    at = [place[n] for n in bases] + [place[o.location or ""] for o in problem.operations]
    roads = _matrix(problem)[np.ix_(at, at)]
    banned = np.array([False] * len(bases) + [not o.skills <= skills for o in problem.operations])
    roads[banned, :] = BANNED
    roads[:, banned] = BANNED
    np.fill_diagonal(roads, 0)
    return roads


def ortools(problem: Problem, stop: Stop) -> dict[str, Any]:
    """OR-Tools: the routing library with guided local search, as its documentation recommends."""
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
    if stop.processor:
        # Its own limit counts the wall's seconds, so the processor's are watched from outside.
        routing.CloseModelWithParameters(how)
        routing.AddSearchMonitor(routing.solver().CustomLimit(_Clock(stop)))
        how.time_limit.FromSeconds(int(60 + 20 * (stop.seconds or 0.0)))
    else:
        how.time_limit.FromMilliseconds(int(1000 * (stop.seconds or 0.0)))
    solution = routing.SolveWithParameters(how)
    if solution is None:
        return {"cost": PRIZE * n / SCALE, "unplanned": n}
    left = sum(1 for i in range(n) if solution.Value(routing.NextVar(manager.NodeToIndex(i))) == manager.NodeToIndex(i))
    return {"cost": round(solution.ObjectiveValue() / SCALE, 2), "unplanned": left}
