"""Facts of life: a ward stay, a death, a death taken back."""

from datetime import timedelta

import pytest

from narvard.access import guard
from narvard.access.models import CareRelation
from narvard.access.tests.factories import CareRelationFactory
from narvard.care import actions, queries, rules
from narvard.care.actions.life import AlreadyOnWard, DeathRegistered, DutyDone, InTheFuture, NoDeath, NotOnWard
from narvard.care.ledger import MAIN_KINDS, MissingHolder
from narvard.care.models import DesignatedContact, Duty, Episode, Handover, Responsibility
from narvard.care.tests.factories import AT, HOUR
from narvard.people.actions import record_death, undo_death


def holders(area, at) -> dict:
    found = queries.main_holders([area.patient.pk], at)
    return {kind: found.get((area.patient.pk, kind)) for kind in MAIN_KINDS}


def admit(area, at=AT + 2 * HOUR, since=None):
    return actions.admit_patient(
        patient=area.patient, ward=area.ward.unit, admitted_at=since or at, by=area.ward, at=at
    )


def die(area, at=AT + 5 * HOUR, died_at=None):
    died_at = died_at or at
    record_death(patient=area.patient, died_at=died_at, by=area.team, at=at)
    return actions.end_for_death(patient=area.patient, died_at=died_at, by=area.team, at=at)


def test_an_admission_moves_care_to_the_ward_and_the_discharge_moves_it_back(area):
    area.enrol(nursing=area.home_nursing)
    stay = admit(area)
    during = holders(area, AT + 3 * HOUR)
    assert [during[kind] for kind in MAIN_KINDS] == [area.ward.unit] * 3 + [area.team.unit]
    assert queries.in_hospital([area.patient.pk], AT + 3 * HOUR) == {area.patient.pk}
    actions.discharge_patient(
        stay=stay, discharged_at=AT + 30 * HOUR, by=area.ward, at=AT + 30 * HOUR, version=stay.version
    )
    after = holders(area, AT + 30 * HOUR)
    assert (after["medical"], after["nursing"]) == (area.team.unit, area.home_nursing.unit)
    assert queries.in_hospital([area.patient.pk], AT + 31 * HOUR) == set()


def test_an_admission_that_was_told_late_counts_from_when_it_happened(area):
    episode = area.enrol()
    handover = area.propose(episode, area.other_team)
    actions.accept_handover(handover=handover, by=area.other_team, at=AT + 3 * HOUR)
    stay = admit(area, at=AT + 6 * HOUR, since=AT + 2 * HOUR)
    assert holders(area, AT + 3 * HOUR)["medical"] == area.ward.unit
    assert Responsibility.objects.filter(voided_at=AT + 6 * HOUR, voided_by_id=stay.pk).count() == 3
    actions.discharge_patient(stay=stay, discharged_at=AT + 9 * HOUR, by=area.ward, at=AT + 9 * HOUR)
    assert set(holders(area, AT + 9 * HOUR).values()) == {area.other_team.unit}


def test_an_admission_withdraws_what_the_giver_no_longer_holds(area):
    handover = area.propose(area.enrol(), area.other_team)
    admit(area)
    handover.refresh_from_db()
    assert handover.state == Handover.State.WITHDRAWN
    assert handover.events.last().reason


def test_a_ward_cannot_send_home_to_nobody(area):
    stay = admit(area)
    area.enrol(at=AT + 3 * HOUR, coordination=area.ward)
    with pytest.raises(MissingHolder):
        actions.discharge_patient(stay=stay, discharged_at=AT + 4 * HOUR, by=area.ward, at=AT + 4 * HOUR)


def test_what_a_ward_may_not_do(area):
    with pytest.raises(rules.NotYourUnit):
        actions.admit_patient(patient=area.patient, ward=area.ward.unit, admitted_at=AT, by=area.team, at=AT)
    with pytest.raises(InTheFuture):
        admit(area, at=AT, since=AT + HOUR)
    stay = admit(area)
    with pytest.raises(AlreadyOnWard):
        admit(area, at=AT + 4 * HOUR)
    with pytest.raises(rules.NotYourUnit):
        actions.discharge_patient(stay=stay, discharged_at=AT + 4 * HOUR, by=area.team, at=AT + 4 * HOUR)
    planned = actions.plan_discharge(stay=stay, on=AT.date() + timedelta(days=2), by=area.ward, at=AT + 3 * HOUR)
    assert planned.planned_discharge_on == AT.date() + timedelta(days=2)
    actions.discharge_patient(stay=stay, discharged_at=AT + 4 * HOUR, by=area.ward, at=AT + 4 * HOUR)
    with pytest.raises(NotOnWard):
        actions.plan_discharge(stay=stay, on=None, by=area.ward, at=AT + 5 * HOUR)
    with pytest.raises(AlreadyOnWard):
        admit(area, at=AT + 6 * HOUR, since=AT + 3 * HOUR)


def test_death_ends_everything_and_makes_three_things_due(area):
    episode = area.enrol(nursing=area.home_nursing)
    actions.designate_contact(
        patient=area.patient, kind="care_contact", staff=area.team.staff, unit=area.team.unit, by=area.team, at=AT
    )
    handover = area.propose(episode, area.other_team, kinds=["medical"])
    death = die(area, died_at=AT + 4 * HOUR)
    assert set(holders(area, AT + 4 * HOUR).values()) == {None}
    assert holders(area, AT + 4 * HOUR - timedelta(seconds=1))["medical"] == area.team.unit
    handover.refresh_from_db()
    assert handover.state == Handover.State.WITHDRAWN
    assert Episode.objects.get().ended_at == AT + 4 * HOUR
    assert DesignatedContact.objects.get().until == AT + 4 * HOUR
    duties = {duty.kind: duty.unit for duty in Duty.objects.filter(source_id=death.pk)}
    assert duties == {
        "confirm_death": area.team.unit,
        "return_medicines": area.home_nursing.unit,
        "talk_with_relatives": area.team.unit,
    }
    guard.open_patient(area.patient.pk, by=area.home_nursing, at=AT + timedelta(days=6))


