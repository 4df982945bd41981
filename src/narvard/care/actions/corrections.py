"""Correcting what the record says: a fact struck out, and what the patient says is wrong. Nothing is erased."""

from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext as _

from narvard.care import rules
from narvard.core import audit
from narvard.core.errors import Refused
from narvard.organisation.models import Commission
from narvard.people.actions import FactNotValid
from narvard.people.models import ClinicalRecord, Dispute, Fact


class DisputeEmpty(Refused):
    """Nothing was written of what the patient says is wrong."""


@transaction.atomic
def void_fact(*, fact: Fact, reason: str, by: Commission, at: datetime) -> None:
    """Mark a fact as wrong; it stays in the history with who, when and why (PDL 3 kap. 14 §).

    Raises ``AccessDenied``, ``NotYourRecord`` and :class:`FactNotValid`.
    """
    row = Fact.objects.select_for_update(of=("self",)).select_related("owner_unit", "patient").get(pk=fact.pk)
    rules.refuse_not_keeping(row, by, at)
    if not reason.strip():
        raise FactNotValid(_("Skriv varför uppgiften är fel."))
    if row.voided_at is not None:
        raise FactNotValid(_("Uppgiften är redan struken."))
    row.voided_at, row.voided_by, row.void_reason = at, by, reason.strip()[:200]
    row.save(update_fields=["voided_at", "voided_by", "void_reason"])
    audit.write(
        "care.void_fact",
        by=by,
        at=at,
        patients=[row.patient_id],
        object_kind="fact",
        object_id=row.pk,
    )


@transaction.atomic
def record_dispute(*, about: ClinicalRecord, text: str, by: Commission, at: datetime, told_by: str = "") -> Dispute:
    """Note that the patient says that a row of the record is wrong (PDL 3 kap. 8 §); the row itself stays.

    Raises ``AccessDenied``, ``NotYourRecord`` and :class:`DisputeEmpty`.
    """
    rules.refuse_not_keeping(about, by, at)
    if not text.strip():
        raise DisputeEmpty(_("Skriv vad patienten säger är fel."))
    row = Dispute.objects.create(
        patient_id=about.patient_id,
        owner_unit_id=about.owner_unit_id,
        information_kind=about.information_kind,
        about_kind=about._meta.model_name or "",
        about_id=about.pk,
        text=text.strip(),
        told_by=told_by.strip(),
        at=at,
        recorded_by=by,
    )
    audit.write(
        "care.record_dispute",
        by=by,
        at=at,
        patients=[row.patient_id],
        object_kind=row.about_kind,
        object_id=row.about_id,
    )
    return row
