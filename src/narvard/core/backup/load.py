"""Restoring a backup: checked first, built aside, and put in place in one step or not at all."""

import os
import shutil
import sqlite3
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager, suppress
from dataclasses import dataclass
from datetime import datetime
from itertools import islice
from pathlib import Path
from typing import IO, Any

from django.apps import apps
from django.apps.registry import Apps
from django.conf import settings
from django.core.management.color import no_style
from django.db import OperationalError, connection, models, transaction
from django.db.migrations.executor import MigrationExecutor

from narvard.core import audit, heads
from narvard.core.backup.archive import FILES, Archive, BackupError, Manifest, Table, table_part
from narvard.core.backup.dump import CARRIED, KIND, last_ids
from narvard.core.backup.rows import at_once, columns_of, for_database, read_rows, tables_of
from narvard.core.models import Run
from narvard.core.statistics import learn
from narvard.core.verify import verify

Say = Callable[[str], None]
# Seconds to wait for others to let go of the database before giving up.
PATIENCE = 15
# Tables that migrating an empty database fills by itself.
_OWN = frozenset({"django_content_type", "django_migrations", "auth_permission"})


@dataclass(frozen=True)
class Restored:
    """What a restore came to: ``log`` says whether the audit log verifies (``ok``), and if not how much is wrong."""

    manifest: Manifest
    log: str


def restore(stream: IO[bytes], *, force: bool, at: datetime, say: Say) -> Restored:
    """Put the backup in ``stream`` in place of what is there. Raises :class:`BackupError`; then nothing has changed.

    ``force`` lets it take the place of a database that holds rows. ``at`` is when, for the log.
    """
    archive = Archive(stream)
    say("checking every part")
    archive.check()
    manifest = archive.manifest
    if connection.vendor == "sqlite":
        Path(connection.settings_dict["NAME"]).parent.mkdir(parents=True, exist_ok=True)
    _refuse_newer(manifest)
    if not force and (table := first_filled()):
        raise BackupError(f"The database is not empty ({table} has rows). Use --force to replace all that it holds.")
    with _files_aside(archive, at) as place_files:
        (_into_sqlite if connection.vendor == "sqlite" else _into_postgresql)(archive, at, say)
        place_files()
    connection.close()
    _export_heads(at, say)
    say("verifying the log")
    return Restored(manifest, _verified(manifest))


def _export_heads(at: datetime, say: Say) -> None:
    """Let the exported heads be those of the restored log; a file that names later ones is kept beside."""
    path = heads.place()
    try:
        heads.export(path, at)
    except (heads.HeadsDisagree, heads.HeadsUnreadable):
        kept = path.with_name(f"{path.name}.before-{at:%Y%m%dT%H%M%S}")
        os.replace(path, kept)
        say(f"The exported heads were of another log, later than the backup perhaps: kept as {kept.name}")
        heads.export(path, at)


def _verified(manifest: Manifest) -> str:
    """Whether the restored log is as it was written. One that was altered before is restored too."""
    try:
        report = verify(heads=manifest.heads)
    except audit.MissingKey as error:
        return str(error)
    return "ok" if report.ok else f"{report.found} findings, first: {report.findings[0]}"


def _refuse_newer(manifest: Manifest) -> None:
    known = {f"{app}.{name}" for app, name in MigrationExecutor(connection).loader.disk_migrations}
    if strangers := sorted(set(manifest.migrations) - known):
        raise BackupError(f"The backup was made by a newer version: this one does not know {strangers[0]}.")


def first_filled() -> str:
    """The first table of ours that holds a row; empty when the database is new."""
    there = set(connection.introspection.table_names())
    for model in tables_of(apps):
        table = model._meta.db_table
        if table in there and table not in _OWN and model._base_manager.exists():
            return table
    return ""


def _into_postgresql(archive: Archive, at: datetime, say: Say) -> None:
    """All in one transaction: others see the old rows until it ends, and go on seeing them if it fails."""
    try:
        with transaction.atomic():
            with connection.cursor() as cursor:
                cursor.execute(f"SET LOCAL lock_timeout = '{PATIENCE}s'")
                for table in connection.introspection.table_names(cursor):
                    cursor.execute(f"DROP TABLE {connection.ops.quote_name(table)} CASCADE")
            _fill(archive, at, say)
    except OperationalError as error:
        raise BackupError(
            f"The database is in use: stop the server and the worker first. ({error}; {_others()})"
        ) from None


