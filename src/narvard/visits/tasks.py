"""Background work of the visits room: planning a day."""

import uuid
from datetime import date, datetime
from typing import Any

from django.db import transaction
from django_tasks import task

from narvard.core import clock, runs
from narvard.core.models import Run
from narvard.organisation.models import Commission
from narvard.visits import planner
from narvard.visits.actions.plans import PLAN_DAY, request_plan
from narvard.visits.queries import latest_plan


@task()
def plan_day(run_id: str) -> None:
    """Do a waiting planning run, asked for with :func:`start_plan`.

    A run that is done, or that another worker has, is left alone.
    """
    runs.execute(uuid.UUID(run_id), _plan)


@transaction.atomic
def start_plan(
    *,
    care_area: str,
    date: date,
    by: Commission,
    at: datetime,
    seconds: float | None = planner.SECONDS,
    evaluations: int | None = None,
    seed: int = planner.SEED,
) -> Run:
    """Ask for a day to be planned by the worker: the live run for the day if there is one, else a new one."""
    run, new = request_plan(
        care_area=care_area, date=date, by=by, at=at, seconds=seconds, evaluations=evaluations, seed=seed
    )
    if new:
        plan_day.enqueue(str(run.pk))
    return run


def _plan(run: Run, report: runs.Progress) -> dict[str, Any]:
    """Plan the run's day, unless a worker that died had already published it."""
    care_area, day = run.params["care_area"], date.fromisoformat(run.params["date"])
    if not planner.is_published(run):
        planner.plan_area(
            care_area,
            day,
            by=_asker(run),
            at=clock.now(),
            seconds=run.params["seconds"],
            evaluations=run.params["evaluations"],
            seed=run.params["seed"],
            report=report,
            run=run,
        )
    plan = latest_plan(care_area, day)
    return {"plan": str(plan.pk), "planned": plan.planned, "unplanned": plan.unplanned} if plan else {}


def revive_plans(at: datetime) -> int:
    """Enqueue again the planning runs whose worker has gone silent; returns how many.

    A part of ``narvard tick``. Whether a worker lives is told by the machine's clock, not by ``at``.
    """
    lost = runs.revive(PLAN_DAY)
    for run in lost:
        plan_day.enqueue(str(run.pk))
    return len(lost)


def _asker(run: Run) -> Commission | None:
    if run.by_commission is None:
        return None
    return Commission.objects.select_related("unit").filter(pk=run.by_commission).first()
