"""The short form of each way in, as data: what the sender may ask for, which facts are asked, the signs of danger."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from functools import cache
from importlib import resources
from typing import Any
from uuid import UUID

import yaml
from django.utils.translation import gettext_noop

from narvard.engines.criteria import Words, evaluate, wanting
from narvard.intake.definitions import Way
from narvard.intake.models import Urgency
from narvard.intake.queries import definition_of_team, definitions_in_force
from narvard.people.facts import REGISTRY, FactKind

# Kept in the history in Swedish, read again in the language of the page.
NOT_STABLE = gettext_noop("Inte stabil enligt frågorna: %(asked)s")
YES, NO, UNKNOWN = "yes", "no", "unknown"


@dataclass(frozen=True)
class Sign:
    """One of the alarm centre's questions, and the answer that lets somebody wait."""

    key: str
    text: Words
    stable: str


@dataclass(frozen=True)
class ShortForm:
    """What one channel's form holds besides who, one line and how soon."""

    urgencies: tuple[str, ...]
    asks: tuple[FactKind, ...]
    signs: tuple[Sign, ...] = ()


@cache
def _data(name: str) -> Any:
    return yaml.safe_load(resources.files("narvard.intake").joinpath(name).read_text(encoding="utf-8"))


def signs() -> tuple[Sign, ...]:
    """The questions that decide whether somebody is stable, in the order they are asked."""
    return tuple(Sign(row["key"], row["text"], YES if row["stable"] else NO) for row in _data("signs.yaml"))


def urgencies_of(channel: str) -> tuple[str, ...]:
    """What the channel may ask for."""
    return tuple(_data("channels.yaml").get(channel, {}).get("urgencies", Urgency.values))


def short_form(channel: str, day: date) -> ShortForm:
    """The channel's form on ``day``: its own questions, and what programmes in force ask of such a sender first."""
    row = _data("channels.yaml").get(channel, {})
    names = dict.fromkeys([*row.get("asks", ()), *_conditions(channel, day)])
    # The signs tell whether somebody is stable: the same is not asked twice.
    told = {"stable"} if row.get("signs") else set()
    asks = tuple(REGISTRY[name] for name in names if name in REGISTRY and name not in told)
    return ShortForm(urgencies_of(channel), asks, signs() if row.get("signs") else ())


def _conditions(channel: str, day: date) -> list[str]:
    """The facts that a programme's conditions of sending speak of, for this channel."""
    return _facts_of(definition.way_of(channel) for definition in definitions_in_force(day).values())


def conditions_of(team: UUID, day: date) -> tuple[FactKind, ...]:
    """The facts that the conditions of sending to ``team`` speak of, whoever sends."""
    definition = definition_of_team(team, day)
    names = _facts_of(definition.ways if definition else ())
    return tuple(REGISTRY[name] for name in names if name in REGISTRY)


def _facts_of(ways: Iterable[Way | None]) -> list[str]:
    conditions = [way.condition for way in ways if way is not None and way.condition is not None]
    return sorted({fact.name for condition in conditions for fact in wanting(evaluate(condition, {}))})


def danger(answers: Mapping[str, str]) -> list[Sign]:
    """The signs whose answers do not let somebody wait; what nobody knows never does."""
    return [sign for sign in signs() if answers.get(sign.key, UNKNOWN) != sign.stable]
