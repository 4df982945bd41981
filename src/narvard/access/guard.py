"""The guarded fetch: the only way to a patient's record. What it gives has been decided on and logged."""

import uuid
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import TypeVar

from django.conf import settings
from django.db import models
from django.utils import timezone
from django.utils.translation import gettext as _

from narvard.access import policy
from narvard.access.naming import Naming, known_to, words_for
from narvard.access.queries import circumstances, circumstances_of, patients_of
from narvard.access.rules import Verdict
from narvard.access.signin.actors import PersonActor
from narvard.core import audit
from narvard.core.errors import NarvardError, Refused
from narvard.core.models import AuditEvent
from narvard.organisation.models import CareUnit, Commission
from narvard.people.identifiers import Identifier
from narvard.people.models import ClinicalRecord, InformationKind, Patient
from narvard.people.queries import by_identifier

C = TypeVar("C", bound=ClinicalRecord)
M = TypeVar("M", bound=models.Model)


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


class ChoiceNeeded(NarvardError):
    """The reader may open the patient, but must choose to, with a reason: the patient is a colleague."""

    def __init__(self, patient: uuid.UUID) -> None:
        super().__init__("colleague")
        self.patient = patient


def reader_of(by: Commission) -> policy.Reader:
    """The policy's view of an acting commission."""
    return policy.Reader(
        unit=by.unit_id,
        provider=by.provider_id,
        purpose=by.purpose,
        role=by.role,
        reads_shared=by.reads_shared,
        sees_protected=by.sees_protected,
    )


def row_of(row: ClinicalRecord) -> policy.Row:
    """The policy's view of a clinical row (with ``owner_unit`` fetched)."""
    unit = row.owner_unit
    return policy.Row(
        kind=row.information_kind,
        unit=unit.pk,
        provider=unit.provider_id,
        social=unit.kind in CareUnit.SOCIAL_KINDS,
        on=timezone.localdate(row.dated),
        parties=row.parties() if row.information_kind == InformationKind.COORDINATION else frozenset(),
        sources=row.sources(),
        open_to_all_related=row.open_to_all_related,
    )


@dataclass(frozen=True)
class OpenPatient:
    """A patient who has been opened: the person, and what the reader may see of them.

    One opened only to follow a sent request is ``narrow``: the request's rows, and nothing else, can be read.
    """

    patient: Patient
    by: Commission
    about: policy.Circumstances
    withheld: set[Verdict] = field(default_factory=set)
    """Why rows were left out so far: ``BLOCKED`` and ``CHOICE`` are told to the reader, on the page they were for."""
    withheld_by: set[str] = field(default_factory=set)
    """The rules by which rows were left out so far."""

    @property
    def narrow(self) -> bool:
        """Whether only a sent request is open, not the patient."""
        return not policy.may_open(reader_of(self.by), self.about).allowed

    @property
    def awaits_choice(self) -> bool:
        """Whether the patient is a colleague: before the reader has chosen to look, lists tell no more than that."""
        return policy.may_open(reader_of(self.by), self.about).verdict is Verdict.CHOICE

    @property
    def relates(self) -> bool:
        """Whether the reader's unit has a care relation, so that the patient is open without an emergency."""
        return bool(self.about.relations - policy.FOLLOWS)

    def refuse_unrelated(self) -> None:
        """Refuse an act of one to whom the patient is open in an emergency only: that is to read, no more."""
        if not self.relates:
            raise AccessDenied(
                "no-care-relation", patient=self.patient.pk, object_kind="patient", object_id=self.patient.pk
            )

    def decide(self, row: ClinicalRecord) -> policy.Decision:
        """The verdict on the content of a clinical row, and the rule; remembered if it is left out."""
        decision = policy.may_read(reader_of(self.by), self.about, row_of(row))
        if not decision.allowed:
            self.withheld.add(decision.verdict)
            self.withheld_by.add(decision.rule)
        return decision

    def may_read(self, row: ClinicalRecord) -> bool:
        """Whether the content of a clinical row may be shown."""
        return self.decide(row).allowed

    @property
    def has_blocked(self) -> bool:
        """Whether something was left out because the patient has blocked it."""
        return Verdict.BLOCKED in self.withheld

    @property
    def has_more(self) -> bool:
        """Whether something was left out that the reader may choose to see."""
        return Verdict.CHOICE in self.withheld

    @property
    def lacks_consent(self) -> bool:
        """Whether something was left out that the patient's yes would open."""
        return "no-consent-across-providers" in self.withheld_by

    @property
    def sees_place(self) -> bool:
        """Whether address, coordinates and place name may be shown."""
        return policy.may_see_place(reader_of(self.by), self.about).allowed

    @property
    def sees_municipality(self) -> bool:
        """Whether the municipality may be named: a first contact names it, unless the identity is protected."""
        return self.sees_place or (self.narrow and not self.patient.hidden)

    @property
    def names_units(self) -> bool:
        """Whether units may be called by their names: they tell where a person with protected identity lives."""
        return not self.patient.hidden or self.sees_place

    def name_of(self, unit: CareUnit) -> str:
        """What a unit is called for the reader."""
        return unit.name if self.names_units or unit.pk in known_to(self.by) else words_for(unit)

    def told(self, row: M, chosen: Iterable[uuid.UUID] = ()) -> M:
        """Any row about the patient as the reader may know it: its units named, or called by what kind they are.

        ``chosen`` are units that the reader's unit knows all the same, having chosen them.
        """
        return row if self.names_units else Naming(known_to(self.by, chosen)).told(row)

    def readable(self, rows: Iterable[C]) -> list[C]:
        """Those of ``rows`` (with ``owner_unit`` fetched) whose content may be shown, as the reader may know them."""
        read = [row for row in rows if self.may_read(row)]
        if self.names_units:
            return read
        namings: dict[frozenset[uuid.UUID], Naming] = {}
        known = [known_to(self.by, row.chosen_by(self.by.unit_id)) for row in read]
        return [namings.setdefault(ids, Naming(ids)).told(row) for ids, row in zip(known, read, strict=True)]


