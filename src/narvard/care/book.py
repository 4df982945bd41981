"""A patient's ledger opened for writing: the patient's row is locked, changes are stored, relations follow.

Every write of the care room locks the patient first, so acts on one patient queue up and those on different
patients never meet.
"""

from dataclasses import dataclass
from datetime import datetime

from django.db.models import Q
from django.utils.translation import gettext_noop

from narvard.access.actions import end_relations, relate
from narvard.access.models import CareRelation
from narvard.care.ledger import Change, Ledger, Transition
from narvard.care.models import Responsibility
from narvard.core import audit, once
from narvard.organisation.models import CareUnit, Commission
from narvard.people.models import Patient

SOURCE = "responsibility"


@dataclass
class Book:
    """The locked patient, the ledger, and the stored row of each transition in force."""

    patient: Patient
    ledger: Ledger
    rows: dict[tuple[str, str, int], Responsibility]


def as_transition(row: Responsibility) -> Transition:
    """The stored row as the rules see it."""
    return Transition(
        kind=row.kind,
        scope=row.scope,
        sequence=row.sequence,
        starts_at=row.starts_at,
        holder=row.holder_id,
        because=row.because,
        source=row.source_id,
        voided=row.voided_at is not None,
        voided_by=row.voided_by_id,
    )


def open_book(patient: Patient) -> Book:
    """Lock the patient and read the ledger."""
    locked = once.lock(Patient.objects.all(), patient.pk)
    return _read(locked)


def _read(patient: Patient) -> Book:
    rows = list(Responsibility.objects.filter(patient=patient))
    stored = {(row.kind, row.scope, row.sequence): row for row in rows if row.voided_at is None}
    return Book(patient, Ledger(tuple(map(as_transition, rows))), stored)


def write(book: Book, change: Change, *, reason: str = "", by: Commission | None, at: datetime) -> Book:
    """Store a change: voids with reason, adds, and keeps the care relations of the holders. Returns the new book."""
    for row in change.void:
        _void(book.rows[row.kind, row.scope, row.sequence], change, reason, at)
    Responsibility.objects.bulk_create(_stored(book.patient, row, by, at) for row in change.add)
    _log(book.patient, change, by, at)
    after = _read(book.patient)
    for line in {row.line for row in (*change.void, *change.add)}:
        _keep_relations(after, line, by, at)
    for row in change.void:
        source = book.rows[row.kind, row.scope, row.sequence].pk
        end_relations(source_id=source, by=by or audit.SYSTEM, at=at)
    return after


def _void(row: Responsibility, change: Change, reason: str, at: datetime) -> None:
    row.voided_at = at
    row.void_reason = (reason or gettext_noop("Ersatt av en tidigare händelse."))[:200]
    row.voided_by_id = change.source
    row.save(update_fields=["voided_at", "void_reason", "voided_by_id"])


def _stored(patient: Patient, row: Transition, by: Commission | None, at: datetime) -> Responsibility:
    return Responsibility(
        patient=patient,
        kind=row.kind,
        scope=row.scope,
        sequence=row.sequence,
        starts_at=row.starts_at,
        holder_id=row.holder,
        because=row.because,
        source_id=row.source,
        by=by,
        recorded_at=at,
    )


def _log(patient: Patient, change: Change, by: Commission | None, at: datetime) -> None:
    """Which lines moved, by what, to whom: kinds and ids. The words stand in the voided rows, never in the log."""
    moved = [f"{row.because}: {_named(row)}→{row.holder}" for row in change.add]
    moved += [f"void: {_named(row)} {row.sequence}" for row in change.void]
    audit.write(
        "care.responsibility",
        by=by or audit.SYSTEM,
        at=at,
        patients=[patient.pk],
        object_kind=SOURCE,
        object_id=change.source or "",
        reason="; ".join(moved),
    )


def _named(row: Transition) -> str:
    """The line: its kind, and that it is a part; what the part is called is words, and stays in the row."""
    return f"{row.kind}/part" if row.scope else row.kind


def _keep_relations(book: Book, line: tuple[str, str], by: Commission | None, at: datetime) -> None:
    """Each holder's unit may meet the record while it holds; an end that was written later ends it when written."""
    actor = by or audit.SYSTEM
    units = CareUnit.objects.in_bulk([row.holder for row in book.ledger.line(*line) if row.holder])
    for period in book.ledger.periods(*line):
        source = book.rows[(*line, period.row.sequence)].pk
        if period.holder and (period.end is None or period.end > at):
            known = CareRelation.objects.filter(source_id=source)
            if not known.filter(Q(until=None) | Q(until__gt=at)).exists():
                relate(
                    patient=book.patient,
                    unit=units[period.holder],
                    kind=CareRelation.Kind.RESPONSIBILITY,
                    source_kind=SOURCE,
                    source_id=source,
                    by=actor,
                    at=at,
                    since=at if known.exists() else period.start,
                )
        if period.end is not None:
            end_relations(source_id=source, by=actor, at=at, until=max(period.end, at))
