"""What each indicator means: read from indicators.yaml, checked when read."""

from collections.abc import Mapping
from dataclasses import dataclass, fields
from functools import cache
from importlib import resources
from typing import Any

import yaml

Words = Mapping[str, str]
LANGUAGES = {"sv", "en"}


class WrongDefinition(ValueError):
    """A definition that lacks something; names the indicator."""


@dataclass(frozen=True, slots=True)
class Definition:
    """One indicator: its name, formula, who is counted, who they are counted among, the interval and the source."""

    id: str
    name: Words
    formula: str
    numerator: Words
    denominator: Words
    interval: Words
    source: str

    def __post_init__(self) -> None:
        """Every word in both languages."""
        for words in (self.name, self.numerator, self.denominator, self.interval):
            if set(words) != LANGUAGES or not all(words.values()):
                raise WrongDefinition(f"{self.id}: a text lacks Swedish or English")


@cache
def definitions() -> tuple[Definition, ...]:
    """All indicators, in the order of the file."""
    text = (resources.files("narvard.followup") / "indicators.yaml").read_text(encoding="utf-8")
    return tuple(map(read, yaml.safe_load(text)))


def read(row: Mapping[str, Any]) -> Definition:
    """One definition. Raises `WrongDefinition`."""
    wanted = {field.name for field in fields(Definition)}
    if set(row) != wanted:
        raise WrongDefinition(f"{row.get('id', '?')}: must have exactly {', '.join(sorted(wanted))}")
    return Definition(**row)
