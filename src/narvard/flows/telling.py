"""What people tell about the patient: own words and facts, written by those who have a reason to."""

from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext as _

from narvard.access.guard import OpenPatient
from narvard.care import rules
from narvard.core.errors import Refused
from narvard.followup.utilisation.queries import offered_facts
from narvard.intake.models import CareRequest
from narvard.intake.rights import refuse_outsider
from narvard.organisation.models import Commission
from narvard.people.actions import record_fact, record_what_matters
from narvard.people.models import Fact, InformationKind, Patient, WhatMatters


@transaction.atomic
def tell_what_matters(*, patient: Patient, text: str, by: Commission, at: datetime, told_by: str = "") -> WhatMatters:
    """What matters to the person, in their own words, told to a unit with a care relation."""
    rules.refuse_unrelated(patient, by, at)
    return record_what_matters(patient=patient, text=text, told_by=told_by, by=by, at=at)


@transaction.atomic
def tell_fact(*, request: CareRequest, name: str, value: object, by: Commission, at: datetime) -> Fact:
    """A fact told while the request is handled, so disclosed with it: coordination, whichever party writes it."""
    refuse_outsider(request, by)
    return record_fact(
        patient=request.patient,
        name=name,
        value=value,
        source=Fact.Source.SENDER,
        source_text=str(request.sender_unit),
        by=by,
        at=at,
        information_kind=InformationKind.COORDINATION,
    )


class NoLongerOffered(Refused):
    """The utilisation data no longer offer the fact: somebody took it in, or a newer file has come."""


@transaction.atomic
def take_offer(*, opened: OpenPatient, request: CareRequest, name: str, by: Commission, at: datetime) -> Fact:
    """Take a fact that the utilisation data offer into the record, where it belongs to the unit whose data it is."""
    refuse_outsider(request, by)
    offer = next((each for each in offered_facts(opened) if each.name == name), None)
    if offer is None:
        raise NoLongerOffered(_("Uppgiften är redan intagen, eller har ändrats. Se sidan igen."))
    return record_fact(
        patient=opened.patient,
        name=name,
        value=offer.value,
        source=Fact.Source.REGISTER,
        source_text=offer.source_text,
        owner_unit=offer.unit,
        true_at=offer.true_at,
        by=by,
        at=at,
    )
