"""Who takes the request: the intake asks a team, and the team answers."""

from datetime import datetime
from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext as _

from narvard.intake import states, steps
from narvard.intake.errors import NotYourRequest, ReasonMissing
from narvard.intake.models import CareRequest, RequestEvent
from narvard.intake.states import Act
from narvard.intake.steps import Suggestion
from narvard.organisation.models import CareUnit, Commission

Kind = RequestEvent.Kind


@transaction.atomic
def assign_request(
    *,
    request: UUID,
    team: CareUnit,
    suggestion: Suggestion,
    by: Commission,
    at: datetime,
    reason: str = "",
    version: int | None = None,
) -> CareRequest:
    """The coordinator asks ``team``; a team whose criteria are not met needs a reason, which is counted."""
    row = steps.locked(request, version)
    steps.owner_only(row, by)
    if suggestion.is_override and not reason.strip():
        raise ReasonMissing(_("Teamets krav är inte uppfyllda. Skriv varför teamet ändå ska få begäran."))
    steps.check_team(team, at)
    return steps.step(row, Act.ASSIGN, Kind.ASSIGNED, by=by, at=at, team=team, reason=reason, seen=suggestion)


@transaction.atomic
def take_request(
    *,
    request: UUID,
    by: Commission,
    at: datetime,
    version: int | None = None,
    reason: str = "",
    against: Suggestion | None = None,
) -> CareRequest:
    """The asked team accepts, or a team takes a request that nobody has been asked about (a phone call).

    ``reason`` is why it takes one whose sender's condition is not known to hold; ``against`` what stood against it,
    which is counted as an override when the condition does not hold.
    """
    row = steps.locked(request, version)
    if row.state == states.State.ASKED and row.team_id != by.unit_id:
        raise NotYourRequest(_("Ett annat team har fått frågan. Be koordinatorn fördela om."))
    steps.check_team(by.unit, at)
    return steps.step(row, Act.TAKE, Kind.ACCEPTED, by=by, at=at, team=by.unit, reason=reason, seen=against)


@transaction.atomic
def decline_request(
    *, request: UUID, reason: str, next_step: str, by: Commission, at: datetime, version: int | None = None
) -> CareRequest:
    """The team says no, with a reason and a next step; the request goes back to the intake."""
    row = steps.locked(request, version)
    steps.words(reason, next_step)
    return steps.step(row, Act.DECLINE, Kind.DECLINED, by=by, at=at, reason=reason, next_step=next_step)


@transaction.atomic
def forward_request(
    *, request: UUID, team: CareUnit, reason: str, by: Commission, at: datetime, version: int | None = None
) -> CareRequest:
    """The team sends the request on to another team; whoever kept the case keeps it until that team accepts."""
    row = steps.locked(request, version)
    steps.words(reason)
    steps.check_team(team, at)
    return steps.step(row, Act.FORWARD, Kind.FORWARDED, by=by, at=at, team=team, reason=reason)


@transaction.atomic
def mark_missent(
    *, request: UUID, reason: str, by: Commission, at: datetime, next_step: str = "", version: int | None = None
) -> CareRequest:
    """Not for us: a team gives it back to the intake; the intake gives it back to the sender, with a next step."""
    row = steps.locked(request, version)
    steps.words(reason)
    if row.state != states.State.NEW:
        return steps.step(row, Act.MISSENT, Kind.MISSENT, by=by, at=at, reason=reason, next_step=next_step)
    steps.owner_only(row, by)
    steps.words(reason, next_step)
    return steps.step(row, Act.NOT_OURS, Kind.MISSENT, by=by, at=at, reason=reason, next_step=next_step)
