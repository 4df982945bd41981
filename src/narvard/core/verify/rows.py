"""Audit rows as plain tuples, read even where somebody has put nonsense in a column, and checked by their own MACs."""

import uuid
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.core.exceptions import ValidationError
from django.db import DatabaseError
from django.db.models import Func, QuerySet, TextField

from narvard.core import audit
from narvard.core.seal import Mark

EVENT_COLUMNS = ("id", "batch_id", "mac", "key_id", "subject_count", *audit.EVENT_FIELDS)
SUBJECT_COLUMNS = ("id", "event_id", "mac", "key_id", "patient", "at")
# What a column that cannot be read as what it is raises in the database's adapter.
_UNREADABLE = (ValidationError, ValueError, TypeError, AttributeError, OverflowError, DatabaseError)


class Event:
    """One event row, read as :data:`EVENT_COLUMNS`."""

    __slots__ = ("batch", "fields", "id", "key_id", "mac", "subject_count")

    def __init__(self, row: Sequence[Any]) -> None:
        self.id: int = row[0]
        self.batch: int | None = row[1]
        self.mac: str = row[2]
        self.key_id: str = row[3]
        self.subject_count: int | None = row[4]
        self.fields = row[5:]

    @property
    def mark(self) -> Mark:
        """What its print is made of."""
        return self.id, self.key_id, self.mac


class Subject:
    """One subject row, read as :data:`SUBJECT_COLUMNS`."""

    __slots__ = ("at", "event", "id", "key_id", "mac", "patient")

    def __init__(self, row: Sequence[Any]) -> None:
        self.id: int = row[0]
        self.event: int = row[1]
        self.mac: str = row[2]
        self.key_id: str = row[3]
        self.patient: uuid.UUID = row[4]
        self.at: datetime = row[5]

    @property
    def mark(self) -> Mark:
        """What the print of its event is made of."""
        return self.id, self.key_id, self.mac


@dataclass(frozen=True, slots=True)
class Wrong:
    """What a row's own MAC tells against it. ``key_id`` names a key that is not at hand to tell."""

    kind: str
    words: str
    subject: int | None = None
    key_id: str | None = None


def readable(rows: QuerySet[Any], columns: Sequence[str], broken: Callable[[Any], None]) -> list[tuple[Any, ...]]:
    """The rows as tuples of ``columns``; the primary key of each that cannot be read goes to ``broken``."""
    try:
        return list(rows.values_list(*columns))
    except _UNREADABLE:
        return [row for pk in _keys(rows) for row in _one(rows.model, pk, columns, broken)]


def _keys(rows: QuerySet[Any]) -> list[Any]:
    """The primary keys; as text where one is not of its kind, which SQLite alone lets happen."""
    try:
        return list(rows.values_list("pk", flat=True))
    except _UNREADABLE:
        in_hex = Func("pk", function="HEX", output_field=TextField())
        found = rows.annotate(in_hex=in_hex).values_list("in_hex", flat=True)
        return [bytes.fromhex(each).decode(errors="backslashreplace") for each in found]


def _one(model: Any, pk: Any, columns: Sequence[str], broken: Callable[[Any], None]) -> list[tuple[Any, ...]]:
    try:
        return list(model._default_manager.filter(pk=pk).values_list(*columns))
    except _UNREADABLE:
        broken(pk)
        return []


def wrong_with(event: Event, subjects: Sequence[Subject]) -> Iterator[Wrong]:
    """What is wrong with an event and its subjects, by their MACs and the number of subjects."""
    yield from _checked(
        "event-altered", event, lambda: audit.mac_of_event(event.key_id, event.fields, event.subject_count)
    )
    count = len(subjects)
    if event.subject_count is not None and event.subject_count != count:
        kind = "subject-removed" if _fewer(count, event.subject_count) else "subject-inserted"
        yield Wrong(kind, f"has {count} subjects and was written with {event.subject_count}")
    for subject in subjects:
        yield from _checked(
            "subject-altered",
            subject,
            lambda row=subject: audit.mac_of_subject(row.key_id, event.fields[0], row.patient, row.at),  # type: ignore[misc]
        )


def _fewer(count: int, written: object) -> bool:
    return isinstance(written, int) and count < written


def _checked(kind: str, row: Event | Subject, expected: Callable[[], str]) -> Iterator[Wrong]:
    subject = row.id if isinstance(row, Subject) else None
    try:
        if expected() != row.mac:
            yield Wrong(kind, "is not as it was written", subject)
    except audit.MissingKey as error:
        yield Wrong(kind, f"names the key {error.key_id!r}, which is not at hand", subject, error.key_id)
