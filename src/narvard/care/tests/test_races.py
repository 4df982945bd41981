"""Two people at once: the patient's row makes the second wait, and then refuses in words. Both databases."""

import threading

import pytest
from django.db import connection

from narvard.care import actions, book
from narvard.care.actions.episodes import AlreadyEnrolled, StillResponsible
from narvard.care.actions.handovers import AlreadyAnswered
from narvard.care.ledger import MAIN_KINDS
from narvard.care.models import Episode, Handover, Responsibility
from narvard.care.tests.factories import AT, HOUR, make_area
from narvard.core.errors import Refused

pytestmark = pytest.mark.django_db(transaction=True)
PATIENCE = 15


def race(monkeypatch, first, second) -> list[Exception | None]:
    """Run ``first`` until it holds the patient's row, then start ``second``; what each of them raised.

    ``second`` is let in only when ``first`` holds the lock, so who wins is never a matter of luck.
    """
    locked, tried = threading.Event(), threading.Event()
    outcome: list[Exception | None] = [None, None]
    real = book.open_book
    winner: list[int] = []

    def open_book(patient):
        opened = real(patient)
        if threading.get_ident() in winner and not locked.is_set():
            locked.set()
            assert tried.wait(PATIENCE)
        return opened

    def run(place, act):
        if place == 0:
            winner.append(threading.get_ident())
        else:
            assert locked.wait(PATIENCE)
            tried.set()
        try:
            act()
        except Refused as error:
            outcome[place] = error
        finally:
            connection.close()

    monkeypatch.setattr(book, "open_book", open_book)
    threads = [threading.Thread(target=run, args=(place, act)) for place, act in enumerate((first, second))]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(PATIENCE * 2)
    assert not any(thread.is_alive() for thread in threads)
    return outcome


def test_two_accept_at_once_and_one_does(monkeypatch):
    area = make_area()
    handover = area.propose(area.enrol(), area.other_team)

    def accept():
        actions.accept_handover(handover=handover, by=area.other_team, at=AT + 2 * HOUR)

    outcome = race(monkeypatch, accept, accept)
    assert outcome[0] is None
    assert isinstance(outcome[1], AlreadyAnswered)
    assert Responsibility.objects.filter(because="handover").count() == len(MAIN_KINDS)


def test_accept_and_withdraw_at_once_leave_one_truth(monkeypatch):
    area = make_area()
    handover = area.propose(area.enrol(), area.other_team)
    outcome = race(
        monkeypatch,
        lambda: actions.withdraw_handover(handover=handover, reason="Försämrad", by=area.team, at=AT + 2 * HOUR),
        lambda: actions.accept_handover(handover=handover, by=area.other_team, at=AT + 2 * HOUR),
    )
    assert isinstance(outcome[1], AlreadyAnswered)
    assert Handover.objects.get().state == Handover.State.WITHDRAWN
    assert not Responsibility.objects.filter(because="handover").exists()


def test_two_enrol_at_once_and_one_does(monkeypatch):
    area = make_area()
    outcome = race(monkeypatch, area.enrol, area.enrol)
    assert isinstance(outcome[1], AlreadyEnrolled)
    assert Episode.objects.count() == 1


def test_an_episode_does_not_end_beside_a_handover_being_proposed(monkeypatch):
    area = make_area()
    episode = area.enrol()
    outcome = race(
        monkeypatch,
        lambda: area.propose(episode, area.other_team),
        lambda: actions.end_episode(episode=episode, reason="klar", by=area.team, at=AT + HOUR),
    )
    assert isinstance(outcome[1], StillResponsible)
    assert Episode.objects.get().ended_at is None