def open_patient(pk: uuid.UUID, *, by: Commission, at: datetime, what: str = "patient.open") -> OpenPatient:
    """The patient, if the acting commission has a lawful reason; logged as read.

    Raises :class:`AccessDenied` both when the patient does not exist and when no rule allows the look, and
    :class:`ChoiceNeeded` when the reader must first say why.
    """
    return _open(pk, policy.may_open, by=by, at=at, what=what)


def refuse_unrelated(patient: Patient, *, by: Commission, at: datetime) -> None:
    """Refuse an act about a patient to whom the acting unit has no current care relation, or who is the actor.

    An emergency opens to read, no more, and whoever only sent a request follows it: neither acts.
    """
    if not patients_of(by, at).filter(pk=patient.pk).exists():
        raise AccessDenied("no-care-relation", patient=patient.pk, object_kind="patient", object_id=patient.pk)


def refuse_stranger(patient: Patient, *, by: audit.Actor, at: datetime) -> None:
    """Refuse an act of a unit without a care relation, where the patient may act alone, on their own page."""
    if isinstance(by, Commission):
        refuse_unrelated(patient, by=by, at=at)
    elif not isinstance(by, PersonActor):
        raise AccessDenied("no-care-relation", patient=patient.pk, object_kind="patient", object_id=patient.pk)


def refuse_unreadable(row: ClinicalRecord, *, by: Commission, at: datetime) -> None:
    """Refuse an act upon a clinical row that the actor may not read, as things stand."""
    refuse_unrelated(row.patient, by=by, at=at)
    decision = policy.may_read(reader_of(by), circumstances(row.patient, by=by, at=at), row_of(row))
    if not decision.allowed:
        kind = row._meta.model_name or ""
        raise AccessDenied(decision.rule, patient=row.patient_id, object_kind=kind, object_id=row.pk)


def to_choose(pk: uuid.UUID, *, by: Commission, at: datetime) -> Patient:
    """The patient whom the reader has opened or may choose to open, so that the page can ask why; logged as read."""
    try:
        return open_patient(pk, by=by, at=at, what="patient.choice").patient
    except ChoiceNeeded:
        audit.write(
            "patient.choice",
            by=by,
            at=at,
            action=audit.Action.READ,
            patients=[pk],
            object_kind="patient",
            object_id=pk,
            reason="colleague",
        )
        return Patient.objects.get(pk=pk)


def _open(
    pk: uuid.UUID,
    may: Callable[[policy.Reader, policy.Circumstances], policy.Decision],
    *,
    by: Commission,
    at: datetime,
    what: str,
) -> OpenPatient:
    patient = Patient.objects.select_related("municipality", "listed_at", "lives_at").filter(pk=pk).first()
    if patient is None:
        raise AccessDenied("missing", object_kind="patient", object_id=pk)
    about = circumstances(patient, by=by, at=at)
    decision = may(reader_of(by), about)
    if decision.verdict is Verdict.CHOICE:
        raise ChoiceNeeded(patient.pk)
    if not decision.allowed:
        raise AccessDenied(decision.rule, patient=patient.pk, object_kind="patient", object_id=pk)
    opened = OpenPatient(patient, by, about)
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
    _log_places([opened], by=by, at=at)
    return opened


