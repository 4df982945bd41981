"""Hand-overs: proposed, read, accepted, declined, withdrawn, escalated; and what is refused."""

from datetime import timedelta

import pytest

from narvard.access import guard
from narvard.access.models import CareRelation
from narvard.care import actions, queries, rules
from narvard.care.actions.episodes import AFTERWARDS
from narvard.care.actions.handovers import (
    AlreadyAnswered,
    AlreadyProposed,
    Content,
    HandoverToSelf,
    ListedPatient,
    NothingToHandOver,
)
from narvard.care.ledger import NotHolder
from narvard.care.models import Handover, Responsibility
from narvard.care.tests.factories import AT, HOUR
from narvard.core import audit
from narvard.core.errors import Refused, Stale
from narvard.core.models import AuditEvent


def holder(area, kind, at):
    return queries.main_holders([area.patient.pk], at).get((area.patient.pk, kind))


def test_the_giver_is_responsible_until_the_receiver_accepts(area):
    episode = area.enrol()
    handover = area.propose(episode, area.other_team)
    assert handover.due_at > AT
    assert holder(area, "medical", AT + 2 * HOUR) == area.team.unit
    row = actions.accept_handover(handover=handover, by=area.other_team, at=AT + 3 * HOUR, version=handover.version)
    assert (row.state, row.due_at) == (Handover.State.ACCEPTED, None)
    assert holder(area, "medical", AT + 3 * HOUR - timedelta(seconds=1)) == area.team.unit
    assert holder(area, "medical", AT + 3 * HOUR) == area.other_team.unit
    assert [event.state for event in row.events.all()] == ["proposed", "accepted"]
    assert AuditEvent.objects.filter(what="care.accept_handover").count() == 1


def test_it_moves_at_the_wished_time_when_that_lies_ahead(area):
    episode = area.enrol()
    friday = AT + timedelta(days=4)
    handover = area.propose(episode, area.other_team, wished_at=friday)
    actions.accept_handover(handover=handover, by=area.other_team, at=AT + 2 * HOUR)
    answer = queries.responsible(area.patient, AT + 3 * HOUR)[0]
    assert (answer.holder, answer.next_holder, answer.following.starts_at) == (
        area.team.unit,
        area.other_team.unit,
        friday,
    )
    ended = actions.end_episode_if_released(handover=handover, by=area.other_team, at=AT + 2 * HOUR)
    assert ended.ended_at == friday
    with pytest.raises(NotHolder):
        area.propose(episode, area.health_centre, at=AT + 3 * HOUR)


def test_reading_is_seen_once_and_makes_no_page_stale(area):
    handover = area.propose(area.enrol(), area.other_team)
    for hours in (2, 3):
        row = actions.read_handover(handover=handover, by=area.other_team, at=AT + hours * HOUR)
    assert row.state == Handover.State.READ
    assert row.events.count() == 2
    actions.accept_handover(handover=handover, by=area.other_team, at=AT + 4 * HOUR, version=handover.version)


def test_accepting_twice_is_refused(area):
    handover = area.propose(area.enrol(), area.other_team)
    actions.accept_handover(handover=handover, by=area.other_team, at=AT + 2 * HOUR)
    with pytest.raises(AlreadyAnswered):
        actions.accept_handover(handover=handover, by=area.other_team, at=AT + 2 * HOUR)
    assert Responsibility.objects.filter(because="handover").count() == 4


def test_a_declined_handover_stays_with_the_giver_with_the_reason(area):
    handover = area.propose(area.enrol(), area.other_team)
    with pytest.raises(rules.ReasonMissing):
        actions.decline_handover(handover=handover, reason=" ", by=area.other_team, at=AT + 2 * HOUR)
    row = actions.decline_handover(handover=handover, reason="Fullt", by=area.other_team, at=AT + 2 * HOUR)
    assert row.events.last().reason == "Fullt"
    assert holder(area, "medical", AT + 3 * HOUR) == area.team.unit
    with pytest.raises(guard.AccessDenied):
        guard.open_patient(area.patient.pk, by=area.other_team, at=AT + 3 * HOUR)


def test_a_health_centre_cannot_decline_its_listed_patient_but_escalates(area):
    handover = area.propose(area.enrol(), area.health_centre, kinds=["medical"])
    with pytest.raises(ListedPatient):
        actions.decline_handover(handover=handover, reason="Fullt", by=area.health_centre, at=AT + 2 * HOUR)
    row = actions.escalate_handover(
        handover=handover, reason="Läkare saknas till torsdag", by=area.health_centre, at=AT + 2 * HOUR
    )
    assert (row.escalated_at, row.state) == (AT + 2 * HOUR, Handover.State.PROPOSED)
    assert holder(area, "medical", AT + 3 * HOUR) == area.team.unit
    actions.accept_handover(handover=handover, by=area.health_centre, at=AT + 4 * HOUR)


