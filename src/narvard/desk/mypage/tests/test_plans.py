"""The person reads the plans in force on the own page and on paper, takes a yes back; a representative does not."""

import uuid

import pytest
from django.urls import reverse

from narvard.care.plans import actions
from narvard.care.plans.models import Plan, PlanEvent
from narvard.care.plans.tests.factories import SIP_MUNICIPALITY, SIP_REGION, make_writers
from narvard.care.tests.factories import AT
from narvard.core.models import AuditEvent


@pytest.fixture
def writers(db):
    return make_writers()


@pytest.fixture
def area(writers):
    return writers.area


@pytest.fixture
def sip(writers):
    plan = writers.start("sip")
    writers.write(plan, SIP_REGION)
    writers.write(plan, SIP_MUNICIPALITY, by=writers.nurse)
    actions.record_plan_consent(plan=plan, yes=actions.Yes("spoken"), by=writers.physician, at=AT)
    actions.adopt_plan(plan=plan, by=writers.physician, at=AT)
    return plan


def url(name, *args):
    return reverse(f"mypage:{name}", args=args)


def test_the_plan_in_force_is_read_and_logged(writers, screen, sip):
    draft = writers.start("patientkontrakt", joint=False)
    html = screen.get(url("home")).content.decode()
    assert url("plan", sip.pk) in html
    assert url("plan", draft.pk) not in html
    html = screen.get(url("plan", sip.pk)).content.decode()
    assert "Gå till affären" in html
    assert "Promenad" in html
    assert screen.get(url("plan", draft.pk)).status_code == 404
    assert AuditEvent.objects.filter(what="mypage.plan", action="read").exists()


def test_what_is_the_units_own_does_not_stand_there(writers, screen):
    plan = writers.start("risk", joint=False)
    Plan.objects.filter(pk=plan.pk).update(review_on=AT.date())
    plan.versions.update(adopted_at=AT, adopted_by=writers.physician)
    assert screen.get(url("plan", plan.pk)).status_code == 404


def test_the_yes_is_taken_back_once(writers, screen, sip):
    assert "ja till planen" in screen.get(url("withdraw-plan", sip.pk)).content.decode()
    key = uuid.uuid4()
    for _time in range(2):
        assert screen.post(url("withdraw-plan", sip.pk), {"once": key}).url == url("home")
    assert PlanEvent.objects.get(kind="withdrawn").by is None
    assert screen.get(url("plan", sip.pk)).status_code == 404


def test_on_paper_and_in_large_type(writers, screen, sip):
    answer = screen.get(url("sheet"))
    assert answer.content.startswith(b"%PDF-")
    assert 'filename="min-vard.pdf"' in answer["Content-Disposition"]
    assert screen.get(url("sheet") + "?storlek=stor").content != answer.content
    assert AuditEvent.objects.filter(what="mypage.sheet", action="print").count() == 2


def test_a_representative_sees_no_plan(writers, represent, sip):
    row, screen = represent()
    html = screen.get(url("represented", row.pk)).content.decode()
    assert "Samordnad individuell plan" not in html
    for name in ("plan", "withdraw-plan"):
        assert screen.get(url(name, sip.pk)).status_code == 404
    assert screen.get(url("sheet")).status_code == 404


def test_wrong_verb(screen, sip):
    assert screen.post(url("plan", sip.pk)).status_code == 405
    assert screen.post(url("sheet")).status_code == 405
