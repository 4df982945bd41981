"""What log review picks, and what it leaves alone."""

import uuid
from datetime import date, datetime, timedelta

import pytest

from narvard.access import actions
from narvard.access.models import CareRelation, OwnRecord
from narvard.access.review import rules
from narvard.access.review.models import LogPicking, LogReview, ReviewReason
from narvard.access.tests.factories import CareRelationFactory, ConsentFactory
from narvard.access.tests.log_world import DAY, NOON, Action, LogWorld, days_before
from narvard.core.models import AuditEvent
from narvard.organisation.tests.factories import CommissionFactory
from narvard.people.models import Relative

MINUTE = timedelta(minutes=1)


@pytest.fixture
def world(db, settings) -> LogWorld:
    settings.NARVARD_LOG_SAMPLE = 0.0
    return LogWorld()


def hour(local: int, minute: int = 0) -> datetime:
    """That Swedish time of the day (an hour before it in UTC)."""
    return NOON.replace(hour=0) + timedelta(hours=local - 1, minutes=minute)


def test_an_ordinary_day_gives_nothing(world):
    for n in range(5):
        world.did(world.patient(), at=NOON + n * MINUTE)
    world.pick()
    assert world.reasons() == []
    assert LogPicking.objects.get().accesses == 5


def test_an_emergency_opening_is_always_picked(world):
    patient = world.patient(related=False)
    event = world.did(patient, action=Action.EMERGENCY, reason="Medvetslös")
    world.pick()
    review = LogReview.objects.get()
    assert (review.staff, review.patient, review.event) == (world.nurse.staff, patient, event.event_id)
    assert world.reasons() == ["emergency", "unrelated"]
    assert review.rank == rules.RANKS["emergency"]


@pytest.mark.parametrize(("tries", "picked"), [(rules.MANY_DENIALS - 1, []), (rules.MANY_DENIALS, ["denied"])])
def test_repeated_denials(world, tries, picked):
    for _n in range(tries):
        world.did(world.patient(related=False), action=Action.DENIED, reason="no-care-relation")
        world.did(action=Action.DENIED, reason="page-role")
    world.pick()
    assert world.reasons() == picked


def test_an_access_without_a_relation_at_the_time(world):
    patient = world.patient(related=False)
    CareRelationFactory(patient=patient, unit=world.unit, since=NOON + MINUTE)
    world.did(patient)
    world.pick()
    assert world.reasons() == ["unrelated"]


def test_the_act_that_ends_a_relation_is_within_it(world):
    patient = world.patient()
    CareRelation.objects.filter(patient=patient).update(until=NOON)
    world.did(patient)
    world.pick()
    assert world.reasons() == []


@pytest.mark.parametrize(
    ("reason", "times", "picked"),
    [
        ("unknown-identifier", rules.MANY_GUESSES, ["guessed"]),
        ("unknown-identifier", rules.MANY_GUESSES - 1, []),
        ("exact-identifier", rules.MANY_SEARCHES, ["searched"]),
        ("exact-identifier", rules.MANY_SEARCHES - 1, []),
    ],
)
def test_searches_by_number(world, reason, times, picked):
    for _n in range(times):
        world.did(what="access.first_contact", object_kind="identifier", reason=reason)
    world.pick()
    assert world.reasons() == picked


@pytest.mark.parametrize(
    ("own", "theirs", "picked"),
    [
        ("Falk", "Falk", True),
        ("Falk", "Lund-Falk", True),
        ("von Falk", "von Lund", False),
        ("Falk", "Falkman", False),
    ],
)
def test_the_same_surname(world, own, theirs, picked):
    world.nurse.staff.family_name = own
    world.nurse.staff.save()
    world.did(world.patient(family_name=theirs))
    world.pick()
    assert world.reasons() == (["surname"] if picked else [])


def test_the_own_record(world):
    patient = world.patient()
    OwnRecord.objects.create(staff=world.nurse.staff, patient=patient)
    world.did(patient)
    world.pick()
    assert world.reasons() == ["own_record"]


@pytest.mark.parametrize(("until", "picked"), [(None, ["colleague"]), (DAY, [])])
def test_a_colleague_at_the_same_unit(world, until, picked):
    colleague = CommissionFactory(unit=world.unit, until=until)
    elsewhere = world.at_provider()
    for person in (colleague, elsewhere):
        patient = world.patient()
        OwnRecord.objects.create(staff=person.staff, patient=patient)
        world.did(patient)
    world.pick()
    assert world.reasons() == picked


@pytest.mark.parametrize(
    ("relative", "phone", "picked"),
    [
        ({"name": "mia  falk", "phone": ""}, "", True),
        ({"name": "Per Ek", "phone": "+46 70 174 06 05"}, "070-174 06 05", True),
        ({"name": "Per Ek", "phone": "070-174 06 06"}, "070-174 06 05", False),
        ({"name": "Per Ek", "phone": ""}, "", False),
    ],
)
def test_a_relative_by_name_or_phone(world, relative, phone, picked):
    world.nurse.staff.phone = phone
    world.nurse.staff.save()
    patient = world.patient()
    Relative.objects.create(patient=patient, kind="sibling", **relative)
    world.did(patient)
    world.pick()
    assert world.reasons() == (["relative"] if picked else [])


