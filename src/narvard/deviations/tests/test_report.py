"""Reporting a deviation: who gets it, its clock, what cannot be one."""

from datetime import UTC, datetime

import pytest

from narvard.core.models import AuditEvent, AuditSubject
from narvard.deviations import queries
from narvard.deviations.actions import DeviationNotValid
from narvard.deviations.models import Deviation
from narvard.deviations.tests.factories import AT, DAY, HOUR


def test_it_is_sent_to_the_unit_with_a_clock_and_a_history(world):
    row = world.report()
    assert (row.state, row.owner_id, row.reporter_unit_id) == ("sent", world.nurse.unit_id, world.reporter.unit_id)
    assert row.due_at == datetime(2026, 11, 25, 15, 0, tzinfo=UTC)
    assert [(event.act, event.state, event.owner_id) for event in row.events.all()] == [
        ("report", "sent", world.nurse.unit_id)
    ]
    assert row.reference.startswith("AV-")


def test_a_grave_one_has_a_shorter_clock(world):
    serious = world.report(consequence="serious")
    likely = world.report(severity=2, likelihood=4)
    assert serious.due_at == likely.due_at == datetime(2026, 11, 24, 15, 0, tzinfo=UTC)
    assert world.report(severity=2, likelihood=3).due_at > serious.due_at


def test_it_is_logged_with_the_patient_and_without_its_text(world):
    row = world.report()
    event = AuditEvent.objects.get(what="deviations.report")
    assert (event.object_id, event.unit) == (str(row.pk), world.reporter.unit_id)
    assert list(AuditSubject.objects.filter(event=event).values_list("patient", flat=True)) == [world.patient.pk]
    assert "läkemedelslista" not in event.reason


def test_it_is_found_by_both_sides_and_those_who_watch_over_them(world):
    row = world.report()
    assert list(queries.to_us(world.nurse)) == list(queries.to_us(world.mas)) == [row]
    assert list(queries.from_us(world.reporter)) == list(queries.from_us(world.chief)) == [row]
    assert list(queries.from_us(world.colleague)) == [row]


def test_an_outsider_finds_nothing(world):
    world.report()
    for by in (world.outsider, world.other_nurse, world.other_mas, world.administrator):
        assert not queries.to_us(by).exists()
        assert not queries.from_us(by).exists()
        assert not queries.counted(by, AT - DAY, AT + DAY).exists()
        assert queries.turns(by, AT).waiting == 0


def test_an_administrator_sees_only_what_they_reported_themselves(world):
    row = world.report(by=world.administrator, patient=None)
    assert list(queries.from_us(world.administrator)) == [row]


@pytest.mark.parametrize("fields", [{"what": " "}, {"happened_at": AT + HOUR}], ids=["no text", "to come"])
def test_what_cannot_be_a_deviation_is_refused(world, fields):
    with pytest.raises(DeviationNotValid):
        world.report(**fields)
    assert not Deviation.objects.exists()


def test_ones_own_unit_has_its_own_ways(world):
    with pytest.raises(DeviationNotValid, match="egen avvikelsehantering"):
        world.report(unit=world.reporter.unit)


def test_a_unit_that_has_closed_cannot_receive(world):
    world.nurse.unit.closed_on = AT.date()
    with pytest.raises(DeviationNotValid, match="finns inte längre"):
        world.report()
