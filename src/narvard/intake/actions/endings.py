"""How a request ends, and how it is opened again."""

from datetime import datetime
from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext as _

from narvard.intake import states, steps
from narvard.intake.errors import NotYourRequest, RequestNotValid
from narvard.intake.models import CareRequest, RequestEvent
from narvard.intake.states import Act
from narvard.organisation.models import Commission
from narvard.people.models import Patient

Kind = RequestEvent.Kind


@transaction.atomic
def withdraw_request(
    *, request: UUID, reason: str, by: Commission, at: datetime, version: int | None = None
) -> CareRequest:
    """The sender (or the intake, told by the sender) takes the request back."""
    row = steps.locked(request, version)
    steps.words(reason)
    steps.lasting_only(row, by)
    return steps.step(row, Act.WITHDRAW, Kind.WITHDRAWN, by=by, at=at, reason=reason)


@transaction.atomic
def reopen_request(
    *, request: UUID, reason: str, by: Commission, at: datetime, version: int | None = None
) -> CareRequest:
    """Open an ended request again; it starts over at the intake with new clocks."""
    row = steps.locked(request, version)
    steps.words(reason)
    steps.lasting_only(row, by)
    if row.patient.died_at is not None:
        raise RequestNotValid(_("Personen är registrerad som avliden."))
    return steps.step(row, Act.REOPEN, Kind.REOPENED, by=by, at=at, reason=reason)


@transaction.atomic
def close_with_advice(
    *, request: UUID, advice: str, by: Commission, at: datetime, version: int | None = None
) -> CareRequest:
    """Advice was enough: what was said is kept, and the request ends."""
    row = steps.locked(request, version)
    steps.words(advice)
    if by.unit_id not in {row.owner_unit_id, row.team_id}:
        raise NotYourRequest(_("Bara intaget och teamet som har begäran kan avsluta den med råd."))
    return steps.step(row, Act.ADVISE, Kind.CLOSED, by=by, at=at, reason=advice)


@transaction.atomic
def refuse_request(
    *, request: UUID, reason: str, next_step: str, by: Commission, at: datetime, version: int | None = None
) -> CareRequest:
    """The intake finds no team that can take it: back to the sender with a next step, and counted as unmet need."""
    row = steps.locked(request, version)
    steps.owner_only(row, by)
    steps.words(reason, next_step)
    return steps.step(row, Act.REFUSE, Kind.CLOSED, by=by, at=at, reason=reason, next_step=next_step)


@transaction.atomic
def end_with_episode(*, request: UUID, by: Commission, at: datetime, version: int | None = None) -> CareRequest:
    """Care has begun a contact or an enrolment: the request has led to what it asked for."""
    return steps.step(steps.locked(request, version), Act.START_CARE, Kind.CLOSED, by=by, at=at)


@transaction.atomic
def close_for_death(*, patient: Patient, by: Commission, at: datetime) -> list[CareRequest]:
    """End every open request of a person who has died."""
    rows = CareRequest.objects.filter(patient=patient).exclude(state=states.State.CLOSED).order_by("pk")
    return [
        steps.step(steps.locked(pk, None), Act.DIE, Kind.CLOSED, by=by, at=at)
        for pk in rows.values_list("pk", flat=True)
    ]


@transaction.atomic
def reopen_after_death(*, patient: Patient, reason: str, by: Commission, at: datetime) -> list[CareRequest]:
    """A death was registered by mistake: the requests it ended start over at the intake with new clocks."""
    steps.words(reason)
    rows = CareRequest.objects.filter(patient=patient, outcome=CareRequest.Outcome.DIED).order_by("pk")
    keys = list(rows.values_list("pk", flat=True))
    return [steps.step(steps.locked(pk, None), Act.LIVES, Kind.REOPENED, by=by, at=at, reason=reason) for pk in keys]
