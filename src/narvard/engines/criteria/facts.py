"""Named, typed facts. A fact that is not there is unknown, and unknown is not "no"."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from enum import IntEnum, StrEnum

Value = bool | int | float | str | frozenset[str]
Words = Mapping[str, str]
"""A text by language, ``{"sv": …, "en": …}``."""


class Truth(IntEnum):
    """Kleene's three values, ordered, so that "all" is the least and "any" the greatest of the parts."""

    NOT_MET = 0
    UNKNOWN = 1
    MET = 2


class FactType(StrEnum):
    """What a fact's value may be."""

    NUMBER = "number"
    BOOLEAN = "boolean"
    CHOICE = "choice"
    SET = "set"


class WrongFact(ValueError):
    """A fact that the vocabulary does not know, or a value that is not of the fact's type."""


@dataclass(frozen=True)
class FactKind:
    """A fact's name, type and label; ``choices`` are the allowed values of a choice, with their words.

    ``unit`` follows a number in the default texts ("år").
    """

    name: str
    type: FactType
    label: Words
    choices: Mapping[str, Words] = field(default_factory=dict)
    unit: Words = field(default_factory=dict)

    def check(self, value: object) -> Value:
        """``value`` as this fact's type; raises :class:`WrongFact`."""
        if self.type is FactType.BOOLEAN and isinstance(value, bool):
            return value
        if self.type is FactType.NUMBER and isinstance(value, int | float) and not isinstance(value, bool):
            return value
        if self.type is FactType.CHOICE and isinstance(value, str) and value in self.choices:
            return value
        if self.type is FactType.SET and isinstance(value, list | frozenset) and all(isinstance(v, str) for v in value):
            return frozenset(value)
        raise WrongFact(f"{self.name}: {value!r} is not a {self.type.value}")


Vocabulary = Mapping[str, FactKind]


class Facts(Mapping[str, Value]):
    """Known facts, checked against the vocabulary. None, and a name that is absent, are unknown."""

    def __init__(self, vocabulary: Vocabulary, values: Mapping[str, object]) -> None:
        """Keep the known ``values``. Raises :class:`WrongFact` for a name or a value that does not fit."""
        stray = values.keys() - vocabulary.keys()
        if stray:
            raise WrongFact(f"unknown fact: {', '.join(sorted(stray))}")
        self.vocabulary = vocabulary
        self._values = {name: vocabulary[name].check(value) for name, value in values.items() if value is not None}

    def __getitem__(self, name: str) -> Value:
        return self._values[name]

    def __iter__(self) -> Iterator[str]:
        return iter(self._values)

    def __len__(self) -> int:
        return len(self._values)
