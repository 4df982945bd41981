"""Discharge pages: one page that all share, each act by its own side, once; outsiders find nothing."""

import uuid

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from narvard.access.models import CareRelation
from narvard.care import actions as care
from narvard.care.models import Duty, HospitalStay, Supply
from narvard.care.stays import actions
from narvard.care.tests.factories import AT, HOUR
from narvard.people.tests.factories import PatientFactory

NAMES = ("notice", "ready", "home", "meeting", "confirm")


def url(name, key):
    return reverse(f"discharge:{name}", args=[key])


def send(client, name, key, **data):
    return client.post(url(name, key), {"once": uuid.uuid4(), **data})


@pytest.fixture
def stay(area) -> HospitalStay:
    area.enrol(at=AT - 9 * HOUR, nursing=area.home_nursing)
    return care.admit_patient(
        patient=area.patient, ward=area.ward.unit, admitted_at=AT - 2 * HOUR, by=area.ward, at=AT - HOUR
    )


@pytest.fixture
def told(area, stay) -> HospitalStay:
    units = [area.home_nursing.unit, area.health_centre.unit]
    actions.send_notice(stay=stay, units=units, on_ward=[area.team.unit], by=area.ward, at=AT)
    stay.refresh_from_db()
    return stay


def test_the_ward_tells_those_who_follow_the_patient_with_one_click(area, stay, screen):
    client = screen(area.ward)
    page = client.get(url("page", stay.pk)).content.decode()
    assert "Inskrivningsmeddelandet är inte skickat" in page
    form = client.get(url("notice", stay.pk)).context["form"]
    assert set(form["units"].value()) == {
        str(unit.unit_id) for unit in (area.team, area.home_nursing, area.health_centre)
    }
    done = send(
        client, "notice", stay.pk, units=form["units"].value(), expected_on="2026-11-26",
        on_ward=[area.team.unit_id], version=stay.version,
    )  # fmt: skip
    assert done.url == url("page", stay.pk)
    stay.refresh_from_db()
    assert stay.notice_sent_at == AT
    assert Duty.objects.filter(kind="prepare_home", source_id=stay.pk).count() == 3
    assert Duty.objects.get(kind="meet_on_ward").unit == area.team.unit


def test_all_see_the_same_page_and_their_own_acts(area, told, screen):
    pages = {
        name: screen(getattr(area, name)).get(url("page", told.pk)).content.decode()
        for name in ("ward", "home_nursing", "health_centre", "team")
    }
    for html in pages.values():
        assert "Hemsjukvården Umeå har inte bekräftat" in html
        assert "Ingen fast vårdkontakt är utsedd" in html
        assert "Mobila teamet har inte träffat patienten på avdelningen" in html
    assert url("home", told.pk) in pages["ward"]
    assert url("home", told.pk) not in pages["team"]
    assert url("confirm", told.pk) in pages["home_nursing"]
    assert url("confirm", told.pk) not in pages["ward"]


def test_the_way_home(area, told, screen):
    nurse, ward, centre = screen(area.home_nursing), screen(area.ward), screen(area.health_centre)
    send(nurse, "confirm", told.pk, first_visit_at="2026-11-26T15:00", note="Två undersköterskor")
    review = send(ward, "ready", told.pk, happened_at="2026-11-23T07:00", version=told.version)
    assert "Hälsocentralen kallar till planeringsmöte inom tre dagar" in review.content.decode()
    send(ward, "ready", told.pk, happened_at="2026-11-23T07:00", version=told.version, confirmed="1")
    told.refresh_from_db()
    called = send(
        centre, "meeting", told.pk, meeting_at="2026-11-25T10:00", where="Video", version=told.version,
        units=[area.home_nursing.unit_id],
    )  # fmt: skip
    assert called.url == url("page", told.pk)
    told.refresh_from_db()
    send(ward, "home", told.pk, home_at="2026-11-26T13:00", version=told.version)
    html = nurse.get(url("page", told.pk)).content.decode()
    assert "Två undersköterskor" in html
    assert "utskrivningsklar" in html
    assert "Delta i planeringsmötet" in html
    listed = nurse.get(reverse("discharge:list")).content.decode()
    assert area.patient.name in listed
    assert "delta i planeringsmötet" in listed


