"""Expressions from plain data (YAML or JSON), with every fault named by its path."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import NoReturn

from narvard.engines.criteria.expression import OPERATORS, All, Any, AtLeast, Compare, Expression, Not
from narvard.engines.criteria.facts import FactKind, FactType, Value, Vocabulary, Words, WrongFact

Path = tuple[str | int, ...]

# What a reader may write beside an expression: its words, and where the rule comes from.
_BESIDE = frozenset({"text", "source", "basis"})
_GROUPS = frozenset({"all", "any", "not", "at_least", "fact"})


class Wrong(StrEnum):
    """What can be wrong with an expression, as a template: whoever shows it may have words of their own for each."""

    NO_MAPPING = "expected a mapping with fact, all, any, at_least or not"
    NOT_ONE = "expected exactly one of fact, all, any, at_least, not"
    NO_COUNT = "expected a whole number, found %(found)r"
    OUT_OF_RANGE = "%(found)s is not between 1 and the %(parts)s parts"
    NO_PARTS = "expected a list with at least one part"
    UNKNOWN_FACT = "unknown fact %(found)r"
    NOT_ONE_OPERATOR = "expected exactly one of %(allowed)s for %(fact)s (%(type)s)"
    NO_VALUES = "expected at least one value"
    WRONG_TYPE = "%(found)r is not a %(type)s"
    NO_TEXT = "expected a text by language: sv, en"
    NO_SWEDISH = "the Swedish text is missing"
    STRAY_KEY = "unknown key here"


@dataclass(frozen=True)
class Fault:
    """What is wrong, and where: the path of keys and list places from the top."""

    path: Path
    template: str
    told: Mapping[str, object] = field(default_factory=dict)

    @property
    def message(self) -> str:
        """What is wrong, in words."""
        return self.template % self.told if self.told else str(self.template)

    def __str__(self) -> str:
        return f"{path_text(self.path)}: {self.message}"


class InvalidCriteria(ValueError):
    """The data is no valid expression; ``faults`` names each fault."""

    def __init__(self, faults: list[Fault]) -> None:
        super().__init__("; ".join(map(str, faults)))
        self.faults = faults


def path_text(path: Path) -> str:
    """The path as people write it: ``all[0].fact``."""
    text = "".join(f"[{step}]" if isinstance(step, int) else f".{step}" for step in path)
    return text.lstrip(".") or "criteria"


def parse(data: object, vocabulary: Vocabulary, path: Path = ()) -> Expression:
    """The expression that ``data`` describes.

    Raises :class:`InvalidCriteria` with all faults; ``path`` is put before each fault's own path.
    """
    reader = _Reader(vocabulary)
    try:
        expression = reader.read(data, path)
    except InvalidCriteria as refused:
        raise InvalidCriteria([*reader.faults, *refused.faults]) from None
    if reader.faults:
        raise InvalidCriteria(reader.faults)
    return expression


def _refuse(path: Path, wrong: Wrong, **told: object) -> NoReturn:
    raise InvalidCriteria([Fault(path, wrong, told)])


class _Reader:
    """Reads recursively; a fault ends its own part only, so that all are told at once."""

    def __init__(self, vocabulary: Vocabulary) -> None:
        self.vocabulary = vocabulary
        self.faults: list[Fault] = []

    def read(self, data: object, path: Path) -> Expression:
        if not isinstance(data, Mapping):
            _refuse(path, Wrong.NO_MAPPING)
        heads = [key for key in data if key in _GROUPS]
        if "fact" in heads:
            return self._compare(data, path)
        if len(heads) != 1:
            _refuse(path, Wrong.NOT_ONE)
        return self._group(str(heads[0]), data, path)

    def _group(self, head: str, data: Mapping[str, object], path: Path) -> Expression:
        self._stray(data, {head, "of"} if head == "at_least" else {head}, path)
        text = self._text(data, path)
        if head == "at_least":
            return self._at_least(data, path, text)
        if head == "not":
            return Not(self.read(data["not"], (*path, "not")), text)
        parts = self._parts(data[head], (*path, head))
        return All(parts, text) if head == "all" else Any(parts, text)

    def _at_least(self, data: Mapping[str, object], path: Path, text: Words) -> Expression:
        parts = self._parts(data.get("of"), (*path, "of"))
        count = data["at_least"]
        if not isinstance(count, int) or isinstance(count, bool):
            _refuse((*path, "at_least"), Wrong.NO_COUNT, found=count)
        if not 1 <= count <= len(parts):
            _refuse((*path, "at_least"), Wrong.OUT_OF_RANGE, found=count, parts=len(parts))
        return AtLeast(count, parts, text)

    def _parts(self, data: object, path: Path) -> tuple[Expression, ...]:
        if not isinstance(data, list) or not data:
            _refuse(path, Wrong.NO_PARTS)
        parts, faults = [], []
        for place, part in enumerate(data):
            try:
                parts.append(self.read(part, (*path, place)))
            except InvalidCriteria as refused:
                faults += refused.faults
        if faults:
            raise InvalidCriteria(faults)
        return tuple(parts)

    def _compare(self, data: Mapping[str, object], path: Path) -> Expression:
        fact = self.vocabulary.get(str(data["fact"]))
        if fact is None:
            _refuse((*path, "fact"), Wrong.UNKNOWN_FACT, found=data["fact"])
        allowed = OPERATORS[fact.type]
        found = [key for key in data if key in allowed]
        self._stray(data, {"fact", *allowed}, path)
        if len(found) != 1:
            told = {"allowed": ", ".join(allowed), "fact": fact.name, "type": fact.type.value}
            _refuse(path, Wrong.NOT_ONE_OPERATOR, **told)
        wanted = self._wanted(fact, found[0], data[found[0]], (*path, found[0]))
        return Compare(fact, found[0], wanted, self._text(data, path))

    def _wanted(self, fact: FactKind, name: str, value: object, path: Path) -> Value:
        if name == "one_of" and (not isinstance(value, list) or not value):
            _refuse(path, Wrong.NO_VALUES)
        try:
            if isinstance(value, list) and name == "one_of":
                return frozenset(str(fact.check(item)) for item in value)
            wanted = fact.check(value)
        except WrongFact:
            _refuse(path, Wrong.WRONG_TYPE, found=value, type=fact.type.value)
        if fact.type is FactType.SET and not wanted:
            _refuse(path, Wrong.NO_VALUES)
        return wanted

    def _text(self, data: Mapping[str, object], path: Path) -> Words:
        text = data.get("text", {})
        if not isinstance(text, Mapping) or not all(isinstance(word, str) for word in text.values()):
            self.faults.append(Fault((*path, "text"), Wrong.NO_TEXT))
            return {}
        if text and "sv" not in text:
            self.faults.append(Fault((*path, "text"), Wrong.NO_SWEDISH))
        return {str(language): str(word) for language, word in text.items()}

    def _stray(self, data: Mapping[str, object], allowed: set[str], path: Path) -> None:
        stray = [key for key in data if key not in allowed | _BESIDE]
        self.faults += [Fault((*path, str(key)), Wrong.STRAY_KEY) for key in stray]
