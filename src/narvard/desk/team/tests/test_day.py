"""My day: what is now, next and later, for those who go there and nobody else."""

import uuid
from datetime import timedelta

import pytest
from django.urls import reverse

from narvard.access.actions import mark_own_record
from narvard.care.kits import actions as kits
from narvard.care.stays import actions as stays
from narvard.core.models import AuditEvent
from narvard.organisation.models import Commission, Profession
from narvard.organisation.tests.factories import CommissionFactory
from narvard.people.actions import record_what_matters
from narvard.people.models import Address
from narvard.people.tests.factories import PatientFactory
from narvard.visits import actions
from narvard.visits.models import Activity
from narvard.visits.tests.factories import AT, MONDAY, clock

DAY = "/team/"


def text(answer) -> str:
    return " ".join(answer.content.decode().split())


def test_the_day_says_what_is_next_and_what_is_needed_at_the_door(area, acting, planned):
    visit = planned(area.nurse, area.municipal, bring="Omläggningsväska")
    record_what_matters(patient=visit.patient, text="Att få vara hemma", by=area.nurse, at=AT)
    Address.objects.filter(patient=visit.patient).update(door_code="1234", way_in="Hund på gården")
    shown = text(acting(area.nurse).get(DAY))
    for words in (
        "1 besök kvar",
        visit.patient.name,
        "Storgatan 1, Umeå",
        "1234",
        "Hund på gården",
        "12 min bilväg",
        f"{area.municipal.staff.name}, distriktssköterska, Hemsjukvården Vännäs",
        "Omläggningsväska",
        "Att få vara hemma",
    ):
        assert words in shown


def test_now_next_and_later_stand_in_that_order(area, acting, planned):
    rows = [planned(hour=hour) for hour in (9, 10, 11)]
    actions.start_visit(visit=rows[0], by=area.nurse, at=clock(9))
    actions.add_activity(
        unit=area.team,
        kind=Activity.Kind.ROUND,
        title="Rond med läkaren",
        starts_at=clock(13),
        ends_at=clock(14),
        base=area.base,
        participants=[area.nurse.staff],
        by=area.planner,
        at=AT,
    )
    shown = text(acting(area.nurse).get(DAY))
    order = [shown.index(word) for word in ("Nu</p>", "Härnäst</p>", "Sedan</h2>", "Rond med läkaren")]
    assert order == sorted(order)
    assert "3 besök kvar" in shown


def test_a_protected_address_is_shown_only_on_the_visits_own_page(area, acting, planned):
    visit = planned(patient=PatientFactory(protection="marked"))
    client = acting(area.nurse)
    listed = text(client.get(DAY))
    assert "Storgatan" not in listed
    assert "Skyddad adress" in listed
    opened = text(client.get(reverse("team:visit", args=[visit.pk])))
    assert "Storgatan 1, Umeå" in opened
    assert AuditEvent.objects.get(what="team.visit").subjects.get().patient == visit.patient_id


def test_the_look_is_logged_with_each_patient(area, acting, planned):
    visits = [planned(hour=hour) for hour in (10, 11)]
    acting(area.nurse).get(DAY)
    event = AuditEvent.objects.get(what="team.day")
    assert {row.patient for row in event.subjects.all()} == {visit.patient_id for visit in visits}


def test_a_shared_post_sees_only_the_commission_it_acts_under(area, acting, planned):
    elsewhere = CommissionFactory(staff=area.nurse.staff, unit=area.municipal.unit)
    visit = planned(elsewhere)
    shown = text(acting(area.nurse).get(DAY))
    assert visit.patient.name not in shown
    assert "1 besök till i dag under ett annat uppdrag" in shown


def test_without_a_care_relation_a_stop_is_not_shown(area, acting, planned):
    visit = planned()
    visit.patient.care_relations.all().delete()
    assert visit.patient.name not in text(acting(area.nurse).get(DAY))


@pytest.mark.parametrize("asked", ["?dag=2026-11-24", "?dag=igår", "?dag=9999-12-31", ""])
def test_any_day_can_be_asked_for(area, acting, asked):
    assert acting(area.nurse).get(DAY + asked).status_code == 200


def test_the_number_of_queries_does_not_grow_with_the_stops(area, acting, planned, django_assert_num_queries):
    client = acting(area.nurse)
    planned(area.nurse, area.municipal, hour=10)
    client.get(DAY)  # the first look of a session keeps its time
    with django_assert_num_queries(24):
        client.get(DAY)
    for hour in range(11, 16):
        planned(area.nurse, area.municipal, hour=hour)
    with django_assert_num_queries(24):
        client.get(DAY)


def test_the_week_names_no_patient(area, acting, planned):
    visit = planned()
    area.shift(area.nurse, starts_at=clock(8) + timedelta(days=1), ends_at=clock(16) + timedelta(days=1))
    shown = text(acting(area.nurse).get("/team/vecka/"))
    assert "1 besök" in shown
    assert "tisdag 24 november" in shown
    assert visit.patient.name not in shown
    assert visit.date == MONDAY


def test_the_day_is_read_not_written(area, acting):
    assert acting(area.nurse).post(DAY).status_code == 405


def test_a_colleagues_visit_is_reached_by_a_choice(area, acting, planned):
    visit = planned()
    mark_own_record(staff=area.colleague.staff, patient=visit.patient, by=area.nurse, at=clock(8))
    client = acting(area.nurse)
    url = reverse("team:visit", args=[visit.pk])
    shown = client.get(reverse("team:day")).content.decode()
    assert f'href="{url}"' in shown
    assert visit.what not in shown
    asked = client.get(url)
    assert asked.status_code == 302
    assert client.post(asked.url, {"once": uuid.uuid4(), "why": "visit"}).url == url
    assert visit.what in client.get(url).content.decode()


def test_what_must_lie_in_the_car_is_told_until_it_is_in_the_home(area, acting, planned):
    visit = planned()
    row = stays.order_supply(
        patient=visit.patient, kind="aid", what="Rollator", amount="1 st", unit=area.nurse.unit,
        needed_on=MONDAY, by=area.nurse, at=AT,
    )  # fmt: skip
    client = acting(area.nurse)
    shown = text(client.get(DAY))
    assert "Ska ligga i" in shown
    assert f'Rollator, 1 st <span class="quiet">till {visit.patient.name}' in shown
    page = reverse("team:visit", args=[visit.pk])
    assert reverse("discharge:deliver", args=[row.pk]) in client.get(page).content.decode()
    stays.deliver_supply(supply=row, by=area.nurse, at=AT)
    assert "Rollator" not in text(client.get(DAY))
    assert "Rollator" not in client.get(page).content.decode()


def test_what_a_needs_kit_lacks_is_told_among_what_must_lie_in_the_car(area, acting, planned):
    visit, unit = planned(), area.nurse.unit
    physician = CommissionFactory(unit=unit, role=Commission.Role.PHYSICIAN, staff__profession=Profession.PHYSICIAN)
    kit = kits.place_kit(
        patient=visit.patient, template="palliative", place="Kylen",
        doses={"pain": kits.Prescription("5 mg under huden")}, units=[], by=physician, at=AT,
    )  # fmt: skip
    shown = text(acting(area.nurse).get(DAY))
    assert f'påfyllning av Morfin 10 mg/ml, 0 kvar <span class="quiet">till {visit.patient.name}' in shown
    fill = kits.Fill(kit.items.get(), 10, "A1", MONDAY + timedelta(days=300))
    kits.fill_kit(kit=kit, fills=[fill], by=physician, at=AT)
    assert "påfyllning" not in text(acting(area.nurse).get(DAY))
