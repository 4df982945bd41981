"""A temporary take-over: owed back on a day, late of it, moved to another day, given back and accepted."""

from datetime import date, timedelta

import pytest

from narvard.access.models import CareRelation
from narvard.care import actions, queries, rules
from narvard.care.actions.handovers import Content, HandBackTooEarly, NotTemporary
from narvard.care.models import Duty, Handover
from narvard.care.tests.factories import AT, HOUR
from narvard.core import audit
from narvard.core.calendar import end_of_working_day
from narvard.core.errors import Stale
from narvard.core.models import AuditEvent

FRIDAY = date(2026, 11, 27)
KINDS = ["medical", "nursing"]


def escalated(at) -> int:
    return len(actions.escalate_late_duties(by=audit.SYSTEM, at=at))


@pytest.fixture
def taken(area) -> Handover:
    """The other team has taken medical and nursing over until Friday."""
    handover = area.propose(area.enrol(), area.other_team, kinds=KINDS, hand_back_on=FRIDAY)
    return actions.accept_handover(handover=handover, by=area.other_team, at=AT + 2 * HOUR)


def give_back(area, taken, at, **changes):
    values = {"receiver": area.team.unit, "kinds": KINDS, "content": Content(reason="Som vi sa"), **changes}
    return actions.propose_handover(episode=taken.episode, returns=taken, by=area.other_team, at=at, **values)


def test_it_is_owed_back_by_the_end_of_the_day_and_the_giver_goes_on(area, taken):
    duty = Duty.objects.get()
    assert (duty.kind, duty.unit, duty.due_at) == ("hand_back", area.other_team.unit, end_of_working_day(FRIDAY))
    assert list(queries.duties_of(area.other_team.unit_id)) == [duty]
    assert not taken.ends_episode
    assert actions.end_episode_if_released(handover=taken, by=area.other_team, at=AT + 2 * HOUR) is None
    assert taken.episode.unit == area.team.unit


def test_the_day_lies_after_the_take_over(area):
    episode = area.enrol()
    for day, wished in ((AT.date(), None), (FRIDAY, AT + timedelta(days=4))):
        with pytest.raises(HandBackTooEarly):
            area.propose(episode, area.other_team, hand_back_on=day, wished_at=wished)
    assert not Handover.objects.exists()


def test_it_is_back_when_the_first_giver_accepts_and_the_duty_is_done_by_that(area, taken):
    friday = AT + timedelta(days=4)
    back = give_back(area, taken, friday)
    assert queries.main_holders([area.patient.pk], friday)[area.patient.pk, "medical"] == area.other_team.unit
    assert queries.is_to_hand_back(taken)
    actions.accept_handover(handover=back, by=area.team, at=friday + HOUR)
    assert queries.main_holders([area.patient.pk], friday + HOUR)[area.patient.pk, "medical"] == area.team.unit
    duty = Duty.objects.get()
    assert (duty.done_at, duty.done_by) == (friday + HOUR, area.team)
    assert not queries.is_to_hand_back(taken)
    assert CareRelation.objects.get(source_id=duty.pk).until > friday
    assert escalated(AT + timedelta(days=9)) == 0


def test_a_late_hand_back_calls_in_both_managers_once_and_the_holder_stays(area, taken):
    due = end_of_working_day(FRIDAY)
    late = due + timedelta(minutes=1)
    assert [escalated(when) for when in (due, late, late + HOUR)] == [0, 1, 0]
    taken.refresh_from_db()
    last = taken.events.last()
    assert (taken.escalated_at, last.escalated, last.by) == (late, True, None)
    assert "inte lämnats tillbaka" in last.reason
    assert queries.main_holders([area.patient.pk], late)[area.patient.pk, "medical"] == area.other_team.unit
    assert AuditEvent.objects.filter(what="care.escalate_late_duties").count() == 1


@pytest.mark.parametrize("side", ["team", "other_team"])
def test_either_side_moves_the_day_with_a_reason(area, taken, side):
    by, later = getattr(area, side), FRIDAY + timedelta(days=5)
    row = actions.change_hand_back(
        handover=taken,
        on=later,
        reason="Behöver dropp några dagar till",
        by=by,
        at=AT + 3 * HOUR,
        version=taken.version,
    )
    assert row.hand_back_on == later
    assert row.events.last().reason == "Behöver dropp några dagar till"
    assert Duty.objects.get().due_at == end_of_working_day(later)
    assert escalated(end_of_working_day(FRIDAY) + HOUR) == 0


def test_a_day_that_is_moved_can_be_late_again(area, taken):
    late = end_of_working_day(FRIDAY) + HOUR
    escalated(late)
    taken.refresh_from_db()
    next_week = FRIDAY + timedelta(days=7)
    actions.change_hand_back(handover=taken, on=next_week, reason="Förlängt", by=area.team, at=late)
    assert escalated(end_of_working_day(next_week) + HOUR) == 1


def test_what_is_refused(area, taken):
    later = FRIDAY + timedelta(days=5)
    with pytest.raises(rules.NotYourUnit):
        actions.change_hand_back(handover=taken, on=later, reason="x", by=area.ward, at=AT + 3 * HOUR)
    with pytest.raises(rules.ReasonMissing):
        actions.change_hand_back(handover=taken, on=later, reason=" ", by=area.team, at=AT + 3 * HOUR)
    with pytest.raises(HandBackTooEarly):
        actions.change_hand_back(handover=taken, on=AT.date(), reason="x", by=area.team, at=AT + 3 * HOUR)
    with pytest.raises(Stale):
        actions.change_hand_back(
            handover=taken, on=later, reason="x", by=area.team, at=AT + 3 * HOUR, version=taken.version + 1
        )
    with pytest.raises(NotTemporary):
        give_back(area, taken, AT + 3 * HOUR, receiver=area.health_centre.unit, kinds=["medical"])
    with pytest.raises(rules.CannotHold):
        give_back(area, taken, AT + 3 * HOUR, receiver=area.home_nursing.unit)
    actions.accept_handover(handover=give_back(area, taken, AT + 3 * HOUR), by=area.team, at=AT + 4 * HOUR)
    with pytest.raises(NotTemporary):
        actions.change_hand_back(handover=taken, on=later, reason="x", by=area.team, at=AT + 5 * HOUR)


def test_death_ends_what_was_owed_and_a_death_taken_back_owes_it_again(area, taken):
    actions.lapse_duties(patient=area.patient, by=area.team, at=AT + 5 * HOUR)
    assert not queries.is_to_hand_back(taken)
    actions.restore_duties(patient=area.patient, lapsed_at=AT + 5 * HOUR, by=area.team, at=AT + 6 * HOUR)
    assert queries.is_to_hand_back(taken)


def test_a_declined_hand_back_stays_owed(area, taken):
    back = give_back(area, taken, AT + 3 * HOUR)
    actions.decline_handover(handover=back, reason="Vi har ingen läkare i dag", by=area.team, at=AT + 4 * HOUR)
    assert queries.is_to_hand_back(taken)
    assert queries.main_holders([area.patient.pk], AT + 5 * HOUR)[area.patient.pk, "nursing"] == area.other_team.unit
