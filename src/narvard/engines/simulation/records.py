"""Plain data from files as the engine's records: a wrong field is told in one line, by its record and name."""

from collections.abc import Mapping, Sequence
from dataclasses import MISSING, fields
from types import UnionType
from typing import Any, TypeVar, get_args, get_origin, get_type_hints

from narvard.engines.simulation.errors import FileError

Record = TypeVar("Record")
_WORDS = {str: "a text", int: "a whole number", float: "a number", bool: "true or false"}


def made(kind: type[Record], record: str, data: object, **given: Any) -> Record:
    """A record of a dataclass from a mapping of its fields; `given` are fields that are made already.

    Raises `FileError` when a field is missing, unknown, or not of its type.
    """
    if not isinstance(data, Mapping):
        raise FileError(f"{record}: fields by name are needed, not {_shown(data)}")
    wanted = {field.name: field for field in fields(kind) if field.init and field.name not in given}  # type: ignore[arg-type]
    for name, field in wanted.items():
        if name not in data and field.default is MISSING and field.default_factory is MISSING:
            raise FileError(f"{record}: {name} is missing")
    if strange := [str(name) for name in data if name not in wanted]:
        raise FileError(f"{record}: field {strange[0]!r} is none of {', '.join(wanted)}")
    hints = get_type_hints(kind)
    return kind(**given, **{name: fitted(f"{record}, {name}", value, hints[name]) for name, value in data.items()})


def fitted(record: str, value: Any, hint: Any) -> Any:
    """The value, if it is of the hint's type; lists become tuples."""
    if isinstance(hint, UnionType):
        return value if value is None else fitted(record, value, get_args(hint)[0])
    if get_origin(hint) is tuple:
        if isinstance(value, str) or not isinstance(value, Sequence):
            raise FileError(f"{record}: a list is needed, not {_shown(value)}")
        return tuple(fitted(record, item, get_args(hint)[0]) for item in value)
    if isinstance(get_origin(hint), type) and issubclass(get_origin(hint), Mapping):
        if not isinstance(value, Mapping):
            raise FileError(f"{record}: values by name are needed, not {_shown(value)}")
        kind = get_args(hint)[1]
        return {fitted(record, key, str): fitted(f"{record}, {key}", one, kind) for key, one in value.items()}
    allowed = (int, float) if hint is float else hint
    if not isinstance(value, allowed) or (isinstance(value, bool) and hint is not bool):
        raise FileError(f"{record}: {_WORDS[hint]} is needed, not {_shown(value)}")
    return value


def _shown(value: object) -> str:
    text = repr(value)
    return text if len(text) <= 40 else f"{text[:40]} …"
