"""Follow-up by the joint management: a figure and what it means, the monthly report, and whether a programme helped."""

import re
from datetime import date

import pytest
from django.conf import LazySettings
from django.urls import reverse
from playwright.sync_api import expect

from narvard.core import audit, runs
from narvard.desk.followup.tests.test_overview import FUNNEL, joint, kept
from narvard.followup.effect.models import EffectStudy
from narvard.followup.effect.reckoning import reckon
from narvard.followup.effect.tests.factories import AT, make_manager
from narvard.followup.effect.tests.rollout import STEPS, make_rollout_world
from narvard.followup.report.actions import make_report
from narvard.organisation.tests.factories import MunicipalityFactory
from tests.browser import Journey


@pytest.fixture(autouse=True)
def _clock(settings: LazySettings) -> None:
    settings.NARVARD_CLOCK = AT.isoformat()


def test_a_figure_is_narrowed_understood_and_taken_home(journey: Journey) -> None:
    by = make_manager()
    MunicipalityFactory(code="2460", name="Vännäs")
    kept(date(2026, 10, 1), joint(value=0.2, low=0.15, high=0.25, count=20))
    kept(
        date(2026, 11, 1), joint(), joint("2480", funnel=FUNNEL), joint("2460", value=0.5, count=50, low=0.4, high=0.6)
    )
    make_report(care_area="umea", month=date(2026, 10, 1), by=audit.SYSTEM, at=AT)

    with journey.given("the manager sees all figures of the month"):
        manager = journey.person("the manager", by, path=reverse("followup:overview"))
        expect(manager.page.get_by_text("40 av 100")).to_be_visible()
    with journey.when("she narrows them to one municipality"):
        manager.page.get_by_label("Kommun").select_option(label="Vännäs")
        manager.page.get_by_role("button", name="Visa").click()
        expect(manager.page.get_by_text("50 av 100")).to_be_visible()
    with journey.when("she opens one figure and what it means"):
        manager.open(reverse("followup:overview"))
        manager.page.get_by_role("link", name="Gemensamma besök").click()
        expect(manager.page.get_by_role("heading", name="Gemensamma besök").first).to_be_visible()
        manager.open(reverse("followup:definitions"))
        expect(manager.page.get_by_role("heading", name="Gemensamma besök")).to_be_visible()
    with journey.then("she takes the figures home as CSV"):
        manager.open(reverse("followup:overview"))
        with manager.page.expect_download() as waiting:
            manager.page.get_by_role("link", name="Hämta som CSV").click()
        assert "Gemensamma besök" in waiting.value.path().read_text(encoding="utf-8-sig")
    with journey.then("she reads the monthly report"):
        manager.open(reverse("followup:report"))
        expect(manager.page.get_by_role("heading", name="Effekten")).to_be_visible()


def test_whether_a_programme_helped_is_told_with_doubt(journey: Journey) -> None:
    by = make_manager()
    programme = make_rollout_world(by, STEPS)

    with journey.given("the manager asks of a programme"):
        manager = journey.person("the manager", by, path=reverse("effect:list"))
        manager.page.get_by_label("Program", exact=True).select_option(label=str(programme))
        manager.page.get_by_label("Inskrivna från").fill("2026-01-01")
        manager.page.get_by_label("Inskrivna före").fill("2026-09-01")
        manager.page.get_by_role("button", name="Föreslå upplägg").click()
    with journey.when("she tells when it began where, and steps are suggested"):
        manager.page.get_by_text("När programmet började i varje kommun").click()
        for place, day in enumerate(STEPS.values(), start=1):
            manager.page.get_by_label(re.compile(rf"^Kommun {place}\b")).fill(day.isoformat())
        manager.page.get_by_role("button", name="Föreslå upplägg").click()
        steps = "Jämför kommuner som började vid olika tid"
        expect(manager.page.get_by_role("heading", name=steps)).to_be_visible()
    with journey.when("she has it reckoned"):
        manager.page.get_by_role("button", name=re.compile(f"Räkna studien.*{steps}")).click()
        expect(manager.page.get_by_text("Studien räknas").first).to_be_visible()
        runs.execute(EffectStudy.objects.get().run_id, reckon)
    with journey.then("the answer admits doubt, and the uncontrolled figure is marked"):
        manager.open(reverse("effect:study", args=[EffectStudy.objects.get().pk]))
        expect(manager.page.get_by_role("heading", name="Kan inte skiljas från ingen effekt")).to_be_visible()
        expect(manager.page.get_by_role("heading", name="Okontrollerad jämförelse")).to_be_visible()
