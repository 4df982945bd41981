"""The break-even effect: how much care would have to change for a model to be worth its crews."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from itertools import pairwise
from math import isfinite

from narvard.engines.simulation._prepare import Effects
from narvard.engines.simulation.compare import Interval, Until, compare
from narvard.engines.simulation.errors import RunError
from narvard.engines.simulation.model import Model
from narvard.engines.simulation.run import Study

RATIOS = (1.0, 0.75, 0.5, 0.25, 0.0)


@dataclass(frozen=True, slots=True)
class Point:
    """What follows from one admission ratio: bed days saved and crew hours added, a year, `model` against the other."""

    admission_ratio: float
    bed_days_saved: Interval
    crew_hours_added: Interval


@dataclass(frozen=True, slots=True)
class BreakEven:
    """`ratio` is the admission ratio while enrolled at which saved bed days are worth the added crew hours, at
    `hours_per_bed_day` crew hours for a bed day: 1 when no effect is needed, None when no effect is enough."""

    hours_per_bed_day: float
    points: tuple[Point, ...]
    ratio: float | None


def break_even(
    model: Model, against: Model, study: Study, hours_per_bed_day: float, until: Until, seed: int = 1, jobs: int = 1
) -> BreakEven:
    """Run both models at fixed effects, visits averting nothing, and find where the account balances (between the
    ratios run, by a straight line)."""
    if not (isfinite(hours_per_bed_day) and hours_per_bed_day > 0):
        raise RunError("a bed day is worth more than no crew hours, and not endlessly many")
    points = tuple(_point(model, against, study, ratio, until, seed, jobs) for ratio in RATIOS)
    net = [p.bed_days_saved.mean * hours_per_bed_day - p.crew_hours_added.mean for p in points]
    return BreakEven(hours_per_bed_day, points, _crossing(RATIOS, net))


def _point(model: Model, against: Model, study: Study, ratio: float, until: Until, seed: int, jobs: int) -> Point:
    fixed = replace(study, effects=Effects(ratio, 0.0))
    found = compare((model, against), fixed, until, seed, jobs)
    return Point(
        ratio,
        found.difference(against.name, model.name, "bed_days"),
        found.difference(model.name, against.name, "staffed_hours"),
    )


def _crossing(ratios: Sequence[float], net: Sequence[float]) -> float | None:
    """Where `net`, above which it pays, first reaches zero on the way from no effect to the largest."""
    if net[0] >= 0:
        return ratios[0]
    for (ratio, here), (after, there) in pairwise(zip(ratios, net, strict=True)):
        if here < 0 <= there:
            return ratio + (after - ratio) * here / (here - there)
    return None
