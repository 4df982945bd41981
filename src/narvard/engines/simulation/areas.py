"""Several care areas side by side: each is run by itself, and what can be counted is added up."""

from collections.abc import Mapping, Sequence
from contextlib import AbstractContextManager, nullcontext
from dataclasses import dataclass
from time import perf_counter
from typing import Any

import numpy as np
from joblib import Parallel, delayed, parallel_config
from numpy.typing import NDArray

from narvard.engines.simulation.compare import (
    BATCH,
    Comparison,
    Interval,
    Tell,
    Until,
    gathered,
    interval,
    parts,
    several,
)
from narvard.engines.simulation.errors import RunError
from narvard.engines.simulation.indicators import Report
from narvard.engines.simulation.model import Model
from narvard.engines.simulation.run import Study

ADDITIVE = (
    "requests", "sudden", "ambulances", "emergency_visits", "emergency_visits_home", "admissions", "bed_days", "deaths",
    "enrolments", "handovers", "wrong_doors", "averted", "waiting_mean", "waiting_room_end", "visits", "acute_visits",
    "planned_visits", "joint_visits", "wasted_journeys", "km", "staffed_hours", "overtime_hours",
)  # fmt: skip
"""Indicators that a region has as the sum over its care areas."""
APART = 1_000_003
"""Between the seeds of two care areas, so that chance is not the same in both; what care changes is."""


@dataclass(frozen=True, slots=True)
class Case:
    """A care area: its name, the models compared there (with the same names everywhere) and its people."""

    name: str
    models: tuple[Model, ...]
    study: Study


@dataclass(frozen=True, slots=True)
class Region:
    """The comparison of each care area, `seconds` on the wall for all of them."""

    areas: Mapping[str, Comparison]
    seconds: float

    @property
    def events(self) -> int:
        """Of all care areas."""
        return sum(found.events for found in self.areas.values())

    def values(self, model: str, indicator: str) -> NDArray[np.float64]:
        """The sum over the care areas, one number a replication."""
        if indicator not in ADDITIVE:
            raise RunError(f"{indicator} cannot be added up over care areas")
        total: NDArray[np.float64] = np.sum([found.values(model, indicator) for found in self.areas.values()], axis=0)
        return total

    def of(self, model: str, indicator: str) -> Interval:
        """A model's mean and interval."""
        return interval(self.values(model, indicator))

    def difference(self, model: str, against: str, indicator: str) -> Interval:
        """The paired difference, replication by replication."""
        return interval(self.values(model, indicator) - self.values(against, indicator))


def compare_areas(
    cases: Sequence[Case], until: Until | None = None, seed: int = 1, jobs: int = 1, tell: Tell | None = None
) -> Region:
    """Run every care area's models, as many replications each; tasks are a few replications of one care area. The
    result does not depend on `jobs`, nor on where they run (`on_cluster`)."""
    until = until or Until()
    _check(cases, until, jobs)
    began = perf_counter()
    rows: list[list[list[Report]]] = [[] for _ in cases]
    with Parallel(n_jobs=jobs) as workers:
        for first in range(0, until.replications, BATCH):
            batch = range(first, min(until.replications, first + BATCH))
            tasks = [(n, part) for n in range(len(cases)) for part in parts(batch, jobs)]
            found = workers(
                delayed(several)(list(cases[n].models), cases[n].study, seed + n * APART, part, seed)
                for n, part in tasks
            )
            for (n, _), reports in zip(tasks, found, strict=True):
                rows[n] += reports
            if tell:
                tell(batch.stop, until.replications)
    seconds = perf_counter() - began
    areas = {case.name: gathered(case.models, rows[n], seconds, seed + n * APART) for n, case in enumerate(cases)}
    return Region(areas, seconds)


def _check(cases: Sequence[Case], until: Until, jobs: int) -> None:
    if jobs < 1:
        raise RunError(f"{jobs} jobs: at least one is needed")
    if until.indicator:
        raise RunError("several care areas are run a given number of times")
    if len({case.name for case in cases}) < len(cases) or not cases:
        raise RunError("each care area needs a name of its own")
    if len({tuple(model.name for model in case.models) for case in cases}) > 1:
        raise RunError("every care area needs the same models by name")
    for case in cases:
        for model in case.models:
            model.check(case.study.population)


def on_cluster(address: str) -> AbstractContextManager[Any]:
    """Inside it, the engine's parallel work goes to a Ray cluster ("auto" is the one that runs on this machine);
    with an empty address it stays in local processes. Raises `RunError` when there is no such cluster."""
    if not address:
        return nullcontext()
    try:
        import ray
        from ray.util.joblib import register_ray
    except ImportError as error:
        raise RunError("ray is not installed: it comes with the extra 'cluster'") from error
    try:
        ray.init(address=address, ignore_reinit_error=True, log_to_driver=False, logging_level="ERROR")
    except (ConnectionError, ValueError, RuntimeError) as error:
        raise RunError(f"cluster {address}: {' '.join(str(error).split())}") from error
    register_ray()
    context: AbstractContextManager[Any] = parallel_config(backend="ray")
    return context
