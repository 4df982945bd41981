"""Enrolling a patient: consent, a holder for each kind, and what is refused."""

from datetime import date, timedelta

import pytest

from narvard.access.actions import withdraw_consent
from narvard.access.models import CareRelation, Consent
from narvard.access.tests.factories import CareRelationFactory
from narvard.care import actions, queries, rules
from narvard.care.actions.episodes import (
    AlreadyEnrolled,
    ConsentMissing,
    HolderHasNotAccepted,
    RequestNotReady,
)
from narvard.care.ledger import HeldByAnother, MissingHolder
from narvard.care.models import Episode, Responsibility
from narvard.care.tests.factories import AT, HOUR
from narvard.core.models import AuditEvent
from narvard.intake.models import CareRequest
from narvard.people.tests.factories import PatientFactory


def request_for(area, **fields) -> CareRequest:
    values = {
        "patient": area.patient,
        "owner_unit": area.health_centre.unit,
        "reference": "UM-1",
        "channel": "health_centre",
        "urgency": "planned",
        "question": "Bedömning i hemmet",
        "sender_unit": area.health_centre.unit,
        "registered_by": area.health_centre,
        "registered_at": AT - HOUR,
        "state": "accepted",
        "keeper": area.team.unit,
        "team": area.team.unit,
        "first_contact_due_at": AT + HOUR,
        "due_at": AT + HOUR,
        **fields,
    }
    return CareRequest.objects.create(**values, step_due_at=values["due_at"])


def holders(area, **kinds):
    return {kind: kinds.get(kind, area.team).unit for kind in ("medical", "nursing", "rehabilitation", "coordination")}


def test_enrolment_gives_each_kind_a_holder_and_the_units_a_relation(area):
    episode = area.enrol(nursing=area.home_nursing)
    answers = {answer.kind: answer.holder for answer in queries.responsible(area.patient, AT)}
    assert answers == {
        "medical": area.team.unit,
        "nursing": area.home_nursing.unit,
        "rehabilitation": area.team.unit,
        "coordination": area.team.unit,
    }
    relations = CareRelation.objects.filter(patient=area.patient, until=None).values_list("unit", "kind")
    assert set(relations) == {
        (area.team.unit_id, "enrolment"),
        (area.team.unit_id, "responsibility"),
        (area.home_nursing.unit_id, "responsibility"),
    }
    assert AuditEvent.objects.filter(what="care.start_episode", object_id=str(episode.pk)).exists()


def test_no_enrolment_without_a_valid_yes(area):
    other = PatientFactory()
    area.met(area.team, other)
    withdrawn = area.consent()
    area.relate(area.team)
    withdraw_consent(consent=withdrawn, by=area.team, at=AT)
    sharing = area.consent(kind=Consent.Kind.SHARED_RECORD)
    ended = area.consent(at=AT - HOUR, until=AT)
    for consent in (withdrawn, sharing, ended):
        with pytest.raises(ConsentMissing):
            actions.enrol(
                patient=area.patient,
                unit=area.team.unit,
                holders=holders(area),
                consent=consent,
                by=area.team,
                at=AT,
            )
    with pytest.raises(ConsentMissing):
        actions.enrol(
            patient=other, unit=area.team.unit, holders=holders(area), consent=area.consent(), by=area.team, at=AT
        )
    assert not Episode.objects.exists()
    assert not Responsibility.objects.exists()


def test_a_child_is_enrolled_by_a_guardian_or_after_an_assessment(area):
    area.patient.birth_date = date(2014, 3, 1)
    area.patient.save()
    with pytest.raises(ConsentMissing):
        area.enrol()
    guardian = area.consent(how=Consent.How.GUARDIAN, given_by="Eva Ångström")
    episode = actions.enrol(
        patient=area.patient, unit=area.team.unit, holders=holders(area), consent=guardian, by=area.team, at=AT
    )
    assert episode.consent == guardian


def test_every_kind_needs_a_holder(area):
    with pytest.raises(MissingHolder):
        actions.enrol(
            patient=area.patient,
            unit=area.team.unit,
            holders={"medical": area.team.unit},
            consent=area.consent(),
            by=area.team,
            at=AT,
        )
    assert not Episode.objects.exists()


