"""What teams owe one who is discharged, by their programmes' definitions."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from narvard.access.queries import patients_of
from narvard.care import queries
from narvard.care.actions import do_duty
from narvard.care.models import Duty
from narvard.flows import duties, life
from narvard.intake.tests.world import NOW, World, build
from narvard.organisation.models import CareUnit, Programme
from narvard.organisation.tests.factories import CommissionFactory, TeamFactory
from narvard.people.actions import record_fact

LATER = NOW + timedelta(hours=1)


@pytest.fixture
def world(db: None) -> World:
    return build()


def stroke_team(world: World, provider: Any = None) -> CareUnit:
    programme = Programme.objects.get(key="strokerehab")
    place = world.patient.municipality
    return TeamFactory(
        unit__name="Strokerehab",
        unit__provider=provider or world.ward.provider,
        programme=programme,
        base__municipality=place,
        municipalities=[place],
    ).unit


def stroke(world: World, *, value: bool = True) -> None:
    record_fact(patient=world.patient, name="stroke_recent", value=value, source="journal", by=world.ward_nurse, at=NOW)


def stay_and_go_home(world: World) -> None:
    by = world.ward_nurse
    stay = life.admit(patient=world.patient, ward=world.ward, admitted_at=NOW, by=by, at=NOW)
    stroke(world)
    life.discharge(stay=stay, discharged_at=LATER, by=by, at=LATER)


def test_everybody_discharged_after_stroke_is_called_by_the_clock(world: World) -> None:
    team = stroke_team(world)
    stay_and_go_home(world)
    duty = Duty.objects.get()
    # Monday and five working days.
    assert (duty.kind, duty.unit, duty.due_at) == ("follow_up_call", team, datetime(2026, 11, 30, 15, tzinfo=UTC))
    nurse = CommissionFactory(unit=team, role="team")
    assert world.patient in patients_of(nurse, LATER)
    assert list(queries.duties_of(team.pk)) == [duty]
    do_duty(duty=duty, by=nurse, at=LATER, note="Mår bra, tar sina läkemedel")
    assert not queries.duties_of(team.pk)


@pytest.mark.parametrize("known", [False, None])
def test_without_stroke_or_when_nobody_knows_no_call_is_owed(world: World, known: bool | None) -> None:
    stroke_team(world)
    by = world.ward_nurse
    stay = life.admit(patient=world.patient, ward=world.ward, admitted_at=NOW, by=by, at=NOW)
    if known is not None:
        stroke(world, value=known)
    life.discharge(stay=stay, discharged_at=LATER, by=by, at=LATER)
    assert not Duty.objects.exists()


def test_a_team_of_another_provider_learns_nothing_from_a_discharge(world: World) -> None:
    stroke_team(world, provider=world.nursing.provider)
    stay_and_go_home(world)
    assert not Duty.objects.exists()


def test_a_death_ends_what_was_owed_and_a_death_taken_back_restores_it(world: World) -> None:
    team = stroke_team(world)
    stay_and_go_home(world)
    nurse, at = world.ward_nurse, LATER + timedelta(hours=1)
    life.admit(patient=world.patient, ward=world.ward, admitted_at=at, by=nurse, at=at)
    life.register_death(patient=world.patient, died_at=at, by=nurse, at=at)
    assert not queries.duties_of(team.pk).filter(kind="follow_up_call")
    life.take_back_death(patient=world.patient, reason="Fel person", by=nurse, at=at + timedelta(hours=1))
    assert queries.duties_of(team.pk).filter(kind="follow_up_call").count() == 1


@pytest.mark.parametrize(
    ("within", "at"),
    [
        ({"minutes": 90}, NOW + timedelta(minutes=90)),
        ({"hours": 12}, NOW + timedelta(hours=12)),
        ({"days": 7}, datetime(2026, 11, 30, 15, tzinfo=UTC)),
        ({"working_days": 1}, datetime(2026, 11, 24, 15, tzinfo=UTC)),
        ({}, datetime(2026, 11, 30, 15, tzinfo=UTC)),
    ],
)
def test_when_it_is_due(within: dict[str, int], at: datetime) -> None:
    assert duties.due(within, NOW) == at
