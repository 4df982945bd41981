"""Facts of life that touch every room: a death, a death taken back, an admission."""

from dataclasses import fields
from datetime import datetime
from typing import Any

from django.db import transaction
from django.utils.translation import gettext_noop

from narvard.care import actions as care
from narvard.care.conference.actions import leave_lists
from narvard.care.models import Death, HospitalStay, Move
from narvard.flows import duties
from narvard.intake.actions import close_for_death, reopen_after_death
from narvard.intake.early.actions import end_early_case_for_death
from narvard.organisation.models import CareUnit, Commission, Municipality
from narvard.people.actions import Place, change_address, change_details, record_death, undo_death
from narvard.people.models import Address, Housing, Patient
from narvard.visits import actions as visits
from narvard.visits import sentences


@transaction.atomic
def register_death(*, patient: Patient, died_at: datetime, by: Commission, at: datetime) -> Death:
    """Stop requests, hand-overs, visits and responsibility, and make due what then is due."""
    record_death(patient=patient, died_at=died_at, by=by, at=at)
    close_for_death(patient=patient, by=by, at=at)
    end_early_case_for_death(patient=patient, by=by, at=at)
    care.lapse_duties(patient=patient, by=by, at=at)
    leave_lists(patient=patient, by=by, at=at)
    death = care.end_for_death(patient=patient, died_at=died_at, by=by, at=at)
    visits.stop_visits(patient=patient, reason=gettext_noop("Patienten har avlidit."), code=visits.DIED, by=by, at=at)
    return death


@transaction.atomic
def take_back_death(*, patient: Patient, reason: str, by: Commission, at: datetime) -> Death:
    """A death registered by mistake: responsibility, episodes, requests and visits run on; the history stays."""
    undo_death(patient=patient, reason=reason, by=by, at=at)
    death = care.restore_after_death(patient=patient, reason=reason, by=by, at=at)
    care.restore_duties(patient=patient, lapsed_at=death.registered_at, by=by, at=at)
    visits.resume_visits(patient=patient, stopped_at=death.registered_at, by=by, at=at)
    reopen_after_death(patient=patient, reason=reason, by=by, at=at)
    return death


@transaction.atomic
def admit(*, patient: Patient, ward: CareUnit, admitted_at: datetime, by: Commission, at: datetime) -> HospitalStay:
    """The patient is on a ward: responsibility follows, and nobody drives home to the patient meanwhile.

    Visit needs stay: visits are planned again from the day of the discharge.
    """
    stay = care.admit_patient(patient=patient, ward=ward, admitted_at=admitted_at, by=by, at=at)
    reason = sentences.ADMITTED % {"ward": ward.name}
    visits.cancel_visits_of(patient=patient, reason=reason, by=by, at=at)
    return stay


@transaction.atomic
def discharge(
    *, stay: HospitalStay, discharged_at: datetime, by: Commission, at: datetime, version: int | None = None
) -> HospitalStay:
    """Home again: responsibility goes back, the days to come hold visits again, and teams owe what they promise."""
    # Read while the ward still may.
    facts = duties.known_facts(stay.patient, by, at)
    home = care.discharge_patient(stay=stay, discharged_at=discharged_at, by=by, at=at, version=version)
    duties.after_discharge(stay=home, facts=facts, by=by, at=at)
    return home


@transaction.atomic
def take_back_discharge(
    *, stay: HospitalStay, reason: str, by: Commission, at: datetime, version: int | None = None
) -> HospitalStay:
    """A discharge registered by mistake: the ward is responsible, and nobody drives home to the patient meanwhile."""
    row = care.undo_discharge(stay=stay, reason=reason, by=by, at=at, version=version)
    visits.cancel_visits_of(patient=row.patient, reason=sentences.ADMITTED % {"ward": row.ward.name}, by=by, at=at)
    return row


@transaction.atomic
def move(
    *,
    patient: Patient,
    place: Place,
    municipality: Municipality | None,
    municipality_name: str,
    moved_at: datetime,
    by: Commission,
    at: datetime,
) -> Move:
    """The person lives in another municipality: it is asked to take over, and visits are planned to the new address.

    The home nursing and the housing of the municipality that was left are over; what the new one decides is new.
    """
    row = care.register_move(
        patient=patient, to=municipality, to_name=municipality_name, moved_at=moved_at, by=by, at=at
    )
    change_address(patient=patient, place=place, municipality=municipality, since=moved_at, by=by, at=at)
    ended: dict[str, Any] = {"home_nursing": False} if row.had_home_nursing else {}
    if row.lived_at_id is not None:
        ended |= {"lives_at": None, "housing": Housing.ORDINARY}
    if ended:
        change_details(patient=patient, by=by, at=at, **ended)
    visits.cancel_visits_of(patient=patient, reason=sentences.MOVED, by=by, at=at)
    return row


@transaction.atomic
def take_back_move(*, patient: Patient, reason: str, by: Commission, at: datetime) -> Move:
    """A move registered by mistake: the person lives where they did; the history stays, with the reason."""
    row = care.undo_move(patient=patient, reason=reason, by=by, at=at)
    before = Address.objects.filter(patient=patient, until=row.moved_at).order_by("-since").first()
    back: dict[str, Any] = {"municipality": row.from_municipality, "home_nursing": row.had_home_nursing}
    if row.lived_at_id is not None:
        back |= {"lives_at": row.lived_at, "housing": row.lived_as}
    if before is not None:
        place = Place(**{field.name: getattr(before, field.name) for field in fields(Place)})
        change_address(patient=patient, place=place, municipality=row.from_municipality, by=by, at=at)
    change_details(patient=patient, by=by, at=at, **back)
    visits.cancel_visits_of(patient=patient, reason=sentences.MOVED, by=by, at=at)
    return row
