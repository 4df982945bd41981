"""A scenario is run by the twin in the background, run again, and called off."""

import pytest

from narvard.capacity.scenarios import tasks
from narvard.capacity.scenarios.actions import (
    AlreadyAnswered,
    NotAManager,
    NothingRuns,
    cancel_run,
    request_run,
    store_result,
)
from narvard.capacity.scenarios.definition import NAME, ScenarioNotValid, check
from narvard.capacity.scenarios.models import Scenario
from narvard.capacity.scenarios.queries import latest_run
from narvard.capacity.scenarios.tests.factories import AT, definition, manager, result, scenario
from narvard.core import audit, runs
from narvard.core.models import AuditEvent, Run

pytestmark = pytest.mark.django_db


def asked(row, by):
    return request_run(scenario=row, by=by, at=AT)


def test_the_twin_answers_and_the_same_seed_gives_the_same_figures():
    by = manager()
    given = definition(years=0.02, assumptions={"sickness_share": 0.1}, enrolled={"2480": 200})
    first, second = (scenario(by, definition=given.plain()) for _each in range(2))
    for row in (first, second):
        run, _new = asked(row, by)
        tasks.simulate.func(str(run.pk))
        row.refresh_from_db()
    kept = first.result
    assert kept["replications"] == 2
    assert set(kept["municipalities"]) == {NAME, "today"}
    assert len(kept["hours"][NAME]) == 24
    assert {k: v for k, v in kept.items() if k != "seconds"} == {
        k: v for k, v in second.result.items() if k != "seconds"
    }
    assert AuditEvent.objects.filter(what="capacity.store_result").count() == 2
    assert latest_run(first.pk).state == Run.State.DONE


def test_what_the_twin_refuses_is_said():
    by = manager()
    given = definition()
    given.model["intake"]["answer_hours"] = -1
    row = scenario(by, definition=given.plain())
    run, _new = asked(row, by)
    tasks.simulate.func(str(run.pk))
    found = latest_run(row.pk)
    assert (found.state, found.error) == (Run.State.FAILED, "intake: hours cannot be below zero")
    assert Scenario.objects.get().result is None


def test_two_who_ask_share_a_run():
    by = manager()
    row = scenario(by)
    (first, new), (second, again) = asked(row, by), asked(row, by)
    assert (first.pk, new, again) == (second.pk, True, False)


def test_a_run_that_is_called_off_keeps_nothing():
    by = manager()
    row = scenario(by)
    run, _new = asked(row, by)
    cancel_run(scenario=row, by=by, at=AT)
    assert latest_run(row.pk).error == runs.CANCELLED
    run.attempts = 1
    with pytest.raises(runs.Superseded):
        store_result(run=run, result=result(), by=audit.SYSTEM, at=AT)
    with pytest.raises(NothingRuns):
        cancel_run(scenario=row, by=by, at=AT)


def test_a_scenario_with_its_result_is_not_run_again():
    by = manager()
    with pytest.raises(AlreadyAnswered):
        asked(scenario(by, result=result()), by)


def test_only_the_management_runs_and_calls_off():
    by = manager()
    row = scenario(by)
    by.role = "safety"
    with pytest.raises(NotAManager):
        asked(row, by)
    with pytest.raises(NotAManager):
        cancel_run(scenario=row, by=by, at=AT)


def test_a_lost_run_is_enqueued_again(monkeypatch):
    by = manager()
    run, _new = asked(scenario(by), by)
    monkeypatch.setattr(tasks.runs, "revive", lambda kind: [run] if kind == "simulate" else [])
    assert tasks.revive_scenarios(AT) == 1


def test_costs_and_the_break_even_effect_are_told_when_asked():
    told = []
    given = definition(years=0.05, replications=1, unit_costs={"km": 10.0, "counsellor_hours": 5.0}, bed_day_hours=8.0)
    found = tasks.simulated(given, lambda share, text: told.append((share, text)))
    km = sum(row["km"][0] for key, row in found["employers"][NAME].items() if key == "region")
    assert found["costs"]["by_model"][NAME]["region"][0] == pytest.approx(10 * km, rel=1e-6)
    assert "region.bed_days" in found["costs"]["unpriced"]
    points = found["break_even"]["points"]
    assert [point["admission_ratio"] for point in points] == [1.0, 0.75, 0.5, 0.25, 0.0]
    assert told[-1][1] == tasks.BALANCES


@pytest.mark.parametrize("changed", [{"unit_costs": {"km": -1.0}}, {"bed_day_hours": float("nan")}, {"base": "norm "}])
def test_what_cannot_be_priced_or_made_is_refused(changed):
    with pytest.raises(ScenarioNotValid):
        check(definition(**changed))


def test_the_assumptions_are_ranked_when_asked(monkeypatch):
    by, told = manager(), []
    monkeypatch.setattr(tasks, "PATHS", 2)
    found = tasks.simulated(
        definition(years=0.01, replications=1, rank="bed_days"), lambda share, text: told.append((share, text))
    )
    sizes = [row["size"][0] for row in found["influence"]]
    assert sizes == sorted(sizes, reverse=True)
    assert min(sizes) > 0
    assert told[-1] == (1.0, tasks.RANKS)
    assert scenario(by, result=found).result["influence"] == found["influence"]
