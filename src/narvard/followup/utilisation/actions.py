"""Writes of the utilisation data."""

import hashlib
import uuid
from collections.abc import Iterator, Sequence
from datetime import date, datetime, timedelta

from django.db import transaction
from django.db.models import Exists, OuterRef, Subquery
from django.utils import timezone
from django.utils.translation import gettext as _

from narvard.core import audit
from narvard.core.errors import Refused
from narvard.followup.utilisation import reading
from narvard.followup.utilisation.models import Delivery, Person, QuarantinedRow, UtilisationEvent
from narvard.followup.utilisation.queries import may_import
from narvard.organisation.models import CareUnit, Commission, Municipality
from narvard.people.models import PatientIdentifier

AT_ONCE = 1000
KEPT = (
    "person_id", "kind", "starts_at", "ends_at", "place", "clinic", "acute", "died", "municipality_id", "cancelled",
)  # fmt: skip


class MayNotImport(Refused):
    """The commission may not take in utilisation data."""


class EmptyFile(Refused):
    """There is no row in the file."""


class WrongDays(Refused):
    """The days that the file is said to tell of cannot be."""


@transaction.atomic
def import_utilisation(
    *,
    data: bytes,
    file_name: str,
    unit: CareUnit,
    by: audit.Actor,
    at: datetime,
    days: tuple[date, date] | None = None,
    synthetic: bool = False,
) -> Delivery:
    """Take in a file: right rows become events, others are quarantined; sent again nothing changes.

    ``days`` is the period [from, until) that the file tells everything about; else from its first to its last day.
    """
    if isinstance(by, Commission) and not may_import(by):
        raise MayNotImport(_("Vårddata läses in av ledningen, i uppdrag för uppföljning."))
    # One import of a unit at a time.
    CareUnit.objects.select_for_update().get(pk=unit.pk)
    places = frozenset(Municipality.objects.values_list("code", flat=True))
    found = reading.read(data, municipalities=places, at=at)
    if not (found.events or found.bad):
        raise EmptyFile(_("Det finns inga rader i filen."))
    first, after = _days(found, days, at)
    delivery = Delivery(
        unit=unit,
        file_name=file_name[:160],
        sha256=hashlib.sha256(data).hexdigest(),
        covers_from=first,
        covers_until=after,
        rows=len(found.events) + len(found.bad) + found.repeated,
        quarantined=len(found.bad),
        added=0,
        changed=0,
        unchanged=found.repeated + len(found.events),
        imported_by=by if isinstance(by, Commission) else None,
        at=at,
        synthetic=synthetic,
    )
    delivery.save(force_insert=True)
    for start in range(0, len(found.events), AT_ONCE):
        _keep(delivery, found.events[start : start + AT_ONCE])
    delivery.save(update_fields=["added", "changed", "unchanged"])
    _quarantine(delivery, found.bad)
    link_people(by=by, at=at)
    counts = f"{delivery.added}+{delivery.changed}+{delivery.unchanged}+{delivery.quarantined}"
    audit.write("utilisation.import", by=by, at=at, object_kind="utilisation", object_id=delivery.pk, reason=counts)
    return delivery


def _days(found: reading.Read, days: tuple[date, date] | None, at: datetime) -> tuple[date, date]:
    if days is None:
        told = [timezone.localdate(event.starts_at) for event in found.events] or [timezone.localdate(at)]
        return min(told), max(told) + timedelta(days=1)
    if days[0] >= days[1] or days[1] > timezone.localdate(at) + timedelta(days=1):
        raise WrongDays(_("Perioden måste ha en dag och kan inte sluta i framtiden."))
    return days


def _keep(delivery: Delivery, events: Sequence[reading.Event]) -> None:
    people = _people(events)
    sources = {event.source for event in events}
    ids = [event.source_id for event in events]
    known = {
        (row.source, row.source_id): row
        for row in UtilisationEvent.objects.filter(source__in=sources, source_id__in=ids)
    }
    new, changed = [], []
    for event in events:
        row = UtilisationEvent(
            source=event.source,
            source_id=event.source_id,
            person_id=people[event.identifier.system, event.identifier.value],
            municipality_id=event.municipality or None,
            delivery=delivery,
            **{name: getattr(event, name) for name in KEPT if not name.endswith("_id")},
        )
        earlier = known.get((event.source, event.source_id))
        if earlier is None:
            new.append(row)
        elif any(getattr(earlier, name) != getattr(row, name) for name in KEPT):
            row.pk = earlier.pk
            changed.append(row)
    UtilisationEvent.objects.bulk_create(new)
    UtilisationEvent.objects.bulk_update(changed, [*(name.removesuffix("_id") for name in KEPT), "delivery"])
    delivery.added += len(new)
    delivery.changed += len(changed)
    delivery.unchanged -= len(new) + len(changed)
    QuarantinedRow.objects.filter(source__in=sources, source_id__in=ids, settled_by=None).update(settled_by=delivery)


def _people(events: Sequence[reading.Event]) -> dict[tuple[str, str], uuid.UUID]:
    """The row of everybody in the events, made where there is none."""
    wanted = {(event.identifier.system, event.identifier.value): event.identifier for event in events}
    values = [value for _system, value in wanted]

    def rows() -> Iterator[tuple[str, str, uuid.UUID]]:
        yield from Person.objects.filter(value__in=values).values_list("system", "value", "pk")

    known = {(system, value) for system, value, _pk in rows()}
    Person.objects.bulk_create(
        (
            Person(system=system, value=value, birth_date=who.birth_date)
            for (system, value), who in wanted.items()
            if (system, value) not in known
        ),
        # Another unit's import may have made the same person a moment ago.
        ignore_conflicts=True,
    )
    return {(system, value): pk for system, value, pk in rows()}


def _quarantine(delivery: Delivery, rows: Sequence[reading.Bad]) -> None:
    """Keep what was sent; a bad row that already stands here is not kept twice."""
    QuarantinedRow.objects.bulk_create(
        (
            QuarantinedRow(
                delivery=delivery,
                line=row.line,
                source=row.content.get("source", "").strip()[:60],
                source_id=row.content.get("id", "").strip()[:80],
                content=dict(row.content),
                reasons=row.reasons,
                fingerprint=row.fingerprint,
            )
            for row in rows
        ),
        batch_size=AT_ONCE,
        ignore_conflicts=True,
    )


def link_people(*, by: audit.Actor, at: datetime) -> int:
    """Tell which people of the data have since become patients, by exact identity; returns how many."""
    ours = PatientIdentifier.objects.filter(system=OuterRef("system"), value=OuterRef("value"))
    with transaction.atomic():
        linked = Person.objects.filter(Exists(ours), patient=None).update(patient=Subquery(ours.values("patient")[:1]))
        if linked:
            audit.write("utilisation.link", by=by, at=at, object_kind="utilisation", reason=str(linked))
    return linked