def test_a_number_that_colleagues_share_is_the_workplaces(world):
    for commission in (world.nurse, world.reviewer):
        commission.staff.phone = "08-465 004 00"
        commission.staff.save()
    world.did(world.patient(phone="08-465 004 00"))
    world.pick()
    assert world.reasons() == []


@pytest.mark.parametrize(
    ("at", "picked"), [(hour(6, 59), True), (hour(7), False), (hour(17, 59), False), (hour(18), True)]
)
def test_outside_the_units_hours(world, at, picked):
    world.did(world.patient(), at=at)
    world.pick()
    assert world.reasons() == (["hour"] if picked else [])


@pytest.mark.parametrize(("at", "picked"), [(hour(22), False), (hour(12), True)])
def test_the_planned_shift_goes_before_the_units_hours(world, at, picked):
    world.working[world.nurse.staff_id] = [(hour(21), hour(24))]
    world.did(world.patient(), at=at)
    world.pick()
    assert world.reasons() == (["hour"] if picked else [])


@pytest.mark.parametrize(("days", "at", "picked"), [(6, hour(3), True), (6, hour(13), False), (4, hour(3), False)])
def test_where_no_hours_are_set_the_usual_ones_count(world, days, at, picked):
    world.unit.opening_hours.all().delete()
    patient = world.patient()
    for before in days_before(days):
        world.did(patient, at=before)
    world.did(patient, at=at)
    world.pick()
    assert world.reasons() == (["hour"] if picked else [])


@pytest.mark.parametrize(("count", "usual", "picked"), [(21, 2, True), (21, 7, False), (20, 2, False), (21, 0, True)])
def test_far_more_patients_than_usual(world, count, usual, picked):
    patients = [world.patient() for _n in range(count)]
    for before in days_before(3):
        for patient in patients[:usual]:
            world.did(patient, at=before)
    for patient in patients:
        world.did(patient)
    world.pick()
    assert world.reasons() == (["volume"] if picked else [])
    assert [row.params for row in ReviewReason.objects.all()] == ([{"n": count, "usual": usual}] if picked else [])


def test_a_list_opens_nobody(world):
    world.did(object_kind="list", patients=[world.patient(related=False).pk for _n in range(30)])
    world.pick()
    assert world.reasons() == []


@pytest.mark.parametrize(
    ("kind", "earlier", "picked"),
    [("contact", False, True), ("contact", True, False), ("request", False, True), ("handover", False, False)],
)
def test_a_unit_that_gives_itself_its_first_relation(world, kind, earlier, picked):
    patient = world.patient(related=earlier)
    actions.relate(
        patient=patient, unit=world.unit, kind=CareRelation.Kind(kind), source_kind="episode",
        source_id=uuid.uuid4(), by=world.nurse, at=NOON,
    )  # fmt: skip
    world.pick()
    assert world.reasons() == (["own_relation"] if picked else [])


def give_itself_a_request(world, patient):
    """What registering and taking a request about somebody leaves in the log."""
    actions.relate(
        patient=patient, unit=world.unit, kind=CareRelation.Kind.REQUEST, source_kind="carerequest",
        source_id=uuid.uuid4(), by=world.nurse, at=NOON,
    )  # fmt: skip
    world.pick()


def test_the_joint_intake_writes_down_whoever_calls(world):
    world.unit.kind = "intake"
    world.unit.save()
    give_itself_a_request(world, world.patient(related=False))
    assert world.reasons() == []


def test_to_have_sent_a_request_before_hides_no_relation_that_a_unit_gives_itself(world):
    patient = world.patient(related=False)
    CareRelationFactory(patient=patient, unit=world.unit, kind="sent")
    give_itself_a_request(world, patient)
    assert world.reasons() == ["own_relation"]


def a_call(world, patient, ended="intake.withdraw", *, by=None, touched_by=None, later=MINUTE):
    """A request that the nurse writes down at the intake, and its end."""
    world.unit.kind = "intake"
    world.unit.save()
    about = {"action": Action.WRITE, "object_kind": "carerequest", "object_id": uuid.uuid4(), "reason": ""}
    actions.relate(
        patient=patient, unit=world.unit, kind=CareRelation.Kind.REQUEST, source_kind="carerequest",
        source_id=about["object_id"], by=world.nurse, at=NOON,
    )  # fmt: skip
    world.did(patient, what="intake.register_request", **about)
    if touched_by:
        world.did(patient, what="intake.assign", by=touched_by, **about)
    if ended:
        world.did(patient, what=ended, by=by, at=NOON + later, **about)
    world.pick()


@pytest.mark.parametrize("ended", ["intake.withdraw", "intake.advise", "intake.refuse", "intake.not_ours"])
def test_a_request_that_one_person_wrote_down_and_ended_the_same_day(world, ended):
    a_call(world, world.patient(related=False), ended)
    assert world.reasons() == ["ended_alone"]


