"""The audit writer: one event row and its subject rows, in the caller's transaction, each with a keyed MAC."""

import hashlib
import hmac
import uuid
from collections.abc import Iterable
from contextvars import ContextVar
from datetime import UTC, datetime
from typing import Protocol

from django.conf import settings
from django.db import transaction

from narvard.core.models import AuditEvent, AuditSubject

Action = AuditEvent.Action
request_id: ContextVar[str] = ContextVar("request_id", default="")


class Actor(Protocol):
    """Who acts: a commission, or :data:`SYSTEM`."""

    @property
    def audit_staff(self) -> uuid.UUID | None: ...
    @property
    def audit_commission(self) -> uuid.UUID | None: ...
    @property
    def audit_unit(self) -> uuid.UUID | None: ...
    @property
    def audit_provider(self) -> uuid.UUID | None: ...


class _System:
    """The system itself: clocks, workers, loaders."""

    audit_staff = None
    audit_commission = None
    audit_unit = None
    audit_provider = None


SYSTEM: Actor = _System()


def _mac(key_id: str, *fields: object) -> str:
    """HMAC-SHA256 over the fields, length-prefixed so that no two field lists read alike."""
    digest = hmac.new(settings.AUDIT_KEYS[key_id].encode(), digestmod=hashlib.sha256)
    for field in fields:
        text = field.astimezone(UTC).isoformat() if isinstance(field, datetime) else str(field or "")
        data = text.encode()
        digest.update(len(data).to_bytes(4, "big") + data)
    return digest.hexdigest()


def event_mac(event: AuditEvent) -> str:
    """The MAC that ``event`` ought to carry."""
    return _mac(
        event.key_id,
        event.event_id,
        event.at,
        event.action,
        event.what,
        event.staff,
        event.commission,
        event.unit,
        event.provider,
        event.object_kind,
        event.object_id,
        event.reason,
        event.request_id,
    )


def subject_mac(subject: AuditSubject, event_id: uuid.UUID) -> str:
    """The MAC that ``subject`` ought to carry."""
    return _mac(subject.key_id, event_id, subject.patient, subject.at)


def write(
    what: str,
    *,
    by: Actor,
    at: datetime,
    action: Action = Action.WRITE,
    patients: Iterable[uuid.UUID] = (),
    object_kind: str = "",
    object_id: object = "",
    reason: str = "",
) -> AuditEvent:
    """Write one event and a subject row per patient; call it inside the transaction of the act itself."""
    event = AuditEvent(
        at=at,
        action=action,
        what=what,
        staff=by.audit_staff,
        commission=by.audit_commission,
        unit=by.audit_unit,
        provider=by.audit_provider,
        object_kind=object_kind,
        object_id=str(object_id),
        reason=reason[:400],
        request_id=request_id.get(),
        key_id=settings.AUDIT_KEY_ID,
    )
    event.mac = event_mac(event)
    with transaction.atomic():
        event.save(force_insert=True)
        AuditSubject.objects.bulk_create(_subject(event, patient) for patient in dict.fromkeys(patients))
    return event


def _subject(event: AuditEvent, patient: uuid.UUID) -> AuditSubject:
    subject = AuditSubject(event=event, patient=patient, at=event.at, key_id=event.key_id)
    subject.mac = subject_mac(subject, event.event_id)
    return subject
