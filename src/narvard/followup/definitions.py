"""What each indicator means: read from indicators.yaml, checked when read."""

from collections.abc import Mapping
from dataclasses import dataclass, fields
from enum import StrEnum
from functools import cache
from importlib import resources
from typing import Any

import yaml
from django.utils.translation import get_language

Words = Mapping[str, str]
LANGUAGES = {"sv", "en"}
OPTIONAL = {"most", "per"}


class WrongDefinition(ValueError):
    """A definition that lacks something; names the indicator."""


class Kind(StrEnum):
    """How a figure is made and written."""

    SHARE = "share"
    COVERAGE = "coverage"
    RATE = "rate"
    DAYS = "days"
    MEAN = "mean"
    HOURS = "hours"
    RATIO = "ratio"


class Perspective(StrEnum):
    """Whose question it answers: the five of the monthly report."""

    PATIENT = "patient"
    STAFF = "staff"
    EFFECT = "effect"
    COLLABORATION = "collaboration"
    LEADERSHIP = "leadership"


class Better(StrEnum):
    """Which way is better; neither where a figure alone is not good or bad."""

    UP = "up"
    DOWN = "down"
    NEITHER = "neither"


@dataclass(frozen=True, slots=True)
class Definition:
    """One indicator: its name, formula, who is counted, who they are counted among, the interval and the source.

    `mind` says what the figure cannot say; `most` is the highest value that it can take, if there is one; `per` is
    what a rate is counted by.
    """

    id: str
    kind: Kind
    perspective: Perspective
    better: Better
    name: Words
    formula: str
    numerator: Words
    denominator: Words
    interval: Words
    mind: Words
    source: str
    most: float | None = None
    per: Words | None = None

    def __post_init__(self) -> None:
        """Every word in both languages."""
        for words in (self.name, self.numerator, self.denominator, self.interval, self.mind, self.per):
            if words is not None and (set(words) != LANGUAGES or not all(words.values())):
                raise WrongDefinition(f"{self.id}: a text lacks Swedish or English")

    @property
    def label(self) -> str:
        """Its name in the reader's language."""
        return said(self.name)

    @property
    def of_hospital(self) -> bool:
        """Whether it is made from utilisation data, which somebody has to import."""
        return self.perspective is Perspective.EFFECT


def said(words: Words) -> str:
    """The words in the reader's language; Swedish where there is no other."""
    return words.get((get_language() or "sv").partition("-")[0], words["sv"])


@cache
def definitions() -> tuple[Definition, ...]:
    """All indicators, in the order of the file."""
    text = (resources.files("narvard.followup") / "indicators.yaml").read_text(encoding="utf-8")
    return tuple(map(read, yaml.safe_load(text)))


def read(row: Mapping[str, Any]) -> Definition:
    """One definition. Raises `WrongDefinition`."""
    wanted = {field.name for field in fields(Definition)}
    if set(row) | OPTIONAL != wanted:
        needed = ", ".join(sorted(wanted - OPTIONAL))
        raise WrongDefinition(f"{row.get('id', '?')}: must have exactly {needed}")
    try:
        kinds = {"kind": Kind(row["kind"]), "perspective": Perspective(row["perspective"])}
        return Definition(**{**row, **kinds, "better": Better(row["better"])})
    except ValueError as error:
        raise WrongDefinition(f"{row['id']}: {error}") from None
