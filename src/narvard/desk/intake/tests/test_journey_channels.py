"""From each way in: an ambulance in few clicks, alarm centre to waiting room to car, a ward, a phoned colleague."""

import pytest
from playwright.sync_api import Page, expect
from tests.browser import Journey

from narvard.core.calendar import at_local
from narvard.intake.models import CareRequest
from narvard.intake.short_forms import signs
from narvard.intake.tests.world import World, build
from narvard.organisation.models import CareUnit
from narvard.organisation.tests.factories import CareUnitFactory, CommissionFactory
from narvard.people.models import PatientIdentifier
from narvard.visits.tests.factories import MONDAY, ShiftFactory

pytestmark = pytest.mark.django_db(transaction=True)


def number_of(world: World) -> str:
    return PatientIdentifier.objects.get(patient=world.patient).value


def button(page: Page, name: str) -> None:
    page.get_by_role("main").get_by_role("button", name=name, exact=True).first.click()


def write(page: Page, world: World, question: str) -> None:
    page.get_by_role("main").get_by_label("Personnummer").fill(number_of(world))
    page.get_by_label("Vad gäller det?").fill(question)


def test_the_alarm_centre_lets_wait_and_a_car_comes(journey: Journey) -> None:
    world = build()
    hours = {"starts_at": at_local(MONDAY, 8 * 60), "ends_at": at_local(MONDAY, 16 * 60)}
    ShiftFactory(commission=world.got_nurse, date=MONDAY, **hours)
    with journey.given("a nurse has ordered lying transport, and the operator asks the questions"):
        camilla = journey.person("the operator", world.operator, path="/intag/ny/").page
        anneli = journey.person("the coordinator", world.coordinator, path="/intag/").page
        sara = journey.person("the team's nurse", world.got_nurse, path="/team/inkorg/").page
        write(camilla, world, "Ramlat i natt, liggande transport beställd")
        for sign in signs():
            group = camilla.get_by_role("group", name=sign.text["sv"])
            group.get_by_label({"yes": "Ja", "no": "Nej"}[sign.stable], exact=True).check()
    with journey.when("all answers say stable"):
        button(camilla, "Registrera")
        expect(camilla.get_by_text("Stabil. Personen är i väntrummet")).to_be_visible()
    with journey.then("the centre keeps the case, and sees when a car is free"):
        camilla.goto(camilla.url.split("/intag/")[0] + "/intag/vantrum/")
        expect(camilla.get_by_role("heading", level=1)).to_have_text("Väntar på bil: 1")
        expect(camilla.get_by_text("Ärendet ligger hos Vårdlarmcentralen")).to_be_visible()
        expect(camilla.get_by_text("Tidigast bil: GÖT")).to_be_visible()
    with journey.when("she looks again, the coordinator asks the team, and the team accepts and drives"):
        button(camilla, "Osäkert läge")
        expect(camilla.get_by_text("Bedömningen är noterad")).to_be_visible()
        anneli.goto(anneli.url.split("/intag/")[0] + f"/intag/{CareRequest.objects.get().pk}/")
        anneli.locator(".option").filter(has_text="GÖT").get_by_role("radio").check()
        button(anneli, "Fråga teamet")
        sara.reload()
        sara.get_by_role("link", name=world.patient.name).first.click()
        button(sara, "Ta emot")
        button(sara, "Bilen är på väg")
        expect(sara.get_by_text("Bilen är på väg.")).to_be_visible()
    with journey.then("nobody waits"):
        camilla.reload()
        expect(camilla.get_by_role("heading", level=1)).to_have_text("Väntar på bil: 0")


def test_an_ambulance_nurse_reaches_the_intake_in_one_form(journey: Journey) -> None:
    world = build()
    crew = CareUnitFactory(kind=CareUnit.Kind.AMBULANCE, provider=world.got.provider)
    with journey.given("the crew is with the patient"):
        oskar = journey.person(
            "the ambulance nurse", CommissionFactory(unit=crew, role="sender"), path="/intag/ny/"
        ).page
        anneli = journey.person("the coordinator", world.coordinator, path="/intag/vantrum/").page
    with journey.when("he writes the number and one line, and says stable"):
        write(oskar, world, "Andfådd, kan stanna hemma om någon kommer i dag")
        oskar.get_by_role("group", name="Medicinskt stabil nu").get_by_label("Ja", exact=True).check()
        button(oskar, "Registrera")
        expect(oskar.get_by_text("Begäran är registrerad")).to_be_visible()
    with journey.then("the patient waits at the intake, and nobody else asks him"):
        anneli.reload()
        expect(anneli.get_by_text("Andfådd, kan stanna hemma")).to_be_visible()
    with journey.when("the patient gets worse"):
        button(anneli, f"Försämrad: åter till ambulans {world.patient.name}, 88 år")
    with journey.then("it is one click, and he reads it"):
        expect(anneli.get_by_text("Ring 112 nu")).to_be_visible()
        oskar.reload()
        expect(oskar.get_by_text("Försämrad. Ambulans tar över.")).to_be_visible()


def test_a_phoned_colleague_is_registered_in_three_fields(journey: Journey) -> None:
    world = build()
    with journey.given("a colleague has phoned the team, which says yes"):
        sara = journey.person("the team's nurse", world.got_nurse, path="/intag/ny/").page
    with journey.when("she fills in the number, one line, and that they take it"):
        write(sara, world, "Behöver besök i kväll")
        sara.get_by_label("Vi tar emot den direkt").check()
        button(sara, "Registrera")
    with journey.then("it is theirs"):
        expect(sara.get_by_text("Ärendet ligger hos")).to_contain_text("GÖT")


def test_a_ward_discharges_and_the_request_is_forwarded_with_its_history(journey: Journey) -> None:
    world = build()
    row = world.asked(question="Skrivs ut i dag, behöver uppföljning")
    with journey.given("GÖT has been asked about a discharge"):
        sara = journey.person("the team's nurse", world.got_nurse, path=f"/intag/{row.pk}/").page
        erik = journey.person("the ward's nurse", world.ward_nurse, path=f"/intag/{row.pk}/").page
    with journey.when("the nurse sends it on"):
        sara.locator("summary", has_text="Skicka vidare").click()
        forward = sara.locator("[data-act=forward]")
        forward.get_by_label("Team").select_option(label="PrimÄR Teg")
        forward.get_by_label("Skäl").fill("PrimÄR är närmare")
        forward.get_by_role("button").click()
        expect(sara.get_by_text("PrimÄR Teg har fått frågan")).to_be_visible()
    with journey.then("the ward sees who has it and why"):
        erik.reload()
        expect(erik.get_by_text("PrimÄR är närmare")).to_be_visible()
        expect(erik.get_by_text("Väntar på svar från PrimÄR Teg").or_(erik.locator(".case-holder"))).to_be_visible()


def test_the_downtime_pack_is_one_click_away(journey: Journey) -> None:
    world = build()
    world.send(channel="alarm_centre", sender_unit=world.alarm, by=world.operator, question="Yr sedan i morse")
    with journey.given("somebody waits"):
        anneli = journey.person("the coordinator", world.coordinator, path="/intag/vantrum/").page
    with journey.when("she prints the pack"):
        anneli.get_by_role("link", name="Reservrutin").click()
    with journey.then("it says who waits and who has the case"):
        expect(anneli.get_by_role("heading", level=1)).to_contain_text("Reservrutin")
        expect(anneli.get_by_text("Yr sedan i morse", exact=False)).to_be_visible()
