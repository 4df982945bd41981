"""What a good day is worth: the price of each thing that makes it worse."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import Literal, Self

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
