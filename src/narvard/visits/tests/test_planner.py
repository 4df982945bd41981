"""A small area planned from end to end, with the real engine."""

from datetime import timedelta
from itertools import pairwise

import pytest

from narvard.core.models import AuditEvent, AuditSubject
from narvard.organisation.models import Profession, StaffCompetence
from narvard.organisation.tests.factories import (
    CareUnitFactory,
    CarFactory,
    CommissionFactory,
    CompetenceFactory,
)
from narvard.people.models import Address
from narvard.people.tests.factories import PatientFactory
from narvard.visits import actions, planner
from narvard.visits.models import Activity, DayPlan, Mode, Visit
from narvard.visits.tests.factories import AT, MONDAY, clock


def plan(area, at=AT, evaluations=3000, **changes):
    return planner.plan_area("umea", MONDAY, by=area.planner, at=at, seconds=None, evaluations=evaluations, **changes)


def only(**where):
    return Visit.objects.get(**where)


def test_visits_get_a_time_a_person_and_the_way_there(area):
    shift = area.shift(area.nurse)
    visits = [area.visit(minutes=60) for _n in range(4)]
    made = plan(area)
    assert (made.planned, made.unplanned, made.number, made.made_by) == (4, 0, 1, area.planner)
    rows = sorted(Visit.objects.all(), key=lambda row: row.starts_at)
    assert [row.state for row in rows] == ["planned"] * 4
    assert {row.roles.get().shift for row in rows} == {shift}
    assert [row.roles.get().order for row in rows] == [1, 2, 3, 4]
    assert all(clock(8) <= row.starts_at <= clock(15) for row in rows)
    assert all(row.ends_at - row.starts_at == timedelta(minutes=60) for row in rows)
    assert all(a.ends_at <= b.starts_at for a, b in pairwise(rows))
    event = AuditEvent.objects.get(what="visits.publish_plan")
    assert {s.patient for s in AuditSubject.objects.filter(event=event)} == {v.patient_id for v in visits}


def test_a_joint_visit_of_two_employers_starts_for_both_at_once(area):
    nurse, municipal = area.shift(area.nurse), area.shift(area.municipal)
    joint = area.visit(area.team, area.municipal.unit, minutes=45)
    alone = [area.visit(), area.visit(area.municipal.unit)]
    plan(area)
    roles = list(only(pk=joint.pk).roles.all())
    assert [role.shift for role in roles] == [nurse, municipal]
    assert only(pk=alone[0].pk).roles.get().shift == nurse
    assert only(pk=alone[1].pk).roles.get().shift == municipal


def test_a_joint_visit_waits_for_both_or_is_not_made(area):
    area.shift(area.nurse)
    joint = area.visit(area.team, area.municipal.unit)
    plan(area)
    row = only(pk=joint.pk)
    assert (row.state, row.reason) == ("unplanned", "Ingen på Hemsjukvården Vännäs arbetar den dagen.")
    assert set(row.roles.values_list("shift", flat=True)) == {None}


def test_two_of_the_same_unit_are_two_people(area):
    area.shift(area.nurse)
    area.shift(area.colleague)
    visit = area.visit(area.team, area.team)
    plan(area)
    assert len({role.shift_id for role in only(pk=visit.pk).roles.all()}) == 2


def test_lunch_is_kept_free(area):
    area.shift(area.nurse, break_minutes=30, break_from=clock(11), break_until=clock(12))
    for _n in range(6):
        area.visit(minutes=60)
    made = plan(area)
    ((start, end),) = made.summary["routes"][0]["breaks"]
    assert (start >= 11 * 60, end <= 12 * 60, end - start) == (True, True, 30)
    lunch = (clock(0) + timedelta(minutes=start), clock(0) + timedelta(minutes=end))
    for row in Visit.objects.filter(state="planned"):
        assert row.ends_at <= lunch[1] - timedelta(minutes=29) or row.starts_at >= lunch[1] - timedelta(minutes=1)


