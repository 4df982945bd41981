"""Making a backup: one snapshot of the database while others write, then the files beside it."""

import os
import shutil
import sqlite3
import tempfile
from collections.abc import Iterable, Iterator
from contextlib import closing, contextmanager
from datetime import UTC, datetime
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from typing import IO, Any

from django.apps import apps
from django.conf import settings
from django.db import connection, models
from django.db.backends.base.base import BaseDatabaseWrapper
from django.db.migrations.executor import MigrationExecutor
from django.db.migrations.recorder import MigrationRecorder

from narvard.core.backup.archive import FILES, BackupError, Manifest, Part, Table, pack, part_of, table_part
from narvard.core.backup.rows import at_once, columns_of, tables_of, write_rows
from narvard.core.heads import Head
from narvard.core.models import AuditChain
from narvard.core.runs import Progress

KIND = "backup"
# Folders of NARVARD_VAR that belong to the data; what else lies there can be made again.
CARRIED = ("uploads",)


def make(out: IO[bytes], *, at: datetime, progress: Progress) -> Manifest:
    """Write a backup of this instant to ``out``. ``at`` is the machine's clock. Raises :class:`BackupError`."""
    _refuse_unmigrated()
    with tempfile.TemporaryDirectory(prefix="narvard-backup-") as name:
        folder = Path(name)
        with snapshot(folder) as seen:
            tables = list(_dump_tables(folder, seen, progress))
            sequences = last_ids(seen, tables_of(apps))
            heads = _heads(seen)
        parts = [part_of(folder / table_part(table.name), table_part(table.name)) for table in tables]
        parts += _copy_files(folder)
        manifest = Manifest(
            version=product_version(),
            database=connection.vendor,
            created_at=at.astimezone(UTC).isoformat(),
            migrations=applied(connection),
            tables=tables,
            sequences=sequences,
            heads=heads,
            parts=parts,
            key_id=settings.AUDIT_KEY_ID,
        ).sealed()
        progress(0.95, "packing")
        pack(folder, manifest, out)
    return manifest


def _refuse_unmigrated() -> None:
    executor = MigrationExecutor(connection)
    if executor.migration_plan(executor.loader.graph.leaf_nodes()):
        raise BackupError("The database is older than the program: run narvard migrate first.")


def product_version() -> str:
    """The version of Närvård that runs; empty when it runs from source that is not installed."""
    try:
        return version("narvard")
    except PackageNotFoundError:
        return ""


def applied(on: BaseDatabaseWrapper) -> list[str]:
    """The applied migrations, as ``room.name``."""
    return sorted(f"{app}.{name}" for app, name in MigrationRecorder(on).applied_migrations())


@contextmanager
def snapshot(folder: Path) -> Iterator[BaseDatabaseWrapper]:
    """A connection of its own on which every read sees the same instant, while others go on writing.

    The first connection goes on telling how far we have come.
    """
    seen = connection.copy()
    with closing(seen):
        if connection.vendor == "sqlite":
            seen.settings_dict["NAME"] = _sqlite_copy(folder)
            yield seen
        else:
            seen.set_autocommit(False)
            with seen.cursor() as cursor:
                cursor.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ, READ ONLY")
                cursor.execute("SELECT 1")  # the first read fixes the instant
            yield seen
            seen.rollback()


def _sqlite_copy(folder: Path) -> str:
    """A copy by SQLite's own online backup: it waits for nobody and nobody waits for it."""
    path = folder / "snapshot.sqlite3"
    with closing(sqlite3.connect(connection.settings_dict["NAME"])) as live, closing(sqlite3.connect(path)) as copy:
        live.backup(copy)
    return str(path)


def _dump_tables(folder: Path, seen: BaseDatabaseWrapper, progress: Progress) -> Iterator[Table]:
    found = tables_of(apps)
    (folder / table_part("any")).parent.mkdir()
    for number, model in enumerate(found):
        table, share = model._meta.db_table, 0.9 * number / len(found)
        progress(share, table)
        columns = columns_of(model)
        rows = model._base_manager.order_by("pk").values_list(*(column.attname for column in columns))
        reader = rows.query.get_compiler(connection=seen)
        count = write_rows(
            folder / table_part(table),
            reader.results_iter(tuple_expected=True, chunked_fetch=True, chunk_size=at_once(columns)),
            lambda done, share=share, table=table: progress(share, f"{table}: {done}"),  # type: ignore[misc]
        )
        yield Table(table, [str(column.column) for column in columns], count)


def _heads(seen: BaseDatabaseWrapper) -> list[Head]:
    """The newest links of the audit log's chains at the instant of the snapshot."""
    rows = AuditChain.objects.filter(sequence__gt=0).order_by("provider").values_list("provider", "sequence", "head")
    return [Head(str(row[0]), row[1], row[2]) for row in rows.query.get_compiler(connection=seen).results_iter()]


def last_ids(on: BaseDatabaseWrapper, found: Iterable[type[models.Model]]) -> dict[str, int]:
    """The last id that each table with numbered rows has given, also to rows that are gone."""
    numbered = [model._meta for model in found if isinstance(model._meta.pk, models.AutoField)]
    with on.cursor() as cursor:
        if on.vendor == "sqlite":
            cursor.execute("SELECT name, seq FROM sqlite_sequence")
            given = dict(cursor.fetchall())
            return {meta.db_table: given[meta.db_table] for meta in numbered if given.get(meta.db_table)}
        found_ids = {}
        for meta in numbered:
            cursor.execute("SELECT pg_get_serial_sequence(%s, %s)", [_quoted(on, meta.db_table), meta.pk.column])
            [sequence] = cursor.fetchone()
            cursor.execute(f"SELECT last_value, is_called FROM {sequence}")  # noqa: S608 - a name from the catalogue
            last, called = cursor.fetchone()
            if called:
                found_ids[meta.db_table] = last
        return found_ids


def _quoted(on: BaseDatabaseWrapper, name: str) -> str:
    quoted: str = on.ops.quote_name(name)
    return quoted


def _copy_files(folder: Path) -> list[Part]:
    """The files beside the database; taken after the rows, so that a file that a row names is there."""
    parts = []
    for source in sorted(path for name in CARRIED for path in (settings.VAR_DIR / name).rglob("*") if path.is_file()):
        name = f"{FILES}/{source.relative_to(settings.VAR_DIR).as_posix()}"
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        shutil.copyfile(source, folder / name)
        parts.append(part_of(folder / name, name))
    return parts


@contextmanager
def published(target: Path) -> Iterator[IO[bytes]]:
    """A file that is written aside, readable by its owner alone, and gets its name when it is whole."""
    if target.exists():
        raise BackupError(f"{target} is there already: a backup never writes over another.")
    aside = target.with_name(f".{target.name}.part")
    try:
        with os.fdopen(os.open(aside, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "wb") as out:
            yield out
            out.flush()
            os.fsync(out.fileno())
        os.replace(aside, target)
    except OSError as error:
        raise BackupError(f"The backup could not be written: {error}") from None
    finally:
        aside.unlink(missing_ok=True)


def summary(manifest: Manifest) -> dict[str, Any]:
    """What a command tells about a backup."""
    return {
        "created_at": manifest.created_at,
        "database": manifest.database,
        "tables": len(manifest.tables),
        "rows": sum(table.rows for table in manifest.tables),
        "files": sum(part.name.startswith(f"{FILES}/") for part in manifest.parts),
        "bytes": sum(part.bytes for part in manifest.parts),
    }
