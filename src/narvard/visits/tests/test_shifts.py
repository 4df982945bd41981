"""Working time: one person is in one place, one car with one crew."""

from datetime import date, timedelta

import pytest

from narvard.access.signin.actors import NOBODY
from narvard.core import audit
from narvard.core.errors import Stale
from narvard.core.models import Run
from narvard.organisation.models import Commission
from narvard.organisation.tests.factories import CareUnitFactory, CarFactory, CommissionFactory
from narvard.visits import actions
from narvard.visits.models import Activity, Shift, Visit
from narvard.visits.rules import NotYourArea
from narvard.visits.tests.factories import AT, MONDAY, clock


def add(area, commission=None, **changes):
    asked = {
        "commission": commission or area.nurse,
        "starts_at": clock(8),
        "ends_at": clock(16),
        "base": area.base,
        "by": area.planner,
        "at": AT,
    }
    return actions.add_shift(**{**asked, **changes})


def test_a_shift_is_kept(area):
    shift = add(area, break_from=clock(11), break_until=clock(13))
    assert (shift.date, shift.commission, shift.break_minutes) == (clock(8).date(), area.nurse, 30)


def test_the_same_person_is_not_booked_twice_also_by_another_employer(area):
    add(area)
    shared_post = CommissionFactory(staff=area.nurse.staff, unit=area.municipal.unit)
    with pytest.raises(actions.ShiftsOverlap, match="arbetar redan 08:00–16:00 på Närsjukvårdsteamet"):
        add(area, shared_post, starts_at=clock(15, 59), ends_at=clock(20))
    assert add(area, shared_post, starts_at=clock(16), ends_at=clock(20)).commission == shared_post


def test_a_cancelled_shift_is_in_nobodys_way(area):
    actions.cancel_shift(shift=add(area), reason="Sjuk", by=area.planner, at=AT)
    assert add(area).pk


@pytest.mark.parametrize(
    "changes",
    [
        {"ends_at": clock(8)},
        {"ends_at": clock(23)},
        {"break_minutes": 480},
        {"break_from": clock(12)},
        {"break_from": clock(12), "break_until": clock(12, 20)},
        {"break_from": clock(15, 50), "break_until": clock(16, 30)},
    ],
)
def test_times_that_contradict_themselves_are_refused(area, changes):
    with pytest.raises(actions.BadShift):
        add(area, **changes)
    assert not Shift.objects.exists()


def test_a_commission_that_does_not_hold_gets_no_shift(area):
    ended = CommissionFactory(unit=area.team, until=date(2026, 11, 23))
    with pytest.raises(actions.BadShift):
        add(area, ended)


def test_a_crew_shares_a_car_only_with_the_same_times(area):
    car = CarFactory(base=area.base, seats=2)
    add(area, car=car)
    with pytest.raises(actions.CarTaken, match="samma tider"):
        add(area, area.colleague, car=car, ends_at=clock(15))
    add(area, area.colleague, car=car)
    with pytest.raises(actions.CarTaken, match="full"):
        add(area, area.municipal, car=car)


def test_a_retired_car_is_not_taken(area):
    with pytest.raises(actions.CarTaken, match="ur bruk"):
        add(area, car=CarFactory(base=area.base, retired_on=date(2026, 1, 1)))


def test_cancelling_gives_its_visits_back_to_be_planned(area):
    shift = add(area)
    visit = area.visit(area.team, area.municipal.unit, state=Visit.State.PLANNED, starts_at=clock(9))
    done = area.visit(state=Visit.State.DONE, starts_at=clock(8), ends_at=clock(8, 30))
    for row in (visit, done):
        row.roles.filter(position=1).update(shift=shift, order=1, pinned=True)
    returned = actions.cancel_shift(shift=shift, reason="Sjuk", by=area.planner, at=clock(9))
    visit.refresh_from_db()
    assert returned == [visit]
    assert (visit.state, visit.starts_at, visit.version) == ("to_plan", None, 2)
    assert set(visit.roles.values_list("shift", "order", "pinned")) == {(None, None, False)}
    assert done.roles.get().shift == shift


