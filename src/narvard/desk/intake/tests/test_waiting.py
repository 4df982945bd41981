"""The waiting room's page: order, acts in the row, who may see it, its queries and its speed."""

import uuid
from datetime import timedelta

import pytest
from django.urls import reverse
from pytest_django import DjangoAssertNumQueries
from pytest_django.fixtures import Settings

from narvard.core.calendar import at_local
from narvard.core.models import AuditEvent
from narvard.desk.intake.tests.conftest import SignIn
from narvard.intake.actions import reassess
from narvard.intake.models import CareRequest, Risk
from narvard.intake.tests.world import NOW, World
from narvard.people.tests.factories import PatientFactory
from narvard.visits.tests.factories import MONDAY, ShiftFactory

ROOM = "/intag/vantrum/"


def waits(world: World, **changes: object) -> CareRequest:
    values = {"channel": "alarm_centre", "sender_unit": world.alarm, "by": world.operator, "urgency": "semi_acute"}
    return world.send(**(values | changes))


def test_the_highest_risk_first_then_the_most_urgent(world: World, as_: SignIn) -> None:
    people = [PatientFactory(given_name=name) for name in ("Stabila", "Riskfyllda", "Akuta")]
    waits(world, patient=people[0])
    risky = waits(world, patient=people[1])
    waits(world, patient=people[2], urgency="acute")
    reassess(request=risky.pk, risk=Risk.HIGH, by=world.operator, at=NOW)
    text = as_(world.coordinator).get(ROOM).content.decode()
    assert "Väntar på bil: 3" in text
    assert text.index("Riskfyllda") < text.index("Akuta") < text.index("Stabila")
    assert "Ärendet ligger hos Vårdlarmcentralen" in text


def test_when_a_car_is_free_is_read_from_the_day(world: World, as_: SignIn) -> None:
    ShiftFactory(
        commission=world.got_nurse, date=MONDAY, starts_at=at_local(MONDAY, 540), ends_at=at_local(MONDAY, 960)
    )
    waits(world)
    text = as_(world.operator).get(ROOM).content.decode()
    assert "Tidigast bil: GÖT" in text
    assert "09:00" in text


def test_a_day_without_cars_says_so(world: World, as_: SignIn) -> None:
    waits(world)
    text = as_(world.operator).get(ROOM).content.decode()
    assert "Ring teamen" in text
    assert "Ingen ledig bil i dagens plan" in text


def test_one_click_says_how_it_is_and_the_clock_starts_again(world: World, as_: SignIn) -> None:
    row, client = waits(world), as_(world.operator)
    keys = {"once": str(uuid.uuid4()), "version": row.version}
    answer = client.post(reverse("intake:reassess", args=[row.pk]), {**keys, "risk": "3"})
    assert answer.url == ROOM
    row.refresh_from_db()
    assert (row.risk, row.reassess_due_at) == (Risk.HIGH, row.assessed_at + timedelta(minutes=15))


def test_one_click_goes_back_to_ambulance(world: World, as_: SignIn) -> None:
    row, client = waits(world), as_(world.operator)
    keys = {"once": str(uuid.uuid4()), "version": row.version}
    page = client.post(reverse("intake:deteriorate", args=[row.pk]), keys, follow=True).content.decode()
    assert "Ring 112 nu" in page
    row.refresh_from_db()
    assert (row.state, row.outcome) == ("closed", "ambulance")
    assert "Väntar på bil: 0" in client.get(ROOM).content.decode()


def test_what_ran_out_stays_until_somebody_acts(world: World, as_: SignIn, settings: Settings) -> None:
    waits(world)
    settings.NARVARD_CLOCK = "2026-11-23T11:30:00+01:00"
    assert "1 ska bedömas igen nu" in as_(world.operator).get(ROOM).content.decode()


@pytest.mark.parametrize(("who", "status"), [("ward_nurse", 404), ("municipal_nurse", 404), ("got_nurse", 200)])
def test_who_may_open_it(world: World, as_: SignIn, who: str, status: int) -> None:
    waits(world)
    answer = as_(getattr(world, who)).get(ROOM)
    assert answer.status_code == status
    assert str(world.patient) not in answer.content.decode()


def test_it_is_logged_with_each_patient(world: World, as_: SignIn) -> None:
    waits(world)
    as_(world.operator).get(ROOM)
    event = AuditEvent.objects.get(what="intake.waiting")
    assert [subject.patient for subject in event.subjects.all()] == [world.patient.pk]


def test_a_protected_place_tells_nothing_by_the_cars(world: World, as_: SignIn) -> None:
    ShiftFactory(
        commission=world.got_nurse, date=MONDAY, starts_at=at_local(MONDAY, 540), ends_at=at_local(MONDAY, 960)
    )
    world.patient.protection = "protected"
    world.patient.save()
    waits(world)
    text = as_(world.operator).get(ROOM).content.decode()
    assert "skyddad plats" in text
    assert "Tidigast bil" not in text


def test_two_hundred_who_wait_take_as_many_queries_as_three(
    world: World, as_: SignIn, django_assert_max_num_queries: DjangoAssertNumQueries
) -> None:
    client = as_(world.operator)
    for _row in range(3):
        waits(world, patient=PatientFactory())
    client.get(ROOM)
    with django_assert_max_num_queries(18):
        client.get(ROOM)
    for _row in range(197):
        waits(world, patient=PatientFactory())
    with django_assert_max_num_queries(18):
        answer = client.get(ROOM)
    assert "Väntar på bil: 200" in answer.content.decode()
