"""The check of one chain of batches, with every row that it sealed."""

import uuid
from collections.abc import Callable, Iterator
from functools import partial
from typing import Any, TypeVar

from django.db.models import QuerySet

from narvard.core import audit, seal
from narvard.core.models import AuditBatch, AuditChain, AuditEvent, AuditSubject
from narvard.core.verify.report import Finding, Report
from narvard.core.verify.rows import EVENT_COLUMNS, SUBJECT_COLUMNS, Event, Subject, readable, wrong_with

# Batches are read together until they hold so many events.
EVENTS_AT_ONCE = 5_000
_BATCHES_AT_ONCE = 200
# What SQLite lets plain SQL put other things into.
_KINDS: dict[str, type | tuple[type, ...]] = {
    "sequence": int,
    "events": int,
    "subjects": int,
    "last_event": int,
    "members": (bytes, memoryview),
}
_Row = TypeVar("_Row", AuditChain, AuditBatch)


def unreadable_row(report: Report, model: type[AuditChain] | type[AuditBatch], pk: object) -> None:
    kind = "chain-altered" if model is AuditChain else "batch-altered"
    report.add(Finding(kind, f"row {pk} of {model._meta.db_table} cannot be read"))


def _rows(model: type[_Row], rows: QuerySet[Any], report: Report) -> list[_Row]:
    """The rows of chains or batches whose columns hold what they ought to; the others are findings."""
    names = [each.attname for each in model._meta.concrete_fields]
    found = []
    for values in readable(rows, names, partial(unreadable_row, report, model)):
        row = model(**dict(zip(names, values, strict=True)))
        if all(isinstance(getattr(row, name), kinds) for name, kinds in _KINDS.items() if name in names):
            found.append(row)
        else:
            unreadable_row(report, model, row.pk)
    return found


