"""Planning in the background: asked for once, seen when its worker dies, never published by two."""

from datetime import timedelta

import pytest
from django.utils import timezone
from django_tasks_db.models import DBTaskResult

from narvard.core import runs
from narvard.core.errors import Stale
from narvard.core.models import AuditEvent, Run
from narvard.visits import actions, planner, tasks
from narvard.visits.models import DayPlan, Visit
from narvard.visits.tests.factories import AT, MONDAY, clock


@pytest.fixture(autouse=True)
def _clock(settings):
    settings.NARVARD_CLOCK = "2026-11-23T06:30:00+01:00"


def ask(area, **changes):
    asked = {"care_area": "umea", "date": MONDAY, "by": area.planner, "at": AT, "seconds": None, "evaluations": 300}
    return tasks.start_plan(**{**asked, **changes})


def work() -> None:
    """Do what is queued, as the worker does."""
    for queued in DBTaskResult.objects.filter(status="READY").order_by("enqueued_at"):
        queued.claim("worker-1")
        tasks.plan_day.func(*queued.args_kwargs["args"])


def test_a_run_plans_the_day_and_tells_how_it_went(area):
    area.shift(area.nurse)
    area.visit()
    run = ask(area)
    assert DBTaskResult.objects.count() == 1
    work()
    run.refresh_from_db()
    plan = DayPlan.objects.get()
    assert (run.state, run.progress, run.attempts) == ("done", 1.0, 1)
    assert run.result == {"plan": str(plan.pk), "planned": 1, "unplanned": 0}
    assert (plan.run, plan.made_by) == (run, area.planner)
    assert AuditEvent.objects.filter(what="visits.request_plan", object_id=str(run.pk)).exists()


def test_two_planners_share_one_run(area):
    area.shift(area.nurse)
    first, second = ask(area), ask(area)
    assert (first, DBTaskResult.objects.count()) == (second, 1)
    work()
    assert ask(area) != first


def test_a_task_delivered_twice_plans_once(area):
    area.shift(area.nurse)
    run = ask(area)
    work()
    tasks.plan_day.func(str(run.pk))
    assert DayPlan.objects.count() == 1


def test_a_refusal_is_the_runs_error_in_words(area):
    run = ask(area)
    work()
    run.refresh_from_db()
    assert (run.state, run.error) == ("failed", "Ingen har arbetspass den dagen. Lägg in pass först.")


def test_a_day_in_the_past_is_refused_at_once(area):
    with pytest.raises(actions.PastDay):
        ask(area, date=MONDAY - timedelta(days=1))
    assert not Run.objects.exists()


def kill(run, monkeypatch, *, after_publishing=False):
    """The worker dies in the middle of a run: what it does then is neither finished nor failed."""

    class Killed(BaseException):
        pass

    whole = planner.plan_area

    def dies(*args, **kwargs):
        if after_publishing:
            whole(*args, **kwargs)
        raise Killed

    with monkeypatch.context() as patched:
        patched.setattr(tasks.planner, "plan_area", dies)
        with pytest.raises(Killed):
            tasks.plan_day.func(str(run.pk))
    silent = timezone.now() - runs.STALE_AFTER - timedelta(seconds=1)
    Run.objects.filter(pk=run.pk).update(heartbeat_at=silent)


def test_a_killed_worker_is_seen_and_its_work_done_again(area, monkeypatch):
    area.shift(area.nurse)
    visit = area.visit()
    run = ask(area)
    kill(run, monkeypatch)
    visit.refresh_from_db()
    assert (visit.state, DayPlan.objects.count()) == ("to_plan", 0)
    DBTaskResult.objects.all().delete()
    assert tasks.revive_plans(AT) == 1
    work()
    run.refresh_from_db()
    visit.refresh_from_db()
    assert (run.state, run.attempts, visit.state, DayPlan.objects.count()) == ("done", 2, "planned", 1)


def test_a_worker_killed_after_it_published_is_not_done_again(area, monkeypatch):
    area.shift(area.nurse)
    area.visit()
    run = ask(area)
    kill(run, monkeypatch, after_publishing=True)
    DBTaskResult.objects.all().delete()
    tasks.revive_plans(AT)
    work()
    run.refresh_from_db()
    assert (run.state, DayPlan.objects.count()) == ("done", 1)


def test_a_live_worker_is_left_alone(area):
    area.shift(area.nurse)
    run = ask(area)
    Run.objects.filter(pk=run.pk).update(state="running", attempts=1, heartbeat_at=timezone.now())
    assert tasks.revive_plans(AT) == 0


def test_a_superseded_worker_cannot_publish(area):
    area.shift(area.nurse)
    area.visit()
    run = ask(area)
    Run.objects.filter(pk=run.pk).update(state="running", attempts=1)
    run.refresh_from_db()
    Run.objects.filter(pk=run.pk).update(attempts=2)
    read = planner.read_day("umea", MONDAY, AT)
    posed = planner.pose(read)
    result = planner.search(posed, seconds=None, evaluations=100, seed=1)
    with pytest.raises(runs.Superseded):
        planner.publish(read, posed, result, by=area.planner, at=AT, run=run)
    assert not DayPlan.objects.exists()
    assert Visit.objects.get().state == "to_plan"


def test_pinning_holds_and_is_refused_for_what_has_nobody(area):
    shift = area.shift(area.nurse)
    visit = area.visit()
    with pytest.raises(actions.NothingToPin):
        actions.pin_visit(visit=visit, pinned=True, by=area.planner, at=AT)
    visit.roles.update(shift=shift)
    Visit.objects.update(state="planned", starts_at=clock(9))
    row = actions.pin_visit(visit=visit, pinned=True, by=area.planner, at=AT, expected=1)
    assert row.roles.get().pinned
    with pytest.raises(Stale):
        actions.pin_visit(visit=visit, pinned=False, by=area.planner, at=AT, expected=1)
    actions.pin_visit(visit=visit, pinned=False, by=area.planner, at=AT, expected=2)
    assert not row.roles.get().pinned
