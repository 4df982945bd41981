"""Writes of the access room: care relations and consent."""

import uuid
from datetime import datetime

from django.db import transaction
from django.db.models import Q
from django.utils.translation import gettext as _

from narvard.access.models import CareRelation, Consent
from narvard.core import audit
from narvard.core.errors import Refused
from narvard.organisation.models import CareProvider, CareUnit, Commission
from narvard.people.models import Patient


class ConsentNotRecorded(Refused):
    """A consent lacks what the law asks for."""


@transaction.atomic
def relate(
    *,
    patient: Patient,
    unit: CareUnit,
    kind: CareRelation.Kind,
    source_kind: str,
    source_id: uuid.UUID,
    by: audit.Actor,
    at: datetime,
    since: datetime | None = None,
    until: datetime | None = None,
) -> CareRelation:
    """Give ``unit`` a care relation that follows from a source row (from ``at`` or ``since``).

    A repeat gives the open one.
    """
    relation, created = CareRelation.objects.get_or_create(
        patient=patient,
        unit=unit,
        kind=kind,
        source_kind=source_kind,
        source_id=source_id,
        until=until,
        defaults={"since": since or at},
    )
    if created:
        audit.write(
            "access.relate",
            by=by,
            at=at,
            patients=[patient.pk],
            object_kind=source_kind,
            object_id=source_id,
            reason=f"{kind} {unit.pk}",
        )
    return relation


@transaction.atomic
def end_relations(
    *,
    source_id: uuid.UUID,
    by: audit.Actor,
    at: datetime,
    until: datetime | None = None,
    unit: CareUnit | None = None,
) -> int:
    """End the open relations that followed from a source row (for one unit, if given), at ``until`` or now.

    One that would end before it began gets no length.
    """
    rows = CareRelation.objects.filter(Q(until__isnull=True) | Q(until__gt=at), source_id=source_id)
    if unit is not None:
        rows = rows.filter(unit=unit)
    ended = list(rows)
    for row in ended:
        row.until = max(row.since, until or at)
        row.save(update_fields=["until"])
    if ended:
        patients = {row.patient_id for row in ended}
        audit.write("access.end_relations", by=by, at=at, patients=patients, object_id=source_id)
    return len(ended)


@transaction.atomic
def reopen_relations(*, source_id: uuid.UUID, by: audit.Actor, at: datetime) -> int:
    """Let the ended relations of a source row hold again, when what ended them was a mistake.

    One that has lapsed stays in the history and a new one begins now.
    """
    rows = list(CareRelation.objects.filter(source_id=source_id, until__isnull=False).order_by("since"))
    for row in {(row.unit_id, row.kind): row for row in rows}.values():
        if row.until is not None and row.until <= at:
            row.pk, row.since = uuid.uuid4(), at
            row._state.adding = True
        row.until = None
        row.save()
    if rows:
        patients = {row.patient_id for row in rows}
        audit.write("access.reopen_relations", by=by, at=at, patients=patients, object_id=source_id)
    return len(rows)


@transaction.atomic
def record_consent(
    *,
    patient: Patient,
    kind: Consent.Kind,
    how: Consent.How,
    by: Commission,
    at: datetime,
    given_by: str = "",
    assessment: str = "",
    provider: CareProvider | None = None,
    until: datetime | None = None,
) -> Consent:
    """Record the patient's yes (or the documented assessment of one who cannot give it)."""
    if how == Consent.How.CANNOT and not assessment.strip():
        raise ConsentNotRecorded(_("Skriv bedömningen: varför personen inte kan samtycka och vad den hade velat."))
    if how == Consent.How.GUARDIAN and not given_by.strip():
        raise ConsentNotRecorded(_("Skriv vilken vårdnadshavare som sa ja."))
    consent = Consent.objects.create(
        patient=patient,
        kind=kind,
        how=how,
        given_by=given_by.strip(),
        assessment=assessment.strip(),
        provider=provider,
        since=at,
        until=until,
        recorded_by=by,
    )
    audit.write(
        "access.record_consent",
        by=by,
        at=at,
        patients=[patient.pk],
        object_kind="consent",
        object_id=consent.pk,
        reason=f"{kind} {how}",
    )
    return consent


@transaction.atomic
def withdraw_consent(*, consent: Consent, by: Commission, at: datetime) -> None:
    """Withdraw a consent; it stops at once. A repeat changes nothing: when it stopped is history."""
    consent.withdrawn_at = Consent.objects.select_for_update().get(pk=consent.pk).withdrawn_at
    if consent.withdrawn_at is not None:
        return
    consent.withdrawn_at = at
    consent.save(update_fields=["withdrawn_at"])
    audit.write(
        "access.withdraw_consent",
        by=by,
        at=at,
        patients=[consent.patient_id],
        object_kind="consent",
        object_id=consent.pk,
    )
