"""What hand-overs and asks for a bed share: a history, and both sides reading the patient's page meanwhile."""

from datetime import datetime

from narvard.access.actions import relate
from narvard.access.models import CareRelation
from narvard.care.models import Handover, HandoverEvent
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
