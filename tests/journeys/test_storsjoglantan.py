"""Storsjögläntan: enrolled with a strategy and a kit, a call at night, and the morning after."""

from datetime import datetime

import pytest
from django.conf import LazySettings
from django.urls import reverse
from playwright.sync_api import Page, expect

from narvard.access.models import CareRelation
from narvard.access.tests.factories import CareRelationFactory
from narvard.care.binder.models import Binder
from narvard.care.kits.models import KitEvent, NeedsKit
from narvard.care.models import Episode, Responsibility
from narvard.care.plans.models import Plan, PlanEvent
from narvard.care.tests.factories import AT, make_area
from narvard.core.clock import ticking_from
from narvard.intake.actions import register_request, take_request
from narvard.organisation.models import CallingRule, CareUnit, Commission, OpeningHours, Profession
from narvard.organisation.tests.factories import CareUnitFactory, CommissionFactory
from tests.browser import Journey

NIGHT = datetime.fromisoformat("2026-11-24T02:10:00+01:00")
MORNING = datetime.fromisoformat("2026-11-24T07:40:00+01:00")


@pytest.fixture(autouse=True)
def _clock(settings: LazySettings) -> None:
    settings.NARVARD_CLOCK = "2026-11-23T10:00:00+01:00"


def write_strategy(page: Page) -> None:
    """Write what is to be done when it gets worse, and sign it."""
    page.get_by_label("Vad som kan hända").first.fill("Andnöd")
    page.get_by_label("Gör så här").first.fill("Morfin ur lådan, öppna ett fönster")
    page.get_by_label("Läget i korthet").fill("Spridd cancer, vill vara hemma")
    page.get_by_label("Vårdens inriktning").select_option("relief")
    page.get_by_label("Önskad vårdplats").select_option("home")
    page.get_by_label("Vad säger personen om strategin?").select_option("agrees")
    page.get_by_label("Vilka som var med").fill("Personen, hustrun och distriktssköterskan, hemma vid köksbordet")
    page.get_by_role("button", name="Spara och gå till signering").click()
    page.get_by_role("button", name="Signera och fastställ").click()
    expect(page.get_by_text("Planen är fastställd och gäller nu.")).to_be_visible()


def prescribe_kit(page: Page) -> None:
    """Prescribe a dose for pain and breathlessness, which a taught relative may give."""
    page.get_by_label("Morfin 10 mg/ml, smärta och andnöd").fill("5 mg under huden, högst var 30:e minut")
    page.get_by_label("Morfin: högst doser per dygn").fill("8")
    page.get_by_label("Morfin: närstående som är lärd får ge en uppdragen dos").check()
    page.get_by_label("Var i hemmet ligger lådan?").fill("Kylskåpet")
    page.get_by_role("button", name="Ordinera").click()


