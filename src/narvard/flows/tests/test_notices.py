"""Whoever is told of something late gets a notice: on the page, by e-mail and text message, once and not lost."""

from datetime import timedelta
from typing import Any

import pytest
import requests
from django.core import mail
from pytest_django.fixtures import Settings

from narvard.flows.notices import escalate_requests, send_due, send_notice
from narvard.intake.tests.world import NOW, World, build
from narvard.organisation.models import CareUnit
from narvard.organisation.notices import sending
from narvard.organisation.notices.actions import AddressNotValid, set_notice_address
from narvard.organisation.notices.models import Delivery, Notice, NoticeAddress
from narvard.organisation.notices.queries import failed_since, notices_of

GATEWAY = "https://sms.example/send"


def late(minutes: int) -> Any:
    return NOW + timedelta(minutes=minutes)


@pytest.fixture
def world(db: None, settings: Settings) -> World:
    settings.NARVARD_EMAIL = {"EMAIL_HOST": "mail.example"}
    settings.NARVARD_EMAIL_FROM = "narvard@region.example"
    settings.NARVARD_SMS_URL = GATEWAY
    settings.NARVARD_SITE_URL = "https://narvard.example"
    settings.NARVARD_CLOCK = "2026-11-23T09:00:00+01:00"
    return build()


class Gateway:
    """Answers with the codes in turn, the last one for ever, and keeps what it was sent."""

    def __init__(self, *codes: int) -> None:
        self.codes, self.sent = list(codes), []  # type: ignore[var-annotated]

    def post(self, url: str, **told: Any) -> requests.Response:
        assert (url, told["timeout"], told["allow_redirects"]) == (GATEWAY, 10, False)
        self.sent.append(told)
        answer = requests.Response()
        answer.status_code = self.codes.pop(0) if len(self.codes) > 1 else self.codes[0]
        return answer


@pytest.fixture
def gateway(monkeypatch: pytest.MonkeyPatch) -> Gateway:
    made = Gateway(200)
    monkeypatch.setattr("narvard.organisation.notices.sending.requests.post", made.post)
    return made


def address(world: World, unit: CareUnit, **ways: str) -> None:
    for channel, where in ways.items():
        set_notice_address(unit=unit, channel=channel, address=where, by=world.coordinator, at=NOW)


def send_all(at: Any) -> None:
    """What the worker does with what the tick asks for."""
    for key in sending.due(at):
        send_notice.call(str(key))


def test_each_escalation_tells_its_unit_on_the_page_even_with_nothing_set_up(world: World) -> None:
    world.asked()
    assert escalate_requests(late(31)) == 1
    (notice,) = notices_of(world.got, late(31))
    assert (notice.kind, notice.deliveries.count()) == ("request", 0)
    assert escalate_requests(late(32)) == 0
    assert Notice.objects.count() == 1
    assert escalate_requests(late(46)) == 1
    assert [row.unit for row in notices_of(world.intake, late(46))] == [world.intake]


def test_mail_and_text_say_that_something_waits_and_nothing_of_whom(world: World, gateway: Gateway) -> None:
    address(world, world.got, email="jour@got.example", sms="070-174 06 05")
    row = world.asked()
    escalate_requests(late(31))
    send_all(late(31))
    (letter,) = mail.outbox
    (text,) = gateway.sent
    link = f"https://narvard.example/intag/{row.pk}/"
    assert letter.to == ["jour@got.example"]
    assert text["json"]["to"] == "0701740605"
    for told in (letter.subject + letter.body, text["json"]["text"]):
        assert "GÖT" in told
        for secret in (world.patient.name, world.patient.family_name, row.question, world.ward.name):
            assert secret not in told
    assert link in letter.body
    assert link in text["json"]["text"]
    assert set(Delivery.objects.values_list("state", flat=True)) == {"sent"}


def test_what_was_sent_is_never_sent_again(world: World, gateway: Gateway) -> None:
    address(world, world.got, sms="0701740605")
    world.asked()
    escalate_requests(late(31))
    send_all(late(31))
    send_all(late(60))
    send_notice.call(str(Delivery.objects.get().pk))
    assert len(gateway.sent) == 1


def test_a_gateway_that_fails_is_tried_again_and_told_the_same_id(
    world: World, gateway: Gateway, monkeypatch: pytest.MonkeyPatch
) -> None:
    gateway.codes = [503, 302, 200]
    address(world, world.got, sms="0701740605")
    world.asked()
    escalate_requests(late(31))
    row = Delivery.objects.get()
    for _try in range(2):
        sending.send(row.pk, "https://narvard.example/", late(31))
        row.refresh_from_db()
        assert row.state == "waiting"
    assert row.next_at == late(33)
    assert sending.due(late(32)) == []
    assert sending.due(late(33)) == [row.pk]
    sending.send(row.pk, "https://narvard.example/", late(33))
    row.refresh_from_db()
    assert (row.state, row.attempts) == ("sent", 3)
    assert len({told["headers"]["Idempotency-Key"] for told in gateway.sent}) == 1


def test_one_that_never_leaves_is_seen(world: World, gateway: Gateway, caplog: pytest.LogCaptureFixture) -> None:
    gateway.codes = [500]
    address(world, world.got, sms="0701740605")
    world.asked()
    escalate_requests(late(31))
    row = Delivery.objects.get()
    for _try in range(sending.MOST_ATTEMPTS):
        sending.send(row.pk, "", late(90))
    row.refresh_from_db()
    assert (row.state, row.error) == ("failed", "HTTPError 500")
    assert failed_since(late(80)) == 1
    assert "was not sent" in caplog.text
    assert "0701740605" not in caplog.text


def test_a_worker_that_died_leaves_it_to_the_next(world: World, gateway: Gateway) -> None:
    address(world, world.got, sms="0701740605")
    world.asked()
    escalate_requests(late(31))
    Delivery.objects.update(state="sending", claimed_at=NOW - timedelta(days=900), next_at=late(36))
    send_all(late(40))
    assert len(gateway.sent) == 1


def test_a_task_that_was_lost_is_asked_for_again(world: World, gateway: Gateway) -> None:
    address(world, world.got, sms="0701740605")
    world.asked()
    escalate_requests(late(31))
    assert send_due(late(31)) == 1
    assert send_due(late(32)) == 0
    assert send_due(late(37)) == 1


def test_a_channel_that_is_off_is_left_alone(world: World, settings: Settings) -> None:
    settings.NARVARD_SMS_URL = ""
    address(world, world.got, sms="0701740605")
    world.asked()
    escalate_requests(late(31))
    assert not Delivery.objects.exists()


def test_an_escalation_that_fails_tells_nobody(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(**_told: object) -> None:
        raise RuntimeError

    monkeypatch.setattr("narvard.flows.notices.notify", refuse)
    row = world.asked()
    with pytest.raises(RuntimeError):
        escalate_requests(late(31))
    row.refresh_from_db()
    assert row.escalation == 0


@pytest.mark.parametrize(("channel", "where"), [("sms", "ring mig"), ("email", "jour")])
def test_an_address_that_cannot_be_is_refused(world: World, channel: str, where: str) -> None:
    with pytest.raises(AddressNotValid):
        address(world, world.got, **{channel: where})


def test_an_address_is_changed_and_ended_with_its_history(world: World) -> None:
    address(world, world.got, email="en@got.example")
    address(world, world.got, email="tva@got.example")
    address(world, world.got, email="")
    assert list(NoticeAddress.objects.filter(unit=world.got).values_list("until", flat=True)) == [NOW, NOW]
