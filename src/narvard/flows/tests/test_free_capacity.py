"""The earliest visit is read from the free time in the plans that stand, else from the opening hours."""

from datetime import timedelta

import pytest
from pytest_django import DjangoAssertNumQueries

from narvard.access.guard import open_patient
from narvard.core.calendar import at_local
from narvard.flows import triage
from narvard.flows.cars import free_capacity
from narvard.intake.tests.world import NOW, World, build
from narvard.intake.triage import Option
from narvard.organisation.models import Commission
from narvard.visits.models import Activity, DayPlan, Shift, VisitRole
from narvard.visits.tests.factories import MONDAY, ShiftFactory, VisitFactory

TUESDAY = MONDAY + timedelta(days=1)


@pytest.fixture
def world(db: None) -> World:
    return build()


def plan(day: object = MONDAY) -> None:
    DayPlan.objects.create(care_area="umea", date=day, number=1, made_at=NOW, planned=1, unplanned=0)


def shift(by: Commission, day: object = MONDAY) -> Shift:
    return ShiftFactory(commission=by, date=day, starts_at=at_local(day, 480), ends_at=at_local(day, 960))


def busy(row: Shift, start: int, end: int, travel: int = 0) -> None:
    visit = VisitFactory(episode__unit=row.commission.unit, date=row.date, minutes=end - start)
    visit.starts_at, visit.ends_at, visit.state = at_local(row.date, start), at_local(row.date, end), "planned"
    visit.save()
    VisitRole.objects.filter(visit=visit).update(shift=row, travel_minutes=travel)


def option(world: World, name: str = "GÖT") -> Option:
    opened = open_patient(world.patient.pk, by=world.coordinator, at=NOW)
    return next(row for row in triage.options(opened, world.row, NOW)[1] if row.name == name)


@pytest.fixture(autouse=True)
def _request(world: World) -> None:
    world.row = world.send()  # type: ignore[attr-defined]


def test_the_first_gap_of_the_plan_is_the_earliest(world: World) -> None:
    plan()
    row = shift(world.got_nurse)
    busy(row, 480, 600)
    busy(row, 620, 690, travel=20)
    busy(row, 780, 820, travel=15)
    found = option(world)
    assert (found.earliest, found.by_plan, found.open_now) == (at_local(MONDAY, 690), True, True)


def test_breaks_and_meetings_are_not_free_time(world: World) -> None:
    plan()
    row = shift(world.got_nurse)
    row.break_from, row.break_until = at_local(MONDAY, 500), at_local(MONDAY, 530)
    row.save()
    meeting = Activity.objects.create(
        unit=world.got,
        kind="round",
        title="Rond",
        starts_at=at_local(MONDAY, 530),
        ends_at=at_local(MONDAY, 600),
        base=row.base,
    )
    meeting.participants.add(world.got_nurse.staff)
    assert option(world).earliest == at_local(MONDAY, 600)


def test_a_crew_full_today_goes_tomorrow_if_that_day_is_planned(world: World) -> None:
    plan()
    plan(TUESDAY)
    busy(shift(world.got_nurse), 480, 960)
    shift(world.got_nurse, TUESDAY)
    assert option(world).earliest == at_local(TUESDAY, 480)


def test_a_crew_full_in_all_plans_says_so_and_goes_after_them(world: World) -> None:
    plan()
    busy(shift(world.got_nurse), 480, 960)
    found = option(world)
    assert (found.earliest, found.by_plan) == (at_local(TUESDAY, 0), False)
    assert "ingen ledig bil i planerna till och med 23 nov" in [reason.text for reason in found.reasons]


def test_where_no_plan_stands_the_opening_hours_are_told_as_such(world: World) -> None:
    shift(world.got_nurse)
    found = option(world)
    assert (found.earliest, found.by_plan) == (NOW, False)
    assert "tidigast efter öppettiderna: ingen plan finns att läsa" in [reason.text for reason in found.reasons]


def test_a_few_queries_however_many_crews(world: World, django_assert_num_queries: DjangoAssertNumQueries) -> None:
    plan()
    for by in (world.got_nurse, world.primar_nurse):
        busy(shift(by), 480, 600)
    with django_assert_num_queries(4):
        assert len(free_capacity("umea", NOW).gaps) == 2
