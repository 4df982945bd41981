"""The plans' pages: begun, written, signed, read and renewed by forms; closed to outsiders; done once."""

import uuid
from datetime import timedelta

import pytest
from django.urls import reverse

from narvard.access.models import Consent
from narvard.access.tests.factories import CareRelationFactory
from narvard.care.plans import actions, queries
from narvard.care.plans.models import Contribution, Plan, PlanEvent
from narvard.care.plans.tests.factories import SIP_MUNICIPALITY, SIP_REGION, STRATEGY
from narvard.care.tests.factories import AT
from narvard.core.models import AuditEvent
from narvard.organisation.models import Commission
from narvard.organisation.tests.factories import CommissionFactory

DAY = timedelta(days=1)
WRITTEN = {
    "aim-situation": "Spridd cancer",
    "aim-level": "relief",
    "course-expected-0-what": "Andnöd",
    "course-expected-0-do": "Morfin ur lådan",
    "course-expected-0-where": "home",
    "wishes-place": "home",
    "wishes-unwanted": ["hospital"],
    "wishes-agrees": "agrees",
    "known-decided": "Personen och läkaren",
}


def url(name, plan):
    return reverse(f"plans:{name}", args=[plan.pk])


def send(client, address, **data):
    return client.post(address, {"once": uuid.uuid4(), **data})


def test_a_strategy_is_begun_written_and_brought_into_force(writers, screen):
    client, patient = screen(writers.physician), writers.area.patient
    html = client.get(reverse("plans:choose", args=[patient.pk])).content.decode()
    assert "Behandlingsstrategi" in html
    start = reverse("plans:start", args=[patient.pk]) + "?slag=strategy"
    assert "Hemsjukvården Umeå" in client.get(start).content.decode()
    answer = send(client, start, units=[str(writers.nurse.unit_id)])
    plan = Plan.objects.get()
    assert answer.url == url("write", plan)
    answer = send(client, url("write", plan), version=1, sign="1", **WRITTEN)
    assert answer.url == url("sign", plan)
    assert "Andnöd" in client.get(url("sign", plan)).content.decode()
    answer = send(client, url("sign", plan), version=2, review_on="2026-12-20")
    assert answer.url == url("page", plan)
    html = client.get(url("page", plan)).content.decode()
    assert "Morfin ur lådan" in html
    assert "fastställd av" in html
    assert "Behandlingsstrategi" in client.get(reverse("patient:page", args=[patient.pk])).content.decode()


def test_more_rows_are_given_and_nothing_typed_is_lost(writers, screen):
    plan = writers.start()
    client = screen(writers.physician)
    html = send(client, url("write", plan), version=1, more="1", **WRITTEN).content.decode()
    assert "course-expected-2-what" in html
    assert "Spridd cancer" in html
    assert not Contribution.objects.exists()


def test_a_stale_draft_keeps_what_was_typed(writers, screen):
    plan = writers.start()
    client = screen(writers.physician)
    actions.write_contributions(plan=plan, texts=STRATEGY, by=writers.physician, at=AT)
    answer = send(client, url("write", plan), version=1, **WRITTEN)
    assert answer.status_code == 409
    assert "Spridd cancer" in answer.content.decode()


def test_a_plan_that_lacks_something_is_not_brought_into_force_nor_half_signed(writers, screen):
    plan = writers.start()
    texts = {"aim": STRATEGY["aim"]}
    actions.write_contributions(plan=plan, texts=texts, by=writers.physician, at=AT)
    answer = send(screen(writers.physician), url("sign", plan), version=2, review_on="2026-12-20")
    assert answer.status_code == 409
    assert "Det här saknas" in answer.content.decode()
    assert not Contribution.objects.exclude(signed_at=None).exists()


def test_a_nurse_is_offered_to_sign_but_not_to_bring_into_force(writers, screen):
    plan = writers.start()
    actions.write_contributions(plan=plan, texts={"nursing": {"routines": "Vänd"}}, by=writers.nurse, at=AT)
    client = screen(writers.nurse)
    html = client.get(url("sign", plan)).content.decode()
    assert "Signera vår del" in html
    assert "Signera och fastställ" not in html
    assert send(client, url("sign", plan), version=2, only_sign="1").status_code == 302
    assert Contribution.objects.get().signed_by == writers.nurse


def test_against_the_persons_wish_a_reason_is_asked_for(writers, screen):
    plan = writers.start()
    course = {"expected": [{"what": "Benbrott", "do": "Ring 112", "where": "hospital"}]}
    actions.write_contributions(plan=plan, texts={**STRATEGY, "course": course}, by=writers.physician, at=AT)
    client = screen(writers.physician)
    data = {"version": 2, "review_on": "2026-12-20"}
    assert send(client, url("sign", plan), despite="", **data).status_code == 409
    assert send(client, url("sign", plan), despite="Personen vill det", **data).status_code == 302
    assert "Personen vill det" in client.get(url("page", plan)).content.decode()


