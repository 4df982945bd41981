"""Taking a visit into the plan that holds: who moves and by how much is said before it is done."""

from datetime import timedelta
from itertools import pairwise

import pytest

from narvard.core.errors import Stale
from narvard.core.models import AuditEvent
from narvard.organisation.tests.factories import CommissionFactory
from narvard.visits import actions, planner
from narvard.visits.models import Activity, Visit
from narvard.visits.planner import insert
from narvard.visits.planner.insert import Wish
from narvard.visits.tests.factories import AT, MONDAY, clock


def plan(area):
    planner.plan_area("umea", MONDAY, by=area.planner, at=AT, seconds=None, evaluations=500)


def fresh(visit):
    return Visit.objects.select_related("owner_unit").get(pk=visit.pk)


def place(area, visit, option, at=AT, **changes):
    asked = {"visit": visit, "token": option.token, "by": area.planner, "at": at}
    return actions.place_visit(**{**asked, **changes})


@pytest.fixture
def busy(area):
    """A nurse with three visits and a colleague with none, both at work."""
    area.shift(area.nurse)
    visits = [area.visit(minutes=60) for _n in range(3)]
    plan(area)
    area.shift(area.colleague)
    return visits


def test_each_way_says_who_when_and_what_moves(area, busy):
    acute = area.visit(minutes=60, acute=True, window_start=clock(8), window_end=clock(9))
    ways = insert.options(fresh(acute), at=AT)
    assert {way.crews[0].lead.commission for way in ways} == {area.nurse, area.colleague}
    free = next(way for way in ways if way.crews[0].lead.commission == area.colleague)
    moving = next(way for way in ways if way.crews[0].lead.commission == area.nurse)
    assert free.moved == ()
    assert clock(8) <= free.starts_at <= clock(9)
    assert moving.moved
    assert {change.visit.pk for change in moving.moved} <= {visit.pk for visit in busy}
    assert all(change.minutes > 0 for change in moving.moved)


def test_asking_changes_nothing(area, busy):
    before = list(Visit.objects.order_by("pk").values_list("state", "starts_at", "version"))
    acute = area.visit(window_start=clock(8), window_end=clock(9))
    insert.options(fresh(acute), at=AT)
    acute.delete()
    assert list(Visit.objects.order_by("pk").values_list("state", "starts_at", "version")) == before


def test_what_is_chosen_is_what_happens(area, busy):
    acute = fresh(area.visit(minutes=60, window_start=clock(8), window_end=clock(9)))
    way = next(w for w in insert.options(acute, at=AT) if w.crews[0].lead.commission == area.nurse)
    changed = place(area, acute, way, expected=1)
    acute = fresh(acute)
    role = acute.roles.get()
    assert (acute.state, acute.starts_at, acute.version) == ("planned", way.starts_at, 2)
    assert (role.shift.commission, role.pinned) == (area.nurse, True)
    for change in way.moved:
        assert fresh(change.visit).starts_at == change.becomes
    assert {row.pk for row in changed} == {acute.pk} | {change.visit.pk for change in way.moved}
    rows = sorted(Visit.objects.filter(roles__shift=role.shift), key=lambda row: row.starts_at)
    assert [row.roles.get().order for row in rows] == [1, 2, 3, 4]
    assert all(a.ends_at <= b.starts_at for a, b in pairwise(rows))
    event = AuditEvent.objects.get(what="visits.place_visit")
    assert event.subjects.count() == len({row.patient_id for row in changed})


def test_a_planned_visit_moves_to_another_person(area, busy):
    visit = fresh(busy[0])
    lead = planner.read_day("umea", MONDAY, AT).crews
    colleague = next(crew for crew in lead if crew.lead.commission == area.colleague)
    (way,) = insert.options(visit, at=AT, wish=Wish(colleague.id, 12 * 60.0))
    assert abs((way.starts_at - clock(12)).total_seconds()) <= 15 * 60
    place(area, visit, way)
    assert fresh(visit).roles.get().shift.commission == area.colleague


