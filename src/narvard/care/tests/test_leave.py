"""A named contact on leave: who answers, a deputy who is away too, and what is refused."""

from datetime import date, timedelta

import pytest

from narvard.care import actions, queries, rules
from narvard.care.actions.contacts import AlreadyNamed, DeputyAway
from narvard.care.actions.leave import DeputyOnLeave, LeaveNotValid
from narvard.care.tests.factories import AT
from narvard.core.models import AuditEvent
from narvard.organisation.tests.factories import CommissionFactory

MONDAY, FRIDAY = date(2026, 11, 23), date(2026, 11, 27)


@pytest.fixture
def area(area):
    area.enrol(nursing=area.home_nursing)
    return area


@pytest.fixture
def deputy(area):
    return CommissionFactory(unit=area.team.unit)


def name(area, commission, kind="care_contact"):
    return actions.designate_contact(
        patient=area.patient, kind=kind, staff=commission.staff, unit=commission.unit, by=commission, at=AT
    )


def away(area, contact, deputy=None, since=MONDAY, until=FRIDAY, by=None, at=AT):
    staff = deputy.staff if deputy else None
    return actions.record_leave(contact=contact, since=since, until=until, deputy=staff, by=by or area.team, at=at)


def answers(area, at=AT):
    return queries.who_answers(list(queries.contacts_of(area.patient, at)), at)


def test_the_named_one_answers_until_on_leave_and_then_the_deputy(area, deputy):
    contact = name(area, area.team)
    away(area, contact, deputy, since=MONDAY + timedelta(days=1))
    (now,) = answers(area)
    assert (now.person, now.leave) == (area.team.staff, None)
    (then,) = answers(area, AT + timedelta(days=2))
    assert (then.person, then.leave.until, then.passed_over) == (deputy.staff, FRIDAY, None)
    (after,) = answers(area, AT + timedelta(days=5))
    assert after.person == area.team.staff
    assert AuditEvent.objects.filter(what="care.record_leave").count() == 1


def test_a_deputy_on_leave_is_refused_with_the_day(area, deputy):
    own = name(area, deputy, kind="contact_person")
    away(area, own, by=deputy)
    with pytest.raises(DeputyOnLeave, match="2026-11-27"):
        away(area, name(area, area.team), deputy, since=FRIDAY, until=FRIDAY + timedelta(days=3))
    with pytest.raises(DeputyAway, match="2026-11-27"):
        name(area, deputy, kind="deputy")
    later = FRIDAY + timedelta(days=1)
    away(area, name(area, area.team, kind="contact_person"), deputy, since=later, until=later)


def test_a_deputy_who_goes_on_leave_later_is_passed_over_and_the_unit_answers(area, deputy):
    contact, own = name(area, area.team), name(area, deputy, kind="contact_person")
    away(area, contact, deputy)
    away(area, own, by=deputy)
    answer = next(row for row in answers(area) if row.contact == contact)
    assert (answer.person, answer.passed_over) == (None, deputy.staff)


def test_without_a_deputy_the_unit_answers(area):
    away(area, name(area, area.team))
    (answer,) = answers(area)
    assert (answer.person, answer.passed_over) == (None, None)


def test_two_contact_persons_are_two_people(area, deputy):
    name(area, area.team, kind="contact_person")
    with pytest.raises(AlreadyNamed):
        name(area, area.team, kind="contact_person")
    name(area, deputy, kind="contact_person")
    assert len(answers(area)) == 2


def test_what_is_refused(area, deputy):
    contact = name(area, area.team)
    stranger = CommissionFactory(unit=area.ward.unit)
    for error, fields in (
        (LeaveNotValid, {"until": MONDAY - timedelta(days=1)}),
        (LeaveNotValid, {"since": date(2026, 11, 1), "until": date(2026, 11, 20)}),
        (DeputyOnLeave, {"deputy": area.team}),
        (DeputyOnLeave, {"deputy": stranger}),
        (rules.NotYourUnit, {"by": area.home_nursing}),
    ):
        with pytest.raises(error):
            away(area, contact, **fields)
    away(area, contact)
    with pytest.raises(LeaveNotValid):
        away(area, contact, since=FRIDAY, until=FRIDAY)


def test_who_answers_asks_the_same_number_of_questions_for_many(area, deputy, django_assert_num_queries):
    away(area, name(area, area.team), deputy)
    name(area, deputy, kind="contact_person")
    rows = list(queries.contacts_of(area.patient, AT))
    for some in (rows[:1], rows):
        with django_assert_num_queries(2):
            queries.who_answers(some, AT)
