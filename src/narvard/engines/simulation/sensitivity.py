"""Which assumptions matter most: elementary effects over their intervals, with common random numbers.

Morris, M. D. (1991), Factorial sampling plans for preliminary computational experiments, Technometrics 33(2); the
absolute mean after Campolongo, Cariboni & Saltelli (2007), Environmental Modelling & Software 22(10).
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np
from joblib import Parallel, delayed
from numpy.typing import NDArray

from narvard.engines.simulation.assumptions import Assumptions
from narvard.engines.simulation.compare import Interval, Tell, interval
from narvard.engines.simulation.errors import RunError
from narvard.engines.simulation.model import Model
from narvard.engines.simulation.run import Study, replicate

LEVELS = 4
STEP = LEVELS / (2.0 * (LEVELS - 1.0))
"""Share of the interval that one step moves: Morris's p / 2(p - 1)."""


@dataclass(frozen=True, slots=True)
class Influence:
    """What moving one assumption from the low to the high end of its interval does to the indicator: the mean
    `effect` with its sign, its absolute `size` with a 95 % interval over the paths, and how much the effect differs
    from place to place (`spread`: other assumptions or a bend)."""

    assumption: str
    low: float
    high: float
    effect: float
    size: Interval
    spread: float


def sensitivity(
    models: Sequence[Model],
    study: Study,
    indicator: str,
    paths: int = 6,
    replications: int = 2,
    seed: int = 1,
    jobs: int = 1,
    tell: Tell | None = None,
) -> tuple[Influence, ...]:
    """Rank the assumptions that have an interval by their influence on an indicator of one model, or on the
    difference of the first model to the second. Every point is run with the same random numbers."""
    if paths < 2 or replications < 1 or jobs < 1:
        raise RunError("sensitivity: at least two paths, one replication and one job are needed")
    if not 1 <= len(models) <= 2:
        raise RunError("sensitivity is of one model, or of one against another")
    for model in models:
        model.check(study.population)
    names = [name for name, row in study.assumptions.rows.items() if row.high > row.low]
    plan = [_path(np.random.default_rng([seed, n]), len(names)) for n in range(paths)]
    values: list[list[float]] = []
    with Parallel(n_jobs=jobs) as workers:
        for points, _ in plan:
            values.append(
                workers(
                    delayed(_value)(list(models), _moved(study, names, point), indicator, replications, seed)
                    for point in points
                )
            )
            if tell:
                tell(len(values), paths)
    return _ranked(study.assumptions, names, _effects(plan, values))


def _path(chance: np.random.Generator, size: int) -> tuple[NDArray[np.float64], NDArray[np.int64]]:
    """A path through the unit cube: points of shape (size + 1, size), each one step from the one before, and which
    assumption each step moves."""
    point = chance.integers(0, LEVELS, size) / (LEVELS - 1.0)
    order = chance.permutation(size)
    points = np.tile(point, (size + 1, 1))
    for step, k in enumerate(order):
        points[step + 1 :, k] += STEP if point[k] + STEP <= 1.0 + 1e-9 else -STEP
    return points.clip(0.0, 1.0), order


def _moved(study: Study, names: Sequence[str], point: NDArray[np.float64]) -> Study:
    """The study with the assumptions at a point of the unit cube."""
    rows = study.assumptions.rows
    at = {
        name: rows[name].low + share * (rows[name].high - rows[name].low)
        for name, share in zip(names, point, strict=True)
    }
    return replace(study, assumptions=study.assumptions.edited(at))


def _value(models: list[Model], study: Study, indicator: str, replications: int, seed: int) -> float:
    found = []
    for number in range(replications):
        reports = replicate(models, study, seed, number)
        if indicator not in reports[0].indicators:
            raise RunError(f"{indicator}: there is no such indicator")
        first = reports[0].indicators[indicator]
        found.append(first - reports[1].indicators[indicator] if len(reports) > 1 else first)
    return float(np.mean(found))


def _effects(
    plan: Sequence[tuple[NDArray[np.float64], NDArray[np.int64]]], values: Sequence[Sequence[float]]
) -> NDArray[np.float64]:
    """Change of the indicator for a move across the whole interval: shape (paths, assumptions)."""
    effects = np.full((len(plan), len(plan[0][1])), np.nan)
    for n, (points, order) in enumerate(plan):
        for step, k in enumerate(order):
            moved = points[step + 1, k] - points[step, k]
            effects[n, k] = (values[n][step + 1] - values[n][step]) / moved
    return effects


def _ranked(assumptions: Assumptions, names: Sequence[str], effects: NDArray[np.float64]) -> tuple[Influence, ...]:
    rows = []
    for k, name in enumerate(names):
        row, known = assumptions.rows[name], effects[:, k][~np.isnan(effects[:, k])]
        spread = float(known.std(ddof=1)) if len(known) > 1 else np.nan
        effect = float(known.mean()) if len(known) else np.nan
        size = interval(np.abs(known))
        size = replace(size, low=max(0.0, size.low) if size.n > 1 else size.low)
        rows.append(Influence(name, row.low, row.high, effect, size, spread))
    return tuple(sorted(rows, key=lambda row: -np.nan_to_num(row.size.mean)))
