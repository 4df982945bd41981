"""How fast the audit log is with a million rows: writing, sealing, verifying, and the reads behind the log's pages.

    PYTHONPATH=src python tests/benchmarks/audit_log.py [--rows 1000000] [--days 365]

Uses an empty SQLite file that it makes and removes, or the empty PostgreSQL database that DATABASE_URL names.
Prints a table in Markdown. The figures in docs/audit.md come from it.
"""

import argparse
import os
import random
import resource
import statistics
import sys
import tempfile
import time
import uuid
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

START = datetime(2026, 1, 1, tzinfo=UTC)
PROVIDERS, UNITS_EACH, STAFF_EACH, PATIENTS = 5, 12, 10, 3_000
ROWS_AT_ONCE = 10_000
READS = 40
PAGE = 50


@dataclass(frozen=True)
class Someone:
    """Who acts, as the audit writer asks."""

    audit_provider: uuid.UUID
    audit_unit: uuid.UUID
    audit_staff: uuid.UUID
    audit_commission: uuid.UUID


def say(text: str) -> None:
    """Print at once."""
    print(text, flush=True)  # noqa: T201 - this is a command line tool


def people(draw: random.Random) -> tuple[list[Someone], list[uuid.UUID]]:
    """Staff at units of care providers, and the patients."""

    def new() -> uuid.UUID:
        return uuid.UUID(int=draw.getrandbits(128), version=4)

    staff = []
    for _provider in range(PROVIDERS):
        provider = new()
        for _unit in range(UNITS_EACH):
            unit = new()
            staff += [Someone(provider, unit, new(), new()) for _each in range(STAFF_EACH)]
    return staff, [new() for _each in range(PATIENTS)]


def acts(
    rows: int, days: int, staff: list[Someone], patients: list[uuid.UUID], draw: random.Random
) -> Iterator[list[object]]:
    """So many acts over so many days: most about one patient, a tenth about none, a few about a list of twenty."""
    from narvard.core.audit import Act, Action

    kinds = [Action.READ] * 80 + [Action.WRITE] * 15 + [Action.PRINT] * 3 + [Action.DENIED] * 2
    step = timedelta(days=days) / rows
    for first in range(0, rows, ROWS_AT_ONCE):
        chunk: list[object] = []
        for n in range(first, min(first + ROWS_AT_ONCE, rows)):
            share = draw.random()
            count = 0 if share < 0.1 else 20 if share > 0.98 else 1
            action = Action.EMERGENCY if draw.random() < 0.0001 else draw.choice(kinds)
            about = draw.sample(patients, count)
            chunk.append(
                Act("patient.page", draw.choice(staff), START + n * step, about, "patient", n, action, "own-provider")
            )
        yield chunk


class Table:
    """What was measured."""

    def __init__(self) -> None:
        self.rows: list[tuple[str, str]] = []

    def add(self, what: str, figure: str) -> None:
        """One line, shown at once."""
        self.rows.append((what, figure))
        say(f"| {what} | {figure} |")

    @contextmanager
    def timed(self, what: str, count: int = 0) -> Iterator[None]:
        """The seconds that the block takes, and how many per second."""
        start = time.perf_counter()
        yield
        seconds = time.perf_counter() - start
        self.add(what, f"{seconds:,.1f} s" + (f", {count / seconds:,.0f} a second" if count else ""))

    def read(self, what: str, once: Callable[[], object]) -> None:
        """The middle and the slowest of some reads."""
        taken = []
        for _each in range(READS):
            start = time.perf_counter()
            once()
            taken.append((time.perf_counter() - start) * 1000)
        self.add(what, f"{statistics.median(taken):,.1f} ms, slowest {max(taken):,.1f} ms")


