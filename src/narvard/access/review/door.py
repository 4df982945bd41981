"""The reviewer's door to the log: who may look at what, each look logged with those it was about.

Log control is a task of its own (PDL 2008:355 4 kap. 3 §): it opens the log of the own care provider, not the record.
Those who give care have no such task, so the log is closed to them. What is missing and what is another provider's
look alike.
"""

import uuid
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime

from django.db.models import Q, QuerySet

from narvard.access.guard import AccessDenied
from narvard.access.review.models import LogReview
from narvard.access.review.queries import for_reviewer
from narvard.core import audit
from narvard.core.models import AuditEvent, AuditSubject
from narvard.core.sorting import sort_key
from narvard.organisation.models import CareUnit, Commission, Staff
from narvard.people.identifiers import Identifier
from narvard.people.models import Patient
from narvard.people.queries import by_identifier

Role = Commission.Role
REVIEWERS = (Role.SAFETY, Role.MANAGER)


@dataclass(frozen=True)
class Reviewer:
    """Somebody with the task of log control for a care provider."""

    by: Commission

    @property
    def provider(self) -> uuid.UUID:
        """The care provider whose log it is."""
        return self.by.provider_id


def reviewer(by: Commission) -> Reviewer:
    """The acting commission as a reviewer; raises :class:`AccessDenied` for one without the task."""
    if by.role not in REVIEWERS:
        raise AccessDenied("not-a-reviewer", object_kind="log")
    return Reviewer(by)


def find_patient(identifier: Identifier, *, by: Commission, at: datetime) -> Patient | None:
    """The patient with exactly this identifier, if the own provider's log holds anything about them; logged.

    None both when nobody has the number and when the provider has nothing: so the log tells of no other patients.
    """
    who = reviewer(by)
    patient = by_identifier(identifier)
    if patient is not None and not _in_log(patient.pk, who.by):
        patient = None
    _look("access.find_in_log", by=by, at=at, about=[patient.pk] if patient else [])
    return patient


def open_patient_log(pk: uuid.UUID, *, by: Commission, at: datetime, what: str = "access.patient_log") -> Patient:
    """The patient whose accesses a reviewer is to read, minimal identity only; logged."""
    who = reviewer(by)
    patient = Patient.objects.filter(pk=pk).first()
    if patient is None or not _in_log(patient.pk, who.by):
        raise AccessDenied("missing", object_kind="log", object_id=pk)
    _look(what, by=by, at=at, about=[patient.pk], key=pk)
    return patient


def _in_log(patient: uuid.UUID, by: Commission) -> bool:
    """Whether the log tells of the patient by others' acts: the reviewer's own tries put nobody in it."""
    rows = AuditSubject.objects.filter(patient=patient, event__provider=by.provider_id)
    return rows.exclude(event__staff=by.staff_id).exists()


def staff_of(by: Commission) -> QuerySet[Staff]:
    """The people whose accesses a reviewer may read: those with a commission, now or before, at the own provider."""
    return Staff.objects.filter(commissions__unit__provider=reviewer(by).provider).distinct()


def staff_named(text: str, *, by: Commission) -> QuerySet[Staff]:
    """Those of the own provider whose family or given name begins with each word of ``text``."""
    rows = staff_of(by)
    for word in text.split():
        key = sort_key(word)
        rows = rows.filter(Q(sort_key__startswith=key) | Q(sort_key__contains="\x1f" + key))
    return rows


def units_of(by: Commission) -> QuerySet[CareUnit]:
    """The units whose days a reviewer may read: the own provider's."""
    return CareUnit.objects.filter(provider=reviewer(by).provider)


def open_staff_log(pk: uuid.UUID, *, by: Commission) -> Staff:
    """The person whose accesses a reviewer is to read; :func:`saw` logs the look with the patients on the page."""
    staff = staff_of(by).filter(pk=pk).first()
    if staff is None:
        raise AccessDenied("missing", object_kind="log", object_id=pk)
    return staff


def open_unit_log(pk: uuid.UUID, *, by: Commission) -> CareUnit:
    """The unit whose day a reviewer is to read; :func:`saw` logs the look."""
    unit = units_of(by).select_related("provider").filter(pk=pk).first()
    if unit is None:
        raise AccessDenied("missing", object_kind="log", object_id=pk)
    return unit


def open_review(pk: uuid.UUID, *, by: Commission) -> LogReview:
    """The review, if it is of somebody else's access at the own provider; :func:`saw` logs the look."""
    reviewer(by)
    rows = for_reviewer(by).select_related("staff", "unit__provider", "patient").prefetch_related("reasons")
    review = rows.filter(pk=pk).first()
    if review is None:
        raise AccessDenied("missing", object_kind="logreview", object_id=pk)
    return review


def find_emergency(event_id: uuid.UUID, patient: uuid.UUID, *, by: Commission) -> tuple[AuditEvent, Patient]:
    """An emergency opening in the own provider's log, done by somebody else, and the patient it opened."""
    who = reviewer(by)
    rows = AuditSubject.objects.filter(
        patient=patient,
        event__event_id=event_id,
        event__provider=who.provider,
        event__action=AuditEvent.Action.EMERGENCY,
    ).exclude(event__staff=by.staff_id)
    subject = rows.select_related("event").first()
    person = Patient.objects.filter(pk=patient).first()
    if subject is None or person is None:
        raise AccessDenied("missing", object_kind="log", object_id=event_id)
    return subject.event, person


def saw(what: str, *, by: Commission, at: datetime, patients: Iterable[uuid.UUID], key: object = "") -> None:
    """Log that a reviewer's page showed rows about ``patients``."""
    _look(what, by=by, at=at, about=sorted(set(patients)), key=key)


def _look(what: str, *, by: Commission, at: datetime, about: Sequence[uuid.UUID], key: object = "") -> None:
    audit.write(
        what,
        by=by,
        at=at,
        action=audit.Action.READ,
        patients=about,
        object_kind="log",
        object_id=key,
        reason="log-control",
    )
