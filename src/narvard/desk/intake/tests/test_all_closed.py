"""When every team is closed: the case is kept, says when somebody opens, and a need that nobody meets is counted."""

from datetime import timedelta

import pytest
from django.urls import reverse
from pytest_django.fixtures import Settings

from narvard.desk.intake.tests.conftest import SignIn
from narvard.desk.intake.tests.test_acts import post
from narvard.intake.misfits import misfits
from narvard.intake.models import CareRequest
from narvard.intake.tests.world import NOW, World
from narvard.organisation.models import CareUnit, OpeningHours


def teams(world: World) -> list[CareUnit]:
    return [world.got, world.primar, world.palliative]


@pytest.fixture
def office(world: World) -> World:
    """Every team works in office hours, Monday to Friday."""
    for unit in teams(world):
        for day in range(5):
            OpeningHours.objects.create(unit=unit, day=str(day), opens_minute=8 * 60, closes_minute=17 * 60)
    return world


def test_at_night_the_page_says_who_opens_when_and_the_team_can_be_asked(
    office: World, as_: SignIn, settings: Settings
) -> None:
    settings.NARVARD_CLOCK = "2026-11-28T02:00:00+01:00"
    row = office.send(at=NOW + timedelta(days=4, hours=18))
    coordinator = as_(office.coordinator)
    text = coordinator.get(reverse("intake:request", args=[row.pk])).content.decode()
    assert text.count("30 nov 08:00") == 3
    assert post(coordinator, "assign", row, team=office.got.pk).status_code == 302
    row.refresh_from_db()
    assert (row.state, row.keeper, row.due_at is not None) == ("asked", office.intake, True)


def test_closed_for_long_is_said_and_stops_nothing(world: World, as_: SignIn) -> None:
    for unit in teams(world):
        OpeningHours.objects.create(unit=unit, day="h", opens_minute=8 * 60, closes_minute=9 * 60)
    row = world.send()
    text = as_(world.coordinator).get(reverse("intake:request", args=[row.pk])).content.decode()
    assert text.lower().count("stängt de närmaste två veckorna") == 3


def test_where_no_team_exists_the_need_is_counted_as_unmet(world: World, as_: SignIn) -> None:
    CareUnit.objects.filter(pk__in=[unit.pk for unit in teams(world)]).update(closed_on=NOW.date())
    row, coordinator = world.send(), as_(world.coordinator)
    text = coordinator.get(reverse("intake:request", args=[row.pk])).content.decode()
    assert "Inget team i området tar emot" in text
    told = post(coordinator, "refuse", row, reason="Alla team är stängda", next_step="Hälsocentralen ringer i dag")
    assert told.status_code == 302
    assert CareRequest.objects.get().outcome == "declined"
    found = misfits("umea", since=NOW - timedelta(days=1))
    assert [each.reason for each in found] == ["Alla team är stängda"]
