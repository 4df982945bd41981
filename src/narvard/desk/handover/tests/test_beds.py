"""A team asks for a bed from the patient's page; the ward answers, and says when the person has come."""

import uuid

import pytest
from django.urls import reverse

from narvard.access.tests.factories import CareRelationFactory, ConsentFactory
from narvard.care import actions as care
from narvard.care.ledger import MAIN_KINDS
from narvard.care.models import Handover, HospitalStay
from narvard.care.tests.factories import AT
from narvard.core import audit
from narvard.intake.actions import load_programmes
from narvard.organisation.models import Programme, Team
from narvard.organisation.tests.factories import CareUnitFactory, CommissionFactory


@pytest.fixture
def episode(area):
    """The patient is enrolled at a team whose programme may ask for direct admission."""
    load_programmes(decided_by="Ledningen", valid_from=AT.date(), by=audit.SYSTEM, at=AT)
    unit, patient = area.team.unit, area.patient
    Team.objects.filter(unit=unit).update(programme=Programme.objects.get(key="nsvt_sahlgrenska"))
    CareRelationFactory(patient=patient, unit=unit, kind="contact", since=AT)
    return care.enrol(
        patient=patient,
        unit=unit,
        holders=dict.fromkeys(MAIN_KINDS, unit),
        consent=ConsentFactory(patient=patient, kind="enrolment", since=AT),
        by=area.team,
        at=AT,
    )


@pytest.fixture
def ward(area):
    return CommissionFactory(unit=CareUnitFactory(kind="ward", care_area=area.team.unit.care_area), role="ward")


def once(version: int | None = None) -> dict[str, object]:
    return {"once": str(uuid.uuid4()), **({"version": version} if version else {})}


def ask(client, episode, ward, **words):
    where = reverse("handover:direct_admission", args=[episode.pk])
    typed = {**once(), "receiver": ward.unit_id, "reason": "Svårt andfådd", "confirmed": "1", **words}
    return client.post(where, typed)


def test_from_the_patients_page_to_the_bed(area, screen, episode, ward):
    team = screen(area.team)
    menu = team.get(reverse("patient:page", args=[area.patient.pk])).content.decode()
    assert "Begär direktinläggning" in menu
    assert "Begär korttidsplats" not in menu
    read_through = ask(team, episode, ward, confirmed="").content.decode()
    assert f"{area.team.unit} ansvarar tills personen är på plats." in read_through
    assert ask(team, episode, ward).status_code == 302
    row = Handover.objects.get()
    there = screen(ward)
    assert "direktinläggning" in there.get(reverse("handover:list")).content.decode()
    sheet = there.get(reverse("handover:page", args=[row.pk])).content.decode()
    assert "håller en plats" in sheet
    there.post(reverse("handover:accept", args=[row.pk]), once(row.version))
    assert "Personen är här" in there.get(reverse("handover:page", args=[row.pk])).content.decode()
    row.refresh_from_db()
    answer = there.post(reverse("handover:arrived", args=[row.pk]), once(row.version))
    assert answer.status_code == 302
    assert HospitalStay.objects.get().ward == ward.unit
    again = there.post(reverse("handover:arrived", args=[row.pk]), once(row.version))
    assert again.status_code == 409


def test_an_outsider_finds_nothing_and_a_reason_is_needed(area, screen, episode, ward):
    stranger = CommissionFactory(unit=CareUnitFactory(kind="team"), role="team")
    assert ask(screen(stranger), episode, ward).status_code == 404
    assert ask(screen(area.team), episode, ward, reason="").status_code == 422


def test_arrival_is_said_with_a_post_and_only_by_the_ward(area, screen, episode, ward):
    ask(screen(area.team), episode, ward)
    row = Handover.objects.get()
    where = reverse("handover:arrived", args=[row.pk])
    assert screen(ward).get(where).status_code == 405
    assert screen(area.team).post(where, once(row.version)).status_code == 409
    assert not HospitalStay.objects.exists()
