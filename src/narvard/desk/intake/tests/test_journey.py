"""A phone call becomes a team's: the coordinator writes it down while talking, the team answers on a phone."""

import re

import pytest
from playwright.sync_api import Page, expect
from tests.browser import Journey

from narvard.intake.tests.world import build
from narvard.people.models import PatientIdentifier

pytestmark = pytest.mark.django_db(transaction=True)


def button(page: Page, name: str) -> None:
    page.get_by_role("button", name=name, exact=True).click()


def test_from_the_phone_to_the_team(journey: Journey) -> None:
    world = build()
    number = PatientIdentifier.objects.get(patient=world.patient).value
    with journey.given("the ward calls the joint intake"):
        anneli = journey.person("the coordinator", world.coordinator, path="/intag/ny/").page
        sara = journey.person("the team's nurse", world.got_nurse, path="/team/inkorg/").page
    with journey.when("she finds the person by the number, with Enter"):
        anneli.locator("main").get_by_label("Personnummer").fill(number)
        anneli.keyboard.press("Enter")
        expect(anneli.get_by_text(f"{world.patient.name}, 88 år")).to_be_visible()
    with journey.when("she writes one line and sends it"):
        anneli.get_by_label("Vad gäller det?").fill("Skrivs ut i dag, hjärtsvikt")
        anneli.get_by_label("Vem ringer?").select_option(label="Medicinavdelning")
        button(anneli, "Registrera")
        expect(anneli.get_by_role("heading", level=1)).to_contain_text(world.patient.name)
    with journey.then("an unknown fact stands in the way of a team, and is answered in one go"):
        expect(anneli.get_by_text("2 av 3 uppfyllda; okänt: kroniska diagnoser")).to_be_visible()
        anneli.get_by_label("Kroniska diagnoser").fill("3")
        button(anneli, "Spara")
        expect(anneli.get_by_text("3 av 3 uppfyllda")).to_be_visible()
    with journey.when("she looks at why, and asks the team"):
        got = anneli.locator(".option").filter(has_text="GÖT")
        got.get_by_text("Varför").click()
        expect(got.get_by_text("inom teamets område", exact=False)).to_be_visible()
        got.get_by_role("radio").check()
        button(anneli, "Fråga teamet")
        expect(anneli.get_by_text("GÖT har fått frågan", exact=False)).to_be_visible()
    with journey.then("it waits in the team's inbox, and the nurse takes it"):
        sara.reload()
        expect(sara.get_by_role("heading", level=1)).to_have_text("Väntar på ert svar: 1")
        sara.get_by_role("link", name=world.patient.name).first.click()
        button(sara, "Ta emot")
        expect(sara.get_by_text("Ni har tagit emot begäran")).to_be_visible()
    with journey.then("the coordinator sees who has it"):
        anneli.get_by_role("link", name="Mottagna").click()
        expect(anneli.get_by_text("Mottagen av GÖT")).to_be_visible()


def test_the_queue_by_keyboard_and_a_no_with_a_reason(journey: Journey) -> None:
    world = build()
    row = world.asked()
    with journey.given("a request that waits for the team's answer"):
        sara = journey.person("the team's nurse", world.got_nurse, path="/team/inkorg/").page
        anneli = journey.person("the coordinator", world.coordinator, path="/intag/").page
    with journey.when("the nurse says no, with a reason and a next step"):
        sara.get_by_role("link", name="Läs och svara").click()
        sara.locator("summary", has_text="Avböj, med skäl").click()
        decline = sara.locator("[data-act=decline]")
        decline.get_by_label("Skäl").fill("Fullt i dag")
        decline.get_by_label("Nästa steg").fill("PrimÄR kan i kväll")
        decline.get_by_role("button").click()
        expect(sara.get_by_text("Begäran är tillbaka hos intaget")).to_be_visible()
    with journey.then("the coordinator opens it with a key and reads the reason"):
        anneli.reload()
        anneli.keyboard.press("j")
        anneli.wait_for_url(re.compile(str(row.pk)))
        expect(anneli.get_by_text("Nästa steg: PrimÄR kan i kväll")).to_be_visible()
        expect(anneli.get_by_role("heading", name="Föreslagna team")).to_be_visible()
