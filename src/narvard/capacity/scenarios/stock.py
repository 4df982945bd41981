"""The enrolled stock as counts, where a run starts. Never a person."""

from collections.abc import Mapping
from datetime import datetime

from narvard.capacity import overview
from narvard.capacity.scenarios import packaged
from narvard.capacity.scenarios.packaged import Plain

FEWEST = 5
"""Counts of 1 to 4 are not shown: in a small municipality they point at somebody."""
FEW = 3
"""What such a count is taken as, so that a kept scenario and its files do not tell either."""


def enrolled(care_area: str, population: Plain, at: datetime) -> dict[str, int]:
    """Enrolled now by municipality code, for the municipalities that the population has and at most as many as are in
    need there; empty when nobody is enrolled."""
    most = packaged.persons(population)
    counts = {code: n for code, n in overview.enrolled(care_area, at).items() if code in most}
    if not any(counts.values()):
        return {}
    return {code: min(_told(counts.get(code, 0)), most[code]) for code in most}


def _told(count: int) -> int:
    return FEW if 0 < count < FEWEST else count


def shown(counts: Mapping[str, int]) -> dict[str, int | None]:
    """Counts as they may be shown: None where they are too few."""
    return {code: None if 0 < n < FEWEST else n for code, n in counts.items()}