def test_enrolled_with_strategy_and_kit_and_a_call_at_night(journey: Journey) -> None:
    area = make_area()
    area.team.unit.name = "Storsjögläntan"
    area.team.unit.save()
    CallingRule.objects.create(unit=area.team.unit, order=1, when="open", label="Storsjögläntan", phone="063-15 30 00")
    CallingRule.objects.create(
        unit=area.team.unit, order=2, when="closed", label="Primärvårdens jourläkare", phone="063-15 31 12"
    )
    for day in range(5):
        OpeningHours.objects.create(unit=area.team.unit, day=str(day), opens_minute=8 * 60, closes_minute=17 * 60)
    doctor = CommissionFactory(
        unit=area.team.unit, role=Commission.Role.PHYSICIAN, staff__profession=Profession.PHYSICIAN
    )
    area.home_nursing.staff.profession = Profession.DISTRICT_NURSE
    area.home_nursing.staff.save()
    CareRelationFactory(patient=area.patient, unit=area.home_nursing.unit, kind=CareRelation.Kind.HOME_NURSING)
    patient = area.patient
    home = reverse("patient:page", args=[patient.pk])

    row = register_request(
        patient=patient,
        intake=CareUnitFactory(kind=CareUnit.Kind.INTAKE, name="Gemensamt intag"),
        sender_unit=area.health_centre.unit,
        channel="health_centre",
        urgency="planned",
        question="Spridd cancer, vill vara hemma till slutet",
        by=doctor,
        at=AT,
    )
    take_request(request=row.pk, by=doctor, at=AT)

    with journey.given("a referral that the team has taken, and its physician at the first visit"):
        physician = journey.person("the team's physician", doctor, path=home)
        page = physician.page
    with journey.when("the physician enrols the patient, who says yes, and the municipality keeps the nursing"):
        page.get_by_role("link", name="Skriv in").click()
        page.get_by_label("muntligt").check()
        page.get_by_label("Ansvar: omvårdnad").select_option(label="Hemsjukvården Umeå")
        page.get_by_label("Mål med inskrivningen").fill("Att få vara hemma till slutet")
        page.get_by_role("button", name="Granska").click()
        page.get_by_role("button", name="Bekräfta").click()
        expect(page.get_by_role("region", name="Vem ansvarar nu")).to_contain_text("Storsjögläntan")
        expect(page.get_by_role("region", name="Vem ansvarar nu")).to_contain_text("Hemsjukvården Umeå")
    with journey.when("the physician writes the strategy and signs it"):
        physician.open(home)
        page.get_by_role("link", name="Ny plan").click()
        page.get_by_role("link", name="Behandlingsstrategi").click()
        page.get_by_role("button", name="Börja").click()
        write_strategy(page)
    with journey.when("the physician prescribes the kit for this person"):
        physician.open(reverse("plans:kit-place", args=[patient.pk]))
        prescribe_kit(page)
        expect(page.get_by_role("link", name="Palliativ behovslåda").first).to_be_visible()
    kit = NeedsKit.objects.get()

    with journey.given("the municipality's district nurse, who was there too"):
        nurse = journey.person("the district nurse", area.home_nursing, path=home)
    with journey.when("she fills the kit and teaches the wife to give one dose"):
        nurse.open(reverse("plans:kit", args=[kit.pk]))
        nurse.page.get_by_role("link", name="Fyll på").click()
        nurse.page.get_by_label("Antal").fill("6")
        nurse.page.get_by_label("Batch").fill("M4471")
        nurse.page.get_by_label("Går ut").fill("2027-08-10")
        nurse.page.get_by_role("button", name="Spara").click()
        nurse.page.get_by_role("link", name="Närstående har lärt sig").click()
        nurse.page.get_by_label("Vem har lärt sig?").fill("Margit, hustru")
        nurse.page.get_by_role("button", name="Spara").click()
        expect(nurse.page.get_by_text("Margit, hustru").first).to_be_visible()
    with journey.when("she reads the plan that is new, and says so"):
        nurse.open(reverse("plans:mine"))
        nurse.page.get_by_role("link", name=f"{patient.name}: Behandlingsstrategi").first.click()
        nurse.page.get_by_role("button", name="Jag har läst").click()
        expect(nurse.page.get_by_text("Det syns nu för de andra att du har läst.")).to_be_visible()
    with journey.when("she prints the binder with one click and puts it in the home"):
        nurse.open(reverse("plans:binder", args=[patient.pk]))
        with nurse.page.expect_download() as download:
            nurse.page.get_by_role("button", name="Skriv ut pärm").click()
        assert download.value.suggested_filename == "parm-version-1.pdf"
        nurse.page.reload()
        nurse.page.get_by_role("button", name="Ligger nu i hemmet").click()
        expect(nurse.page.get_by_role("heading", name="I hemmet ligger version 1")).to_be_visible()

    with ticking_from(NIGHT):
        with journey.given("ten past two at night: the wife has called the number in the binder, he cannot breathe"):
            nurse.open(home)
            expect(nurse.page.get_by_role("link", name="063-15 31 12").first).to_be_visible()
            expect(nurse.page.get_by_text("Primärvårdens jourläkare").first).to_be_visible()
        with journey.when("the nurse reads what is to be done"):
            nurse.page.get_by_role("link", name="Behandlingsstrategi").first.click()
            expect(nurse.page.get_by_text("Morfin ur lådan, öppna ett fönster")).to_be_visible()
        with journey.when("she gives a dose from the kit"):
            nurse.open(reverse("plans:kit", args=[kit.pk]))
            nurse.page.get_by_role("link", name="Dos given: Morfin").click()
            nurse.page.get_by_label("Vilken dos gavs?").fill("5 mg")
            nurse.page.get_by_role("button", name="Spara dosen").click()
            expect(nurse.page.get_by_text("Dosen är sparad.")).to_be_visible()
        with journey.when("she says how it worked"):
            nurse.page.get_by_role("link", name="Skriv effekten").click()
            nurse.page.get_by_label("Hur verkade dosen?").fill("Lugn efter 20 minuter")
            nurse.page.get_by_role("button", name="Spara").click()
            expect(nurse.page.get_by_text("Effekt: Lugn efter 20 minuter")).to_be_visible()

    with ticking_from(MORNING), journey.then("the physician sees the night in the morning"):
        physician.open(home)
        expect(page.get_by_text("Dos ur behovslådan: Morfin 5 mg")).to_be_visible()
        physician.open(reverse("plans:kit", args=[kit.pk]))
        expect(page.get_by_text("Effekt: Lugn efter 20 minuter")).to_be_visible()

    assert Episode.objects.get(kind="enrolment").goal == "Att få vara hemma till slutet"
    nursing = Responsibility.objects.filter(kind="nursing", voided_at=None).order_by("sequence").last()
    assert nursing is not None
    assert nursing.holder == area.home_nursing.unit
    assert PlanEvent.objects.get(kind="read").by == area.home_nursing
    given = KitEvent.objects.get(kind="given")
    assert (given.flags, given.happened_at.date()) == ([], NIGHT.date())
    assert Plan.objects.get().review_on is not None
    assert Binder.objects.get().content["strategy"]["rows"][0]["what"] == "Andnöd"
