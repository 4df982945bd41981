"""A programme's own times: how often one who waits is looked at again."""

from datetime import timedelta

import pytest

from narvard.intake.actions import assign_request, reassess, take_request
from narvard.intake.models import CareRequest, Risk
from narvard.intake.steps import Suggestion
from narvard.intake.tests.world import NOW, World, build, pace

LATER = NOW + timedelta(minutes=5)


@pytest.fixture
def world(db: None) -> World:
    return build()


def waits_with_got(world: World) -> CareRequest:
    row = world.send(channel="alarm_centre", sender_unit=world.alarm, by=world.operator, urgency="semi_acute")
    suggestion = Suggestion("eligible")
    assign_request(request=row.pk, team=world.got, suggestion=suggestion, by=world.coordinator, at=NOW)
    return take_request(request=row.pk, by=world.got_nurse, at=LATER)


def test_the_keepers_programme_says_how_often_somebody_looks_again(world: World) -> None:
    pace("got", "reassess_minutes: {semi_acute: 40}")
    row = waits_with_got(world)
    assert row.reassess_due_at == NOW + timedelta(minutes=40)
    seen = reassess(request=row.pk, risk=Risk.LOW, by=world.got_nurse, at=LATER)
    assert seen.reassess_due_at == LATER + timedelta(minutes=40)
    worse = reassess(request=row.pk, risk=Risk.RAISED, by=world.got_nurse, at=LATER)
    assert worse.reassess_due_at == LATER + timedelta(minutes=20)


def test_to_take_a_case_never_puts_off_the_clock_that_runs(world: World) -> None:
    pace("got", "reassess_minutes: {semi_acute: 600}")
    row = waits_with_got(world)
    assert row.reassess_due_at == NOW + timedelta(hours=2)
    assert reassess(request=row.pk, risk=Risk.LOW, by=world.got_nurse, at=LATER).reassess_due_at == LATER + timedelta(
        minutes=600
    )


def test_without_times_of_its_own_the_joint_ones_hold(world: World) -> None:
    assert waits_with_got(world).reassess_due_at == NOW + timedelta(hours=2)
