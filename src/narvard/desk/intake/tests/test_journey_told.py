"""What is no request for a car: early signs to a named contact, a bed asked for, a late clock told further."""

from datetime import timedelta

import pytest
from django.urls import reverse
from playwright.sync_api import expect
from tests.browser import Journey

from narvard.access.tests.factories import CareRelationFactory, ConsentFactory
from narvard.care import actions as care
from narvard.desk.intake.tests.test_journey_channels import button, link
from narvard.flows.notices import escalate_requests
from narvard.intake.tests.world import NOW, World, build
from narvard.organisation.models import CareUnit, Commission, Programme, Team
from narvard.organisation.tests.factories import CareUnitFactory, CommissionFactory

pytestmark = pytest.mark.django_db(transaction=True)


def at_health_centre(world: World) -> Commission:
    centre = CareUnitFactory(name="Vännäs hälsocentral", kind=CareUnit.Kind.HEALTH_CENTRE, provider=world.ward.provider)
    world.patient.listed_at = centre
    world.patient.save()
    CareRelationFactory(patient=world.patient, unit=centre, kind="listed", since=NOW)
    return CommissionFactory(unit=centre, role="physician", staff__given_name="Helena", staff__family_name="Forsgren")


def test_home_help_tells_of_early_signs_and_the_health_centre_names_a_contact(journey: Journey) -> None:
    world = build()
    physician = at_health_centre(world)
    unit = CareUnitFactory(name="Hemtjänsten", kind=CareUnit.Kind.HOME_HELP, provider=world.nursing.provider)
    CareRelationFactory(patient=world.patient, unit=unit, kind="social", since=NOW)
    helper = CommissionFactory(unit=unit, role="social")
    with journey.given("the home help is with somebody who eats less"):
        person = journey.person("the assistant nurse", helper)
        hands = person.hands()
        fatima = person.open(reverse("patient:page", args=[world.patient.pk]))
        helena = journey.person("the health centre's physician", physician, path=reverse("intake:early")).page
        expect(helena.get_by_text("Inget att titta på")).to_be_visible()
    with journey.when("she tells what she has seen, with the person's yes"):
        fatima.get_by_role("link", name="Tidiga tecken").locator("visible=true").last.click()
        fatima.get_by_role("group", name="Tidig markör").get_by_label("Ja", exact=True).check()
        fatima.get_by_label("Vad har ni sett?").fill("Äter sämre, maten står kvar")
        fatima.get_by_label("Personen vet om det här och säger ja").check()
        button(fatima, "Berätta")
        expect(fatima.get_by_text("Hälsocentralen har fått det")).to_be_visible()
    with journey.then("the health centre looks at it, and names a contact"):
        helena.reload()
        expect(helena.get_by_role("heading", level=1)).to_have_text("Tidiga tecken att titta på: 1")
        expect(helena.get_by_text("Äter sämre, maten står kvar")).to_be_visible()
        link(helena, "Vi tittar på det")
        button(helena, "Vi tittar på det")
        link(helena, "Utse fast vårdkontakt")
        helena.get_by_label("Vem blir fast vårdkontakt?").select_option(index=0)
        button(helena, "Utse fast vårdkontakt")
        expect(helena.get_by_text("Fast vårdkontakt är utsedd.")).to_be_visible()
    with journey.then("the home help reads what came of it, after four clicks and one field of hers"):
        fatima.reload()
        expect(fatima.get_by_text("fast vårdkontakt är utsedd", exact=False)).to_be_visible()
        assert (hands.clicks, hands.fields) == (4, 1)


