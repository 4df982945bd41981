"""A new request, usable while on the phone."""

import uuid
from collections.abc import Mapping
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from narvard.core.models import AuditEvent, Draft
from narvard.desk.intake.tests.conftest import SignIn
from narvard.intake.models import CareRequest
from narvard.intake.tests.world import World
from narvard.people.identifiers import official_test_numbers
from narvard.people.models import Address, Patient, PatientIdentifier

NEW = "/intag/ny/"
NOBODYS = sorted(number for number in official_test_numbers() if number.startswith("1941"))[0]


def number_of(patient: Patient) -> str:
    return PatientIdentifier.objects.get(patient=patient).value


def send(client: Client, identifier: str, **data: Any) -> Any:
    values = {
        "once": str(uuid.uuid4()),
        "identifier": identifier,
        "question": "Andfådd sedan i går",
        "urgency": "acute",
    }
    return client.post(NEW, values | data)


def test_three_fields_are_enough(world: World, as_: SignIn) -> None:
    answer = send(as_(world.ward_nurse), number_of(world.patient))
    row = CareRequest.objects.get()
    assert answer.url == reverse("intake:request", args=[row.pk])
    assert (row.sender_unit, row.channel, row.keeper) == (world.ward, "ward", world.intake)


def test_looking_up_shows_identity_only_and_is_logged(world: World, as_: SignIn) -> None:
    answer = as_(world.ward_nurse).post(
        NEW, {"identifier": number_of(world.patient), "find": "1", "question": "Utkast"}
    )
    text = answer.content.decode()
    assert f"{world.patient.name}, 88 år" in text
    assert "Utkast" in text
    assert "Storgatan" not in text
    assert AuditEvent.objects.get(what="access.first_contact").staff == world.ward_nurse.staff_id
    assert not CareRequest.objects.exists()


def test_htmx_gets_only_the_person(world: World, as_: SignIn) -> None:
    headers = {"HX-Request": "true", "HX-Target": "person"}
    data = {"identifier": number_of(world.patient), "find": "1"}
    text = as_(world.ward_nurse).post(NEW, data, headers=headers).content.decode()
    assert world.patient.name in text
    assert "<html" not in text


def test_a_protected_place_is_not_told(world: World, as_: SignIn) -> None:
    Patient.objects.update(protection="marked")
    text = as_(world.ward_nurse).post(NEW, {"identifier": number_of(world.patient), "find": "1"}).content.decode()
    assert "skyddad plats" in text
    assert "Umeå" not in text


@pytest.mark.parametrize(
    ("typed", "why"),
    [
        ("19400231-0000", "finns inte"),
        ("12", "tio eller tolv siffror"),
        ("", "måste fyllas i"),
        ("194112249167", "finns inte"),
    ],
)
def test_an_impossible_number_is_told_and_nothing_typed_is_lost(
    world: World, as_: SignIn, typed: str, why: str
) -> None:
    for data in ({}, {"find": "1"}):
        answer = send(as_(world.ward_nurse), typed, question="Behöver dropp", **data)
        assert answer.status_code == 422
        assert why in answer.content.decode()
        assert "Behöver dropp" in answer.content.decode()
    assert not CareRequest.objects.exists()


def test_the_person_stays_on_the_page_when_something_else_is_missing(world: World, as_: SignIn) -> None:
    answer = send(as_(world.ward_nurse), number_of(world.patient), question="")
    text = answer.content.decode()
    assert answer.status_code == 422
    assert f"{world.patient.name}, 88 år" in text
    assert "måste fyllas i" in text


def new_person(**changes: str) -> Mapping[str, str]:
    return {
        "given_name": "Elsa",
        "family_name": "Ek",
        "sex": "female",
        "place": "Umeå",
        "street": "Ågatan 3",
        **changes,
    }


def test_an_unknown_person_is_created_in_the_same_step(world: World, as_: SignIn) -> None:
    client = as_(world.coordinator)
    asked = send(client, NOBODYS)
    assert asked.status_code == 422
    assert "Skriv namnet, eller Okänd" in asked.content.decode()
    assert send(client, NOBODYS, **new_person()).status_code == 302
    patient = CareRequest.objects.get().patient
    assert (patient.name, patient.municipality.name) == ("Elsa Ek", "Umeå")
    assert Address.objects.get(patient=patient).street == "Ågatan 3"


