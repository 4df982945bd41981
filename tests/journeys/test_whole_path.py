"""The whole path of one patient: a call, a team, a yes, a plan, a visit by two employers, a hand-over, an end."""

from dataclasses import dataclass

import pytest
from django.core.management import call_command
from django_tasks_db.models import DBTaskResult
from playwright.sync_api import Locator, Page, expect

from narvard.care.models import Episode, Responsibility
from narvard.core.calendar import at_local
from narvard.core.models import Run
from narvard.intake.models import CareRequest
from narvard.intake.tests.world import World, build
from narvard.organisation.models import CareUnit, Commission, Profession
from narvard.organisation.tests.factories import BaseFactory, CareUnitFactory, CommissionFactory, MunicipalityFactory
from narvard.people.models import PatientIdentifier
from narvard.visits import tasks
from narvard.visits.models import Visit, VisitNote
from narvard.visits.tests.factories import MONDAY, ShiftFactory
from tests.browser import Journey

pytestmark = pytest.mark.django_db(transaction=True)


@dataclass
class Cast:
    """The world of the intake, with people who drive out, a planner and the health centre's physician."""

    world: World
    planner: Commission
    physician: Commission
    number: str


@pytest.fixture
def cast(settings, monkeypatch, transactional_db) -> Cast:
    """A team and a municipality's home nursing at work on Monday, and a patient whom both will meet."""
    settings.NARVARD_CLOCK = "2026-11-23T07:30:00+01:00"
    # The search for so small a day is over at once; the pages are what is tried here.
    monkeypatch.setitem(tasks.start_plan.__wrapped__.__kwdefaults__, "seconds", 1.0)
    world, umea = build(), MunicipalityFactory()
    centre = CareUnitFactory(name="Tegs hälsocentral", kind=CareUnit.Kind.HEALTH_CENTRE, provider=world.got.provider)
    world.nursing.municipality = umea
    world.nursing.save()
    world.patient.home_nursing, world.patient.listed_at = True, centre
    world.patient.save()
    base = BaseFactory(name="NUS", municipality=umea)
    for commission in (world.got_nurse, world.municipal_nurse):
        hours = {"starts_at": at_local(MONDAY, 7 * 60 + 30), "ends_at": at_local(MONDAY, 16 * 60)}
        ShiftFactory(commission=commission, base=base, date=MONDAY, **hours)
    number = PatientIdentifier.objects.get(patient=world.patient).value
    return Cast(
        world,
        CommissionFactory(unit=world.intake, role="planner", staff__profession=Profession.PLANNER),
        CommissionFactory(unit=centre, role="physician", staff__profession=Profession.PHYSICIAN),
        number,
    )


def press(page: Page, name: str) -> None:
    """Press the button with exactly this name in the page itself."""
    page.get_by_role("main").get_by_role("button", name=name, exact=True).first.click()


def field(page: Page, label: str) -> Locator:
    """The control of the page's form with this label."""
    return page.get_by_role("main").get_by_label(label)


def follow(page: Page, name: str) -> None:
    """Follow the link whose text begins so, wherever it stands on the page."""
    page.get_by_role("link", name=name).locator("visible=true").first.click()


def sign(page: Page, text: str) -> None:
    """Write the note of one's own organisation and sign it."""
    field(page, "Anteckning").fill(text)
    page.get_by_role("main").get_by_role("checkbox").first.check()
    press(page, "Signera")
    expect(page.get_by_role("heading", name="Anteckningen är signerad")).to_be_visible()