def test_a_team_asks_for_a_bed_and_the_ward_receives_the_person(journey: Journey) -> None:
    world = build()
    Team.objects.filter(unit=world.got).update(programme=Programme.objects.get(key="nsvt_sahlgrenska"))
    consent = ConsentFactory(patient=world.patient, kind="enrolment", since=NOW)
    CareRelationFactory(patient=world.patient, unit=world.got, kind="contact", since=NOW)
    holders = dict.fromkeys(("nursing", "medical", "rehabilitation", "coordination"), world.got)
    care.enrol(patient=world.patient, unit=world.got, holders=holders, consent=consent, by=world.got_nurse, at=NOW)
    with journey.given("the team's nurse is with somebody who needs a bed, not the emergency department"):
        sara = journey.person(
            "the team's nurse", world.got_nurse, path=reverse("patient:page", args=[world.patient.pk])
        )
        ward = journey.person("the ward's nurse", world.ward_nurse)
        hands = ward.hands()
    with journey.when("she asks the ward for a bed"):
        page = sara.page
        page.get_by_role("link", name="Begär direktinläggning").locator("visible=true").first.click()
        page.get_by_label("Vilken enhet?").select_option(label="Medicinavdelning")
        page.get_by_label("Varför behövs platsen?").fill("Svårt andfådd, syrsätter 86 procent")
        button(page, "Granska")
        expect(page.get_by_text("ansvarar tills personen är på plats", exact=False)).to_be_visible()
        button(page, "Bekräfta")
        expect(page.get_by_text("har fått frågan och ska svara i tid", exact=False)).to_be_visible()
    with journey.when("the ward says yes, and the person comes"):
        erik = ward.open(reverse("handover:list"))
        link(erik, world.patient.name)
        button(erik, "Ta emot")
        button(erik, "Personen är här")
        expect(erik.get_by_text("Personen är på plats hos Medicinavdelning")).to_be_visible()
    with journey.then("the ward has the medical responsibility, and it took the ward three clicks"):
        page.goto(sara.base_url + reverse("patient:page", args=[world.patient.pk]))
        expect(page.get_by_role("region", name="Vem ansvarar nu")).to_contain_text("Medicinavdelning")
        assert hands.clicks == 3


def test_a_clock_that_has_run_out_is_told_and_counted_until_somebody_acts(journey: Journey) -> None:
    world = build()
    early = NOW - timedelta(hours=1)
    row = world.send(at=early, question="Skrivs ut i dag")
    escalate_requests(NOW - timedelta(minutes=20))
    with journey.given("a request that nobody has answered in time"):
        anneli = journey.person("the coordinator", world.coordinator, path=reverse("intake:notices")).page
        expect(anneli.get_by_role("heading", level=1)).to_have_text("Påminnelser: 1")
        expect(anneli.get_by_role("main")).not_to_contain_text(world.patient.family_name)
    with journey.then("the page for clocks counts it as late"):
        link(anneli, "Hur klockorna hålls")
        expect(anneli.get_by_role("heading", level=1)).to_have_text("Klockor: 1 försenad, 0 snart")
        link(anneli, "7 dagar")
        expect(anneli.get_by_role("row", name="Gemensamt intag")).to_be_visible()
    with journey.when("she says that she has read it"):
        anneli.goto(anneli.url.split("/klockor/")[0] + reverse("intake:notices"))
        anneli.get_by_role("main").get_by_role("link", name="Vårdbegäran").first.click()
        anneli.locator("summary", has_text="Bekräfta att ni har läst").click()
        button(anneli, "Bekräfta")
    with journey.then("the clock is still late, and the notice stays"):
        expect(anneli.get_by_text("Att ni har läst är noterat.")).to_be_visible()
        anneli.goto(anneli.url.split("/intag/")[0] + reverse("intake:clocks"))
        expect(anneli.get_by_role("heading", level=1)).to_have_text("Klockor: 1 försenad, 0 snart")
    with journey.when("she asks a team"):
        anneli.goto(anneli.url.split("/klockor/")[0] + reverse("intake:request", args=[row.pk]))
        anneli.locator(".option").filter(has_text="GÖT").get_by_role("radio").check()
        button(anneli, "Fråga teamet")
    with journey.then("nothing is late any more, and it is counted as answered too late"):
        anneli.goto(anneli.url.split("/intag/")[0] + reverse("intake:clocks"))
        expect(anneli.get_by_role("heading", level=1)).to_contain_text("0 försenade")
