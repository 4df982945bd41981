"""Rounds, codes and answers: once per code, nothing that leads back, and shares only of five or more."""

from datetime import date, timedelta

import pytest

from narvard.core import audit
from narvard.core.models import AuditEvent
from narvard.engines.evidence import share
from narvard.followup.questionnaires import actions, rules
from narvard.followup.questionnaires.codes import LETTERS, digest, new_code
from narvard.followup.questionnaires.definitions import questionnaires, scale
from narvard.followup.questionnaires.models import Code, Response, Round
from narvard.followup.questionnaires.results import beside, readable, results, rounds
from narvard.followup.questionnaires.tests.factories import AT, KEYS, LATER, answered, make_manager, make_round
from narvard.organisation.models import CareUnit, Commission
from narvard.organisation.tests.factories import CareUnitFactory, CommissionFactory

pytestmark = pytest.mark.django_db


@pytest.fixture
def by():
    return make_manager()


def counted(by):
    return list(rounds(by.unit.provider))


def test_the_six_questions_of_the_source_and_their_shares_stand_there():
    patient = questionnaires()["patient"]
    assert [question.published["hsvt"] for question in patient.questions] == [94, 83, 76, 84, 94, 47]
    assert [question.published["nsvt"] for question in patient.questions] == [95, 94, 92, 97, 93, 75]
    assert [each.answered for each in patient.published] == [137, 68]
    assert [step.words["sv"] for step in scale()][-2:] == ["Ofta", "Alltid"]
    for each in questionnaires().values():
        assert each.key in Round.To.values
        assert all(set(question.text) == {"sv", "en"} for question in each.questions)


def test_a_code_is_answered_once_and_leads_nowhere(by):
    row = make_round(by)
    code, other = actions.make_codes(round_id=row.pk, count=2, by=by, at=AT)
    wednesday = AT + timedelta(days=2)
    response = actions.answer(
        code=code.lower(), answers={"safe": 4, "decide": 7, "x": 1}, by=audit.SYSTEM, at=wednesday
    )
    assert (response.answers, response.week) == ({"safe": 4}, date(2026, 11, 23))
    with pytest.raises(rules.CodeUsed):
        actions.answer(code=code, answers={"safe": 4}, by=audit.SYSTEM, at=wednesday)
    assert Response.objects.count() == 1
    assert not Code.objects.filter(digest__in=[code, other]).exists()
    fields = {field.name for model in (Code, Response) for field in model._meta.get_fields() if field.is_relation}
    assert fields == {"round"}
    event = AuditEvent.objects.get(what="survey.answer")
    assert event.at.astimezone().date() <= date(2026, 11, 23)
    assert event.object_id == str(row.pk)


def test_what_cannot_be_answered(by):
    row = make_round(by)
    (code,) = actions.make_codes(round_id=row.pk, count=1, by=by, at=AT)
    with pytest.raises(rules.CodeUnknown):
        actions.answer(code="BBBB-BBBB", answers={"safe": 4}, by=audit.SYSTEM, at=AT)
    with pytest.raises(rules.NothingAnswered):
        actions.answer(code=code, answers={}, by=audit.SYSTEM, at=AT)
    for at in (AT - timedelta(days=1), LATER):
        with pytest.raises(rules.RoundClosed):
            actions.answer(code=code, answers={"safe": 4}, by=audit.SYSTEM, at=at)
    assert not Code.objects.get().used


def test_codes_are_letters_that_are_read_alike_however_typed():
    code = new_code()
    assert set(code) <= {*LETTERS, "-"}
    assert digest(code) == digest(code.replace("-", " ").lower())


def test_guesses_are_stopped_and_forgotten(by):
    for _each in range(rules.TRIES):
        rules.refuse_guesser("10.0.0.1", AT)
        rules.count_wrong("10.0.0.1", AT)
    with pytest.raises(rules.TooManyTries):
        rules.refuse_guesser("10.0.0.1", AT)
    rules.refuse_guesser("10.0.0.2", AT)
    later = AT + rules.TRIES_WITHIN
    rules.refuse_guesser("10.0.0.1", later)
    rules.count_wrong("10.0.0.3", later)
    assert rules.WrongCode.objects.count() == 1


