"""Reads the whole audit log and says what was changed, removed or put in since it was written, and where.

Works in chunks, so that the memory it takes hardly grows with the log. What it finds and cannot find stands in
``docs/audit.md``.
"""

import uuid
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from functools import partial
from typing import Any

from django.db import connection, transaction
from django.db.models import Exists, Max, OuterRef, QuerySet, Sum

from narvard.core import audit, seal
from narvard.core.heads import Head
from narvard.core.models import AuditBatch, AuditChain, AuditEvent, AuditSubject
from narvard.core.verify.chain import ChainCheck, rows_of, tell, unreadable_row
from narvard.core.verify.report import Finding, Report
from narvard.core.verify.rows import readable

_CHAIN_COLUMNS: tuple[tuple[type[AuditChain] | type[AuditBatch], str], ...] = (
    (AuditChain, "provider"),
    (AuditBatch, "chain_id"),
)


def verify(*, provider: uuid.UUID | None = None, heads: Sequence[Head] = ()) -> Report:
    """Check the chain of ``provider`` (a chain's key), or the whole log, against itself and against exported heads.

    Raises :class:`narvard.core.audit.MissingKey` when nothing is wrong but for rows whose key is not at hand.
    """
    report = Report()
    with snapshot():
        for chain in _chains(provider, heads, report):
            ChainCheck(chain, report).check()
        _check_unsealed(provider, report)
        _check_strays(provider, report)
        if provider is None:
            _check_tail(report)
        _check_heads([each for each in heads if provider in {None, each.chain}], report)
    if report.ok and report.missing_keys:
        raise audit.MissingKey(*next(iter(report.missing_keys.items())))
    return report


@contextmanager
def snapshot() -> Iterator[None]:
    """One unchanging view of the database that holds up no writer; inside a transaction, that transaction's view."""
    if connection.in_atomic_block:
        yield
    elif connection.vendor == "sqlite":
        # Ours would begin as a writer.
        with connection.cursor() as cursor:
            cursor.execute("BEGIN DEFERRED")
            try:
                yield
            finally:
                cursor.execute("ROLLBACK")
    else:
        with transaction.atomic():
            with connection.cursor() as cursor:
                cursor.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ, READ ONLY")
            yield


def _chains(provider: uuid.UUID | None, heads: Sequence[Head], report: Report) -> list[uuid.UUID]:
    """The keys of the chains to check, also of those whose row is gone."""
    if provider is not None:
        return [provider]
    found = {each.chain for each in heads}
    for model, column in _CHAIN_COLUMNS:
        rows = model._default_manager.order_by().distinct()
        found |= {key for (key,) in readable(rows, (column,), partial(unreadable_row, report, model))}
    return sorted(found)


def _check_unsealed(provider: uuid.UUID | None, report: Report) -> None:
    """The rows that no batch holds yet, by their own MACs."""
    rows = AuditEvent.objects.filter(batch=None)
    if provider is not None:
        rows = rows.filter(provider=None if provider == seal.SYSTEM_CHAIN else provider)
    for ids in _id_chunks(rows):
        events, subjects = rows_of(ids, report)
        report.unsealed += len(events)
        report.rows += len(events)
        for pk, event in sorted(events.items()):
            tell(report, event, subjects.get(pk, []), excuse_key=True)


def _id_chunks(rows: Any) -> Iterator[list[int]]:
    last = 0
    while ids := list(rows.filter(id__gt=last).order_by("id").values_list("id", flat=True)[: seal.PARAMETERS]):
        yield ids
        last = ids[-1]


