"""The team's inbox, and what a unit has sent."""

import uuid

import pytest
from django.urls import reverse
from pytest_django import DjangoAssertNumQueries

from narvard.desk.intake.tests.conftest import SignIn
from narvard.intake.tests.world import World
from narvard.people.tests.factories import PatientFactory

INBOX, SENT = "/team/inkorg/", "/intag/skickade/"


def test_what_waits_and_what_is_accepted_stand_apart(world: World, as_: SignIn) -> None:
    asked = world.asked(patient=PatientFactory(given_name="Fråga"))
    world.accepted(patient=PatientFactory(given_name="Svarad"))
    text = as_(world.got_nurse).get(INBOX).content.decode()
    assert "Väntar på ert svar: 1" in text
    assert text.index("Fråga") < text.index("Mottagna, att påbörja: 1") < text.index("Svarad")
    assert reverse("intake:take", args=[asked.pk]) in text


def test_accepting_from_the_list(world: World, as_: SignIn) -> None:
    row = world.asked()
    data = {"once": str(uuid.uuid4()), "version": row.version}
    as_(world.got_nurse).post(reverse("intake:take", args=[row.pk]), data)
    row.refresh_from_db()
    assert row.state == "accepted"


def test_another_team_sees_nothing_of_it(world: World, as_: SignIn) -> None:
    world.asked()
    assert "Inget väntar på ert svar" in as_(world.primar_nurse).get(INBOX).content.decode()


def test_a_ward_has_no_team_inbox_and_posting_is_refused(world: World, as_: SignIn) -> None:
    assert as_(world.ward_nurse).get(INBOX).status_code == 404
    assert as_(world.got_nurse).post(INBOX).status_code == 405


@pytest.mark.parametrize("rows", [1, 6])
def test_the_number_of_queries_does_not_grow(
    world: World, as_: SignIn, rows: int, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    for _row in range(rows):
        world.asked(patient=PatientFactory())
        world.accepted(patient=PatientFactory())
    client = as_(world.got_nurse)
    client.get(INBOX)  # the first look of a session keeps its time
    with django_assert_num_queries(18):
        client.get(INBOX)
    client = as_(world.ward_nurse)
    client.get(SENT)
    with django_assert_num_queries(16):
        client.get(SENT)


def test_the_sender_sees_where_each_stands_and_who_has_it(world: World, as_: SignIn) -> None:
    world.accepted()
    text = as_(world.ward_nurse).get(SENT).content.decode()
    assert "mottagen av GÖT" in text
    assert "ligger hos GÖT" in text


def test_nothing_sent_says_so(world: World, as_: SignIn) -> None:
    assert "Inget skickat än" in as_(world.municipal_nurse).get(SENT).content.decode()
    assert as_(world.municipal_nurse).post(SENT).status_code == 405
