"""Several seeds of one problem at once: joblib's local processes, or Ray on a cluster when joblib is told so."""

from collections.abc import Sequence

from joblib import Parallel, delayed

from narvard.engines.routing.errors import StopError
from narvard.engines.routing.problem import Problem
from narvard.engines.routing.records import Plan
from narvard.engines.routing.result import Result, Stop
from narvard.engines.routing.solver import Params, solve, warm_up


def solve_many(
    problem: Problem,
    stop: Stop,
    seeds: Sequence[int],
    *,
    params: Params | None = None,
    start: Plan | None = None,
    jobs: int = -1,
) -> Result:
    """The best of one run for each seed; ties go to the earliest seed. `jobs` is the number of processes, -1 all cores.

    Raises `StopError` without seeds.
    """
    if not seeds:
        raise StopError("solve_many: give at least one seed")
    warm_up()
    results = Parallel(n_jobs=jobs)(delayed(solve)(problem, stop, s, params=params, start=start) for s in seeds)
    best: Result = min(results, key=lambda r: r.cost)
    return best