def _log_places(opened: Iterable[OpenPatient], *, by: Commission, at: datetime) -> None:
    """Log whose hidden place the reader gets to see."""
    seen = sorted(row.patient.pk for row in opened if row.patient.hidden and row.sees_place)
    if seen:
        audit.write(
            "access.protected_place", by=by, at=at, action=audit.Action.READ, patients=seen, object_kind="address"
        )


def open_listed(keys: Iterable[uuid.UUID], *, by: Commission, at: datetime, what: str) -> dict[uuid.UUID, OpenPatient]:
    """Those of the patients whom the acting commission may open, or whose sent request it may follow, by id: for lists.

    Logged as one read with a subject for each; the number of queries does not grow with them.
    """
    patients = list(Patient.objects.select_related("municipality").filter(pk__in=set(keys)))
    about = circumstances_of(patients, by=by, at=at)
    reader = reader_of(by)
    listed = {Verdict.ALLOW, Verdict.CHOICE}
    opened = {
        p.pk: OpenPatient(p, by, about[p.pk])
        for p in patients
        if policy.may_follow(reader, about[p.pk]).verdict in listed
    }
    if opened:
        audit.write(
            what, by=by, at=at, action=audit.Action.READ, patients=sorted(opened), object_kind="list", reason="listed"
        )
        _log_places(opened.values(), by=by, at=at)
    return opened


def readable_of(rows: Iterable[C], opened: Mapping[uuid.UUID, OpenPatient]) -> list[C]:
    """Those of ``rows`` (with ``owner_unit`` fetched), of several opened patients, that may be shown in a list."""
    return [each for row in rows if row.patient_id in opened for each in opened[row.patient_id].readable([row])]


def fetch(
    rows: "models.QuerySet[C]", pk: uuid.UUID, *, by: Commission, at: datetime, what: str, content: bool = True
) -> tuple[C, OpenPatient]:
    """The clinical row ``pk`` of ``rows`` and its opened patient, if the row itself may be read; logged.

    Without ``content`` it is enough that the patient may be opened, and only that the row is there may be told.
    """
    row = rows.select_related("owner_unit").filter(pk=pk).first()
    kind = rows.model._meta.model_name or ""
    if row is None:
        raise AccessDenied("missing", object_kind=kind, object_id=pk)
    opened = _open(row.patient_id, policy.may_follow, by=by, at=at, what=what)
    decision = opened.decide(row) if content else policy.may_open(reader_of(by), opened.about)
    if not decision.allowed:
        raise AccessDenied(decision.rule, patient=row.patient_id, object_kind=kind, object_id=pk)
    return opened.told(row, row.chosen_by(by.unit_id)), opened


@dataclass(frozen=True)
class FirstContact:
    """Minimal identity from an exact identifier: enough to send a request about the right person."""

    patient: Patient

    @property
    def name(self) -> str:
        """The person's name."""
        return self.patient.name


class TooManyLookups(Refused):
    """Somebody looks up more people by identifier than any work asks for."""


LOOKUP_PERIOD = timedelta(minutes=10)
FIRST_CONTACT = "access.first_contact"


def _refuse_too_many(by: Commission, at: datetime) -> None:
    """Stop whoever tries numbers: at most ``NARVARD_LOOKUPS`` in ten minutes for one person, whatever commission.

    The attempt is logged here: callers are pages, and no transaction of an act is open when one looks somebody up.
    """
    since = at - LOOKUP_PERIOD
    done = AuditEvent.objects.filter(staff=by.staff_id, at__gt=since, what=FIRST_CONTACT).count()
    if done < settings.NARVARD_LOOKUPS:
        return
    audit.write(
        "access.denied", by=by, at=at, action=audit.Action.DENIED, object_kind="identifier", reason="too-many-lookups"
    )
    words = _("Du har sökt på %(count)d personnummer på tio minuter. Vänta en stund, eller be en kollega.")
    raise TooManyLookups(words % {"count": done})


def first_contact(identifier: Identifier, *, by: Commission, at: datetime) -> FirstContact | None:
    """The door for a first contact: an exact identifier gives minimal identity, logged; None when unknown.

    Only name, birth date, municipality (unless the identity is protected) and listing may be shown from it.
    Raises :class:`TooManyLookups` for one who tries numbers.
    """
    patient = by_identifier(identifier)
    if by.purpose not in {Commission.Purpose.CARE, Commission.Purpose.SOCIAL}:
        raise AccessDenied("purpose-is-not-care", object_kind="identifier")
    _refuse_too_many(by, at)
    audit.write(
        FIRST_CONTACT,
        by=by,
        at=at,
        action=audit.Action.READ,
        patients=[patient.pk] if patient else [],
        object_kind="identifier",
        reason="exact-identifier" if patient else "unknown-identifier",
    )
    return FirstContact(patient) if patient else None
