"""From each way in: an ambulance in few clicks, alarm centre to waiting room to car, a ward, a phoned colleague."""

import pytest
from playwright.sync_api import Page, expect
from tests.browser import Hands, Journey

from narvard.core.calendar import at_local
from narvard.intake.short_forms import signs
from narvard.intake.tests.world import World, build
from narvard.organisation.models import CareUnit, Commission, Programme, Team
from narvard.organisation.tests.factories import CareUnitFactory, CommissionFactory
from narvard.people.models import PatientIdentifier
from narvard.visits.tests.factories import MONDAY, ShiftFactory

pytestmark = pytest.mark.django_db(transaction=True)


def number_of(world: World) -> str:
    return PatientIdentifier.objects.get(patient=world.patient).value


def button(page: Page, name: str) -> None:
    page.get_by_role("main").get_by_role("button", name=name, exact=True).first.click()


def link(page: Page, name: str) -> None:
    """The link of that name, wherever it stands on this screen."""
    page.get_by_role("link", name=name).locator("visible=true").first.click()


def write(page: Page, world: World, question: str) -> None:
    page.get_by_role("main").get_by_label("Personnummer").fill(number_of(world))
    page.get_by_label("Vad gäller det?").fill(question)


def answer(page: Page, question: str, reply: str = "Ja") -> None:
    page.get_by_role("group", name=question).get_by_label(reply, exact=True).check()


def ask_team(page: Page, team: str) -> None:
    page.locator(".option").filter(has_text=team).get_by_role("radio").check()
    button(page, "Fråga teamet")
    expect(page.get_by_text(f"{team} har fått frågan")).to_be_visible()


def counted(journey: Journey, who: str, commission: Commission) -> tuple[Page, Hands]:
    """Somebody at the start page, whose hands are counted from there."""
    person = journey.person(who, commission)
    hands = person.hands()
    return person.open("/"), hands


def together(*each: Hands) -> Hands:
    return Hands(*(sum(getattr(hands, name) for hands in each) for name in ("clicks", "fields", "keys")))


def test_the_alarm_centre_lets_wait_and_a_car_comes(journey: Journey) -> None:
    world = build()
    hours = {"starts_at": at_local(MONDAY, 8 * 60), "ends_at": at_local(MONDAY, 16 * 60)}
    ShiftFactory(commission=world.got_nurse, date=MONDAY, **hours)
    with journey.given("a nurse has ordered lying transport, and the operator asks the questions"):
        camilla, hands = counted(journey, "the operator", world.operator)
        anneli, coordinators = counted(journey, "the coordinator", world.coordinator)
        sara, nurses = counted(journey, "the team's nurse", world.got_nurse)
        link(camilla, "Ny vårdbegäran")
        write(camilla, world, "Ramlat i natt, liggande transport beställd")
        for sign in signs():
            answer(camilla, sign.text["sv"], {"yes": "Ja", "no": "Nej"}[sign.stable])
    with journey.when("all answers say stable"):
        button(camilla, "Registrera")
        expect(camilla.get_by_text("Stabil. Personen är i väntrummet")).to_be_visible()
    with journey.then("the centre keeps the case, and sees when a car is free"):
        link(camilla, "Väntrum")
        expect(camilla.get_by_role("heading", level=1)).to_have_text("Väntar på bil: 1")
        expect(camilla.get_by_text("Ärendet ligger hos Vårdlarmcentralen")).to_be_visible()
        expect(camilla.get_by_text("Tidigast bil: GÖT")).to_be_visible()
    with journey.when("she looks again, the coordinator asks the team, and the team accepts and drives"):
        button(camilla, "Osäkert läge")
        expect(camilla.get_by_text("Bedömningen är noterad")).to_be_visible()
        anneli.reload()
        link(anneli, world.patient.name)
        ask_team(anneli, "GÖT")
        link(sara, "Inkorg")
        link(sara, world.patient.name)
        button(sara, "Ta emot")
        button(sara, "Bilen är på väg")
        expect(sara.get_by_text("Bilen är på väg.")).to_be_visible()
    with journey.then("nobody waits"):
        camilla.reload()
        expect(camilla.get_by_role("heading", level=1)).to_have_text("Väntar på bil: 0")
    with journey.then("it took the operator nine clicks to let wait and look again, and the three of them a minute"):
        assert (hands.clicks, hands.fields) == (9, 2)
        assert together(hands, coordinators, nurses).clicks == 16


def test_an_ambulance_nurse_reaches_a_team_in_under_a_minute(journey: Journey) -> None:
    world = build()
    crew = CareUnitFactory(kind=CareUnit.Kind.AMBULANCE, provider=world.got.provider)
    with journey.given("the crew is with the patient"):
        oskar, crews = counted(journey, "the ambulance nurse", CommissionFactory(unit=crew, role="sender"))
        anneli, coordinators = counted(journey, "the coordinator", world.coordinator)
        sara, nurses = counted(journey, "the team's nurse", world.got_nurse)
    with journey.when("he writes the number and one line, and says stable"):
        link(oskar, "Ny vårdbegäran")
        write(oskar, world, "Andfådd, kan stanna hemma om någon kommer")
        answer(oskar, "Medicinskt stabil nu")
        button(oskar, "Registrera")
        expect(oskar.get_by_text("Begäran är registrerad")).to_be_visible()
    with journey.then("the coordinator has it, and asks a team"):
        anneli.reload()
        link(anneli, world.patient.name)
        ask_team(anneli, "GÖT")
    with journey.then("the team takes it, and he reads who has the case"):
        link(sara, "Inkorg")
        link(sara, world.patient.name)
        button(sara, "Ta emot")
        expect(sara.get_by_text("Ni har tagit emot begäran")).to_be_visible()
        oskar.reload()
        expect(oskar.get_by_text("Ärendet ligger hos GÖT", exact=False)).to_be_visible()
    with journey.then("three clicks and two fields for him, nine clicks for all three, in under a minute"):
        chain = together(crews, coordinators, nurses)
        assert (crews.clicks, crews.fields) == (3, 2)
        assert chain.clicks == 9
        assert chain.seconds < 60


