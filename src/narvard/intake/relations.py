"""The care relations that follow from a request."""

from datetime import datetime, timedelta
from uuid import UUID

from narvard.access.actions import end_relations, relate
from narvard.access.models import CareRelation
from narvard.core import audit
from narvard.intake import states
from narvard.intake.models import CareRequest
from narvard.intake.rights import lasting_parties
from narvard.intake.states import Situation
from narvard.organisation.models import CareUnit

# After the end the sender may read the answer, and the intake open the case again, for this long.
ANSWER_READABLE = timedelta(days=7)


def _relations(row: CareRequest, now: Situation) -> frozenset[tuple[UUID, CareRelation.Kind]]:
    """Who may see what: the intake, the keeper and the asked team the patient, while the request is open.

    Who sent it or wrote it down follows the request alone, and so does everybody after the end: sending a
    request is no reason to open a record.
    """
    lasting = lasting_parties(row)
    taking_part = {row.owner_unit_id, *(unit for unit in (now.keeper, now.team, now.backup) if unit)}
    judging = taking_part if now.clock else set()
    return frozenset(
        (unit, CareRelation.Kind.REQUEST if unit in judging else CareRelation.Kind.SENT) for unit in lasting | judging
    )


def keep_relations(row: CareRequest, before: Situation | None, *, by: audit.Actor, at: datetime) -> None:
    """Relate the units that take part now, and end what has ended."""
    after = states.situation(row)
    if after.clock is None or (before is not None and before.clock is None):
        end_relations(source_id=row.pk, by=by, at=at)
        before = None
    earlier = _relations(row, before) if before else frozenset()
    wanted = _relations(row, after)
    until = None if after.clock else at + ANSWER_READABLE
    units = CareUnit.objects.in_bulk({unit for unit, _kind in wanted ^ earlier})
    for unit, kind in sorted(wanted - earlier):
        _relate(row, units[unit], kind, by=by, at=at, until=until)
    for unit, kind in sorted(earlier - wanted):
        end_relations(source_id=row.pk, unit=units[unit], kind=kind, by=by, at=at)


def _relate(
    row: CareRequest,
    unit: CareUnit,
    kind: CareRelation.Kind,
    *,
    by: audit.Actor,
    at: datetime,
    until: datetime | None,
) -> None:
    source = "carerequest"
    relate(patient=row.patient, unit=unit, kind=kind, source_kind=source, source_id=row.pk, by=by, at=at, until=until)
