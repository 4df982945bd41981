"""Named errors of the routing engine: each says which record is wrong and why."""


class RoutingError(ValueError):
    """Base of every error of this engine."""


class ProblemError(RoutingError):
    """The problem contradicts itself; `record` names the culprit, `reason` says why."""

    def __init__(self, record: str, reason: str) -> None:
        super().__init__(f"{record}: {reason}")
        self.record = record
        self.reason = reason


class BadNumberError(ProblemError):
    """A number that is not finite, or negative where time cannot be."""


class UnknownReferenceError(ProblemError):
    """A record names another that does not exist."""


class DuplicateError(ProblemError):
    """Two records carry the same id, or one operation is claimed twice."""


class WindowError(ProblemError):
    """A window, shift or break that ends before it starts, or windows that never meet."""


class PrecedenceCycleError(ProblemError):
    """Ordered operations wait for each other in a circle."""


class PinError(ProblemError):
    """A pinned or done operation that its caregiver cannot hold."""


class PlanError(RoutingError):
    """A start plan that names unknown records."""


class StopError(RoutingError):
    """A stopping rule without a limit, or with one below zero."""


class InstanceError(RoutingError):
    """A benchmark file that cannot be read as an instance."""
