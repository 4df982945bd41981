"""A representative whom the patient has chosen signs in, and sees who is responsible but nothing of the record."""

import pytest
from django.conf import LazySettings
from django.urls import reverse
from playwright.sync_api import expect

from narvard.access.actions import add_representative
from narvard.access.models import Representative
from narvard.care.tests.factories import AT, make_area
from narvard.people.actions import record_fact
from tests.browser import Journey


@pytest.fixture(autouse=True)
def _demo(settings: LazySettings) -> None:
    settings.NARVARD_CLOCK = "2026-11-23T07:35:00+01:00"
    settings.NARVARD_DEMO = True


def test_a_chosen_representative_sees_the_page_and_no_record(journey: Journey) -> None:
    area = make_area()
    area.enrol()
    record_fact(patient=area.patient, name="heart_failure", value=True, source="journal", by=area.team, at=AT)
    kind = Representative.Kind.CHOSEN
    add_representative(patient=area.patient, person_key="margit", name="Margit Ek", kind=kind, by=area.team, at=AT)
    with journey.given("a wife whom the patient has chosen"):
        wife = journey.person("the wife", path="/logga-in/")
        wife.page.get_by_role("button", name="Margit Ek").click()
        expect(wife.page.get_by_role("main")).to_contain_text(area.patient.name)
    with journey.then("she opens the patient's page: who is responsible, and nothing of the record"):
        row = Representative.objects.get()
        wife.open(reverse("mypage:represented", args=[row.pk]))
        expect(wife.page.get_by_role("main")).to_contain_text("Mobila teamet")
        expect(wife.page.get_by_text("Hjärtsvikt")).to_have_count(0)
