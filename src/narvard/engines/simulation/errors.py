"""Named errors of the simulation engine: each says in one line which record is wrong and why."""


class SimulationError(ValueError):
    """Base of every error of this engine."""


class RecordError(SimulationError):
    """A record contradicts itself; `record` names the culprit, `reason` says why."""

    def __init__(self, record: str, reason: str) -> None:
        super().__init__(f"{record}: {reason}")
        self.record = record
        self.reason = reason


class ShareError(RecordError):
    """A share outside 0 to 1, or shares that do not add up to 1."""


class NumberError(RecordError):
    """A number that is not finite or below what it can be."""


class UnknownNameError(RecordError):
    """A record names a municipality, team, channel, segment or condition that does not exist."""


class HoursError(RecordError):
    """A shift that ends before it starts, or lasts longer than 24 hours."""


class FileError(SimulationError):
    """A file that cannot be read as a model, a population or assumptions."""


class RunError(SimulationError):
    """A run that was asked for with impossible settings, such as no replications."""
