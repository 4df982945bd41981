"""A questionnaire: printed as a card by the management, answered on a phone, refused kindly the second time."""

import re

import pytest
from django.conf import LazySettings
from django.urls import reverse
from playwright.sync_api import expect

from narvard.followup.questionnaires.models import Response
from narvard.followup.questionnaires.tests.factories import make_manager, make_round
from tests.browser import Journey

WORKS = "Upplever du att läkare och sjuksköterskor samarbetar bra om din vård?"


@pytest.fixture(autouse=True)
def _clock(settings: LazySettings) -> None:
    settings.NARVARD_CLOCK = "2026-11-23T07:35:00+01:00"


def test_a_card_is_printed_answered_and_cannot_be_answered_again(journey: Journey) -> None:
    by = make_manager()
    row = make_round(by)

    with journey.given("the management has printed a card for a patient"):
        manager = journey.person("the manager", by, path=reverse("questionnaires:round", args=[row.pk]))
        manager.page.get_by_label("Antal lappar").fill("2")
        manager.page.get_by_role("button", name="Gör lappar").click()
        code = manager.page.locator(".card-code").first.inner_text()
    with journey.when("the patient types the code, without signing in"):
        patient = journey.person("the patient", path=reverse("answer:enter"))
        patient.page.get_by_label("Koden på lappen").fill(code.lower())
        patient.page.get_by_role("button", name="Till frågorna").click()
        expect(patient.page.get_by_role("heading", name="Enkät till patienter")).to_be_visible()
    with journey.when("she reads it in English and goes back"):
        patient.page.get_by_role("button", name="English").click()
        expect(patient.page.get_by_text("Do you feel safe with the care in your home?")).to_be_visible()
        patient.page.get_by_role("button", name="Svenska").click()
    with journey.when("she answers two questions and sends"):
        patient.page.get_by_role("group", name=WORKS).get_by_label("Alltid").check()
        patient.page.get_by_role("group", name="Känner du dig trygg").get_by_label("Sällan").check()
        patient.page.get_by_role("button", name="Skicka svaret").click()
        expect(patient.page.get_by_role("heading", name="Tack för ditt svar")).to_be_visible()
    with journey.then("the same code is refused kindly"):
        patient.expect_message("409")
        patient.open(reverse("answer:enter"))
        patient.page.get_by_label("Koden på lappen").fill(code)
        patient.page.get_by_role("button", name="Till frågorna").click()
        expect(patient.page.get_by_text(re.compile("redan besvarad. Tack för ditt svar!"))).to_be_visible()
    with journey.then("the manager sees that one has answered, and not what"):
        manager.open(reverse("questionnaires:round", args=[row.pk]))
        expect(manager.page.get_by_text(re.compile("1 av 2 har svarat"))).to_be_visible()
    assert Response.objects.get().answers == {"cooperate": 4, "safe": 1}