def test_the_giver_takes_it_back(area):
    handover = area.propose(area.enrol(), area.other_team)
    row = actions.withdraw_handover(handover=handover, reason="Försämrad", by=area.team, at=AT + 2 * HOUR)
    assert row.state == Handover.State.WITHDRAWN
    with pytest.raises(AlreadyAnswered):
        actions.accept_handover(handover=handover, by=area.other_team, at=AT + 2 * HOUR)


def test_only_the_units_concerned_answer(area):
    handover = area.propose(area.enrol(), area.other_team)
    for act, words in (
        (actions.accept_handover, {}),
        (actions.decline_handover, {"reason": "nej"}),
        (actions.withdraw_handover, {"reason": "nej"}),
        (actions.escalate_handover, {"reason": "nej"}),
        (actions.read_handover, {}),
    ):
        with pytest.raises(rules.NotYourUnit):
            act(handover=handover, by=area.ward, at=AT + 2 * HOUR, **words)
    with pytest.raises(rules.NotYourUnit):
        actions.withdraw_handover(handover=handover, reason="nej", by=area.other_team, at=AT + 2 * HOUR)
    with pytest.raises(rules.NotYourUnit):
        actions.accept_handover(handover=handover, by=area.team, at=AT + 2 * HOUR)


def test_what_cannot_be_proposed(area):
    episode = area.enrol(nursing=area.home_nursing)
    area.ward.unit.closed_on = AT.date()
    area.ward.unit.save()
    wrong: list[tuple[type[Refused], dict]] = [
        (HandoverToSelf, {"receiver": area.team, "kinds": ["medical"]}),
        (rules.UnitClosed, {"receiver": area.ward, "kinds": ["medical"]}),
        (NothingToHandOver, {"receiver": area.other_team, "kinds": []}),
        (NothingToHandOver, {"receiver": area.other_team, "kinds": ["weather"]}),
        (NotHolder, {"receiver": area.other_team, "kinds": ["nursing"]}),
        (rules.CannotHold, {"receiver": area.home_nursing, "kinds": ["medical"]}),
        (rules.ReasonMissing, {"receiver": area.other_team, "kinds": ["medical"], "content": Content(reason=" ")}),
    ]
    for error, values in wrong:
        with pytest.raises(error):
            area.propose(episode, **values)
    assert not Handover.objects.exists()
    with pytest.raises(NotHolder):
        actions.propose_handover(
            episode=episode,
            receiver=area.health_centre.unit,
            kinds=["medical"],
            content=Content(reason="x"),
            by=area.other_team,
            at=AT,
        )


def test_the_same_responsibility_waits_for_one_answer_at_a_time(area):
    episode = area.enrol()
    area.propose(episode, area.other_team, kinds=["medical"])
    with pytest.raises(AlreadyProposed):
        area.propose(episode, area.health_centre, kinds=["medical", "nursing"])
    area.propose(episode, area.health_centre, kinds=["nursing"])


def test_a_receiver_that_has_closed_meanwhile_cannot_accept(area):
    handover = area.propose(area.enrol(), area.other_team)
    area.other_team.unit.closed_on = AT.date()
    area.other_team.unit.save()
    with pytest.raises(rules.UnitClosed):
        actions.accept_handover(handover=Handover.objects.get(), by=area.other_team, at=AT + 2 * HOUR)
    assert handover.state == Handover.State.PROPOSED


def test_a_stale_page_changes_nothing(area):
    handover = area.propose(area.enrol(), area.other_team)
    with pytest.raises(Stale):
        actions.accept_handover(handover=handover, by=area.other_team, at=AT + 2 * HOUR, version=handover.version + 1)
    assert not Responsibility.objects.filter(because="handover").exists()


def test_both_may_look_for_a_week_after_it_was_accepted(area):
    handover = area.propose(area.enrol(), area.other_team)
    actions.accept_handover(handover=handover, by=area.other_team, at=AT + 2 * HOUR)
    until = set(CareRelation.objects.filter(source_id=handover.pk).values_list("until", flat=True))
    assert until == {AT + 2 * HOUR + AFTERWARDS}


def escalated(at):
    return len(actions.escalate_unanswered(by=audit.SYSTEM, at=at))


def test_the_clock_escalates_a_late_answer_once_and_the_giver_stays(area):
    handover = area.propose(area.enrol(), area.other_team)
    assert escalated(handover.due_at) == 0
    late = handover.due_at + timedelta(seconds=1)
    assert [escalated(late), escalated(late + HOUR)] == [1, 0]
    handover.refresh_from_db()
    assert (handover.escalated_at, handover.state) == (late, Handover.State.PROPOSED)
    assert holder(area, "medical", late) == area.team.unit
    actions.accept_handover(handover=handover, by=area.other_team, at=late + HOUR, version=handover.version)


def test_an_answered_handover_is_never_late(area):
    handover = area.propose(area.enrol(), area.other_team)
    due = handover.due_at
    actions.accept_handover(handover=handover, by=area.other_team, at=AT + 2 * HOUR)
    assert escalated(due + HOUR) == 0
