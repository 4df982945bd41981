"""The coordinator asks a team."""

import threading
import uuid
from datetime import date, timedelta

import pytest
from django.db import connection

from narvard.access.queries import patients_of
from narvard.core.errors import Stale
from narvard.core.once import perform
from narvard.intake.actions import Suggestion, assign_request
from narvard.intake.errors import NotYourRequest, ReasonMissing, TeamCannotReceive
from narvard.intake.models import CareRequest
from narvard.intake.states import NotPossibleNow
from narvard.intake.tests.world import NOW, World, build

FITS, UNSURE, AGAINST = Suggestion("eligible"), Suggestion("unknown"), Suggestion("not", [{"name": "GÖT"}])


def assign(world: World, row: CareRequest, **changes: object) -> CareRequest:
    values = {"team": world.got, "suggestion": FITS, "by": world.coordinator, "at": NOW}
    return assign_request(request=row.pk, **(values | changes))


def test_the_intake_keeps_it_until_the_team_answers(world: World) -> None:
    row = assign(world, world.send())
    assert (row.state, row.team, row.keeper) == ("asked", world.got, world.intake)
    assert row.due_at == NOW + timedelta(minutes=30)
    assert patients_of(world.got_nurse, NOW).count() == 1


def test_unknown_is_not_no(world: World) -> None:
    event = assign(world, world.send(), suggestion=UNSURE).events.last()
    assert event is not None
    assert not event.override


def test_against_the_criteria_needs_a_reason_which_is_kept_with_what_was_seen(world: World) -> None:
    row = world.send()
    with pytest.raises(ReasonMissing, match="ändå"):
        assign(world, row, suggestion=AGAINST)
    event = assign(world, row, suggestion=AGAINST, reason="Teamet känner henne").events.last()
    assert event is not None
    assert (event.override, event.reason, event.options) == (True, "Teamet känner henne", [{"name": "GÖT"}])


def test_asking_another_team_ends_the_first_ones_relation(world: World) -> None:
    row = world.asked()
    assign(world, row, team=world.primar)
    assert patients_of(world.got_nurse, NOW + timedelta(minutes=1)).count() == 0
    assert patients_of(world.primar_nurse, NOW + timedelta(minutes=1)).count() == 1


def test_only_the_intake_assigns(world: World) -> None:
    with pytest.raises(NotYourRequest):
        assign(world, world.send(), by=world.ward_nurse)


def test_a_ward_is_no_team_and_a_closed_team_is_refused(world: World) -> None:
    row = world.send()
    with pytest.raises(TeamCannotReceive, match="inget mobilt team"):
        assign(world, row, team=world.ward)
    world.got.closed_on = date(2026, 11, 23)
    world.got.save()
    with pytest.raises(TeamCannotReceive, match="nedlagt"):
        assign(world, row)
    row.refresh_from_db()
    assert row.state == "new"


def test_a_stale_page_changes_nothing(world: World) -> None:
    row = world.send()
    assign(world, row, version=row.version)
    with pytest.raises(Stale, match="hann före"):
        assign(world, row, team=world.primar, version=row.version)
    row.refresh_from_db()
    assert row.team == world.got


def test_an_accepted_request_is_not_assigned(world: World) -> None:
    with pytest.raises(NotPossibleNow, match="mottagen"):
        assign(world, world.accepted(), team=world.primar)


def test_a_double_click_assigns_once(world: World) -> None:
    row, key = world.send(), uuid.uuid4()
    user = world.coordinator.staff.user
    outcomes = [
        perform(key, user=user, action="assign", at=NOW, act=lambda: assign(world, row, version=row.version).pk)
        for _click in range(2)
    ]
    assert [outcome.repeated for outcome in outcomes] == [False, True]
    assert row.events.filter(kind="assigned").count() == 1


@pytest.mark.django_db(transaction=True)
def test_two_coordinators_at_once_one_wins_and_one_is_told() -> None:
    world = build()
    row, gate = world.send(), threading.Barrier(2)
    outcomes: list[object] = []

    def click(team: object) -> None:
        try:
            gate.wait(timeout=10)
            outcomes.append(assign(world, row, team=team, version=row.version).team_id)
        except Stale:
            outcomes.append("told")
        finally:
            connection.close()

    threads = [threading.Thread(target=click, args=(team,)) for team in (world.got, world.primar)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(timeout=30)
    row.refresh_from_db()
    assert sorted(map(str, outcomes)) == sorted([str(row.team_id), "told"])
    assert row.events.count() == 2
