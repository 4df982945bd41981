"""Operating models made for any population, dimensioned by the keys of seed 000.

A hospital-linked team for each 90 most sick, a home-care physician for each 250 periodically frail, rounded up in each
municipality. `norm` shares one intake; `norm-apart` has the same teams, each with its own door, as today's have.
"""

from collections.abc import Iterator
from dataclasses import replace
from math import ceil

from narvard.engines.simulation._layout import CHANNELS
from narvard.engines.simulation.model import Accepts, Intake, Model, Shift, Team
from narvard.engines.simulation.population import Area, Population

PER_TEAM, PER_PHYSICIAN = 90, 250
"""Seed 000: about 90 most sick a year for a physician and two nurses, and 250 patients for a home-care physician."""
MADE = ("norm", "norm-apart")
SOURCES = (
    "seed 000: a hospital-linked team for about 90 patients a year with 20-25 active",
    "seed 000: a home-care physician for about 250 patients",
    "rounded up in each municipality, at its largest locality; crews, hours and gaps as in joint-norm: our assumption",
)
SHARED = Intake(True, 0.5, 24.0, True, 7.0, 22.0)
APART = Intake(False, 4.0, 96.0)
"""Answer and hand-over times as in the packaged models `joint` and `today`."""
OFFICE, WEEKEND = ("weekday",), ("saturday", "sunday")


def dimensioned(name: str, population: Population) -> Model:
    """`norm` or `norm-apart` for a population; what the two share is every team and crew."""
    largest = max(population.areas, key=lambda area: area.persons)
    teams = tuple(team for area in population.areas for team in _teams(area, area is largest))
    keys = tuple(team.key for team in teams)
    model = Model(name, "Dimensioned by need", SOURCES, SHARED, teams, dict.fromkeys(CHANNELS, keys))
    return model if name == "norm" else replace(model, title="The same teams, each on its own", intake=APART)


def _teams(area: Area, largest: bool) -> Iterator[Team]:
    base = max(area.localities, key=lambda place: place.weight)
    for n in range(ceil(area.need.get("mest_sjuka", 0) / PER_TEAM)):
        yield Team(
            f"sk-{area.code}-{n + 1}", f"Sjukhuskopplat team {area.name} {n + 1}", "region", base.lat, base.lon,
            tuple(_linked_shifts(n, largest)), Accepts((area.code,), ("mest_sjuka",)),
            staff={"nurse": 1.0, "physician": 0.5}, places=23, stay_days=91, gap_days=5,
        )  # fmt: skip
    crews = 3 if largest else 2
    for n in range(ceil(area.need.get("multisviktande", 0) / PER_PHYSICIAN)):
        yield Team(
            f"pv-{area.code}-{n + 1}", f"Primärvårdsteam {area.name} {n + 1}",
            "region" if largest else f"municipality {area.code}", base.lat, base.lon,
            (Shift(crews, 8, 16, OFFICE),), Accepts((area.code,)),
            staff={"nurse": 1.0, "physician": round(1 / crews, 3)}, places=250, stay_days=365, gap_days=18,
        )  # fmt: skip


def _linked_shifts(n: int, largest: bool) -> Iterator[Shift]:
    """A team's two nurses on weekdays; the first team has weekends, and in the largest municipality nights too."""
    yield Shift(2, 8, 16, OFFICE)
    if n == 0:
        yield Shift(1, 7.5, 16, WEEKEND)
    if largest and n < 2:
        yield Shift(1, 15, 22.5)
    if largest and n == 0:
        yield Shift(1, 22.5, 31)
