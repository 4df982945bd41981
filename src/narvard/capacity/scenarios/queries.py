"""Reads of scenarios."""

import uuid

from django.db.models import Q, QuerySet

from narvard.capacity.scenarios.actions import SIMULATE
from narvard.capacity.scenarios.models import Scenario
from narvard.core.models import Run
from narvard.organisation.models import Commission


def visible(by: Commission) -> QuerySet[Scenario]:
    """The scenarios that ``by`` may see: those of the own unit, and those of the area that are shared."""
    shared = Q(care_area=by.unit.care_area, seen_by=Scenario.SeenBy.AREA)
    return Scenario.objects.filter(shared | Q(owner_unit=by.unit)).select_related("made_by__staff", "owner_unit")


def latest_run(scenario: uuid.UUID) -> Run | None:
    """The last run that was asked for."""
    return Run.objects.filter(kind=SIMULATE, key=str(scenario)).order_by("-requested_at", "-queued_at").first()


def latest_runs(scenarios: list[Scenario]) -> dict[str, Run]:
    """The last run of each, by the scenario's id; one query."""
    keys = [str(row.pk) for row in scenarios]
    rows = Run.objects.filter(kind=SIMULATE, key__in=keys).order_by("requested_at", "queued_at").defer("result")
    return {row.key: row for row in rows}
