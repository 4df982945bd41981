"""The person takes a yes to a plan back: told on the plan, in the units' lists and on the patient's page."""

import uuid

import pytest
from django.urls import reverse

from narvard.care.plans import actions
from narvard.care.plans.models import Plan
from narvard.care.plans.tests.factories import SIP_MUNICIPALITY, SIP_REGION
from narvard.care.tests.factories import AT


def url(name, plan):
    return reverse(f"plans:{name}", args=[plan.pk])


@pytest.fixture
def sip(writers):
    plan = writers.start("sip")
    writers.write(plan, SIP_REGION)
    writers.write(plan, SIP_MUNICIPALITY, by=writers.nurse)
    actions.record_plan_consent(plan=plan, yes=actions.Yes("spoken"), by=writers.physician, at=AT)
    actions.adopt_plan(plan=plan, by=writers.physician, at=AT)
    return plan


def test_told_everywhere_and_closed_to_each_other(writers, screen, sip):
    client, nurse = screen(writers.physician), screen(writers.nurse)
    assert "Gå till affären" in nurse.get(url("page", sip)).content.decode()
    assert "Det här händer" in client.get(url("withdraw", sip)).content.decode()
    answer = client.post(url("withdraw", sip), {"once": uuid.uuid4(), "text": "Vill inte mer"})
    assert answer.url == url("page", sip)
    html = nurse.get(url("page", sip)).content.decode()
    assert "Personen har tagit tillbaka sitt ja: planen gäller inte" in html
    assert "Promenad" in html
    assert "Gå till affären" not in html
    assert "Personen har tagit tillbaka sitt ja" in nurse.get(reverse("plans:mine")).content.decode()
    timeline = nurse.get(reverse("patient:page", args=[sip.patient_id])).content.decode()
    assert "Samtycke till Samordnad individuell plan, SIP återtaget" in timeline


def test_a_new_yes_by_the_form(writers, screen, sip):
    actions.withdraw_plan_consent(plan=sip, by=writers.physician, at=AT)
    client = screen(writers.physician)
    assert "Personen säger ja igen" in client.get(url("page", sip)).content.decode()
    client.post(url("consent", sip), {"once": uuid.uuid4(), "how": "spoken"})
    assert Plan.objects.get().consent_withdrawn_at is None


def test_outsiders_and_missing_words(writers, screen, sip):
    assert screen(writers.area.other_team).get(url("withdraw", sip)).status_code == 404
    answer = screen(writers.physician).post(url("withdraw", sip), {"once": uuid.uuid4(), "text": ""})
    assert answer.status_code == 422
    assert Plan.objects.get().consent_withdrawn_at is None
