"""The discharge done together: told, confirmed, called, agreed; each clock, each refusal, and what is missing."""

from datetime import date, timedelta

import pytest

from narvard.access import guard
from narvard.care import actions as care
from narvard.care import queries, rules
from narvard.care.models import Duty, HospitalStay
from narvard.care.stays import actions
from narvard.care.stays import queries as reads
from narvard.care.stays.actions import AlreadyDone, DayHasBeen, NobodyTold, NotReady, StayEnded
from narvard.care.tests.factories import AT, HOUR, make_area
from narvard.core import audit
from narvard.core.calendar import end_of_working_day
from narvard.core.errors import Stale
from narvard.core.models import AuditEvent

THURSDAY = date(2026, 11, 26)
LATER = AT + 3 * HOUR


@pytest.fixture
def area(db):
    found = make_area()
    found.enrol(nursing=found.home_nursing)
    return found


@pytest.fixture
def stay(area) -> HospitalStay:
    return care.admit_patient(patient=area.patient, ward=area.ward.unit, admitted_at=AT, by=area.ward, at=AT + HOUR)


def escalated(at) -> int:
    """How many duties the clock finds late at ``at`` and has not called the managers in for."""
    return len(care.escalate_late_duties(by=audit.SYSTEM, at=at))


def tell(area, stay, *units, **fields):
    values = {"expected_on": THURSDAY, **fields}
    chosen = [unit.unit for unit in units or (area.home_nursing, area.health_centre, area.team)]
    return actions.send_notice(stay=stay, units=chosen, by=area.ward, at=AT + 2 * HOUR, **values)


def duties(stay, kind):
    return {row.unit: row for row in Duty.objects.filter(source_id=stay.pk, kind=kind)}


def test_the_ward_owes_a_notice_within_a_day_of_the_admission(area, stay):
    (duty,) = duties(stay, "send_notice").values()
    assert (duty.unit, duty.due_at) == (area.ward.unit, AT + timedelta(hours=24))
    assert escalated(AT + timedelta(hours=24)) == 0
    assert escalated(AT + timedelta(hours=25)) == 1


def test_nobody_is_owed_a_notice_of_somebody_whom_nobody_cares_for_at_home(db):
    other = make_area()
    other.patient.home_nursing = False
    other.patient.save()
    care.admit_patient(patient=other.patient, ward=other.ward.unit, admitted_at=AT, by=other.ward, at=AT)
    assert not Duty.objects.filter(kind="send_notice", patient=other.patient).exists()


def test_those_who_are_told_may_read_and_owe_an_answer_by_noon_of_the_planned_day(area, stay):
    with pytest.raises(guard.AccessDenied):
        guard.open_patient(area.patient.pk, by=area.other_team, at=LATER)
    row = tell(area, stay, area.home_nursing, area.other_team, on_ward=[area.other_team.unit])
    assert (row.notice_sent_at, row.planned_discharge_on) == (AT + 2 * HOUR, THURSDAY)
    asked = duties(stay, "prepare_home")
    assert set(asked) == {area.home_nursing.unit, area.other_team.unit}
    assert {duty.due_at for duty in asked.values()} == {end_of_working_day(THURSDAY, hour=12)}
    assert list(duties(stay, "meet_on_ward")) == [area.other_team.unit]
    assert duties(stay, "send_notice")[area.ward.unit].done_at == AT + 2 * HOUR
    assert guard.open_patient(area.patient.pk, by=area.other_team, at=LATER).patient == area.patient
    assert not queries.carries(area.patient, area.other_team.unit_id, LATER), "told is not responsible"
    assert list(reads.stays_of(area.other_team.unit_id, LATER)) == [stay]


def test_to_be_told_again_asks_once_and_keeps_what_was_confirmed(area, stay):
    tell(area, stay, area.home_nursing)
    actions.confirm_receiving(stay=stay, by=area.home_nursing, at=LATER)
    stay.refresh_from_db()
    tell(area, stay, area.home_nursing, area.health_centre, expected_on=THURSDAY + timedelta(days=1))
    asked = duties(stay, "prepare_home")
    assert asked[area.home_nursing.unit].done_at == LATER
    assert asked[area.health_centre.unit].done_at is None


