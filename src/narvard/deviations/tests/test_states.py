"""The machine by itself: whatever is tried in whatever order, one state, one owner and one clock."""

import uuid
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, precondition, rule

from narvard.core import calendar
from narvard.deviations.models import Deviation
from narvard.deviations.states import ACTS, Act, NotPossibleNow, Situation, due_after, follow, is_possible

State = Deviation.State
REPORTER, FIRST, OTHER = (uuid.UUID(int=n) for n in (1, 2, 3))
UNITS = st.sampled_from([REPORTER, FIRST, OTHER])
# What may follow on what, written down a second time and otherwise.
ALLOWED = {
    "sent": {"receive": "received", "inquire": "inquiry", "forward": "sent"},
    "received": {"inquire": "inquiry", "answer": "answered", "forward": "sent"},
    "inquiry": {"answer": "answered", "forward": "sent"},
    "answered": {"close": "closed", "reopen": "inquiry"},
    "closed": {"reopen": "inquiry"},
}


class Machine(RuleBasedStateMachine):
    """A deviation to which anything may happen."""

    def __init__(self) -> None:
        super().__init__()
        self.now = Situation(State.SENT, REPORTER, FIRST)
        self.answered_since_reopening = False

    @rule(act=st.sampled_from(ACTS), to=UNITS)
    def anything(self, act: str, to: uuid.UUID) -> None:
        before = self.now
        wrong_unit = act == Act.FORWARD and to in {before.unit, REPORTER}
        if act not in ALLOWED[before.state] or wrong_unit:
            with pytest.raises(NotPossibleNow):
                follow(before, act, to=to)
            return
        self.now = follow(before, act, to=to)
        assert self.now.state == ALLOWED[before.state][act]
        assert self.now.unit == (to if act == Act.FORWARD else before.unit)
        if act in {Act.ANSWER, Act.REOPEN, Act.FORWARD}:
            self.answered_since_reopening = act == Act.ANSWER

    @invariant()
    def one_owner_that_takes_part(self) -> None:
        assert self.now.owner == (REPORTER if self.now.state in {"answered", "closed"} else self.now.unit)
        assert self.now.unit != REPORTER

    @invariant()
    def something_can_always_be_done(self) -> None:
        assert any(is_possible(self.now, act) for act in ACTS)

    @precondition(lambda self: self.now.state == State.CLOSED)
    @invariant()
    def nothing_is_closed_without_an_answer(self) -> None:
        assert self.answered_since_reopening


TestMachine = Machine.TestCase


@given(
    st.sampled_from([state for state in State.values if state != State.CLOSED]),
    st.booleans(),
    st.integers(0, 700 * 24 * 60).map(lambda minutes: datetime(2026, 1, 1, tzinfo=UTC) + timedelta(minutes=minutes)),
)
def test_a_clock_runs_out_on_a_working_day_and_a_grave_one_not_later(state, grave, at):
    due = due_after(state, grave=grave, at=at)
    assert due > at
    assert not calendar.is_day_off(due.date())
    assert due - at <= timedelta(days=50)
    assert due_after(state, grave=True, at=at) <= due_after(state, grave=False, at=at)


def test_what_is_closed_has_no_clock():
    assert due_after(State.CLOSED, grave=False, at=datetime(2026, 11, 23, tzinfo=UTC)) is None
