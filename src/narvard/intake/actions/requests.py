"""A new request."""

from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext as _

from narvard.intake import clocks, states, steps
from narvard.intake.channels import first_risk, waits_from_the_start
from narvard.intake.errors import RequestNotValid
from narvard.intake.models import CareRequest, Channel, RequestEvent, Urgency
from narvard.intake.references import free_reference
from narvard.intake.relations import keep_relations
from narvard.intake.short_forms import urgencies_of
from narvard.intake.states import Act
from narvard.organisation.models import CareUnit, Commission
from narvard.people.models import Patient

Kind = RequestEvent.Kind


@transaction.atomic
def register_request(
    *,
    patient: Patient,
    intake: CareUnit,
    sender_unit: CareUnit,
    channel: str,
    urgency: str,
    question: str,
    by: Commission,
    at: datetime,
    background: str = "",
    caller_name: str = "",
    caller_phone: str = "",
    wished_from: datetime | None = None,
    wished_until: datetime | None = None,
) -> CareRequest:
    """Register a request; one line (``question``) is enough. The joint ``intake`` owns it.

    Somebody whom an ambulance or the alarm centre lets stay at home for a team is in the waiting room at once.
    """
    _check_request(patient, question, wished_from, wished_until)
    _check_sender(channel, urgency)
    begun = states.begin(Channel(channel), sender_unit.pk, intake.pk)
    first_contact = clocks.first_contact_due(Urgency(urgency), at)
    due_at = clocks.running(begun.clock, channel, urgency, at, first_contact)
    row = CareRequest(
        patient=patient,
        owner_unit=intake,
        sender_unit=sender_unit,
        channel=channel,
        urgency=urgency,
        question=question.strip(),
        background=background.strip(),
        caller_name=caller_name.strip(),
        caller_phone=caller_phone.strip(),
        wished_from=wished_from,
        wished_until=wished_until,
        registered_by=by,
        registered_at=at,
        keeper_id=begun.keeper,
        first_contact_due_at=first_contact,
        due_at=due_at,
        step_due_at=due_at,
    )
    row.reference = free_reference(row.pk)
    row.save(force_insert=True)
    steps.note(row, Kind.REGISTERED, by=by, at=at)
    keep_relations(row, None, by=by, at=at)
    steps.log(row, "register_request", by=by, at=at)
    if waits_from_the_start(channel, urgency):
        steps.step(row, Act.WAIT, Kind.WAITING, by=by, at=at, risk=first_risk(urgency))
    return row


def _check_request(patient: Patient, question: str, start: datetime | None, end: datetime | None) -> None:
    if not question.strip():
        raise RequestNotValid(_("Skriv en rad om vad begäran gäller."))
    if patient.died_at is not None:
        raise RequestNotValid(_("Personen är registrerad som avliden. Kontrollera numret."))
    if start is not None and end is not None and end < start:
        raise RequestNotValid(_("Önskad tid slutar innan den börjar."))


def _check_sender(channel: str, urgency: str) -> None:
    if urgency not in urgencies_of(channel):
        told = {"who": Channel(channel).label, "what": Urgency(urgency).label}
        raise RequestNotValid(_("%(who)s kan inte skicka en begäran som är: %(what)s. Välj en annan brådska.") % told)
