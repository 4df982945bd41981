"""The page where a named contact's leave is written, and what the patient's page says then."""

import uuid
from datetime import timedelta

import pytest
from django.urls import reverse

from narvard.care import actions
from narvard.care.models import ContactLeave, Episode
from narvard.care.tests.factories import AT, HOUR
from narvard.organisation.tests.factories import CommissionFactory
from narvard.visits.tests.factories import ShiftFactory, VisitFactory


@pytest.fixture
def contact(area):
    area.enrol(nursing=area.home_nursing)
    return actions.designate_contact(
        patient=area.patient, kind="care_contact", staff=area.team.staff, unit=area.team.unit, by=area.team, at=AT
    )


def test_the_deputy_stands_on_the_patients_page_while_the_contact_is_away(area, contact, screen):
    deputy = CommissionFactory(unit=area.team.unit, staff__phone="090-111 22 33")
    client, url = screen(area.team), reverse("patient:leave", args=[contact.pk])
    page = reverse("patient:page", args=[area.patient.pk])
    assert url in client.get(page).content.decode()
    given = {"since": "2026-11-23", "until": "2026-11-27", "deputy": str(deputy.staff_id)}
    assert client.post(url, {"once": uuid.uuid4(), **given}).url == page
    html = screen(area.home_nursing).get(page).content.decode()
    assert "ledig till och med 27 november" in html
    assert f"Svarar så länge: {deputy.staff.name}" in html
    assert "090-111 22 33" in html
    refused = client.post(url, {"once": uuid.uuid4(), **given})
    assert refused.status_code == 409
    assert ContactLeave.objects.count() == 1


def test_only_the_contacts_own_unit_writes_it(area, contact, screen):
    url = reverse("patient:leave", args=[contact.pk])
    for outsider in (area.home_nursing, area.ward, area.home_help):
        assert screen(outsider).get(url).status_code in {403, 404}


def test_the_contacts_own_unit_ends_it_once_and_others_cannot(area, contact, screen):
    client, url = screen(area.team), reverse("patient:end-contact", args=[contact.pk])
    page = reverse("patient:page", args=[area.patient.pk])
    assert url in client.get(page).content.decode()
    assert url not in screen(area.home_nursing).get(page).content.decode()
    for outsider in (area.home_nursing, area.ward, area.home_help):
        assert screen(outsider).post(url, {"once": uuid.uuid4()}).status_code in {403, 404}
    assert "står inte längre som fast vårdkontakt" in client.get(url).content.decode()
    assert client.post(url, {"once": uuid.uuid4()}).url == page
    contact.refresh_from_db()
    assert contact.until == AT
    assert client.post(url, {"once": uuid.uuid4()}).status_code == 404


def test_the_patients_page_tells_how_few_faces_came(area, contact, screen):
    nurses = [CommissionFactory(unit=area.team.unit, staff__profession="nurse") for _ in range(2)]
    episode = Episode.objects.get()
    shifts = [ShiftFactory(commission=nurse) for nurse in nurses]
    for day, shift in enumerate([shifts[0], shifts[0], shifts[1]]):
        starts = AT - timedelta(days=day + 1)
        visit = VisitFactory(episode=episode, date=starts.date(), state="done", starts_at=starts, ends_at=starts + HOUR)
        visit.roles.update(shift=shift)
    html = screen(area.team).get(reverse("patient:page", args=[area.patient.pk])).content.decode()
    assert "2 personer på 3 besök" in html
    assert "den vanligaste 0,67 (UPC), COC 0,33" in html
