"""The JSON endpoints: the same answer as the command, the same form and rights as the page."""

import json
import uuid
from typing import Any

from django.core.management import call_command
from django.http import HttpResponse
from django.test import Client
from django.urls import reverse

from narvard.desk.intake.tests.conftest import SignIn
from narvard.intake.models import CareRequest
from narvard.intake.tests.world import World
from narvard.people.models import PatientIdentifier

TRIAGE, NEW = reverse("intake:api-triage"), reverse("intake:api-new")


def post(client: Client, where: str, **told: Any) -> HttpResponse:
    return client.post(where, json.dumps(told), content_type="application/json")


def number(world: World) -> str:
    return PatientIdentifier.objects.get(patient=world.patient).value


def test_triage_answers_as_the_command_does(world: World, as_: SignIn, capsys: Any) -> None:
    asked = {"identifier": number(world), "channel": "ambulance", "urgency": "acute"}
    answer = post(as_(world.operator), TRIAGE, **asked)
    assert answer.status_code == 200
    call_command("triage", "--json", *(f"--{name}={value}" for name, value in asked.items()))
    told = json.loads(capsys.readouterr().out.splitlines()[-1])
    assert [(row["team"], row["verdict"], row["explanation"]) for row in answer.json()["options"]] == [
        (row["team"], row["verdict"], row["explanation"]) for row in told["options"]
    ]


def test_a_request_is_registered_once_however_often_it_is_sent(world: World, as_: SignIn) -> None:
    client = as_(world.ward_nurse)
    told = {"once": str(uuid.uuid4()), "identifier": number(world), "question": "Behöver besök", "urgency": "acute"}
    first, second = post(client, NEW, **told), post(client, NEW, **told)
    assert (first.status_code, second.status_code) == (201, 200)
    row = CareRequest.objects.get()
    assert first.json() == second.json()
    assert first.json() == {
        "id": str(row.pk), "reference": row.reference, "url": reverse("intake:request", args=[row.pk])
    }  # fmt: skip
    assert (row.sender_unit, row.channel) == (world.ward, "ward")


def test_what_is_wrong_is_told_by_field(world: World, as_: SignIn) -> None:
    client = as_(world.ward_nurse)
    wrong = post(client, NEW, once=str(uuid.uuid4()), identifier="123", question="", urgency="nu")
    assert wrong.status_code == 422
    assert {"identifier", "question", "urgency"} <= wrong.json()["errors"].keys()
    assert client.post(NEW, "inte json", content_type="application/json").status_code == 400
    assert post(client, NEW, question=["en", "lista"]).status_code == 400
    assert post(client, TRIAGE, identifier=number(world), channel="brev", urgency="acute").status_code == 422
    assert not CareRequest.objects.exists()


def test_nobody_known_by_the_number(world: World, as_: SignIn) -> None:
    asked = {"identifier": "194112249166", "channel": "ward", "urgency": "acute"}
    assert post(as_(world.ward_nurse), TRIAGE, **asked).status_code == 404
    named = post(
        as_(world.ward_nurse), NEW, once=str(uuid.uuid4()), identifier="194112249166", question="x", urgency="acute"
    )
    assert "given_name" in named.json()["errors"]


def test_only_for_those_who_are_signed_in_and_with_the_pages_token(world: World, as_: SignIn) -> None:
    assert post(Client(), TRIAGE).status_code in {302, 401, 403}
    assert as_(world.ward_nurse).get(TRIAGE).status_code == 405
    guarded = Client(enforce_csrf_checks=True)
    guarded.force_login(world.ward_nurse.staff.user)
    assert post(guarded, NEW, once=str(uuid.uuid4())).status_code == 403
