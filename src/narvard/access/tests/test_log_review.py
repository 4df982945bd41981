"""Deciding on a picked access, taking up an emergency at once, and the reviewer's door to the log."""

from datetime import timedelta

import pytest

from narvard.access.guard import AccessDenied
from narvard.access.review import actions, door, queries
from narvard.access.review.models import LogReview, Outcome
from narvard.access.tests.log_world import DAY, NEXT_MORNING, NOON, Action, LogWorld
from narvard.core.errors import Stale
from narvard.core.models import AuditEvent
from narvard.organisation.tests.factories import CommissionFactory
from narvard.people.identifiers import read_identifier

LATER = DAY + timedelta(days=7)
NEXT_NOON = NEXT_MORNING + timedelta(hours=5)


@pytest.fixture
def world(db, settings) -> LogWorld:
    settings.NARVARD_LOG_SAMPLE = 0.0
    return LogWorld()


def decide(world, review, outcome, **values):
    values = {"by": world.reviewer, "at": NEXT_MORNING, **values}
    return actions.decide_review(review=review, outcome=Outcome(outcome), **values)


def test_in_order_closes_it(world):
    review = world.review()
    decide(world, review, "in_order", expected=review.version)
    review.refresh_from_db()
    assert (review.outcome, review.closed_at, review.follow_up_on) == ("in_order", NEXT_MORNING, None)
    event = AuditEvent.objects.get(what="access.decide_review")
    assert (event.staff, event.subjects.get().patient) == (world.reviewer.staff_id, review.patient_id)


def test_a_question_is_followed_up_until_it_is_concluded(world):
    review = world.review()
    decide(world, review, "ask", note="Frågar Mia", follow_up_on=LATER)
    review.refresh_from_db()
    assert (review.outcome, review.closed_at, review.follow_up_on) == ("ask", None, LATER)
    decide(world, review, "breach", note="Kände patienten", closes=True, at=NEXT_NOON)
    review.refresh_from_db()
    assert (review.outcome, review.closed_at, review.follow_up_on) == (
        "breach",
        NEXT_NOON,
        None,
    )
    assert [row.note for row in queries.decisions_of(review)][-1] == "Frågar Mia"


@pytest.mark.parametrize(
    ("outcome", "values"),
    [
        ("ask", {"note": "Frågar", "follow_up_on": None}),
        ("ask", {"note": " ", "follow_up_on": LATER}),
        ("ask", {"note": "Frågar", "closes": True}),
        ("breach", {"note": "", "closes": True}),
        ("breach", {"note": "Ja", "follow_up_on": DAY}),
    ],
)
def test_a_decision_that_cannot_be_followed_up_is_refused(world, outcome, values):
    review = world.review()
    with pytest.raises(actions.DecisionIncomplete):
        decide(world, review, outcome, **values)
    assert not AuditEvent.objects.filter(what="access.decide_review").exists()


def test_an_answer_needs_words_even_when_it_is_in_order(world):
    review = world.review()
    decide(world, review, "ask", note="Frågar", follow_up_on=LATER)
    with pytest.raises(actions.DecisionIncomplete):
        decide(world, review, "in_order")


def test_what_is_concluded_stays_so(world):
    review = world.review()
    decide(world, review, "in_order")
    with pytest.raises(actions.AlreadyClosed):
        decide(world, review, "breach", note="Ångrar", closes=True)


def test_a_stale_page_decides_nothing(world):
    review = world.review()
    decide(world, review, "ask", note="Frågar", follow_up_on=LATER)
    with pytest.raises(Stale):
        decide(world, review, "in_order", note="Bra", expected=review.version)


def test_nobody_reviews_the_own_access(world):
    event = world.did(world.patient(), by=world.reviewer, action=Action.EMERGENCY)
    world.pick()
    review = LogReview.objects.get()
    with pytest.raises(actions.OwnAccess):
        decide(world, review, "in_order")
    with pytest.raises(actions.OwnAccess):
        actions.take_up(event=event, patient=review.patient, by=world.reviewer, at=NEXT_MORNING)
    with pytest.raises(AccessDenied):
        door.open_review(review.pk, by=world.reviewer)
    assert not queries.queue(world.reviewer, queries.TO_DECIDE)
    other = world.at_provider(role="manager", purpose="follow_up")
    assert queries.queue(other, queries.TO_DECIDE).get() == review
    assert door.open_review(review.pk, by=other) == review


def test_an_emergency_is_seen_at_once_and_taken_up_once(world):
    patient = world.patient()
    event = world.did(patient, action=Action.EMERGENCY, reason="Medvetslös")
    (seen,) = queries.new_emergencies(world.reviewer, NOON + timedelta(seconds=1))
    assert (seen.event, seen.patient) == (event, patient)
    first = actions.take_up(event=event, patient=patient, by=world.reviewer, at=NOON)
    assert actions.take_up(event=event, patient=patient, by=world.reviewer, at=NOON) == first
    assert queries.new_emergencies(world.reviewer, NOON) == []
    world.pick()
    assert LogReview.objects.get() == first


