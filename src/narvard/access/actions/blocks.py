"""Writes of the patient's blocks."""

from datetime import date, datetime, timedelta

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from narvard.access import guard
from narvard.access.models import (
    Block,
    BlockLift,
)
from narvard.core import audit
from narvard.core.errors import Refused
from narvard.organisation.models import CareUnit, Commission
from narvard.people.models import Patient
from narvard.people.queries import is_adult

LONGEST_LIFT = timedelta(days=7)


class BlockNotAllowed(Refused):
    """A block, its removal or its lift is not for this person to make."""


@transaction.atomic
def block(
    *,
    patient: Patient,
    scope: Block.Scope,
    by: Commission,
    at: datetime,
    unit: CareUnit | None = None,
    information_kind: str = "",
    info_from: date | None = None,
    info_until: date | None = None,
    by_guardian: bool = False,
) -> Block:
    """Block the acting provider's information about the patient, as the patient asks; it holds at once.

    The patient asks a unit that has a care relation. Each provider blocks its own information only.
    A guardian cannot block a child's (PDL 4 kap. 4 §).
    """
    guard.refuse_unrelated(patient, by=by, at=at)
    if by_guardian and not is_adult(patient, timezone.localdate(at)):
        raise BlockNotAllowed(_("En vårdnadshavare kan inte spärra barnets uppgifter. Barnet kan göra det självt."))
    if unit is not None and unit.provider_id != by.provider_id:
        raise BlockNotAllowed(_("Varje vårdgivare spärrar sina egna uppgifter. Be patienten kontakta den andra."))
    if scope == Block.Scope.INNER and unit is None:
        raise BlockNotAllowed(_("Välj vilken enhets uppgifter den inre spärren gäller."))
    if info_from and info_until and info_until < info_from:
        raise BlockNotAllowed(_("Perioden slutar innan den börjar."))
    row = Block.objects.create(
        patient=patient,
        scope=scope,
        provider_id=by.provider_id,
        unit=unit,
        information_kind=information_kind,
        info_from=info_from,
        info_until=info_until,
        since=at,
        recorded_by=by,
    )
    _audit_block("access.block", row, by=by, at=at, reason=f"{scope} {unit.pk if unit else 'provider'}")
    return row


@transaction.atomic
def remove_block(*, block: Block, reason: str, by: Commission, at: datetime) -> None:
    """Remove a block for good, as the patient asks; only the provider that set it may. A repeat does nothing."""
    row = Block.objects.select_for_update().get(pk=block.pk)
    guard.refuse_unrelated(row.patient, by=by, at=at)
    if row.provider_id != by.provider_id:
        raise BlockNotAllowed(_("Bara vårdgivaren som satte spärren kan ta bort den."))
    if not reason.strip():
        raise BlockNotAllowed(_("Skriv hur patienten bad om att spärren tas bort."))
    if row.removed_at is not None:
        return
    row.removed_at, row.removed_by, row.remove_reason = at, by, reason.strip()
    row.save(update_fields=["removed_at", "removed_by", "remove_reason"])
    _audit_block("access.remove_block", row, by=by, at=at, reason=reason.strip())


@transaction.atomic
def lift_block(
    *, block: Block, until: datetime, reason: str, by: Commission, at: datetime, unit: CareUnit | None = None
) -> BlockLift:
    """Set a block aside for a unit (the acting one) for a time, with the patient's yes, at most a week.

    Only the provider that blocked does it, also when another provider's unit is to read (lag 2022:913).
    """
    guard.refuse_unrelated(block.patient, by=by, at=at)
    if block.provider_id != by.provider_id:
        raise BlockNotAllowed(_("Bara vårdgivaren som satte spärren kan häva den."))
    if not at < until <= at + LONGEST_LIFT:
        raise BlockNotAllowed(_("En tillfällig hävning varar högst sju dygn."))
    if not reason.strip():
        raise BlockNotAllowed(_("Skriv hur patienten sa ja till att spärren hävs."))
    if block.removed_at is not None and block.removed_at <= at:
        raise BlockNotAllowed(_("Spärren är redan borttagen."))
    lift = BlockLift.objects.create(
        block=block, unit=unit or by.unit, reason=reason.strip(), since=at, until=until, recorded_by=by
    )
    _audit_block(
        "access.lift_block",
        block,
        by=by,
        at=at,
        reason=f"for {lift.unit_id} until {until.isoformat()}: {reason.strip()}",
    )
    return lift


def _audit_block(what: str, row: Block, *, by: Commission, at: datetime, reason: str) -> None:
    audit.write(what, by=by, at=at, patients=[row.patient_id], object_kind="block", object_id=row.pk, reason=reason)
