"""Models side by side: paired replications, t-intervals, and what is not to be believed."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from math import ceil, sqrt
from time import perf_counter

import numpy as np
from joblib import Parallel, delayed
from numpy.typing import NDArray
from scipy.special import stdtrit

from narvard.engines.simulation.errors import RunError
from narvard.engines.simulation.files import load_limits
from narvard.engines.simulation.indicators import Report
from narvard.engines.simulation.model import Model
from narvard.engines.simulation.run import Study, replicate

BATCH = 20
Tell = Callable[[int, int], None]


@dataclass(frozen=True, slots=True)
class Interval:
    """A mean with its 95 % t-interval over replications; `n` of them had a value."""

    mean: float
    low: float
    high: float
    n: int

    def as_list(self) -> list[float | None]:
        """Mean, low, high, with None for what is not known."""
        return [None if np.isnan(value) else round(value, 6) for value in (self.mean, self.low, self.high)]


def interval(values: Sequence[float] | NDArray[np.float64], level: float = 0.95) -> Interval:
    """The t-interval of the mean; with fewer than two values it has no width that is known."""
    known = np.asarray(values, dtype=float)
    known = known[~np.isnan(known)]
    n = len(known)
    if n == 0:
        return Interval(np.nan, np.nan, np.nan, 0)
    mean = float(known.mean())
    if n == 1:
        return Interval(mean, np.nan, np.nan, 1)
    half = float(stdtrit(n - 1, 0.5 + level / 2)) * float(known.std(ddof=1)) / sqrt(n)
    return Interval(mean, mean - half, mean + half, n)


@dataclass(frozen=True, slots=True)
class Until:
    """When to stop: after `replications`, or earlier once the 95 % interval of the difference in `indicator` reaches
    at most `half_width` to each side (never before 20)."""

    replications: int = 100
    indicator: str = ""
    half_width: float = 0.0

    def __post_init__(self) -> None:
        if self.replications < 1:
            raise RunError(f"{self.replications} replications: at least one is needed")
        if self.half_width < 0:
            raise RunError("the half width cannot be below zero")


@dataclass(frozen=True, slots=True)
class Comparison:
    """Replications of each model by name, `seconds` on the wall and how many events they were."""

    models: tuple[str, ...]
    reports: Mapping[str, tuple[Report, ...]]
    seconds: float
    events: int
    seed: int
    warnings: tuple[str, ...] = field(default=())

    @property
    def replications(self) -> int:
        """Of each model."""
        return len(self.reports[self.models[0]])

    def values(self, model: str, indicator: str) -> NDArray[np.float64]:
        """One number a replication."""
        return np.array([report.indicators[indicator] for report in self.reports[model]])

    def of(self, model: str, indicator: str) -> Interval:
        """A model's mean and interval."""
        return interval(self.values(model, indicator))

    def difference(self, model: str, against: str, indicator: str) -> Interval:
        """The paired difference: replication by replication, so that what both share cancels."""
        return interval(self.values(model, indicator) - self.values(against, indicator))


def compare(
    models: Sequence[Model],
    study: Study,
    until: Until | None = None,
    seed: int = 1,
    jobs: int = 1,
    tell: Tell | None = None,
) -> Comparison:
    """Run all models with common random numbers. The result does not depend on `jobs`.

    `tell` hears how many replications are done, of at most how many.
    """
    until = until or Until()
    if jobs < 1:
        raise RunError(f"{jobs} jobs: at least one is needed")
    for model in models:
        model.check(study.population)
    began = perf_counter()
    rows: list[list[Report]] = []
    with Parallel(n_jobs=jobs) as workers:
        while len(rows) < until.replications:
            batch = range(len(rows), min(until.replications, len(rows) + (BATCH if until.indicator else 10 * BATCH)))
            for part in workers(delayed(several)(list(models), study, seed, numbers) for numbers in parts(batch, jobs)):
                rows += part
            if tell:
                tell(len(rows), until.replications)
            if until.indicator and _narrow(rows, until):
                break
    return gathered(models, rows, perf_counter() - began, seed)


def parts(batch: range, jobs: int) -> list[list[int]]:
    """The replications of a batch in parts for so many processes."""
    size = max(1, ceil(len(batch) / (4 * jobs)))
    return [list(batch)[n : n + size] for n in range(0, len(batch), size)]


def gathered(models: Sequence[Model], rows: Sequence[Sequence[Report]], seconds: float, seed: int) -> Comparison:
    """The comparison of some replications, each one report a model."""
    reports = {model.name: tuple(row[k] for row in rows) for k, model in enumerate(models)}
    names = tuple(model.name for model in models)
    events = sum(report.events for row in rows for report in row)
    found = Comparison(names, reports, seconds, events, seed)
    return replace(found, warnings=tuple(implausible(found)))


def several(
    models: list[Model], study: Study, seed: int, numbers: list[int], effects_seed: int | None = None
) -> list[list[Report]]:
    """Some replications of all models."""
    return [replicate(models, study, seed, number, effects_seed) for number in numbers]


def _narrow(rows: list[list[Report]], until: Until) -> bool:
    if until.indicator not in rows[0][0].indicators:
        raise RunError(f"{until.indicator}: there is no such indicator")
    values = np.array([[report.indicators[until.indicator] for report in row] for row in rows])
    chosen = interval(values[:, 0] - values[:, 1] if values.shape[1] > 1 else values[:, 0])
    return chosen.n >= BATCH and (chosen.high - chosen.low) / 2 <= until.half_width


def implausible(found: Comparison) -> list[str]:
    """What contradicts published trials, in words."""
    base, lines = found.models[-1], []
    for model in found.models[:-1]:
        for indicator, limit in load_limits().items():
            before, after = found.of(base, indicator).mean, found.of(model, indicator).mean
            if before > 0 and 1 - after / before > limit["most_fall"]:
                lines.append(
                    f"{model}: {limit['name']} fall by {100 * (1 - after / before):.0f} % against {base}, more than "
                    f"studies of care at home have shown ({limit['source']}); look at the assumed effects"
                )
    return lines
