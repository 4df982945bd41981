"""The care relations that follow from visit needs and visits."""

import uuid
from collections.abc import Iterable
from datetime import datetime, timedelta

from narvard.access import actions as access
from narvard.access.models import CareRelation
from narvard.core import audit
from narvard.organisation.models import CareUnit
from narvard.organisation.queries import intake_unit
from narvard.visits.models import Visit, VisitNeed

# A note may be written and completed for this long after the last visit.
AFTERWORK = timedelta(days=14)


def meeting_units(owner: CareUnit, role_units: Iterable[CareUnit]) -> list[CareUnit]:
    """The units that a need or a visit lets meet the record: those who come, and who plans the area."""
    planner = intake_unit(owner.care_area)
    units = [*role_units, *([planner] if planner else [])]
    return list({unit.pk: unit for unit in units}.values())


def relate_need(need: VisitNeed, role_units: Iterable[CareUnit], *, by: audit.Actor, at: datetime) -> None:
    """Open the relations of a need; they last until it ends."""
    for unit in meeting_units(need.owner_unit, role_units):
        _relate(need, "visitneed", unit, by=by, at=at)


def relate_visit(visit: Visit, role_units: Iterable[CareUnit], *, by: audit.Actor, at: datetime) -> None:
    """Open the relations of a visit that no need stands behind; they last for the afterwork too."""
    until = visit.window_end + AFTERWORK
    for unit in meeting_units(visit.owner_unit, role_units):
        _relate(visit, "visit", unit, by=by, at=at, until=until)


def _relate(
    source: VisitNeed | Visit,
    source_kind: str,
    unit: CareUnit,
    *,
    by: audit.Actor,
    at: datetime,
    until: datetime | None = None,
) -> None:
    access.relate(
        patient=source.patient,
        unit=unit,
        kind=CareRelation.Kind.VISIT,
        source_kind=source_kind,
        source_id=source.pk,
        by=by,
        at=at,
        until=until,
    )


def end_need(need: VisitNeed, *, by: audit.Actor, at: datetime) -> None:
    """End the relations of a need; units that have been there keep theirs while notes are finished."""
    been_there = _units_that_came(need)
    for relation in CareRelation.objects.filter(source_id=need.pk, until=None).select_related("unit"):
        access.end_relations(source_id=need.pk, by=by, at=at, unit=relation.unit)
        if relation.unit_id in been_there:
            _relate(need, "visitneed", relation.unit, by=by, at=at, until=at + AFTERWORK)


def _units_that_came(need: VisitNeed) -> set[uuid.UUID]:
    happened = [Visit.State.STARTED, Visit.State.DONE, Visit.State.FAILED]
    return set(need.visits.filter(state__in=happened).values_list("roles__unit", flat=True))


def end_visit(visit: Visit, *, by: audit.Actor, at: datetime) -> None:
    """End the relations of a visit that was called off."""
    access.end_relations(source_id=visit.pk, by=by, at=at)
