"""Who acts when no commission does: an account that is signing in, a patient, a representative."""

import uuid
from dataclasses import dataclass

from narvard.core.models import User


@dataclass(frozen=True)
class AccountActor:
    """A member of staff before any commission is chosen; nobody known when ``audit_staff`` is None."""

    audit_staff: uuid.UUID | None = None
    audit_commission: None = None
    audit_unit: None = None
    audit_provider: None = None


@dataclass(frozen=True)
class PersonActor:
    """A patient or a representative, who is no member of staff; ``says`` is the audit row's reason."""

    says: str
    audit_staff: None = None
    audit_commission: None = None
    audit_unit: None = None
    audit_provider: None = None


NOBODY = AccountActor()


def actor_of(user: User | None) -> AccountActor:
    """The actor of an account; one without a member of staff behind it is nobody."""
    staff = getattr(user, "staff", None) if user is not None else None
    return AccountActor(staff.pk) if staff is not None else NOBODY
