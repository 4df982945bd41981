"""A patient's care begins: consent, contact or enrolment, named contacts, and the request's end, in one transaction."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from django.db import transaction

from narvard.access.actions import record_consent
from narvard.access.models import Consent
from narvard.care import actions as care
from narvard.care.models import Episode
from narvard.flows import duties
from narvard.intake.actions import end_with_episode
from narvard.intake.models import CareRequest, Urgency
from narvard.organisation.models import CareUnit, Commission, Programme
from narvard.people.models import Patient

# Nobody has seen the person, so a programme may promise to call back.
_WITHOUT_A_VISIT = frozenset({Episode.Form.ADVICE, Episode.Form.CONSULT})


@dataclass(frozen=True)
class Yes:
    """How the patient said yes to the enrolment; ``share`` also lets the units read each other's records."""

    how: str
    given_by: str = ""
    assessment: str = ""
    attitude: str = ""
    nothing_against: bool = False
    share: bool = False


@transaction.atomic
def begin_contact(
    *,
    patient: Patient,
    form: str,
    by: Commission,
    at: datetime,
    request: CareRequest | None = None,
    goal: str = "",
    answer: str = "",
    version: int | None = None,
) -> Episode:
    """A contact at the acting unit; an accepted request ends in it. After advice or a consult it may owe a call."""
    episode = care.start_contact(
        patient=patient,
        unit=by.unit,
        form=form,
        request=request,
        programme=_programme(by.unit),
        goal=goal,
        answer=answer,
        by=by,
        at=at,
    )
    if form in _WITHOUT_A_VISIT:
        urgency = request.urgency if request else Urgency.ADVICE
        duties.after_advice(told=episode, by=by, at=at, urgency=urgency)
    if request is not None:
        end_with_episode(request=request.pk, by=by, at=at, version=version)
    return episode


@transaction.atomic
def begin_enrolment(
    *,
    patient: Patient,
    yes: Yes,
    holders: Mapping[str, CareUnit],
    by: Commission,
    at: datetime,
    request: CareRequest | None = None,
    goal: str = "",
    contacts: Sequence[tuple[str, Commission]] = (),
    version: int | None = None,
) -> Episode:
    """An enrolment at the acting unit after the patient's yes; an accepted request ends in it."""
    consent = _consent(patient, Consent.Kind.ENROLMENT, yes, by, at)
    if yes.share:
        _consent(patient, Consent.Kind.SHARED_RECORD, yes, by, at)
    episode = care.enrol(
        patient=patient,
        unit=by.unit,
        holders=holders,
        consent=consent,
        request=request,
        programme=_programme(by.unit),
        goal=goal,
        by=by,
        at=at,
    )
    for kind, person in contacts:
        care.designate_contact(patient=patient, kind=kind, staff=person.staff, unit=person.unit, by=by, at=at)
    if request is not None:
        end_with_episode(request=request.pk, by=by, at=at, version=version)
    return episode


def _consent(patient: Patient, kind: Consent.Kind, yes: Yes, by: Commission, at: datetime) -> Consent:
    return record_consent(
        patient=patient,
        kind=kind,
        how=Consent.How(yes.how),
        given_by=yes.given_by,
        assessment=yes.assessment,
        attitude=yes.attitude,
        nothing_against=yes.nothing_against,
        by=by,
        at=at,
    )


def _programme(unit: CareUnit) -> Programme | None:
    return Programme.objects.filter(teams=unit.pk).first()
