"""What the intake room does by the clock; ``narvard tick`` calls it."""

from datetime import datetime

from narvard.core import audit
from narvard.intake import actions


def escalate_late(at: datetime) -> int:
    """Escalate requests whose clock has run out; returns how many times somebody was told."""
    return len(actions.escalate_late(by=audit.SYSTEM, at=at))
