"""Registering a request: one line is enough."""

from datetime import timedelta

import pytest
from django.db import IntegrityError, transaction

from narvard.access import guard
from narvard.access.queries import patients_of
from narvard.core.models import AuditEvent
from narvard.intake.actions import withdraw_request
from narvard.intake.errors import RequestNotValid
from narvard.intake.models import CareRequest
from narvard.intake.queries import requests
from narvard.intake.references import free_reference, reference_of
from narvard.intake.tests.world import NOW, World


def test_it_has_a_state_a_keeper_and_a_clock(world: World) -> None:
    row = world.send()
    assert (row.state, row.keeper, row.owner_unit) == ("new", world.intake, world.intake)
    assert row.due_at == NOW + timedelta(minutes=30)
    assert [event.kind for event in row.events.all()] == ["registered"]
    assert AuditEvent.objects.filter(what="intake.register_request", subjects__patient=world.patient.pk).count() == 1


def test_the_alarm_centre_keeps_its_own_case(world: World) -> None:
    row = world.send(channel="alarm_centre", sender_unit=world.alarm, by=world.operator)
    assert row.keeper == world.alarm


def test_the_intake_may_open_the_patient_and_the_sender_only_the_request(world: World) -> None:
    row = world.send()
    for commission, sees in ((world.coordinator, 1), (world.ward_nurse, 0), (world.outsider, 0), (world.got_nurse, 0)):
        assert patients_of(commission, NOW).count() == sees
    found, opened = guard.fetch(requests(), row.pk, by=world.ward_nurse, at=NOW, what="test")
    assert found == row
    assert opened.narrow
    for stranger in (world.outsider, world.got_nurse):
        with pytest.raises(guard.AccessDenied):
            guard.fetch(requests(), row.pk, by=stranger, at=NOW, what="test")
    with pytest.raises(guard.AccessDenied):
        guard.open_patient(row.patient_id, by=world.ward_nurse, at=NOW)


@pytest.mark.parametrize(
    ("changes", "why"),
    [
        ({"question": "  "}, "Skriv en rad"),
        ({"wished_from": NOW, "wished_until": NOW - timedelta(hours=1)}, "slutar innan"),
    ],
)
def test_what_cannot_be_a_request_is_refused(world: World, changes: dict[str, object], why: str) -> None:
    with pytest.raises(RequestNotValid, match=why):
        world.send(**changes)
    assert not CareRequest.objects.exists()


def test_a_dead_person_needs_no_team(world: World) -> None:
    world.patient.died_at = NOW - timedelta(days=1)
    with pytest.raises(RequestNotValid, match="avliden"):
        world.send()


def test_the_unit_that_writes_it_down_for_another_takes_part(world: World) -> None:
    row = world.send(by=world.got_nurse, channel="ward")
    assert guard.fetch(requests(), row.pk, by=world.got_nurse, at=NOW, what="test")[1].narrow
    ended = withdraw_request(request=row.pk, reason="Fel person", by=world.got_nurse, at=NOW)
    assert ended.outcome == "withdrawn"


def test_references_can_be_said_and_are_not_shared(world: World) -> None:
    row = world.send()
    assert len(row.reference) == 9
    assert not set(row.reference) & set("01IOUV")
    assert reference_of(row.pk) == row.reference
    assert free_reference(row.pk) == reference_of(row.pk, 1)


@pytest.mark.parametrize(
    "broken", [{"keeper": None}, {"due_at": None}, {"state": "closed"}, {"state": "asked", "team": None}]
)
def test_the_database_holds_a_request_to_one_place(world: World, broken: dict[str, object]) -> None:
    row = world.send()
    with pytest.raises(IntegrityError), transaction.atomic():
        CareRequest.objects.filter(pk=row.pk).update(**broken)
