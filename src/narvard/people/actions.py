"""Writes of the people room."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db import IntegrityError, transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from narvard.core import audit, once
from narvard.core.errors import Refused
from narvard.organisation.models import CareUnit, Commission, Municipality
from narvard.people.facts import REGISTRY
from narvard.people.identifiers import Identifier
from narvard.people.models import (
    Address,
    Fact,
    InformationKind,
    Patient,
    PatientIdentifier,
    Relative,
    Segment,
    SegmentAssignment,
    WhatMatters,
)


class AlreadyRegistered(Refused):
    """A patient with this identifier exists."""


class PatientNotValid(Refused):
    """What was written about the patient cannot be true."""


class FactNotValid(Refused):
    """The fact is unknown to the registry, or its value has the wrong type."""


@dataclass(frozen=True)
class Place:
    """An address with coordinates (WGS84, degrees)."""

    street: str
    place: str
    latitude: float
    longitude: float
    postal_code: str = ""
    door_code: str = ""
    way_in: str = ""


@transaction.atomic
def register_patient(
    *,
    identifier: Identifier,
    given_name: str,
    family_name: str,
    sex: str,
    by: Commission,
    at: datetime,
    birth_date: Any = None,
    place: Place | None = None,
    **details: Any,
) -> Patient:
    """Register a person by identifier; ``details`` are further fields of :class:`Patient`."""
    born = identifier.birth_date or birth_date
    if born is None or born > timezone.localdate(at):
        raise PatientNotValid(_("Skriv ett födelsedatum som inte ligger i framtiden."))
    patient = Patient(
        given_name=given_name.strip(),
        family_name=family_name.strip(),
        sex=sex,
        birth_date=born,
        registered_at=at,
        **details,
    )
    if not (patient.given_name or patient.family_name):
        raise PatientNotValid(_("Skriv ett namn, eller Okänd om namnet inte är känt."))
    patient.save(force_insert=True)
    _add_identifier(patient, identifier)
    if place is not None:
        _add_address(patient, place, at)
    audit.write("people.register_patient", by=by, at=at, patients=[patient.pk], object_kind="patient")
    return patient


def _add_identifier(patient: Patient, identifier: Identifier) -> None:
    try:
        with transaction.atomic():
            PatientIdentifier.objects.create(patient=patient, system=identifier.system, value=identifier.value)
    except IntegrityError:
        raise AlreadyRegistered(_("Det finns redan en person med det numret. Sök på numret i stället.")) from None


def _add_address(patient: Patient, place: Place, at: datetime) -> Address:
    if not (55 <= place.latitude <= 70 and 10 <= place.longitude <= 25):
        raise PatientNotValid(_("Adressen ligger inte i Sverige. Kontrollera koordinaterna."))
    Address.objects.filter(patient=patient, until=None).update(until=at)
    return Address.objects.create(patient=patient, since=at, **vars(place))


@transaction.atomic
def change_address(
    *,
    patient: Patient,
    place: Place,
    municipality: Municipality | None,
    by: Commission,
    at: datetime,
    version: int | None = None,
    since: datetime | None = None,
) -> Address:
    """The person moves: the earlier address ends at ``since``, which is ``at`` if not said."""
    row = once.lock(Patient.objects.all(), patient.pk, version)
    since = since or at
    if since > at or Address.objects.filter(patient=row, until=None, since__gt=since).exists():
        raise PatientNotValid(_("Personen har en nyare adress än så. Kontrollera tiden för flytten."))
    address = _add_address(row, place, since)
    row.municipality = municipality
    once.save(row, "municipality")
    audit.write("people.change_address", by=by, at=at, patients=[row.pk], object_kind="address", object_id=address.pk)
    return address


@transaction.atomic
def change_details(
    *, patient: Patient, by: Commission, at: datetime, version: int | None = None, **fields: Any
) -> None:
    """Change fields of the patient (phone, language, housing, listing, protection …)."""
    row = once.lock(Patient.objects.all(), patient.pk, version)
    for name, value in fields.items():
        setattr(row, name, value)
    once.save(row, *fields)
    audit.write(
        "people.change_details", by=by, at=at, patients=[row.pk], object_kind="patient", reason=", ".join(fields)
    )


@transaction.atomic
def add_relative(*, patient: Patient, name: str, kind: str, by: Commission, at: datetime, **details: Any) -> Relative:
    """Add a relative, guardian or trustee."""
    if not name.strip():
        raise PatientNotValid(_("Skriv den närståendes namn."))
    relative = Relative.objects.create(patient=patient, name=name.strip(), kind=kind, **details)
    audit.write(
        "people.add_relative", by=by, at=at, patients=[patient.pk], object_kind="relative", object_id=relative.pk
    )
    return relative


@transaction.atomic
def record_what_matters(*, patient: Patient, text: str, by: Commission, at: datetime, told_by: str = "") -> WhatMatters:
    """Write down what matters to the person, in their words; earlier words stay in the history."""
    if not text.strip():
        raise PatientNotValid(_("Skriv personens egna ord."))
    row = WhatMatters.objects.create(
        patient=patient, text=text.strip(), told_by=told_by.strip(), at=at, recorded_by=by, owner_unit=by.unit
    )
    audit.write(
        "people.record_what_matters", by=by, at=at, patients=[patient.pk], object_kind="whatmatters", object_id=row.pk
    )
    return row


@transaction.atomic
def write_own_words(
    *, patient: Patient, text: str, kept_by: CareUnit, by: audit.Actor, at: datetime, says: str
) -> WhatMatters:
    """What matters, written by the person on their own page and kept by the unit that coordinates their care."""
    if not text.strip():
        raise PatientNotValid(_("Skriv vad som är viktigt för dig."))
    row = WhatMatters.objects.create(patient=patient, text=text.strip(), at=at, owner_unit=kept_by)
    audit.write(
        "people.write_own_words",
        by=by,
        at=at,
        patients=[patient.pk],
        object_kind="whatmatters",
        object_id=row.pk,
        reason=says,
    )
    return row


@transaction.atomic
def assign_segment(
    *, patient: Patient, segment: Segment, by: Commission, at: datetime, reason: str = ""
) -> SegmentAssignment:
    """Place the person in a needs segment from ``at``."""
    row = SegmentAssignment.objects.create(
        patient=patient, segment=segment, since=at, reason=reason, recorded_by=by, owner_unit=by.unit
    )
    audit.write("people.assign_segment", by=by, at=at, patients=[patient.pk], object_kind="segment", object_id=row.pk)
    return row


@transaction.atomic
def record_fact(
    *,
    patient: Patient,
    name: str,
    value: object,
    source: str,
    by: Commission,
    at: datetime,
    true_at: datetime | None = None,
    source_text: str = "",
    owner_unit: CareUnit | None = None,
    information_kind: str = InformationKind.MEDICAL,
) -> Fact:
    """Append a fact. It never replaces an earlier one: the newest that is not voided counts."""
    kind = REGISTRY.get(name)
    if kind is None or not kind.accepts(value):
        raise FactNotValid(_("Uppgiften %(name)s kan inte ha det värdet.") % {"name": kind.label if kind else name})
    if true_at is not None and true_at > at:
        raise FactNotValid(_("Uppgiften kan inte gälla från en tid som inte har varit."))
    fact = Fact.objects.create(
        patient=patient,
        name=name,
        value=value,
        at=true_at or at,
        recorded_at=at,
        source=source,
        source_text=source_text,
        recorded_by=by,
        owner_unit=owner_unit or by.unit,
        information_kind=information_kind,
    )
    audit.write("people.record_fact", by=by, at=at, patients=[patient.pk], object_kind="fact", object_id=fact.pk)
    return fact


@transaction.atomic
def record_death(*, patient: Patient, died_at: datetime, by: Commission, at: datetime) -> None:
    """Note that the person has died. What follows from it is ``flows``' to order."""
    row = once.lock(Patient.objects.all(), patient.pk)
    if died_at > at or died_at.date() < row.birth_date:
        raise PatientNotValid(_("Tiden för dödsfallet kan inte stämma."))
    row.died_at = died_at
    once.save(row, "died_at")
    audit.write("people.record_death", by=by, at=at, patients=[row.pk], object_kind="patient")


@transaction.atomic
def undo_death(*, patient: Patient, reason: str, by: Commission, at: datetime) -> None:
    """Take back a death that was registered by mistake."""
    if not reason.strip():
        raise PatientNotValid(_("Skriv varför registreringen var fel."))
    row = once.lock(Patient.objects.all(), patient.pk)
    row.died_at = None
    once.save(row, "died_at")
    audit.write("people.undo_death", by=by, at=at, patients=[row.pk], object_kind="patient")
