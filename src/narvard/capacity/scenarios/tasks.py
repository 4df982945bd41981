"""Background work of scenarios: the twin runs them."""

import uuid
from dataclasses import replace
from datetime import datetime
from typing import TYPE_CHECKING, Any

from django.db import transaction
from django.utils.translation import gettext_noop
from django_tasks import task

from narvard.capacity.scenarios import results
from narvard.capacity.scenarios.actions import SIMULATE, request_run, store_result
from narvard.capacity.scenarios.definition import NAME, Definition, read
from narvard.capacity.scenarios.models import Scenario
from narvard.core import audit, clock, runs
from narvard.core.errors import NarvardError
from narvard.core.models import Run
from narvard.intake.definitions import packaged
from narvard.organisation.models import Commission

if TYPE_CHECKING:
    from narvard.engines.simulation import Comparison

# What a run says while it works; stored in Swedish, read again in the language of the page.
BUILDS = gettext_noop("Bygger modellen")
DONE_OF = gettext_noop("%(done)s av %(of)s körningar")
# Stopping early is judged by the difference in median waiting.
JUDGED = "wait_median_h"


class CannotRun(NarvardError):
    """The twin refused the scenario; its line says why."""


@task()
def simulate(run_id: str) -> None:
    """Do a waiting run, asked for with :func:`start_run`; one that is done or called off is left alone."""
    runs.execute(uuid.UUID(run_id), _simulate)


@transaction.atomic
def start_run(*, scenario: Scenario, by: Commission, at: datetime) -> Run:
    """Ask for the scenario to be run by the worker: the live run if there is one, else a new one."""
    run, new = request_run(scenario=scenario, by=by, at=at)
    if new:
        simulate.enqueue(str(run.pk))
    return run


def _simulate(run: Run, report: runs.Progress) -> dict[str, Any]:
    row = Scenario.objects.get(pk=run.params["scenario"])
    if row.result is None:
        report(0.02, BUILDS)
        result = simulated(read(row.definition), report)
        store_result(run=run, result=result, by=audit.SYSTEM, at=clock.now())
    return {"scenario": str(row.pk)}


def simulated(definition: Definition, report: runs.Progress) -> dict[str, Any]:
    """Run the twin and give the result as plain data. Raises :class:`CannotRun`."""
    from narvard.engines.simulation import SimulationError, interval

    try:
        found = _compare(definition, report)
    except SimulationError as error:
        raise CannotRun(" ".join(str(error).split())) from error
    return results.plain(found, interval)


def _compare(definition: Definition, report: runs.Progress) -> "Comparison":
    from narvard.engines.simulation import (
        Study,
        Until,
        compare,
        load_assumptions,
        load_model,
        load_population,
        model_of,
    )

    population = load_population()
    if definition.enrolled:
        areas = tuple(replace(area, enrolled=definition.enrolled.get(area.code, 0)) for area in population.areas)
        population = replace(population, areas=areas)
    programmes = {one.key: one for one in packaged()}
    both = (model_of({**definition.model, "name": NAME}), load_model(definition.against))
    models = [model.ruled(programmes) for model in both]
    study = Study(population, load_assumptions().edited(definition.assumptions), years=definition.years)
    # With something to judge by, the twin tells how far it has come after every twentieth replication.
    until = Until(definition.replications, JUDGED, definition.half_width)

    def tell(done: int, of: int) -> None:
        report(done / of, DONE_OF % {"done": done, "of": of})

    return compare(models, study, until, definition.seed, tell=tell)


def revive_scenarios(at: datetime) -> int:
    """Enqueue again the runs whose worker has gone silent; returns how many. A part of ``narvard tick``."""
    lost = runs.revive(SIMULATE)
    for run in lost:
        simulate.enqueue(str(run.pk))
    return len(lost)
