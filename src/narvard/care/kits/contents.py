"""The kits that may be placed, as data; the doses are prescribed for each person."""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from importlib import resources

import yaml

from narvard.care.plans.definitions import Words, words
from narvard.core.errors import NarvardError
from narvard.intake.shape import list_of, record, text, whole

_ITEM = record(
    {"key": text, "drug": text, "strength": text, "form": words, "purpose": words, "amount": whole, "least": whole}, {}
)
_DOCUMENT = record(
    {"version": whole, "kits": list_of(record({"key": text, "name": words, "items": list_of(_ITEM)}, {}))}, {}
)


class InvalidKits(NarvardError):
    """The file of kits cannot be used; the message names each fault."""


@dataclass(frozen=True)
class Content:
    """One medicine of a kit: how many are usually placed, and below how many it is filled up."""

    key: str
    drug: str
    strength: str
    form: Words
    purpose: Words
    amount: int
    least: int


@dataclass(frozen=True)
class Template:
    """A kind of kit."""

    key: str
    name: Words
    items: tuple[Content, ...]


@cache
def templates() -> Mapping[str, Template]:
    """Every kind of kit by its name."""
    return read((resources.files("narvard.care.kits") / "contents.yaml").read_text(encoding="utf-8"))


def read(source: str) -> Mapping[str, Template]:
    """The kinds of kit in a YAML document; raises :class:`InvalidKits` with every fault."""
    data = yaml.safe_load(source)
    faults = _DOCUMENT(data, ())
    if faults:
        raise InvalidKits("\n".join(map(str, faults)))
    return {
        row["key"]: Template(row["key"], row["name"], tuple(Content(**item) for item in row["items"]))
        for row in data["kits"]
    }
