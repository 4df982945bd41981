"""Kalix: from the stroke ward to the team and on to the municipality, with a rehabilitation plan written together."""

from datetime import datetime

import pytest
from django.conf import LazySettings
from django.urls import reverse
from playwright.sync_api import Page, expect

from narvard.access.models import CareRelation
from narvard.access.tests.factories import CareRelationFactory
from narvard.care import queries
from narvard.care.ledger import MAIN_KINDS
from narvard.care.models import Handover, HospitalStay
from narvard.care.plans.models import Contribution, Plan
from narvard.care.tests.factories import AT, Area, make_area
from narvard.core.clock import ticking_from
from narvard.intake.actions import register_request, take_request
from narvard.organisation.models import CareUnit, Profession
from narvard.organisation.tests.factories import CareUnitFactory
from tests.browser import Journey, Person

GOING_HOME = datetime.fromisoformat("2026-11-25T13:10:00+01:00")
WEEKS_LATER = datetime.fromisoformat("2026-12-14T09:00:00+01:00")


@pytest.fixture(autouse=True)
def _clock(settings: LazySettings) -> None:
    settings.NARVARD_CLOCK = "2026-11-23T10:00:00+01:00"


def kalix() -> Area:
    """A stroke ward, a stroke team with a physiotherapist, and the municipality's nursing with its therapist."""
    area = make_area()
    for commission, name in ((area.ward, "Strokeavdelningen"), (area.team, "Stroketeamet"),
                             (area.home_nursing, "Kalix hemsjukvård")):  # fmt: skip
        commission.unit.name = name
        commission.unit.save()
    for commission, profession in (
        (area.team, Profession.PHYSIOTHERAPIST),
        (area.home_nursing, Profession.OCCUPATIONAL_THERAPIST),
        (area.health_centre, Profession.PHYSICIAN),
    ):
        commission.staff.profession = profession
        commission.staff.save()
    CareRelationFactory(patient=area.patient, unit=area.home_nursing.unit, kind=CareRelation.Kind.HOME_NURSING)
    CareRelationFactory(patient=area.patient, unit=area.ward.unit, kind=CareRelation.Kind.REQUEST)
    row = register_request(
        patient=area.patient,
        intake=CareUnitFactory(kind=CareUnit.Kind.INTAKE, name="Gemensamt intag"),
        sender_unit=area.ward.unit,
        channel="ward",
        urgency="planned",
        question="Stroke, vänstersidig svaghet, vill hem och träna",
        by=area.team,
        at=AT,
    )
    take_request(request=row.pk, by=area.team, at=AT)
    return area


def confirm(page: Page) -> None:
    """Read what will happen, and go on."""
    page.get_by_role("button", name="Granska").click()
    page.get_by_role("button", name="Bekräfta").click()


def responsible_now(person: Person, home: str, *units: str) -> None:
    """The patient's page says who is responsible."""
    person.open(home)
    region = person.page.get_by_role("region", name="Vem ansvarar nu")
    for unit in units:
        expect(region).to_contain_text(unit)


