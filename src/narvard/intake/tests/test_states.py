"""Whatever the order of acts: one state, one keeper and one clock, or an end with an outcome."""

import uuid

import pytest
from hypothesis import given
from hypothesis import strategies as st

from narvard.intake.models import CareRequest, Channel
from narvard.intake.states import Act, Clock, NotPossibleNow, Situation, begin, follow, is_possible

INTAKE, SENDER, ONE, TWO = (uuid.UUID(int=n) for n in range(1, 5))
State, Outcome = CareRequest.State, CareRequest.Outcome
acts = st.lists(st.tuples(st.sampled_from(list(Act)), st.sampled_from([ONE, TWO])), max_size=14)


def whole(now: Situation) -> bool:
    """The database's own check, and that an asked or accepting team is named."""
    if now.state == State.CLOSED:
        return now.keeper is None and now.outcome != Outcome.OPEN and now.clock is None
    named = now.state == State.NEW or now.team is not None
    return now.keeper is not None and now.outcome == Outcome.OPEN and now.clock is not None and named


@given(st.sampled_from(Channel.values), acts)
def test_it_is_always_in_one_place(channel: str, happenings: list[tuple[Act, uuid.UUID]]) -> None:
    now = begin(channel, SENDER, INTAKE)
    assert whole(now)
    for act, team in happenings:
        before = now
        try:
            now = follow(before, act, intake=INTAKE, team=team)
        except NotPossibleNow:
            now = before
            continue
        assert whole(now)
        assert is_possible(before, act)
        if before.keeper != now.keeper:
            assert act in {Act.TAKE, Act.REOPEN, Act.LIVES} or now.state == State.CLOSED


def test_the_alarm_centre_keeps_its_cases_until_a_team_accepts() -> None:
    now = begin(Channel.ALARM_CENTRE, SENDER, INTAKE)
    asked = follow(now, Act.ASSIGN, intake=INTAKE, team=ONE)
    assert (now.keeper, asked.keeper, asked.clock) == (SENDER, SENDER, Clock.ANSWER)
    assert follow(asked, Act.TAKE, intake=INTAKE, team=ONE).keeper == ONE


def test_an_ambulance_crew_never_keeps_a_case() -> None:
    assert begin(Channel.AMBULANCE, SENDER, INTAKE).keeper == INTAKE


def test_a_declined_request_goes_back_to_be_assigned() -> None:
    asked = Situation(State.ASKED, keeper=INTAKE, team=ONE)
    assert follow(asked, Act.DECLINE, intake=INTAKE) == Situation(State.NEW, keeper=INTAKE)


def test_a_team_that_forwards_what_it_accepted_keeps_it_meanwhile() -> None:
    accepted = Situation(State.ACCEPTED, keeper=ONE, team=ONE)
    assert follow(accepted, Act.FORWARD, intake=INTAKE, team=TWO) == Situation(State.ASKED, keeper=ONE, team=TWO)


@pytest.mark.parametrize("outcome", [Outcome.EPISODE, Outcome.DIED])
def test_what_has_begun_in_care_or_ended_in_death_is_not_opened_again(outcome: str) -> None:
    with pytest.raises(NotPossibleNow, match="redan avslutad"):
        follow(Situation(State.CLOSED, outcome=outcome), Act.REOPEN, intake=INTAKE)


def test_the_same_team_is_not_asked_twice() -> None:
    with pytest.raises(NotPossibleNow, match="har redan"):
        follow(Situation(State.ASKED, keeper=INTAKE, team=ONE), Act.ASSIGN, intake=INTAKE, team=ONE)
