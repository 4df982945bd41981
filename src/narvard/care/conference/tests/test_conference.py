"""Conferences: put up with a yes, held, decided and signed with what follows, taken back; each refusal."""

from datetime import timedelta

import pytest
from django.utils import timezone

from narvard.access import guard
from narvard.access.models import CareRelation
from narvard.care import rules
from narvard.care.conference import actions, queries
from narvard.care.conference.models import ConferenceCase
from narvard.care.models import Duty
from narvard.care.plans.tests.factories import make_writers
from narvard.care.tests.factories import AT, HOUR
from narvard.core.models import AuditEvent
from narvard.organisation.models import Commission, Profession, Programme
from narvard.organisation.tests.factories import CareUnitFactory, CommissionFactory

TODAY = timezone.localdate(AT)
LATER = TODAY + timedelta(days=28)
TEXTS = {"question": "Ska hon erbjudas hemventilator?", "documents": "pCO2 8,1"}


@pytest.fixture
def writers(db):
    return make_writers()


@pytest.fixture
def host(writers):
    """A physician at a hospital unit that has never met the patient."""
    return CommissionFactory(
        unit=CareUnitFactory(name="Lungkliniken", kind="ward"),
        role=Commission.Role.PHYSICIAN,
        staff__profession=Profession.PHYSICIAN,
    )


@pytest.fixture
def programme(db):
    return Programme.objects.create(key="andning", name="Andningsstödteamet", kind=Programme.Kind.CONFERENCE)


@pytest.fixture
def conference(host, programme):
    return actions.open_conference(programme=programme, name="Andningsronden", next_on=TODAY, by=host, at=AT)


def put(writers, conference, by=None, **more):
    said = {**TEXTS, "how": "spoken", **more}
    return actions.put_up(
        patient=writers.area.patient, conference=conference, by=by or writers.physician, at=AT, **said
    )


def hold(conference, host, **more):
    said = {"held_on": TODAY, "participants": "Anna, lungläkare", "next_on": LATER, **more}
    return actions.hold_conference(conference=conference, by=host, at=AT + HOUR, **said)


def reads(case, by, at=AT + HOUR):
    return guard.fetch(queries.with_all(ConferenceCase.objects.all()), case.pk, by=by, at=at, what="test")


def test_put_up_the_host_may_read_and_nobody_else(writers, conference, host):
    with pytest.raises(guard.AccessDenied):
        guard.open_patient(writers.area.patient.pk, by=host, at=AT, what="test")
    case = put(writers, conference)
    assert reads(case, host)[0] == case
    with pytest.raises(guard.AccessDenied):
        reads(case, writers.nurse)
    assert [row.waiting for row in queries.conferences_of(host.unit_id)] == [1]
    assert list(queries.put_up_by(writers.physician.unit_id)) == [case]
    event = AuditEvent.objects.get(what="care.put_up")
    assert "hemventilator" not in event.reason


def test_decided_it_leaves_the_list_and_the_unit_has_something_to_do(writers, conference, host):
    case, meeting = put(writers, conference), hold(conference, host)
    task = actions.FollowUp(writers.nurse.unit, "Lär personalen masken", LATER)
    actions.decide_case(case=case, meeting=meeting, decision="Erbjuds mask", tasks=[task], by=host, at=AT + HOUR)
    assert not queries.waiting_at(conference).exists()
    duty = Duty.objects.get(kind=Duty.Kind.CONFERENCE)
    assert (duty.unit, duty.what, timezone.localdate(duty.due_at)) == (writers.nurse.unit, task.what, LATER)
    assert reads(case, writers.nurse)[0].decision == "Erbjuds mask"
    assert list(queries.tasks_of(case)) == [duty]
    relation = CareRelation.objects.get(source_id=case.pk)
    assert relation.until == AT + HOUR + actions.READS_ON
    with pytest.raises(guard.AccessDenied):
        reads(case, host, relation.until)
    assert AuditEvent.objects.get(what="care.decide_case").action == "sign"
    conference.refresh_from_db()
    assert conference.next_on == LATER


def test_taken_back_the_host_reads_no_more(writers, conference, host):
    case = put(writers, conference)
    actions.take_back(case=case, reason="Bättre", by=writers.physician, at=AT + HOUR)
    with pytest.raises(guard.AccessDenied):
        reads(case, host, AT + 2 * HOUR)
    put(writers, conference)
    with pytest.raises(actions.NotToBeDiscussed):
        actions.take_back(case=case, reason="Igen", by=writers.physician, at=AT + HOUR)


def test_the_dead_leave_the_lists(writers, conference, host):
    case = put(writers, conference)
    actions.leave_lists(patient=writers.area.patient, by=writers.physician, at=AT + HOUR)
    case.refresh_from_db()
    assert case.remove_reason == actions.DIED
    assert CareRelation.objects.get(source_id=case.pk).until is not None


