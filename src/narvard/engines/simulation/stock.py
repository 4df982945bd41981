"""Who is enrolled when a run begins: rows of numbers, as the product's database or a file gives them."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from math import isfinite

from narvard.engines.simulation._layout import CONDITIONS, SEGMENTS
from narvard.engines.simulation.errors import NumberError, UnknownNameError
from narvard.engines.simulation.population import Population


@dataclass(frozen=True, slots=True)
class Enrolled:
    """So many `persons` of a municipality (code) and segment, enrolled for `days` until now.

    `team` is the team's key; in a model that has no such team they get places as its criteria allow. `condition`
    is the character of their illness, drawn like everybody's when it is empty.
    """

    area: str
    segment: str
    team: str = ""
    days: float = 0.0
    persons: int = 1
    condition: str = ""

    def __post_init__(self) -> None:
        if self.segment not in SEGMENTS:
            raise UnknownNameError(self.area, f"segment {self.segment!r} is none of {', '.join(SEGMENTS)}")
        if self.condition and self.condition not in CONDITIONS:
            raise UnknownNameError(self.area, f"condition {self.condition!r} is none of {', '.join(CONDITIONS)}")
        if self.persons < 0 or not (isfinite(self.days) and self.days >= 0):
            raise NumberError(self.area, "persons enrolled and their days cannot be below zero")


def check_stock(stock: Sequence[Enrolled], population: Population) -> None:
    """Raise when more are enrolled than are in need, or a municipality is not the population's."""
    enrolled: Counter[tuple[str, str]] = Counter()
    for row in stock:
        enrolled[row.area, row.segment] += row.persons
    need = {(area.code, segment): n for area in population.areas for segment, n in area.need.items()}
    for (area, segment), persons in enrolled.items():
        if area not in population.codes:
            raise UnknownNameError(area, f"municipality {area!r} is none of {', '.join(population.codes)}")
        if persons > need.get((area, segment), 0):
            raise NumberError(area, f"{persons} {segment} enrolled, but only {need.get((area, segment), 0)} in need")
