"""The request's states, pure: what may follow on what, who keeps the case, which clock runs.

The rules of the reports: whoever keeps the case keeps it until somebody else accepts it. While a request waits
the keeper is the joint intake, or the alarm centre that called ("Larmcentralen släpper inte ärendet"); never
the caller of an ambulance.
"""

import uuid
from dataclasses import dataclass, replace
from enum import StrEnum

from django.utils.translation import gettext as _

from narvard.core.errors import Refused
from narvard.intake.models import CareRequest, Channel

State = CareRequest.State
Outcome = CareRequest.Outcome


class NotPossibleNow(Refused):
    """The act does not fit the state that the request is in."""


class Act(StrEnum):
    """What can happen to a request after it was registered."""

    ASSIGN = "assign"
    TAKE = "take"
    DECLINE = "decline"
    FORWARD = "forward"
    MISSENT = "missent"
    WITHDRAW = "withdraw"
    REOPEN = "reopen"
    ADVISE = "advise"
    REFUSE = "refuse"
    NOT_OURS = "not_ours"
    START_CARE = "start_care"
    DIE = "die"
    LIVES = "lives"
    ACKNOWLEDGE = "acknowledge"
    WAIT = "wait"
    REASSESS = "reassess"
    LEAVE = "leave"
    DISPATCH = "dispatch"
    DETERIORATE = "deteriorate"


class Clock(StrEnum):
    """Which clock runs: until a team is asked, it answers, the first visit, somebody looks at who waits again."""

    ASSIGN = "assign"
    ANSWER = "answer"
    FIRST_CONTACT = "first_contact"
    REASSESS = "reassess"


_CLOCKS = {State.NEW: Clock.ASSIGN, State.ASKED: Clock.ANSWER, State.ACCEPTED: Clock.FIRST_CONTACT}
_OPEN = frozenset({State.NEW, State.ASKED, State.ACCEPTED})
# From which states each act is possible.
_FROM = {
    Act.ASSIGN: frozenset({State.NEW, State.ASKED}),
    Act.TAKE: frozenset({State.NEW, State.ASKED}),
    Act.DECLINE: frozenset({State.ASKED, State.ACCEPTED}),
    Act.FORWARD: frozenset({State.ASKED, State.ACCEPTED}),
    Act.MISSENT: frozenset({State.ASKED, State.ACCEPTED}),
    Act.WITHDRAW: _OPEN,
    Act.REOPEN: frozenset({State.CLOSED}),
    Act.ADVISE: _OPEN,
    Act.REFUSE: frozenset({State.NEW}),
    Act.NOT_OURS: frozenset({State.NEW}),
    Act.START_CARE: frozenset({State.ACCEPTED}),
    Act.DIE: _OPEN,
    Act.LIVES: frozenset({State.CLOSED}),
    Act.ACKNOWLEDGE: _OPEN,
    Act.WAIT: _OPEN,
    Act.REASSESS: _OPEN,
    Act.LEAVE: _OPEN,
    Act.DISPATCH: frozenset({State.ACCEPTED}),
    Act.DETERIORATE: _OPEN,
}
_ENDS = {
    Act.WITHDRAW: Outcome.WITHDRAWN,
    Act.ADVISE: Outcome.ADVICE,
    Act.REFUSE: Outcome.DECLINED,
    Act.NOT_OURS: Outcome.MISSENT,
    Act.START_CARE: Outcome.EPISODE,
    Act.DIE: Outcome.DIED,
    Act.DETERIORATE: Outcome.AMBULANCE,
}
# Acts that leave state, keeper and team alone.
STAYING = frozenset({Act.ACKNOWLEDGE, Act.WAIT, Act.REASSESS, Act.LEAVE, Act.DISPATCH})
# Acts for one who is in the waiting room.
_OF_THE_WAITING = frozenset({Act.REASSESS, Act.LEAVE, Act.DISPATCH})
# What has begun in care, and a life that has ended, are not opened again; a death taken back is its own act.
_FINAL = frozenset({Outcome.EPISODE, Outcome.DIED})


@dataclass(frozen=True)
class Situation:
    """Where a request stands: one state, one keeper and one clock, or an end with an outcome."""

    state: str
    outcome: str = Outcome.OPEN
    keeper: uuid.UUID | None = None
    team: uuid.UUID | None = None
    waits: bool = False
    """Whether the person is in the waiting room."""
    backup: uuid.UUID | None = None
    """The unit that a clock that ran out has been escalated to at last."""

    @property
    def clock(self) -> Clock | None:
        """The clock of the awaited step; None at the end."""
        return _CLOCKS.get(State(self.state))


def situation(row: CareRequest) -> Situation:
    """A request's place in the machine."""
    waits = row.waiting_since is not None
    return Situation(row.state, row.outcome, row.keeper_id, row.team_id, waits, row.backup_id)


def running_clock(row: CareRequest) -> Clock | None:
    """The clock that runs, the nearer of the awaited step and the next look at one who waits; None at the end."""
    look, awaited = row.reassess_due_at, row.step_due_at
    if look is not None and awaited is not None and look < awaited:
        return Clock.REASSESS
    return situation(row).clock


def first_keeper(channel: str, sender: uuid.UUID, intake: uuid.UUID) -> uuid.UUID:
    """Who keeps a new request: the alarm centre its own cases, the intake all others."""
    return sender if channel == Channel.ALARM_CENTRE else intake


def begin(channel: str, sender: uuid.UUID, intake: uuid.UUID) -> Situation:
    """The situation of a request that was just registered."""
    return Situation(State.NEW, keeper=first_keeper(channel, sender, intake))


def is_possible(now: Situation, act: Act) -> bool:
    """Whether the act fits the state."""
    if act is Act.LIVES:
        return now.outcome == Outcome.DIED
    if act is Act.WAIT or act in _OF_THE_WAITING:
        return now.state in _FROM[act] and now.waits is not (act is Act.WAIT)
    return now.state in _FROM[act] and not (act is Act.REOPEN and now.outcome in _FINAL)


def follow(now: Situation, act: Act, *, intake: uuid.UUID, team: uuid.UUID | None = None) -> Situation:
    """The situation after ``act``; ``team`` is the team that is asked or takes the request.

    Raises :class:`NotPossibleNow` when the act does not fit, or when the same team is asked again.
    """
    if not is_possible(now, act):
        raise NotPossibleNow(_refusal(now))
    if act in _ENDS:
        return Situation(State.CLOSED, outcome=_ENDS[act], team=now.team)
    if act in STAYING:
        return replace(now, waits=_waits_after(now, act))
    if act in {Act.REOPEN, Act.LIVES}:
        return Situation(State.NEW, keeper=intake)
    if act in {Act.DECLINE, Act.MISSENT}:
        return replace(now, state=State.NEW, team=None, backup=None)
    if team is None:
        raise ValueError(f"{act} needs a team")
    if act is Act.TAKE:
        return Situation(State.ACCEPTED, keeper=team, team=team, waits=now.waits)
    if team == now.team:
        raise NotPossibleNow(_("Det teamet har redan begäran."))
    return replace(now, state=State.ASKED, team=team, backup=None)


def _waits_after(now: Situation, act: Act) -> bool:
    if act is Act.WAIT:
        return True
    return now.waits and act not in {Act.LEAVE, Act.DISPATCH}


def _refusal(now: Situation) -> str:
    if now.state == State.CLOSED:
        return _("Begäran är redan avslutad (%(how)s). Inget ändrades.") % {"how": Outcome(now.outcome).label}
    return _("Det går inte nu: begäran är i läget ”%(state)s”. Inget ändrades.") % {"state": State(now.state).label}
