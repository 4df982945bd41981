"""The patient's own page: what it shows, what can be done from it, and what it never tells."""

import uuid
from datetime import date

import pytest

from narvard.access.models import Block, Consent, Representative
from narvard.access.tests.factories import ConsentFactory
from narvard.care import actions
from narvard.care.tests.factories import AT
from narvard.core.models import AuditEvent, AuditSubject
from narvard.desk.mypage import record
from narvard.organisation.tests.factories import CommissionFactory
from narvard.people.models import Address, WhatMatters
from narvard.people.tests.factories import PatientFactory
from narvard.visits.tests.factories import VisitFactory

pytestmark = pytest.mark.django_db
HOME = "/min-sida/"


def text(answer):
    assert answer.status_code == 200
    return answer.content.decode()


def once():
    return {"once": str(uuid.uuid4())}


def test_who_is_responsible_whom_to_call_and_who_comes(screen, area):
    VisitFactory(patient=area.patient, what="Omläggning av bensår")
    page = text(screen.get(HOME))
    assert area.team.unit.name in page
    assert "112" in page
    assert "Omläggning av bensår" in page
    assert "Inskrivning" in page


def test_a_contact_on_leave_and_who_answers_then(screen, area, django_assert_num_queries):
    deputy = CommissionFactory(unit=area.team.unit, staff__phone="070-1740607").staff
    contact = actions.designate_contact(
        patient=area.patient, kind="care_contact", staff=area.team.staff, unit=area.team.unit, by=area.team, at=AT
    )
    assert "Ledig" not in text(screen.get(HOME))
    away = {"since": date(2026, 11, 30), "until": date(2026, 12, 4)}
    actions.record_leave(contact=contact, deputy=deputy, by=area.team, at=AT, **away)
    page = text(screen.get(HOME))
    assert f"Ledig 30 november till och med 4 december 2026. Då svarar {deputy.name}." in " ".join(page.split())
    assert deputy.phone not in page
    with django_assert_num_queries(2):
        record.queries.leaves_ahead([contact, contact], AT)


def test_each_look_is_logged_with_the_patient_as_the_one_who_looked(screen, area):
    screen.get(HOME)
    event = AuditEvent.objects.get(what="mypage.open")
    assert (event.action, event.staff, event.unit, event.reason) == ("read", None, None, "patient on own page")
    assert AuditSubject.objects.get(event=event).patient == area.patient.pk


@pytest.mark.parametrize("protection", ["", "marked", "protected"])
def test_no_page_of_it_tells_an_address(screen, area, protection):
    area.patient.protection = protection
    area.patient.save()
    Address.objects.filter(patient=area.patient).update(street="Hemligvägen 7", place="Gömstad", postal_code="999 99")
    for path in (HOME, "/min-sida/viktigt/", "/min-sida/logg/"):
        page = text(screen.get(path))
        assert [word for word in ("Hemligvägen", "Gömstad", "999 99") if word in page] == []


def test_no_personal_identity_number_stands_on_it(screen, area):
    page = text(screen.get(HOME))
    for row in area.patient.identifiers.all():
        assert row.value not in page
        assert row.value[-4:] not in page


def test_ones_own_words(screen, area):
    answer = screen.post("/min-sida/viktigt/", {"text": "Att få bo kvar hemma", **once()})
    assert answer.url == HOME
    row = WhatMatters.objects.get()
    assert (row.text, row.recorded_by, row.owner_unit) == ("Att få bo kvar hemma", None, area.team.unit)
    assert "Att få bo kvar hemma" in text(screen.get(HOME))
    assert AuditEvent.objects.get(what="people.write_own_words").reason == "patient on own page"


def test_a_double_click_writes_once(screen, area):
    form = {"text": "Att få bo kvar hemma", **once()}
    screen.post("/min-sida/viktigt/", form)
    screen.post("/min-sida/viktigt/", form)
    assert WhatMatters.objects.count() == 1


