"""Each step by its form: once, by its own side, and a refused one says why with nothing lost."""

import uuid

from django.urls import reverse

from narvard.deviations import actions
from narvard.deviations.models import Attachment
from narvard.deviations.tests.factories import AT, DAY


def test_from_received_to_closed_by_the_forms(world, screen, send):
    row = world.report()
    nurse, reporter = screen(world.nurse), screen(world.reporter)
    assert send(nurse, "receive", row.pk, version=1).url == reverse("deviations:page", args=[row.pk])
    send(nurse, "inquire", row.pk, version=2, note="Samtal")
    send(nurse, "answer", row.pk, version=3, cause="Därför", measures="Ny rutin", measures_by="2026-12-15")
    send(reporter, "close", row.pk, version=4)
    row.refresh_from_db()
    assert row.state == "closed"
    html = reporter.get(reverse("deviations:page", args=[row.pk])).content.decode()
    assert "Ny rutin" in html
    assert "Avslutad av Mobila teamet." in html


def test_a_double_click_is_one_step(world, screen):
    row, client, key = world.report(), screen(world.nurse), uuid.uuid4()
    for _click in range(2):
        client.post(reverse("deviations:receive", args=[row.pk]), {"once": key, "version": 1})
    assert row.events.count() == 2


def test_an_answer_without_a_measure_is_asked_for(world, screen, send):
    row = actions.receive(deviation=world.report(), by=world.nurse, at=AT)
    answer = send(screen(world.nurse), "answer", row.pk, version=2, cause="Skälet som skrevs", measures="")
    assert answer.status_code == 422
    assert "Skälet som skrevs" in answer.content.decode()


def test_a_stale_page_is_told_and_nothing_is_lost(world, screen, send):
    row = actions.receive(deviation=world.report(), by=world.nurse, at=AT)
    actions.inquire(deviation=row, by=world.mas, at=AT)
    answer = send(screen(world.nurse), "answer", row.pk, version=2, cause="Det jag skrev", measures="Rutin")
    html = answer.content.decode()
    assert answer.status_code == 409
    assert "Någon annan hann före" in html
    assert "Det jag skrev" in html
    assert answer.context["sheet"].forms["answer"].data["version"] == "3"


def test_the_reporter_cannot_answer_by_the_receivers_form(world, screen, send):
    row = world.report()
    answer = send(screen(world.reporter), "receive", row.pk, version=1)
    assert answer.status_code == 409
    assert "Det är Hemsjukvården Vännäs som har avvikelsen." in answer.content.decode()


def test_a_missent_one_is_sent_on_and_gone(world, screen, send):
    row, client = world.report(), screen(world.nurse)
    answer = send(client, "forward", row.pk, version=1, to=world.other_nurse.unit_id, reason="Bor i Umeå")
    assert answer.url == reverse("deviations:list")
    assert client.get(reverse("deviations:page", args=[row.pk])).status_code == 404
    html = screen(world.other_nurse).get(reverse("deviations:page", args=[row.pk])).content.decode()
    assert "Skickad vidare till Hemsjukvården Umeå" in html
    assert "Bor i Umeå" in html


def test_it_cannot_be_sent_on_to_the_reporter(world, screen, send):
    row = world.report()
    answer = send(screen(world.nurse), "forward", row.pk, version=1, to=world.reporter.unit_id, reason="Er")
    assert answer.status_code == 422
    assert "to" in answer.context["sheet"].forms["forward"].errors


def test_an_answer_is_opened_again_with_the_reason(world, screen, send):
    row = world.answered(at=AT)
    send(screen(world.colleague), "reopen", row.pk, version=row.version, reason="Gäller även helgen")
    row.refresh_from_db()
    assert row.state == "inquiry"
    assert "Gäller även helgen" in screen(world.nurse).get(reverse("deviations:page", args=[row.pk])).content.decode()


def test_mas_marks_and_takes_the_mark_away(world, screen, send):
    row, client = world.report(), screen(world.mas)
    send(client, "mark", row.pk, version=1, law="maria", reason="Fallskada")
    assert "Bedöms enligt lex Maria" in client.get(reverse("deviations:page", args=[row.pk])).content.decode()
    send(client, "mark", row.pk, version=2, law="-maria", reason="Bedömd")
    row.refresh_from_db()
    assert row.lex_maria_at is None


def test_a_nurse_does_not_mark(world, screen, send):
    row = world.report()
    assert send(screen(world.nurse), "mark", row.pk, version=1, law="maria", reason="X").status_code == 409
    row.refresh_from_db()
    assert row.lex_maria_at is None


def test_a_file_is_added_by_the_receiver_too(world, screen, send, photo):
    row = world.report()
    send(screen(world.nurse), "attach", row.pk, file=photo)
    kept = Attachment.objects.get()
    assert (kept.added_by, kept.shows_person) == (world.nurse, True)
    assert send(screen(world.nurse), "attach", row.pk).status_code == 422


def test_nothing_is_added_to_a_closed_one(world, screen, send, photo):
    row = actions.close(deviation=world.answered(at=AT), by=world.reporter, at=AT + DAY)
    answer = send(screen(world.nurse), "attach", row.pk, file=photo)
    assert answer.status_code == 409
    assert "Avvikelsen är avslutad" in answer.content.decode()


def test_steps_are_posted(world, screen):
    row = world.report()
    for step in ("receive", "inquire", "answer", "forward", "close", "reopen", "attach", "mark"):
        assert screen(world.nurse).get(reverse(f"deviations:{step}", args=[row.pk])).status_code == 405
