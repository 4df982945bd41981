"""The review queue and its decisions, on the page."""

import uuid
from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from narvard.access.actions import block
from narvard.access.models import Block
from narvard.access.review.models import LogDecision, LogReview
from narvard.access.tests.factories import CareRelationFactory
from narvard.access.tests.log_world import NOON, Action
from narvard.core.models import AuditEvent
from narvard.organisation.tests.factories import CommissionFactory


def queue(client, group="granska"):
    return client.get(reverse("log:queue"), {"visa": group})


def decide(client, review, decision, **values):
    data = {"once": str(uuid.uuid4()), "version": review.version, "decision": decision, "note": "", **values}
    return client.post(reverse("log:review", args=[review.pk]), data)


def take_up(client, event, patient, once=None):
    return client.post(reverse("log:take-up", args=[event.event_id, patient.pk]), {"once": str(once or uuid.uuid4())})


def test_the_queue_says_who_whom_and_why(world, screen):
    patient = world.patient(family_name="Falk")
    review = world.review(patient)
    html = queue(screen(world.reviewer)).content.decode()
    for words in ("Mia Falk", patient.name, "Nödöppning, Samma efternamn", reverse("log:review", args=[review.pk])):
        assert words in html
    look = AuditEvent.objects.get(what="access.log_queue")
    assert look.subjects.get().patient == patient.pk


def test_an_emergency_is_on_the_page_at_once_and_is_taken_up(world, screen):
    patient = world.patient()
    event = world.did(patient, action=Action.EMERGENCY, reason="life medical: Medvetslös hemma")
    client, key = screen(world.reviewer), uuid.uuid4()
    assert "Medvetslös hemma" in queue(client).content.decode()
    answer = take_up(client, event, patient, key)
    review = LogReview.objects.get()
    assert answer.url == reverse("log:review", args=[review.pk])
    assert take_up(client, event, patient, key).url == answer.url
    assert "Nödöppningar att granska nu" not in queue(client).content.decode()


def test_who_blocked_is_told_at_once_of_an_emergency_elsewhere(world, screen):
    patient = world.patient()
    ours = CommissionFactory(role="safety", purpose="safety")
    by = CommissionFactory(unit=ours.unit, role="physician")
    CareRelationFactory(patient=patient, unit=by.unit)
    block(patient=patient, scope=Block.Scope.OUTER, by=by, at=NOON)
    world.did(patient, action=Action.EMERGENCY, reason="life medical: Medvetslös hemma")
    html = queue(screen(ours)).content.decode()
    assert "trots spärr hos er" in html
    assert patient.name in html
    assert "Medvetslös hemma" not in html
    other = CommissionFactory(role="safety", purpose="safety")
    assert patient.name not in queue(screen(other)).content.decode()


@pytest.mark.parametrize("who", ["stranger", "self"])
def test_others_do_not_take_up_an_emergency(world, screen, who):
    patient = world.patient()
    by = CommissionFactory(role="safety") if who == "stranger" else world.reviewer
    event = world.did(patient, action=Action.EMERGENCY, by=by if who == "self" else None)
    assert take_up(screen(by), event, patient).status_code == 404
    assert not LogReview.objects.exists()


def test_a_review_shows_why_and_the_persons_day(world, screen):
    other = world.patient()
    world.did(other, at=NOON + timedelta(minutes=5))
    review = world.review()
    html = screen(world.reviewer).get(reverse("log:review", args=[review.pk])).content.decode()
    assert "Spärrade uppgifter öppnades i en nödsituation." in html
    assert other.name in html
    look = AuditEvent.objects.get(what="access.log_review")
    assert {row.patient for row in look.subjects.all()} == {other.pk, review.patient_id}


def test_in_order_moves_it_to_the_closed_ones(world, screen):
    review = world.review()
    client = screen(world.reviewer)
    assert decide(client, review, "in_order").url == reverse("log:queue")
    assert [len(queue(client, group).context["items"]) for group in ("granska", "folj-upp", "avslutade")] == [0, 0, 1]


def test_a_suspected_breach_is_followed_up_and_then_closed(world, screen):
    review = world.review()
    client = screen(world.reviewer)
    decide(client, review, "breach", note="Ingen anledning", follow_up_on="2026-12-07")
    assert len(queue(client, "folj-upp").context["items"]) == 1
    review.refresh_from_db()
    decide(client, review, "handled", note="Anmält till chefen")
    html = client.get(reverse("log:review", args=[review.pk])).content.decode()
    assert "Ingen anledning" in html
    assert "Anmält till chefen" in html
    assert 'name="decision"' not in html


def test_what_is_missing_is_said_and_nothing_typed_is_lost(world, screen):
    review = world.review()
    answer = decide(screen(world.reviewer), review, "ask", note="Frågar Mia på måndag")
    assert answer.status_code == 409
    assert "Välj en dag framåt då det följs upp." in answer.content.decode()
    assert "Frågar Mia på måndag" in answer.content.decode()
    assert decide(screen(world.reviewer), review, "").status_code == 422
    assert not LogDecision.objects.exists()


def test_a_double_click_decides_once(world, screen):
    review, key = world.review(), str(uuid.uuid4())
    client = screen(world.reviewer)
    for _n in range(2):
        assert decide(client, review, "in_order", once=key).status_code == 302
    assert LogDecision.objects.count() == 1


def test_nobody_sees_or_decides_on_the_own_access(world, screen):
    world.did(world.patient(), by=world.reviewer, action=Action.EMERGENCY)
    world.pick()
    review, client = LogReview.objects.get(), screen(world.reviewer)
    assert queue(client).context["items"] == []
    assert decide(client, review, "in_order").status_code == 404
    other = screen(world.at_provider(role="manager"))
    assert len(queue(other).context["items"]) == 1
    assert decide(other, review, "in_order").status_code == 302


def test_the_wrong_verb_and_the_wrong_provider(world, screen):
    patient = world.patient()
    review = world.review(patient)
    event = AuditEvent.objects.get(action="emergency")
    client = screen(world.reviewer)
    assert client.get(reverse("log:take-up", args=[event.event_id, patient.pk])).status_code == 405
    assert client.post(reverse("log:queue")).status_code == 405
    stranger = screen(CommissionFactory(role="safety"))
    assert decide(stranger, review, "in_order").status_code == 404
    assert queue(stranger).context["items"] == []
    assert not LogDecision.objects.exists()


def test_the_number_of_queries_does_not_grow_with_the_queue(world, screen):
    client = screen(world.reviewer)

    def queries(rows, day):
        for n in range(rows):
            world.did(world.patient(), action=Action.EMERGENCY, at=day + timedelta(minutes=n))
        world.pick(day.date())
        with CaptureQueriesContext(connection) as found:
            assert queue(client).status_code == 200
        return len(found)

    queries(1, NOON - timedelta(days=7))
    few, many = queries(2, NOON - timedelta(days=6)), queries(12, NOON - timedelta(days=5))
    assert many == few
    assert few <= 30


def test_coverage_is_counted(world, screen):
    review = world.review()
    client = screen(world.reviewer)
    decide(client, review, "in_order")
    assert queue(client).context["coverage"].rows == [["november 2026", "1", "1", "1", "100 %", "100,0 %", "0"]]
