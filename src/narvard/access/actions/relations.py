"""Writes of care relations: rows that follow from what the rooms above do."""

import uuid
from datetime import datetime

from django.db import transaction
from django.db.models import Q

from narvard.access.models import (
    CareRelation,
)
from narvard.core import audit
from narvard.organisation.models import CareUnit
from narvard.people.models import Patient


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
    kind: CareRelation.Kind | None = None,
) -> int:
    """End the open relations that followed from a source row (for one unit or kind, if given), at ``until`` or now.

    One that would end before it began gets no length.
    """
    rows = CareRelation.objects.filter(Q(until__isnull=True) | Q(until__gt=at), source_id=source_id)
    if unit is not None:
        rows = rows.filter(unit=unit)
    if kind is not None:
        rows = rows.filter(kind=kind)
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
