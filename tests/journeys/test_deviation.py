"""Two organisations and a deviation: reported from the patient's page on a phone, answered by those it concerns."""

import pytest
from django.conf import LazySettings
from django.urls import reverse
from playwright.sync_api import expect

from narvard.access.tests.factories import CareRelationFactory
from narvard.deviations.models import Deviation
from narvard.deviations.tests.factories import make_world
from tests.browser import Journey


@pytest.fixture(autouse=True)
def _clock(settings: LazySettings) -> None:
    settings.NARVARD_CLOCK = "2026-11-23T07:35:00+01:00"


def test_a_deviation_is_reported_answered_and_closed(journey: Journey) -> None:
    world = make_world()
    CareRelationFactory(patient=world.patient, unit=world.reporter.unit)

    with journey.given("the team's nurse stands at the patient's page, MAS in Vännäs has nothing to do"):
        nurse = journey.person(
            "the team's nurse", world.reporter, path=reverse("patient:page", args=[world.patient.pk])
        )
        mas = journey.person("MAS", world.mas, path=reverse("deviations:list"))
        expect(mas.page.get_by_role("heading", name="Ingen avvikelse väntar på oss")).to_be_visible()
    with journey.when("the nurse reports, with five things to fill in"):
        nurse.page.get_by_role("link", name="Rapportera en avvikelse").click()
        expect(nurse.page.get_by_text(f"Gäller {world.patient.name}.")).to_be_visible()
        nurse.page.get_by_label("Vad hände?").fill(f"{world.patient.name} fick vänta på sin medicin.")
        nurse.page.get_by_label("Vilken enhet gäller det?").select_option(label="Hemsjukvården Vännäs")
        nurse.page.get_by_label("läkemedel").check()
        nurse.page.get_by_label("lindrig").check()
        nurse.page.get_by_role("button", name="Skicka avvikelsen").click()
        expect(nurse.page.get_by_text("Avvikelsen är skickad till Hemsjukvården Vännäs")).to_be_visible()
    with journey.when("MAS opens it, without the patient's name, and takes it"):
        mas.page.reload()
        mas.page.get_by_role("link", name="Läkemedel").click()
        expect(mas.page.get_by_text("[patienten] fick vänta på sin medicin.")).to_be_visible()
        expect(mas.page.get_by_text(world.patient.family_name)).to_have_count(0)
        mas.page.get_by_role("button", name="Ta emot").click()
        expect(mas.page.get_by_text("Avvikelsen är mottagen.")).to_be_visible()
    with journey.when("MAS answers"):
        mas.page.get_by_label("Varför hände det?").fill("Dosetten var inte delad")
        mas.page.get_by_label("Vad gör ni åt det?").fill("Delas dagen före")
        mas.page.get_by_role("button", name="Skicka svaret").click()
        expect(mas.page.get_by_text("Svaret är skickat till den som rapporterade.")).to_be_visible()
    with journey.then("the nurse reads the answer and closes it"):
        nurse.page.reload()
        expect(nurse.page.get_by_text("Delas dagen före")).to_be_visible()
        nurse.page.get_by_role("button", name="Avsluta, svaret räcker").click()
        expect(nurse.page.get_by_text("Avslutad av Mobila teamet.")).to_be_visible()
    with journey.then("MAS sees it counted"):
        mas.open(reverse("deviations:figures"))
        expect(
            mas.page.get_by_role("cell", name="Hemsjukvården Vännäs").or_(
                mas.page.get_by_role("rowheader", name="Hemsjukvården Vännäs")
            )
        ).to_be_visible()
    assert Deviation.objects.get().state == Deviation.State.CLOSED
