"""Representatives: what they see, what closes the page for them, and how staff record them."""

import uuid
from datetime import date, timedelta

import pytest

from narvard.access.models import Representative
from narvard.access.signin.eid import person_key, recognise
from narvard.access.tests.factories import CareRelationFactory, ConsentFactory
from narvard.care.tests.factories import AT
from narvard.core.models import AuditEvent
from narvard.desk.mypage.tests.conftest import RELATIVE, number_of, signed_in
from narvard.organisation.tests.factories import CommissionFactory
from narvard.people.models import WhatMatters
from narvard.people.tests.factories import OLD_NUMBERS, PatientFactory
from narvard.visits.tests.factories import VisitFactory

pytestmark = pytest.mark.django_db


def path_of(row):
    return f"/min-sida/for/{row.pk}/"


@pytest.fixture
def as_team(client, area):
    client.force_login(area.team.staff.user)
    session = client.session
    session["commission"] = str(area.team.pk)
    session.save()
    return client


def test_a_representative_sees_who_and_when_and_nothing_of_the_record(represent, area):
    row, screen = represent()
    VisitFactory(patient=area.patient, what="Omläggning av bensår")
    WhatMatters.objects.create(patient=area.patient, owner_unit=area.team.unit, text="Min katt", at=AT)
    ConsentFactory(patient=area.patient, kind="social")
    page = screen.get(path_of(row)).content.decode()
    assert area.team.unit.name in page
    assert "Nästa besök" in page
    hidden = ("Omläggning", "Min katt", "Vad du har sagt ja till", "Spärrade uppgifter", "Storgatan", "Visa loggen")
    assert [word for word in hidden if word in page] == []


def test_the_look_is_logged(represent, area):
    row, screen = represent()
    screen.get(path_of(row))
    event = AuditEvent.objects.get(what="mypage.open_as_representative")
    assert (event.action, event.staff, event.object_id) == ("read", None, str(row.pk))
    assert event.subjects.get().patient == area.patient.pk


def test_the_patients_other_pages_are_not_the_representatives(represent, area):
    _row, screen = represent()
    consent = ConsentFactory(patient=area.patient)
    for path in ("/min-sida/viktigt/", "/min-sida/logg/", f"/min-sida/samtycke/{consent.pk}/"):
        assert screen.get(path).status_code == 404
    assert screen.post(f"/min-sida/samtycke/{consent.pk}/", {"once": uuid.uuid4()}).status_code == 404


def test_another_representatives_patient_is_not_there(represent, area):
    row, _screen = represent()
    other = PatientFactory(identifier=OLD_NUMBERS[-2])
    stranger = signed_in(recognise(number_of(other), "", at=AT))
    assert stranger.get(path_of(row)).status_code == 404


def test_a_right_that_has_ended_shows_nothing(represent, settings):
    row, screen = represent(until=AT + timedelta(days=1))
    assert screen.get(path_of(row)).status_code == 200
    settings.NARVARD_CLOCK = "2026-11-24T07:30:00+01:00"
    assert screen.get(path_of(row)).status_code == 404
    assert "företräder ingen" in screen.get("/min-sida/").content.decode()


def test_with_protected_identity_a_representative_sees_nothing(represent, area):
    row, screen = represent()
    area.patient.protection = "marked"
    area.patient.save()
    answer = screen.get(path_of(row))
    assert answer.status_code == 403
    assert "skyddade uppgifter" in answer.content.decode()
    assert area.team.unit.name not in answer.content.decode()
    assert AuditEvent.objects.get(what="mypage.open_as_representative").action == "denied"


@pytest.mark.parametrize(
    ("born", "status", "words"),
    [
        (date(2020, 1, 1), 200, "Vem ansvarar nu"),
        (date(2013, 11, 24), 200, "Vem ansvarar nu"),
        (date(2013, 11, 23), 403, "Från 13 år"),
        (date(2008, 11, 24), 403, "Från 13 år"),
        (date(2008, 11, 23), 403, "myndig"),
    ],
)
def test_a_guardian_sees_a_childs_page_and_not_a_teenagers(represent, area, born, status, words):
    child = PatientFactory(birth_date=date(2020, 1, 1))
    row, screen = represent(child, Representative.Kind.GUARDIAN)
    child.birth_date = born
    child.save()
    answer = screen.get(path_of(row))
    assert answer.status_code == status
    assert words in answer.content.decode()