def test_who_gets_worse_while_waiting_is_one_click_from_ambulance(journey: Journey) -> None:
    world = build()
    crew = CommissionFactory(unit=CareUnitFactory(kind=CareUnit.Kind.AMBULANCE), role="sender")
    row = world.send(channel="ambulance", sender_unit=crew.unit, by=crew, question="Andfådd, kan stanna hemma")
    with journey.given("one whom an ambulance has left at home waits for a car"):
        anneli, hands = counted(journey, "the coordinator", world.coordinator)
        oskar = journey.person("the ambulance nurse", crew, path=f"/intag/{row.pk}/").page
        link(anneli, "Väntrum")
        expect(anneli.get_by_text("Andfådd, kan stanna hemma")).to_be_visible()
    before = hands.clicks
    with journey.when("the patient gets worse"):
        button(anneli, f"Försämrad: åter till ambulans {world.patient.name}, 88 år")
    with journey.then("it is one click, and the crew reads it"):
        expect(anneli.get_by_text("Ring 112 nu")).to_be_visible()
        assert hands.clicks == before + 1
        oskar.reload()
        expect(oskar.get_by_text("Försämrad. Ambulans tar över.")).to_be_visible()


def test_a_phoned_spot_colleague_is_registered_in_three_fields(journey: Journey) -> None:
    world = build()
    Team.objects.filter(unit=world.got).update(programme=Programme.objects.get(key="spot"))
    CareUnitFactory(name="Vännäs hälsocentral", kind=CareUnit.Kind.HEALTH_CENTRE, provider=world.ward.provider)
    with journey.given("a physician at the health centre has phoned SPOT, which says yes"):
        sara, hands = counted(journey, "SPOT's nurse", world.got_nurse)
        link(sara, "Inkorg")
        link(sara, "Ny vårdbegäran")
    with journey.when(
        "she fills in the number, one line and who called, that a physician decided, and that they take it"
    ):
        write(sara, world, "Mår sämre, behöver besök i kväll")
        sara.get_by_label("Vem ringer?").select_option(label="Vännäs hälsocentral")
        answer(sara, "Läkare har bedömt vårdnivån")
        sara.get_by_label("Vi tar emot den direkt").check()
        button(sara, "Registrera")
    with journey.then("it is theirs: three fields, two ticks"):
        expect(sara.get_by_text("Ärendet ligger hos GÖT", exact=False)).to_be_visible()
        assert (hands.fields, hands.clicks) == (2, 7)
        assert hands.seconds < 60


def test_a_ward_discharges_and_the_request_is_forwarded_with_its_history(journey: Journey) -> None:
    world = build()
    with journey.given("the ward's nurse is about to discharge"):
        erik, wards = counted(journey, "the ward's nurse", world.ward_nurse)
        anneli, coordinators = counted(journey, "the coordinator", world.coordinator)
        sara, nurses = counted(journey, "GÖT's nurse", world.got_nurse)
        moa, others = counted(journey, "PrimÄR's nurse", world.primar_nurse)
    with journey.when("he writes the number and one line, and the coordinator asks GÖT"):
        link(erik, "Ny vårdbegäran")
        write(erik, world, "Skrivs ut i dag, behöver uppföljning")
        button(erik, "Registrera")
        anneli.reload()
        link(anneli, world.patient.name)
        ask_team(anneli, "GÖT")
    with journey.when("GÖT's nurse sends it on"):
        link(sara, "Inkorg")
        link(sara, world.patient.name)
        sara.locator("summary", has_text="Skicka vidare").click()
        forward = sara.locator("[data-act=forward]")
        forward.get_by_label("Team").select_option(label="PrimÄR Teg")
        forward.get_by_label("Skäl").fill("PrimÄR är närmare")
        forward.get_by_role("button").click()
        expect(sara.get_by_text("PrimÄR Teg har fått frågan")).to_be_visible()
    with journey.then("the other team takes it, and the ward reads the whole way"):
        link(moa, "Inkorg")
        link(moa, world.patient.name)
        button(moa, "Ta emot")
        expect(moa.get_by_text("Ni har tagit emot begäran")).to_be_visible()
        erik.reload()
        expect(erik.get_by_text("PrimÄR är närmare")).to_be_visible()
        expect(erik.get_by_text("Ärendet ligger hos PrimÄR Teg", exact=False)).to_be_visible()
    with journey.then("two clicks and two fields for the ward, fourteen clicks for all four"):
        assert (wards.clicks, wards.fields) == (2, 2)
        assert together(wards, coordinators, nurses, others).clicks == 14


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
