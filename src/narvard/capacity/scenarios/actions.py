"""Writes of scenarios: kept, run again, called off, answered."""

from datetime import datetime
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from narvard.capacity.scenarios.definition import Definition, check
from narvard.capacity.scenarios.models import Scenario
from narvard.core import audit, runs
from narvard.core.errors import Refused
from narvard.core.models import Run
from narvard.organisation.models import Commission

SIMULATE = "simulate"


class NotAManager(Refused):
    """Only the management keeps scenarios."""


class AlreadyAnswered(Refused):
    """The scenario has its result; the same seed gives the same figures."""


class NothingRuns(Refused):
    """There is no run to call off."""


@transaction.atomic
def keep_scenario(
    *,
    title: str,
    definition: Definition,
    seen_by: str,
    by: Commission,
    at: datetime,
    copy_of: Scenario | None = None,
) -> Scenario:
    """Keep a new scenario. Raises :class:`NotAManager` and ``ScenarioNotValid``."""
    _refuse_others(by)
    check(definition)
    row = Scenario.objects.create(
        title=title,
        care_area=by.unit.care_area,
        owner_unit=by.unit,
        made_by=by,
        made_at=at,
        seen_by=seen_by,
        copy_of=copy_of,
        definition=definition.plain(),
    )
    _log("capacity.keep_scenario", row, by, at)
    return row


def _log(what: str, row: Scenario, by: audit.Actor, at: datetime) -> None:
    audit.write(what, by=by, at=at, object_kind="scenario", object_id=row.pk)


def _refuse_others(by: Commission) -> None:
    if by.role != Commission.Role.MANAGER:
        raise NotAManager(_("Bara ledningen sparar och kör scenarier."))


@transaction.atomic
def request_run(*, scenario: Scenario, by: Commission, at: datetime) -> tuple[Run, bool]:
    """Ask for the scenario to be run in the background; the live run if there is one. Raises
    :class:`NotAManager` and :class:`AlreadyAnswered`."""
    _refuse_others(by)
    row = Scenario.objects.select_for_update().get(pk=scenario.pk)
    if row.result is not None:
        raise AlreadyAnswered(_("Scenariot är redan kört. Samma frö ger samma siffror; gör en kopia och ändra."))
    run, new = runs.request(SIMULATE, str(row.pk), at=at, params={"scenario": str(row.pk)}, commission=by.pk)
    _log("capacity.request_run", row, by, at)
    return run, new


@transaction.atomic
def cancel_run(*, scenario: Scenario, by: Commission, at: datetime) -> None:
    """Call the live run off. Raises :class:`NotAManager` and :class:`NothingRuns`."""
    _refuse_others(by)
    live = Run.objects.filter(kind=SIMULATE, key=str(scenario.pk), state__in=[Run.State.WAITING, Run.State.RUNNING])
    if not [run for run in live if runs.cancel(run.pk)]:
        raise NothingRuns(_("Körningen är redan avslutad."))
    _log("capacity.cancel_run", scenario, by, at)


@transaction.atomic
def store_result(*, run: Run, result: dict[str, Any], by: audit.Actor, at: datetime) -> Scenario:
    """Keep what a run gave, unless it was called off or taken over meanwhile (``Superseded``)."""
    runs.hold(run)
    row = Scenario.objects.select_for_update().get(pk=run.key)
    row.result, row.finished_at = result, at
    row.save(update_fields=["result", "finished_at"])
    _log("capacity.store_result", row, by, at)
    return row
