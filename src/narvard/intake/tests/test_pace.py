"""A programme's own times: how often one who waits is looked at again."""

from datetime import timedelta

import pytest

from narvard.intake import clocks
from narvard.intake.actions import assign_request, reassess, take_request
from narvard.intake.definitions import packaged
from narvard.intake.models import CareRequest, Risk, Urgency
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


def test_what_the_sources_leave_open_is_told_as_ours() -> None:
    paces = {row.key: row.pace for row in packaged()}
    # VGR: "Akuta hembesök senast nästkommande vardag". No report gives a time for anything else.
    assert {key for key, pace in paces.items() if pace != clocks.DEFAULT_PACE} == {"hsvt"}
    ours = clocks.own_times(paces["hsvt"])
    assert ours["first_contact_working_days"] == {"semi_acute": 3, "planned": 10}
    assert clocks.own_times(clocks.DEFAULT_PACE)["reassess_minutes"].keys() == set(Urgency.values)