def _check_strays(provider: uuid.UUID | None, report: Report) -> None:
    """Rows that the walk along the chains has not come by; looked for when the numbers do not add up."""
    events, batches = AuditEvent.objects.all(), AuditBatch.objects.all()
    if provider is not None:
        events, batches = events.filter(batch__chain=provider), batches.filter(chain=provider)
    if report.found or report.rows != events.count() + (0 if provider is None else report.unsealed):
        for pk, is_there in _strays(events, batches):
            kind = "event-inserted" if is_there else "batch-removed"
            words = "is marked with a batch that did not seal it" if is_there else "the batch that sealed it is gone"
            report.add(Finding(kind, words, event=pk))
    if provider is None and (report.found or report.subjects != AuditSubject.objects.count()):
        events = AuditEvent.objects.filter(pk=OuterRef("event_id"))
        stray_subjects = AuditSubject.objects.exclude(Exists(events))
        for pk in stray_subjects.order_by("id").values_list("id", flat=True).iterator():
            report.add(Finding("event-removed", "the event that it belongs to is gone", subject=pk))


def _strays(events: QuerySet[AuditEvent], batches: QuerySet[AuditBatch]) -> Iterator[tuple[int, bool]]:
    """The events that are marked as sealed and that no batch holds, and whether the batch of each is there."""
    held = _held(batches.filter(forgotten_at=None))
    is_there = Exists(AuditBatch.objects.filter(pk=OuterRef("batch_id")))
    rows = events.exclude(batch=None).order_by("id").annotate(is_there=is_there).values_list("id", "is_there")
    return ((pk, there) for pk, there in rows.iterator() if not held[pk])


def _held(batches: QuerySet[AuditBatch], given: int = 0) -> bytearray:
    """A one at each id that the batches hold, up to ``given`` and the newest row: a byte of memory for each event."""
    newest = max(AuditEvent.objects.aggregate(newest=Max("id"))["newest"] or 0, given)
    held = bytearray(newest + 1)
    for data in batches.order_by("pk").values_list("members", flat=True).iterator():
        for pk in seal.members(data):
            if pk <= newest:
                held[pk] = 1
    return held


def _check_tail(report: Report) -> None:
    """Ids that were given out and that no row has.

    SQLite takes its counter back with the transaction, so there each is a row that was removed before it was sealed.
    PostgreSQL does not, so there those after the newest sealed row are counted and told, and no more.
    """
    given = _last_id_given()
    if connection.vendor != "sqlite":
        newest = AuditBatch.objects.aggregate(newest=Max("last_event"))["newest"] or 0
        report.unused_ids = max(given - newest - AuditEvent.objects.filter(id__gt=newest).count(), 0)
        return
    sealed = AuditBatch.objects.aggregate(events=Sum("events"))["events"] or 0
    if given != sealed + AuditEvent.objects.filter(batch=None).count():
        for pk in _removed_ids(given):
            report.unused_ids += 1
            report.add(Finding("event-removed", "was written and is gone, and no batch holds it", event=pk))


def _removed_ids(given: int) -> Iterator[int]:
    """The ids up to ``given`` that neither a row nor a batch has; takes a byte of memory for each id."""
    held = _held(AuditBatch.objects.all(), given)
    for pk in AuditEvent.objects.order_by("id").values_list("id", flat=True).iterator():
        held[pk] = 1
    return (pk for pk in range(1, given + 1) if not held[pk])


def _last_id_given() -> int:
    with connection.cursor() as cursor:
        if connection.vendor == "sqlite":
            cursor.execute("SELECT seq FROM sqlite_sequence WHERE name = %s", [AuditEvent._meta.db_table])
            row = cursor.fetchone()
        else:
            cursor.execute("SELECT pg_get_serial_sequence(%s, 'id')", [AuditEvent._meta.db_table])
            cursor.execute(f"SELECT CASE WHEN is_called THEN last_value ELSE 0 END FROM {cursor.fetchone()[0]}")  # noqa: S608 - the database's own name
            row = cursor.fetchone()
    return int(row[0]) if row else 0


def _check_heads(heads: Sequence[Head], report: Report) -> None:
    """Every link that was exported must still be there."""
    for each in heads:
        stored = AuditBatch.objects.filter(chain=each.chain, sequence=each.sequence).values_list("head", flat=True)
        words = {0: "was exported and is gone"}.get(len(stored), "is not the one that was exported")
        if list(stored) != [each.head]:
            report.add(Finding("tail-cut", words, provider=each.provider, batch=each.sequence))
