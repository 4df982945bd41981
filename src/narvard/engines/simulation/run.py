"""Replications of one model or several: same people, same needs, each model's own answer."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date
from math import isfinite

import numpy as np
from numpy.typing import NDArray

from narvard.engines.simulation._build import build, suitability
from narvard.engines.simulation._layout import Sim
from narvard.engines.simulation._loop import run as run_kernel
from narvard.engines.simulation._prepare import Effects, People, draw_effects, draw_people, initial_teams
from narvard.engines.simulation._random import make_key
from narvard.engines.simulation.assumptions import Assumptions
from narvard.engines.simulation.calendar import day_classes
from narvard.engines.simulation.errors import RunError
from narvard.engines.simulation.indicators import Report, report
from narvard.engines.simulation.model import Model
from narvard.engines.simulation.population import Population
from narvard.engines.simulation.stock import Enrolled, check_stock

FIRST_DAY = date(2026, 1, 1)


@dataclass(frozen=True, slots=True)
class Study:
    """What is run: people, assumptions, how long from which day, after how many days of warm-up.

    `effects` fixes what care changes; None draws it from the assumptions' prior, one draw a replication. `stock` is
    who is enrolled when it begins; without it the population's own numbers are.
    """

    population: Population
    assumptions: Assumptions
    years: float = 1.0
    first: date = FIRST_DAY
    warm_up_days: int = 60
    effects: Effects | None = None
    stock: tuple[Enrolled, ...] = ()
    days: NDArray[np.int64] = field(init=False, repr=False)

    def __post_init__(self) -> None:
        if not (isfinite(self.years) and 0 < self.years <= 20):
            raise RunError(f"{self.years:g} years: run more than none and at most 20")
        if self.warm_up_days < 0:
            raise RunError(f"{self.warm_up_days} days of warm-up: it cannot be below zero")
        check_stock(self.stock, self.population)
        measured = round(365 * self.years)
        object.__setattr__(self, "days", day_classes(self.first, self.warm_up_days + max(1, measured)))

    @property
    def measured_days(self) -> int:
        """Days after the warm-up."""
        return len(self.days) - self.warm_up_days


def replicate(
    models: Sequence[Model], study: Study, seed: int, replication: int, effects_seed: int | None = None
) -> list[Report]:
    """One replication of each model with common random numbers; the same seed gives the same bits.

    `effects_seed` is the seed of the effects' draw when it is another's: what care changes is the same in a region.
    """
    effects, sims = runs(models, study, seed, replication, effects_seed)
    pairs = zip(sims, models, strict=True)
    return [report(sim, model, study.population, study.measured_days, effects) for sim, model in pairs]


def runs(
    models: Sequence[Model], study: Study, seed: int, replication: int, effects_seed: int | None = None
) -> tuple[Effects, list[Sim]]:
    """The finished runs themselves, and the draw of effects that they share."""
    if seed < 0:
        raise RunError(f"seed {seed}: a seed is zero or above")
    key = np.uint64(make_key(seed, replication))
    people = draw_people(study.population, study.assumptions, key, study.stock)
    source = key if effects_seed is None else np.uint64(make_key(effects_seed, replication))
    effects = study.effects or draw_effects(study.assumptions, source)
    return effects, [_run(model, study, people, effects) for model in models]


def _run(model: Model, study: Study, people: People, effects: Effects) -> Sim:
    """Run with tables that are large enough; a run does not depend on their size."""
    suits = suitability(model, study.population, study.assumptions, people)
    stock, enrolled_days = initial_teams(model, people, suits, study.stock)
    for room in (1, 2, 4, 8, 16):
        sim = build(
            model, study.population, study.assumptions, people, suits, effects, study.days, study.first,
            study.warm_up_days, room,
        )  # fmt: skip
        if run_kernel(sim, stock, enrolled_days) >= 0:
            return sim
    raise RunError(f"{model.name}: the requests never end; are the needs per year too many?")