class ChainCheck:
    """The check of one chain, batch by batch from the first."""

    def __init__(self, key: uuid.UUID, report: Report) -> None:
        self.key, self.report = key, report
        self.sequence, self.head = 0, ""

    def add(self, kind: str, words: str, **where: Any) -> None:
        self.report.add(Finding(kind, words, provider=str(self.key), **where))

    def check(self) -> None:
        """The links, the rows of each, and the row that names the newest."""
        for group in self._groups():
            for batch in group:
                self._check_link(batch)
            self._check_rows(group)
        self._check_newest()

    def _groups(self) -> Iterator[list[AuditBatch]]:
        """The batches in order, in groups small enough to hold with their rows."""
        group, size = list[AuditBatch](), 0
        for batch in self._batches():
            if group and (size + batch.events > EVENTS_AT_ONCE or len(group) >= _BATCHES_AT_ONCE):
                yield group
                group, size = [], 0
            group, size = [*group, batch], size + batch.events
        if group:
            yield group

    def _batches(self) -> Iterator[AuditBatch]:
        """The batches that can be read, in order."""
        last = 0
        while True:
            rows = AuditBatch.objects.filter(chain=self.key, sequence__gt=last).order_by("sequence")
            sequences = [each for each in rows.values_list("sequence", flat=True)[:50] if isinstance(each, int)]
            if not sequences:
                break
            yield from _rows(AuditBatch, rows.filter(sequence__lte=sequences[-1]), self.report)
            last = sequences[-1]

    def _check_link(self, batch: AuditBatch) -> None:
        if batch.sequence > self.sequence + 1:
            self._lost(batch.sequence - 1)
        elif batch.previous != self.head:
            self.add("batch-altered", "does not follow from the batch before it", batch=batch.sequence)
        self._check_mac(batch.sequence, batch.head, lambda: seal.head_of(batch), "is not as it was sealed")
        words = "is marked as forgotten by something other than the rule of retention"
        if batch.forgotten_at is not None and batch.forgotten_key_id:
            self._check_mac(batch.sequence, batch.forgotten_mac, lambda: seal.forgotten_mac(batch), words)
        elif batch.forgotten_at is not None or batch.forgotten_mac or batch.forgotten_key_id:
            self.add("batch-altered", words, batch=batch.sequence)
        self.sequence, self.head = batch.sequence, batch.head
        self.report.batches += 1

    def _lost(self, last: int) -> None:
        """The batches from the next one to ``last`` are not there."""
        first = self.sequence + 1
        words = "is gone" if last == first else f"is gone, and so are all to batch {last}"
        self.add("batch-removed", words, batch=first)

    def _check_mac(self, sequence: int, stored: str, expected: Callable[[], str], words: str) -> None:
        try:
            if expected() != stored:
                self.add("batch-altered", words, batch=sequence)
        except audit.MissingKey as error:
            self.report.missing_keys.setdefault(error.key_id, f"batch {sequence} of chain {self.key}")

    def _check_rows(self, group: list[AuditBatch]) -> None:
        """Every row that the batches sealed against its own MAC and against what was sealed.

        Rows are asked for by the ids that the batches hold: by the batch, a database that has not counted its rows
        since they were sealed would read the whole log for each.
        """
        sealed = {batch.pk: seal.members(batch.members) for batch in group if batch.forgotten_at is None}
        self.report.forgotten += sum(batch.events for batch in group if batch.forgotten_at is not None)
        events, subjects = rows_of([pk for prints in sealed.values() for pk in prints], self.report)
        for batch in group:
            if batch.pk in sealed:
                self._check_batch(batch, sealed[batch.pk], events, subjects)

    def _check_batch(
        self,
        batch: AuditBatch,
        sealed: dict[int, bytes],
        events: dict[int, Event],
        subjects: dict[int, list[Subject]],
    ) -> None:
        prints, before = [], self.report.found
        for pk, start in sealed.items():
            event = events.get(pk)
            if event is not None:
                prints.append(self._check_event(batch, event, subjects.get(pk, []), start))
            elif pk not in self.report.unreadable:
                self.add("event-removed", "was sealed and is gone", batch=batch.sequence, event=pk)
        whole = len(prints) == len(sealed) and self.report.found == before
        if whole and seal.digest_of(prints) != batch.digest:
            self.add("batch-altered", "its rows are not those that were sealed", batch=batch.sequence)

    def _check_event(self, batch: AuditBatch, event: Event, own: list[Subject], start: bytes) -> bytes:
        """``start`` is the beginning of the event's print when it was sealed; returns the print that it has now."""
        print_now = seal.print_of(event.mark, [subject.mark for subject in own])
        place = {"batch": batch.sequence, "event": event.id}
        changed = not print_now.startswith(start)
        found = tell(self.report, event, own, provider=str(self.key), batch=batch.sequence, excuse_key=not changed)
        if changed and not found:
            self.add("event-altered", "it or its subjects are not as they were sealed", **place)
        if event.batch == batch.pk:
            self.report.rows += 1
        else:
            self.add("event-altered", "is not marked with the batch that sealed it", **place)
        return print_now

    def _check_newest(self) -> None:
        row = next(iter(_rows(AuditChain, AuditChain.objects.filter(pk=self.key), self.report)), None)
        if row is None:
            if self.sequence:
                self.add("chain-removed", "the row that names the newest batch is gone")
            return
        if row.sequence == 0 == self.sequence and not row.head:
            return
        try:
            if seal.chain_mac(row) != row.mac:
                self.add("chain-altered", "the row that names the newest batch is not as it was sealed")
        except audit.MissingKey as error:
            self.report.missing_keys.setdefault(error.key_id, f"chain {self.key}")
        if row.sequence > self.sequence:
            self._lost(row.sequence)
        elif (row.sequence, row.head) != (self.sequence, self.head):
            self.add("chain-altered", f"does not end where the chain's row says, at batch {row.sequence}")


def rows_of(ids: list[int], report: Report) -> tuple[dict[int, Event], dict[int, list[Subject]]]:
    """The events with these ids that there are, and the subjects of each in order of id.

    A row that cannot be read is a finding.
    """
    events: dict[int, Event] = {}
    subjects: dict[int, list[Subject]] = {}

    def broken_event(pk: int) -> None:
        report.unreadable.add(pk)
        report.add(Finding("event-altered", "cannot be read", event=pk))

    def broken_subject(pk: int) -> None:
        report.add(Finding("subject-altered", "cannot be read", subject=pk))

    for part in seal.parts(ids):
        for row in readable(AuditEvent.objects.filter(pk__in=part), EVENT_COLUMNS, broken_event):
            events[row[0]] = Event(row)
        for row in sorted(readable(AuditSubject.objects.filter(event__in=part), SUBJECT_COLUMNS, broken_subject)):
            subjects.setdefault(row[1], []).append(Subject(row))
            report.subjects += 1
    return events, subjects


def tell(report: Report, event: Event, own: list[Subject], *, excuse_key: bool, **where: Any) -> bool:
    """Add what is wrong with the event and its subjects by their own MACs; whether anything was.

    A key that is not at hand is excused for a row that is as it was sealed: then the key is missing, else the row
    was altered.
    """
    before = report.found
    for wrong in wrong_with(event, own):
        if wrong.key_id is not None and excuse_key:
            report.missing_keys.setdefault(wrong.key_id, f"event {event.id}")
        else:
            report.add(Finding(wrong.kind, wrong.words, event=event.id, subject=wrong.subject, **where))
    return report.found > before
