"""One figure of an indicator, and where it belongs."""

from dataclasses import dataclass
from typing import Any

from narvard.followup.indicators.models import KeptFigure

ALL = KeptFigure.ALL
Cell = tuple[str, str, str]
"""Programme, municipality and segment; empty, empty and "*" are all of them."""


@dataclass(frozen=True, slots=True)
class Figure:
    """One indicator for a programme, municipality (its code) and segment, or for all of them.

    `hidden` figures have no values: they would tell of too few. `low` and `high` are a 95 % interval; None where
    there is none. `funnel` holds what chance allows beside the other places.
    """

    indicator: str
    place: str = ""
    programme: str = ""
    segment: str = ALL
    count: int | None = None
    of: float | None = None
    value: float | None = None
    low: float | None = None
    high: float | None = None
    hidden: bool = False
    funnel: dict[str, Any] | None = None

    @property
    def cell(self) -> Cell:
        """Where it belongs."""
        return self.programme, self.place, self.segment
