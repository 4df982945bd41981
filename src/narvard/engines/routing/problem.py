"""The problem: who can do what, where and when, and what a good day is worth.

All times are minutes from the start of the day as floats; nights run past 1440. All records are frozen, and
`Problem` checks itself when made: a wrong record raises a named error that says which record and why
(`narvard.engines.routing.errors`). The model in formulas stands in docs/routing.md.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from math import inf
from types import MappingProxyType
from typing import Literal, Self

import numpy as np
from numpy.typing import NDArray

from narvard.engines.routing import checks

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

    `location` may be None (anywhere: a phone round). `visit` ties operations that are planned all or none.
    `prize` is the cost of leaving the operation out; without it the objective's cost for `priority` holds.
    An operation that is not `optional` costs the objective's `mandatory` on top when left out.
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

PRIORITY_COST: Mapping[int, float] = MappingProxyType({1: 4000.0, 2: 2000.0, 3: 1000.0, 4: 500.0, 5: 250.0})


@dataclass(frozen=True, slots=True)
class Objective:
    """The price of each thing that makes a day worse; the cost of a plan is the weighted sum.

    Per minute: `travel`, `tardiness` (sum over operations), `worst_tardiness` (the largest one), `waiting`,
    `overtime`, `worst_idle` (the largest idle time of a caregiver), `balance` (sum of deviations from the
    mean workload), `moved` (start moved against the start plan). Per operation: `not_preferred`,
    `continuity` (not the caregiver of last time), `reassigned` (other caregiver than in the start plan).
    `unplanned` is by priority. `waits_from` says whether time before the first visit is waiting ("shift")
    or not ("departure": the caregiver leaves just in time). `rounded_balance` rounds each deviation up, as
    UHHC does.
    """

    travel: float = 1.0
    tardiness: float = 3.0
    worst_tardiness: float = 0.0
    waiting: float = 0.0
    overtime: float = 0.0
    worst_idle: float = 0.0
    balance: float = 0.0
    not_preferred: float = 0.0
    continuity: float = 0.0
    reassigned: float = 0.0
    moved: float = 0.0
    mandatory: float = 10_000.0
    unplanned: Mapping[int, float] = field(default_factory=lambda: PRIORITY_COST)
    waits_from: Literal["departure", "shift"] = "departure"
    rounded_balance: bool = False

    @classmethod
    def mankowska(cls) -> Self:
        """(D + T + Tmax) / 3 of Mankowska, Meisel and Bierwirth (2014)."""
        return cls(travel=1 / 3, tardiness=1 / 3, worst_tardiness=1 / 3)

    @classmethod
    def care_day(cls) -> Self:
        """A day in home care: people first, then the same faces, then the road."""
        return cls(
            travel=1.0,
            tardiness=3.0,
            worst_tardiness=1.0,
            waiting=0.3,
            overtime=4.0,
            balance=0.05,
            not_preferred=8.0,
            continuity=6.0,
            reassigned=15.0,
            moved=0.2,
        )

    @classmethod
    def uhhc(cls, components: Mapping[str, float | str], *, waits_from: Literal["departure", "shift"]) -> Self:
        """The weights a UHHC file names; hard components are constraints and weigh nothing here.

        Optional patients and missed breaks carry their prices on the records themselves.
        """

        def weight(name: str) -> float:
            value = components.get(name)
            return 0.0 if value is None or isinstance(value, str) else float(value)

        return cls(
            travel=weight("travel_time"),
            tardiness=weight("total_tardiness"),
            worst_tardiness=weight("highest_tardiness"),
            waiting=weight("total_waiting_time"),
            overtime=weight("total_extra_time"),
            worst_idle=weight("max_idle_time"),
            balance=weight("workload_balance"),
            not_preferred=weight("caregiver_preferences"),
            waits_from=waits_from,
            rounded_balance=True,
        )


@dataclass(frozen=True, slots=True, eq=False)
class Problem:
    """A whole day to plan.

    `travel[i, j]` is minutes from `locations[i]` to `locations[j]`, shape (L, L), asymmetric, infinite
    where no road leads. `now` freezes the past: no operation that is not done starts before it.
    Raises a `ProblemError` when a record is wrong.
    """

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

    def __post_init__(self) -> None:
        """Freeze the matrix and check every record."""
        matrix = np.array(self.travel, dtype=np.float64)
        matrix.setflags(write=False)
        object.__setattr__(self, "travel", matrix)
        checks.check(self)

    def with_changes(self, **changes: object) -> "Problem":
        """The same problem with some fields replaced, checked anew."""
        return replace(self, **changes)  # type: ignore[arg-type]
