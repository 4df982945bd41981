"""A clock that has run out is told further, and only an act ends it."""

from datetime import datetime, timedelta

import pytest
from django.core.management import call_command

from narvard.access.queries import patients_of
from narvard.core import audit
from narvard.core.models import AuditEvent
from narvard.intake import clocks
from narvard.intake.actions import (
    acknowledge_request,
    assign_request,
    end_with_episode,
    escalate_late,
    reassess,
    take_request,
)
from narvard.intake.errors import NotYourRequest
from narvard.intake.models import Risk, Rung
from narvard.intake.states import Clock
from narvard.intake.steps import Suggestion
from narvard.intake.tests.world import NOW, World
from narvard.organisation.models import CallingRule
from narvard.organisation.tests.factories import CommissionFactory


def later(minutes: int) -> datetime:
    return NOW + timedelta(minutes=minutes)


def tick(at: datetime) -> list[tuple[int | None, object]]:
    return [(event.rung, event.told) for event in escalate_late(by=audit.SYSTEM, at=at)]


@pytest.fixture
def night(world: World) -> World:
    """The alarm centre answers for the intake when it is closed."""
    CallingRule.objects.create(
        unit=world.intake, order=2, when="closed", label="Larm", phone="090-1", answered_by=world.alarm
    )
    return world


def test_a_team_that_does_not_answer_then_the_coordinator_then_the_fallback_unit(night: World) -> None:
    row = night.asked()
    assert tick(later(30)) == []
    assert tick(later(31)) == [(Rung.HOLDER, night.got)]
    assert tick(later(44)) == []
    assert tick(later(46)) == [(Rung.COORDINATOR, night.intake)]
    assert tick(later(61)) == [(Rung.FALLBACK, night.alarm)]
    assert tick(later(600)) == []
    row.refresh_from_db()
    assert (row.state, row.keeper, row.team, row.escalation, row.backup) == (
        "asked",
        night.intake,
        night.got,
        3,
        night.alarm,
    )
    assert [event.kind for event in row.events.all()] == ["registered", "assigned", *["escalated"] * 3]


def test_a_tick_that_was_away_tells_everybody(night: World) -> None:
    night.asked()
    assert [rung for rung, _unit in tick(later(600))] == [Rung.HOLDER, Rung.COORDINATOR, Rung.FALLBACK]


def test_what_nobody_has_assigned_begins_at_the_coordinator(night: World) -> None:
    night.send()
    assert tick(later(31)) == [(Rung.COORDINATOR, night.intake)]


def test_a_planned_one_is_not_escalated_over_the_weekend(night: World) -> None:
    friday = NOW.replace(day=27)
    night.send(urgency="planned", at=friday)
    monday_four, tuesday_four = datetime.fromisoformat("2026-11-30T15:00Z"), datetime.fromisoformat("2026-12-01T15:00Z")
    assert tick(monday_four) == []
    assert [rung for rung, _unit in tick(monday_four + timedelta(minutes=1))] == [Rung.COORDINATOR]
    assert [rung for rung, _unit in tick(tuesday_four + timedelta(minutes=1))] == [Rung.FALLBACK]


def test_to_have_read_it_stops_no_clock(night: World) -> None:
    row = night.asked()
    tick(later(61))
    acknowledge_request(request=row.pk, by=night.got_nurse, at=later(62))
    row.refresh_from_db()
    assert (row.escalation, row.backup, row.due_at) == (Rung.FALLBACK, night.alarm, later(30))


def test_an_act_ends_it_and_the_fallback_unit_lets_go(night: World) -> None:
    row = night.asked()
    tick(later(61))
    assert night.patient in patients_of(night.operator, later(61))
    take_request(request=row.pk, by=night.got_nurse, at=later(62))
    row.refresh_from_db()
    assert (row.escalation, row.backup) == (Rung.NONE, None)
    assert night.patient not in patients_of(night.operator, later(62))


def test_the_fallback_unit_may_ask_another_team(night: World) -> None:
    row = night.asked()
    tick(later(61))
    assign_request(
        request=row.pk, team=night.primar, suggestion=Suggestion("eligible"), by=night.operator, at=later(65)
    )
    row.refresh_from_db()
    assert (row.team, row.escalation) == (night.primar, Rung.NONE)


def test_an_area_without_a_fallback_unit_stays_at_the_coordinator(world: World) -> None:
    row = world.asked()
    assert [rung for rung, _unit in tick(later(600))] == [Rung.HOLDER, Rung.COORDINATOR]
    row.refresh_from_db()
    assert (row.escalation, row.backup) == (Rung.COORDINATOR, None)


def test_who_keeps_one_that_waits_is_told_first(night: World) -> None:
    row = night.send(channel="alarm_centre", sender_unit=night.alarm, by=night.operator, urgency="semi_acute")
    reassess(request=row.pk, risk=Risk.HIGH, by=night.operator, at=NOW)
    # Until then the coordinator has fifteen minutes to ask a team, and so has the alarm centre to look again.
    assign_request(
        request=row.pk, team=night.got, suggestion=Suggestion("eligible"), by=night.coordinator, at=later(10)
    )
    assert tick(later(16)) == [(Rung.HOLDER, night.alarm)]
    reassess(request=row.pk, risk=Risk.LOW, by=night.operator, at=later(17))
    row.refresh_from_db()
    assert (row.escalation, row.due_at) == (Rung.NONE, row.step_due_at)


def test_an_open_page_does_not_go_stale_by_it(night: World) -> None:
    row = night.asked()
    tick(later(61))
    assert take_request(request=row.pk, version=row.version, by=night.got_nurse, at=later(62)).state == "accepted"


def test_it_is_logged_and_the_command_counts_it(
    night: World, settings: object, capsys: pytest.CaptureFixture[str]
) -> None:
    night.asked()
    settings.NARVARD_CLOCK = later(46).isoformat()  # type: ignore[attr-defined]
    call_command("tick", "--json")
    assert '"requests_escalated": 2' in capsys.readouterr().out
    assert AuditEvent.objects.filter(what="intake.escalate_late", staff=None).count() == 2


def test_an_ended_request_is_never_escalated(night: World) -> None:
    row = night.accepted()
    end_with_episode(request=row.pk, by=night.got_nurse, at=later(5))
    assert tick(later(100_000)) == []


@pytest.mark.parametrize("clock", list(Clock))
@pytest.mark.parametrize("urgency", ["acute", "semi_acute", "planned", "advice"])
def test_every_clock_has_rungs_in_order(clock: Clock, urgency: str) -> None:
    dues = [clocks.rung_due(urgency, NOW, place) for place in range(len(clocks.rungs(clock)))]
    assert dues == sorted(set(dues))
    assert clocks.rungs(clock)[-1] == Rung.FALLBACK


def test_a_stranger_cannot_acknowledge(world: World) -> None:
    stranger = CommissionFactory()
    with pytest.raises(NotYourRequest):
        acknowledge_request(request=world.asked().pk, by=stranger, at=NOW)
