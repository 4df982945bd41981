"""Audit rows of many acts at once, each as the audit writer would have made it, with its own MAC."""

import uuid
from dataclasses import dataclass
from datetime import datetime

from django.conf import settings

from narvard.core import audit
from narvard.core.models import AuditEvent, AuditSubject

_BATCH = 500


@dataclass(frozen=True, slots=True)
class Act:
    """One act to be logged. ``by`` acted at ``at``; ``patients`` are those it concerns."""

    what: str
    by: audit.Actor
    at: datetime
    patients: tuple[uuid.UUID, ...]
    object_kind: str = ""
    object_id: object = ""
    action: str = AuditEvent.Action.WRITE
    reason: str = ""


def write_all(acts: list[Act]) -> None:
    """Write the acts in order of time; call it in the transaction of what they log."""
    ordered = sorted(acts, key=lambda act: act.at)
    events = AuditEvent.objects.bulk_create([_event(act) for act in ordered], batch_size=_BATCH)
    subjects = [
        _subject(event, patient)
        for event, act in zip(events, ordered, strict=True)
        for patient in dict.fromkeys(act.patients)
    ]
    AuditSubject.objects.bulk_create(subjects, batch_size=_BATCH)


def _event(act: Act) -> AuditEvent:
    event = AuditEvent(
        at=act.at,
        action=act.action,
        what=act.what,
        staff=act.by.audit_staff,
        commission=act.by.audit_commission,
        unit=act.by.audit_unit,
        provider=act.by.audit_provider,
        object_kind=act.object_kind,
        object_id=str(act.object_id),
        reason=act.reason[:400],
        key_id=settings.AUDIT_KEY_ID,
    )
    event.mac = audit.event_mac(event)
    return event


def _subject(event: AuditEvent, patient: uuid.UUID) -> AuditSubject:
    subject = AuditSubject(event=event, patient=patient, at=event.at, key_id=event.key_id)
    subject.mac = audit.subject_mac(subject, event.event_id)
    return subject
