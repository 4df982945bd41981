"""Preparing a hand-over: for the giver's own unit, moving nothing, until it is sent or thrown away."""

import pytest

from narvard.access.models import CareRelation
from narvard.care import actions, queries, rules
from narvard.care.actions.handovers import AlreadyAnswered, HandoverToSelf, NothingToHandOver, NotSent
from narvard.care.ledger import MAIN_KINDS, NotHolder
from narvard.care.models import Handover
from narvard.care.tests.factories import AT, HOUR, Area
from narvard.organisation.tests.factories import CommissionFactory
from narvard.people.actions import record_death

CONTENT = actions.Content(reason="Snart stabil", risks="Faller")


def prepare(area: Area, episode, *parts, by=None, at=AT + HOUR, content=CONTENT) -> list[Handover]:
    units = [(commission.unit, kinds) for commission, kinds in parts]
    return actions.prepare_handover(episode=episode, parts=units, content=content, by=by or area.team, at=at)


def send(area: Area, episode, *parts, at=AT + 2 * HOUR) -> list[Handover]:
    units = [(commission.unit, kinds) for commission, kinds in parts]
    return actions.propose_prepared(episode=episode, parts=units, content=CONTENT, by=area.team, at=at)


def states() -> list[str]:
    return list(Handover.objects.order_by("created_at", "receiver__name").values_list("state", flat=True))


def test_what_is_prepared_moves_nothing_and_only_the_givers_unit_reads_it(area):
    row = prepare(area, area.enrol(), (area.home_nursing, ["nursing"]))[0]
    assert (row.state, row.sent_at, row.due_at) == ("prepared", None, None)
    assert row.parties() == frozenset({area.team.unit_id})
    assert not CareRelation.objects.filter(source_id=row.pk).exists()
    assert list(queries.prepared_handovers(area.team.unit_id)) == [row]
    assert not queries.handovers_to(area.home_nursing.unit_id).exists()
    assert not queries.open_handovers(area.patient).exists()
    held = queries.main_holders([area.patient.pk], AT + HOUR)
    assert {held[area.patient.pk, kind] for kind in MAIN_KINDS} == {area.team.unit}


def test_a_colleague_goes_on_with_it_and_another_receiver_falls_away(area):
    episode = area.enrol()
    prepare(area, episode, (area.home_nursing, ["nursing"]), (area.other_team, ["medical"]))
    colleague = CommissionFactory(unit=area.team.unit)
    kept = prepare(area, episode, (area.home_nursing, ["nursing", "rehabilitation"]), by=colleague, at=AT + 2 * HOUR)
    assert kept[0].kinds == ["nursing", "rehabilitation"]
    assert kept[0].events.count() == 2
    assert sorted(states()) == ["prepared", "withdrawn"]


def test_sent_it_is_the_question_that_was_prepared(area):
    episode = area.enrol()
    first = prepare(area, episode, (area.home_nursing, ["nursing"]), (area.other_team, ["medical"]))
    asked = send(area, episode, (area.home_nursing, ["nursing"]), (area.health_centre, ["medical"]))
    assert asked[0].pk == first[0].pk
    assert {row.bundle for row in asked} == {first[0].bundle}
    assert [(row.state, row.sent_at) for row in asked] == [("proposed", AT + 2 * HOUR)] * 2
    assert Handover.objects.get(pk=first[1].pk).state == "withdrawn"
    assert [row.receiver_id for row in queries.bundled_with(asked[0])] == [area.health_centre.unit_id]
    accepted = actions.accept_handover(handover=asked[0], by=area.home_nursing, at=AT + 3 * HOUR)
    assert accepted.state == "accepted"
    assert [event.state for event in accepted.events.all()] == ["prepared", "proposed", "accepted"]


def test_what_lies_on_a_ward_is_prepared_and_sent_when_the_team_holds_it(area):
    stay = actions.admit_patient(patient=area.patient, ward=area.ward.unit, admitted_at=AT, by=area.ward, at=AT)
    episode = area.enrol(at=AT + HOUR)
    prepare(area, episode, (area.home_nursing, ["nursing"]), at=AT + HOUR)
    with pytest.raises(NotHolder):
        send(area, episode, (area.home_nursing, ["nursing"]))
    actions.discharge_patient(stay=stay, discharged_at=AT + 2 * HOUR, by=area.ward, at=AT + 2 * HOUR)
    assert send(area, episode, (area.home_nursing, ["nursing"]), at=AT + 3 * HOUR)[0].state == "proposed"


def test_an_admission_leaves_what_is_prepared_and_a_death_throws_it_away(area):
    prepare(area, area.enrol(), (area.home_nursing, ["nursing"]))
    actions.admit_patient(
        patient=area.patient, ward=area.ward.unit, admitted_at=AT + 2 * HOUR, by=area.ward, at=AT + 2 * HOUR
    )
    assert states() == ["prepared"]
    record_death(patient=area.patient, died_at=AT + 3 * HOUR, by=area.ward, at=AT + 3 * HOUR)
    actions.end_for_death(patient=area.patient, died_at=AT + 3 * HOUR, by=area.ward, at=AT + 3 * HOUR)
    assert states() == ["withdrawn"]


def test_nobody_answers_what_was_not_sent(area):
    row = prepare(area, area.enrol(), (area.home_nursing, ["nursing"]))[0]
    for act, by in (
        (lambda: actions.accept_handover(handover=row, by=area.home_nursing, at=AT + 2 * HOUR), "accept"),
        (lambda: actions.decline_handover(handover=row, reason="x", by=area.home_nursing, at=AT + 2 * HOUR), "decline"),
        (lambda: actions.escalate_handover(handover=row, reason="x", by=area.team, at=AT + 2 * HOUR), "escalate"),
    ):
        with pytest.raises(NotSent):
            act()
        assert states() == ["prepared"], by
    assert actions.read_handover(handover=row, by=area.home_nursing, at=AT + 2 * HOUR).state == "prepared"
    assert actions.escalate_unanswered(by=area.team, at=AT + 999 * HOUR) == []


def test_it_is_thrown_away_once_and_by_its_own_unit(area):
    row = prepare(area, area.enrol(), (area.home_nursing, ["nursing"]))[0]
    with pytest.raises(rules.NotYourUnit):
        actions.drop_prepared(handover=row, by=area.home_nursing, at=AT + 2 * HOUR)
    actions.drop_prepared(handover=row, by=area.team, at=AT + 2 * HOUR)
    assert row.parties() == frozenset({area.team.unit_id})
    with pytest.raises(AlreadyAnswered):
        actions.drop_prepared(handover=row, by=area.team, at=AT + 2 * HOUR)
    assert not queries.answered_handovers(area.home_nursing.unit_id, AT).exists()


def test_what_cannot_be_prepared(area):
    episode = area.enrol()
    with pytest.raises(HandoverToSelf):
        prepare(area, episode, (area.team, ["nursing"]))
    with pytest.raises(NothingToHandOver):
        prepare(area, episode, (area.home_nursing, []))
    with pytest.raises(rules.CannotHold):
        prepare(area, episode, (area.home_nursing, ["medical"]))
    assert not Handover.objects.exists()
