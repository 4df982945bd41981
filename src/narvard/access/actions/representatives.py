"""Writes of who may see a patient's own page beside the patient."""

from datetime import datetime

from django.db import transaction
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext as _

from narvard.access import guard
from narvard.access.signin.eid import GUARDIAN_UNTIL_YEARS
from narvard.access.signin.models import Representative
from narvard.core import audit
from narvard.core.errors import Refused
from narvard.organisation.models import Commission
from narvard.people.models import Patient
from narvard.people.queries import age, is_adult


class RepresentativeNotRecorded(Refused):
    """A representative cannot be recorded as asked."""


@transaction.atomic
def add_representative(
    *,
    patient: Patient,
    person_key: str,
    name: str,
    kind: Representative.Kind,
    by: Commission,
    at: datetime,
    until: datetime | None = None,
) -> Representative:
    """Record who may see the patient's own page, on the patient's word (or as guardian or trustee by law).

    A unit that has a care relation records it.
    """
    guard.refuse_unrelated(patient, by=by, at=at)
    if not name.strip():
        raise RepresentativeNotRecorded(_("Skriv ombudets namn."))
    if kind == Representative.Kind.GUARDIAN and is_adult(patient, timezone.localdate(at)):
        raise RepresentativeNotRecorded(_("Den som har fyllt 18 år har ingen vårdnadshavare."))
    if kind == Representative.Kind.CHOSEN and age(patient, timezone.localdate(at)) < GUARDIAN_UNTIL_YEARS:
        raise RepresentativeNotRecorded(_("Ett barn under 13 år företräds av vårdnadshavaren."))
    if until is not None and until <= at:
        raise RepresentativeNotRecorded(_("Slutdagen har redan varit."))
    open_rows = Representative.objects.filter(Q(until=None) | Q(until__gt=at), patient=patient, person_key=person_key)
    if open_rows.exists():
        raise RepresentativeNotRecorded(_("Personen är redan ombud för patienten."))
    row = Representative.objects.create(
        patient=patient,
        person_key=person_key,
        name=name.strip(),
        kind=kind,
        since=at,
        until=until,
        recorded_by=by,
    )
    audit.write(
        "access.add_representative",
        by=by,
        at=at,
        patients=[patient.pk],
        object_kind="representative",
        object_id=row.pk,
        reason=kind,
    )
    return row


@transaction.atomic
def end_representative(*, representative: Representative, by: audit.Actor, at: datetime, says: str = "") -> None:
    """End a representative's right at once: the patient does, or a unit that has a care relation.

    A repeat changes nothing.
    """
    row = Representative.objects.select_for_update().get(pk=representative.pk)
    guard.refuse_stranger(row.patient, by=by, at=at)
    if row.until is not None and row.until <= at:
        return
    row.until = max(row.since, at)
    row.save(update_fields=["until"])
    audit.write(
        "access.end_representative",
        by=by,
        at=at,
        patients=[row.patient_id],
        object_kind="representative",
        object_id=row.pk,
        reason=says,
    )
