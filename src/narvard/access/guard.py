"""The guarded fetch: the only way to a patient's record. What it gives has been decided on and logged."""

import uuid
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import TypeVar

from django.db import models

from narvard.access import policy
from narvard.access.queries import circumstances, circumstances_of
from narvard.core import audit
from narvard.core.errors import NarvardError
from narvard.organisation.models import Commission
from narvard.people.identifiers import Identifier
from narvard.people.models import ClinicalRecord, Patient
from narvard.people.queries import by_identifier

C = TypeVar("C", bound=ClinicalRecord)


class AccessDenied(NarvardError):
    """A look or an act that no rule of access allows; outside it looks as if nothing were there."""

    def __init__(
        self, rule: str, *, patient: uuid.UUID | None = None, object_kind: str = "", object_id: object = ""
    ) -> None:
        super().__init__(rule)
        self.rule = rule
        self.patient = patient
        self.object_kind = object_kind
        self.object_id = str(object_id)


def reader_of(by: Commission) -> policy.Reader:
    """The policy's view of an acting commission."""
    return policy.Reader(unit=by.unit_id, provider=by.provider_id, purpose=by.purpose, role=by.role)


@dataclass(frozen=True)
class OpenPatient:
    """A patient who has been opened: the person, and what the reader may see of them."""

    patient: Patient
    by: Commission
    about: policy.Circumstances

    def may_read(self, kind: str, owner_provider: uuid.UUID) -> bool:
        """Whether a clinical row of ``kind`` kept by ``owner_provider`` may be shown."""
        return policy.may_read(reader_of(self.by), self.about, kind, owner_provider).allowed

    @property
    def sees_place(self) -> bool:
        """Whether address, coordinates and place name may be shown."""
        return policy.may_see_place(reader_of(self.by), self.about).allowed

    def readable(self, rows: Iterable[C]) -> list[C]:
        """Those of ``rows`` (with ``owner_unit`` fetched) that may be shown."""
        return [row for row in rows if self.may_read(row.information_kind, row.owner_unit.provider_id)]


def open_patient(pk: uuid.UUID, *, by: Commission, at: datetime, what: str = "patient.open") -> OpenPatient:
    """The patient, if the acting commission has a lawful reason; logged as read.

    Raises :class:`AccessDenied` both when the patient does not exist and when no rule allows the look.
    """
    patient = Patient.objects.select_related("municipality", "listed_at", "lives_at").filter(pk=pk).first()
    if patient is None:
        raise AccessDenied("missing", object_kind="patient", object_id=pk)
    about = circumstances(patient, by=by, at=at)
    decision = policy.may_open(reader_of(by), about)
    if not decision.allowed:
        raise AccessDenied(decision.rule, patient=patient.pk, object_kind="patient", object_id=pk)
    audit.write(
        what,
        by=by,
        at=at,
        action=audit.Action.READ,
        patients=[patient.pk],
        object_kind="patient",
        object_id=patient.pk,
        reason=decision.rule,
    )
    return OpenPatient(patient, by, about)


def open_listed(keys: Iterable[uuid.UUID], *, by: Commission, at: datetime, what: str) -> dict[uuid.UUID, OpenPatient]:
    """Those of the patients whom the acting commission may open, by id: for lists.

    Logged as one read with a subject for each; the number of queries does not grow with them.
    """
    patients = list(Patient.objects.select_related("municipality").filter(pk__in=set(keys)))
    about = circumstances_of(patients, by=by, at=at)
    reader = reader_of(by)
    opened = {p.pk: OpenPatient(p, by, about[p.pk]) for p in patients if policy.may_open(reader, about[p.pk]).allowed}
    if opened:
        audit.write(
            what, by=by, at=at, action=audit.Action.READ, patients=sorted(opened), object_kind="list", reason="listed"
        )
    return opened


def readable_of(rows: Iterable[C], opened: Mapping[uuid.UUID, OpenPatient]) -> list[C]:
    """Those of ``rows`` (with ``owner_unit`` fetched), of several opened patients, that may be shown in a list."""
    return [row for row in rows if row.patient_id in opened and opened[row.patient_id].readable([row])]


def fetch(
    rows: "models.QuerySet[C]", pk: uuid.UUID, *, by: Commission, at: datetime, what: str
) -> tuple[C, OpenPatient]:
    """The clinical row ``pk`` of ``rows`` and its opened patient, if the row itself may be read; logged."""
    row = rows.select_related("owner_unit").filter(pk=pk).first()
    kind = rows.model._meta.model_name or ""
    if row is None:
        raise AccessDenied("missing", object_kind=kind, object_id=pk)
    opened = open_patient(row.patient_id, by=by, at=at, what=what)
    if not opened.may_read(row.information_kind, row.owner_unit.provider_id):
        raise AccessDenied("row", patient=row.patient_id, object_kind=kind, object_id=pk)
    return row, opened


@dataclass(frozen=True)
class FirstContact:
    """Minimal identity from an exact identifier: enough to send a request about the right person."""

    patient: Patient

    @property
    def name(self) -> str:
        """The person's name."""
        return self.patient.name


def first_contact(identifier: Identifier, *, by: Commission, at: datetime) -> FirstContact | None:
    """The door for a first contact: an exact identifier gives minimal identity, logged; None when unknown.

    Only name, birth date, municipality (unless the identity is protected) and listing may be shown from it.
    """
    patient = by_identifier(identifier)
    if by.purpose not in {Commission.Purpose.CARE, Commission.Purpose.SOCIAL}:
        raise AccessDenied("purpose-is-not-care", object_kind="identifier")
    audit.write(
        "access.first_contact",
        by=by,
        at=at,
        action=audit.Action.READ,
        patients=[patient.pk] if patient else [],
        object_kind="identifier",
        reason="exact-identifier" if patient else "unknown-identifier",
    )
    return FirstContact(patient) if patient else None
