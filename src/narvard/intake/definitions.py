"""Programme definitions: our small declarative format, read from YAML files, kept as versions in the database.

A value that the sources do not give is absent, never guessed. What has ``basis: operational`` is our own or
from a region's published rules, and says why; all else has the sentence it comes from.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from functools import cache
from importlib import resources
from typing import Any

import yaml
from django.utils.text import format_lazy
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from yaml.reader import ReaderError

from narvard.core.errors import NarvardError
from narvard.engines.criteria import All, Expression, Fault, Words, parse
from narvard.intake import schema
from narvard.intake.clocks import Pace
from narvard.intake.vocabulary import Translated, vocabulary

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
class Way:
    """One way in: through which channels, on which condition, and what may be asked for."""

    channels: frozenset[str]
    text: Words
    condition: Expression | None = None
    """What must be true of the request first: the fixed physician consulted, the level of care decided …"""
    urgencies: frozenset[str] = frozenset()
    """What this sender may ask for; empty when the sources do not limit it."""


@dataclass(frozen=True)
class Duty:
    """What the programme owes people after something has happened; ``within`` is by unit, empty when unsaid."""

    kind: str
    after: str
    text: Words
    within: Mapping[str, int] = field(default_factory=dict)
    basis: str = "source"
    """Whether the time is the sources' (``source``) or our own (``operational``)."""
    rule: Expression | None = None
    """Whom it is owed; None for everybody."""


@dataclass(frozen=True)
class Definition:
    """A programme as triage and the clocks read it. ``data`` is the whole document."""

    key: str
    name: str
    kind: str
    data: Mapping[str, Any]
    criteria: Expression | None = None
    """What decides whether the programme may take a person: ages, criteria and housing; None when none is given."""
    target: Expression | None = None
    """Whom the programme is mostly for; orders the suggestions and decides nothing."""
    only_senders: frozenset[str] = frozenset()
    usual_senders: frozenset[str] = frozenset()
    ways: tuple[Way, ...] = ()
    active_limit: int | None = None
    pace: Pace = field(default_factory=Pace)
    duties: tuple[Duty, ...] = ()
    abilities: frozenset[str] = frozenset()
    responsibility: str = ""
    """takes_over, shares, adds or none (of the medical responsibility); empty when the sources do not say."""
    markers: tuple[str, ...] = ()
    """Names of the facts that make a case for a designated contact."""
    approaches: tuple[Approach, ...] = ()
    text: str = ""
    """The file as it was written, when it was read from one."""

    def approach_in(self, municipality: str) -> Approach | None:
        """The way of working in a municipality (code), if the definition tells them apart."""
        return next((row for row in self.approaches if municipality in row.municipalities), None)

    def way_of(self, channel: str) -> Way | None:
        """The way in for a channel, if the definition speaks of it."""
        return next((way for way in self.ways if channel in way.channels), None)


def definition_from(data: Mapping[str, Any]) -> Definition:
    """The definition of a document; raises :class:`InvalidDefinition` when it does not hold to the schema."""
    faults = schema.document(data, ())
    if faults:
        raise InvalidDefinition([_told(fault) for fault in faults])
    return stored_definition(data)


def stored_definition(data: Mapping[str, Any]) -> Definition:
    """The definition of a stored version: it held to the schema of its day, and is not tried by today's."""
    senders, clocks = data.get("senders", {}), data.get("clocks", {})
    return Definition(
        key=data["key"],
        name=data["name"],
        kind=data["kind"],
        data=data,
        criteria=_admission(data),
        target=_rule(data, "target"),
        only_senders=frozenset(senders.get("only", ())),
        usual_senders=frozenset(senders.get("usual", ())),
        ways=tuple(_way(row) for row in senders.get("ways", ())),
        active_limit=data.get("limits", {}).get("active_patients"),
        pace=Pace(**clocks),
        duties=tuple(_duty(row) for row in data.get("duties", ())),
        abilities=frozenset(data.get("abilities", ())),
        responsibility=data.get("responsibility", {}).get("medical", ""),
        markers=tuple(data.get("markers", ())),
        approaches=tuple(
            Approach(row["name"], frozenset(row["municipalities"]), row["text"]) for row in data.get("approaches", ())
        ),
    )


