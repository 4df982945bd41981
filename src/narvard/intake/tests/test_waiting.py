"""The waiting room: who keeps the case looks again by the clock; one who gets worse goes back to ambulance."""

from datetime import timedelta

import pytest

from narvard.intake.actions import (
    assign_request,
    dispatch_car,
    leave_waiting_room,
    place_in_waiting_room,
    reassess,
    reopen_request,
    return_to_ambulance,
    take_request,
)
from narvard.intake.errors import NotYourRequest, ReasonMissing
from narvard.intake.models import CareRequest, Risk
from narvard.intake.states import Clock, NotPossibleNow, running_clock
from narvard.intake.steps import Suggestion
from narvard.intake.tests.world import NOW, World

LATER = NOW + timedelta(minutes=5)


def waits(world: World, **changes: object) -> CareRequest:
    """Somebody whom the alarm centre has let wait at home."""
    values = {"channel": "alarm_centre", "sender_unit": world.alarm, "by": world.operator, "urgency": "semi_acute"}
    return world.send(**(values | changes))


def test_the_alarm_centre_lets_wait_and_keeps_the_case_until_a_team_accepts(world: World) -> None:
    row = waits(world)
    assert (row.keeper, row.waiting_since, row.risk) == (world.alarm, NOW, Risk.LOW)
    assert row.reassess_due_at == NOW + timedelta(hours=2)
    asked = assign_request(
        request=row.pk, team=world.got, suggestion=Suggestion("eligible"), by=world.coordinator, at=LATER
    )
    assert (asked.keeper, asked.waiting_since) == (world.alarm, NOW)
    taken = take_request(request=row.pk, by=world.got_nurse, at=LATER)
    assert (taken.keeper, taken.waiting_since, running_clock(taken)) == (world.got, NOW, Clock.REASSESS)
    gone = dispatch_car(request=row.pk, by=world.got_nurse, at=LATER)
    assert (gone.waiting_since, gone.reassess_due_at, gone.due_at) == (None, None, gone.first_contact_due_at)


@pytest.mark.parametrize(
    ("channel", "urgency", "there"),
    [
        ("ambulance", "acute", True),
        ("ambulance", "semi_acute", True),
        ("sos", "acute", True),
        ("ambulance", "advice", False),
        ("1177", "acute", False),
        ("ward", "acute", False),
    ],
)
def test_who_waits_at_home_instead_of_an_ambulance_is_there_at_once(
    world: World, channel: str, urgency: str, *, there: bool
) -> None:
    assert (world.send(channel=channel, urgency=urgency).waiting_since is not None) is there


def test_the_one_clock_is_the_nearer_one(world: World) -> None:
    row = waits(world, urgency="acute")
    assert row.due_at == row.step_due_at == NOW + timedelta(minutes=15)
    assert running_clock(row) is Clock.ASSIGN
    high = reassess(request=row.pk, risk=Risk.HIGH, by=world.operator, at=NOW - timedelta(minutes=1))
    assert (high.due_at, running_clock(high)) == (high.reassess_due_at, Clock.REASSESS)


@pytest.mark.parametrize(("risk", "minutes"), [(Risk.LOW, 120), (Risk.RAISED, 60), (Risk.HIGH, 15)])
def test_the_higher_the_risk_the_sooner_somebody_looks_again(world: World, risk: Risk, minutes: int) -> None:
    row = reassess(request=waits(world).pk, risk=risk, by=world.operator, at=LATER, reason="Ringde dottern")
    assert row.reassess_due_at == LATER + timedelta(minutes=minutes)
    event = row.events.last()
    assert event is not None
    assert (event.kind, event.risk, event.met, event.reason) == ("reassessed", risk, True, "Ringde dottern")


def test_a_late_look_is_counted_as_late(world: World) -> None:
    row = reassess(request=waits(world).pk, risk=Risk.LOW, by=world.operator, at=NOW + timedelta(hours=3))
    event = row.events.last()
    assert event is not None
    assert event.met is False


def test_deterioration_is_one_step_and_ends_with_a_reason(world: World) -> None:
    row = return_to_ambulance(request=waits(world).pk, by=world.operator, at=LATER)
    assert (row.state, row.outcome, row.keeper, row.due_at, row.waiting_since) == (
        "closed",
        "ambulance",
        None,
        None,
        None,
    )
    event = row.events.last()
    assert event is not None
    assert event.reason == "Försämrad. Ambulans tar över."
    again = reopen_request(request=row.pk, reason="Stabil igen på plats", by=world.operator, at=LATER)
    assert (again.state, again.keeper) == ("new", world.intake)


@pytest.mark.parametrize("who", ["operator", "coordinator", "got_nurse"])
def test_anybody_who_takes_part_may_say_that_it_is_worse(world: World, who: str) -> None:
    row = waits(world)
    assign_request(request=row.pk, team=world.got, suggestion=Suggestion("eligible"), by=world.coordinator, at=NOW)
    assert return_to_ambulance(request=row.pk, by=getattr(world, who), at=LATER).outcome == "ambulance"


def test_the_coordinator_lets_wait_and_takes_out_again_with_a_reason(world: World) -> None:
    row = place_in_waiting_room(request=world.send().pk, by=world.coordinator, at=LATER)
    assert (row.waiting_since, row.risk, row.reassess_due_at) == (LATER, Risk.RAISED, LATER + timedelta(minutes=15))
    with pytest.raises(NotPossibleNow):
        place_in_waiting_room(request=row.pk, by=world.coordinator, at=LATER)
    with pytest.raises(ReasonMissing):
        leave_waiting_room(request=row.pk, reason=" ", by=world.coordinator, at=LATER)
    left = leave_waiting_room(request=row.pk, reason="Åker själv till hälsocentralen", by=world.coordinator, at=LATER)
    assert (left.waiting_since, left.due_at) == (None, left.step_due_at)


def test_one_who_does_not_wait_is_not_looked_at_again(world: World) -> None:
    with pytest.raises(NotPossibleNow):
        reassess(request=world.send().pk, risk=Risk.LOW, by=world.coordinator, at=LATER)


def test_a_car_is_sent_only_by_the_team_that_accepted(world: World) -> None:
    row = waits(world)
    with pytest.raises(NotPossibleNow):
        dispatch_car(request=row.pk, by=world.operator, at=LATER)
    take_request(request=row.pk, by=world.got_nurse, at=LATER)
    with pytest.raises(NotYourRequest):
        dispatch_car(request=row.pk, by=world.coordinator, at=LATER)


@pytest.mark.parametrize("who", ["outsider", "ward_nurse", "primar_nurse"])
def test_an_outsider_does_nothing_in_the_room(world: World, who: str) -> None:
    row, by = waits(world), getattr(world, who)
    with pytest.raises(NotYourRequest):
        reassess(request=row.pk, risk=Risk.LOW, by=by, at=LATER)
    with pytest.raises(NotYourRequest):
        return_to_ambulance(request=row.pk, by=by, at=LATER)


def test_being_sent_from_team_to_team_never_starts_the_first_visit_over(world: World) -> None:
    row = world.asked()
    due = row.first_contact_due_at
    friday = NOW + timedelta(days=4)
    moved = assign_request(
        request=row.pk, team=world.primar, suggestion=Suggestion("eligible"), by=world.coordinator, at=friday
    )
    assert moved.first_contact_due_at == due
