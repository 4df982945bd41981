"""The management tries another way of working: cars changed, run, compared, taken home as a workbook."""

from io import BytesIO
from pathlib import Path

import pytest
from django.conf import LazySettings
from django.urls import reverse
from openpyxl import load_workbook
from playwright.sync_api import expect

from narvard.capacity.models import Scenario
from narvard.capacity.scenarios import tasks
from narvard.capacity.scenarios.queries import latest_run
from narvard.capacity.scenarios.tests.factories import manager
from tests.browser import Journey


@pytest.fixture(autouse=True)
def _clock(settings: LazySettings) -> None:
    settings.NARVARD_CLOCK = "2026-11-23T07:35:00+01:00"


def test_a_car_more_is_tried_and_compared(journey: Journey) -> None:
    with journey.given("a manager looks at the ways of working"):
        kristina = journey.person("the manager", manager(), path=reverse("capacity:list"))
        page = kristina.page
        expect(page.get_by_role("heading", name="Vad skulle ett annat sätt att arbeta ge?")).to_be_visible()
    with journey.when("she copies the joint model and gives Vännäs a car more"):
        page.locator("a[href$='modell=joint']").click()
        page.get_by_label("Vad heter scenariot?").fill("En bil till i Vännäs")
        page.get_by_label("Högst antal körningar").fill("2")
        team = page.locator("details.team").filter(has=page.locator("summary", has_text="Primärvårdsteam Vännäs"))
        team.locator("summary").click()
        team.get_by_label("Bilar").first.fill("2")
        page.locator("summary", has_text="Vad vården förändrar").click()
    with journey.when("she saves it, and the worker runs it"):
        page.get_by_role("button", name="Spara och kör").click()
        expect(page.get_by_role("button", name="Avbryt körningen")).to_be_visible()
        row = Scenario.objects.get()
        run = latest_run(row.pk)
        assert run is not None
        tasks.simulate.func(str(run.pk))
    with journey.then("she sees both models side by side, and what is to be doubted"):
        expect(page.get_by_role("heading", name="Sida vid sida")).to_be_visible()
        expect(page.get_by_text("Bara 2 körningar: intervallen är osäkra. Kör minst 20.")).to_be_visible()
        expect(page.get_by_text("Primärvårdsteam Vännäs: Pass")).to_be_visible()
    with journey.then("she takes the workbook home"):
        with page.expect_download() as handed:
            page.get_by_role("link", name="Excel (XLSX)").click()
        book = load_workbook(BytesIO(Path(handed.value.path()).read_bytes()))
        assert book["Ändrat"]["A2"].value == "Primärvårdsteam Vännäs: Pass"
