"""An enrolment and a ward stay, in every order; an admission and a discharge that were mistakes."""

import pytest

from narvard.access import guard
from narvard.access.models import CareRelation
from narvard.care import actions, queries, rules
from narvard.care.actions.life import BeforeAdmission, NotOnWard
from narvard.care.actions.undoing import OnWardAgain, StillOnWard
from narvard.care.ledger import (
    ADMISSION_KINDS,
    MAIN_KINDS,
    HeldByAnother,
    LaterFollows,
    MissingHolder,
    TimeRunsBackwards,
    gaps,
)
from narvard.care.models import Duty, Episode, HospitalStay, Responsibility
from narvard.care.tests.factories import AT, HOUR, Area
from narvard.core.models import AuditEvent
from narvard.people.actions import record_death, undo_death


def holders(area: Area, hours: float) -> list:
    found = queries.main_holders([area.patient.pk], AT + hours * HOUR)
    return [found.get((area.patient.pk, kind)) for kind in MAIN_KINDS]


def on_ward(area: Area, team=None) -> list:
    return [area.ward.unit] * 3 + [(team or area.team).unit]


def admit(area: Area, hours: float, since: float | None = None) -> HospitalStay:
    since = hours if since is None else since
    return actions.admit_patient(
        patient=area.patient, ward=area.ward.unit, admitted_at=AT + since * HOUR, by=area.ward, at=AT + hours * HOUR
    )


def discharge(area: Area, stay: HospitalStay, hours: float, happened: float | None = None) -> HospitalStay:
    when = hours if happened is None else happened
    return actions.discharge_patient(stay=stay, discharged_at=AT + when * HOUR, by=area.ward, at=AT + hours * HOUR)


def undo(act, area: Area, stay: HospitalStay, hours: float, by=None) -> HospitalStay:
    return act(stay=stay, reason="Fel person", by=by or area.ward, at=AT + hours * HOUR)


def no_gap(area: Area) -> bool:
    rows = Episode.objects.filter(patient=area.patient, kind="enrolment")
    return gaps(queries.ledger_of(area.patient), [(row.started_at, row.ended_at) for row in rows]) == []


def test_one_who_lies_on_a_ward_is_enrolled_and_the_ward_holds_until_the_discharge(area):
    stay = admit(area, 1)
    episode = area.enrol(at=AT + 3 * HOUR, nursing=area.home_nursing)
    assert holders(area, 3) == on_ward(area)
    assert CareRelation.objects.filter(source_id=episode.pk, until=None).exists(), "the team takes part and plans"
    home = queries.home_holders(area.patient, AT + 4 * HOUR)
    assert (home["medical"], home["nursing"]) == (area.team.unit, area.home_nursing.unit)
    discharge(area, stay, 30, happened=29)
    assert holders(area, 28.9) == on_ward(area)
    assert holders(area, 29) == [area.team.unit, area.home_nursing.unit, area.team.unit, area.team.unit]
    assert no_gap(area)


def test_an_enrolment_before_the_stay_was_registered_waits_for_the_discharge_too(area):
    area.enrol(at=AT + 2 * HOUR)
    stay = admit(area, 5, since=1)
    assert holders(area, 2) == on_ward(area)
    discharge(area, stay, 9)
    assert holders(area, 9) == [area.team.unit] * 4
    assert no_gap(area)


def test_two_stays_after_an_enrolment_on_the_first_ward(area):
    first = admit(area, 1)
    area.enrol(at=AT + 2 * HOUR)
    discharge(area, first, 5)
    second = admit(area, 8)
    assert holders(area, 8) == on_ward(area)
    discharge(area, second, 9)
    assert holders(area, 9) == [area.team.unit] * 4
    assert no_gap(area)