def test_from_the_call_to_the_end(journey: Journey, cast: Cast) -> None:
    world, name = cast.world, cast.world.patient.name
    with journey.given("people at their desks on Monday morning"):
        coordinator = journey.person("the coordinator", world.coordinator, path="/intag/ny/").page
        nurse_at = journey.person("the team's nurse", world.got_nurse, path="/team/inkorg/")
        municipal_at = journey.person("the municipal nurse", world.municipal_nurse, path="/patient/mina/")
        planner = journey.person("the planner", cast.planner, path="/planering/").page
        physician_at = journey.person("the health centre's physician", cast.physician, path="/overlamning/")
        nurse, municipal, physician = nurse_at.page, municipal_at.page, physician_at.page

    with journey.when("the ward calls and the coordinator writes one line"):
        field(coordinator, "Personnummer").fill(cast.number)
        press(coordinator, "Hitta")
        expect(coordinator.get_by_text(name).first).to_be_visible()
        field(coordinator, "Vad gäller det?").fill("Skrivs ut i dag, hjärtsvikt, behöver uppföljning hemma")
        field(coordinator, "Vem ringer?").select_option(label="Medicinavdelning")
        press(coordinator, "Registrera")
        expect(coordinator.get_by_role("heading", name="Föreslagna team")).to_be_visible()
    with journey.when("she asks the team"):
        coordinator.locator(".option").filter(has_text="GÖT").get_by_role("radio").check()
        press(coordinator, "Fråga teamet")
        expect(coordinator.get_by_text("GÖT har fått frågan", exact=False)).to_be_visible()
    with journey.then("the team takes it"):
        nurse.reload()
        follow(nurse, name)
        press(nurse, "Ta emot")
        expect(nurse.get_by_text("Ni har tagit emot begäran")).to_be_visible()

    with journey.when("the nurse enrols the patient, who says yes"):
        nurse_at.open("/patient/mina/")
        follow(nurse, name)
        follow(nurse, "Skriv in")
        field(nurse, "muntligt").check()
        field(nurse, "Ja också till att enheterna läser varandras journal").check()
        field(nurse, "Ansvar: omvårdnad").select_option(label="Hemsjukvården")
        field(nurse, "Mål med inskrivningen").fill("Orka gå till brevlådan igen")
        press(nurse, "Granska")
    with journey.then("she reads what will happen before it does"):
        expect(nurse.get_by_role("main")).to_contain_text("Hemsjukvården")
        press(nurse, "Bekräfta")
        expect(nurse.get_by_role("heading", name="Vem ansvarar nu")).to_be_visible()
        expect(nurse.get_by_role("main").or_(nurse.locator("aside")).first).to_contain_text("Orka gå till brevlådan")

    with journey.when("she asks for visits by the team and home nursing together"):
        follow(nurse, "Besök som behövs")
        field(nurse, "Vad ska göras?").fill("Uppföljning av hjärtsvikt")
        field(nurse, "Längd i minuter").fill("40")
        field(nurse, "Tillsammans med").first.select_option(label="Hemsjukvården")
        press(nurse, "Spara")
        expect(nurse.get_by_text("Besöken läggs in i dagsplanerna.")).to_be_visible()
    with journey.when("the planner plans the day, and the worker does it"):
        planner.reload()
        press(planner, "Planera dagen")
        call_command("db_worker", "--batch", "--no-startup-delay", "--queue-name", "default")
        assert DBTaskResult.objects.get().status == "SUCCESSFUL"
        assert Run.objects.get().state == Run.State.DONE
        planner.reload()
        expect(planner.get_by_role("heading", level=1)).to_contain_text("alla har plats")

    with journey.when("the team's nurse makes the visit and signs her note"):
        nurse_at.open("/team/")
        expect(nurse.get_by_text("Ni kommer tillsammans")).to_be_visible()
        press(nurse, "Påbörja")
        press(nurse, "Klart")
        nurse_at.open(f"/team/besok/{Visit.objects.get().pk}/anteckning/")
        sign(nurse, "Vikt 71 kg, inga ödem.")
    with journey.then("it is copied to her own journal in one click"):
        nurse.context.grant_permissions(["clipboard-read", "clipboard-write"])
        press(nurse, "Kopiera till journal")
        expect(nurse.get_by_text("Kopierat")).to_be_visible()
        assert "Vikt 71 kg, inga ödem." in nurse.evaluate("navigator.clipboard.readText()")
    with journey.when("the municipal nurse signs her own note of the same visit"):
        municipal_at.open(f"/team/besok/{Visit.objects.get().pk}/anteckning/")
        sign(municipal, "Dosett delad, pratade om salt.")
    with journey.then("the visit is registered once, with a note from each"):
        assert Visit.objects.get().state == Visit.State.DONE
        assert VisitNote.objects.filter(signed_at__isnull=False).count() == 2

    with journey.when("the team hands over to the health centre"):
        nurse_at.open(f"/patient/{world.patient.pk}/")
        follow(nurse, "Lämna över")
        field(nurse, "Till vem?").select_option(label="Tegs hälsocentral")
        field(nurse, "Varför?").fill("Stabil i hjärtsvikten, klarar sig med hemsjukvård")
        press(nurse, "Granska")
        press(nurse, "Bekräfta")
    with journey.then("the team stays responsible until somebody answers"):
        expect(nurse.get_by_text("Ansvaret ligger kvar hos", exact=False).first).to_be_visible()
        physician.reload()
        expect(physician.get_by_role("heading", level=1)).to_have_text("Väntar på vårt svar: 1")
    with journey.when("the physician reads it and accepts"):
        follow(physician, name)
        press(physician, "Ta emot")
    with journey.then("the health centre is responsible, and the team's part is over"):
        physician_at.open(f"/patient/{world.patient.pk}/")
        expect(physician.get_by_role("main").get_by_text("Tegs hälsocentral").first).to_be_visible()
        medical = Responsibility.objects.filter(kind="medical", voided_at=None).order_by("sequence").last()
        assert medical is not None
        assert medical.holder == cast.physician.unit
        assert Episode.objects.get(unit=world.got).ended_at is not None
        assert CareRequest.objects.get().state == CareRequest.State.CLOSED