def test_a_round_holds_its_people_and_nobody_else(area):
    area.shift(area.nurse)
    area.shift(area.municipal)
    actions.add_activity(
        unit=area.team,
        kind=Activity.Kind.ROUND,
        title="Rond",
        starts_at=clock(8),
        ends_at=clock(12),
        base=area.base,
        participants=[area.nurse.staff],
        by=area.planner,
        at=AT,
    )
    held = area.visit(window_start=clock(8), window_end=clock(10), priority=4)
    free = area.visit(area.municipal.unit, window_start=clock(8), window_end=clock(10))
    plan(area)
    assert only(pk=held.pk).state == "unplanned"
    assert only(pk=free.pk).state == "planned"


def test_an_activity_that_no_shift_holds_is_said(area):
    area.shift(area.nurse)
    activity = actions.add_activity(
        unit=area.team,
        kind=Activity.Kind.MEETING,
        title="Kvällsmöte",
        starts_at=clock(18),
        ends_at=clock(19),
        base=area.base,
        participants=[area.nurse.staff],
        by=area.planner,
        at=AT,
    )
    assert plan(area).summary["activities_outside"] == [str(activity.pk)]


def test_profession_and_competence_decide_who_may_come(area):
    iv = CompetenceFactory(key="iv", name="intravenös behandling")
    able = CommissionFactory(unit=area.team)
    StaffCompetence.objects.create(staff=able.staff, competence=iv, since=MONDAY)
    StaffCompetence.objects.create(staff=area.nurse.staff, competence=iv, since=MONDAY - timedelta(9), until=MONDAY)
    area.shift(area.nurse)
    shift = area.shift(able)
    visit = area.visit()
    visit.roles.update(competence=iv, profession=Profession.NURSE)
    plan(area)
    assert only(pk=visit.pk).roles.get().shift == shift


def test_a_district_nurse_may_do_a_nurses_visit_but_not_the_other_way(area):
    area.shift(area.municipal)
    area.shift(area.nurse)
    nurses = area.visit(area.municipal.unit)
    nurses.roles.update(profession=Profession.NURSE)
    district = area.visit()
    district.roles.update(profession=Profession.DISTRICT_NURSE)
    plan(area)
    assert only(pk=nurses.pk).state == "planned"
    row = only(pk=district.pk)
    assert row.reason == "Ingen distriktssköterska på Närsjukvårdsteamet arbetar den dagen."


def test_every_visit_without_a_place_has_its_reason(area):
    iv = CompetenceFactory(key="iv", name="intravenös behandling")
    area.shift(area.nurse)
    skill = area.visit()
    skill.roles.update(competence=iv)
    late = area.visit(window_start=clock(17), window_end=clock(18))
    homeless = area.visit(patient=PatientFactory())
    Address.objects.filter(patient=homeless.patient).delete()
    island = area.visit(patient=PatientFactory(address={"latitude": 63.70, "longitude": 20.90}))
    full = [area.visit(minutes=150, window_start=clock(8), window_end=clock(16), priority=4) for _n in range(4)]
    nobody = area.visit()
    nobody.roles.all().delete()
    plan(area)
    assert only(pk=skill.pk).reason == (
        "Ingen med kompetensen intravenös behandling på Närsjukvårdsteamet arbetar den dagen."
    )
    assert only(pk=late.pk).reason == "Inget arbetspass på Närsjukvårdsteamet rymmer besöket 17:00–18:00."
    assert (only(pk=homeless.pk).reason, only(pk=homeless.pk).reason_code) == ("Adressen är okänd.", "no_place")
    assert only(pk=island.pk).reason == "Platsen nås inte med bil."
    assert only(pk=nobody.pk).reason == "Ingen är vald att komma."
    left = [only(pk=v.pk) for v in full if only(pk=v.pk).state == "unplanned"]
    assert left
    assert {row.reason for row in left} == {"Dagen är full: andra besök gick före eller låg bättre till."}


def test_what_must_be_done_goes_first(area):
    area.shift(area.nurse, ends_at=clock(10))
    low = [area.visit(minutes=90, priority=4, window_end=clock(10)) for _n in range(3)]
    must = area.visit(minutes=90, priority=1, window_end=clock(10))
    plan(area)
    assert only(pk=must.pk).state == "planned"
    assert {only(pk=v.pk).state for v in low} == {"unplanned"}


