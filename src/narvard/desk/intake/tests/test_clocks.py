"""The page for clocks: late, nearly late and met, counted by unit and programme."""

from datetime import timedelta

import pytest
from django.urls import reverse
from pytest_django import DjangoAssertNumQueries
from pytest_django.fixtures import Settings

from narvard.desk.intake.tests.conftest import SignIn
from narvard.flows.clocks import by_programme, clock_lines
from narvard.flows.registering import advise
from narvard.intake.actions import take_request
from narvard.intake.tests.world import NOW, World, pace
from narvard.organisation.models import Commission
from narvard.organisation.tests.factories import CommissionFactory
from narvard.people.tests.factories import PatientFactory

PAGE = reverse("intake:clocks")
DAY = NOW - timedelta(days=1)


def tallies(world: World, minutes: int) -> dict[str, tuple[int, ...]]:
    at = NOW + timedelta(minutes=minutes)
    return {line.unit: tuple(vars(line.tally).values()) for line in clock_lines("umea", at, since=DAY)}


def test_a_clock_is_counted_where_somebody_has_to_act_and_then_where_it_was_answered(world: World) -> None:
    row = world.send()
    assert tallies(world, 1) == {"Gemensamt intag": (0, 0, 1, 0, 0)}
    assert tallies(world, 25) == {"Gemensamt intag": (0, 1, 0, 0, 0)}
    assert tallies(world, 31) == {"Gemensamt intag": (1, 0, 0, 0, 0)}
    take_request(request=row.pk, by=world.got_nurse, at=NOW + timedelta(minutes=40))
    assert tallies(world, 41) == {"GÖT": (0, 0, 1, 0, 1)}


def test_call_backs_count_too_and_programmes_are_put_together(world: World) -> None:
    pace("got", "call_back_minutes: {acute: 600}")
    advise(request=world.asked().pk, advice="Drick mer", by=world.got_nurse, at=NOW)
    assert tallies(world, 1)["GÖT"] == (0, 0, 1, 1, 0)
    lines = clock_lines("umea", NOW + timedelta(minutes=1), since=DAY)
    ((name, tally),) = by_programme(lines)
    assert (name, tally.share) == ("Geriatriskt öppenvårdsteam (GÖT)", 1.0)


def test_a_fixed_number_of_queries(world: World, django_assert_max_num_queries: DjangoAssertNumQueries) -> None:
    for _row in range(3):
        world.send(patient=PatientFactory())
        world.asked(patient=PatientFactory())
    with django_assert_max_num_queries(12):
        clock_lines("umea", NOW, since=DAY)


@pytest.mark.parametrize(("role", "sees"), [("manager", True), ("team", False)])
def test_management_sees_the_area_and_a_team_itself(
    world: World, as_: SignIn, settings: Settings, role: str, *, sees: bool
) -> None:
    settings.NARVARD_CLOCK = "2026-11-23T08:40:00+01:00"
    world.send(patient=PatientFactory(given_name="Hemlig"))
    world.asked()
    by = world.got_nurse if role == "team" else CommissionFactory(unit=world.intake, role=Commission.Role.MANAGER)
    text = as_(by).get(PAGE).content.decode()
    assert "GÖT" in text
    assert ("Gemensamt intag" in text.split("<main")[1]) is sees
    assert "Hemlig" not in text


def test_a_home_help_has_no_such_page(world: World, as_: SignIn) -> None:
    by = CommissionFactory(unit=world.nursing, role=Commission.Role.SOCIAL)
    assert as_(by).get(PAGE).status_code in {403, 404}