def test_a_receiver_confirms_with_its_first_visit_and_may_say_another_time(area, stay):
    tell(area, stay)
    visit = AT + timedelta(days=3, hours=8)
    first = actions.confirm_receiving(
        stay=stay, first_visit_at=visit, note="Två undersköterskor", by=area.home_nursing, at=LATER
    )
    assert (first.done_at, first.done_by, first.agreed_at) == (LATER, area.home_nursing, visit)
    again = actions.confirm_receiving(stay=stay, first_visit_at=visit + HOUR, by=area.home_nursing, at=LATER + HOUR)
    assert (again.done_at, again.agreed_at) == (LATER, visit + HOUR)
    with pytest.raises(rules.NotYourUnit):
        actions.confirm_receiving(stay=stay, by=area.other_team, at=LATER)
    with pytest.raises(DayHasBeen):
        actions.confirm_receiving(stay=stay, first_visit_at=AT, by=area.team, at=LATER)


def test_ready_to_go_home_makes_the_health_centre_call_within_three_days(area, stay):
    tell(area, stay)
    row = actions.mark_ready(stay=stay, ready_at=LATER - HOUR, by=area.ward, at=LATER)
    assert (row.ready_at, row.ready_told_at) == (LATER - HOUR, LATER)
    (call,) = duties(stay, "call_meeting").values()
    assert (call.unit, call.due_at) == (area.health_centre.unit, LATER + timedelta(days=3))
    meeting = AT + timedelta(days=2)
    called = actions.call_meeting(
        stay=stay, meeting_at=meeting, where="Video", units=[area.team.unit, area.home_nursing.unit],
        by=area.health_centre, at=LATER + HOUR,
    )  # fmt: skip
    assert (called.meeting_at, called.meeting_where) == (meeting, "Video")
    assert {duty.due_at for duty in duties(stay, "take_part").values()} == {meeting}
    assert duties(stay, "call_meeting")[area.health_centre.unit].done_by == area.health_centre


def test_a_late_call_is_escalated_by_the_clock(area, stay):
    tell(area, stay)
    actions.mark_ready(stay=stay, ready_at=LATER, by=area.ward, at=LATER)
    Duty.objects.exclude(kind="call_meeting").delete()
    assert escalated(LATER + timedelta(days=3)) == 0
    assert escalated(LATER + timedelta(days=3, minutes=1)) == 1


def test_the_hour_of_going_home_is_the_clock_of_those_who_have_not_confirmed(area, stay):
    tell(area, stay)
    actions.confirm_receiving(stay=stay, by=area.team, at=LATER)
    home = AT + timedelta(days=2, hours=6)
    stay.refresh_from_db()
    row = actions.agree_home(stay=stay, home_at=home, by=area.ward, at=LATER, version=stay.version)
    assert (row.home_at, row.planned_discharge_on) == (home, date(2026, 11, 25))
    asked = duties(stay, "prepare_home")
    assert (asked[area.home_nursing.unit].due_at, asked[area.team.unit].done_at) == (home, LATER)


def kinds(stay, at=LATER):
    return [row.what for row in reads.missing(stay, list(reads.parts_of(stay)), [], at)]


def test_what_is_missing_is_told_until_all_is_there(area, stay):
    assert kinds(stay) == ["notice", "home", "contact"]
    tell(area, stay, area.home_nursing, on_ward=[area.team.unit])
    stay.refresh_from_db()
    assert sorted(kinds(stay)) == ["contact", "first_visit", "home", "meet_on_ward", "prepare_home"]
    actions.agree_home(stay=stay, home_at=AT + timedelta(days=3), by=area.ward, at=LATER)
    care.designate_contact(
        patient=area.patient, kind="care_contact", staff=area.team.staff, unit=area.team.unit, by=area.team, at=LATER
    )
    actions.confirm_receiving(stay=stay, first_visit_at=AT + timedelta(days=3, hours=2), by=area.home_nursing, at=LATER)
    care.do_duty(duty=duties(stay, "meet_on_ward")[area.team.unit], by=area.team, at=LATER)
    stay.refresh_from_db()
    assert kinds(stay) == []


