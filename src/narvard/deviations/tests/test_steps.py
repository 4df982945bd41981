"""The steps of an inquiry: the right side, in the right state, once on the page as it was shown."""

from datetime import UTC, date, datetime

import pytest

from narvard.core.errors import Stale
from narvard.core.models import AuditEvent
from narvard.deviations import actions, queries
from narvard.deviations.actions import DeviationNotValid, NotYourDeviation, ReasonMissing
from narvard.deviations.states import NotPossibleNow
from narvard.deviations.tests.factories import AT, DAY


def acts(row):
    return [event.act for event in row.events.all()]


def test_from_sent_to_closed_each_step_has_one_owner_and_one_clock(world):
    row = world.report()
    row = actions.receive(deviation=row, by=world.nurse, at=AT + DAY)
    assert (row.state, row.owner, row.due_at) == ("received", row.unit, datetime(2026, 12, 1, 15, 0, tzinfo=UTC))
    row = actions.inquire(deviation=row, by=world.mas, at=AT + DAY, note="Samtal med natten")
    assert (row.state, row.owner) == ("inquiry", row.unit)
    row = actions.answer(
        deviation=row,
        cause="Gammal lista",
        measures="Ny rutin",
        measures_by=date(2027, 1, 7),
        by=world.nurse,
        at=AT + DAY,
    )
    assert (row.state, row.owner) == ("answered", row.reporter_unit)
    assert row.answers.get().measures_by == date(2027, 1, 7)
    row = actions.close(deviation=row, by=world.colleague, at=AT + 2 * DAY)
    assert (row.state, row.owner, row.due_at) == ("closed", row.reporter_unit, None)
    assert acts(row) == ["report", "receive", "inquire", "answer", "close"]
    assert AuditEvent.objects.filter(object_id=str(row.pk)).count() == 5


def test_an_answer_that_is_not_enough_is_opened_again_and_the_first_stays(world):
    row = actions.reopen(deviation=world.answered(), reason="Gäller även helgen", by=world.reporter, at=AT + 2 * DAY)
    assert (row.state, row.owner) == ("inquiry", row.unit)
    actions.answer(deviation=row, cause="Även helgen", measures="Rutin", by=world.nurse, at=AT + 3 * DAY)
    assert row.answers.count() == 2
    assert actions.close(deviation=row, by=world.chief, at=AT + 4 * DAY).state == "closed"


def test_a_missent_one_goes_on_to_the_right_unit_and_leaves_the_first(world):
    row = actions.receive(deviation=world.report(), by=world.nurse, at=AT)
    row = actions.forward(
        deviation=row, to=world.other_nurse.unit, reason="Patienten bor i Umeå", by=world.nurse, at=AT + DAY
    )
    assert (row.state, row.unit, row.owner) == ("sent", world.other_nurse.unit, world.other_nurse.unit)
    assert row.due_at == datetime(2026, 11, 26, 15, 0, tzinfo=UTC)
    assert not queries.to_us(world.nurse).exists()
    assert not queries.to_us(world.mas).exists()
    assert queries.to_us(world.other_mas).exists()
    with pytest.raises(NotYourDeviation):
        actions.receive(deviation=row, by=world.nurse, at=AT + DAY)


def test_it_cannot_be_sent_back_to_the_reporter_or_to_itself_or_to_a_closed_unit(world):
    row = world.report()
    for unit in (world.reporter.unit, world.nurse.unit):
        with pytest.raises(NotPossibleNow):
            actions.forward(deviation=row, to=unit, reason="Inte vår", by=world.nurse, at=AT)
    world.other_nurse.unit.closed_on = AT.date()
    with pytest.raises(DeviationNotValid):
        actions.forward(deviation=row, to=world.other_nurse.unit, reason="Inte vår", by=world.nurse, at=AT)


def test_the_reporter_does_not_answer_and_the_receiver_does_not_close(world):
    row = world.report()
    with pytest.raises(NotYourDeviation, match="Hemsjukvården Vännäs"):
        actions.receive(deviation=row, by=world.reporter, at=AT)
    with pytest.raises(NotYourDeviation, match="Mobila teamet"):
        actions.close(deviation=world.answered(), by=world.nurse, at=AT + DAY)


@pytest.mark.parametrize("who", ["outsider", "other_nurse", "other_mas", "administrator"])
def test_an_outsider_can_do_nothing(world, who):
    row, by = world.report(), getattr(world, who)
    tries = [
        lambda: actions.receive(deviation=row, by=by, at=AT),
        lambda: actions.inquire(deviation=row, by=by, at=AT),
        lambda: actions.forward(deviation=row, to=by.unit, reason="Vår", by=by, at=AT),
        lambda: actions.mark(deviation=row, law="maria", on=True, reason="Allvarlig", by=by, at=AT),
    ]
    for attempt in tries:
        with pytest.raises(NotYourDeviation):
            attempt()
    assert acts(row) == ["report"]


def test_words_are_asked_for(world):
    row = actions.receive(deviation=world.report(), by=world.nurse, at=AT)
    with pytest.raises(ReasonMissing):
        actions.answer(deviation=row, cause="Därför", measures=" ", by=world.nurse, at=AT)
    with pytest.raises(ReasonMissing):
        actions.forward(deviation=row, to=world.other_nurse.unit, reason="", by=world.nurse, at=AT)
    with pytest.raises(ReasonMissing):
        actions.reopen(deviation=world.answered(), reason=" ", by=world.reporter, at=AT + DAY)


def test_a_stale_page_changes_nothing(world):
    row = world.report()
    actions.receive(deviation=row, by=world.nurse, at=AT)
    with pytest.raises(Stale):
        actions.inquire(deviation=row, by=world.nurse, at=AT, version=row.version)


def test_overdue_is_a_query(world):
    row = world.report()
    assert not queries.overdue(AT).exists()
    assert list(queries.overdue(row.due_at + DAY)) == [row]
    assert queries.turns(world.nurse, row.due_at + DAY).late == 1
    assert queries.turns(world.reporter, row.due_at + DAY).late == 0


def test_mas_marks_for_lex_maria_and_takes_it_back(world):
    row = actions.mark(deviation=world.report(), law="maria", on=True, reason="Fallskada", by=world.mas, at=AT)
    assert (row.lex_maria_at, row.lex_sarah_at) == (AT, None)
    with pytest.raises(NotPossibleNow):
        actions.mark(deviation=row, law="maria", on=True, reason="Igen", by=world.mas, at=AT)
    row = actions.mark(deviation=row, law="maria", on=False, reason="Bedömd: nej", by=world.chief, at=AT)
    assert row.lex_maria_at is None
    assert acts(row) == ["report", "mark", "unmark"]
    with pytest.raises(NotYourDeviation):
        actions.mark(deviation=row, law="sarah", on=True, reason="Nej", by=world.nurse, at=AT)
