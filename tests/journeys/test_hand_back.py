"""Malmö: hospital at home takes over for some days, is late, both chiefs are called in, and it hands back."""

from datetime import timedelta

import pytest
from django.conf import LazySettings
from django.urls import reverse
from playwright.sync_api import expect

from narvard.care import queries
from narvard.care.models import Duty, Handover
from narvard.care.tests.factories import AT, make_area
from narvard.flows.notices import escalate_duties
from tests.browser import Journey

AGREED = "2026-11-27"


@pytest.fixture(autouse=True)
def _clock(settings: LazySettings) -> None:
    settings.NARVARD_CLOCK = "2026-11-23T07:35:00+01:00"


def test_hospital_at_home_takes_over_for_a_time_and_hands_back(journey: Journey) -> None:
    area = make_area()
    home_hospital = area.other_team
    home_hospital.unit.name = "Avancerad sjukvård i hemmet"
    home_hospital.unit.save()
    area.enrol(medical=area.health_centre, nursing=area.home_nursing)
    page = reverse("patient:page", args=[area.patient.pk])

    with journey.given("the municipality's nurse, who is responsible for the nursing within the team's enrolment"):
        nurse = journey.person("the municipality's nurse", area.home_nursing, path=page)
        expect(nurse.page.get_by_role("link", name="Lämna över")).to_be_visible()
    with journey.when("she asks hospital at home to take the nursing over until Friday, and nothing else"):
        nurse.page.get_by_role("link", name="Lämna över").click()
        nurse.page.get_by_label("Till vem?").select_option(label="Avancerad sjukvård i hemmet")
        nurse.page.get_by_label("Varför?").fill("Behöver intravenös antibiotika tre gånger om dagen")
        nurse.page.get_by_label("Risker").fill("Allergisk mot penicillin")
        nurse.page.get_by_label("Tillfälligt: lämnas tillbaka den dagen").fill(AGREED)
        nurse.page.get_by_role("button", name="Granska").click()
        expect(nurse.page.get_by_text("Det är tillfälligt")).to_be_visible()
    with journey.when("she confirms"):
        nurse.page.get_by_role("button", name="Bekräfta").click()
        expect(nurse.page.get_by_text("Erbjuden Avancerad sjukvård i hemmet").first).to_be_visible()
    handover = Handover.objects.get()

    with journey.given("the team of hospital at home with the question before it"):
        team = journey.person("hospital at home", home_hospital, path=reverse("handover:page", args=[handover.pk]))
        expect(team.page.get_by_text("Allergisk mot penicillin")).to_be_visible()
        expect(team.page.get_by_text("åter från", exact=False)).to_be_visible()
    with journey.when("it takes over"):
        team.page.get_by_role("button", name="Ta emot").click()
        expect(team.page.get_by_role("heading", name="Tillfälligt övertagande")).to_be_visible()
    with journey.when("the day passes, and nobody hands back"):
        assert escalate_duties(AT + timedelta(days=5)) == 1
        for person in (team, nurse):
            person.open(reverse("handover:page", args=[handover.pk]))
            expect(person.page.get_by_text("Eskalerad till båda cheferna")).to_be_visible()
        assert queries.main_holders([area.patient.pk], AT + timedelta(days=5))[area.patient.pk, "nursing"] == (
            home_hospital.unit
        )
    with journey.when("hospital at home hands back, with what it has done"):
        team.page.get_by_role("link", name="Lämna tillbaka nu").click()
        expect(team.page.get_by_label("Till vem?")).to_have_value(str(area.home_nursing.unit_id))
        team.page.get_by_label("Vad har gjorts?").fill("Sju dagars antibiotika, febern borta sedan tisdag")
        team.page.get_by_role("button", name="Granska").click()
        team.page.get_by_role("button", name="Bekräfta").click()
        expect(team.page.get_by_text("har fått frågan")).to_be_visible()
    returned = Handover.objects.get(returns=handover)
    with journey.when("the nurse takes it back"):
        nurse.open(reverse("handover:page", args=[returned.pk]))
        nurse.page.get_by_role("button", name="Ta emot").click()
        expect(nurse.page.get_by_text("mottagen").first).to_be_visible()
    with journey.then("she is responsible again, and nothing is owed"):
        nurse.open(page)
        expect(nurse.page.get_by_role("region", name="Vem ansvarar nu")).to_contain_text("Hemsjukvården Umeå")
        team.open(reverse("handover:page", args=[handover.pk]))
        expect(team.page.get_by_text("tillbaka", exact=True)).to_be_visible()
    assert Duty.objects.get().done_at is not None