def test_the_dead_are_represented_by_nobody(represent, area):
    row, screen = represent()
    area.patient.died_at = AT
    area.patient.save()
    assert screen.get(path_of(row)).status_code == 404


def form(**changes):
    return {
        "identifier": RELATIVE.value,
        "name": "Eva Anhörig",
        "kind": "chosen",
        "until": "",
        "once": str(uuid.uuid4()),
        **changes,
    }


def test_staff_record_a_representative_by_a_keyed_hash(as_team, area):
    where = f"/patient/{area.patient.pk}/ombud/"
    assert as_team.post(where, form()).url == where
    row = Representative.objects.get()
    assert (row.person_key, row.recorded_by, row.until) == (person_key(RELATIVE), area.team, None)
    assert RELATIVE.value not in str(Representative.objects.values().get())
    assert "Eva Anhörig" in as_team.get(where).content.decode()
    assert AuditEvent.objects.filter(what="access.add_representative", staff=area.team.staff_id).count() == 1


def test_the_last_day_counts_to_its_end(as_team, area):
    as_team.post(f"/patient/{area.patient.pk}/ombud/", form(until="2026-11-30"))
    assert Representative.objects.get().until.isoformat() == "2026-11-30T23:00:00+00:00"


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"identifier": "194001010000"}, "kontrollsiffra"),
        ({"name": " "}, "fält"),
        ({"kind": "guardian"}, "ingen vårdnadshavare"),
        ({"until": "2026-11-22"}, "Slutdagen har redan varit"),
    ],
)
def test_what_cannot_be_is_refused(as_team, area, changes, words):
    answer = as_team.post(f"/patient/{area.patient.pk}/ombud/", form(**changes))
    assert answer.status_code == 422
    assert words in answer.content.decode()
    assert not Representative.objects.exists()


def test_the_same_person_twice_is_refused(as_team, area):
    where = f"/patient/{area.patient.pk}/ombud/"
    as_team.post(where, form())
    answer = as_team.post(where, form())
    assert answer.status_code == 422
    assert "redan ombud" in answer.content.decode()


def test_staff_end_it(as_team, area, represent):
    row, screen = represent()
    as_team.post(f"/patient/ombud/{row.pk}/avsluta/", {"once": uuid.uuid4()})
    assert screen.get(path_of(row)).status_code == 404


def test_an_outsider_neither_sees_nor_records_nor_ends(client, area, represent):
    row, _screen = represent()
    stranger = CareRelationFactory().unit
    outsider = CommissionFactory(unit=stranger, role="team")
    client.force_login(outsider.staff.user)
    session = client.session
    session["commission"] = str(outsider.pk)
    session.save()
    where = f"/patient/{area.patient.pk}/ombud/"
    assert client.get(where).status_code == 404
    assert client.post(where, form(identifier=OLD_NUMBERS[-3])).status_code == 404
    assert client.post(f"/patient/ombud/{row.pk}/avsluta/", {"once": uuid.uuid4()}).status_code == 404
    row.refresh_from_db()
    assert row.until is None
    assert Representative.objects.count() == 1


def test_the_wrong_verb(as_team, represent):
    row, _screen = represent()
    assert as_team.get(f"/patient/ombud/{row.pk}/avsluta/").status_code == 405


def test_a_unit_that_does_not_meet_the_patient_does_not_record(client, area):
    """A current relation opens the patient; saying who may see their page takes a unit that cares for them."""
    asked = CareRelationFactory(patient=area.patient, kind="request").unit
    by = CommissionFactory(unit=asked, role="team")
    client.force_login(by.staff.user)
    session = client.session
    session["commission"] = str(by.pk)
    session.save()
    answer = client.post(f"/patient/{area.patient.pk}/ombud/", form())
    assert answer.status_code == 409
    assert not Representative.objects.exists()