def test_only_a_name_is_enough_and_the_rest_is_unknown(world: World, as_: SignIn) -> None:
    send(as_(world.coordinator), NOBODYS, given_name="Okänd")
    patient = CareRequest.objects.get().patient
    assert (patient.municipality, patient.sex) == (None, "unknown")


@pytest.mark.parametrize(
    ("place", "status", "why"),
    [("Skellefteå", 409, "utanför området"), ("Atlantis", 422, "finns inte")],
)
def test_an_address_outside_the_area_is_told_and_nothing_is_created(
    world: World, as_: SignIn, place: str, status: int, why: str
) -> None:
    answer = send(as_(world.coordinator), NOBODYS, **new_person(place=place))
    text = answer.content.decode()
    assert answer.status_code == status
    assert why in text
    assert "Ågatan 3" in text
    assert not PatientIdentifier.objects.filter(value=NOBODYS).exists()


def test_the_coordinator_writes_down_who_calls(world: World, as_: SignIn) -> None:
    send(as_(world.coordinator), number_of(world.patient), sender_unit=world.alarm.pk, caller_phone="08-465 004 01")
    row = CareRequest.objects.get()
    assert (row.channel, row.keeper, row.caller_phone) == ("alarm_centre", world.alarm, "08-465 004 01")


def test_a_relative_calls_the_intake(world: World, as_: SignIn) -> None:
    send(as_(world.coordinator), number_of(world.patient), caller_name="Karin, dotter")
    row = CareRequest.objects.get()
    assert (row.channel, row.sender_unit) == ("patient", world.intake)


def test_a_phoned_team_takes_it_at_once(world: World, as_: SignIn) -> None:
    send(as_(world.got_nurse), number_of(world.patient), sender_unit=world.ward.pk, take="on", channel="return")
    row = CareRequest.objects.get()
    assert (row.state, row.team, row.channel) == ("accepted", world.got, "return")


def test_a_team_writes_down_what_a_ward_phoned_about_and_sees_where_it_is(world: World, as_: SignIn) -> None:
    client = as_(world.got_nurse)
    answer = send(client, number_of(world.patient), sender_unit=world.ward.pk)
    row = CareRequest.objects.get()
    assert (row.state, row.sender_unit) == ("new", world.ward)
    assert client.get(answer.url).status_code == 200


def test_a_ward_cannot_send_for_another(world: World, as_: SignIn) -> None:
    send(as_(world.ward_nurse), number_of(world.patient), sender_unit=world.alarm.pk, channel="sos", take="on")
    row = CareRequest.objects.get()
    assert (row.sender_unit, row.channel, row.state) == (world.ward, "ward", "new")


def test_a_double_click_registers_once(world: World, as_: SignIn) -> None:
    client, key = as_(world.ward_nurse), str(uuid.uuid4())
    answers = [send(client, number_of(world.patient), once=key) for _click in range(2)]
    assert answers[0].url == answers[1].url
    assert CareRequest.objects.count() == 1


def test_a_draft_is_kept_until_it_is_sent(world: World, as_: SignIn) -> None:
    client = as_(world.ward_nurse)
    typed = {"_form": "intake:new", "question": "Halvskriven", "urgency": "planned", "csrfmiddlewaretoken": "x"}
    assert client.post(reverse("account:draft"), typed).status_code == 204
    text = client.get(NEW).content.decode()
    assert "Halvskriven" in text
    send(client, number_of(world.patient))
    assert not Draft.objects.exists()


def test_a_dead_person_is_told(world: World, as_: SignIn) -> None:
    Patient.objects.update(died_at="2026-11-20T08:00:00Z")
    answer = send(as_(world.ward_nurse), number_of(world.patient))
    assert answer.status_code == 409
    assert "avliden" in answer.content.decode()


@pytest.mark.parametrize("role", ["manager", "planner", "administrator", "safety"])
def test_those_who_send_nothing_have_no_form(world: World, as_: SignIn, role: str) -> None:
    type(world.outsider).objects.filter(pk=world.outsider.pk).update(role=role)
    assert as_(world.outsider).get(NEW).status_code == 404


def test_other_verbs_are_refused(world: World, as_: SignIn) -> None:
    assert as_(world.ward_nurse).put(NEW).status_code == 405