def test_who_may_not_put_up(writers, conference):
    with pytest.raises(rules.NotYourPatient):
        put(writers, conference, by=writers.area.other_team)
    with pytest.raises(actions.NoYesToConference):
        put(writers, conference, how="")
    with pytest.raises(actions.NoYesToConference):
        put(writers, conference, how="cannot")
    with pytest.raises(rules.ReasonMissing):
        put(writers, conference, question=" ")
    put(writers, conference)
    with pytest.raises(actions.AlreadyPutUp):
        put(writers, conference)


def test_who_may_not_hold_or_decide(writers, conference, host, programme):
    case = put(writers, conference)
    with pytest.raises(rules.NotYourUnit):
        hold(conference, writers.physician)
    for wrong in ({"held_on": LATER}, {"next_on": TODAY}):
        with pytest.raises(actions.NotAConference):
            hold(conference, host, **wrong)
    meeting = hold(conference, host)
    with pytest.raises(actions.AlreadyPutUp):
        hold(conference, host)
    said = {"case": case, "meeting": meeting, "decision": "Ja", "at": AT + HOUR}
    with pytest.raises(rules.NotYourUnit):
        actions.decide_case(by=writers.physician, **said)
    nurse = CommissionFactory(unit=host.unit, role=Commission.Role.TEAM, staff__profession=Profession.NURSE)
    with pytest.raises(actions.NoRightToDecide):
        actions.decide_case(by=nurse, **said)
    other = actions.open_conference(programme=programme, name="En annan", next_on=TODAY, by=host, at=AT)
    with pytest.raises(actions.NotAConference):
        actions.decide_case(by=host, **{**said, "meeting": hold(other, host)})
    stranger = actions.FollowUp(writers.area.other_team.unit, "Ring", LATER)
    with pytest.raises(rules.NotYourPatient):
        actions.decide_case(by=host, tasks=[stranger], **said)
    assert not Duty.objects.filter(kind=Duty.Kind.CONFERENCE).exists()
    actions.decide_case(by=host, **said)
    with pytest.raises(actions.NotToBeDiscussed):
        actions.decide_case(by=host, **said)


def test_only_a_conference_or_a_consult_programme_is_held(host, programme):
    team = Programme.objects.create(key="ett-team", name="Ett team", kind=Programme.Kind.TEAM)
    with pytest.raises(actions.NotAConference):
        actions.open_conference(programme=team, name="Rond", next_on=TODAY, by=host, at=AT)
    actions.open_conference(programme=programme, name="Rond", next_on=TODAY, by=host, at=AT)
    with pytest.raises(actions.AlreadyPutUp):
        actions.open_conference(programme=programme, name="Rond", next_on=TODAY, by=host, at=AT)


def test_one_unit_gets_several_things_to_do(writers, conference, host):
    case, meeting, unit = put(writers, conference), hold(conference, host), writers.nurse.unit
    tasks = [actions.FollowUp(unit, "Lär masken", LATER), actions.FollowUp(unit, "Beställ befuktare", LATER)]
    actions.decide_case(case=case, meeting=meeting, decision="Ja", tasks=tasks, by=host, at=AT + HOUR)
    assert {row.what for row in queries.tasks_of(case)} == {"Lär masken", "Beställ befuktare"}
    assert list(queries.answered_to(writers.physician.unit_id, AT + HOUR)) == [case]
    assert not queries.answered_to(writers.physician.unit_id, AT + HOUR + queries.ANSWERED_WITHIN).exists()
    assert queries.decided_at([meeting]) == {meeting.pk: [case]}


def test_closed_when_nobody_waits_and_what_was_decided_stays(writers, conference, host):
    case, meeting = put(writers, conference), hold(conference, host)
    said = {"conference": conference, "reason": "Lungkliniken håller den från nyår", "by": host, "at": AT + HOUR}
    with pytest.raises(actions.StillWaited):
        actions.close_conference(**said)
    with pytest.raises(rules.NotYourUnit):
        actions.close_conference(**{**said, "by": writers.physician})
    task = actions.FollowUp(writers.nurse.unit, "Lär masken", LATER)
    actions.decide_case(case=case, meeting=meeting, decision="Ja", tasks=[task], by=host, at=AT + HOUR)
    with pytest.raises(rules.ReasonMissing):
        actions.close_conference(**{**said, "reason": " "})
    actions.close_conference(**said)
    assert AuditEvent.objects.get(what="care.close_conference").reason == ""
    assert list(queries.closed_of(host.unit_id)) == [conference]
    assert not queries.open_conferences().exists()
    assert queries.tasks_of(case).get().done_at is None
    for act in (lambda: actions.close_conference(**said), lambda: put(writers, conference)):
        with pytest.raises(actions.NotAConference):
            act()
    with pytest.raises(actions.NotAConference, match="inte längre"):
        hold(conference, host, held_on=TODAY - timedelta(days=1))
