"""Pages deny by default; denied and missing look alike; refused acts say why."""

import uuid
from datetime import UTC, datetime

import pytest
from django.http import HttpResponse
from django.urls import path

from narvard.access import guard
from narvard.access.pages import page, public
from narvard.access.tests.factories import CareRelationFactory
from narvard.config.urls import urlpatterns as real
from narvard.core.errors import Refused
from narvard.core.models import AuditEvent
from narvard.organisation.tests.factories import CommissionFactory
from narvard.people.tests.factories import PatientFactory

pytestmark = [pytest.mark.django_db, pytest.mark.urls(__name__)]
AT = datetime(2026, 11, 23, 6, 30, tzinfo=UTC)


def forgotten(request):
    return HttpResponse("hemligt")


@page("planner")
def planners(request):
    return HttpResponse("planering")


@page()
def patient(request, pk):
    guard.open_patient(pk, by=request.commission, at=request.at)
    return HttpResponse("patient")


@page(methods=("POST",))
def refusing(request):
    raise Refused("Enheten är stängd.")


@public()
def everybody(request):
    return HttpResponse("öppet")


urlpatterns = [
    path("glomd/", forgotten),
    path("planerare/", planners),
    path("patient/<uuid:pk>/", patient),
    path("nekar/", refusing),
    path("alla/", everybody),
    *real,
]


@pytest.fixture
def by(client):
    commission = CommissionFactory(role="team")
    client.force_login(commission.staff.user)
    session = client.session
    session["commission"] = str(commission.pk)
    session.save()
    return commission


def test_a_view_without_a_rule_does_not_answer(client, by):
    assert client.get("/glomd/").status_code == 404


def test_a_page_for_another_role_looks_missing_and_is_logged(client, by):
    answer, missing = client.get("/planerare/"), client.get("/finns-inte/")
    assert (answer.status_code, missing.status_code) == (404, 404)
    assert AuditEvent.objects.get(action="denied").reason == "page-role"


def test_a_strangers_patient_and_no_patient_look_alike(client, by):
    stranger = client.get(f"/patient/{PatientFactory().pk}/")
    nobody = client.get(f"/patient/{uuid.uuid4()}/")
    assert (stranger.status_code, nobody.status_code) == (404, 404)
    assert AuditEvent.objects.filter(action="denied", staff=by.staff_id).count() == 2


def test_a_refused_act_says_why(client, by):
    answer = client.post("/nekar/")
    assert answer.status_code == 409
    assert "Enheten är stängd." in answer.content.decode()


def test_the_wrong_verb_is_refused(client, by):
    assert client.get("/nekar/").status_code == 405


def test_a_public_page_needs_nobody(client):
    assert client.get("/alla/").content.decode() == "öppet"


def test_nothing_a_signed_in_person_sees_stays_in_the_browser(client, by):
    patient = CareRelationFactory(unit=by.unit).patient
    assert client.get(f"/patient/{patient.pk}/").headers["Cache-Control"] == "private, no-store"
    assert client.get(f"/patient/{uuid.uuid4()}/").headers["Cache-Control"] == "private, no-store"
