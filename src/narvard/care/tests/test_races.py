"""Two people at once: the patient's row makes the second wait, and then refuses in words. Both databases."""

import threading

import pytest
from django.db import connection

from narvard.care import actions, book
from narvard.care.actions.episodes import AlreadyEnrolled, StillResponsible
from narvard.care.actions.handovers import AlreadyAnswered, AlreadyProposed, NotTemporary
from narvard.care.actions.life import AlreadyOnWard, NotOnWard
from narvard.care.ledger import MAIN_KINDS, NotHolder
from narvard.care.models import Duty, Episode, Handover, HospitalStay, Responsibility
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


def admit(area):
    return actions.admit_patient(
        patient=area.patient, ward=area.ward.unit, admitted_at=AT + HOUR, by=area.ward, at=AT + HOUR
    )


def held(area, hours):
    found = {row.kind: row.holder_id for row in Responsibility.objects.filter(voided_at=None).order_by("sequence")}
    assert len(found) == len(MAIN_KINDS), f"a kind without a holder after {hours} hours"
    return [found[kind] for kind in MAIN_KINDS]


def test_enrolled_while_being_admitted_the_ward_holds(monkeypatch):
    area = make_area()
    outcome = race(monkeypatch, lambda: admit(area), lambda: area.enrol(at=AT + 2 * HOUR))
    assert outcome == [None, None]
    assert held(area, 2) == [area.ward.unit_id] * 3 + [area.team.unit_id]


def test_admitted_while_being_enrolled_the_ward_holds(monkeypatch):
    area = make_area()
    outcome = race(monkeypatch, lambda: area.enrol(at=AT), lambda: admit(area))
    assert outcome == [None, None]
    assert held(area, 1) == [area.ward.unit_id] * 3 + [area.team.unit_id]


def test_two_admit_at_once_and_one_does(monkeypatch):
    area = make_area()
    outcome = race(monkeypatch, lambda: admit(area), lambda: admit(area))
    assert outcome[0] is None
    assert isinstance(outcome[1], AlreadyOnWard)
    assert HospitalStay.objects.count() == 1


def test_two_discharge_at_once_and_one_does(monkeypatch):
    area = make_area()
    area.enrol()
    stay = admit(area)

    def home():
        actions.discharge_patient(stay=stay, discharged_at=AT + 3 * HOUR, by=area.ward, at=AT + 3 * HOUR)

    outcome = race(monkeypatch, home, home)
    assert outcome[0] is None
    assert isinstance(outcome[1], NotOnWard)
    assert held(area, 3) == [area.team.unit_id] * 4
    assert Responsibility.objects.filter(because="discharge").count() == 3


def test_an_admission_is_not_taken_back_beside_a_discharge(monkeypatch):
    area = make_area()
    area.enrol()
    stay = admit(area)
    outcome = race(
        monkeypatch,
        lambda: actions.discharge_patient(stay=stay, discharged_at=AT + 3 * HOUR, by=area.ward, at=AT + 3 * HOUR),
        lambda: actions.undo_admission(stay=stay, reason="Fel person", by=area.ward, at=AT + 3 * HOUR),
    )
    assert isinstance(outcome[1], NotOnWard)
    assert HospitalStay.objects.get().undone_at is None


def temporary(area):
    handover = area.propose(area.enrol(), area.other_team, kinds=["nursing"], hand_back_on=(AT + 72 * HOUR).date())
    return actions.accept_handover(handover=handover, by=area.other_team, at=AT + 2 * HOUR)


def hand_back(area, taken):
    return actions.propose_handover(
        episode=taken.episode, receiver=area.team.unit, kinds=["nursing"], returns=taken,
        content=actions.Content(reason="Tillbaka"), by=area.other_team, at=AT + 3 * HOUR,
    )  # fmt: skip


def test_two_hand_back_at_once_and_one_does(monkeypatch):
    area = make_area()
    taken = temporary(area)
    outcome = race(monkeypatch, lambda: hand_back(area, taken), lambda: hand_back(area, taken))
    assert isinstance(outcome[1], AlreadyProposed)
    assert Handover.objects.filter(returns=taken).count() == 1


def test_the_hand_back_day_is_not_moved_beside_its_acceptance(monkeypatch):
    area = make_area()
    taken = temporary(area)
    back = hand_back(area, taken)
    outcome = race(
        monkeypatch,
        lambda: actions.accept_handover(handover=back, by=area.team, at=AT + 4 * HOUR),
        lambda: actions.change_hand_back(
            handover=taken, on=(AT + 120 * HOUR).date(), reason="Längre", by=area.other_team, at=AT + 4 * HOUR
        ),
    )
    assert isinstance(outcome[1], NotTemporary)
    assert Duty.objects.get(kind="hand_back").done_at is not None


def test_handed_back_before_it_was_accepted_is_refused(monkeypatch):
    area = make_area()
    handover = area.propose(area.enrol(), area.other_team, kinds=["nursing"], hand_back_on=(AT + 72 * HOUR).date())
    outcome = race(
        monkeypatch,
        lambda: actions.withdraw_handover(handover=handover, reason="Fel", by=area.team, at=AT + 2 * HOUR),
        lambda: hand_back(area, handover),
    )
    assert isinstance(outcome[1], NotHolder)


def test_what_is_prepared_is_sent_once(monkeypatch):
    area = make_area()
    episode = area.enrol()
    common = {
        "episode": episode, "parts": [(area.home_nursing.unit, ["nursing"])],
        "content": actions.Content(reason="Stabil"), "by": area.team,
    }  # fmt: skip
    actions.prepare_handover(**common, at=AT + HOUR)

    def send():
        actions.propose_prepared(**common, at=AT + 2 * HOUR)

    outcome = race(monkeypatch, send, send)
    assert isinstance(outcome[1], AlreadyProposed)
    assert [row.state for row in Handover.objects.all()] == ["proposed"]
