"""Continuity of care: how few faces a patient meets."""

from collections import Counter
from collections.abc import Hashable, Sequence
from dataclasses import dataclass

from narvard.engines.evidence.errors import TooFewError

LEAST_VISITS = 3
"""With fewer visits the measures say nothing (reference.yaml, indicators)."""


@dataclass(frozen=True, slots=True)
class Continuity:
    """Three measures of one patient's visits, each from 0 to 1, where 1 is always the same person."""

    visits: int
    upc: float
    coc: float
    secon: float


def continuity(carers: Sequence[Hashable], least: int = LEAST_VISITS) -> Continuity:
    """Measures of a patient's visits, the carers in the order of visits. Raises `TooFewError` below `least` visits.

    Usual provider of care: max nᵢ / N (Breslau and Reeb 1975). Continuity of care: (Σ nᵢ² − N) / (N (N − 1)) (Bice and
    Boxerman 1977). Sequential continuity: share of visits by the carer of the visit before (Steinwachs 1979).
    """
    total = len(carers)
    if total < max(least, 2):
        raise TooFewError(f"continuity needs at least {max(least, 2)} visits, not {total}")
    times = Counter(carers).values()
    same = sum(carers[i] == carers[i - 1] for i in range(1, total))
    squares = sum(n * n for n in times)
    return Continuity(total, max(times) / total, (squares - total) / (total * (total - 1)), same / (total - 1))
