"""The records of a problem: who can do what, where and when.

All times are minutes from the start of the day as floats; nights run past 1440. All records are frozen. The model
in formulas stands in docs/routing.md.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from math import inf
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from narvard.engines.routing.objective import Objective

NO_SKILLS: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class Window:
    """A period [start, end] for an operation's start, or for its end when `met` is "end".

    No operation starts before the first window. A hard window is never missed in a plan; a soft one costs its
    lateness. With several windows the operation is late relative to the last window that opened before its
    start.
    """

    start: float
    end: float
    hard: bool = True
    met: Literal["start", "end"] = "start"


@dataclass(frozen=True, slots=True)
class Operation:
    """One piece of work by one caregiver: a visit, one half of a joint visit, or an activity without a
    patient.

    `location` may be None (a phone round): it is done wherever the caregiver last was. `visit` ties operations
    that are planned all or none. `prize` is the cost of leaving the operation out; without it the objective's cost
    for `priority` holds. An operation that is not `optional` costs the objective's `mandatory` on top when left out.
    `last` is the caregiver who came last time (continuity). Empty `skills` means that anyone can do it.
    """

    id: str
    location: str | None
    duration: float
    windows: tuple[Window, ...] = ()
    patient: str | None = None
    visit: str | None = None
    skills: frozenset[str] = NO_SKILLS
    profession: str | None = None
    employer: str | None = None
    preferred: frozenset[str] = NO_SKILLS
    last: str | None = None
    forbidden: frozenset[str] = NO_SKILLS
    priority: int = 2
    prize: float | None = None
    optional: bool = False
    late_weight: float = 1.0


@dataclass(frozen=True, slots=True)
class Joint:
    """Operations that start together, each done by a caregiver of its own (or by the members of one crew)."""

    operations: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Ordered:
    """`second` starts at least `least` and at most `most` minutes after `first` starts (or ends).

    `different` asks for two different caregivers.
    """

    first: str
    second: str
    least: float = 0.0
    most: float = inf
    measured: Literal["start", "end"] = "start"
    different: bool = False


@dataclass(frozen=True, slots=True)
class Break:
    """A break of `duration` that lies within [start, end]; `missed` is the cost of missing it, None forbids
    it."""

    start: float
    end: float
    duration: float
    missed: float | None = None


@dataclass(frozen=True, slots=True)
class Caregiver:
    """One route of the day: a person, or a crew in one car when `members` gives the skills of each member.

    `start` and `end` are locations; None means that the route begins at its first, or ends at its last visit.
    Work may run `overtime` minutes past the shift, at the objective's price. `car_pool` names a `CarPool`:
    the caregiver takes one of its cars for the whole shift. `use_cost` is paid once if anything is planned.
    """

    id: str
    start: str | None
    end: str | None
    shift: tuple[float, float] = (0.0, inf)
    skills: frozenset[str] = NO_SKILLS
    profession: str | None = None
    employer: str | None = None
    breaks: tuple[Break, ...] = ()
    overtime: float = 0.0
    max_visits: int | None = None
    car_pool: str | None = None
    members: tuple[frozenset[str], ...] = ()
    use_cost: float = 0.0


@dataclass(frozen=True, slots=True)
class CarPool:
    """A number of cars that caregivers with overlapping shifts compete for."""

    id: str
    cars: int


@dataclass(frozen=True, slots=True)
class PatientRule:
    """At most `max_visits` visits in the day (joint, ordered or same-`visit` operations are one), and `min_gap`
    minutes or more between operations of different visits, from one's end to the next's start."""

    patient: str
    max_visits: int | None = None
    min_gap: float = 0.0


@dataclass(frozen=True, slots=True)
class Pin:
    """An operation held to a caregiver, a start (within `tolerance` minutes), or both."""

    operation: str
    caregiver: str | None = None
    start: float | None = None
    tolerance: float = 0.0


@dataclass(frozen=True, slots=True)
class Done:
    """An operation that is finished or under way: who, and its true start and (expected) end."""

    operation: str
    caregiver: str
    start: float
    end: float


@dataclass(frozen=True, slots=True)
class Placement:
    """Who does an operation, and when it starts."""

    caregiver: str
    start: float


Plan = Mapping[str, Placement]
"""A plan by operation id, as `Result.plan` gives it and `solve(start=…)` takes it."""


@dataclass(frozen=True, slots=True, eq=False)
class Day:
    """All records of a day, not checked yet; `Problem` is the same, checked."""

    operations: tuple[Operation, ...]
    caregivers: tuple[Caregiver, ...]
    locations: tuple[str, ...]
    travel: NDArray[np.float64]
    objective: Objective = field(default_factory=Objective.care_day)
    joint: tuple[Joint, ...] = ()
    ordered: tuple[Ordered, ...] = ()
    car_pools: tuple[CarPool, ...] = ()
    patient_rules: tuple[PatientRule, ...] = ()
    pins: tuple[Pin, ...] = ()
    done: tuple[Done, ...] = ()
    now: float = -inf
