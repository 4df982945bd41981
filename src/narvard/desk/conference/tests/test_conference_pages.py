"""The conferences' pages: begun, a patient put up, held, decided, taken back; closed to outsiders; counted queries."""

import uuid

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from narvard.access.models import CareRelation
from narvard.access.tests.factories import CareRelationFactory
from narvard.care.conference import actions
from narvard.care.conference.models import Conference, ConferenceCase, ConferenceMeeting
from narvard.care.models import Duty
from narvard.care.tests.factories import AT
from narvard.desk.conference.tests.conftest import LATER, TODAY
from narvard.people.models import Patient
from narvard.people.tests.factories import PatientFactory


def url(name, *args):
    return reverse(f"conference:{name}", args=args)


def send(client, address, **data):
    return client.post(address, {"once": uuid.uuid4(), **data})


def test_a_unit_begins_to_hold_one(host, programme, screen):
    client = screen(host)
    assert "Andningsstödteamet" in client.get(url("new")).content.decode()
    answer = send(client, url("new"), programme=programme.pk, name="Andningsronden", next_on="2026-12-01")
    assert answer.url == url("mine")
    assert Conference.objects.get().unit == host.unit
    assert "Andningsronden" in client.get(url("mine")).content.decode()
    assert send(client, url("new"), name="").status_code == 422


def test_put_up_held_decided_and_seen(writers, host, conference, screen):
    patient = writers.area.patient
    client, hosting = screen(writers.physician), screen(host)
    address = url("put-up", patient.pk)
    assert "Andningsronden, Lungkliniken" in client.get(address).content.decode()
    said = {"conference": conference.pk, "question": "Ska hon erbjudas mask?", "documents": "pCO2 8,1", "how": "spoken"}
    assert send(client, address, **said).status_code == 302
    case = ConferenceCase.objects.get()
    assert "Ska hon erbjudas mask?" in client.get(url("mine")).content.decode()
    assert patient.name in hosting.get(url("page", conference.pk)).content.decode()
    html = hosting.get(url("case", case.pk)).content.decode()
    assert "pCO2 8,1" in html
    assert url("decide", case.pk) in html
    held = {"held_on": TODAY, "participants": "Anna, lungläkare", "next_on": LATER}
    assert send(hosting, url("hold", conference.pk), **held).url == url("page", conference.pk)
    task = {"unit_1": str(writers.nurse.unit_id), "what_1": "Lär masken", "due_1": LATER}
    decided = {"meeting": ConferenceMeeting.objects.get().pk, "decision": "Erbjuds mask"}
    assert send(hosting, url("decide", case.pk), **decided, **task).url == url("case", case.pk)
    html = client.get(url("case", case.pk)).content.decode()
    for words in ("Erbjuds mask", "Anna, lungläkare", "Lär masken"):
        assert words in html
    assert "Ingen står på listan" in hosting.get(url("page", conference.pk)).content.decode()
    duty = Duty.objects.get(kind="conference")
    nurse = screen(writers.nurse)
    assert "Lär masken" in nurse.get(reverse("patient:mine")).content.decode()
    assert "Lär masken" in nurse.get(reverse("patient:duty", args=[duty.pk])).content.decode()
    assert "Beslut på Andningsronden" in nurse.get(reverse("patient:page", args=[patient.pk])).content.decode()


def test_half_a_task_is_told_beside_the_field(writers, host, conference, case, screen):
    meeting = actions.hold_conference(
        conference=conference, held_on=TODAY, participants="Anna", next_on=LATER, by=host, at=AT
    )
    said = {"meeting": meeting.pk, "decision": "Ja", "what_1": "Lär masken"}
    answer = send(screen(host), url("decide", case.pk), **said)
    assert answer.status_code == 422
    assert "lämna alla tre tomma" in answer.content.decode()
    assert ConferenceCase.objects.get().waits


