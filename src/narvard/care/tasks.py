"""What the care room does by the clock; ``narvard tick`` calls it."""

from datetime import datetime

from narvard.care import actions
from narvard.core import audit


def escalate_unanswered(at: datetime) -> int:
    """Escalate hand-overs that nobody has answered in time; returns how many."""
    return len(actions.escalate_unanswered(by=audit.SYSTEM, at=at))
