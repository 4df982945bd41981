"""Whatever the order of acts and clocks: one state, one keeper and one clock, or an end with a reason."""

import threading
from collections.abc import Callable
from contextlib import suppress
from datetime import datetime, timedelta

import pytest
from django.db import connection, transaction
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from narvard.core import audit
from narvard.core.errors import Refused, Stale
from narvard.intake import actions
from narvard.intake.models import CareRequest, Risk
from narvard.intake.states import running_clock
from narvard.intake.steps import Suggestion
from narvard.intake.tests.world import NOW, World, build
from narvard.organisation.models import CallingRule, Commission

Act = Callable[[CareRequest, Commission, datetime], object]
WORDS = {"reason": "Skäl", "next_step": "Nästa steg"}


def _with(action: Callable[..., object], **words: object) -> Act:
    return lambda row, by, at: action(request=row.pk, by=by, at=at, **words)


def acts_of(world: World) -> dict[str, Act]:
    """Every act of the room, with what it needs to be said."""
    seen, why = Suggestion("eligible"), {"reason": "Skäl"}
    return {
        "assign GÖT": _with(actions.assign_request, team=world.got, suggestion=seen),
        "assign PrimÄR": _with(actions.assign_request, team=world.primar, suggestion=seen),
        "take": _with(actions.take_request),
        "decline": _with(actions.decline_request, **WORDS),
        "forward": _with(actions.forward_request, team=world.palliative, **why),
        "missent": _with(actions.mark_missent, **WORDS),
        "withdraw": _with(actions.withdraw_request, **why),
        "reopen": _with(actions.reopen_request, **why),
        "advise": _with(actions.close_with_advice, advice="Vila"),
        "refuse": _with(actions.refuse_request, **WORDS),
        "start": _with(actions.end_with_episode),
        "acknowledge": _with(actions.acknowledge_request),
        "wait": _with(actions.place_in_waiting_room),
        "look again": _with(actions.reassess, risk=Risk.HIGH),
        "leave": _with(actions.leave_waiting_room, **why),
        "car": _with(actions.dispatch_car),
        "worse": _with(actions.return_to_ambulance),
        "tick": lambda _row, _by, at: actions.escalate_late(by=audit.SYSTEM, at=at),
    }


NAMES = sorted(acts_of(World(*[None] * 15)))  # type: ignore[list-item]
PEOPLE = ["coordinator", "got_nurse", "primar_nurse", "operator", "ward_nurse", "outsider"]
happenings = st.lists(
    st.tuples(st.sampled_from(NAMES), st.sampled_from(PEOPLE), st.integers(0, 200)), min_size=3, max_size=14
)


def check(row: CareRequest) -> None:
    """What the issue asks for, in its words."""
    row.refresh_from_db()
    last = row.events.latest("sequence")
    if row.state == "closed":
        assert (row.keeper_id, row.due_at, running_clock(row), row.waiting_since) == (None, None, None, None)
        assert row.outcome
        assert last.reason or row.outcome == "episode"
    else:
        assert row.keeper_id is not None
        assert row.outcome == ""
        assert running_clock(row) is not None
        assert row.due_at == min(due for due in (row.step_due_at, row.reassess_due_at) if due)
    assert (last.state, last.keeper_id, last.team_id, last.due_at) == (
        row.state,
        row.keeper_id,
        row.team_id,
        row.due_at,
    )


@pytest.fixture
def world(db: None) -> World:
    world = build()
    CallingRule.objects.create(
        unit=world.intake, order=2, when="closed", label="Larm", phone="090-1", answered_by=world.alarm
    )
    return world


@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(channel=st.sampled_from(["ward", "alarm_centre"]), happened=happenings)
def test_a_request_is_always_in_one_place(world: World, channel: str, happened: list[tuple[str, str, int]]) -> None:
    acts, at = acts_of(world), NOW
    with transaction.atomic():
        sender = {"sender_unit": world.alarm, "by": world.operator} if channel == "alarm_centre" else {}
        row = world.send(channel=channel, **sender)
        check(row)
        for name, who, minutes in happened:
            at += timedelta(minutes=minutes)
            with suppress(Refused):
                acts[name](row, getattr(world, who), at)
            check(row)
        transaction.set_rollback(True)


@pytest.mark.django_db(transaction=True)
def test_a_team_accepts_as_the_alarm_centre_sends_an_ambulance_one_of_them_is_told() -> None:
    world = build()
    row = world.send(channel="alarm_centre", sender_unit=world.alarm, by=world.operator)
    gate, outcomes = threading.Barrier(3), []

    def run(act: Act, by: Commission) -> None:
        try:
            gate.wait(timeout=10)
            act(row, by, NOW + timedelta(minutes=40))
            outcomes.append("done")
        except (Stale, Refused):
            outcomes.append("told")
        finally:
            connection.close()

    together = [
        (_with(actions.take_request, version=row.version), world.got_nurse),
        (_with(actions.return_to_ambulance, version=row.version), world.operator),
        (lambda _row, _by, at: actions.escalate_late(by=audit.SYSTEM, at=at), world.operator),
    ]
    threads = [threading.Thread(target=run, args=pair) for pair in together]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(timeout=30)
    assert sorted(outcomes) == ["done", "done", "told"]
    check(row)
