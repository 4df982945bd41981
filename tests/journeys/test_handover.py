"""Two organisations side by side: a team hands nursing and coordination over, and the municipality's nurse accepts."""

import pytest
from django.conf import LazySettings
from django.urls import reverse
from playwright.sync_api import expect

from narvard.care.models import Handover
from narvard.care.tests.factories import AT, make_area
from narvard.visits.tests.factories import VisitNeedFactory
from tests.browser import Journey


@pytest.fixture(autouse=True)
def _clock(settings: LazySettings) -> None:
    settings.NARVARD_CLOCK = "2026-11-23T07:35:00+01:00"


def test_the_giver_is_responsible_until_the_receiver_accepts(journey: Journey) -> None:
    area = make_area()
    episode = area.enrol(medical=area.health_centre)
    VisitNeedFactory(episode=episode)
    page = reverse("patient:page", args=[area.patient.pk])

    with journey.given("the team has a patient enrolled, and the municipality's nurse waits at her screen"):
        team = journey.person("the team's nurse", area.team, path=page)
        nurse = journey.person("the municipality's nurse", area.home_nursing, path=reverse("handover:list"))
        expect(team.page.get_by_role("heading", name="Vem ansvarar nu")).to_be_visible()
        expect(nurse.page.get_by_text("Ingen väntar på svar från oss")).to_be_visible()
    with journey.when("the team fills in a hand-over and reads what will happen"):
        team.page.get_by_role("link", name="Lämna över").click()
        team.page.get_by_label("Till vem?").select_option(label="Hemsjukvården Umeå")
        team.page.get_by_label("Varför?").fill("Stabil, klarar sig med hemsjukvården")
        team.page.get_by_role("button", name="Granska").click()
        expect(team.page.get_by_text("Ansvaret ligger kvar hos Mobila teamet tills någon tar emot.")).to_be_visible()
    with journey.when("the team confirms"):
        team.page.get_by_role("button", name="Bekräfta").click()
        expect(team.page.get_by_text("Erbjuden Hemsjukvården Umeå").first).to_be_visible()
    with journey.when("the nurse opens it and takes it, visits too"):
        nurse.page.reload()
        nurse.page.get_by_role("link", name=area.patient.name).click()
        expect(nurse.page.get_by_text("tills någon tar emot")).to_be_visible()
        nurse.page.get_by_role("button", name="Ta emot").click()
    with journey.then("both see on the same page that the nurse's unit is responsible"):
        team.open(reverse("handover:page", args=[Handover.objects.get().pk]))
        for person in (team, nurse):
            expect(person.page.get_by_text("mottagen").first).to_be_visible()
        nurse.open(page)
        expect(nurse.page.get_by_role("region", name="Vem ansvarar nu")).to_contain_text("Hemsjukvården Umeå")
    assert Handover.objects.get().events.count() == 3
    assert Handover.objects.get().created_at > AT