def test_a_death_before_the_enrolment_empties_the_ledger_and_gives_it_back(area):
    area.enrol(nursing=area.home_nursing)
    death = die(area, died_at=AT - HOUR)
    assert not Responsibility.objects.filter(voided_at=None).exists()
    assert Duty.objects.get(source_id=death.pk, kind="return_medicines").unit == area.home_nursing.unit
    undo_death(patient=area.patient, reason="Fel dag", by=area.team, at=AT + 6 * HOUR)
    actions.restore_after_death(patient=area.patient, reason="Fel dag", by=area.team, at=AT + 6 * HOUR)
    assert holders(area, AT + 6 * HOUR)["nursing"] == area.home_nursing.unit


def test_a_death_by_mistake_is_taken_back_and_history_is_kept(area):
    episode = area.enrol()
    handover = area.propose(episode, area.other_team, kinds=["medical"], wished_at=AT + 20 * HOUR)
    actions.accept_handover(handover=handover, by=area.other_team, at=AT + 2 * HOUR)
    admit(area, at=AT + 3 * HOUR)
    die(area)
    undo_death(patient=area.patient, reason="Förväxlad patient", by=area.team, at=AT + 6 * HOUR)
    with pytest.raises(rules.ReasonMissing):
        actions.restore_after_death(patient=area.patient, reason="", by=area.team, at=AT + 6 * HOUR)
    death = actions.restore_after_death(
        patient=area.patient, reason="Förväxlad patient", by=area.team, at=AT + 6 * HOUR
    )
    assert death.undo_reason == "Förväxlad patient"
    assert holders(area, AT + 5 * HOUR)["medical"] == area.ward.unit
    assert holders(area, AT + 5 * HOUR)["coordination"] == area.team.unit
    assert Episode.objects.get().ended_at is None
    assert queries.open_stay(area.patient).end_source_id is None
    assert {duty.kind for duty in Duty.objects.filter(voided_at=None)} == {"send_notice"}, "the ward still owes that"
    assert Responsibility.objects.filter(because="death", void_reason="Förväxlad patient").count() == 4
    guard.open_patient(area.patient.pk, by=area.team, at=AT + timedelta(days=60))
    with pytest.raises(NoDeath):
        actions.restore_after_death(patient=area.patient, reason="igen", by=area.team, at=AT + 7 * HOUR)


def test_nobody_dies_twice_or_in_the_future(area):
    area.enrol()
    with pytest.raises(InTheFuture):
        actions.end_for_death(patient=area.patient, died_at=AT + HOUR, by=area.team, at=AT)
    die(area)
    with pytest.raises(DeathRegistered):
        actions.end_for_death(patient=area.patient, died_at=AT + HOUR, by=area.team, at=AT + 6 * HOUR)


def test_nothing_is_handed_over_for_the_dead(area):
    episode = area.enrol()
    die(area)
    with pytest.raises(rules.PatientHasDied):
        area.propose(episode, area.other_team, at=AT + 6 * HOUR)


def test_a_duty_is_done_once_by_its_unit(area):
    area.enrol()
    death = die(area)
    duty = Duty.objects.get(source_id=death.pk, kind="talk_with_relatives")
    with pytest.raises(rules.NotYourUnit):
        actions.do_duty(duty=duty, by=area.ward, at=AT + 6 * HOUR)
    done = actions.do_duty(duty=duty, note="Ringde dottern", by=area.team, at=AT + 6 * HOUR, version=duty.version)
    assert done.note == "Ringde dottern"
    with pytest.raises(DutyDone):
        actions.do_duty(duty=duty, by=area.team, at=AT + 7 * HOUR)
    assert CareRelation.objects.get(source_id=duty.pk).until is not None


def test_a_death_belongs_to_those_who_meet_the_patient(area):
    area.enrol()
    for unit in (area.other_team.unit, area.home_help.unit):
        CareRelationFactory(patient=area.patient, unit=unit, kind=CareRelation.Kind.REQUEST)
    for by in (area.other_team, area.home_help):
        with pytest.raises(rules.NotYourPatient):
            actions.end_for_death(patient=area.patient, died_at=AT, by=by, at=AT)
    CareRelationFactory(patient=area.patient, unit=area.other_team.unit, kind=CareRelation.Kind.VISIT)
    death = actions.end_for_death(patient=area.patient, died_at=AT, by=area.other_team, at=AT)
    assert death.owner_unit == area.other_team.unit


def test_a_death_is_taken_back_by_those_who_carry_the_patient_or_registered_it(area):
    area.enrol(at=AT - HOUR)
    CareRelationFactory(patient=area.patient, unit=area.other_team.unit, kind=CareRelation.Kind.VISIT)
    die(area)
    with pytest.raises(rules.NotYourPatient):
        actions.restore_after_death(patient=area.patient, reason="Fel", by=area.other_team, at=AT + 6 * HOUR)
    actions.restore_after_death(patient=area.patient, reason="Fel", by=area.health_centre, at=AT + 6 * HOUR)
    actions.end_for_death(patient=area.patient, died_at=AT, by=area.other_team, at=AT + 7 * HOUR)
    assert actions.restore_after_death(patient=area.patient, reason="Fel", by=area.other_team, at=AT + 8 * HOUR)
