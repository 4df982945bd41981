"""What hand-overs and asks for a bed share: a history, and both sides reading the patient's page meanwhile."""

from datetime import datetime

from narvard.access.actions import end_relations, relate
from narvard.access.models import CareRelation
from narvard.care.models import Handover, HandoverEvent
from narvard.core import audit, once
from narvard.organisation.models import CareUnit, Commission


def begin(handover: Handover, by: Commission, at: datetime) -> None:
    """Begin the history of what was proposed, and let giver and receiver read the patient's page meanwhile."""
    note(handover, by, at, reason=handover.reason)
    for unit in (handover.giver, handover.receiver):
        _relate(handover, unit, by, at)


def note(handover: Handover, by: Commission | None, at: datetime, reason: str = "", escalated: bool = False) -> None:
    """Add a step to the history."""
    HandoverEvent.objects.create(
        handover=handover,
        sequence=handover.events.count() + 1,
        state=handover.state,
        at=at,
        by=by,
        reason=reason[:400],
        escalated=escalated,
    )


def close(row: Handover, state: str, by: Commission, at: datetime, reason: str = "") -> None:
    """End a locked one in ``state``: its clock stops, and the history says why."""
    row.state = state
    row.due_at = None
    once.save(row, "state", "due_at")
    note(row, by, at, reason)


def withdraw(handover: Handover, reason: str, by: Commission, at: datetime) -> None:
    """Take it back because of something that happened: there is nothing to answer, nor to read for it."""
    row = once.lock(Handover.objects.all(), handover.pk)
    close(row, Handover.State.WITHDRAWN, by, at, reason)
    end_relations(source_id=row.pk, by=by, at=at)


def log(what: str, row: Handover, by: Commission, at: datetime) -> None:
    """The audit row of an act, with what was handed over."""
    audit.write(
        what,
        by=by,
        at=at,
        patients=[row.patient_id],
        object_kind="handover",
        object_id=row.pk,
        reason=", ".join(row.kinds) or row.bed,
    )


def _relate(handover: Handover, unit: CareUnit, by: Commission, at: datetime) -> None:
    relate(
        patient=handover.patient,
        unit=unit,
        kind=CareRelation.Kind.HANDOVER,
        source_kind="handover",
        source_id=handover.pk,
        by=by,
        at=at,
    )
