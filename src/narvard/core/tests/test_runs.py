"""Background runs survive their workers."""

from datetime import UTC, datetime, timedelta

import pytest
from django.utils import timezone

from narvard.core import runs
from narvard.core.errors import Refused
from narvard.core.models import Run

AT = datetime(2026, 11, 23, 6, 30, tzinfo=UTC)
pytestmark = pytest.mark.django_db


def request():
    return runs.request("plan", "umea 2026-11-23", at=AT, params={"seed": 1}, commission=None)


def test_a_second_request_joins_the_live_run():
    (first, made), (second, again) = request(), request()
    assert (made, again, first.pk) == (True, False, second.pk)


def test_a_run_reports_progress_and_its_result():
    run, _made = request()

    def work(run, progress):
        progress(0.4, "söker")
        assert Run.objects.get(pk=run.pk).progress == pytest.approx(0.4)
        return {"planned": 3}

    done = runs.execute(run.pk, work)
    assert (done.state, done.result, done.progress, done.attempts) == (Run.State.DONE, {"planned": 3}, 1.0, 1)


def test_a_refusal_becomes_the_runs_own_message():
    run, _made = request()

    def work(run, progress):
        raise Refused("Inga pass den dagen.")

    assert runs.execute(run.pk, work).error == "Inga pass den dagen."


def test_a_silent_worker_is_seen_and_its_work_tried_again():
    run, _made = request()
    Run.objects.filter(pk=run.pk).update(
        state=Run.State.RUNNING, attempts=1, heartbeat_at=timezone.now() - timedelta(minutes=5)
    )
    assert [row.pk for row in runs.revive("plan")] == [run.pk]
    assert runs.execute(run.pk, lambda run, progress: {"ok": 1}).state == Run.State.DONE


def test_after_three_lost_workers_the_run_fails():
    run, _made = request()
    Run.objects.filter(pk=run.pk).update(
        state=Run.State.RUNNING, attempts=3, heartbeat_at=timezone.now() - timedelta(minutes=5)
    )
    assert runs.revive("plan") == []
    assert Run.objects.get(pk=run.pk).state == Run.State.FAILED


def test_a_superseded_worker_cannot_go_on():
    run, _made = request()

    def work(run, progress):
        Run.objects.filter(pk=run.pk).update(attempts=2)
        progress(0.5, "")
        raise AssertionError("must not come here")

    assert runs.execute(run.pk, work).state == Run.State.RUNNING


def test_a_waiting_run_whose_task_was_lost_is_enqueued_again():
    run, _made = request()
    Run.objects.filter(pk=run.pk).update(queued_at=timezone.now() - timedelta(minutes=5))
    assert [row.pk for row in runs.revive("plan")] == [run.pk]


def test_a_run_that_is_called_off_ends_and_its_worker_stops():
    run, _made = request()

    def work(run, progress):
        assert runs.cancel(run.pk)
        progress(0.5, "söker")
        return {}

    done = runs.execute(run.pk, work)
    assert (done.state, done.error, done.result) == (Run.State.FAILED, runs.CANCELLED, {})
    assert not runs.cancel(run.pk)


def test_a_waiting_run_that_is_called_off_is_never_begun():
    run, _made = request()
    assert runs.cancel(run.pk)
    assert runs.execute(run.pk, lambda run, progress: {"ok": 1}).state == Run.State.FAILED