def test_closed_when_the_list_is_empty(writers, host, conference, case, screen):
    hosting, asking = screen(host), screen(writers.physician)
    assert url("close", conference.pk) not in hosting.get(url("page", conference.pk)).content.decode()
    assert send(hosting, url("close", conference.pk), text="Slut").status_code == 409
    meeting = actions.hold_conference(
        conference=conference, held_on=TODAY, participants="Anna", next_on=LATER, by=host, at=AT
    )
    actions.decide_case(case=case, meeting=meeting, decision="Erbjuds mask", by=host, at=AT)
    assert "Erbjuds mask" in asking.get(url("mine")).content.decode()
    html = hosting.get(url("page", conference.pk)).content.decode()
    assert "Erbjuds mask" in html
    assert url("close", conference.pk) in html
    assert send(hosting, url("close", conference.pk), text="").status_code == 422
    assert send(hosting, url("close", conference.pk), text="Hålls av andra").url == url("page", conference.pk)
    html = hosting.get(url("page", conference.pk)).content.decode()
    assert "Hålls av andra" in html
    assert url("hold", conference.pk) not in html
    assert "Stängda" in hosting.get(url("mine")).content.decode()
    assert conference.name not in asking.get(url("put-up", writers.area.patient.pk)).content.decode()
    assert send(asking, url("close", conference.pk), text="Nej").status_code == 404


def test_one_taken_back_stands_in_the_timeline(writers, host, conference, case, screen):
    actions.take_back(case=case, reason="Mår bättre", by=writers.physician, at=AT)
    html = screen(writers.physician).get(reverse("patient:page", args=[writers.area.patient.pk])).content.decode()
    assert "Tas inte upp på Andningsronden" in html
    assert "Mår bättre" in html


def test_taken_back(writers, case, screen):
    client = screen(writers.physician)
    assert send(client, url("remove", case.pk), text="Mår bättre").url == url("mine")
    assert "Mår bättre" in client.get(url("case", case.pk)).content.decode()


def test_outsiders_get_nothing(writers, host, conference, case, screen):
    for outsider in (writers.area.other_team, writers.nurse):
        client = screen(outsider)
        for name in ("case", "decide", "remove"):
            assert client.get(url(name, case.pk)).status_code in {403, 404}
        assert client.get(url("page", conference.pk)).status_code == 404
        assert client.get(url("hold", conference.pk)).status_code in {403, 404}
        assert case.question not in client.get(url("mine")).content.decode()
    assert screen(writers.area.other_team).get(url("put-up", writers.area.patient.pk)).status_code == 404
    assert screen(host).post(url("page", conference.pk)).status_code == 405


def test_a_protected_person_is_discussed_without_the_place(writers, host, conference, screen):
    patient = writers.area.patient
    Patient.objects.filter(pk=patient.pk).update(protection=Patient.Protection.PROTECTED)
    case = actions.put_up(
        patient=patient,
        conference=conference,
        question="Kan masken lämnas på Storgatan 1?",
        documents="Hemsjukvården Umeå kommer två gånger per dag",
        how="spoken",
        by=writers.physician,
        at=AT,
    )
    hosting = screen(host)
    html = hosting.get(url("case", case.pk)).content.decode()
    assert "Kan masken lämnas" in html
    assert "Storgatan" not in html
    assert "Hemsjukvården Umeå" not in html
    html = hosting.get(url("page", conference.pk)).content.decode()
    assert patient.name in html
    assert "Storgatan" not in html
    meeting = actions.hold_conference(
        conference=conference, held_on=TODAY, participants="Anna", next_on=LATER, by=host, at=AT
    )
    decision = "Masken lämnas på Storgatan 1"
    actions.decide_case(case=case, meeting=meeting, decision=decision, by=host, at=AT)
    html = hosting.get(url("page", conference.pk)).content.decode()
    assert patient.name in html
    assert "Storgatan" not in html


@pytest.mark.parametrize("name", ["mine", "page"])
def test_the_queries_do_not_grow(name, writers, host, conference, case, screen):
    client = screen(writers.physician if name == "mine" else host)
    address = url(name) if name == "mine" else url(name, conference.pk)
    client.get(address)
    with CaptureQueriesContext(connection) as few:
        client.get(address)
    for _time in range(4):
        patient = PatientFactory()
        CareRelationFactory(patient=patient, unit=writers.physician.unit, kind=CareRelation.Kind.CONTACT)
        actions.put_up(
            patient=patient,
            conference=conference,
            question="Mask?",
            documents="",
            how="spoken",
            by=writers.physician,
            at=AT,
        )
    with CaptureQueriesContext(connection) as many:
        html = client.get(address).content.decode()
    assert html.count("Mask?") == 4
    assert len(many) == len(few)
    assert len(few) <= 40
