"""The expressions and their evaluation in Kleene's strong three-valued logic."""

import operator
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any as Anything
from typing import TypeAlias

from narvard.engines.criteria.facts import FactKind, FactType, Truth, Value, Words

Test = Callable[[Anything, Anything], bool]


def _overlaps(value: object, wanted: object) -> bool:
    return isinstance(value, frozenset) and isinstance(wanted, frozenset) and bool(value & wanted)


def _covers(value: object, wanted: object) -> bool:
    return isinstance(value, frozenset) and isinstance(wanted, frozenset) and value >= wanted


def _among(value: object, wanted: object) -> bool:
    return isinstance(wanted, frozenset) and value in wanted


# For each type of fact, the comparisons it allows.
OPERATORS: Mapping[FactType, Mapping[str, Test]] = {
    FactType.NUMBER: {
        "at_least": operator.ge,
        "at_most": operator.le,
        "above": operator.gt,
        "below": operator.lt,
        "equals": operator.eq,
    },
    FactType.BOOLEAN: {"is": operator.is_},
    FactType.CHOICE: {"is": operator.eq, "one_of": _among},
    FactType.SET: {"includes_any": _overlaps, "includes_all": _covers},
}


@dataclass(frozen=True)
class Compare:
    """One fact against one value; ``text`` replaces the default words."""

    fact: FactKind
    operator: str
    wanted: Value
    text: Words = field(default_factory=dict)


@dataclass(frozen=True)
class All:
    """Met when every part is."""

    parts: tuple["Expression", ...]
    text: Words = field(default_factory=dict)


@dataclass(frozen=True)
class Any:
    """Met when some part is."""

    parts: tuple["Expression", ...]
    text: Words = field(default_factory=dict)


@dataclass(frozen=True)
class AtLeast:
    """Met when at least ``count`` of the parts are; 1 <= count <= len(parts)."""

    count: int
    parts: tuple["Expression", ...]
    text: Words = field(default_factory=dict)


@dataclass(frozen=True)
class Not:
    """Met when its part is not met; unknown stays unknown."""

    part: "Expression"
    text: Words = field(default_factory=dict)


Expression: TypeAlias = Compare | All | Any | AtLeast | Not


@dataclass(frozen=True)
class Finding:
    """The truth of an expression over some facts, with the findings of its parts."""

    expression: Expression
    truth: Truth
    parts: tuple["Finding", ...] = ()

    def count(self, truth: Truth) -> int:
        """How many of the direct parts have this truth."""
        return sum(part.truth is truth for part in self.parts)


def facts_of(expression: Expression) -> Iterator[str]:
    """The names of the facts that the expression asks for; a fact asked for twice comes twice."""
    if isinstance(expression, Compare):
        yield expression.fact.name
        return
    for part in (expression.part,) if isinstance(expression, Not) else expression.parts:
        yield from facts_of(part)


def evaluate(expression: Expression, facts: Mapping[str, Value]) -> Finding:
    """The finding of ``expression`` over checked ``facts`` (:class:`~narvard.engines.criteria.facts.Facts`)."""
    if isinstance(expression, Compare):
        return Finding(expression, _compare(expression, facts.get(expression.fact.name)))
    if isinstance(expression, Not):
        inner = evaluate(expression.part, facts)
        return Finding(expression, Truth(Truth.MET - inner.truth), (inner,))
    parts = tuple(evaluate(part, facts) for part in expression.parts)
    return Finding(expression, _combine(expression, [part.truth for part in parts]), parts)


def _compare(expression: Compare, value: Value | None) -> Truth:
    if value is None:
        return Truth.UNKNOWN
    test = OPERATORS[expression.fact.type][expression.operator]
    return Truth.MET if test(value, expression.wanted) else Truth.NOT_MET


def _combine(expression: All | Any | AtLeast, truths: list[Truth]) -> Truth:
    if isinstance(expression, All):
        return min(truths)
    if isinstance(expression, Any):
        return max(truths)
    met, unknown = truths.count(Truth.MET), truths.count(Truth.UNKNOWN)
    if met >= expression.count:
        return Truth.MET
    return Truth.UNKNOWN if met + unknown >= expression.count else Truth.NOT_MET
