from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from narvard.intake.clocks import Pace, first_contact_due, running, step_due
from narvard.intake.states import Clock

SWEDEN = ZoneInfo("Europe/Stockholm")


def at(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=SWEDEN)


@pytest.mark.parametrize(
    ("registered", "urgency", "due"),
    [
        ("2026-11-23T08:00", "acute", "2026-11-24T16:00"),
        # Friday afternoon: the next weekday is Monday.
        ("2026-11-27T15:00", "acute", "2026-11-30T16:00"),
        # The day before Christmas Eve: eves and holidays are no working days, and the 27th is a Sunday.
        ("2026-12-23T12:00", "acute", "2026-12-28T16:00"),
        ("2026-11-23T08:00", "semi_acute", "2026-11-26T16:00"),
        ("2026-11-23T08:00", "planned", "2026-12-07T16:00"),
        ("2026-11-23T08:00", "advice", "2026-11-23T10:00"),
    ],
)
def test_first_contact(registered: str, urgency: str, due: str) -> None:
    assert first_contact_due(urgency, at(registered)) == at(due)


@pytest.mark.parametrize(
    ("channel", "urgency", "minutes"),
    [
        ("ambulance", "acute", 15),
        ("alarm_centre", "semi_acute", 15),
        ("ward", "acute", 30),
        ("ward", "semi_acute", 120),
    ],
)
def test_steps_within_the_day(channel: str, urgency: str, minutes: int) -> None:
    now = at("2026-11-23T08:00")
    assert step_due(Clock.ASSIGN, channel, urgency, now) == now + timedelta(minutes=minutes)


def test_a_planned_step_is_due_when_the_next_working_day_ends() -> None:
    assert step_due(Clock.ANSWER, "ambulance", "planned", at("2026-11-27T15:00")) == at("2026-11-30T16:00")


def test_a_programme_may_set_its_own_times() -> None:
    now, pace = at("2026-11-23T08:00"), Pace({"acute": 5}, {"acute": 2})
    assert step_due(Clock.ANSWER, "ward", "acute", now, pace) == now + timedelta(minutes=5)
    assert step_due(Clock.ASSIGN, "ward", "acute", now, pace) == now + timedelta(minutes=30)
    assert first_contact_due("acute", now, pace) == at("2026-11-25T16:00")


def test_no_clock_runs_after_the_end() -> None:
    now = at("2026-11-23T08:00")
    assert running(None, "ward", "acute", now, now) is None
    assert running(Clock.FIRST_CONTACT, "ward", "acute", now, at("2026-11-24T16:00")) == at("2026-11-24T16:00")