def test_a_day_that_changed_is_said_and_nothing_moves(area, busy):
    acute = fresh(area.visit(minutes=60, window_start=clock(8), window_end=clock(9)))
    way = insert.options(acute, at=AT)[0]
    for role in Visit.objects.exclude(pk=acute.pk).first().roles.all():
        actions.cancel_shift(shift=role.shift, reason="Sjuk", by=area.planner, at=AT)
    actions.cancel_shift(shift=area.colleague.shifts.get(), reason="Sjuk", by=area.planner, at=AT)
    area.shift(CommissionFactory(unit=area.team))
    with pytest.raises(actions.DayChanged):
        place(area, acute, way)
    assert fresh(acute).state == "to_plan"


@pytest.mark.parametrize(
    "token",
    [
        "",
        "{}",
        "null",
        "[1]",
        '{"who":{},"start":1,"moved":{}}',
        '{"who":{"r1":"x"},"start":"a","moved":{},"wish":[null,null]}',
        '{"who":{"r1":"x"},"start":NaN,"moved":{},"wish":["x",1]}',
        '{"who":{"r1":"x"},"start":1,"moved":{},"wish":["x",null]}',
    ],
)
def test_a_token_of_nothing_is_refused(area, busy, token):
    acute = fresh(area.visit())
    with pytest.raises(actions.DayChanged):
        actions.place_visit(visit=acute, token=token, by=area.planner, at=AT)


def test_a_stale_page_and_a_visit_that_has_begun_are_refused(area, busy):
    visit = fresh(busy[0])
    way = insert.options(visit, at=AT)[0]
    with pytest.raises(Stale):
        place(area, visit, way, expected=visit.version + 1)
    actions.start_visit(visit=visit, by=area.nurse, at=clock(8))
    with pytest.raises(actions.NotOpen):
        place(area, visit, way)


def test_a_joint_visit_is_taken_in_whole(area, busy):
    area.shift(area.municipal)
    joint = fresh(area.visit(area.team, area.municipal.unit, minutes=30))
    way = insert.options(joint, at=AT)[0]
    assert {crew.lead.commission.unit for crew in way.crews} == {area.team, area.municipal.unit}
    place(area, joint, way)
    assert {role.shift.commission.unit for role in fresh(joint).roles.all()} == {area.team, area.municipal.unit}


def test_nobody_is_taken_out_of_a_meeting(area):
    area.shift(area.nurse)
    actions.add_activity(
        unit=area.team,
        kind=Activity.Kind.MEETING,
        title="Möte",
        starts_at=clock(8),
        ends_at=clock(12),
        base=area.base,
        participants=[area.nurse.staff],
        by=area.planner,
        at=AT,
    )
    acute = fresh(area.visit(window_start=clock(8), window_end=clock(11)))
    assert insert.options(acute, at=AT) == []
    later = fresh(area.visit(window_start=clock(8), window_end=clock(14)))
    (way,) = insert.options(later, at=AT)
    assert way.starts_at >= clock(12)


def test_nobody_at_work_is_no_option(area):
    assert insert.options(fresh(area.visit()), at=AT) == []


def test_the_clock_may_go_on_a_little_between_question_and_answer(area, busy):
    acute = fresh(area.visit(minutes=30, window_start=clock(9), window_end=clock(11)))
    way = insert.options(acute, at=clock(9))[0]
    place(area, acute, way, at=clock(9) + timedelta(minutes=2))
    assert fresh(acute).state == "planned"


def test_nobody_is_visited_before_the_time_that_was_said(area):
    """The day runs ahead of its plan: the gap may be used, but what was said to the others still holds."""
    shift = area.shift(area.nurse)
    said = area.visit(minutes=60, state="planned", starts_at=clock(10))
    said.roles.update(shift=shift, order=1)
    acute = fresh(area.visit(minutes=30, window_start=clock(9), window_end=clock(12)))
    (way,) = insert.options(acute, at=clock(9))
    assert way.moved == ()
    assert way.starts_at + timedelta(minutes=30) <= clock(10) or way.starts_at >= clock(11)


def test_a_visit_whose_time_has_passed_can_still_be_moved(area):
    shift = area.shift(area.nurse)
    missed = area.visit(minutes=60, state="planned", starts_at=clock(8), window_end=clock(15))
    missed.roles.update(shift=shift, order=1)
    (way,) = insert.options(fresh(missed), at=clock(10))
    assert way.starts_at >= clock(10)
    place(area, fresh(missed), way, at=clock(10))
    assert fresh(missed).starts_at == way.starts_at