def test_what_had_ended_before_the_stay_is_taken_over_at_home_and_does_not_come_back(area):
    area.enrol(medical=area.health_centre)
    for kind in ("medical", "nursing", "rehabilitation"):
        assert queries.ledger_of(area.patient).last_holder(kind)
    stay = admit(area, 1)
    area.enrol(at=AT + 2 * HOUR, by=area.other_team, medical=area.other_team, nursing=area.team,
               rehabilitation=area.team, coordination=area.team)  # fmt: skip
    assert holders(area, 2) == on_ward(area)
    discharge(area, stay, 3)
    assert holders(area, 3) == [area.other_team.unit, area.team.unit, area.team.unit, area.team.unit]


def test_a_second_team_may_not_take_over_at_home_what_the_first_has(area):
    area.enrol()
    admit(area, 1)
    with pytest.raises(HeldByAnother):
        area.enrol(at=AT + 2 * HOUR, by=area.other_team)
    area.enrol(at=AT + 2 * HOUR, by=area.other_team, **dict.fromkeys(ADMISSION_KINDS, area.ward),
               coordination=area.team)  # fmt: skip
    assert holders(area, 2) == on_ward(area)


def test_the_ward_cannot_be_the_one_who_is_responsible_at_home(area):
    admit(area, 1)
    with pytest.raises(MissingHolder) as refused:
        area.enrol(at=AT + 2 * HOUR, medical=area.ward)
    assert "hemma" in str(refused.value)
    assert not Episode.objects.exists()


def test_what_the_ward_has_handed_over_it_does_not_get_back_by_an_enrolment(area):
    episode = area.enrol()
    admit(area, 1)
    handover = actions.propose_handover(
        episode=episode, receiver=area.home_nursing.unit, kinds=["nursing"],
        content=actions.Content(reason="Hemma i morgon"), by=area.ward, at=AT + 2 * HOUR,
    )  # fmt: skip
    actions.accept_handover(handover=handover, by=area.home_nursing, at=AT + 3 * HOUR)
    area.enrol(at=AT + 4 * HOUR, by=area.other_team, medical=area.team, nursing=area.other_team,
               rehabilitation=area.team, coordination=area.team)  # fmt: skip
    assert holders(area, 4)[1] == area.other_team.unit
    stay = queries.open_stay(area.patient)
    with pytest.raises(LaterFollows):
        undo(actions.undo_admission, area, stay, 5)
    discharge(area, stay, 6)
    assert holders(area, 6) == [area.team.unit, area.other_team.unit, area.team.unit, area.team.unit]


def test_death_on_the_ward_and_taken_back(area):
    stay = admit(area, 1)
    area.enrol(at=AT + 2 * HOUR)
    record_death(patient=area.patient, died_at=AT + 3 * HOUR, by=area.ward, at=AT + 3 * HOUR)
    actions.end_for_death(patient=area.patient, died_at=AT + 3 * HOUR, by=area.ward, at=AT + 3 * HOUR)
    assert holders(area, 3) == [None] * 4
    undo_death(patient=area.patient, reason="Fel person", by=area.ward, at=AT + 4 * HOUR)
    actions.restore_after_death(patient=area.patient, reason="Fel person", by=area.ward, at=AT + 4 * HOUR)
    assert holders(area, 4) == on_ward(area)
    discharge(area, stay, 5)
    assert holders(area, 5) == [area.team.unit] * 4
    assert no_gap(area)


def test_a_discharge_before_the_admission_or_before_the_team_enrolled_is_refused(area):
    stay = admit(area, 2)
    with pytest.raises(BeforeAdmission):
        discharge(area, stay, 3, happened=1)
    area.enrol(at=AT + 4 * HOUR)
    with pytest.raises(TimeRunsBackwards):
        discharge(area, stay, 6, happened=3)
    assert holders(area, 6) == on_ward(area)


