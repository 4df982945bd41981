"""The audit writer: one event row and its subject rows, in the caller's transaction, each with a keyed MAC.

:mod:`narvard.core.seal` chains the rows afterwards, and :mod:`narvard.core.verify` finds what was done to them.
"""

import hmac
import uuid
from collections.abc import Iterable, Sequence
from contextvars import ContextVar
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Protocol

from django.conf import settings
from django.db import transaction

from narvard.core.errors import NarvardError
from narvard.core.models import AuditEvent, AuditSubject

Action = AuditEvent.Action
request_id: ContextVar[str] = ContextVar("request_id", default="")

# What an event's MAC covers, in this order.
EVENT_FIELDS = (
    "event_id",
    "at",
    "action",
    "what",
    "staff",
    "commission",
    "unit",
    "provider",
    "object_kind",
    "object_id",
    "reason",
    "request_id",
)
_ROWS_AT_ONCE = 500


class MissingKey(NarvardError):
    """A row was written or sealed with a key that ``NARVARD_AUDIT_KEYS`` does not hold."""

    def __init__(self, key_id: str, where: str = "") -> None:
        words = f"NARVARD_AUDIT_KEYS holds no key named {key_id!r}"
        super().__init__(f"{words}, which {where} was sealed with" if where else words)
        self.key_id = key_id


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


@dataclass(frozen=True, slots=True)
class Act:
    """One act to be logged. ``by`` acted at ``at``; ``patients`` are those it concerns."""

    what: str
    by: Actor
    at: datetime
    patients: Iterable[uuid.UUID] = ()
    object_kind: str = ""
    object_id: object = ""
    action: str = Action.WRITE
    reason: str = ""


def packed(fields: Iterable[object]) -> bytes:
    """The fields as bytes, each with its length before it, so that no two lists of fields read alike."""
    parts: list[bytes] = []
    for field in fields:
        text = field.astimezone(UTC).isoformat() if isinstance(field, datetime) else str(field or "")
        data = text.encode(errors="surrogatepass")
        parts += (len(data).to_bytes(4, "big"), data)
    return b"".join(parts)


def mac(key_id: str, fields: Iterable[object]) -> str:
    """HMAC-SHA256 over the fields with the named key, in hex. Raises :class:`MissingKey`."""
    key = settings.AUDIT_KEYS.get(key_id)
    if key is None:
        raise MissingKey(key_id)
    return hmac.digest(key.encode(), packed(fields), "sha256").hex()


def mac_of_event(key_id: str, fields: Sequence[object], subject_count: int | None) -> str:
    """The MAC that an event with these :data:`EVENT_FIELDS` ought to carry.

    Rows from before subjects were counted have no count, and a MAC over the fields alone.
    """
    return mac(key_id, fields if subject_count is None else (*fields, f"subjects {subject_count}"))


def event_mac(event: AuditEvent) -> str:
    """The MAC that ``event`` ought to carry."""
    return mac_of_event(event.key_id, [getattr(event, name) for name in EVENT_FIELDS], event.subject_count)


def mac_of_subject(key_id: str, event_id: uuid.UUID, patient: uuid.UUID, at: datetime) -> str:
    """The MAC that a subject row of the event ought to carry."""
    return mac(key_id, (event_id, patient, at))


def subject_mac(subject: AuditSubject, event_id: uuid.UUID) -> str:
    """The MAC that ``subject`` ought to carry."""
    return mac_of_subject(subject.key_id, event_id, subject.patient, subject.at)


def write(
    what: str,
    *,
    by: Actor,
    at: datetime,
    action: str = Action.WRITE,
    patients: Iterable[uuid.UUID] = (),
    object_kind: str = "",
    object_id: object = "",
    reason: str = "",
) -> AuditEvent:
    """Write one event and a subject row per patient; call it inside the transaction of the act itself."""
    concerned = tuple(dict.fromkeys(patients))
    event = _event(Act(what, by, at, concerned, object_kind, object_id, action, reason), len(concerned))
    with transaction.atomic():
        event.save(force_insert=True)
        AuditSubject.objects.bulk_create(_subject(event, patient) for patient in concerned)
    return event


def write_all(acts: Iterable[Act]) -> None:
    """Write many acts at once in order of time; call it in the transaction of what they log."""
    ordered = [(act, tuple(dict.fromkeys(act.patients))) for act in sorted(acts, key=lambda act: act.at)]
    made = [_event(act, len(patients)) for act, patients in ordered]
    events = AuditEvent.objects.bulk_create(made, batch_size=_ROWS_AT_ONCE)
    AuditSubject.objects.bulk_create(
        (
            _subject(event, patient)
            for event, (_act, patients) in zip(events, ordered, strict=True)
            for patient in patients
        ),
        batch_size=_ROWS_AT_ONCE,
    )


def _event(act: Act, subject_count: int) -> AuditEvent:
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
        request_id=request_id.get(),
        subject_count=subject_count,
        key_id=settings.AUDIT_KEY_ID,
    )
    event.mac = event_mac(event)
    return event


def _subject(event: AuditEvent, patient: uuid.UUID) -> AuditSubject:
    subject = AuditSubject(event=event, patient=patient, at=event.at, key_id=event.key_id)
    subject.mac = subject_mac(subject, event.event_id)
    return subject