def measure(rows: int, days: int) -> None:
    """Fill the log and measure."""
    from django.core.management import call_command
    from django.db import connection, transaction

    from narvard.core import audit, seal
    from narvard.core.models import AuditEvent
    from narvard.core.verify import verify

    call_command("migrate", verbosity=0)
    if AuditEvent.objects.exists():
        sys.exit("The database holds an audit log already. Give an empty one.")
    draw, table = random.Random(1), Table()
    staff, patients = people(draw)
    say(f"| {connection.vendor}, {rows:,} rows over {days} days | |\n|---|---|")
    with table.timed("write in bulk", rows):
        for chunk in acts(rows, days, staff, patients, draw):
            with transaction.atomic():
                audit.write_all(chunk)  # type: ignore[arg-type]
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE")
    at = START + timedelta(days=days)
    with table.timed("seal them all", rows):
        seal.seal(at)
    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            cursor.execute("VACUUM ANALYZE")
    with table.timed("write one act with one subject, each its own transaction; 2,000 of them", 2_000):
        for n in range(2_000):
            audit.write("patient.page", by=draw.choice(staff), at=at, patients=[draw.choice(patients)], object_id=n)
    with table.timed("seal these, as the minute's tick does", 2_000):
        seal.seal(at)
    reads(table, staff, patients, days, draw)
    with table.timed("verify all", rows + 2_000):
        report = verify()
    assert report.ok, report.findings[:5]
    table.add("subjects, batches", f"{report.subjects:,}, {report.batches:,}")
    table.add(
        "most memory in use, the whole run", f"{resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024:,.0f} MB"
    )


def reads(table: Table, staff: list[Someone], patients: list[uuid.UUID], days: int, draw: random.Random) -> None:
    """The reads of the log's pages: a page of rows and how many there are."""
    from narvard.access import logbook
    from narvard.core import seal
    from narvard.core.models import AuditEvent

    def day() -> logbook.Span:
        since = START + timedelta(days=draw.randrange(days))
        return logbook.Span(since, since + timedelta(days=1))

    year = logbook.Span(START, START + timedelta(days=days + 1))

    def page(rows: object) -> object:
        return len(rows[:PAGE]), rows.count()  # type: ignore[index, attr-defined]

    def someone() -> Someone:
        return draw.choice(staff)

    def emergencies() -> object:
        rows = AuditEvent.objects.filter(action="emergency", provider=someone().audit_provider)
        return list(rows.order_by("-at")[:PAGE])

    def of_patient(span: logbook.Span) -> object:
        return page(logbook.of_patient(draw.choice(patients), someone().audit_provider, span))

    def of_staff(span: logbook.Span) -> object:
        by = someone()
        return page(logbook.of_staff(by.audit_staff, by.audit_provider, span))

    def of_unit(span: logbook.Span) -> object:
        by = someone()
        return page(logbook.of_unit(by.audit_unit, by.audit_provider, span))

    table.read("one patient's log, the whole time", lambda: of_patient(year))
    table.read("one person's day", lambda: of_staff(day()))
    table.read("one person's log, the whole time", lambda: of_staff(year))
    table.read("one unit's day", lambda: of_unit(day()))
    table.read("one unit's log, the whole time", lambda: of_unit(year))
    table.read("a provider's emergency openings", emergencies)
    table.read("the oldest row that waits (/health)", seal.oldest_unsealed)


def main() -> None:
    """Set up the settings and the database, then measure."""
    parser = argparse.ArgumentParser(description="Measure the audit log.")
    parser.add_argument("--rows", type=int, default=1_000_000, help="how many events (1000000)")
    parser.add_argument("--days", type=int, default=365, help="over how many days (365)")
    options = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="narvard-audit-") as folder:
        os.environ["DJANGO_SETTINGS_MODULE"] = "narvard.config.settings"
        os.environ["NARVARD_VAR"] = str(Path(folder))
        os.environ["NARVARD_AUDIT_HEADS"] = str(Path(folder) / "heads.json")
        import django

        django.setup()
        measure(options.rows, options.days)


if __name__ == "__main__":
    main()
