"""A team that is phoned is held to what its programme says of the sender: an answer, or a reason that is read."""

from datetime import timedelta

import pytest

from narvard.access.models import CareRelation
from narvard.flows import triage
from narvard.flows.registering import register
from narvard.intake.errors import ReasonMissing, TeamCannotReceive
from narvard.intake.misfits import misfits
from narvard.intake.models import CareRequest
from narvard.intake.tests.world import NOW, World, build
from narvard.organisation.models import CareUnit, Commission, Programme, Team
from narvard.organisation.tests.factories import CareUnitFactory


@pytest.fixture
def world(db: None) -> World:
    return build()


@pytest.fixture
def spot(world: World) -> Commission:
    """GÖT's nurse, whose team now works by SPOT's programme: a physician always decides the level of care."""
    Team.objects.filter(unit=world.got).update(programme=Programme.objects.get(key="spot"))
    return world.got_nurse


@pytest.fixture
def sender(world: World) -> CareUnit:
    return CareUnitFactory(kind=CareUnit.Kind.HEALTH_CENTRE, provider=world.ward.provider)


def phoned(world: World, by: Commission, sender: CareUnit, **told: object) -> CareRequest:
    values = {"channel": "health_centre", "urgency": "acute", "question": "Mår sämre", "facts": {}, "take": True}
    return register(patient=world.patient, intake=world.intake, sender_unit=sender, by=by, at=NOW, **(values | told))


def test_an_unanswered_condition_is_said_and_nothing_is_registered(
    world: World, spot: Commission, sender: CareUnit
) -> None:
    with pytest.raises(ReasonMissing, match="läkare har bedömt vårdnivån"):
        phoned(world, spot, sender)
    assert not CareRequest.objects.exists()


def test_the_answer_lets_it_in(world: World, spot: Commission, sender: CareUnit) -> None:
    row = phoned(world, spot, sender, facts={"level_of_care_decided": True})
    event = row.events.last()
    assert event is not None
    assert (row.state, row.keeper, event.override, event.reason) == ("accepted", world.got, False, "")


@pytest.mark.parametrize(("facts", "counted"), [({}, False), ({"level_of_care_decided": False}, True)])
def test_a_reason_lets_it_in_too_and_a_no_is_counted(
    world: World, spot: Commission, sender: CareUnit, facts: dict[str, object], *, counted: bool
) -> None:
    row = phoned(world, spot, sender, facts=facts, reason="Läkaren ringer om en kvart")
    event = row.events.last()
    assert event is not None
    assert (row.state, event.reason, event.override) == ("accepted", "Läkaren ringer om en kvart", counted)
    found = misfits("umea", since=NOW - timedelta(days=1))
    assert [(each.team, each.reason) for each in found] == ([("GÖT", "Läkaren ringer om en kvart")] if counted else [])


def test_a_sender_without_conditions_is_taken_in_one_act(world: World, sender: CareUnit) -> None:
    row = phoned(world, world.got_nurse, sender)
    assert (row.state, row.team, row.keeper) == ("accepted", world.got, world.got)
    assert row.due_at == row.first_contact_due_at
    assert [event.kind for event in row.events.all()] == ["registered", "accepted"]


def test_only_a_team_can_take_at_once_and_nothing_is_left_behind(world: World) -> None:
    with pytest.raises(TeamCannotReceive, match="inget mobilt team"):
        phoned(world, world.ward_nurse, world.ward, channel="ward")
    assert not CareRequest.objects.exists()
    assert not CareRelation.objects.exists()


def test_a_team_that_was_asked_answers_without_more(world: World, spot: Commission) -> None:
    row = world.asked()
    assert triage.take(request=row, by=spot, at=NOW, version=row.version).state == "accepted"