def test_times_that_have_been_and_an_empty_choice_are_told_beside_the_field(area, told, screen):
    ward = screen(area.ward)
    late = send(ward, "notice", told.pk, units=[area.team.unit_id], expected_on="2026-11-20")
    assert late.status_code == 422
    assert "Dagen har redan varit" in late.content.decode()
    assert send(ward, "notice", told.pk, expected_on="2026-11-26").status_code == 422
    past = send(ward, "meeting", told.pk, meeting_at="2026-11-20T10:00", where="x", units=[area.team.unit_id])
    assert past.status_code == 422
    assert send(ward, "home", told.pk, home_at="2026-11-20T10:00").status_code == 409
    stale = send(ward, "home", told.pk, home_at="2026-11-26T10:00", version=told.version + 1)
    assert stale.status_code == 409
    assert not HospitalStay.objects.exclude(home_at=None).exists()


@pytest.mark.parametrize("name", ["page", *NAMES])
def test_an_outsider_finds_nothing(area, told, screen, name):
    assert screen(area.other_team).get(url(name, told.pk)).status_code in {403, 404}


@pytest.mark.parametrize("name", ["notice", "ready", "home"])
def test_only_the_ward_does_what_is_the_wards(area, told, screen, name):
    assert screen(area.home_nursing).get(url(name, told.pk)).status_code in {403, 404}


def test_social_services_that_were_told_see_the_page_and_confirm(area, told, screen):
    actions.send_notice(stay=told, units=[area.home_help.unit], by=area.ward, at=AT)
    client = screen(area.home_help)
    assert "Tar emot hemma" in client.get(url("page", told.pk)).content.decode()
    assert send(client, "confirm", told.pk, first_visit_at="2026-11-26T17:00").status_code == 302
    assert Duty.objects.get(kind="prepare_home", unit=area.home_help.unit).done_at == AT


def test_a_rollator_is_ordered_brought_and_seen(area, told, screen):
    ward, team = screen(area.ward), screen(area.team)
    given = {"kind": "aid", "what": "Rollator", "amount": "1 st", "unit": area.team.unit_id}
    late = send(ward, "order", area.patient.pk, **given, needed_on="2026-11-20")
    assert late.status_code == 409
    done = send(ward, "order", area.patient.pk, **given, needed_on="2026-11-26")
    assert done.url == url("page", told.pk)
    row = Supply.objects.get()
    assert "Mobila teamet har inte levererat allt" in ward.get(url("page", told.pk)).content.decode()
    assert team.get(url("deliver", row.pk)).status_code == 200
    assert send(team, "deliver", row.pk, version=row.version).url == url("page", told.pk)
    assert "finns hemma" in ward.get(url("page", told.pk)).content.decode()
    assert send(team, "cancel", row.pk, reason="x", version=row.version).status_code == 409
    assert screen(area.other_team).get(url("deliver", row.pk)).status_code == 404
    assert screen(area.other_team).get(url("order", area.patient.pk)).status_code in {403, 404}


def test_what_is_not_needed_is_called_off(area, told, screen):
    ward = screen(area.ward)
    row = actions.order_supply(
        patient=area.patient, kind="aid", what="Säng", amount="", unit=area.team.unit,
        needed_on=AT.date(), by=area.ward, at=AT,
    )  # fmt: skip
    assert send(ward, "cancel", row.pk, reason="", version=row.version).status_code == 422
    assert send(ward, "cancel", row.pk, reason="Har en", version=row.version).status_code == 302
    assert "Säng" not in ward.get(url("page", told.pk)).content.decode()


def test_the_list_does_not_ask_more_when_there_are_more(area, told, screen):
    client = screen(area.ward)
    client.get(reverse("discharge:list"))
    with CaptureQueriesContext(connection) as few:
        assert "1 på väg hem" in client.get(reverse("discharge:list")).content.decode()
    for _n in range(5):
        patient = PatientFactory(home_nursing=True)
        care.admit_patient(patient=patient, ward=area.ward.unit, admitted_at=AT, by=area.ward, at=AT)
    with CaptureQueriesContext(connection) as many:
        assert "6 på väg hem" in client.get(reverse("discharge:list")).content.decode()
    assert len(many) == len(few)


def test_the_page_names_no_unit_to_whom_the_place_is_kept_from(area, told, screen):
    area.patient.protection = "marked"
    area.patient.save()
    area.relate(area.other_team, kind=CareRelation.Kind.REQUEST)
    html = screen(area.other_team).get(url("page", told.pk)).content.decode()
    assert "Ålidhems hälsocentral" not in html
    assert "Hemsjukvården Umeå" not in html
