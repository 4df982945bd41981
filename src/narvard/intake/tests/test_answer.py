"""The team's answers: accept, decline, forward, not for us."""

from datetime import timedelta

import pytest

from narvard.access.queries import patients_of
from narvard.intake.actions import decline_request, end_with_episode, forward_request, mark_missent, take_request
from narvard.intake.errors import NotYourRequest, ReasonMissing, TeamCannotReceive
from narvard.intake.states import NotPossibleNow
from narvard.intake.tests.world import NOW, World

LATER = NOW + timedelta(minutes=5)
# The patient is 88 and the request acute: the first visit is due when Tuesday's office hours end.
FIRST_VISIT_DUE = NOW.replace(day=24, hour=15)


def test_accepting_makes_the_team_the_keeper(world: World) -> None:
    row = take_request(request=world.asked().pk, by=world.got_nurse, at=LATER)
    assert (row.state, row.keeper, row.due_at) == ("accepted", world.got, FIRST_VISIT_DUE)


def test_another_team_cannot_accept_what_it_was_not_asked(world: World) -> None:
    with pytest.raises(NotYourRequest, match="Ett annat team"):
        take_request(request=world.asked().pk, by=world.primar_nurse, at=LATER)


def test_accepting_twice_is_refused(world: World) -> None:
    row = world.accepted()
    with pytest.raises(NotPossibleNow, match="mottagen"):
        take_request(request=row.pk, by=world.got_nurse, at=LATER)


def test_a_team_takes_directly_what_nobody_was_asked_about(world: World) -> None:
    assert take_request(request=world.send().pk, by=world.primar_nurse, at=LATER).team == world.primar


def test_a_ward_cannot_take(world: World) -> None:
    with pytest.raises(TeamCannotReceive):
        take_request(request=world.send().pk, by=world.ward_nurse, at=LATER)


def test_declining_gives_it_back_with_reason_and_next_step(world: World) -> None:
    row = decline_request(
        request=world.asked().pk, reason="Fullt i dag", next_step="PrimÄR kan i kväll", by=world.got_nurse, at=LATER
    )
    assert (row.state, row.team, row.keeper) == ("new", None, world.intake)
    assert row.due_at == LATER + timedelta(minutes=30)
    event = row.events.last()
    assert event is not None
    assert (event.kind, event.reason, event.next_step) == ("declined", "Fullt i dag", "PrimÄR kan i kväll")
    assert patients_of(world.got_nurse, LATER + timedelta(minutes=1)).count() == 0


@pytest.mark.parametrize(("reason", "next_step"), [("", "x"), ("x", " ")])
def test_declining_without_words_is_refused(world: World, reason: str, next_step: str) -> None:
    with pytest.raises(ReasonMissing):
        decline_request(request=world.asked().pk, reason=reason, next_step=next_step, by=world.got_nurse, at=LATER)


def test_only_the_asked_team_declines(world: World) -> None:
    with pytest.raises(NotYourRequest):
        decline_request(request=world.asked().pk, reason="x", next_step="y", by=world.primar_nurse, at=LATER)


def test_forwarding_asks_the_other_team_with_history(world: World) -> None:
    row = forward_request(
        request=world.asked().pk, team=world.primar, reason="Bor närmare er", by=world.got_nurse, at=LATER
    )
    assert (row.state, row.team, row.keeper) == ("asked", world.primar, world.intake)
    assert [event.kind for event in row.events.all()] == ["registered", "assigned", "forwarded"]
    assert patients_of(world.got_nurse, LATER + timedelta(minutes=1)).count() == 0


def test_forwarding_what_was_accepted_keeps_the_case_here_meanwhile(world: World) -> None:
    row = forward_request(request=world.accepted().pk, team=world.primar, reason="x", by=world.got_nurse, at=LATER)
    assert row.keeper == world.got
    assert patients_of(world.got_nurse, LATER + timedelta(minutes=1)).count() == 1
    taken = take_request(request=row.pk, by=world.primar_nurse, at=LATER)
    assert taken.keeper == world.primar


def test_forwarding_to_oneself_or_to_a_ward_is_refused(world: World) -> None:
    row = world.asked()
    with pytest.raises(NotPossibleNow, match="har redan"):
        forward_request(request=row.pk, team=world.got, reason="x", by=world.got_nurse, at=LATER)
    with pytest.raises(TeamCannotReceive):
        forward_request(request=row.pk, team=world.ward, reason="x", by=world.got_nurse, at=LATER)


def test_not_for_us_goes_back_to_the_intake(world: World) -> None:
    row = mark_missent(request=world.asked().pk, reason="Barn", by=world.got_nurse, at=LATER, next_step="Barnkliniken")
    assert (row.state, row.team) == ("new", None)


def test_the_intake_sends_back_what_was_never_for_mobile_care(world: World) -> None:
    row = world.send()
    with pytest.raises(ReasonMissing, match="nästa steg"):
        mark_missent(request=row.pk, reason="Gäller färdtjänst", by=world.coordinator, at=LATER)
    ended = mark_missent(
        request=row.pk, reason="Gäller färdtjänst", next_step="Ring kommunen", by=world.coordinator, at=LATER
    )
    assert (ended.state, ended.outcome, ended.due_at) == ("closed", "missent", None)


def test_a_sender_cannot_mark_missent(world: World) -> None:
    with pytest.raises(NotYourRequest):
        mark_missent(request=world.send().pk, reason="x", next_step="y", by=world.ward_nurse, at=LATER)


def test_care_begins_and_the_request_has_led_to_it(world: World) -> None:
    row = end_with_episode(request=world.accepted().pk, by=world.got_nurse, at=LATER)
    assert (row.state, row.outcome, row.team) == ("closed", "episode", world.got)


def test_care_begins_only_with_the_team_that_accepted(world: World) -> None:
    row = world.accepted()
    with pytest.raises(NotYourRequest):
        end_with_episode(request=row.pk, by=world.primar_nurse, at=LATER)
    with pytest.raises(NotPossibleNow):
        end_with_episode(request=world.asked(patient=row.patient).pk, by=world.got_nurse, at=LATER)
