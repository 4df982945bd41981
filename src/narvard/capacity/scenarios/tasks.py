"""Background work of scenarios: the twin runs them."""

import uuid
from dataclasses import replace
from datetime import datetime
from typing import TYPE_CHECKING, Any

from django.db import transaction
from django.utils.translation import gettext_noop
from django_tasks import task

from narvard.capacity.scenarios import packaged as files
from narvard.capacity.scenarios import results
from narvard.capacity.scenarios.actions import SIMULATE, request_run, store_result
from narvard.capacity.scenarios.definition import JUDGED, NAME, Definition, read
from narvard.capacity.scenarios.models import Scenario
from narvard.capacity.scenarios.packaged import Plain
from narvard.core import audit, clock, runs
from narvard.core.errors import NarvardError
from narvard.core.models import Run
from narvard.intake.definitions import packaged
from narvard.organisation.models import Commission

if TYPE_CHECKING:
    from narvard.engines.simulation import Comparison, Model, Study

# What a run says while it works; stored in Swedish, read again in the language of the page.
BUILDS = gettext_noop("Bygger modellen")
DONE_OF = gettext_noop("%(done)s av %(of)s körningar")
RANKS = gettext_noop("Ordnar antagandena efter hur mycket de betyder")
BALANCES = gettext_noop("Söker hur stor effekten måste vara")
PATHS = 4


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

    # Each takes about as long as the comparison: ranking along some paths, and balancing at five sizes of the effect.
    compared, ranked = 1 / (1 + 1.5 * bool(definition.rank) + 5 * bool(definition.bed_day_hours)), 0.0
    try:
        models, study = _asked(definition)
        comparison = _compare(definition, models, study, lambda s, text: report(compared * s, text))
        found = results.plain(comparison, interval)
        if definition.unit_costs:
            found["costs"] = _costs(definition, comparison)
        if definition.rank:
            ranked = 1.5 * compared
            found["influence"] = _rank(definition, models, study, lambda s, _t: report(compared + ranked * s, RANKS))
        if definition.bed_day_hours:
            report(compared + ranked, BALANCES)
            found["break_even"] = _balance(definition, models, study, comparison.replications)
    except SimulationError as error:
        raise CannotRun(" ".join(str(error).split())) from error
    return found


def model_named(name: str, population: Plain) -> Plain:
    """A model as a file lays it out, packaged or made to the population's need. Only the twin makes models: whoever
    asks first waits for it to be loaded."""
    if name not in files.MADE:
        return files.model(name)
    from narvard.engines.simulation import dimensioned, laid_out, population_of

    return laid_out(dimensioned(name, population_of(files.people(population))))


def _asked(definition: Definition) -> "tuple[list[Model], Study]":
    """The models with the programmes' criteria, and the people and assumptions."""
    from narvard.engines.simulation import Study, load_assumptions, model_of, population_of

    population = population_of(files.people(definition.population))
    if definition.enrolled:
        areas = tuple(replace(area, enrolled=definition.enrolled.get(area.code, 0)) for area in population.areas)
        population = replace(population, areas=areas)
    programmes = {one.key: one for one in packaged()}
    against = model_named(definition.against, definition.population)
    both = (model_of({**definition.model, "name": NAME}), model_of(against))
    assumptions = load_assumptions().edited(definition.assumptions)
    return [model.ruled(programmes) for model in both], Study(population, assumptions, years=definition.years)


def _compare(definition: Definition, models: "list[Model]", study: "Study", report: runs.Progress) -> "Comparison":
    from narvard.engines.simulation import Until, compare

    # With something to judge by, the twin tells how far it has come after every twentieth replication.
    until = Until(definition.replications, JUDGED, definition.half_width)

    def tell(done: int, of: int) -> None:
        report(done / of, DONE_OF % {"done": done, "of": of})

    return compare(models, study, until, definition.seed, tell=tell)


def _rank(definition: Definition, models: "list[Model]", study: "Study", report: runs.Progress) -> list[dict[str, Any]]:
    from narvard.engines.simulation import sensitivity

    def tell(done: int, of: int) -> None:
        report(done / of, RANKS)

    found = sensitivity(models, study, definition.rank, PATHS, 1, definition.seed, tell=tell)
    return results.influences(found)


def _costs(definition: Definition, found: "Comparison") -> dict[str, Any]:
    """A unit that nobody uses costs nothing, whatever its price."""
    from narvard.engines.simulation import price

    used = {unit for reports in found.reports.values() for row in reports[0].by_principal.values() for unit in row}
    prices = {name: value for name, value in definition.unit_costs.items() if name.rpartition(".")[2] in used}
    return results.costs(price(found, prices))


def _balance(definition: Definition, models: "list[Model]", study: "Study", replications: int) -> dict[str, Any]:
    from narvard.engines.simulation import Until, break_even

    model, against = models
    found = break_even(model, against, study, definition.bed_day_hours, Until(replications), definition.seed)
    return results.balance(found)


def revive_scenarios(at: datetime) -> int:
    """Enqueue again the runs whose worker has gone silent; returns how many. A part of ``narvard tick``."""
    lost = runs.revive(SIMULATE)
    for run in lost:
        simulate.enqueue(str(run.pk))
    return len(lost)
