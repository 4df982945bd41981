"""What the care room does by the clock; ``narvard tick`` calls it."""

from datetime import datetime

from narvard.care import actions
from narvard.core import audit


def escalate_unanswered(at: datetime) -> int:
    """Escalate hand-overs that nobody has answered in time; returns how many."""
    return len(actions.escalate_unanswered(by=audit.SYSTEM, at=at))


def escalate_late_duties(at: datetime) -> int:
    """Escalate what a stay, a death or a temporary take-over made due and nobody has done; returns how many."""
    return len(actions.escalate_late_duties(by=audit.SYSTEM, at=at))
