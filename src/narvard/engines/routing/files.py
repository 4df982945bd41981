"""Solve an instance file and write the solution: the work behind ``narvard route``."""

import json
from pathlib import Path
from typing import Any

from narvard.engines.routing.errors import InstanceError
from narvard.engines.routing.instances import read, solution
from narvard.engines.routing.result import Stop
from narvard.engines.routing.solver import ProgressCallback, solve


def route_file(
    path: Path,
    *,
    seconds: float,
    seed: int,
    out: Path | None = None,
    progress: ProgressCallback | None = None,
) -> dict[str, float | int]:
    """Plan the instance in `path`, write the solution to `out`, and return the figures that `--json` prints.

    `distance`, `tardiness` and `max_tardiness` are minutes, unweighted. Raises `RoutingError` with one line that
    says what is wrong with the file, the numbers or the place to write to.
    """
    instance = read(path)
    stop = Stop(seconds=seconds)
    if out is not None and not out.parent.is_dir():
        raise InstanceError(f"{out}: the directory does not exist")
    result = solve(instance.problem, stop, seed, progress=progress)
    if out is not None:
        _write(out, solution(instance, result))
    return {
        "cost": round(result.cost, 6),
        "distance": round(result.amounts["travel"], 6),
        "tardiness": round(result.amounts["tardiness"], 6),
        "max_tardiness": round(result.amounts["worst_tardiness"], 6),
        "seconds": round(result.seconds, 3),
        "evaluations": result.evaluations,
        "seed": seed,
        "unplanned": len(result.unplanned),
    }


def _write(out: Path, content: dict[str, Any]) -> None:
    try:
        out.write_text(json.dumps(content), encoding="utf-8")
    except OSError as error:
        raise InstanceError(f"{out}: cannot be written ({error.strerror})") from error