def test_from_the_ward_to_the_team_to_the_municipality(journey: Journey) -> None:
    area = kalix()
    patient = area.patient
    home = reverse("patient:page", args=[patient.pk])

    with journey.given("the nurse on the stroke ward, where the patient has come"):
        ward = journey.person("the ward's nurse", area.ward, path=home)
        ward.page.get_by_role("link", name="Inlagd hos oss").click()
        ward.page.get_by_label("När lades patienten in?").fill("2026-11-23T06:30")
        confirm(ward.page)
        expect(ward.page.get_by_text("Patienten är inlagd hos er.")).to_be_visible()
    stay = HospitalStay.objects.get()
    way_home = reverse("discharge:page", args=[stay.pk])

    with journey.when("the stroke team enrols the patient at the bedside, who says yes"):
        team = journey.person("the team's physiotherapist", area.team, path=home)
        team.page.get_by_role("link", name="Skriv in").click()
        team.page.get_by_label("muntligt").check()
        team.page.get_by_label("Mål med inskrivningen").fill("Gå till brevlådan igen")
        team.page.get_by_role("button", name="Granska").click()
        expect(team.page.get_by_text("tills patienten skrivs ut")).to_be_visible()
        team.page.get_by_role("button", name="Bekräfta").click()
    with journey.then("the ward is responsible until the discharge, and the team coordinates and plans"):
        responsible_now(team, home, "Strokeavdelningen", "Stroketeamet")
        held = queries.main_holders([patient.pk], datetime.fromisoformat("2026-11-23T12:00:00+01:00"))
        assert [held[patient.pk, kind] for kind in MAIN_KINDS] == [area.ward.unit] * 3 + [area.team.unit]

    with journey.when("the ward tells those who are needed at home, and asks the team to come to the ward"):
        ward.open(way_home)
        ward.page.get_by_role("link", name="Skicka inskrivningsmeddelande").click()
        ward.page.get_by_label("Beräknad utskrivningsdag").fill("2026-11-25")
        ward.page.get_by_role("group", name="Team som träffar").get_by_label("Stroketeamet").check()
        ward.page.get_by_role("button", name="Skicka").click()
        expect(ward.page.get_by_text("Meddelandet är skickat.")).to_be_visible()

    with journey.when("the physiotherapist begins the rehabilitation plan with the municipality in it"):
        team.open(home)
        team.page.get_by_role("link", name="Ny plan").click()
        team.page.get_by_role("link", name="Rehabiliteringsplan").click()
        team.page.get_by_label("Kalix hemsjukvård").check()
        team.page.get_by_role("button", name="Börja").click()
        team.page.get_by_label("Klarar själv").fill("Äter, pratar, sitter upp")
        team.page.get_by_label("Utmaningar").fill("Vänster ben bär inte, blir trött efter tio minuter")
        team.page.get_by_label("Personens mål").first.fill("Gå till brevlådan med rollator")
        team.page.get_by_role("button", name="Spara och gå till signering").click()
        team.page.get_by_role("button", name="Signera vår del").click()
    plan = Plan.objects.get()
    plan_page = reverse("plans:page", args=[plan.pk])
    with journey.when("the municipality's occupational therapist writes the exercises of daily life in the same plan"):
        nurse = journey.person("the municipality's therapist", area.home_nursing, path=plan_page)
        expect(nurse.page.get_by_text("Gå till brevlådan med rollator")).to_be_visible()
        nurse.page.get_by_role("link", name="Skriv", exact=True).click()
        nurse.page.get_by_label("Övning", exact=True).first.fill("Resa sig från köksstolen")
        nurse.page.get_by_label("Hur ofta").first.fill("Före varje måltid")
        nurse.page.get_by_role("button", name="Spara och gå till signering").click()
        nurse.page.get_by_role("button", name="Signera vår del").click()
    with journey.then("the plan, signed by both, comes into force"):
        team.open(reverse("plans:sign", args=[plan.pk]))
        expect(team.page.get_by_text("Resa sig från köksstolen")).to_be_visible()
        team.page.get_by_role("button", name="Fastställ").click()
        expect(team.page.get_by_text("Planen är fastställd och gäller nu.")).to_be_visible()
    assert {row.owner_unit.name for row in Contribution.objects.filter(plan=plan)} == {
        "Stroketeamet", "Kalix hemsjukvård",
    }  # fmt: skip

    with journey.when("the patient is ready, the hour is agreed and the municipality confirms with a first visit"):
        ward.open(way_home)
        ward.page.get_by_role("link", name="Utskrivningsklar").click()
        ward.page.get_by_label("När bedömdes patienten utskrivningsklar?").fill("2026-11-23T09:30")
        confirm(ward.page)
        ward.page.get_by_role("link", name="Bestäm hem dag och tid").click()
        ward.page.get_by_label("Hem dag och klockslag").fill("2026-11-25T13:00")
        ward.page.get_by_role("button", name="Spara").click()
        nurse.open(way_home)
        nurse.page.get_by_role("link", name="Bekräfta att ni tar emot").click()
        nurse.page.get_by_label("Första besöket hemma").fill("2026-11-25T15:00")
        nurse.page.get_by_role("button", name="Bekräfta").click()
        expect(nurse.page.get_by_text("Bekräftat. Alla ser det.")).to_be_visible()

    with ticking_from(GOING_HOME):
        with journey.when("the patient goes home from the ward"):
            ward.open(home)
            ward.page.get_by_role("link", name="Utskriven").click()
            ward.page.get_by_label("När skrevs patienten ut?").fill("2026-11-25T13:00")
            confirm(ward.page)
            expect(ward.page.get_by_text("Patienten är utskriven.")).to_be_visible()
        with journey.then("the team is responsible from the hour of the discharge, without a gap"):
            responsible_now(team, home, "Stroketeamet")
            minute = datetime.fromisoformat("2026-11-25T12:59:00+01:00")
            before = queries.main_holders([patient.pk], minute)
            after = queries.main_holders([patient.pk], GOING_HOME)
            assert before[patient.pk, "rehabilitation"] == area.ward.unit
            assert {after[patient.pk, kind] for kind in MAIN_KINDS} == {area.team.unit}

    with ticking_from(WEEKS_LATER):
        with journey.when("the team hands over: the training to the municipality, the medicine to the health centre"):
            team.open(home)
            team.page.get_by_role("link", name="Lämna över").click()
            team.page.get_by_label("Till vem?").select_option(label="Kalix hemsjukvård")
            asked = team.page.get_by_role("group", name="Vilket ansvar?")
            asked.get_by_label("medicinskt").uncheck()
            team.page.get_by_text("Dela ansvaret på flera mottagare").click()
            team.page.get_by_label("Också till").select_option(label="Ålidhems hälsocentral")
            team.page.get_by_role("group", name="Vilket ansvar till den andra?").get_by_label("medicinskt").check()
            team.page.get_by_label("Varför?").fill("Målet är nått: går till brevlådan")
            team.page.get_by_label("Vad återstår?").fill("Fortsätt öva enligt rehabiliteringsplanen")
            confirm(team.page)
            expect(team.page.get_by_text("2 enheter har fått frågan.")).to_be_visible()
        to_nurse, to_centre = (
            Handover.objects.get(receiver=commission.unit) for commission in (area.home_nursing, area.health_centre)
        )
        with journey.when("both read and accept"):
            nurse.open(reverse("handover:page", args=[to_nurse.pk]))
            expect(nurse.page.get_by_text("Fortsätt öva enligt rehabiliteringsplanen")).to_be_visible()
            nurse.page.get_by_role("button", name="Ta emot").click()
            expect(nurse.page.get_by_text("mottagen").first).to_be_visible()
            doctor = journey.person(
                "the health centre's physician", area.health_centre, path=reverse("handover:page", args=[to_centre.pk])
            )
            doctor.page.get_by_role("button", name="Ta emot").click()
            expect(doctor.page.get_by_text("mottagen").first).to_be_visible()
        with journey.then("the municipality and the health centre are responsible, and the plan goes on"):
            responsible_now(nurse, home, "Kalix hemsjukvård", "Ålidhems hälsocentral")
            nurse.open(plan_page)
            expect(nurse.page.get_by_text("Resa sig från köksstolen")).to_be_visible()
