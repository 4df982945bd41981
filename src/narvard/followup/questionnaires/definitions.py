"""What is asked: read from questionnaires.yaml, checked when read."""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from importlib import resources
from typing import Any

import yaml
from django.utils.translation import get_language

Words = Mapping[str, str]
OFTEN = 3
"""From this value on the scale an answer counts as often or always."""


def said(words: Words) -> str:
    """The words in the language of the page."""
    return words.get((get_language() or "sv")[:2], words["sv"])


@dataclass(frozen=True, slots=True)
class Step:
    """A step of the scale."""

    value: int
    words: Words


@dataclass(frozen=True, slots=True)
class Published:
    """Figures that others have published for the same questions: how many answered."""

    key: str
    name: Words
    answered: int


@dataclass(frozen=True, slots=True)
class Question:
    """A question, and the published shares of "often" or "always" in per cent by key."""

    key: str
    text: Words
    published: Mapping[str, int]


@dataclass(frozen=True, slots=True)
class Questionnaire:
    """One questionnaire: to whom, how it begins, and what it asks."""

    key: str
    name: Words
    intro: Words
    published: tuple[Published, ...]
    questions: tuple[Question, ...]


@cache
def _file() -> Mapping[str, Any]:
    text = (resources.files("narvard.followup.questionnaires") / "questionnaires.yaml").read_text(encoding="utf-8")
    found: Mapping[str, Any] = yaml.safe_load(text)
    return found


@cache
def scale() -> tuple[Step, ...]:
    """The steps, the least first."""
    return tuple(Step(**row) for row in _file()["scale"])


@cache
def questionnaires() -> Mapping[str, Questionnaire]:
    """Every questionnaire by its key."""
    return {row["key"]: _read(row) for row in _file()["questionnaires"]}


def _read(row: Mapping[str, Any]) -> Questionnaire:
    questions = [Question(each["key"], each["text"], each.get("published", {})) for each in row["questions"]]
    published = tuple(Published(**each) for each in row["published"])
    return Questionnaire(row["key"], row["name"], row["intro"], published, tuple(questions))