@pytest.mark.parametrize("ended", ["", "intake.assign", "intake.start_care"])
def test_a_request_that_lives_on_or_leads_to_care_is_none_such(world, ended):
    a_call(world, world.patient(related=False), ended)
    assert world.reasons() == []


def test_nor_one_that_somebody_else_ended_or_did_something_with(world):
    a_call(world, world.patient(related=False), by=CommissionFactory(unit=world.unit))
    a_call(world, world.patient(related=False), touched_by=CommissionFactory())
    assert world.reasons() == []


def test_nor_one_that_ended_another_day(world):
    a_call(world, world.patient(related=False), later=timedelta(days=1))
    assert world.reasons() == []


def test_nor_one_about_a_patient_whom_the_unit_had_anyway(world):
    a_call(world, world.patient())
    assert world.reasons() == []


@pytest.mark.parametrize(
    ("born", "kind", "picked"),
    [
        (date(2013, 11, 23), "chosen", True),
        (date(2008, 11, 24), "chosen", True),
        (date(2013, 11, 24), "chosen", False),
        (date(2010, 5, 1), "guardian", False),
        (date(2008, 11, 23), "chosen", False),
        (date(1940, 1, 1), "chosen", False),
    ],
)
def test_a_chosen_representative_of_a_young_person(world, born, kind, picked):
    patient = world.patient(birth_date=born)
    about = {"action": Action.WRITE, "object_kind": "representative", "object_id": uuid.uuid4(), "reason": kind}
    world.did(patient, what="access.add_representative", **about)
    world.pick()
    assert world.reasons() == (["teenager"] if picked else [])


@pytest.mark.parametrize("what", ["access.lift_block", "access.remove_block"])
def test_a_block_set_aside_or_removed(world, what):
    world.did(world.patient(), what=what, action=Action.WRITE, object_kind="block", reason="Patienten sa ja")
    world.pick()
    assert world.reasons() == ["unblocked"]


@pytest.mark.parametrize(
    ("values", "picked"),
    [
        ({"kind": "shared_record"}, ["consent"]),
        ({"kind": "enrolment"}, []),
        ({"kind": "enrolment", "how": "cannot"}, ["assessed"]),
    ],
)
def test_consents_that_open_widely(world, values, picked):
    patient = world.patient()
    assessed = {"assessment": "Demens", "attitude": "Hade velat", "nothing_against": True} if "how" in values else {}
    consent = ConsentFactory(patient=patient, recorded_by=world.nurse, **{**assessed, **values})
    world.did(patient, what="access.record_consent", action=Action.WRITE, object_kind="consent", object_id=consent.pk)
    world.pick()
    assert world.reasons() == picked


@pytest.mark.parametrize(("share", "least", "most"), [(0.0, 0, 0), (1.0, 60, 60), (0.5, 12, 48)])
def test_a_share_is_drawn_at_random(world, settings, share, least, most):
    settings.NARVARD_LOG_SAMPLE = share
    world.unit.opening_hours.all().delete()
    for n in range(6):
        nurse = world.at_provider()
        for _n in range(10):
            patient = world.patient(related=False)
            CareRelationFactory(patient=patient, unit=nurse.unit)
            world.did(patient, by=nurse, at=NOON + n * MINUTE)
    world.pick()
    assert set(world.reasons()) <= {"random"}
    assert least <= len(world.reasons()) <= most


def test_a_day_is_gone_through_once_and_only_that_day(world):
    world.unit.opening_hours.all().delete()
    world.did(world.patient(), action=Action.EMERGENCY, at=hour(0))
    world.did(world.patient(), action=Action.EMERGENCY, at=hour(24) - MINUTE)
    world.did(world.patient(), action=Action.EMERGENCY, at=hour(24))
    world.pick()
    first = set(LogReview.objects.values_list("pk", flat=True))
    world.pick()
    assert len(first) == 2
    assert set(LogReview.objects.values_list("pk", flat=True)) == first
    assert AuditEvent.objects.filter(what="access.pick_reviews").count() == 1
    assert set(LogReview.objects.values_list("day", flat=True)) == {DAY}


def test_several_reasons_and_openings_of_one_day_are_one_item(world):
    patient = world.patient(family_name="Falk")
    for n in range(3):
        world.did(patient, action=Action.EMERGENCY, at=NOON + n * MINUTE)
    world.pick()
    assert LogReview.objects.count() == 1
    assert world.reasons() == ["emergency", "surname"]


def test_another_providers_log_is_another_days_work(world):
    stranger = LogWorld()
    stranger.did(stranger.patient(), action=Action.EMERGENCY)
    world.pick()
    assert not LogReview.objects.exists()


@pytest.mark.parametrize("accesses", [2, rules.MANY_PATIENTS])
def test_going_through_takes_as_many_queries_however_long_the_day(world, accesses, django_assert_num_queries):
    for n in range(accesses):
        world.did(world.patient(), at=NOON + n * MINUTE)
    with django_assert_num_queries(20):
        world.pick()


@pytest.mark.parametrize("rule", rules.RULES, ids=lambda rule: rule.key)
def test_every_rule_says_why(rule):
    assert "%" not in rules.said(rule.key, {"n": 3, "usual": 1, "name": "Falk", "time": "03:00"})
