"""Rows as text and back: one JSON list per row, in the order of the table's columns."""

import base64
import gzip
import json
from collections.abc import Callable, Iterable, Iterator, Sequence
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from pathlib import Path
from typing import IO, Any
from uuid import UUID

from django.apps.registry import Apps
from django.db import models
from django.db.backends.base.base import BaseDatabaseWrapper
from django.utils.duration import duration_string

Columns = list["models.Field[Any, Any]"]
AT_ONCE = 2_000
# Live sign-ins: nobody should be signed in by a restore.
LEFT_OUT = frozenset({"django_session"})
_LEVEL = 4


def tables_of(apps: Apps) -> "list[type[models.Model]]":
    """Every model with a table of ours to be carried, by name of table; those between two models too."""
    found = {
        model._meta.db_table: model
        for model in apps.get_models(include_auto_created=True)
        if model._meta.managed and not model._meta.proxy and model._meta.db_table not in LEFT_OUT
    }
    return [found[name] for name in sorted(found)]


def columns_of(model: type[models.Model]) -> Columns:
    """The model's stored columns."""
    return list(model._meta.local_concrete_fields)


def at_once(columns: Columns) -> int:
    """How many rows to hold in memory together: few where each may carry a file."""
    return 20 if any(isinstance(column, models.BinaryField) for column in columns) else AT_ONCE


def _text(value: object) -> str:
    if isinstance(value, UUID | Decimal):
        return str(value)
    if isinstance(value, datetime | date | time):
        return value.isoformat()
    if isinstance(value, timedelta):
        return duration_string(value)
    if isinstance(value, bytes | bytearray | memoryview):
        return base64.b64encode(bytes(value)).decode()
    raise TypeError(f"A backup cannot hold a {type(value).__name__}")


def write_rows(path: Path, rows: Iterable[Sequence[Any]], beat: Callable[[int], None]) -> int:
    """Write the rows to ``path`` and count them; ``beat`` hears the count now and then."""
    dumps = json.JSONEncoder(default=_text, ensure_ascii=False, separators=(",", ":"), check_circular=False).encode
    count = 0
    with path.open("wb") as raw, gzip.GzipFile(fileobj=raw, mode="wb", compresslevel=_LEVEL, mtime=0) as out:
        for row in rows:
            out.write(dumps(list(row)).encode() + b"\n")
            count += 1
            if count % AT_ONCE == 0:
                beat(count)
    return count


def read_rows(stream: IO[bytes]) -> Iterator[list[Any]]:
    """The rows of a part, as they stand in the text."""
    with gzip.GzipFile(fileobj=stream) as lines:
        for line in lines:
            yield json.loads(line)


def for_database(columns: Columns, connection: BaseDatabaseWrapper) -> Callable[[list[Any]], list[Any]]:
    """A function from a row of text to the parameters of an INSERT into ``connection``."""
    readers = [_reader(column, connection) for column in columns]
    return lambda row: [read(value) for read, value in zip(readers, row, strict=True)]


def _reader(column: "models.Field[Any, Any]", connection: BaseDatabaseWrapper) -> Callable[[Any], Any]:
    if isinstance(column, models.JSONField) and not column.null:
        # A bare None would become the database's NULL.
        empty = connection.ops.adapt_json_value(None, column.encoder)
        return lambda value: empty if value is None else column.get_db_prep_save(value, connection)
    if isinstance(column, models.BinaryField):
        return lambda value: None if value is None else column.get_db_prep_save(base64.b64decode(value), connection)
    return lambda value: column.get_db_prep_save(column.to_python(value), connection)
