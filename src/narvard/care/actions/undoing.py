"""An admission or a discharge that was registered by mistake is taken back, with the reason; the history stays."""

import uuid
from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext as _

from narvard.access.actions import end_relations, reopen_relations
from narvard.care import book, rules, ward
from narvard.care.actions import duties
from narvard.care.actions.life import NotOnWard
from narvard.care.models import HospitalStay, UndoneDischarge
from narvard.core import audit, once
from narvard.core.errors import Refused
from narvard.organisation.models import Commission


class StillOnWard(Refused):
    """The stay has not ended, or has been taken back."""


class OnWardAgain(Refused):
    """The patient has been admitted again since."""


@transaction.atomic
def undo_admission(
    *, stay: HospitalStay, reason: str, by: Commission, at: datetime, version: int | None = None
) -> HospitalStay:
    """The person never was on the ward: responsibility is as if the stay had not been.

    Hand-overs that the admission withdrew are not proposed again: their giver decides.
    """
    opened = book.open_book(stay.patient)
    row = once.lock(HospitalStay.objects.all(), stay.pk, version)
    if row.discharged_at is not None:
        raise NotOnWard(_("Patienten är redan utskriven från avdelningen."))
    rules.refuse_other(row.ward, by)
    row.undo_reason = rules.required(reason, _("Skriv varför registreringen var fel."))[:200]
    row.discharged_at, row.discharged_by = row.admitted_at, by
    row.undone_at, row.undone_by = at, by
    once.save(row, "discharged_at", "discharged_by", "undone_at", "undone_by", "undo_reason")
    change = ward.undo_admission(opened.ledger, stay=row.pk, source=uuid.uuid4())
    book.write(opened, change, reason=row.undo_reason, by=by, at=at)
    end_relations(source_id=row.pk, by=by, at=at)
    duties.lapse_with_stay(stay=row, by=by, at=at)
    _log("care.undo_admission", row, by, at)
    return row


@transaction.atomic
def undo_discharge(
    *, stay: HospitalStay, reason: str, by: Commission, at: datetime, version: int | None = None
) -> HospitalStay:
    """The person is still on the ward: it holds again what it held, and what the discharge made due lapses."""
    opened = book.open_book(stay.patient)
    rules.refuse_dead(opened.patient)
    row = once.lock(HospitalStay.objects.all(), stay.pk, version)
    rules.refuse_other(row.ward, by)
    if row.discharged_at is None or row.undone_at is not None:
        raise StillOnWard(_("Det finns ingen utskrivning att ta tillbaka."))
    later = HospitalStay.objects.filter(patient=row.patient_id, admitted_at__gte=row.discharged_at, undone_at=None)
    if later.exclude(pk=row.pk).exists():
        raise OnWardAgain(_("Patienten har blivit inlagd igen efter utskrivningen."))
    reason = rules.required(reason, _("Skriv varför registreringen var fel."))[:200]
    change = ward.undo_discharge(opened.ledger, ward.Stay(row.ward_id, row.pk), at=at, source=uuid.uuid4())
    UndoneDischarge.objects.create(
        patient=row.patient,
        owner_unit=row.ward,
        stay=row,
        discharged_at=row.discharged_at,
        undone_at=at,
        undone_by=by,
        reason=reason,
    )
    row.discharged_at = row.discharged_by = row.end_source_id = None
    once.save(row, "discharged_at", "discharged_by", "end_source_id")
    book.write(opened, change, reason=reason, by=by, at=at)
    reopen_relations(source_id=row.pk, by=by, at=at)
    duties.restore_with_stay(stay=row, by=by, at=at)
    _log("care.undo_discharge", row, by, at)
    return row


def _log(what: str, stay: HospitalStay, by: Commission, at: datetime) -> None:
    audit.write(what, by=by, at=at, patients=[stay.patient_id], object_kind="hospitalstay", object_id=stay.pk)