def _others() -> str:
    """Who else has the database open, for the one who must find and stop them."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT pid, state, left(query, 80) FROM pg_stat_activity "
            "WHERE datname = current_database() AND pid <> pg_backend_pid() AND state IS NOT NULL"
        )
        rows = cursor.fetchall()
    return "; ".join(f"process {pid} is {state}, last: {query}" for pid, state, query in rows) or "nobody else is there"


def _into_sqlite(archive: Archive, at: datetime, say: Say) -> None:
    """Into a new file first, then over the old one by SQLite's own online backup, which is one transaction."""
    target = Path(connection.settings_dict["NAME"])
    with tempfile.TemporaryDirectory(prefix=".restore-", dir=target.parent) as folder:
        fresh = Path(folder) / "fresh.sqlite3"
        with _pointed_at(fresh):
            _fill(archive, at, say)
        with closing(sqlite3.connect(fresh)) as new, closing(sqlite3.connect(target, timeout=PATIENCE)) as old:
            try:
                new.backup(old, progress=_impatient(time.monotonic() + PATIENCE))
            except (sqlite3.Error, TimeoutError) as error:
                raise BackupError(f"The database is in use: stop the server and the worker first. ({error})") from None


def _impatient(ends: float) -> Callable[[int, int, int], None]:
    """SQLite tries for ever to get the lock; a person does not wait that long."""

    def progress(status: int, _remaining: int, _total: int) -> None:
        if status in {sqlite3.SQLITE_BUSY, sqlite3.SQLITE_LOCKED} and time.monotonic() > ends:
            raise TimeoutError("it stayed locked")

    return progress


@contextmanager
def _pointed_at(path: Path) -> Iterator[None]:
    """Let this process's own connection stand on another SQLite file, for migrations know no other."""
    name = connection.settings_dict["NAME"]
    connection.close()
    connection.settings_dict["NAME"] = str(path)
    try:
        yield
    finally:
        connection.close()
        connection.settings_dict["NAME"] = name


def _fill(archive: Archive, at: datetime, say: Say) -> None:
    """Tables as they were when the backup was made, their rows, then the migrations that came since."""
    manifest = archive.manifest
    say("making the tables")
    then = _migrate_to(manifest.migrations)
    with connection.constraint_checks_disabled(), transaction.atomic():
        _empty(then)
        _load(archive, then, say)
    connection.check_constraints()
    _step_sequences(then, manifest.sequences)
    _count(manifest)
    executor = MigrationExecutor(connection)
    executor.migrate(executor.loader.graph.leaf_nodes())
    # It was running when it looked; that it can be restored shows that it ended.
    mine = Run.objects.filter(kind=KIND, state__in=[Run.State.WAITING, Run.State.RUNNING])
    mine.update(state=Run.State.DONE, ended_at=datetime.fromisoformat(manifest.created_at))
    audit.write(
        "core.restore",
        by=audit.SYSTEM,
        at=at,
        object_kind="backup",
        reason=f"{manifest.created_at}, {sum(table.rows for table in manifest.tables)} rows",
    )
    learn()


def _migrate_to(names: list[str]) -> Apps:
    """Migrate an empty database to exactly ``names``; the models as they then were."""
    executor = MigrationExecutor(connection)
    wanted = {(app, name) for app, _, name in (each.partition(".") for each in names)}
    graph = executor.loader.graph
    targets = [
        node
        for node in sorted(wanted & set(graph.nodes))
        if not any(child.key in wanted and child.key[0] == node[0] for child in graph.node_map[node].children)
    ]
    executor.migrate(targets)
    found: Apps = executor.loader.project_state(targets).apps
    return found


def _empty(then: Apps) -> None:
    """Migrations may have written rows of their own; the backup holds those that counted."""
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":  # migrations leave constraints checked row by row
            cursor.execute("SET CONSTRAINTS ALL DEFERRED")
        for model in tables_of(then):
            cursor.execute(f"DELETE FROM {connection.ops.quote_name(model._meta.db_table)}")  # noqa: S608 - our own name


