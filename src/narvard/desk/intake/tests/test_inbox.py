"""The joint intake's queue and the chosen case."""

import pytest
from django.urls import reverse
from pytest_django import DjangoAssertNumQueries
from pytest_django.fixtures import Settings

from narvard.access.tests.factories import CareRelationFactory
from narvard.core.models import AuditEvent
from narvard.desk.intake.tests.conftest import SignIn
from narvard.intake.actions import decline_request
from narvard.intake.tests.world import NOW, World
from narvard.people.actions import record_fact
from narvard.people.tests.factories import PatientFactory

INBOX = "/intag/"


def test_the_queue_says_how_many_wait_and_who(world: World, as_: SignIn) -> None:
    row = world.send()
    text = as_(world.coordinator).get(INBOX).content.decode()
    assert "Att göra: 1" in text
    assert str(world.patient) in text
    assert reverse("intake:request", args=[row.pk]) in text


def test_reading_the_queue_is_logged_with_each_patient(world: World, as_: SignIn) -> None:
    world.send()
    as_(world.coordinator).get(INBOX)
    event = AuditEvent.objects.get(what="intake.inbox")
    assert [subject.patient for subject in event.subjects.all()] == [world.patient.pk]


@pytest.mark.parametrize(
    ("shown", "there"), [("", True), ("alla", True), ("svar", False), ("mottagna", False), ("x", True)]
)
def test_the_tabs_narrow_it(world: World, as_: SignIn, shown: str, *, there: bool) -> None:
    world.send()
    text = as_(world.coordinator).get(INBOX, {"visa": shown}).content.decode()
    assert (str(world.patient) in text) is there


def test_what_a_team_has_is_not_the_coordinators_until_its_clock_runs_out(
    world: World, as_: SignIn, settings: Settings
) -> None:
    world.asked()
    client = as_(world.coordinator)
    assert "Att göra: 0" in client.get(INBOX).content.decode()
    settings.NARVARD_CLOCK = "2026-11-23T09:00:00+01:00"
    text = client.get(INBOX).content.decode()
    assert "Att göra: 1" in text
    assert "1 försenad" in text


def test_nothing_waits_says_so(world: World, as_: SignIn) -> None:
    assert "Inget här just nu" in as_(world.coordinator).get(INBOX).content.decode()


@pytest.mark.parametrize("who", ["ward_nurse", "got_nurse", "operator"])
def test_others_do_not_see_the_queue(world: World, as_: SignIn, who: str) -> None:
    assert as_(getattr(world, who)).get(INBOX).status_code == 404


def test_it_is_only_read(world: World, as_: SignIn) -> None:
    assert as_(world.coordinator).post(INBOX).status_code == 405


def test_the_number_of_queries_does_not_grow(
    world: World, as_: SignIn, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    client = as_(world.coordinator)
    for _row in range(3):
        world.send(patient=PatientFactory())
    client.get(INBOX)  # the first look of a session keeps its time
    with django_assert_num_queries(18):
        client.get(INBOX)
    for _row in range(9):
        world.send(patient=PatientFactory())
    with django_assert_num_queries(18):
        client.get(INBOX)


def test_the_case_shows_question_facts_and_teams_in_order(world: World, as_: SignIn) -> None:
    row = world.send(background="Hjärtsvikt, bor ensam", caller_phone="08-465 004 07")
    record_fact(
        patient=world.patient,
        name="chronic_diagnoses",
        value=3,
        source="journal",
        by=world.coordinator,
        at=row.registered_at,
    )
    text = as_(world.coordinator).get(reverse("intake:request", args=[row.pk])).content.decode()
    for said in ("Utskrivning i dag", "Hjärtsvikt, bor ensam", "08-465 004 07", "3 av 3 uppfyllda", "Föreslagna team"):
        assert said in text
    assert text.index("GÖT") < text.index("Palliativt team")


def test_the_case_takes_a_fixed_number_of_queries(
    world: World, as_: SignIn, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    row, client = world.send(), as_(world.coordinator)
    page = reverse("intake:request", args=[row.pk])
    client.get(page)
    for _row in range(4):
        world.send(patient=PatientFactory())
    with django_assert_num_queries(42):
        client.get(page)


def test_a_team_that_said_no_is_not_first_again(world: World, as_: SignIn) -> None:
    row = world.asked()
    decline_request(request=row.pk, reason="Fullt", next_step="Fråga PrimÄR", by=world.got_nurse, at=NOW)
    client = as_(world.coordinator)
    client.post(
        reverse("intake:fact", args=[row.pk]),
        {"once": "6a0e3a52-6f0f-4c34-8a53-8f0f6f8e8a01", "name": "chronic_diagnoses", "value": "3"},
    )
    text = client.get(reverse("intake:request", args=[row.pk])).content.decode()
    options = text[text.index('class="options"') :]
    assert options.index("PrimÄR Teg") < options.index("GÖT")
    assert "Har redan sagt nej till den här begäran" in options


def test_htmx_gets_the_case_alone(world: World, as_: SignIn) -> None:
    row = world.send()
    headers = {"HX-Request": "true", "HX-Target": "case"}
    text = as_(world.coordinator).get(reverse("intake:request", args=[row.pk]), headers=headers).content.decode()
    assert "<html" not in text
    assert "Föreslagna team" in text


def test_the_sender_sees_where_it_is_and_no_suggestions(world: World, as_: SignIn) -> None:
    row = world.asked()
    text = as_(world.ward_nurse).get(reverse("intake:request", args=[row.pk])).content.decode()
    assert "Gemensamt intag" in text
    assert "Återta begäran" in text
    assert "Föreslagna team" not in text


def test_a_protected_place_is_shown_nowhere(world: World, as_: SignIn) -> None:
    type(world.patient).objects.update(protection="protected")
    row, client = world.send(), as_(world.coordinator)
    for path in (INBOX, reverse("intake:request", args=[row.pk])):
        text = client.get(path).content.decode()
        assert "skyddad plats" in text
        assert "Umeå" not in text.replace("Umeå kommun", "")
        assert "Storgatan" not in text


@pytest.mark.parametrize("who", ["outsider", "primar_nurse"])
def test_an_outsider_meets_nothing(world: World, as_: SignIn, who: str) -> None:
    row = world.send()
    assert as_(getattr(world, who)).get(reverse("intake:request", args=[row.pk])).status_code == 404
    assert AuditEvent.objects.filter(action="denied", subjects__patient=world.patient.pk).count() == 1


def test_who_sent_a_request_follows_it_and_learns_nothing_more(world: World, as_: SignIn) -> None:
    """The sender reads the answer; the patient's page, register and other teams' acquaintance stay closed."""
    row = world.send()
    other = world.send(question="Smärtlindring i hemmet", sender_unit=world.nursing, by=world.municipal_nurse)
    CareRelationFactory(patient=world.patient, unit=world.got, kind="contact")
    client = as_(world.ward_nurse)
    page = client.get(reverse("intake:request", args=[row.pk])).content.decode()
    assert row.question in page
    for words in (reverse("patient:page", args=[world.patient.pk]), other.question, "känner personen sedan tidigare"):
        assert words not in page
    assert client.get(reverse("patient:page", args=[world.patient.pk])).status_code == 404
    assert client.get(reverse("intake:request", args=[other.pk])).status_code == 404