def test_a_phone_call_needs_no_address_and_no_road(area):
    area.shift(area.nurse)
    call = area.visit(mode=Mode.PHONE)
    Address.objects.all().delete()
    plan(area)
    row = only(pk=call.pk)
    assert (row.state, row.roles.get().travel_minutes) == ("planned", 0)


def test_the_road_goes_on_over_a_call(area):
    """Two homes twenty kilometres apart with a call in between: the road between them is driven and told."""
    area.shift(area.nurse)
    near, far = {"latitude": 63.82, "longitude": 20.26}, {"latitude": 64.0, "longitude": 20.26}
    first = area.visit(patient=PatientFactory(address=near), window_start=clock(9), window_end=clock(9, 5))
    call = area.visit(mode=Mode.PHONE, window_start=clock(10), window_end=clock(10, 5))
    last = area.visit(patient=PatientFactory(address=far), window_start=clock(11), window_end=clock(12))
    plan(area)
    told = {row.pk: only(pk=row.pk).roles.get().travel_minutes for row in (first, call, last)}
    assert told[call.pk] == 0
    assert told[last.pk] > 15
    assert DayPlan.objects.get().summary["routes"][0]["travel"] > 30


def test_a_crew_in_one_car_makes_a_joint_visit_with_both(area):
    car = CarFactory(base=area.base)
    shifts = {area.shift(area.nurse, car=car), area.shift(area.municipal, car=car)}
    joint = area.visit(area.team, area.municipal.unit)
    single = area.visit(area.municipal.unit)
    plan(area)
    assert {role.shift for role in only(pk=joint.pk).roles.all()} == shifts
    assert only(pk=joint.pk).roles.get(unit=area.team).shift.commission == area.nurse
    assert only(pk=single.pk).roles.get().shift.commission == area.municipal


def test_without_a_free_car_nobody_drives(area):
    CarFactory(base=area.base)
    area.shift(area.nurse)
    area.shift(area.colleague)
    visits = [area.visit(minutes=200, window_end=clock(9)) for _n in range(2)]
    made = plan(area)
    assert (made.planned, made.unplanned) == (1, 1)
    assert {only(pk=v.pk).state for v in visits} == {"planned", "unplanned"}


def test_the_same_face_as_last_time_is_preferred(area):
    first, second = area.shift(area.nurse), area.shift(area.colleague)
    friday = timedelta(days=3)
    hours = {"starts_at": clock(8) - friday, "ends_at": clock(16) - friday}
    faces = [area.shift(area.nurse, **hours), area.shift(area.colleague, **hours)]
    patients = [PatientFactory() for _n in range(4)]
    for n, patient in enumerate(patients):
        times = {"starts_at": clock(9) - friday, "ends_at": clock(10) - friday}
        past = area.visit(patient=patient, date=MONDAY - friday, state="done", **times)
        past.roles.update(shift=faces[n % 2])
    today = [area.visit(patient=patient) for patient in patients]
    plan(area)
    assert [only(pk=v.pk).roles.get().shift for v in today] == [first, second, first, second]


def test_a_pinned_visit_stays_with_its_person(area):
    area.shift(area.nurse)
    second = area.shift(area.colleague)
    visit = area.visit()
    visit.roles.update(shift=second, pinned=True)
    plan(area)
    assert only(pk=visit.pk).roles.get().shift == second


def test_what_is_done_or_under_way_is_not_moved(area):
    shift = area.shift(area.nurse)
    for _n in range(3):
        area.visit(minutes=60)
    plan(area)
    done, running, coming = Visit.objects.order_by("starts_at")
    actions.start_visit(visit=done, by=area.nurse, at=clock(8, 5))
    actions.finish_visit(visit=done, by=area.nurse, at=clock(9, 10))
    actions.start_visit(visit=running, by=area.nurse, at=clock(9, 10))
    plan(area, at=clock(9, 30))
    assert (only(pk=done.pk).starts_at, only(pk=done.pk).state) == (clock(8, 5), "done")
    assert (only(pk=running.pk).starts_at, only(pk=running.pk).state) == (clock(9, 10), "started")
    row = only(pk=coming.pk)
    assert row.state == "planned"
    assert row.starts_at >= clock(10, 10)
    assert row.roles.get().shift == shift


