"""Care relations of the stock, in the shapes that the rooms' own actions give them."""

import uuid
from datetime import datetime

from narvard.access.models import CareRelation
from narvard.demo.load.world import World
from narvard.organisation.models import CareUnit
from narvard.people.models import Patient

Kind = CareRelation.Kind


def relation(
    world: World,
    patient: Patient,
    unit: CareUnit,
    kind: CareRelation.Kind,
    source_kind: str,
    source_id: uuid.UUID,
    since: datetime,
    until: datetime | None = None,
) -> CareRelation:
    """A care relation with an id of its own."""
    return CareRelation(
        id=world.id("relation", patient.pk, unit.pk, kind, source_id),
        patient=patient,
        unit=unit,
        kind=kind,
        source_kind=source_kind,
        source_id=source_id,
        since=since,
        until=until,
    )


def once_each(rows: list[CareRelation]) -> list[CareRelation]:
    """The rows without repeats of the same patient, unit, kind and source."""
    return list({row.pk: row for row in rows}.values())
