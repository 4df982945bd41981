"""Why an act on a plan is refused, in words that a nurse understands."""

from narvard.core.errors import Refused


class NoSuchPlanKind(Refused):
    """There is no such kind of plan."""


class PlanAlreadyOpen(Refused):
    """The person has an open plan of the kind; it is renewed, not written twice."""


class PlanEnded(Refused):
    """The plan has ended, or the version can no longer be changed."""


class NotInPlan(Refused):
    """The unit does not take part in the plan."""


class NothingWritten(Refused):
    """There is nothing to sign, or something that must stand in the plan is missing."""


class NoRightToSign(Refused):
    """The profession may not sign that part, or not bring the plan into force."""


class NotSigned(Refused):
    """A part waits for its organisation's signature."""


class NoConsentToPlan(Refused):
    """The person has not said yes to the plan."""


class AgainstWishes(Refused):
    """The plan does what the person has said no to, and nobody has written why."""


class OwnUnitOnly(Refused):
    """A plan of this kind is each unit's own; others read it as they read the record."""