def test_shares_of_often_or_always_with_wilson_and_response_rate(by):
    row = make_round(by)
    answered(by, row, 4, 4, 3, 3, 2, 0)
    actions.make_codes(round_id=row.pk, count=6, by=by, at=AT)
    actions.note_unused(round_id=row.pk, count=2, by=by, at=AT)
    found = results(counted(by), LATER)
    assert (found.answered, found.asked, found.rate) == (6, 10, 0.6)
    line, wilson = found.lines[0], share(4, 6)
    assert (line.valid, line.often) == (6, 4)
    assert (line.low, line.high) == (wilson.interval.low, wilson.interval.high)


def test_fewer_than_five_are_never_shown(by):
    row = make_round(by)
    answered(by, row, 4, 4, 4, 4)
    assert results(counted(by), LATER).hidden
    codes = actions.make_codes(round_id=row.pk, count=1, by=by, at=AT)
    actions.answer(code=codes[0], answers={"safe": 0}, by=audit.SYSTEM, at=AT)
    found = results(counted(by), LATER)
    assert [line.valid for line in found.lines] == [5 if key == "safe" else None for key in KEYS]


def test_a_round_of_few_is_not_added_to_the_others(by):
    answered(by, make_round(by), 4, 4, 4, 4, 4)
    answered(by, make_round(by), 0, 0, 0)
    found = results(counted(by), LATER)
    assert (found.answered, found.asked) == (5, 5)


def test_nothing_is_told_while_the_round_is_open(by):
    row = make_round(by)
    answered(by, row, 4, 4, 4, 4, 4)
    assert results(counted(by), AT).answered == 0
    actions.close_round(round_id=row.pk, by=by, at=AT + timedelta(days=1))
    assert results(counted(by), AT + timedelta(days=1)).answered == 5


def test_rounds_that_cannot_be(by):
    wrong = [
        {"closes_on": date(2026, 11, 23)},
        {"closes_on": date(2028, 1, 1)},
        {"opens_on": date(2026, 1, 1), "closes_on": date(2026, 2, 1)},
        {"unit": CareUnitFactory()},
        {"questionnaire": "nobody"},
    ]
    for changes in wrong:
        with pytest.raises(rules.WrongRound):
            make_round(by, **changes)
    row = make_round(by)
    for count in (0, actions.MOST_CODES + 1):
        with pytest.raises(rules.WrongRound):
            actions.make_codes(round_id=row.pk, count=count, by=by, at=AT)
    with pytest.raises(rules.WrongRound):
        actions.note_unused(round_id=row.pk, count=1, by=by, at=AT)
    with pytest.raises(rules.WrongRound):
        actions.close_round(round_id=row.pk, by=by, at=AT)
    for late in (
        lambda: actions.close_round(round_id=row.pk, by=by, at=LATER),
        lambda: actions.make_codes(round_id=row.pk, count=1, by=by, at=LATER),
    ):
        with pytest.raises(rules.RoundClosed):
            late()


def test_rounds_together_are_the_joint_managements_in_its_own_area(by):
    told = {"questionnaire": "staff", "opens_on": date(2026, 11, 23), "closes_on": date(2026, 12, 20), "at": AT}
    CareUnit.objects.update(care_area="umea")
    by.unit.refresh_from_db()
    near = [CareUnitFactory(kind="home_nursing", care_area="umea") for _each in range(2)]
    far = CareUnitFactory(kind="home_nursing", care_area="fjarran")
    begun = actions.open_together(units=near, by=by, **told)
    assert len({row.together for row in begun}) == 1
    assert AuditEvent.objects.filter(what="survey.open_round").count() == 2
    assert [row.pk for row in readable(by)] == [row.pk for row in readable(by).filter(together=begun[0].together)]
    assert {row.pk for row in beside(begun[0])} == {row.pk for row in begun}
    nurse = CommissionFactory(unit=near[0], role=Commission.Role.MANAGER)
    for who, units in ((by, [near[0], far]), (by, [near[0], near[0]]), (nurse, near)):
        with pytest.raises(rules.WrongRound):
            actions.open_together(units=units, by=who, **told)
    assert [row.unit for row in readable(nurse)] == [near[0]]


def test_a_question_that_few_answered_at_one_unit_is_not_told_by_the_whole(by):
    first, second = make_round(by), make_round(by)
    answered(by, first, 4, 4, 4, 4, 4, 4)
    answered(by, second, 0, 0, 0, 0, 0)
    for response in Response.objects.filter(round=second)[:2]:
        Response.objects.filter(pk=response.pk).update(answers={"decide": 0})
    found = results(counted(by), LATER)
    lines = {line.question.key: (line.often, line.valid) for line in found.lines}
    assert lines["safe"] == (6, 6)
    assert lines["decide"] == (6, 11)
    assert found.answered == 11
