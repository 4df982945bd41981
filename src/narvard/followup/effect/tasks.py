"""Background work of the effect studies."""

import uuid
from collections.abc import Mapping
from datetime import date, datetime

from django.db import transaction
from django.utils.module_loading import import_string
from django_tasks import task

from narvard.core import runs
from narvard.followup.effect.actions import KIND, ask_study
from narvard.followup.effect.models import EffectStudy
from narvard.organisation.models import Commission, Programme

# By name, so that the web process, which only asks, need not load the engine.
RECKON = "narvard.followup.effect.reckoning.reckon"


@task()
def reckon_study(run_id: str) -> None:
    """Do a waiting run, asked for with :func:`start_study`."""
    runs.execute(uuid.UUID(run_id), import_string(RECKON))


@transaction.atomic
def start_study(
    *,
    programme: Programme,
    since: date,
    until: date,
    by: Commission,
    at: datetime,
    design: str = EffectStudy.Design.MATCHED,
    starts: Mapping[str, date] | None = None,
) -> EffectStudy:
    """Ask for a study to be reckoned by the worker."""
    study, new = ask_study(programme=programme, since=since, until=until, by=by, at=at, design=design, starts=starts)
    if new:
        reckon_study.enqueue(str(study.run_id))
    return study


def revive(at: datetime) -> int:
    """Enqueue again the runs whose worker has gone silent; returns how many. A part of ``narvard tick``."""
    lost = runs.revive(KIND)
    for run in lost:
        reckon_study.enqueue(str(run.pk))
    return len(lost)
