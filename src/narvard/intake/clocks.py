"""How long a request may wait, pure. Acute means at the latest the next weekday, as the reports say.

The times within a day are our own operational rule, until a programme's definition sets its own: the sources
give "svar på minuter" to ambulance crews and "akut hembesök senast nästa vardag", no other figures.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from django.utils import timezone

from narvard.core import calendar
from narvard.intake.models import Channel, Urgency
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


@dataclass(frozen=True)
class Pace:
    """A programme's own times: minutes to answer and working days to the first contact, by urgency."""

    answer_minutes: Mapping[str, int] = field(default_factory=dict)
    first_contact_working_days: Mapping[str, int] = field(default_factory=dict)


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
