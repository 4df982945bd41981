"""Named errors of the travel engine."""


class TravelError(ValueError):
    """Base of every error of this engine."""


class CoordinateError(TravelError):
    """A coordinate that is missing, not a number or off the globe; names the index of the first one."""


class RouterError(TravelError):
    """A road router that did not answer, or answered with something else than a full matrix."""
