"""What a discharge makes due for a team: to call, or to come home."""

from datetime import datetime

from django.db import transaction

from narvard.access.actions import end_relations, relate, reopen_relations
from narvard.access.models import CareRelation
from narvard.care.models import Duty, HospitalStay
from narvard.core import audit, once
from narvard.organisation.models import CareUnit
from narvard.people.models import Patient


@transaction.atomic
def impose_after_discharge(
    *, stay: HospitalStay, unit: CareUnit, kind: str, due_at: datetime, by: audit.Actor, at: datetime
) -> Duty:
    """The unit owes the discharged person something, by a clock; it has a care relation until that is done."""
    duty = Duty.objects.create(
        patient=stay.patient,
        owner_unit=unit,
        kind=Duty.Kind(kind),
        unit=unit,
        source_id=stay.pk,
        created_at=at,
        due_at=due_at,
    )
    relate(
        patient=stay.patient,
        unit=unit,
        kind=CareRelation.Kind.RESPONSIBILITY,
        source_kind="duty",
        source_id=duty.pk,
        by=by,
        at=at,
    )
    _log("care.impose_after_discharge", duty, by, at)
    return duty


@transaction.atomic
def lapse_duties(*, patient: Patient, by: audit.Actor, at: datetime) -> list[Duty]:
    """The person has died: what a discharge made due is not owed any more."""
    rows = list(Duty.objects.filter(patient=patient, done_at=None, voided_at=None, kind__in=Duty.AFTER_DISCHARGE))
    for row in rows:
        row.voided_at = at
        once.save(row, "voided_at")
        end_relations(source_id=row.pk, by=by, at=at)
        _log("care.lapse_duties", row, by, at)
    return rows


@transaction.atomic
def restore_duties(*, patient: Patient, lapsed_at: datetime, by: audit.Actor, at: datetime) -> list[Duty]:
    """The death was a mistake: what lapsed with it is owed again."""
    rows = list(Duty.objects.filter(patient=patient, voided_at=lapsed_at, kind__in=Duty.AFTER_DISCHARGE))
    for row in rows:
        row.voided_at = None
        once.save(row, "voided_at")
        reopen_relations(source_id=row.pk, by=by, at=at)
        _log("care.restore_duties", row, by, at)
    return rows


def _log(what: str, duty: Duty, by: audit.Actor, at: datetime) -> None:
    patients = [duty.patient_id]
    audit.write(what, by=by, at=at, patients=patients, object_kind="duty", object_id=duty.pk, reason=duty.kind)
