"""The problem: all records of a day and what a good one is worth, checked.

A wrong record raises a named error that says which record and why (`narvard.engines.routing.errors`).
"""

from dataclasses import dataclass, replace

import numpy as np

from narvard.engines.routing import checks
from narvard.engines.routing.records import Day


@dataclass(frozen=True, slots=True, eq=False)
class Problem(Day):
    """A whole day to plan.

    `travel[i, j]` is minutes from `locations[i]` to `locations[j]`, shape (L, L), asymmetric, infinite
    where no road leads. `now` freezes the past: no operation that is not done starts before it.
    Raises a `ProblemError` when a record is wrong.
    """

    def __post_init__(self) -> None:
        """Freeze the matrix and check every record."""
        matrix = np.array(self.travel, dtype=np.float64)
        matrix.setflags(write=False)
        object.__setattr__(self, "travel", matrix)
        checks.check(self)

    def with_changes(self, **changes: object) -> "Problem":
        """The same problem with some fields replaced, checked anew."""
        return replace(self, **changes)  # type: ignore[arg-type]
