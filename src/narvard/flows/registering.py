"""A request is written down together with what the sender told; one who is not stable goes back to ambulance."""

import uuid
from collections.abc import Mapping
from datetime import datetime
from typing import Any

from django.db import transaction

from narvard.access.models import CareRelation
from narvard.flows import duties, triage
from narvard.flows.telling import tell_fact
from narvard.intake.actions import (
    close_with_advice,
    register_request,
    return_to_ambulance,
    take_request,
)
from narvard.intake.models import CareRequest
from narvard.intake.short_forms import NOT_STABLE, danger
from narvard.organisation.models import CareUnit, Commission
from narvard.people.models import Patient

_KNOWN = (CareRelation.Kind.ENROLMENT, CareRelation.Kind.CONTACT, CareRelation.Kind.VISIT)


@transaction.atomic
def register(
    *,
    by: Commission,
    at: datetime,
    facts: Mapping[str, object],
    take: bool = False,
    advice: str = "",
    reason: str = "",
    **request: Any,
) -> CareRequest:
    """Register a request and the facts told with it; ``take`` for a team that was phoned, with its ``reason`` when the
    sender's condition is not known to hold.

    ``advice`` ends it at once: a consult or advice on the phone is a contact too, and is kept.
    """
    row = register_request(by=by, at=at, **request)
    for name, value in facts.items():
        tell_fact(request=row, name=name, value=value, by=by, at=at)
    if take and advice.strip():
        row = take_request(request=row.pk, by=by, at=at)
    elif take:
        row = triage.take(request=row, by=by, at=at, reason=reason)
    if advice.strip():
        return advise(request=row.pk, advice=advice, by=by, at=at)
    return row


@transaction.atomic
def advise(*, request: uuid.UUID, advice: str, by: Commission, at: datetime, version: int | None = None) -> CareRequest:
    """Advice was enough: the request ends with it, and the team calls back where its programme says so."""
    row = close_with_advice(request=request, advice=advice, by=by, at=at, version=version)
    # A request may be opened again and end with advice once more: each end has its own call.
    duties.after_advice(told=row, by=by, at=at, urgency=row.urgency, turn=row.events.count())
    return row


@transaction.atomic
def register_by_signs(
    *, by: Commission, at: datetime, answers: Mapping[str, str], facts: Mapping[str, object], **request: Any
) -> CareRequest:
    """The alarm centre's case: stable waits at home for a team, whoever is not goes back to ambulance at once.

    ``answers`` are yes, no or unknown by the key of each question.
    """
    wrong = danger(answers)
    row = register(by=by, at=at, facts={**facts, "stable": not wrong}, **request)
    if not wrong:
        return row
    reason = NOT_STABLE % {"asked": " ".join(sign.text["sv"] for sign in wrong)}
    return return_to_ambulance(request=row.pk, reason=reason[:400], by=by, at=at)


def knows(patient: Patient, unit: CareUnit) -> bool:
    """Whether the person is or has been with the unit, and so comes back without a referral letter."""
    return CareRelation.objects.filter(patient=patient, unit=unit, kind__in=_KNOWN).exists()
