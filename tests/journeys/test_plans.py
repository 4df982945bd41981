"""A night with a strategy: a physician writes and signs it, the nurse reads, gives from the kit, prints."""

import pytest
from django.conf import LazySettings
from django.urls import reverse
from playwright.sync_api import expect

from narvard.care.binder.models import Binder
from narvard.care.kits import actions as kits
from narvard.care.kits.models import KitEvent
from narvard.care.kits.tests.test_kit import DOSES
from narvard.care.plans.models import Plan, PlanEvent
from narvard.care.plans.tests.factories import make_writers
from narvard.care.tests.factories import AT
from tests.browser import Journey


@pytest.fixture(autouse=True)
def _clock(settings: LazySettings) -> None:
    settings.NARVARD_CLOCK = "2026-11-24T02:10:00+01:00"


def test_a_strategy_a_kit_and_a_binder_through_a_night(journey: Journey) -> None:
    writers = make_writers()
    patient = writers.area.patient
    kit = kits.place_kit(
        patient=patient,
        template="palliative",
        place="Kylskåpet",
        doses=DOSES,
        units=[writers.nurse.unit],
        by=writers.physician,
        at=AT,
    )
    day = AT.date().replace(year=2027)
    kits.fill_kit(kit=kit, fills=[kits.Fill(row, 6, "A1", day) for row in kit.items.all()], by=writers.nurse, at=AT)
    home = reverse("patient:page", args=[patient.pk])

    with journey.given("a physician at the patient's page"):
        physician = journey.person("the team's physician", writers.physician, path=home)
    with journey.when("the physician begins a strategy"):
        physician.page.get_by_role("link", name="Ny plan").click()
        physician.page.get_by_role("link", name="Behandlingsstrategi").click()
        physician.page.get_by_role("button", name="Börja").click()
        expect(physician.page.get_by_role("heading", name="Om det blir sämre")).to_be_visible()
    with journey.when("writes it"):
        page = physician.page
        page.get_by_label("Vad som kan hända").first.fill("Andnöd")
        page.get_by_label("Gör så här").first.fill("Morfin ur lådan, öppna ett fönster")
        page.get_by_label("Läget i korthet").fill("Spridd cancer, vill vara hemma")
        page.get_by_label("Vårdens inriktning").select_option("relief")
        page.get_by_label("Önskad vårdplats").select_option("home")
        page.get_by_label("Vad säger personen om strategin?").select_option("agrees")
        page.get_by_label("Vilka som var med").fill("Personen och hustrun")
        page.get_by_role("button", name="Spara och gå till signering").click()
        expect(page.get_by_role("button", name="Signera och fastställ")).to_be_visible()
    with journey.when("signs it"):
        physician.page.get_by_role("button", name="Signera och fastställ").click()
        expect(physician.page.get_by_text("Planen är fastställd och gäller nu.")).to_be_visible()

    with journey.given("the municipality's nurse at night, with the plan among what is new"):
        nurse = journey.person("the municipality's nurse", writers.nurse, path=reverse("plans:mine"))
        nurse.page.get_by_role("link", name=f"{patient.name}: Behandlingsstrategi").first.click()
        expect(nurse.page.get_by_text("Morfin ur lådan, öppna ett fönster")).to_be_visible()
    with journey.when("she says that she has read"):
        nurse.page.get_by_role("button", name="Jag har läst").click()
        expect(nurse.page.get_by_text("Det syns nu för de andra att du har läst.")).to_be_visible()
    with journey.when("she opens the kit and gives a dose"):
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
    with journey.when("she prints the binder with one click"):
        nurse.open(reverse("plans:binder", args=[patient.pk]))
        with nurse.page.expect_download() as download:
            nurse.page.get_by_role("button", name="Skriv ut pärm").click()
    with journey.then("it is a file of ours, and lies in the home once she says so"):
        assert download.value.suggested_filename == "parm-version-1.pdf"
        nurse.page.reload()
        nurse.page.get_by_role("button", name="Ligger nu i hemmet").click()
        expect(nurse.page.get_by_role("heading", name="I hemmet ligger version 1")).to_be_visible()

    assert PlanEvent.objects.get(kind="read").by == writers.nurse
    assert KitEvent.objects.get(kind="given").flags == []
    assert Plan.objects.get().review_on is not None
    assert Binder.objects.get().content["strategy"]["rows"][0]["what"] == "Andnöd"
