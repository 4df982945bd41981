"""The ledger's rules over random histories: exactly one main holder per kind at each instant while enrolled."""

import random
import uuid
from dataclasses import replace
from datetime import datetime

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from narvard.care import ledger as rules
from narvard.care import ward
from narvard.care.ledger import ADMISSION_KINDS, MAIN_KINDS, Ledger, Transition
from narvard.care.tests.histories import (
    HEALTH_CENTRE,
    HOME_NURSING,
    HOUR,
    OTHER_TEAM,
    START,
    TEAM,
    WARD,
    History,
    faults,
)


def at(hours: float) -> datetime:
    return START + hours * HOUR


def enrolled_ledger(**holders: uuid.UUID) -> Ledger:
    wanted = {kind: holders.get(kind, TEAM) for kind in MAIN_KINDS}
    return Ledger().after(rules.enrol(Ledger(), wanted, at=at(0), source=uuid.uuid4()))


@settings(max_examples=600, deadline=None)
@given(st.integers(0, 2**32), st.integers(4, 40))
def test_exactly_one_main_holder_per_kind_at_each_instant_while_enrolled(seed, acts):
    history = History(random.Random(seed))
    history.play(acts)
    assert faults(history) == []


@settings(max_examples=300, deadline=None)
@given(st.integers(0, 2**32), st.integers(4, 40))
def test_the_sequence_has_no_holes_and_history_is_never_rewritten(seed, acts):
    history = History(random.Random(seed))
    for _ in range(acts):
        before = history.ledger.rows
        history.play(1)
        for old, new in zip(before, history.ledger.rows, strict=False):
            assert replace(new, voided=old.voided, voided_by=old.voided_by) == old
            assert new.voided or not old.voided
    for line in history.ledger.lines:
        assert [row.sequence for row in history.ledger.line(*line)] == list(
            range(1, len(history.ledger.line(*line)) + 1)
        )


def test_the_check_of_histories_would_see_a_gap_and_two_holders():
    history = History(random.Random(1), ledger=enrolled_ledger(), enrolments=[[TEAM, at(-1), None]])
    assert "0 holders of medical" in " ".join(faults(history))
    history.enrolments = [[TEAM, at(0), None]]
    assert faults(history) == []
    first = history.ledger.line("medical")[0]
    history.ledger = Ledger((*history.ledger.rows, replace(first, sequence=2, starts_at=at(-2), holder=WARD)))
    assert faults(history) == ["the rules' own check sees a disorder"]


def test_random_histories_reach_every_act():
    histories = [History(random.Random(seed)) for seed in range(300)]
    for history in histories:
        history.play(30)
    reasons = {row.because for history in histories for row in history.ledger.rows}
    assert reasons == {"enrolment", "handover", "admission", "discharge", "death"}
    assert {"undo_admission", "undo_discharge", "enrol"} <= {name for each in histories for name in each.on_ward}
    assert any(history.death is None and history.before_death for history in histories), "no death was taken back"
    assert sum(history.done for history in histories) > 1000


def test_undoing_a_death_gives_back_what_lay_ahead():
    ledger = enrolled_ledger()
    over = rules.hand_over(
        ledger, ["nursing"], giver=TEAM, receiver=HOME_NURSING, at=at(30), source=(source := uuid.uuid4())
    )
    ledger = ledger.after(over)
    death = uuid.uuid4()
    dead = ledger.after(rules.die(ledger, at=at(5), source=death))
    assert dead.holder("nursing", at(40)) is None
    alive = dead.after(rules.undo(dead, source=death))
    assert [alive.holder("nursing", at(hours)) for hours in (6, 29, 31)] == [TEAM, TEAM, HOME_NURSING]
    assert alive.last("nursing").source == source


def test_discharge_gives_back_what_was_decided_before_the_admission():
    ledger = enrolled_ledger(nursing=HOME_NURSING)
    ledger = ledger.after(
        rules.hand_over(ledger, ["medical"], giver=TEAM, receiver=HEALTH_CENTRE, at=at(10), source=uuid.uuid4())
    )
    stay = uuid.uuid4()
    ledger = ledger.after(ward.admit(ledger, WARD, at=at(4), source=stay))
    assert {ledger.holder(kind, at(11)) for kind in ADMISSION_KINDS} == {WARD}
    assert ledger.holder("coordination", at(11)) == TEAM
    early = ledger.after(ward.discharge(ledger, WARD, at=at(6), source=stay))
    assert [early.holder("medical", at(hours)) for hours in (5, 7, 11)] == [WARD, TEAM, HEALTH_CENTRE]
    late = ledger.after(ward.discharge(ledger, WARD, at=at(20), source=stay))
    assert [late.holder("medical", at(hours)) for hours in (19, 20)] == [WARD, HEALTH_CENTRE]
    assert late.holder("nursing", at(20)) == HOME_NURSING