def _way(row: Mapping[str, Any]) -> Way:
    condition = parse(row["condition"], vocabulary()) if "condition" in row else None
    return Way(frozenset(row["channels"]), row["text"], condition, frozenset(row.get("urgencies", ())))


def _duty(row: Mapping[str, Any]) -> Duty:
    rule = parse(row["rule"], vocabulary()) if "rule" in row else None
    return Duty(row["kind"], row["after"], row["text"], row.get("within", {}), row.get("basis", "source"), rule)


def _rule(data: Mapping[str, Any], name: str) -> Expression | None:
    return parse(data[name]["rule"], vocabulary(), (name, "rule")) if name in data else None


def _admission(data: Mapping[str, Any]) -> Expression | None:
    """Ages, criteria and housing as one expression, side by side, so that "3 of 3" counts them alike."""
    criteria = _rule(data, "criteria")
    own = criteria.parts if isinstance(criteria, All) else (criteria,) if criteria else ()
    parts = (*_ages(data.get("ages", {})), *own, *_housing(data.get("housing", {})))
    if not parts or parts == own:
        return criteria
    return parts[0] if len(parts) == 1 else All(parts)


def _ages(ages: Mapping[str, Any]) -> Iterator[Expression]:
    for name, comparison, words in (("from", "at_least", _OLDER), ("to", "at_most", _AT_MOST)):
        if name in ages:
            text = Translated(format_lazy(words, years=ages[name]))
            yield parse({"fact": "age", comparison: ages[name], "text": text}, vocabulary())


_OLDER = gettext_lazy("{years} år eller äldre")
_AT_MOST = gettext_lazy("högst {years} år")


def _housing(housing: Mapping[str, Any]) -> Iterator[Expression]:
    if "only" in housing:
        yield parse({"fact": "housing", "one_of": housing["only"]}, vocabulary())


def read(source: str, file: str = "programme.yaml") -> Definition:
    """The definition written in ``source`` (YAML); faults name ``file``, line and what is wrong."""
    node, data = _loaded(source, file)
    lines = dict(_lines(node)) if node else {}
    faults = [*(_twice(node) if node else ()), *schema.document(data, ())]
    if faults:
        told = sorted((_line_of(fault.path, lines), _told(fault)) for fault in faults)
        raise InvalidDefinition([_at(file, line, text) for line, text in told])
    return replace(definition_from(data), text=source)


def _loaded(source: str, file: str) -> tuple[yaml.Node | None, Any]:
    """The document as nodes, which know their lines, and as data; what is no YAML, or points back, is refused."""
    try:
        _refuse_references(source, file)
        return yaml.compose(source, Loader=yaml.SafeLoader), yaml.safe_load(source)
    except yaml.MarkedYAMLError as error:
        line = error.problem_mark.line + 1 if error.problem_mark else 1
        told = _("går inte att läsa som YAML (%(why)s)") % {"why": error.problem}
        raise InvalidDefinition([_at(file, line, told)]) from None
    except ReaderError as error:
        line, sign = source.count("\n", 0, error.position) + 1, f"U+{int(error.character):04X}"
        raise InvalidDefinition([_at(file, line, _("tecknet %(sign)s får inte stå här") % {"sign": sign})]) from None


def _refuse_references(source: str, file: str) -> None:
    """A reference (``*name``) may point to itself, or make a short text endless."""
    for event in yaml.parse(source, Loader=yaml.SafeLoader):
        if isinstance(event, yaml.AliasEvent):
            line = event.start_mark.line + 1 if event.start_mark else 1
            raise InvalidDefinition([_at(file, line, _("hänvisningar (*) går inte att använda här"))])


def _at(file: str, line: int, text: str) -> str:
    return _("%(file)s, rad %(line)s: %(text)s") % {"file": file, "line": line, "text": text}


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
            yield Fault((*path, key.value), _("står två gånger"))
        seen.add(key.value)
        yield from _twice(value, (*path, key.value))


def packaged() -> list[Definition]:
    """The definitions that come with the product, in the order of their file names."""
    return list(_packaged())


@cache
def _packaged() -> tuple[Definition, ...]:
    folder = resources.files("narvard.intake").joinpath("programmes")
    files = sorted((file for file in folder.iterdir() if file.name.endswith(".yaml")), key=lambda file: file.name)
    return tuple(read(file.read_text(encoding="utf-8"), file.name) for file in files)
