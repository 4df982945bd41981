"""New versions, readers, the clock of review, and the end: history is kept."""

from datetime import date, timedelta

import pytest

from narvard.access import guard
from narvard.access.actions import openings
from narvard.access.models import ActiveChoice, Consent
from narvard.access.tests.factories import ConsentFactory
from narvard.care import rules
from narvard.care.plans import actions, contents, errors, queries
from narvard.care.plans.definitions import Definition
from narvard.care.plans.models import PlanEvent, PlanVersion
from narvard.care.plans.tests.factories import STRATEGY
from narvard.care.tests.factories import AT, HOUR
from narvard.core.models import AuditEvent

DAY = timedelta(days=1)


def test_a_new_version_begins_as_the_old_one_and_says_what_changed(writers):
    plan = writers.strategy()
    actions.renew_plan(plan=plan, why="Mer ont", by=writers.physician, at=AT + DAY)
    draft = queries.draft_of(plan)
    assert draft.contributions.filter(signed_at=AT).count() == len(STRATEGY)
    aim = {"situation": "Sämre sedan i går", "level": "relief"}
    writers.write(plan, {"aim": aim}, at=AT + DAY)
    actions.adopt_plan(plan=plan, by=writers.physician, at=AT + DAY)
    new, old = PlanVersion.objects.filter(plan=plan)
    definition = Definition(new.definition)
    found = contents.differences(definition, queries.contributions_of(old), queries.contributions_of(new))
    assert [(row.field, row.before, row.after) for row in found] == [
        ("Läget i korthet", "Spridd cancer, vill vara hemma", "Sämre sedan i går")
    ]


def test_a_dropped_draft_leaves_what_was_in_force(writers):
    plan = writers.strategy()
    actions.renew_plan(plan=plan, why="Mer ont", by=writers.physician, at=AT)
    with pytest.raises(errors.PlanAlreadyOpen):
        actions.renew_plan(plan=plan, why="Igen", by=writers.physician, at=AT)
    with pytest.raises(errors.NotInPlan):
        actions.drop_draft(plan=plan, by=writers.nurse, at=AT)
    actions.drop_draft(plan=plan, by=writers.physician, at=AT)
    assert queries.current_of(plan).number == 1
    actions.renew_plan(plan=plan, why="Igen", by=writers.physician, at=AT)
    assert queries.draft_of(plan).number == 3
    with pytest.raises(rules.ReasonMissing):
        actions.renew_plan(plan=plan, why=" ", by=writers.physician, at=AT)


def test_who_has_read_which_version(writers):
    plan = writers.strategy()
    nurse = writers.nurse
    assert list(queries.to_read(nurse.unit_id)) == [plan]
    for _time in range(2):
        actions.read_plan(plan=plan, by=nurse, at=AT + HOUR)
    assert list(PlanEvent.objects.filter(kind="read").values_list("number", "by")) == [(1, nurse.pk)]
    assert not queries.to_read(nurse.unit_id).exists()
    actions.renew_plan(plan=plan, why="Ändrad dos", by=writers.physician, at=AT)
    actions.adopt_plan(plan=plan, by=writers.physician, at=AT)
    assert list(queries.to_read(nurse.unit_id)) == [plan]


def test_each_units_own_plan_is_read_by_whoever_may_read_the_record(writers):
    plan = writers.start(kind="risk", joint=False)
    risks = {"rows": [{"area": "falls", "level": "high", "do": "Ronder på natten"}]}
    writers.write(plan, {"risks": risks})
    actions.adopt_plan(plan=plan, by=writers.physician, at=AT)
    with pytest.raises(guard.AccessDenied):
        actions.read_plan(plan=plan, by=writers.nurse, at=AT + HOUR)
    ConsentFactory(
        patient=writers.area.patient, kind=Consent.Kind.SHARED_RECORD, recorded_by=writers.physician, since=AT
    )
    openings.choose(patient=writers.area.patient, why=ActiveChoice.Why.VISIT, by=writers.nurse, at=AT + HOUR)
    for _again in range(2):
        actions.read_plan(plan=plan, by=writers.nurse, at=AT + HOUR)
    assert [row.by for row in queries.events_of(plan) if row.kind == PlanEvent.Kind.READ] == [writers.nurse]
    with pytest.raises(errors.NotInPlan):
        actions.renew_plan(plan=plan, why="Nytt", by=writers.nurse, at=AT + HOUR)


def test_the_log_keeps_neither_reasons_nor_names_of_units(writers):
    plan = writers.strategy()
    actions.renew_plan(plan=plan, why="Mer smärta i ryggen", by=writers.physician, at=AT + HOUR)
    actions.end_plan(plan=plan, reason="Smärtan är borta", by=writers.physician, at=AT + HOUR)
    told = set(AuditEvent.objects.filter(object_kind="plan").values_list("what", "reason"))
    assert ("care.share_plan", "units 1") in told
    assert ("care.renew_plan", "version 2") in told
    assert ("care.end_plan", "") in told


def test_a_draft_is_not_read(writers):
    with pytest.raises(errors.NothingWritten):
        actions.read_plan(plan=writers.start(), by=writers.nurse, at=AT)


def test_a_plan_stands_in_the_list_a_week_before_it_must_be_looked_over(writers):
    plan = writers.strategy()
    unit = writers.nurse.unit_id
    assert not queries.to_look_over(unit, AT).exists()
    assert list(queries.to_look_over(unit, AT + 25 * DAY)) == [plan]
    with pytest.raises(errors.NoRightToSign):
        actions.review_plan(plan=plan, next_on=date(2027, 1, 20), note="", by=writers.nurse, at=AT)
    with pytest.raises(errors.NothingWritten):
        actions.review_plan(plan=plan, next_on=AT.date(), note="", by=writers.physician, at=AT)
    actions.review_plan(plan=plan, next_on=date(2027, 1, 20), note="Som förut", by=writers.physician, at=AT)
    assert not queries.to_look_over(unit, AT + 25 * DAY).exists()


def test_a_draft_waits_for_those_who_have_not_signed(writers):
    plan = writers.start()
    team, municipality = writers.physician.unit_id, writers.nurse.unit_id
    assert list(queries.to_write(team)) == list(queries.to_write(municipality)) == [plan]
    writers.write(plan, STRATEGY)
    assert not queries.to_write(team).exists()
    assert list(queries.to_write(municipality)) == [plan]


def test_an_ended_plan_can_be_read_and_not_written(writers):
    plan = writers.strategy()
    with pytest.raises(errors.NoRightToSign):
        actions.end_plan(plan=plan, reason="Avslutad", by=writers.nurse, at=AT)
    actions.end_plan(plan=plan, reason="Personen har flyttat", by=writers.physician, at=AT)
    with pytest.raises(errors.PlanEnded):
        actions.renew_plan(plan=plan, why="Igen", by=writers.physician, at=AT)
    assert not queries.open_at(writers.nurse.unit_id).exists()
    assert writers.start() != plan


def test_a_dead_persons_plan_leaves_the_lists(writers):
    writers.strategy()
    writers.area.patient.died_at = AT
    writers.area.patient.save()
    assert not queries.to_read(writers.nurse.unit_id).exists()
