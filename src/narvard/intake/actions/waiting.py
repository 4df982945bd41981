"""The waiting room: who keeps the case looks again by the clock, and whoever gets worse goes back to ambulance."""

from datetime import datetime
from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from narvard.intake import steps
from narvard.intake.channels import first_risk
from narvard.intake.errors import NotYourRequest
from narvard.intake.models import CareRequest, RequestEvent, Risk
from narvard.intake.rights import refuse_outsider
from narvard.intake.states import Act
from narvard.organisation.models import Commission

Kind = RequestEvent.Kind
WORSE = gettext_noop("Försämrad. Ambulans tar över.")


@transaction.atomic
def place_in_waiting_room(
    *,
    request: UUID,
    by: Commission,
    at: datetime,
    risk: int | None = None,
    reason: str = "",
    version: int | None = None,
) -> CareRequest:
    """The person waits at home for a car; the keeper looks again by the clock of the urgency and the risk."""
    row = _of_the_room(request, version, by)
    found = first_risk(row.urgency) if risk is None else Risk(risk)
    return steps.step(row, Act.WAIT, Kind.WAITING, by=by, at=at, reason=reason, risk=found)


@transaction.atomic
def reassess(
    *, request: UUID, risk: int, by: Commission, at: datetime, reason: str = "", version: int | None = None
) -> CareRequest:
    """Somebody has looked again at one who waits: how the person is, in words if there is more to say."""
    row = _of_the_room(request, version, by)
    return steps.step(row, Act.REASSESS, Kind.REASSESSED, by=by, at=at, reason=reason, risk=Risk(risk))


@transaction.atomic
def leave_waiting_room(
    *, request: UUID, reason: str, by: Commission, at: datetime, version: int | None = None
) -> CareRequest:
    """The person no longer waits for a car, though the request goes on; with the reason."""
    row = _of_the_room(request, version, by)
    steps.words(reason)
    return steps.step(row, Act.LEAVE, Kind.LEFT, by=by, at=at, reason=reason)


@transaction.atomic
def dispatch_car(*, request: UUID, by: Commission, at: datetime, version: int | None = None) -> CareRequest:
    """The team that has accepted is on its way; the clock until the first visit runs on."""
    row = steps.locked(request, version)
    if by.unit_id not in {row.keeper_id, row.team_id}:
        raise NotYourRequest(_("Bara teamet som tagit emot begäran kan skicka bilen."))
    return steps.step(row, Act.DISPATCH, Kind.DISPATCHED, by=by, at=at)


@transaction.atomic
def return_to_ambulance(
    *, request: UUID, by: Commission, at: datetime, reason: str = "", version: int | None = None
) -> CareRequest:
    """The person has got worse: the request ends and an ambulance takes over. Anybody who takes part may say so.

    One click is enough, so no reason is asked for.
    """
    row = steps.locked(request, version)
    refuse_outsider(row, by)
    why = reason.strip() or WORSE
    return steps.step(row, Act.DETERIORATE, Kind.DETERIORATED, by=by, at=at, reason=why)


@transaction.atomic
def acknowledge_request(*, request: UUID, by: Commission, at: datetime, version: int | None = None) -> CareRequest:
    """The unit tells that it has read the request and is on it. No clock stops for that."""
    row = _of_the_room(request, version, by)
    return steps.step(row, Act.ACKNOWLEDGE, Kind.ACKNOWLEDGED, by=by, at=at)


def _of_the_room(request: UUID, version: int | None, by: Commission) -> CareRequest:
    row = steps.locked(request, version)
    if by.unit_id not in {row.owner_unit_id, row.keeper_id, row.team_id, row.backup_id}:
        raise NotYourRequest(_("Bara den som har ärendet, intaget och teamet som fått frågan kan göra det."))
    return row