def test_emergencies_of_others_are_not_shown(world):
    other = CommissionFactory(role="safety", purpose="safety")
    world.did(world.patient(), action=Action.EMERGENCY)
    assert queries.new_emergencies(other, NOON) == []
    assert len(queries.new_emergencies(world.reviewer, NOON)) == 1


def test_the_number_of_queries_for_emergencies_does_not_grow(world, django_assert_num_queries):
    for _n in range(8):
        world.did(world.patient(), action=Action.EMERGENCY)
    with django_assert_num_queries(3):
        assert len(queries.new_emergencies(world.reviewer, NOON)) == 8


def test_coverage_is_the_concluded_share(world):
    for _n in range(4):
        world.did(world.patient())
    review = world.review()
    (month,) = queries.coverage(world.unit.provider_id, DAY)
    assert (month.first, month.accesses, month.picked, month.reviewed) == (DAY.replace(day=1), 5, 1, 0)
    decide(world, review, "breach", note="Ja", closes=True)
    (month,) = queries.coverage(world.unit.provider_id, DAY)
    assert (month.reviewed, month.breaches, month.share, month.done) == (1, 1, 0.2, 1.0)


@pytest.mark.parametrize("role", ["team", "physician", "coordinator", "administrator", "planner"])
def test_those_without_the_task_meet_a_closed_door(world, role):
    patient, outsider = world.patient(), CommissionFactory(unit=world.unit, role=role)
    world.did(patient)
    for act in (
        lambda: door.open_patient_log(patient.pk, by=outsider, at=NOON),
        lambda: door.open_staff_log(world.nurse.staff_id, by=outsider),
        lambda: door.open_unit_log(world.unit.pk, by=outsider),
        lambda: door.open_review(world.unit.pk, by=outsider),
        lambda: door.find_patient(_identifier(patient), by=outsider, at=NOON),
    ):
        with pytest.raises(AccessDenied):
            act()


def test_another_providers_reviewer_finds_nothing(world):
    patient, other = world.patient(), CommissionFactory(role="safety", purpose="safety")
    review = world.review(patient)
    event = AuditEvent.objects.get(action="emergency")
    assert door.find_patient(_identifier(patient), by=other, at=NOON) is None
    for act in (
        lambda: door.open_patient_log(patient.pk, by=other, at=NOON),
        lambda: door.open_staff_log(world.nurse.staff_id, by=other),
        lambda: door.open_unit_log(world.unit.pk, by=other),
        lambda: door.open_review(review.pk, by=other),
        lambda: door.find_emergency(event.event_id, patient.pk, by=other),
    ):
        with pytest.raises(AccessDenied):
            act()


def test_a_reviewer_finds_only_patients_of_the_own_log_and_each_look_is_logged(world):
    patient, stranger = world.patient(), world.patient(related=False)
    world.did(patient)
    assert door.find_patient(_identifier(patient), by=world.reviewer, at=NOON) == patient
    assert door.find_patient(_identifier(stranger), by=world.reviewer, at=NOON) is None
    assert door.open_patient_log(patient.pk, by=world.reviewer, at=NOON) == patient
    looks = AuditEvent.objects.filter(object_kind="log", staff=world.reviewer.staff_id).order_by("pk")
    assert [row.what for row in looks] == ["access.find_in_log", "access.find_in_log", "access.patient_log"]
    assert [[subject.patient for subject in row.subjects.all()] for row in looks] == [[patient.pk], [], [patient.pk]]


def test_handing_out_an_extract_is_logged(world):
    patient = world.patient()
    actions.issue_extract(patient=patient, since=DAY, until=LATER, by=world.reviewer, at=NOON, action=Action.PRINT)
    event = AuditEvent.objects.get(what="access.issue_extract")
    assert (event.action, event.subjects.get().patient) == ("print", patient.pk)


def _identifier(patient):
    return read_identifier(patient.identifiers.get().value, today=DAY)


def test_a_reviewers_own_tries_put_nobody_in_the_log(world):
    patient = world.patient(related=False)
    world.did(patient, by=world.reviewer, action=Action.DENIED, what="access.denied", reason="purpose-is-not-care")
    assert door.find_patient(_identifier(patient), by=world.reviewer, at=NOON) is None
    with pytest.raises(AccessDenied):
        door.open_patient_log(patient.pk, by=world.reviewer, at=NOON)
    world.did(patient, action=Action.DENIED, what="access.denied", reason="no-care-relation")
    assert door.open_patient_log(patient.pk, by=world.reviewer, at=NOON) == patient
