"""How long a request may wait, pure. Acute means at the latest the next weekday, as the reports say.

The times within a day are our own operational rule, until a programme's definition sets its own: the sources
give "svar på minuter" to ambulance crews and "akut hembesök senast nästa vardag", no other figures.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from django.utils import timezone

from narvard.core import calendar
from narvard.intake.models import Channel, Risk, Rung, Urgency
from narvard.intake.states import Clock

# Somebody stands in the patient's home, or a car is on hold, until these are answered.
_ON_THE_SPOT = frozenset({Channel.AMBULANCE, Channel.ALARM_CENTRE, Channel.SOS})
_ON_THE_SPOT_ANSWER = timedelta(minutes=15)
_STEP = {
    Urgency.ACUTE: timedelta(minutes=30),
    Urgency.SEMI_ACUTE: timedelta(hours=2),
    Urgency.ADVICE: timedelta(minutes=60),
}
_WORKING_DAYS = {Urgency.ACUTE: 1, Urgency.SEMI_ACUTE: 3, Urgency.PLANNED: 10}
# A step towards a planned start: somebody has looked at it before the next working day ends.
_PLANNED_STEP_WORKING_DAYS = 1
_ADVICE_WITHIN = timedelta(hours=2)
# How often one who waits is looked at again when stable; twice as often when that is uncertain.
_REASSESS_MINUTES = {Urgency.ACUTE: 30, Urgency.SEMI_ACUTE: 120, Urgency.ADVICE: 60, Urgency.PLANNED: 1440}
_HIGH_RISK_MINUTES = 15
# From one rung of the escalation to the next.
_RUNG = {Urgency.ACUTE: timedelta(minutes=15), Urgency.SEMI_ACUTE: timedelta(hours=1)}
_RUNG_ADVICE = timedelta(minutes=30)
# How many minutes before a clock runs out it is nearly late.
WARN_MINUTES = 10
WARN_MINUTES_ACCEPTED = 120
WARN_MINUTES_PLANNED = 240


@dataclass(frozen=True)
class Pace:
    """A programme's own times, by urgency.

    Minutes to answer, working days to the first contact, minutes until one who waits is looked at again, minutes
    until one who got advice is called back.
    """

    answer_minutes: Mapping[str, int] = field(default_factory=dict)
    first_contact_working_days: Mapping[str, int] = field(default_factory=dict)
    reassess_minutes: Mapping[str, int] = field(default_factory=dict)
    call_back_minutes: Mapping[str, int] = field(default_factory=dict)


DEFAULT_PACE = Pace()


def first_contact_due(urgency: str, at: datetime, pace: Pace = DEFAULT_PACE) -> datetime:
    """When the patient must have been met (or answered, for advice) at the latest, counted from ``at``."""
    if urgency == Urgency.ADVICE:
        return at + _ADVICE_WITHIN
    days = pace.first_contact_working_days.get(urgency, _WORKING_DAYS[Urgency(urgency)])
    return calendar.end_of_working_day(calendar.add_working_days(timezone.localdate(at), days))


def step_due(clock: Clock, channel: str, urgency: str, at: datetime, pace: Pace = DEFAULT_PACE) -> datetime:
    """When the intake must have asked a team, or the asked team must have answered."""
    if clock is Clock.ANSWER and urgency in pace.answer_minutes:
        return at + timedelta(minutes=pace.answer_minutes[urgency])
    if channel in _ON_THE_SPOT and urgency != Urgency.PLANNED:
        return at + _ON_THE_SPOT_ANSWER
    if urgency == Urgency.PLANNED:
        day = calendar.add_working_days(timezone.localdate(at), _PLANNED_STEP_WORKING_DAYS)
        return calendar.end_of_working_day(day)
    return at + _STEP[Urgency(urgency)]


def running(
    clock: Clock | None, channel: str, urgency: str, at: datetime, first_contact: datetime, pace: Pace = DEFAULT_PACE
) -> datetime | None:
    """When the running clock runs out; None when no clock runs."""
    if clock is None:
        return None
    if clock is Clock.FIRST_CONTACT:
        return first_contact
    return step_due(clock, channel, urgency, at, pace)


def reassess_due(urgency: str, risk: int, at: datetime, pace: Pace = DEFAULT_PACE) -> datetime:
    """When the keeper must look again at one who waits; ``pace`` is the keeper's programme's."""
    usual = pace.reassess_minutes.get(urgency, _REASSESS_MINUTES[Urgency(urgency)])
    if risk == Risk.HIGH:
        return at + timedelta(minutes=min(usual, _HIGH_RISK_MINUTES))
    return at + timedelta(minutes=usual // 2 if risk == Risk.RAISED else usual)


def call_back_due(urgency: str, at: datetime, pace: Pace) -> datetime | None:
    """When one who got advice is called back; None where the programme promises no such call."""
    minutes = pace.call_back_minutes.get(urgency)
    return at + timedelta(minutes=minutes) if minutes else None


def own_times(pace: Pace) -> dict[str, dict[str, int]]:
    """The times that a programme with ``pace`` leaves to our own rules, by name and urgency: to be agreed locally."""
    ours = {
        "answer_minutes": {urgency: int(step.total_seconds() // 60) for urgency, step in _STEP.items()},
        "first_contact_working_days": _WORKING_DAYS,
        "reassess_minutes": _REASSESS_MINUTES,
    }
    return {
        name: {str(urgency): many for urgency, many in by_urgency.items() if urgency not in getattr(pace, name)}
        for name, by_urgency in ours.items()
    }


def rungs(clock: Clock) -> tuple[Rung, ...]:
    """Whom a clock that has run out is escalated to in turn; to ask a team is the coordinator's own step."""
    if clock is Clock.ASSIGN:
        return (Rung.COORDINATOR, Rung.FALLBACK)
    return (Rung.HOLDER, Rung.COORDINATOR, Rung.FALLBACK)


def rung_due(urgency: str, due: datetime, place: int) -> datetime:
    """When the rung at ``place`` (0 is the first) of a clock that ran out at ``due`` is reached."""
    if not place:
        return due
    if urgency == Urgency.PLANNED:
        return calendar.end_of_working_day(calendar.add_working_days(timezone.localdate(due), place))
    return due + place * _RUNG.get(Urgency(urgency), _RUNG_ADVICE)


def reached(clock: Clock, urgency: str, due: datetime, at: datetime) -> list[Rung]:
    """The rungs that a clock that was to be met at ``due`` has come to at ``at``, the first first."""
    return [rung for place, rung in enumerate(rungs(clock)) if rung_due(urgency, due, place) < at]