def test_a_ward_that_holds_by_enrolment_must_hand_over_before_discharge():
    ledger = enrolled_ledger(medical=WARD)
    with pytest.raises(rules.MissingHolder) as refused:
        ward.discharge(ledger, WARD, at=at(5), source=uuid.uuid4())
    assert refused.value.kinds == ("medical",)


def test_an_enrolment_names_a_holder_for_every_kind():
    with pytest.raises(rules.MissingHolder) as refused:
        rules.enrol(Ledger(), {"medical": TEAM, "nursing": TEAM}, at=at(0), source=uuid.uuid4())
    assert refused.value.kinds == ("rehabilitation", "coordination")


def test_an_enrolment_does_not_take_from_another_enrolment():
    wanted = dict.fromkeys(MAIN_KINDS, OTHER_TEAM)
    with pytest.raises(rules.HeldByAnother):
        rules.enrol(enrolled_ledger(), wanted, at=at(1), source=uuid.uuid4(), bound={TEAM})


def test_time_never_runs_backwards():
    ledger = enrolled_ledger()
    ledger = ledger.after(
        rules.hand_over(ledger, ["medical"], giver=TEAM, receiver=OTHER_TEAM, at=at(5), source=uuid.uuid4())
    )
    with pytest.raises(rules.TimeRunsBackwards):
        rules.hand_over(ledger, ["medical"], giver=OTHER_TEAM, receiver=TEAM, at=at(4), source=uuid.uuid4())


def test_what_has_been_promised_away_cannot_be_given_again():
    ledger = enrolled_ledger()
    ledger = ledger.after(
        rules.hand_over(ledger, ["medical"], giver=TEAM, receiver=OTHER_TEAM, at=at(5), source=uuid.uuid4())
    )
    with pytest.raises(rules.NotHolder):
        rules.hand_over(ledger, ["medical"], giver=TEAM, receiver=HEALTH_CENTRE, at=at(2), source=uuid.uuid4())


def test_a_scoped_holder_stands_beside_the_main_one():
    ledger = enrolled_ledger()
    ledger = ledger.after(rules.share(ledger, "nursing", "dialys", HOME_NURSING, at=at(1), source=uuid.uuid4()))
    assert ledger.holder("nursing", at(2)) == TEAM
    assert ledger.holder("nursing", at(2), "dialys") == HOME_NURSING
    with pytest.raises(rules.AlreadyHolder):
        rules.share(ledger, "nursing", "dialys", HOME_NURSING, at=at(2), source=uuid.uuid4())


def test_death_says_nothing_of_a_part_that_had_ended():
    ledger = enrolled_ledger()
    for unit, hours in ((HOME_NURSING, 1), (None, 2)):
        ledger = ledger.after(rules.share(ledger, "nursing", "dialys", unit, at=at(hours), source=uuid.uuid4()))
    change = rules.die(ledger, at=at(5), source=uuid.uuid4())
    assert {row.line for row in change.add} == {(kind, "") for kind in MAIN_KINDS}


def test_undo_is_refused_when_later_rows_rest_on_it():
    source = uuid.uuid4()
    ledger = Ledger().after(rules.enrol(Ledger(), dict.fromkeys(MAIN_KINDS, TEAM), at=at(0), source=source))
    ledger = ledger.after(
        rules.hand_over(ledger, ["medical"], giver=TEAM, receiver=OTHER_TEAM, at=at(5), source=uuid.uuid4())
    )
    with pytest.raises(rules.LaterFollows):
        rules.undo(ledger, source=source)


def test_the_check_sees_a_gap_and_a_disorder():
    rows = [
        Transition("medical", "", 1, at(0), TEAM, "enrolment"),
        Transition("medical", "", 2, at(2), None, "end"),
        Transition("nursing", "", 1, at(3), TEAM, "enrolment"),
        Transition("nursing", "", 2, at(1), OTHER_TEAM, "handover"),
    ]
    broken = Ledger(tuple(rows))
    found = rules.gaps(broken, [(at(0), None)])
    assert ("medical", at(2)) in found
    assert ("nursing", at(0)) in found
    assert ("medical", at(0)) not in found
    assert rules.disorders(broken) == [("nursing", "")]
