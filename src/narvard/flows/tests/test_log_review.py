"""Going through the logs: by the clock, by command, and beside the planned shifts."""

import json
from datetime import timedelta

import pytest
from django.core.management import call_command

from narvard.access.review.models import LogPicking, LogReview, ReviewReason
from narvard.access.tests.log_world import DAY, NEXT_MORNING, NOON, LogWorld
from narvard.flows.log_review import CATCH_UP_DAYS, go_through_due
from narvard.organisation.tests.factories import BaseFactory
from narvard.visits.models import Shift


@pytest.fixture
def world(db, settings) -> LogWorld:
    settings.NARVARD_LOG_SAMPLE = 0.0
    settings.NARVARD_CLOCK = NEXT_MORNING.isoformat()
    return LogWorld()


def run(capsys, *arguments):
    call_command("review_log", "--json", *arguments)
    return json.loads(capsys.readouterr().out.splitlines()[-1])


def night_visit(world):
    """The nurse opens a patient at 22, when the clinic is closed."""
    world.did(world.patient(), at=NOON + timedelta(hours=10))


def test_the_clock_goes_through_each_day_that_has_passed_once(world):
    night_visit(world)
    assert go_through_due(NEXT_MORNING) == CATCH_UP_DAYS * LogPicking.objects.values("provider").distinct().count()
    assert go_through_due(NEXT_MORNING) == 0
    assert ReviewReason.objects.get().rule == "hour"
    assert not LogPicking.objects.filter(day__gte=DAY + timedelta(days=1)).exists()


@pytest.mark.parametrize(("cancelled", "reasons"), [(None, []), (NOON, ["hour"])])
def test_who_was_planned_to_work_was_there_at_a_usual_hour(world, cancelled, reasons):
    Shift.objects.create(
        commission=world.nurse, date=DAY, base=BaseFactory(), cancelled_at=cancelled,
        starts_at=NOON + timedelta(hours=9), ends_at=NOON + timedelta(hours=19),
    )  # fmt: skip
    night_visit(world)
    go_through_due(NEXT_MORNING)
    assert world.reasons() == reasons


def test_the_command_goes_through_yesterday(world, capsys):
    night_visit(world)
    assert run(capsys) == {"day": "2026-11-23", "providers": 1, "accesses": 1, "to_review": 1}
    assert run(capsys) == {"day": "2026-11-23", "providers": 0, "accesses": 0, "to_review": 0}
    assert LogReview.objects.count() == 1


@pytest.mark.parametrize("day", ["2026-11-24", "i går", "2027-01-01"])
def test_a_day_that_has_not_passed_is_refused(world, capsys, day):
    with pytest.raises(SystemExit) as stopped:
        run(capsys, "--day", day)
    assert stopped.value.code == 2
    assert len(capsys.readouterr().err.splitlines()) == 1
    assert not LogPicking.objects.exists()