def test_going_home_ends_what_was_owed_on_the_ward_and_keeps_what_is_owed_at_home(area, stay):
    tell(area, stay, area.home_nursing, on_ward=[area.team.unit])
    care.discharge_patient(stay=stay, discharged_at=LATER, by=area.ward, at=LATER)
    assert duties(stay, "meet_on_ward")[area.team.unit].voided_at == LATER
    assert duties(stay, "prepare_home")[area.home_nursing.unit].voided_at is None
    assert list(reads.stays_of(area.home_nursing.unit_id, LATER)) == [stay]
    assert list(reads.stays_of(area.ward.unit_id, LATER)) == []
    with pytest.raises(StayEnded):
        actions.agree_home(stay=stay, home_at=LATER + HOUR, by=area.ward, at=LATER)


def test_what_is_refused(area, stay):
    for act, fields in (
        (actions.send_notice, {"units": [area.team.unit]}),
        (actions.mark_ready, {"ready_at": AT}),
        (actions.agree_home, {"home_at": LATER + HOUR}),
        (actions.call_meeting, {"meeting_at": LATER + HOUR, "where": "", "units": [area.team.unit]}),
    ):
        with pytest.raises(rules.NotYourUnit):
            act(stay=stay, by=area.other_team, at=LATER, **fields)
        with pytest.raises(Stale):
            act(stay=stay, by=area.ward, at=LATER, version=stay.version + 1, **fields)
    for units in ([], [area.ward.unit]):
        with pytest.raises(NobodyTold):
            actions.send_notice(stay=stay, units=units, by=area.ward, at=LATER)
    with pytest.raises(NobodyTold):
        actions.call_meeting(stay=stay, meeting_at=LATER + HOUR, where="", units=[], by=area.ward, at=LATER)
    with pytest.raises(DayHasBeen):
        tell(area, stay, expected_on=AT.date() - timedelta(days=1))
    with pytest.raises(DayHasBeen):
        actions.agree_home(stay=stay, home_at=AT, by=area.ward, at=LATER)
    for ready in (AT - HOUR, LATER + HOUR):
        with pytest.raises(NotReady):
            actions.mark_ready(stay=stay, ready_at=ready, by=area.ward, at=LATER)
    assert not HospitalStay.objects.exclude(notice_sent_at=None, ready_at=None, home_at=None).exists()


def order(area, **fields):
    values = {"kind": "aid", "what": "Rollator", "amount": "1", "unit": area.team.unit, "needed_on": THURSDAY, **fields}
    return actions.order_supply(patient=area.patient, by=area.ward, at=LATER, **values)


def test_what_is_ordered_lies_with_who_brings_it_until_it_is_there(area, stay):
    row = order(area)
    keys = [area.patient.pk]
    assert list(reads.to_bring(keys, area.team.unit_id)) == [row]
    assert list(reads.to_bring(keys, area.home_nursing.unit_id)) == []
    with pytest.raises(rules.NotYourUnit):
        actions.deliver_supply(supply=row, by=area.health_centre, at=LATER)
    done = actions.deliver_supply(supply=row, by=area.team, at=LATER, version=row.version)
    assert (done.delivered_at, done.delivered_by) == (LATER, area.team)
    assert list(reads.to_bring(keys, area.team.unit_id)) == []
    for act, fields in ((actions.deliver_supply, {}), (actions.cancel_supply, {"reason": "x"})):
        with pytest.raises(AlreadyDone):
            act(supply=row, by=area.team, at=LATER, **fields)
    assert AuditEvent.objects.filter(what="care.deliver_supply").count() == 1


def test_what_is_not_needed_is_called_off_with_a_reason(area, stay):
    row = order(area)
    with pytest.raises(rules.ReasonMissing):
        actions.cancel_supply(supply=row, reason=" ", by=area.ward, at=LATER)
    with pytest.raises(rules.NotYourUnit):
        actions.cancel_supply(supply=row, reason="x", by=area.health_centre, at=LATER)
    assert actions.cancel_supply(supply=row, reason="Har en hemma", by=area.ward, at=LATER).cancel_reason
    assert list(reads.supplies_of(area.patient)) == []


def test_what_cannot_be_ordered(area, stay):
    for error, fields in ((rules.ReasonMissing, {"what": " "}), (DayHasBeen, {"needed_on": date(2026, 11, 20)})):
        with pytest.raises(error):
            order(area, **fields)
    with pytest.raises(rules.NotYourPatient):
        actions.order_supply(
            patient=area.patient, kind="aid", what="Säng", amount="", unit=area.team.unit, needed_on=THURSDAY,
            by=area.other_team, at=LATER,
        )  # fmt: skip
