"""Correcting a note, striking out a fact, noting what the patient says is wrong: each act by its page."""

import uuid

import pytest
from django.urls import reverse

from narvard.care.tests.factories import AT
from narvard.core import audit
from narvard.core.models import AuditEvent
from narvard.organisation.models import CareUnit, Commission
from narvard.organisation.tests.factories import CareUnitFactory, CommissionFactory
from narvard.people import actions as people
from narvard.people.models import Dispute, Fact
from narvard.visits import actions as visits
from narvard.visits.models import NoteCorrection, VisitNote
from narvard.visits.tests.factories import VisitNeedFactory


@pytest.fixture
def note(area) -> VisitNote:
    """A note of the team's, signed, of an enrolled patient."""
    area.enrol(nursing=area.home_nursing)
    need = VisitNeedFactory(episode=area.patient.episode_set.get(), roles=[area.team.unit])
    visits.generate_day(care_area="umea", date=AT.date(), by=audit.SYSTEM, at=AT)
    visit = visits.start_visit(visit=need.visits.get(), by=area.team, at=AT)
    row = visits.write_note(visit=visit, text="Sår på vänster ben", codes=[], by=area.team, at=AT)
    return visits.sign_note(note=row, by=area.team, at=AT)


@pytest.fixture
def fact(area, note) -> Fact:
    return people.record_fact(patient=area.patient, name="pain", value=True, source="journal", by=area.team, at=AT)


@pytest.fixture
def outsider() -> Commission:
    return CommissionFactory(unit=CareUnitFactory(kind=CareUnit.Kind.TEAM), role=Commission.Role.TEAM)


def url(name, row):
    return reverse(f"patient:{name}", args=[row.pk])


def send(client, name, row, **data):
    return client.post(url(name, row), {"once": uuid.uuid4(), **data})


CORRECTION = {"text": "Sår på höger ben", "reason": "Fel sida", "version": 3}


def test_a_corrected_note_shows_both_wordings_and_why(area, note, screen):
    client = screen(area.team)
    assert "Sår på vänster ben" in client.get(url("correct-note", note)).content.decode()
    answer = send(client, "correct-note", note, **{**CORRECTION, "version": note.version})
    assert answer.status_code == 302
    assert answer.url == url("note", note)
    html = client.get(answer.url).content.decode()
    assert html.index("Sår på höger ben") < html.index("Före rättelsen") < html.index("Sår på vänster ben")
    assert "Fel sida" in html
    timeline = client.get(url("page", area.patient)).content.decode()
    assert "Anteckning, rättad" in timeline
    assert "Sår på höger ben" in timeline
    assert "Sår på vänster ben" not in timeline
    assert url("note", note) in timeline


def test_a_double_click_corrects_once(area, note, screen):
    client = screen(area.team)
    data = {**CORRECTION, "version": note.version, "once": uuid.uuid4()}
    for _click in range(2):
        assert client.post(url("correct-note", note), data).status_code == 302
    assert NoteCorrection.objects.count() == 1


@pytest.mark.parametrize(
    ("changes", "status", "words"),
    [
        ({"reason": ""}, 422, "Varför rättas den?"),
        ({"text": "Sår på vänster ben"}, 409, "Texten är densamma som förut."),
        ({"version": 1}, 409, "Någon annan hann före"),
    ],
)
def test_a_correction_that_says_nothing_or_comes_late_is_refused(area, note, screen, changes, status, words):
    answer = send(screen(area.team), "correct-note", note, **{**CORRECTION, "version": note.version, **changes})
    assert answer.status_code == status
    assert words in answer.content.decode()
    assert not NoteCorrection.objects.exists()


def test_another_provider_cannot_correct_what_it_cannot_read(area, note, screen):
    for name in ("note", "correct-note", "dispute-note"):
        assert screen(area.home_nursing).get(url(name, note)).status_code == 404
    assert send(screen(area.home_nursing), "correct-note", note, **CORRECTION).status_code == 404
    assert not NoteCorrection.objects.exists()


def test_an_unsigned_note_has_no_page(area, note, screen):
    VisitNote.objects.update(signed_at=None)
    assert screen(area.team).get(url("note", note)).status_code == 404


def test_a_struck_out_fact_leaves_the_page_and_stays_in_its_history(area, fact, screen):
    client = screen(area.team)
    assert url("fact", fact) in client.get(url("page", area.patient)).content.decode()
    answer = send(client, "void-fact", fact, reason="Gällde en annan")
    assert answer.status_code == 302
    html = client.get(url("fact", fact)).content.decode()
    assert "struken" in html
    assert "Gällde en annan" in html
    assert url("fact", fact) not in client.get(url("page", area.patient)).content.decode()
    again = send(client, "void-fact", fact, reason="igen")
    assert again.status_code == 409
    assert "redan struken" in again.content.decode()


def test_the_patients_words_stand_beside_what_they_are_about(area, note, fact, screen):
    client = screen(area.team)
    for name, row in (("note", note), ("fact", fact)):
        words = f"Det stämmer inte: {name}"
        assert send(client, f"dispute-{name}", row, text=words, told_by="dottern").url == url(name, row)
        html = client.get(url(name, row)).content.decode()
        assert words in html
        assert "dottern" in html
    assert Dispute.objects.count() == 2
    assert send(client, "dispute-note", note, text="").status_code == 422


def test_the_looks_and_the_acts_are_logged(area, fact, screen):
    client = screen(area.team)
    client.get(url("fact", fact))
    send(client, "void-fact", fact, reason="fel")
    whats = set(AuditEvent.objects.values_list("what", flat=True))
    assert {"patient.fact", "patient.void_fact", "care.void_fact"} <= whats


@pytest.mark.parametrize("name", ["fact", "void-fact", "dispute-fact"])
def test_an_outsider_finds_nothing(area, fact, outsider, screen, name):
    client = screen(outsider)
    assert client.get(url(name, fact)).status_code == 404
    assert client.get(reverse(f"patient:{name}", args=[uuid.uuid4()])).status_code == 404
    assert send(client, name, fact, reason="fel", text="fel").status_code in {404, 405}
    assert not Fact.objects.get().voided_at
    assert not Dispute.objects.exists()


def test_pages_that_only_show_take_no_writing(area, note, fact, screen):
    client = screen(area.team)
    for name, row in (("note", note), ("fact", fact)):
        assert client.post(url(name, row)).status_code == 405
        assert client.delete(url(f"dispute-{name}", row)).status_code == 405
