"""Inboxes by clock, and their number of queries."""

from datetime import timedelta

import pytest
from pytest_django import DjangoAssertNumQueries

from narvard.intake import queries
from narvard.intake.actions import take_request
from narvard.intake.tests.world import NOW, World
from narvard.people.tests.factories import PatientFactory


def shown(rows: object) -> list[str]:
    return [
        f"{r.patient} {r.patient.municipality} {r.sender_unit} {r.keeper} {r.team} {r.registered_by.staff}"
        for r in rows
    ]


def test_the_clock_that_runs_out_first_is_at_the_top(world: World) -> None:
    planned, acute = world.send(urgency="planned"), world.send()
    spot = world.send(channel="ambulance")
    assert list(queries.inbox(world.intake)) == [spot, acute, planned]


def test_each_inbox_holds_what_waits_for_its_reader(world: World) -> None:
    new, asked, accepted = world.send(), world.asked(), world.accepted()
    assert list(queries.to_do(world.intake, NOW)) == [new]
    assert set(queries.to_do(world.intake, NOW + timedelta(hours=1))) == {new, asked}
    assert list(queries.team_inbox(world.got)) == [asked]
    assert list(queries.accepted_by(world.got)) == [accepted]
    assert set(queries.sent_by(world.ward, since=NOW)) == {new, asked, accepted}
    assert set(queries.open_of(world.patient)) == {new, asked, accepted}
    assert not queries.team_inbox(world.primar)


def test_counts(world: World) -> None:
    world.send()
    world.asked()
    world.accepted()
    after = NOW + timedelta(minutes=45)
    assert queries.open_counts(after) == queries.OpenCounts(1, 1, 1, 2, 0, 2)
    assert queries.open_counts(after, intake=world.intake).to_assign == 1
    assert queries.open_counts(after, team=world.got) == queries.OpenCounts(0, 1, 1, 1, 0, 1)


@pytest.mark.parametrize(("minutes", "nearly", "late"), [(19, 0, 0), (21, 1, 0), (29, 1, 0), (31, 0, 1)])
def test_nearly_late_comes_before_late(world: World, minutes: int, nearly: int, late: int) -> None:
    world.asked()
    counts = queries.open_counts(NOW + timedelta(minutes=minutes))
    assert (counts.nearly, counts.late) == (nearly, late)


def test_clocks_that_were_met_and_were_not_are_counted(world: World) -> None:
    on_time, late = world.asked(), world.asked()
    take_request(request=on_time.pk, by=world.got_nurse, at=NOW + timedelta(minutes=29))
    take_request(request=late.pk, by=world.got_nurse, at=NOW + timedelta(minutes=31))
    assert queries.clocks_kept(since=NOW, team=world.got) == queries.Kept(met=1, late=1)
    assert queries.clocks_kept(since=NOW, intake=world.intake) == queries.Kept(met=3, late=1)


@pytest.mark.parametrize("rows", [1, 7])
def test_lists_take_one_query_however_long(
    world: World, rows: int, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    for _row in range(rows):
        world.asked(patient=PatientFactory())
    for query in (queries.inbox(world.intake), queries.team_inbox(world.got), queries.sent_by(world.ward, since=NOW)):
        with django_assert_num_queries(1):
            assert len(shown(query)) == rows


def test_history_and_counts_take_one_query(world: World, django_assert_num_queries: DjangoAssertNumQueries) -> None:
    row = world.accepted()
    with django_assert_num_queries(1):
        told = [f"{event.by.staff} {event.by.unit} {event.team}" for event in queries.history(row) if event.by]
    assert len(told) == 3
    with django_assert_num_queries(1):
        queries.open_counts(NOW)