def test_an_admission_that_never_was(area):
    stay = admit(area, 1)
    area.enrol(at=AT + 2 * HOUR)
    gone = undo(actions.undo_admission, area, stay, 3)
    assert (gone.discharged_at, gone.undo_reason) == (gone.admitted_at, "Fel person")
    assert holders(area, 2) == [area.team.unit] * 4
    assert queries.open_stay(area.patient) is None
    assert queries.latest_stay(area.patient) is None
    assert queries.in_hospital([area.patient.pk], AT + 2 * HOUR) == set()
    assert not Duty.objects.filter(source_id=stay.pk, voided_at=None).exists()
    with pytest.raises(guard.AccessDenied):
        guard.open_patient(area.patient.pk, by=area.ward, at=AT + 4 * HOUR, what="test")
    assert Responsibility.objects.filter(voided_at=AT + 3 * HOUR, void_reason="Fel person").exists(), "history is kept"
    admit(area, 5)
    assert holders(area, 5) == on_ward(area)
    assert no_gap(area)


def test_an_admission_that_never_was_gives_back_what_it_put_off(area):
    handover = area.propose(area.enrol(), area.other_team, wished_at=AT + 20 * HOUR)
    actions.accept_handover(handover=handover, by=area.other_team, at=AT + 2 * HOUR)
    stay = admit(area, 3)
    undo(actions.undo_admission, area, stay, 4)
    assert holders(area, 5) == [area.team.unit] * 4
    assert holders(area, 21) == [area.other_team.unit] * 4


def test_a_discharge_that_never_was(area):
    area.enrol()
    stay = admit(area, 1)
    assert Duty.objects.get(kind=Duty.Kind.SEND_NOTICE).voided_at is None
    discharge(area, stay, 3)
    actions.impose_after_discharge(
        stay=stay, unit=area.team.unit, kind="home_visit", due_at=AT + 40 * HOUR, by=area.ward, at=AT + 3 * HOUR
    )
    back = undo(actions.undo_discharge, area, stay, 4)
    assert back.discharged_at is None
    assert holders(area, 3.5) == on_ward(area)
    assert [Duty.objects.get(kind=kind).voided_at is None for kind in ("send_notice", "home_visit")] == [True, False]
    assert AuditEvent.objects.filter(what="care.undo_discharge").count() == 1
    discharge(area, stay, 6)
    actions.impose_after_discharge(
        stay=stay, unit=area.team.unit, kind="home_visit", due_at=AT + 50 * HOUR, by=area.ward, at=AT + 6 * HOUR
    )
    assert Duty.objects.get(kind="home_visit").voided_at is None
    assert holders(area, 6) == [area.team.unit] * 4
    assert no_gap(area)


def test_a_discharge_taken_back_after_the_team_enrolled_at_home_gives_the_ward_the_care_from_now(area):
    stay = admit(area, 1)
    discharge(area, stay, 2)
    area.enrol(at=AT + 3 * HOUR)
    undo(actions.undo_discharge, area, stay, 4)
    assert holders(area, 3.5) == [area.team.unit] * 4
    assert holders(area, 4) == on_ward(area)
    discharge(area, stay, 5)
    assert holders(area, 5) == [area.team.unit] * 4
    assert no_gap(area)


def test_what_is_refused_when_a_stay_is_taken_back(area):
    area.enrol()
    stay = admit(area, 1)
    with pytest.raises(StillOnWard):
        undo(actions.undo_discharge, area, stay, 2)
    with pytest.raises(rules.NotYourUnit):
        undo(actions.undo_admission, area, stay, 2, by=area.team)
    with pytest.raises(rules.ReasonMissing):
        actions.undo_admission(stay=stay, reason=" ", by=area.ward, at=AT + 2 * HOUR)
    discharge(area, stay, 3)
    with pytest.raises(NotOnWard):
        undo(actions.undo_admission, area, stay, 4)
    with pytest.raises(rules.NotYourUnit):
        undo(actions.undo_discharge, area, stay, 4, by=area.team)
    admit(area, 5)
    with pytest.raises(OnWardAgain):
        undo(actions.undo_discharge, area, stay, 6)
