"""Consent, read, block, "blocked data exists", emergency: two care providers around one patient who decides."""

import re

import pytest
from django.conf import LazySettings
from django.urls import reverse
from playwright.sync_api import expect

from narvard.care.tests.factories import AT, Area, make_area
from narvard.core.models import AuditEvent
from narvard.organisation.models import Commission
from narvard.organisation.tests.factories import CareUnitFactory, CommissionFactory
from narvard.people.actions import record_fact
from tests.browser import Journey, Person

SAFETY = Commission.Role.SAFETY


@pytest.fixture(autouse=True)
def _clock(settings: LazySettings) -> None:
    settings.NARVARD_CLOCK = "2026-11-23T07:35:00+01:00"


def _area() -> Area:
    """The team has written of heart failure; the municipality's nurse has the nursing."""
    area = make_area()
    area.enrol(nursing=area.home_nursing)
    record_fact(patient=area.patient, name="heart_failure", value=True, source="journal", by=area.team, at=AT)
    return area


def _reads(person: Person, *, secret: bool) -> None:
    content = expect(person.page.get_by_text("Hjärtsvikt"))
    if secret:
        content.to_be_visible()
    else:
        content.to_have_count(0)


def test_the_patient_decides_and_an_emergency_is_seen(journey: Journey) -> None:
    area = _area()
    page = reverse("patient:page", args=[area.patient.pk])

    with journey.given("two care providers, and no yes to read each other's records"):
        team = journey.person("the team's nurse", area.team, path=page)
        nurse = journey.person("the municipality's nurse", area.home_nursing, path=page)
        _reads(team, secret=True)
        _reads(nurse, secret=False)
        expect(nurse.page.get_by_text("Uppgifter hos andra vårdgivare visas inte")).to_be_visible()
    with journey.when("the patient says yes at the team's visit"):
        team.page.get_by_role("link", name="Samtycke", exact=True).click()
        team.page.get_by_label("sammanhållen vårddokumentation").check()
        team.page.get_by_label("muntligt").check()
        team.page.get_by_role("button", name="Spara samtycket").click()
        expect(team.page.get_by_text("Samtycket är sparat.")).to_be_visible()
    with journey.when("the municipality's nurse chooses to read, with a reason"):
        nurse.page.reload()
        nurse.page.get_by_role("link", name="Visa, med skäl").click()
        nurse.page.get_by_label("inför eller under besök").check()
        nurse.page.get_by_role("button", name="Visa", exact=True).click()
    with journey.then("she reads what the team has written"):
        _reads(nurse, secret=True)
    with journey.when("the patient asks the team to block it"):
        team.page.get_by_role("link", name="Spärrar").click()
        team.page.get_by_role("link", name="Spärra uppgifter").click()
        team.page.get_by_label("patienten själv").check()
        team.page.get_by_label("för andra vårdgivare än Region Västerbotten").check()
        team.page.get_by_role("button", name="Spärra", exact=True).click()
        expect(team.page.get_by_role("heading", name="1 spärr gäller")).to_be_visible()
    with journey.then("the nurse learns that something is blocked, not what"):
        nurse.page.reload()
        expect(nurse.page.get_by_text("Spärrade uppgifter finns")).to_be_visible()
        _reads(nurse, secret=False)
    with journey.when("the patient lies unconscious and she opens in an emergency"):
        nurse.page.get_by_role("link", name="Nödöppna, med skäl").click()
        expect(nurse.page.get_by_text("granskas genast")).to_be_visible()
        nurse.page.get_by_label("fara för livet").check()
        nurse.page.get_by_label("medicinsk journal").check()
        nurse.page.get_by_label("Vad har hänt").fill("Medvetslös hemma, ingen kan svara")
        nurse.page.get_by_role("button", name="Nödöppna").click()
    with journey.then("she reads, a bar says until when, and the log holds it"):
        _reads(nurse, secret=True)
        expect(nurse.page.get_by_text("Du har nödöppnat medicinsk journal till")).to_be_visible()
    with journey.then("the municipality's chief nurse finds it in her queue at once, and takes it up"):
        provider = area.home_nursing.unit.provider
        chief = CommissionFactory(unit=CareUnitFactory(provider=provider), role=SAFETY, purpose="follow_up")
        reviewer = journey.person("the chief nurse", chief, path=reverse("log:queue"))
        expect(reviewer.page.get_by_role("heading", name="Nödöppningar att granska nu")).to_be_visible()
        expect(reviewer.page.get_by_text("Medvetslös hemma")).to_be_visible()
        reviewer.page.get_by_role("button", name=re.compile("^Granska")).click()
        expect(reviewer.page.get_by_role("heading", level=1)).to_be_visible()
    with journey.then("the patient's log extract tells of it, by unit and time"):
        reviewer.open(reverse("log:extract", args=[area.patient.pk]))
        expect(reviewer.page.get_by_role("row", name=re.compile("nöd")).first).to_contain_text(
            area.home_nursing.unit.name
        )
    _is_logged(area)


def _is_logged(area: Area) -> None:
    """One emergency event, by the nurse and about the patient, with the reason she wrote."""
    event = AuditEvent.objects.get(action=AuditEvent.Action.EMERGENCY)
    assert (event.staff, event.subjects.get().patient) == (area.home_nursing.staff_id, area.patient.pk)
    assert "Medvetslös hemma" in event.reason
