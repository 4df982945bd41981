"""What the engine answers: routes with times, the cost by term, and what is left out with the reason."""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from time import perf_counter, thread_time

from narvard.engines.routing.errors import StopError
from narvard.engines.routing.records import Placement


@dataclass(frozen=True, slots=True)
class Stop:
    """When to stop: after so many seconds, so many evaluations, or whichever comes first.

    With evaluations only, the same seed gives the same result on every run. With `processor` the seconds are
    those that this thread has worked, for fair measurements on a machine that others use too.
    """

    seconds: float | None = None
    evaluations: int | None = None
    processor: bool = False

    def __post_init__(self) -> None:
        """Raise `StopError` unless there is a limit and none is negative."""
        if self.seconds is None and self.evaluations is None:
            raise StopError("stop: give seconds, evaluations or both")
        if self.seconds is not None and not self.seconds >= 0:
            raise StopError(f"stop: seconds is {self.seconds}, must be zero or more")
        if self.evaluations is not None and self.evaluations < 0:
            raise StopError(f"stop: evaluations is {self.evaluations}, must be zero or more")

    def clock(self) -> float:
        """Seconds on the clock that counts here: the machine's, or this thread's own work."""
        return thread_time() if self.processor else perf_counter()


@dataclass(frozen=True, slots=True)
class Placed:
    """One operation in a route. Minutes; `late` is past its window, `waiting` is from arrival (or break) to
    start."""

    operation: str
    caregiver: str
    arrival: float
    start: float
    end: float
    travel: float
    waiting: float
    late: float


@dataclass(frozen=True, slots=True)
class TakenBreak:
    """A break in a route; it is held where the caregiver is, before the placed operation number `before`."""

    start: float
    end: float
    before: int


@dataclass(frozen=True, slots=True)
class Route:
    """A caregiver's day: `departure` from the start place, placed operations in order, `arrival` at the end
    place."""

    caregiver: str
    departure: float
    placed: tuple[Placed, ...]
    breaks: tuple[TakenBreak, ...]
    missed_breaks: int
    arrival: float
    travel: float
    waiting: float
    overtime: float


class Reason(StrEnum):
    """Why an operation is unplanned."""

    NO_SKILL = "no_skill"
    """No caregiver has the skills, profession or employer that it asks for."""
    NO_CAREGIVER = "no_caregiver"
    """Those who could are forbidden, or it is pinned to someone who cannot."""
    NO_SHIFT = "no_shift"
    """No able caregiver's shift covers its windows."""
    TIGHT_TRAVEL = "tight_travel"
    """Even alone in the day, travel and windows (or those of its partners) do not fit."""
    UNREACHABLE = "unreachable"
    """No road leads there for anyone who could do it."""
    CROWDED_OUT = "crowded_out"
    """It fits an empty day; others with higher priority, or better placed, fill this one."""


@dataclass(frozen=True, slots=True)
class Unplanned:
    """An operation left out, its price and the reason; `partner` names the operation of its visit that
    fails."""

    operation: str
    reason: Reason
    cost: float
    partner: str | None = None


class Stopped(StrEnum):
    """Why the search stopped."""

    SECONDS = "seconds"
    EVALUATIONS = "evaluations"
    NOTHING_TO_PLAN = "nothing_to_plan"
    CANCELLED = "cancelled"


@dataclass(frozen=True, slots=True)
class Progress:
    """Told to the caller while searching; return True from the callback to stop."""

    seconds: float
    evaluations: int
    cost: float
    unplanned: int
    share: float


@dataclass(frozen=True, slots=True)
class Result:
    """A plan and its price. `terms` maps each term of the objective to its weighted cost; they add up to
    `cost`.

    `amounts` has the same terms unweighted (minutes or counts). Operations already done stand in no route.
    """

    cost: float
    terms: Mapping[str, float]
    amounts: Mapping[str, float]
    routes: tuple[Route, ...]
    unplanned: tuple[Unplanned, ...]
    evaluations: int
    seconds: float
    seed: int
    stopped: Stopped

    @property
    def plan(self) -> dict[str, Placement]:
        """Who and when by operation id; give it back to `solve(start=…)` to go on from here."""
        return {p.operation: Placement(p.caregiver, p.start) for r in self.routes for p in r.placed}
