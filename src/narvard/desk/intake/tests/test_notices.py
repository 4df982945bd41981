"""The page of the unit's notices, and where they go."""

import uuid
from datetime import timedelta

from django.urls import reverse
from pytest_django.fixtures import Settings

from narvard.desk.intake.tests.conftest import SignIn
from narvard.flows.notices import escalate_requests
from narvard.intake.tests.world import NOW, World
from narvard.organisation.models import Commission
from narvard.organisation.notices.queries import addresses_of
from narvard.organisation.tests.factories import CommissionFactory

PAGE = reverse("intake:notices")


def test_the_unit_reads_what_it_was_told_with_a_link_and_no_name(world: World, as_: SignIn, settings: Settings) -> None:
    settings.NARVARD_CLOCK = "2026-11-23T08:40:00+01:00"
    row = world.asked()
    escalate_requests(NOW + timedelta(minutes=31))
    text = as_(world.got_nurse).get(PAGE).content.decode()
    assert reverse("intake:request", args=[row.pk]) in text
    assert "bara på sidan" in text
    assert world.patient.family_name not in text
    other = as_(world.primar_nurse).get(PAGE).content.decode()
    assert reverse("intake:request", args=[row.pk]) not in other


def test_the_unit_says_where_its_notices_go(world: World, as_: SignIn) -> None:
    client = as_(world.got_nurse)
    sent = {"once": str(uuid.uuid4()), "email": "jour@got.example", "sms": "070-174 06 05"}
    assert client.post(PAGE, sent).status_code == 302
    assert addresses_of(world.got) == {"email": "jour@got.example", "sms": "0701740605"}
    wrong = client.post(PAGE, {"once": str(uuid.uuid4()), "email": "jour", "sms": ""})
    assert wrong.status_code == 409
    assert "Skriv en e-postadress" in wrong.content.decode()
    assert addresses_of(world.got)["email"] == "jour@got.example"


def test_a_planner_reads_and_changes_nothing(world: World, as_: SignIn) -> None:
    planner = CommissionFactory(unit=world.intake, role=Commission.Role.PLANNER)
    answer = as_(planner).post(PAGE, {"once": str(uuid.uuid4()), "email": "a@b.example", "sms": ""})
    assert answer.status_code == 422
    assert as_(planner).post(PAGE).status_code == 422
    assert addresses_of(world.intake) == {}