def test_a_stranger_is_not_made_responsible(area):
    with pytest.raises(HolderHasNotAccepted):
        area.enrol(medical=area.other_team)


def test_a_municipality_carries_no_medical_responsibility(area):
    with pytest.raises(rules.CannotHold):
        area.enrol(medical=area.home_nursing)


def test_home_help_carries_no_nursing(area):
    area.patient.lives_at = area.home_help.unit
    area.patient.save()
    with pytest.raises(rules.CannotHold):
        area.enrol(nursing=area.home_help)


def test_only_the_unit_itself_enrols(area):
    with pytest.raises(rules.NotYourUnit):
        actions.enrol(
            patient=area.patient,
            unit=area.team.unit,
            holders=holders(area),
            consent=area.consent(),
            by=area.other_team,
            at=AT,
        )


def test_twice_at_the_same_unit_is_refused(area):
    area.enrol()
    with pytest.raises(AlreadyEnrolled):
        area.enrol(at=AT + HOUR)


def test_a_second_enrolment_keeps_what_the_first_unit_holds(area):
    area.enrol()
    with pytest.raises(HeldByAnother):
        area.enrol(by=area.other_team, at=AT + HOUR)
    kept = dict.fromkeys(("medical", "nursing", "rehabilitation", "coordination"), area.team)
    area.enrol(by=area.other_team, at=AT + HOUR, **kept)
    assert Responsibility.objects.count() == 4


def test_a_closed_unit_enrols_nobody(area):
    area.team.unit.closed_on = AT.date()
    area.team.unit.save()
    with pytest.raises(rules.UnitClosed):
        area.enrol()


def test_the_dead_are_not_enrolled(area):
    area.patient.died_at = AT - timedelta(days=1)
    area.patient.save()
    with pytest.raises(rules.PatientHasDied):
        area.enrol()


def test_an_accepted_request_becomes_the_enrolment_once(area):
    request = request_for(area)
    assert list(queries.to_start(area.team.unit_id)) == [request]
    values = {"patient": area.patient, "unit": area.team.unit, "by": area.team, "request": request}
    actions.start_contact(form="single_visit", at=AT, **values)
    assert list(queries.to_start(area.team.unit_id)) == []
    with pytest.raises(RequestNotReady):
        actions.enrol(holders=holders(area), consent=area.consent(), at=AT + HOUR, **values)


@pytest.mark.parametrize("wrong", ["state", "team", "patient"])
def test_a_request_that_is_not_the_teams_does_not_start_anything(area, wrong):
    fields = {
        "state": {"state": "asked"},
        "team": {"team": area.other_team.unit},
        "patient": {"patient": PatientFactory()},
    }[wrong]
    with pytest.raises(RequestNotReady):
        actions.start_contact(
            patient=area.patient,
            unit=area.team.unit,
            form="single_visit",
            request=request_for(area, **fields),
            by=area.team,
            at=AT,
        )


def test_a_unit_that_has_not_met_the_patient_begins_with_a_request(area):
    consent = area.consent()
    mine = {"patient": area.patient, "unit": area.other_team.unit, "by": area.other_team, "at": AT}
    area_holders = dict.fromkeys(holders(area), area.other_team.unit)
    with pytest.raises(rules.NotYourPatient):
        actions.enrol(**mine, holders=area_holders, consent=consent)
    with pytest.raises(rules.NotYourPatient):
        actions.start_contact(**mine, form="consult")
    # Having sent a request, or been asked about one, is not to have met the patient.
    CareRelationFactory(patient=area.patient, unit=area.other_team.unit, kind=CareRelation.Kind.REQUEST)
    with pytest.raises(rules.NotYourPatient):
        actions.start_contact(**mine, form="consult")
    taken = request_for(area, team=area.other_team.unit, keeper=area.other_team.unit)
    assert actions.enrol(**mine, holders=area_holders, consent=consent, request=taken).unit == area.other_team.unit


def test_a_known_patient_and_a_listed_one_come_back_directly(area):
    area.met(area.other_team)
    for by in (area.other_team, area.health_centre):
        back = actions.start_contact(patient=area.patient, unit=by.unit, form="consult", by=by, at=AT)
        assert back.unit == by.unit
