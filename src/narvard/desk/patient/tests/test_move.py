"""The pages of a move to another municipality: registered, refused, taken back, and closed to outsiders."""

import uuid

import pytest
from django.urls import reverse

from narvard.access.models import CareRelation
from narvard.access.tests.factories import CareRelationFactory
from narvard.care.models import Handover, Move
from narvard.care.tests.factories import AT, HOUR
from narvard.core.models import AuditEvent
from narvard.organisation.models import CareUnit
from narvard.organisation.tests.factories import CareUnitFactory, MunicipalityFactory
from narvard.people.models import Address, Patient

pytestmark = pytest.mark.django_db


@pytest.fixture
def vannas():
    row = MunicipalityFactory(code="2460", name="Vännäs")
    CareUnitFactory(kind=CareUnit.Kind.HOME_NURSING, name="Hemsjukvården Vännäs", municipality=row)
    return row


@pytest.fixture
def area(area):
    area.enrol(at=AT - 9 * HOUR, nursing=area.home_nursing)
    return area


def form(**changed):
    told = {"happened_at": "2026-11-23T06:30", "street": "Kyrkogatan 2", "postal_code": "911 31", "place": "Vännäsby"}
    return {"once": str(uuid.uuid4()), **told, **changed}


def at_page(name, area):
    return reverse(f"patient:{name}", args=[area.patient.pk])


def text(answer):
    return " ".join(answer.content.decode().split())


def test_it_is_reviewed_registered_and_told(area, vannas, screen):
    client = screen(area.home_nursing)
    page = reverse("patient:page", args=[area.patient.pk])
    assert at_page("move", area) in text(client.get(page))
    review = text(client.post(at_page("move", area), form()))
    assert "bor i Vännäs kommun" in review
    assert not Move.objects.exists()
    assert client.post(at_page("move", area), form(confirmed="1")).url == page
    assert Handover.objects.get().receiver.name == "Hemsjukvården Vännäs"
    assert Address.objects.get(until=None).place == "Vännäsby"
    shown = text(client.get(page))
    for words in ("Flyttade till Vännäs", "Erbjuden Hemsjukvården Vännäs", "Flytten registrerades av misstag"):
        assert words in shown, words


def test_what_is_wrong_is_said_beside_the_field_or_above(area, vannas, screen):
    client = screen(area.home_nursing)
    for changed, status, words in (
        ({"place": "Ingenstansby"}, 422, "Ingenstansby"),
        ({"happened_at": "2026-11-24T06:30"}, 422, "framtiden"),
        ({"place": "Umeå", "confirmed": "1"}, 409, "bor redan i den kommunen"),
        ({"street": ""}, 422, "Ny gatuadress"),
    ):
        answer = client.post(at_page("move", area), form(**changed))
        assert (answer.status_code, words in text(answer)) == (status, True), changed
    assert not Move.objects.exists()


def test_it_is_taken_back_with_the_reason(area, vannas, screen):
    CareRelationFactory(patient=area.patient, unit=area.health_centre.unit, kind=CareRelation.Kind.REQUEST)
    client = screen(area.health_centre)
    assert client.get(at_page("undo-move", area)).status_code == 404
    client.post(at_page("move", area), form(confirmed="1"))
    assert client.post(at_page("undo-move", area), {"once": str(uuid.uuid4()), "text": ""}).status_code == 422
    done = client.post(at_page("undo-move", area), {"once": str(uuid.uuid4()), "text": "Fel person"})
    assert done.status_code == 302
    shown = text(client.get(reverse("patient:page", args=[area.patient.pk])))
    assert "Flytt registrerad av misstag, återtagen" in shown
    assert Patient.objects.get().municipality.name == "Umeå"


@pytest.mark.parametrize("name", ["move", "undo-move"])
def test_an_outsider_and_a_wrong_verb(area, vannas, screen, name):
    assert screen(area.other_team).get(at_page(name, area)).status_code == 404
    assert screen(area.other_team).post(at_page(name, area), form(confirmed="1", text="x")).status_code == 404
    assert screen(area.team).put(at_page(name, area)).status_code == 405
    assert AuditEvent.objects.filter(action="denied").count() >= 2


def test_whoever_may_not_know_where_the_person_lives_registers_no_move(area, vannas, screen):
    area.patient.protection = "marked"
    area.patient.save()
    client = screen(area.team)
    sees = "Storgatan 1" in text(client.get(reverse("patient:page", args=[area.patient.pk])))
    assert client.get(at_page("move", area)).status_code == (200 if sees else 404)


def test_a_unit_that_only_was_asked_is_refused(area, vannas, screen):
    CareRelationFactory(patient=area.patient, unit=area.other_team.unit, kind=CareRelation.Kind.REQUEST)
    answer = screen(area.other_team).post(at_page("move", area), form(confirmed="1"))
    assert answer.status_code == 409
    assert not Move.objects.exists()
