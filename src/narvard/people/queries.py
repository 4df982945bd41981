"""Reads of the people room. Whether a reader may see a patient is decided in ``access``."""

from collections.abc import Iterable
from datetime import date, datetime

from django.db.models import Q, QuerySet

from narvard.core.sorting import sort_key
from narvard.people.identifiers import Identifier
from narvard.people.models import (
    Address,
    ClinicalRecord,
    Dispute,
    Fact,
    Patient,
    PatientIdentifier,
    SegmentAssignment,
    WhatMatters,
)


def by_identifier(identifier: Identifier) -> Patient | None:
    """The patient with exactly this identifier."""
    row = (
        PatientIdentifier.objects.filter(system=identifier.system, value=identifier.value)
        .select_related("patient__municipality", "patient__listed_at")
        .first()
    )
    return row.patient if row else None


def shown_identifier(patient: Patient) -> str:
    """The patient's personal identifier as people write it; empty when none is known."""
    order = {system: place for place, system in enumerate(PatientIdentifier.System.values)}
    rows = sorted(patient.identifiers.all(), key=lambda row: order[row.system])
    return Identifier(rows[0].system, rows[0].value, None).shown if rows else ""


def named_like(patients: QuerySet[Patient], text: str) -> QuerySet[Patient]:
    """Those of ``patients`` whose family or given name begins with each word of ``text``; å, ä, ö are letters."""
    for word in text.split():
        key = sort_key(word)
        patients = patients.filter(Q(sort_key__startswith=key) | Q(sort_key__contains="\x1f" + key))
    return patients


def age(patient: Patient, day: date) -> int:
    """Whole years on ``day`` (or at death)."""
    born = patient.birth_date
    until = min(day, patient.died_at.date()) if patient.died_at else day
    return until.year - born.year - ((until.month, until.day) < (born.month, born.day))


ADULT = 18


def is_adult(patient: Patient, day: date) -> bool:
    """Whether the person is of age (18 years) on ``day``."""
    return age(patient, day) >= ADULT


def current_address(patient: Patient, at: datetime) -> Address | None:
    """Where the patient lives at ``at``."""
    return (
        Address.objects.filter(Q(until=None) | Q(until__gt=at), patient=patient, since__lte=at)
        .order_by("-since")
        .first()
    )


def current_addresses(patients: Iterable[Patient], at: datetime) -> dict[object, Address]:
    """Current addresses by patient id, in one query."""
    rows = Address.objects.filter(Q(until=None) | Q(until__gt=at), patient__in=patients, since__lte=at)
    return {row.patient_id: row for row in rows.order_by("since")}


def current_facts(patient: Patient, at: datetime) -> dict[str, Fact]:
    """The newest fact of each name that was true at or before ``at`` and is not voided."""
    rows = Fact.objects.filter(patient=patient, at__lte=at, voided_at=None).select_related("owner_unit")
    return {row.name: row for row in rows.order_by("at", "recorded_at")}


def stated_facts(patient: Patient, at: datetime) -> QuerySet[Fact]:
    """Every fact that was true at or before ``at`` and is not voided, the newest first within each name."""
    rows = Fact.objects.filter(patient=patient, at__lte=at, voided_at=None).select_related("owner_unit")
    return rows.order_by("name", "-at", "-recorded_at")


def newest_segment(patient: Patient, at: datetime) -> QuerySet[SegmentAssignment]:
    """The newest assessment of the needs segment as a row, for the reader's right to be tried on."""
    rows = SegmentAssignment.objects.filter(patient=patient, since__lte=at).select_related("owner_unit")
    return rows.order_by("-since")[:1]


def tells_place(phone: str) -> bool:
    """Whether a number's area code names a place: every Swedish number but a mobile one (07)."""
    digits = "".join(filter(str.isdigit, phone))
    national = "0" + digits.removeprefix("00").removeprefix("46").removeprefix("0") if _is_abroad(phone) else digits
    return bool(digits) and not national.startswith("07")


def _is_abroad(phone: str) -> bool:
    """Whether the number is written with a country code."""
    return phone.strip().startswith(("+", "00"))


def disputes_of(row: ClinicalRecord) -> QuerySet[Dispute]:
    """What the patient has said is wrong in this row, oldest first; the row itself must have been let through."""
    rows = Dispute.objects.filter(patient=row.patient_id, about_kind=row._meta.model_name, about_id=row.pk)
    return rows.select_related("recorded_by__staff", "recorded_by__unit")


def facts_named(fact: Fact) -> QuerySet[Fact]:
    """Every fact of the same name about the same patient, also those that were struck out, newest first."""
    rows = Fact.objects.filter(patient=fact.patient_id, name=fact.name)
    return rows.select_related("owner_unit", "recorded_by__staff", "voided_by__staff").order_by("-at", "-recorded_at")


def what_matters(patient: Patient) -> WhatMatters | None:
    """What matters to the person, newest words."""
    return WhatMatters.objects.filter(patient=patient).select_related("owner_unit", "recorded_by__staff").first()
