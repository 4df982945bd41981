"""How requests end: withdrawn, advice, no team, death; and how they are opened again."""

from datetime import datetime, timedelta

import pytest

from narvard.access import guard
from narvard.access.queries import patients_of
from narvard.core.models import AuditEvent
from narvard.intake import actions
from narvard.intake.errors import NotYourRequest, ReasonMissing, RequestNotValid
from narvard.intake.models import CareRequest
from narvard.intake.queries import requests, unmet
from narvard.intake.relations import ANSWER_READABLE
from narvard.intake.states import NotPossibleNow
from narvard.intake.tests.world import NOW, World
from narvard.organisation.models import Commission

LATER = NOW + timedelta(minutes=5)
SOON = LATER + timedelta(minutes=1)
LONG_AFTER = LATER + ANSWER_READABLE


def test_the_sender_withdraws(world: World) -> None:
    row = actions.withdraw_request(
        request=world.asked().pk, reason="Flyttad till avdelning", by=world.ward_nurse, at=LATER
    )
    assert (row.state, row.outcome, row.keeper, row.due_at) == ("closed", "withdrawn", None, None)


def test_another_ward_cannot_withdraw_or_reopen(world: World) -> None:
    row = world.send()
    with pytest.raises(NotYourRequest):
        actions.withdraw_request(request=row.pk, reason="x", by=world.outsider, at=LATER)
    actions.withdraw_request(request=row.pk, reason="x", by=world.ward_nurse, at=LATER)
    with pytest.raises(NotYourRequest):
        actions.reopen_request(request=row.pk, reason="x", by=world.outsider, at=LATER)


def test_the_end_needs_words(world: World) -> None:
    row = world.send()
    with pytest.raises(ReasonMissing):
        actions.withdraw_request(request=row.pk, reason=" ", by=world.ward_nurse, at=LATER)
    with pytest.raises(ReasonMissing):
        actions.close_with_advice(request=row.pk, advice="", by=world.coordinator, at=LATER)


def test_the_sender_can_read_the_answer_for_a_week_and_the_team_cannot(world: World) -> None:
    row = actions.withdraw_request(request=world.asked().pk, reason="x", by=world.ward_nurse, at=LATER)

    def reads(by: Commission, at: datetime) -> bool:
        try:
            return guard.fetch(requests(), row.pk, by=by, at=at, what="test")[1].narrow
        except guard.AccessDenied:
            return False

    assert reads(world.ward_nurse, SOON)
    assert reads(world.coordinator, SOON)
    assert not reads(world.got_nurse, SOON)
    assert not reads(world.ward_nurse, LONG_AFTER)
    assert not patients_of(world.coordinator, SOON).exists()


def test_advice_ends_it(world: World) -> None:
    row = actions.close_with_advice(
        request=world.send().pk, advice="Avvakta, ring i morgon", by=world.coordinator, at=LATER
    )
    assert row.outcome == "advice"
    event = row.events.last()
    assert event is not None
    assert event.reason == "Avvakta, ring i morgon"


def test_only_who_has_it_gives_advice(world: World) -> None:
    with pytest.raises(NotYourRequest):
        actions.close_with_advice(request=world.send().pk, advice="x", by=world.primar_nurse, at=LATER)


def test_no_team_can_take_it_and_that_is_counted(world: World) -> None:
    row = actions.refuse_request(
        request=world.send().pk,
        reason="Inget team når Bjurholm",
        next_step="Ring hälsocentralen",
        by=world.coordinator,
        at=LATER,
    )
    assert row.outcome == "declined"
    assert [event.request for event in unmet(since=NOW)] == [row]


def test_only_the_intake_refuses(world: World) -> None:
    with pytest.raises(NotYourRequest):
        actions.refuse_request(request=world.send().pk, reason="x", next_step="y", by=world.got_nurse, at=LATER)


def test_reopened_it_starts_over_with_new_clocks(world: World) -> None:
    ended = actions.withdraw_request(request=world.asked().pk, reason="x", by=world.ward_nurse, at=LATER)
    row = actions.reopen_request(request=ended.pk, reason="Behövs ändå", by=world.ward_nurse, at=SOON)
    assert (row.state, row.outcome, row.keeper, row.team) == ("new", "", world.intake, None)
    assert row.due_at == SOON + timedelta(minutes=30)
    assert patients_of(world.coordinator, LONG_AFTER).count() == 1
    assert guard.fetch(requests(), row.pk, by=world.ward_nurse, at=LONG_AFTER, what="test")[1].narrow


def test_what_runs_is_not_reopened_and_nothing_is_reopened_after_death(world: World) -> None:
    row = world.send()
    with pytest.raises(NotPossibleNow):
        actions.reopen_request(request=row.pk, reason="x", by=world.coordinator, at=LATER)
    actions.withdraw_request(request=row.pk, reason="x", by=world.ward_nurse, at=LATER)
    type(world.patient).objects.update(died_at=LATER)
    with pytest.raises(RequestNotValid, match="avliden"):
        actions.reopen_request(request=row.pk, reason="x", by=world.coordinator, at=SOON)


def test_death_ends_every_open_request_and_no_other(world: World) -> None:
    world.send()
    world.accepted()
    actions.withdraw_request(request=world.send().pk, reason="x", by=world.ward_nurse, at=LATER)
    ended = actions.close_for_death(patient=world.patient, by=world.got_nurse, at=LATER)
    assert len(ended) == 2
    assert sorted(CareRequest.objects.values_list("outcome", flat=True)) == ["died", "died", "withdrawn"]


def test_every_step_is_audited(world: World) -> None:
    row = world.accepted()
    actions.end_with_episode(request=row.pk, by=world.got_nurse, at=LATER)
    steps = AuditEvent.objects.filter(object_kind="carerequest", object_id=str(row.pk), what__startswith="intake.")
    assert list(steps.order_by("pk").values_list("what", flat=True)) == [
        "intake.register_request",
        "intake.assign",
        "intake.take",
        "intake.start_care",
    ]
