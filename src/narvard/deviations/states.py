"""The deviation's states, pure: what may follow on what, who does it, who then has it and for how long.

sent → received → under inquiry → answered → closed by the reporter's side, or opened again. Until it is answered the
unit that it concerns may send it on to the right one, which then begins at sent.
"""

import uuid
from dataclasses import dataclass, replace
from datetime import datetime
from enum import StrEnum

from django.utils import timezone
from django.utils.translation import gettext as _

from narvard.core.calendar import add_working_days, end_of_working_day
from narvard.core.errors import Refused
from narvard.deviations.models import Consequence, Deviation, DeviationEvent

State = Deviation.State
Act = DeviationEvent.Act


class NotPossibleNow(Refused):
    """The act does not fit the state that the deviation is in."""


class Side(StrEnum):
    """Who acts: the unit that it concerns, or the one that reported it; each with its provider's overseers."""

    RECEIVER = "receiver"
    REPORTER = "reporter"


# From which states each act is possible, what it leads to, and whose it is.
_STEPS: dict[str, tuple[frozenset[str], str, Side]] = {
    Act.RECEIVE: (frozenset({State.SENT}), State.RECEIVED, Side.RECEIVER),
    Act.INQUIRE: (frozenset({State.SENT, State.RECEIVED}), State.INQUIRY, Side.RECEIVER),
    Act.ANSWER: (frozenset({State.RECEIVED, State.INQUIRY}), State.ANSWERED, Side.RECEIVER),
    Act.FORWARD: (frozenset({State.SENT, State.RECEIVED, State.INQUIRY}), State.SENT, Side.RECEIVER),
    Act.CLOSE: (frozenset({State.ANSWERED}), State.CLOSED, Side.REPORTER),
    Act.REOPEN: (frozenset({State.ANSWERED, State.CLOSED}), State.INQUIRY, Side.REPORTER),
}
ACTS = tuple(_STEPS)
# Working days to the end of which each step must be done: usual, and when it was or may become grave. Ours.
_DAYS: dict[str, tuple[int, int]] = {
    State.SENT: (2, 1),
    State.RECEIVED: (5, 2),
    State.INQUIRY: (20, 10),
    State.ANSWERED: (10, 10),
}
# From this product of severity and likelihood, SKR's handbook asks for action.
GRAVE_RISK = 8


@dataclass(frozen=True)
class Situation:
    """Where a deviation stands: its state, and the units on either side."""

    state: str
    reporter_unit: uuid.UUID
    unit: uuid.UUID

    @property
    def owner(self) -> uuid.UUID:
        """The unit that must do the next thing."""
        return self.reporter_unit if self.state in {State.ANSWERED, State.CLOSED} else self.unit


def situation(row: Deviation) -> Situation:
    """A deviation's place in the machine."""
    return Situation(row.state, row.reporter_unit_id, row.unit_id)


def side_of(act: str) -> Side:
    """Whose act it is."""
    return _STEPS[act][2]


def is_possible(now: Situation, act: str) -> bool:
    """Whether the act fits the state."""
    return now.state in _STEPS[act][0]


def follow(now: Situation, act: str, *, to: uuid.UUID | None = None) -> Situation:
    """The situation after ``act``; ``to`` is the unit that a missent deviation is sent on to.

    Raises :class:`NotPossibleNow` when the act does not fit, or when ``to`` already has it or reported it.
    """
    if not is_possible(now, act):
        words = {"state": State(now.state).label}
        raise NotPossibleNow(_("Det går inte nu: avvikelsen är i läget ”%(state)s”. Inget ändrades.") % words)
    if act != Act.FORWARD:
        return replace(now, state=_STEPS[act][1])
    if to is None:
        raise ValueError("forwarding needs a unit")
    if to == now.unit:
        raise NotPossibleNow(_("Den enheten har redan avvikelsen."))
    if to == now.reporter_unit:
        raise NotPossibleNow(
            _("Enheten har själv rapporterat avvikelsen. Svara i stället vad ni har kommit fram till.")
        )
    return replace(now, state=State.SENT, unit=to)


def is_grave(row: Deviation) -> bool:
    """Whether the clocks are the short ones: a serious consequence, or a risk that asks for action."""
    return row.consequence == Consequence.SERIOUS or (row.risk or 0) >= GRAVE_RISK


def due_after(state: str, *, grave: bool, at: datetime) -> datetime | None:
    """When the next step must be done, for a state entered at ``at``; None when closed."""
    days = _DAYS.get(state)
    if days is None:
        return None
    return end_of_working_day(add_working_days(timezone.localdate(at), days[grave]))