def test_cancelling_twice_stale_or_in_the_middle_of_a_visit_is_refused(area):
    shift = add(area)
    with pytest.raises(Stale):
        actions.cancel_shift(shift=shift, reason="Sjuk", by=area.planner, at=AT, expected=9)
    visit = area.visit()
    actions.start_visit(visit=visit, by=area.nurse, at=clock(9))
    with pytest.raises(actions.ShiftBegun):
        actions.cancel_shift(shift=shift, reason="Sjuk", by=area.planner, at=clock(9))
    actions.finish_visit(visit=visit, by=area.nurse, at=clock(10))
    actions.cancel_shift(shift=shift, reason="Sjuk", by=area.planner, at=clock(10))
    with pytest.raises(actions.ShiftCancelled):
        actions.cancel_shift(shift=shift, reason="Sjuk", by=area.planner, at=clock(10))


def meet(area, people, **changes):
    asked = {
        "unit": area.team,
        "kind": Activity.Kind.ROUND,
        "title": "Rond",
        "starts_at": clock(8),
        "ends_at": clock(9),
        "base": area.base,
        "participants": [commission.staff for commission in people],
        "by": area.planner,
        "at": AT,
    }
    return actions.add_activity(**{**asked, **changes})


def test_an_activity_has_participants_who_are_nowhere_else(area):
    activity = meet(area, [area.nurse, area.municipal])
    assert activity.participants.count() == 2
    with pytest.raises(actions.ActivitiesOverlap, match="Rond"):
        meet(area, [area.nurse], starts_at=clock(8, 30), ends_at=clock(10))
    actions.cancel_activity(activity=activity, by=area.planner, at=AT)
    assert meet(area, [area.nurse], starts_at=clock(8, 30), ends_at=clock(10)).pk
    with pytest.raises(actions.BadActivity):
        actions.cancel_activity(activity=activity, by=area.planner, at=AT)


@pytest.mark.parametrize("changes", [{"ends_at": clock(8)}, {"title": " "}, {"participants": []}])
def test_an_activity_that_contradicts_itself_is_refused(area, changes):
    with pytest.raises(actions.BadActivity):
        meet(area, [area.nurse], **changes)


def test_a_shift_past_midnight_belongs_to_the_day_it_starts(area):
    shift = add(area, starts_at=clock(21), ends_at=clock(21) + timedelta(hours=9))
    assert shift.date == clock(21).date()


@pytest.fixture
def outsiders(area):
    """Nobody of them plans the area: one who works there, a planner and a coordinator elsewhere, the system's own."""
    away = CareUnitFactory(name="Intag Skellefteå", care_area="skelleftea")
    roles = Commission.Role
    far = [CommissionFactory(unit=away, role=role) for role in (roles.PLANNER, roles.COORDINATOR)]
    return [area.nurse, *far, NOBODY]


def test_only_who_plans_the_area_gives_working_time(area, outsiders):
    for by in outsiders:
        with pytest.raises(NotYourArea):
            add(area, by=by)
    assert not Shift.objects.exists()
    assert add(area, by=audit.SYSTEM).pk


def test_only_who_plans_the_area_cancels_a_shift(area, outsiders):
    shift = add(area)
    for by in outsiders:
        with pytest.raises(NotYourArea):
            actions.cancel_shift(shift=shift, reason="Sjuk", by=by, at=AT)
    shift.refresh_from_db()
    assert shift.cancelled_at is None


def test_a_planner_does_not_plan_a_unit_outside_the_area(area):
    away = CommissionFactory(unit__care_area="skelleftea")
    with pytest.raises(NotYourArea):
        add(area, away)
    nowhere = CommissionFactory(unit__care_area="", role=Commission.Role.PLANNER)
    with pytest.raises(NotYourArea):
        add(area, nowhere, by=nowhere)


def test_only_who_plans_the_area_adds_and_calls_off_activities(area, outsiders):
    kept = meet(area, [area.nurse])
    for by in outsiders:
        with pytest.raises(NotYourArea):
            meet(area, [area.colleague], by=by)
        with pytest.raises(NotYourArea):
            actions.cancel_activity(activity=kept, by=by, at=AT)
    assert [row.cancelled_at for row in Activity.objects.all()] == [None]


def test_who_takes_part_works_in_the_area(area):
    away = CommissionFactory(unit__care_area="skelleftea")
    with pytest.raises(actions.BadActivity, match="arbetar inte i området"):
        meet(area, [area.nurse, away])
    assert not Activity.objects.exists()


def test_only_who_plans_the_area_has_the_day_made_and_planned(area, outsiders):
    for by in outsiders:
        with pytest.raises(NotYourArea):
            actions.generate_day(care_area="umea", date=MONDAY, by=by, at=AT)
        with pytest.raises(NotYourArea):
            actions.request_plan(care_area="umea", date=MONDAY, by=by, at=AT)
    assert not Run.objects.exists()
