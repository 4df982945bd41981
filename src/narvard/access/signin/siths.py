"""What the claims of Inera's IdP mean here: who it is, and which commissions the session may act under.

A person gets never more than our own register holds, and never more than the claims say: a commission counts when
both hold it for the same provider and purpose. Claim names are those of Inera's attribute list (scope ``commission``).
"""

import uuid
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.conf import settings
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext as _

from narvard.access.signin.actions import open_account
from narvard.access.signin.actors import AccountActor
from narvard.access.signin.errors import SignInRefused
from narvard.access.signin.hsa import PURPOSES
from narvard.core.models import User
from narvard.organisation.models import Commission, Staff

# The scope of a right to read that reaches other providers' records (sammanhållen journalföring).
SHARED_RECORD = "SJF"
REQUIRED = ("employeeHsaId", "commissionHsaId", "commissionPurpose", "healthCareProviderHsaId")


@dataclass(frozen=True)
class Claimed:
    """One commission as the claims tell it."""

    hsa_id: str
    purpose: str
    provider: str


@dataclass(frozen=True)
class StaffIdentity:
    """Who signed in, and the commissions that both the claims and our register hold; ``reads_shared`` by the claims."""

    user: User
    staff: Staff
    commissions: tuple[Commission, ...]
    reads_shared: bool


def texts(claims: Mapping[str, Any], name: str) -> list[str]:
    """The values of a claim that may be one text or a list of them; none when it is missing or of another kind."""
    value = claims.get(name)
    values = value if isinstance(value, list) else [value]
    return [each.strip() for each in values if isinstance(each, str) and each.strip()]


def claimed(claims: Mapping[str, Any]) -> list[Claimed]:
    """The commissions that the claims tell; one purpose or provider holds for all of them."""
    for name in REQUIRED:
        if not texts(claims, name):
            words = _("SITHS lämnade inte uppgiften %(name)s. Välj ett medarbetaruppdrag vid inloggningen.")
            raise SignInRefused(f"claim-missing:{name}", words % {"name": name})
    keys = texts(claims, "commissionHsaId")
    purposes, providers = (
        _spread(texts(claims, name), len(keys)) for name in ("commissionPurpose", "healthCareProviderHsaId")
    )
    return [Claimed(*each) for each in zip(keys, purposes, providers, strict=True)]


def _spread(values: list[str], wanted: int) -> list[str]:
    if len(values) == 1:
        return values * wanted
    if len(values) != wanted:
        raise SignInRefused("claims-disagree", _("Uppgifterna från SITHS stämmer inte överens. Pröva igen."))
    return values


def reads_shared(claims: Mapping[str, Any]) -> bool:
    """Whether a right reaches other providers' records: "Läsa;alla;SJF" does, "Läsa;alla;VG" does not."""
    rights = [right.split(";") for right in texts(claims, "commissionRight")]
    return any(parts[-1].strip().upper() == SHARED_RECORD for parts in rights)


def identify(claims: Mapping[str, Any], *, at: datetime) -> StaffIdentity:
    """The member of staff and the commissions of this session. Raises :class:`SignInRefused` with the reason."""
    wanted = claimed(claims)
    ids = texts(claims, "employeeHsaId")
    staff = Staff.objects.select_related("user").filter(hsa_id=ids[0]).first() if len(ids) == 1 else None
    if staff is None:
        raise SignInRefused(
            "unknown-staff", _("Du finns inte i Närvårds register. Be din chef eller systemförvaltaren lägga upp dig.")
        )
    if staff.user is not None and not staff.user.is_active:
        raise SignInRefused("account-closed", _("Ditt konto är stängt. Be din chef eller systemförvaltaren om hjälp."))
    commissions = _agreed(staff, wanted, at)
    user = staff.user or _open(staff, at)
    return StaffIdentity(user, staff, tuple(commissions), reads_shared(claims))


def _agreed(staff: Staff, wanted: list[Claimed], at: datetime) -> list[Commission]:
    """The person's own commissions in force that the claims name, with the same provider and an accepted purpose."""
    day = timezone.localdate(at)
    held = Commission.objects.filter(Q(until=None) | Q(until__gt=day), staff=staff, since__lte=day)
    by_key = {row.hsa_id: row for row in held.select_related("unit__provider").order_by("unit__sort_key")}
    pairs = [(by_key[each.hsa_id], each) for each in wanted if each.hsa_id in by_key]
    if not pairs:
        raise SignInRefused(
            "no-commission",
            _("Uppdraget du valde hos SITHS gäller inte hos Närvård. Välj ett annat eller fråga din chef."),
        )
    same = [(row, each) for row, each in pairs if row.unit.provider.hsa_id == each.provider]
    if not same:
        raise SignInRefused("provider", _("Uppdraget gäller en annan vårdgivare än den som står i Närvårds register."))
    fits = [row for row, each in same if each.purpose.casefold() in PURPOSES[row.purpose]]
    if not fits:
        raise SignInRefused("purpose", _("Uppdragets ändamål är ett annat än det som står i Närvårds register."))
    accepted = [row for row in fits if row.purpose in settings.NARVARD_SITHS_PURPOSES]
    if not accepted:
        raise SignInRefused("purpose-not-accepted", _("Uppdrag med det ändamålet får inte logga in här."))
    return accepted


def _open(staff: Staff, at: datetime) -> User:
    """An account for a known member of staff who signs in for the first time."""
    user = open_account(user_name=f"siths:{staff.hsa_id}", staff=staff.pk, by=AccountActor(staff.pk), at=at)
    Staff.objects.filter(pk=staff.pk, user=None).update(user=user)
    staff.user = user
    return user


def session_limits(identity: StaffIdentity) -> dict[str, Any]:
    """What the session remembers: the commissions it may act under, and whether other providers' records are read."""
    return {
        "commissions": [str(row.pk) for row in identity.commissions],
        "reads_shared": identity.reads_shared,
    }


def allowed_commissions(limits: Mapping[str, Any] | None) -> list[uuid.UUID] | None:
    """The commissions that the sign-in limits the session to; None when it does not."""
    return [uuid.UUID(key) for key in limits["commissions"]] if limits else None
