"""Why an act on a request is refused, in words a coordinator on the phone understands."""

from narvard.core.errors import Refused


class NotYourRequest(Refused):
    """The acting unit has no part in this step of the request."""


class RequestNotValid(Refused):
    """What was written cannot be a request: no question, a dead patient, a window that ends before it starts."""


class TeamCannotReceive(Refused):
    """The unit is no team, or does not exist at the time."""


class ReasonMissing(Refused):
    """The act needs a reason, and sometimes a next step, in words."""


class VersionNotValid(Refused):
    """A programme version that collides with another."""