def test_no_words_are_not_written(screen):
    assert screen.post("/min-sida/viktigt/", {"text": "  ", **once()}).status_code == 422
    assert not WhatMatters.objects.exists()


def test_a_yes_is_taken_back_at_once(screen, area):
    row = ConsentFactory(patient=area.patient, kind=Consent.Kind.SHARED_RECORD)
    path = f"/min-sida/samtycke/{row.pk}/"
    assert path in text(screen.get(HOME))
    assert "upphör genast" in text(screen.get(path))
    form = once()
    assert screen.post(path, form).url == HOME
    assert screen.post(path, form).url == HOME
    row.refresh_from_db()
    assert row.withdrawn_at is not None
    assert path not in text(screen.get(HOME))
    assert AuditEvent.objects.get(what="access.withdraw_consent").staff is None


def test_somebody_elses_yes_is_not_there(screen):
    row = ConsentFactory(patient=PatientFactory())
    assert screen.get(f"/min-sida/samtycke/{row.pk}/").status_code == 404
    assert screen.post(f"/min-sida/samtycke/{row.pk}/", once()).status_code == 404
    row.refresh_from_db()
    assert row.withdrawn_at is None


def test_blocks_are_shown(screen, area):
    Block.objects.create(
        patient=area.patient,
        scope=Block.Scope.OUTER,
        provider=area.team.unit.provider,
        information_kind="psychiatry",
        since=AT,
        recorded_by=area.team,
    )
    assert "psykiatri" in text(screen.get(HOME))


def test_a_representative_is_shown_and_removed(screen, area, represent):
    row, theirs = represent()
    assert "Eva Anhörig" in text(screen.get(HOME))
    assert screen.post(f"/min-sida/ombud/{row.pk}/", once()).url == HOME
    assert "Eva Anhörig" not in text(screen.get(HOME))
    assert theirs.get(f"/min-sida/for/{row.pk}/").status_code == 404


def test_a_trustee_is_not_removed_by_the_patient(screen, represent):
    row, _theirs = represent(kind=Representative.Kind.TRUSTEE)
    assert screen.get(f"/min-sida/ombud/{row.pk}/").status_code == 404
    assert screen.post(f"/min-sida/ombud/{row.pk}/", once()).status_code == 404
    row.refresh_from_db()
    assert row.until is None


def test_the_log_tells_unit_and_not_name(screen, area, client):
    client.force_login(area.team.staff.user)
    session = client.session
    session["commission"] = str(area.team.pk)
    session.save()
    assert client.get(f"/patient/{area.patient.pk}/").status_code == 200
    page = text(screen.get("/min-sida/logg/"))
    assert area.team.unit.name in page
    assert area.team.staff.family_name not in page


def test_the_log_tells_when_a_representative_looked(screen, represent):
    row, theirs = represent()
    assert "Eva Anhörig" not in text(screen.get("/min-sida/logg/"))
    theirs.get(f"/min-sida/for/{row.pk}/")
    assert "Eva Anhörig" in text(screen.get("/min-sida/logg/"))
    assert "Eva Anhörig" not in text(screen.get("/min-sida/logg/?since=2026-11-24"))


def test_a_day_that_is_none(screen):
    assert screen.get("/min-sida/logg/?since=igår").status_code == 422


def test_a_patient_who_dies_has_no_page_any_more(screen, area):
    area.patient.died_at = AT
    area.patient.save()
    assert screen.get(HOME).status_code == 404


def test_the_queries_do_not_grow_with_what_the_patient_has(screen, area, django_assert_max_num_queries):
    for _each in range(5):
        VisitFactory(patient=area.patient)
        ConsentFactory(patient=area.patient, kind=Consent.Kind.SHARED_RECORD)
    with django_assert_max_num_queries(30):
        screen.get(HOME)


@pytest.mark.parametrize("path", ["/min-sida/logga-ut/", "/min-sida/logga-in/demo/"])
def test_the_wrong_verb(screen, path):
    assert screen.get(path).status_code == 405
