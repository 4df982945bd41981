"""Programme definitions: our small declarative format, read from YAML files, kept as versions in the database.

A value that the sources do not give is absent, never guessed. A rule with ``basis: operational`` is our own or
from a region's published rules, and says so; ``basis: source`` has the sentence it comes from.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from importlib import resources
from typing import Any

import yaml

from narvard.core.errors import NarvardError
from narvard.engines.criteria import Expression, Fault, Words, parse
from narvard.intake import schema
from narvard.intake.clocks import Pace
from narvard.intake.vocabulary import vocabulary

Path = tuple[str | int, ...]


class InvalidDefinition(NarvardError):
    """A programme file that cannot be used; the message names file, line and fault, one per line."""

    def __init__(self, faults: list[str]) -> None:
        super().__init__("\n".join(faults))
        self.faults = faults


@dataclass(frozen=True)
class Approach:
    """How the programme works in some municipalities (the revision of 2023: two ways within one system)."""

    name: Words
    municipalities: frozenset[str]
    text: Words


@dataclass(frozen=True)
class Definition:
    """A programme as triage reads it. ``data`` is the whole document."""

    key: str
    name: str
    kind: str
    data: Mapping[str, Any]
    criteria: Expression | None = None
    """What decides whether the programme may take a person; None when the sources give no criterion."""
    target: Expression | None = None
    """Whom the programme is mostly for; orders the suggestions and decides nothing."""
    only_senders: frozenset[str] = frozenset()
    usual_senders: frozenset[str] = frozenset()
    active_limit: int | None = None
    pace: Pace = field(default_factory=Pace)
    approaches: tuple[Approach, ...] = ()

    def approach_in(self, municipality: str) -> Approach | None:
        """The way of working in a municipality (code), if the definition tells them apart."""
        return next((row for row in self.approaches if municipality in row.municipalities), None)


def definition_from(data: Mapping[str, Any]) -> Definition:
    """The definition of a document; raises :class:`InvalidDefinition` when it does not hold to the schema."""
    faults = schema.document(data, ())
    if faults:
        raise InvalidDefinition([_told(fault) for fault in faults])
    senders, clocks = data.get("senders", {}), data.get("clocks", {})
    return Definition(
        key=data["key"],
        name=data["name"],
        kind=data["kind"],
        data=data,
        criteria=_rule(data, "criteria"),
        target=_rule(data, "target"),
        only_senders=frozenset(senders.get("only", ())),
        usual_senders=frozenset(senders.get("usual", ())),
        active_limit=data.get("limits", {}).get("active_patients"),
        pace=Pace(clocks.get("answer_minutes", {}), clocks.get("first_contact_working_days", {})),
        approaches=tuple(
            Approach(row["name"], frozenset(row["municipalities"]), row["text"]) for row in data.get("approaches", ())
        ),
    )


def _rule(data: Mapping[str, Any], name: str) -> Expression | None:
    return parse(data[name]["rule"], vocabulary(), (name, "rule")) if name in data else None


def read(source: str, file: str = "programme.yaml") -> Definition:
    """The definition written in ``source`` (YAML); faults name ``file``, line and what is wrong."""
    try:
        node = yaml.compose(source, Loader=yaml.SafeLoader)
        data = yaml.safe_load(source)
    except yaml.MarkedYAMLError as error:
        line = error.problem_mark.line + 1 if error.problem_mark else 1
        raise InvalidDefinition([f"{file}, line {line}: {error.problem}"]) from None
    lines = dict(_lines(node)) if node else {}
    faults = [*(_twice(node) if node else ()), *schema.document(data, ())]
    if faults:
        told = sorted((_line_of(fault.path, lines), _told(fault)) for fault in faults)
        raise InvalidDefinition([f"{file}, line {line}: {text}" for line, text in told])
    return definition_from(data)


def _lines(node: yaml.Node, path: Path = ()) -> Iterator[tuple[Path, int]]:
    """The line (from 1) of each key and list item."""
    yield path, node.start_mark.line + 1
    if isinstance(node, yaml.MappingNode):
        for key, value in node.value:
            yield from _lines(value, (*path, key.value))
            yield (*path, key.value), key.start_mark.line + 1
    elif isinstance(node, yaml.SequenceNode):
        for place, value in enumerate(node.value):
            yield from _lines(value, (*path, place))


def _told(fault: Fault) -> str:
    return str(fault) if fault.path else fault.message


def _line_of(path: Path, lines: Mapping[Path, int]) -> int:
    while path and path not in lines:
        path = path[:-1]
    return lines.get(path, 1)


def _twice(node: yaml.Node, path: Path = ()) -> Iterator[Fault]:
    """Keys that stand twice in one mapping: YAML would silently keep the last."""
    if isinstance(node, yaml.SequenceNode):
        for place, value in enumerate(node.value):
            yield from _twice(value, (*path, place))
    if not isinstance(node, yaml.MappingNode):
        return
    seen: set[str] = set()
    for key, value in node.value:
        if key.value in seen:
            yield Fault((*path, key.value), "stands twice")
        seen.add(key.value)
        yield from _twice(value, (*path, key.value))


def packaged() -> list[Definition]:
    """The definitions that come with the product, in the order of their file names."""
    folder = resources.files("narvard.intake").joinpath("programmes")
    files = sorted((file for file in folder.iterdir() if file.name.endswith(".yaml")), key=lambda file: file.name)
    return [read(file.read_text(encoding="utf-8"), file.name) for file in files]