def test_the_nurse_at_night_says_that_she_has_read_and_the_others_see_it(writers, screen):
    plan = writers.strategy()
    nurse, physician = screen(writers.nurse), screen(writers.physician)
    assert "Behandlingsstrategi" in nurse.get(reverse("plans:mine")).content.decode()
    assert "Jag har läst" in nurse.get(url("page", plan)).content.decode()
    assert send(nurse, url("read", plan)).status_code == 302
    assert "Jag har läst" not in nurse.get(url("page", plan)).content.decode()
    assert writers.nurse.staff.name in physician.get(url("page", plan)).content.decode()


def test_a_sip_asks_for_the_persons_yes(writers, screen):
    plan = writers.start("sip")
    writers.write(plan, SIP_REGION)
    writers.write(plan, SIP_MUNICIPALITY, by=writers.nurse)
    client = screen(writers.nurse)
    data = {"version": 5, "review_on": "2026-12-20"}
    assert send(client, url("sign", plan), **data).status_code == 409
    assert send(client, url("consent", plan), how=Consent.How.SPOKEN).status_code == 302
    assert send(client, url("sign", plan), **data).status_code == 302
    assert queries.current_of(Plan.objects.get()) is not None


def test_a_new_version_shows_what_changed_and_the_old_one_can_be_read(writers, screen):
    plan = writers.strategy()
    client = screen(writers.physician)
    assert send(client, url("renew", plan), text="Mer ont").url == url("write", plan)
    texts = {"aim": {"situation": "Sämre nu", "level": "relief"}}
    writers.write(plan, texts)
    actions.adopt_plan(plan=plan, by=writers.physician, at=AT)
    html = client.get(url("page", plan)).content.decode()
    assert "<del>Spridd cancer, vill vara hemma</del>" in html
    assert "Sämre nu" not in client.get(url("page", plan) + "?version=1").content.decode()
    assert client.get(url("page", plan) + "?version=7").status_code == 404


def test_print_is_logged_as_print(writers, screen):
    plan = writers.strategy()
    html = screen(writers.nurse).get(url("print", plan)).content.decode()
    assert "Andnöd" in html
    assert AuditEvent.objects.filter(what="plan.print", action="print").count() == 1


def test_a_plan_is_looked_over_sent_and_ended(writers, screen):
    plan = writers.strategy()
    client = screen(writers.physician)
    assert send(client, url("review", plan), next_on="2027-02-01", note="Som förut").status_code == 302
    unit = writers.area.health_centre.unit
    assert send(client, url("share", plan), units=[str(unit.pk)]).status_code == 302
    assert unit.pk in Plan.objects.get().parties()
    assert send(client, url("end", plan), text="Flyttat").status_code == 302
    assert Plan.objects.get().end_reason == "Flyttat"


def test_a_draft_is_dropped(writers, screen):
    plan = writers.strategy()
    actions.renew_plan(plan=plan, why="Mer ont", by=writers.physician, at=AT)
    assert send(screen(writers.physician), url("drop", plan)).status_code == 302
    assert queries.draft_of(Plan.objects.get()) is None


@pytest.mark.parametrize("name", ["page", "print", "write", "sign", "renew", "review", "share", "consent", "end"])
def test_outsiders_find_nothing(writers, screen, name):
    plan = writers.strategy()
    actions.renew_plan(plan=plan, why="Mer ont", by=writers.physician, at=AT)
    events = PlanEvent.objects.count()
    client = screen(writers.area.other_team)
    assert client.get(url(name, plan)).status_code == 404
    assert send(client, url(name, plan)).status_code in {404, 405}
    assert PlanEvent.objects.count() == events


def test_reading_is_not_done_by_a_link(writers, screen):
    assert screen(writers.nurse).get(url("read", writers.strategy())).status_code == 405


def test_the_lists_queries_do_not_grow_with_the_plans(writers, screen, django_assert_max_num_queries):
    writers.strategy()
    writers.start("sip")
    writers.start("acute_action")
    client = screen(writers.nurse)
    client.get(reverse("plans:mine"))
    with django_assert_max_num_queries(40):
        client.get(reverse("plans:mine"))


def test_whoever_plans_the_day_opens_neither_plan_kit_nor_binder(writers, screen):
    plan, patient = writers.strategy(), writers.area.patient
    planner = CommissionFactory(unit=writers.physician.unit, role=Commission.Role.PLANNER)
    client = screen(planner)
    html = client.get(reverse("patient:page", args=[patient.pk])).content.decode()
    assert "Behandlingsstrategi" not in html
    for address in (reverse("plans:page", args=[plan.pk]), reverse("plans:binder", args=[patient.pk])):
        assert client.get(address).status_code == 404
    assert AuditEvent.objects.filter(action="denied", commission=planner.pk).count() == 2


@pytest.mark.parametrize("name", ["page", "print", "write", "renew", "share", "review", "end"])
def test_a_unit_whose_part_has_ended_finds_nothing(writers, screen, name):
    plan = writers.strategy()
    stranger = CommissionFactory(role=Commission.Role.TEAM)
    CareRelationFactory(patient=writers.area.patient, unit=stranger.unit, since=AT - 9 * DAY, until=AT - DAY)
    assert screen(stranger).get(reverse(f"plans:{name}", args=[plan.pk])).status_code == 404
    assert AuditEvent.objects.filter(action="denied", commission=stranger.pk).count() == 1
