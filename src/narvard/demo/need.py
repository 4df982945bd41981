"""The demo's population scenarios, from packaged counts to `capacity`'s estimated cells."""

from collections.abc import Mapping

from narvard.capacity.segments import SEED_SHARES, AgeBand, Need, Population, Segment, needs
from narvard.demo import sources

# Scenario key → Swedish source text that stands beside every estimate.
SCENARIOS: Mapping[str, str] = {
    "seed001": ("65+ återräknat ur underlag 001 (31 227 personer, anges aldrig i källan) × andelarna 5, 15 och 25 %"),
    "population2021": ("SCB:s folkmängd 31 december 2021 (65+ skattat ur 75+, ±10 %) × andelarna 5, 15 och 25 %"),
}
DEFAULT_SCENARIO = "seed001"


def populations(scenario: str) -> tuple[Population, ...]:
    """Residents aged 65+ by municipality and band; the bands are spread as in the population file."""
    return tuple(_population(place, _aged_65plus(scenario, place)) for place in sources.municipalities())


def need_cells(scenario: str = DEFAULT_SCENARIO) -> tuple[Need, ...]:
    """Every cell of `scenario`: 6 municipalities × 4 age bands × 4 segments, in a fixed order."""
    return tuple(cell for place in populations(scenario) for cell in needs(place, SEED_SHARES))


def mobile_team_need(scenario: str = DEFAULT_SCENARIO) -> dict[str, float]:
    """Persons, unrounded, in need of a mobile team by municipality code."""
    share = SEED_SHARES.mobile_team_share
    sums = {place.code: 0.0 for place in sources.municipalities()}
    for cell in need_cells(scenario):
        sums[cell.municipality] += cell.persons * share.get(Segment(cell.segment), 0.0)
    return sums


def _aged_65plus(scenario: str, place: sources.Municipality) -> int:
    if scenario not in SCENARIOS:
        raise ValueError(f"unknown need scenario {scenario!r}: choose one of {', '.join(SCENARIOS)}")
    return sources.back_solved_65plus()[place.code] if scenario == "seed001" else place.est_65plus


def _population(place: sources.Municipality, aged_65plus: int) -> Population:
    counted = {
        AgeBand.FROM_65: place.est_65plus - place.age_75plus,
        AgeBand.FROM_75: place.age_75plus - place.est_80plus,
        AgeBand.FROM_80: place.est_80plus - place.est_85plus,
        AgeBand.FROM_85: place.est_85plus,
    }
    bands = {band: aged_65plus * persons / place.est_65plus for band, persons in counted.items()}
    return Population(place.code, place.total, bands)