def test_what_nobody_has_registered_is_not_planned_a_second_time(area):
    area.shift(area.nurse)
    early, late = area.visit(minutes=60, window_end=clock(8, 30)), area.visit(minutes=60, window_start=clock(13))
    plan(area)
    before = only(pk=early.pk)
    made = plan(area, at=clock(11))
    assert (only(pk=early.pk).state, only(pk=early.pk).starts_at) == ("planned", before.starts_at)
    assert only(pk=late.pk).state == "planned"
    assert (made.unplanned, made.summary["changed_meanwhile"]) == (0, 0)


def test_planning_again_without_news_changes_nothing_that_a_person_sees(area):
    area.shift(area.nurse)
    area.shift(area.colleague)
    for _n in range(6):
        area.visit()
    plan(area)
    before = {row.pk: (row.starts_at, row.version, row.roles.get().shift_id) for row in Visit.objects.all()}
    made = plan(area)
    after = {row.pk: (row.starts_at, row.version, row.roles.get().shift_id) for row in Visit.objects.all()}
    assert made.number == 2
    assert after == before


def test_the_same_day_and_seed_give_the_same_plan(area):
    area.shift(area.nurse)
    area.shift(area.colleague)
    for _n in range(8):
        area.visit()
    read = planner.read_day("umea", MONDAY, AT)
    posed = planner.pose(read)
    results = [planner.search(posed, seconds=None, evaluations=2000, seed=7) for _n in range(2)]
    assert results[0].plan == results[1].plan


def test_what_changes_while_the_engine_works_is_not_overwritten(area):
    area.shift(area.nurse)
    gone, kept, taken = area.visit(), area.visit(), area.visit()
    read = planner.read_day("umea", MONDAY, AT)
    posed = planner.pose(read)
    result = planner.search(posed, seconds=None, evaluations=500, seed=1)
    actions.cancel_visit(visit=gone, reason="Är på sjukhus.", by=area.nurse, at=AT)
    actions.start_visit(visit=taken, by=area.nurse, at=clock(8))
    made = planner.publish(read, posed, result, by=area.planner, at=AT)
    assert made.summary["changed_meanwhile"] == 2
    assert (only(pk=gone.pk).state, only(pk=kept.pk).state, only(pk=taken.pk).state) == (
        "cancelled",
        "planned",
        "started",
    )


def test_a_shift_that_was_cancelled_meanwhile_takes_no_visits(area):
    shift = area.shift(area.nurse)
    visit = area.visit()
    read = planner.read_day("umea", MONDAY, AT)
    posed = planner.pose(read)
    result = planner.search(posed, seconds=None, evaluations=500, seed=1)
    actions.cancel_shift(shift=shift, reason="Sjuk", by=area.planner, at=AT)
    planner.publish(read, posed, result, by=area.planner, at=AT)
    row = only(pk=visit.pk)
    assert (row.state, row.roles.get().shift) == ("to_plan", None)


def test_another_area_is_left_alone(area):
    area.shift(area.nurse)
    other = area.visit()
    other.owner_unit = CareUnitFactory(care_area="skelleftea")
    other.save()
    assert plan(area).planned == 0
    assert only(pk=other.pk).state == "to_plan"


def test_a_day_without_people_or_in_the_past_is_refused(area):
    area.visit()
    with pytest.raises(planner.NobodyAtWork):
        plan(area)
    with pytest.raises(planner.DayHasPassed):
        plan(area, at=AT + timedelta(days=1))
    assert not DayPlan.objects.exists()


def test_reading_a_day_takes_as_many_queries_however_long_it_is(area, django_assert_num_queries):
    area.shift(area.nurse)
    area.visit()
    with django_assert_num_queries(8):
        planner.read_day("umea", MONDAY, AT)
    area.shift(area.colleague)
    for _n in range(5):
        area.visit(area.team, area.municipal.unit)
    with django_assert_num_queries(8):
        planner.read_day("umea", MONDAY, AT)
