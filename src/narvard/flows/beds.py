"""The person comes to the bed that a team has asked for: admitted, or cared for at the short-term place."""

from datetime import datetime

from django.db import transaction

from narvard.care import actions as care
from narvard.care.models import Handover
from narvard.flows import life
from narvard.organisation.models import Commission


@transaction.atomic
def arrive(*, handover: Handover, by: Commission, at: datetime, version: int | None = None) -> Handover:
    """Admit to the ward, with all that follows; at a short-term place the care goes on in an episode of its own."""
    row = care.note_arrival(handover=handover, by=by, at=at, version=version)
    if row.bed == Handover.Bed.DIRECT_ADMISSION:
        life.admit(patient=row.patient, ward=row.receiver, admitted_at=at, by=by, at=at)
    else:
        care.continue_episode(handover=row, by=by, at=at)
    return row