def _load(archive: Archive, then: Apps, say: Say) -> None:
    known = {model._meta.db_table: model for model in tables_of(then)}
    for table in archive.manifest.tables:
        model = known.get(table.name)
        if model is None:
            raise BackupError(f"The backup holds a table {table.name} that its own migrations do not make.")
        say(f"{table.name}: {table.rows} rows")
        _load_table(archive, table, model)


def _load_table(archive: Archive, table: Table, model: type[models.Model]) -> None:
    by_name = {column.column: column for column in columns_of(model)}
    if unknown := [name for name in table.columns if name not in by_name]:
        raise BackupError(f"The backup's table {table.name} has a column {unknown[0]} that its migrations do not make.")
    held = [by_name[name] for name in table.columns]
    prepare = for_database(held, connection)
    quote = connection.ops.quote_name
    columns, holes = ", ".join(map(quote, table.columns)), ", ".join(["%s"] * len(table.columns))
    sql = f"INSERT INTO {quote(table.name)} ({columns}) VALUES ({holes})"  # noqa: S608 - names of our own models
    with connection.cursor() as cursor:
        rows = map(prepare, read_rows(archive.open(table_part(table.name))))
        while batch := list(islice(rows, at_once(held))):
            cursor.executemany(sql, batch)


def _step_sequences(then: Apps, given: dict[str, int]) -> None:
    """Let numbering go on after the last id that was ever given: an id is not used twice, and a lost tail shows."""
    found = tables_of(then)
    with connection.cursor() as cursor:
        for sql in connection.ops.sequence_reset_sql(no_style(), found):
            cursor.execute(sql)
        now = last_ids(connection, found)
        for table, last in given.items():
            if last > now.get(table, 0):
                _set_last_id(cursor, table, last)


def _set_last_id(cursor: Any, table: str, last: int) -> None:
    if connection.vendor == "sqlite":
        cursor.execute("UPDATE sqlite_sequence SET seq = %s WHERE name = %s", [last, table])
        if cursor.rowcount == 0:
            cursor.execute("INSERT INTO sqlite_sequence (name, seq) VALUES (%s, %s)", [table, last])
    else:
        quoted = connection.ops.quote_name(table)
        cursor.execute("SELECT setval(pg_get_serial_sequence(%s, 'id'), %s)", [quoted, last])


def _count(manifest: Manifest) -> None:
    with connection.cursor() as cursor:
        for table in manifest.tables:
            cursor.execute(f"SELECT COUNT(*) FROM {connection.ops.quote_name(table.name)}")  # noqa: S608 - our own name
            [rows] = cursor.fetchone()
            if rows != table.rows:
                raise BackupError(f"{table.name} has {rows} rows after the restore, and {table.rows} in the backup.")


@contextmanager
def _files_aside(archive: Archive, at: datetime) -> Iterator[Callable[[], None]]:
    """Unpack the files beside their place; the yielded function moves them in and keeps the old ones, renamed."""
    settings.VAR_DIR.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(prefix=".restore-", dir=settings.VAR_DIR) as name:
        folder = Path(name)
        for part in archive.manifest.parts:
            if part.name.startswith(f"{FILES}/"):
                _unpack(archive, part.name, folder)

        def place() -> None:
            for carried in CARRIED:
                here, stamp = settings.VAR_DIR / carried, f"{at:%Y%m%dT%H%M%S}"
                with suppress(FileNotFoundError):
                    os.replace(here, here.with_name(f"{carried}.before-{stamp}"))
                with suppress(FileNotFoundError):
                    os.replace(folder / carried, here)

        yield place


def _unpack(archive: Archive, name: str, folder: Path) -> None:
    target = (folder / name.removeprefix(f"{FILES}/")).resolve()
    if folder.resolve() not in target.parents or target.relative_to(folder.resolve()).parts[0] not in CARRIED:
        raise BackupError(f"The backup wants to write {name}, outside its place.")
    target.parent.mkdir(parents=True, exist_ok=True)
    with target.open("wb") as out:
        shutil.copyfileobj(archive.open(name), out)
