"""Criteria over many people at once: an expression compiled to NumPy, with the same three values as one by one."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from narvard.engines.criteria.expression import All, Any, Compare, Expression, Not
from narvard.engines.criteria.facts import FactKind, FactType, Truth, Value

Truths = NDArray[np.int8]
"""Shape (n,): :class:`Truth` of each person."""

_COMPARISONS: Mapping[str, np.ufunc] = {
    "at_least": np.greater_equal,
    "at_most": np.less_equal,
    "above": np.greater,
    "below": np.less,
    "equals": np.equal,
}


@dataclass(frozen=True)
class Column:
    """One fact of n people.

    ``values`` are numbers, booleans, or places in ``items`` by the fact's type; for a set, shape (n, len(items)),
    whether the person has the item. ``known`` (n,) is False where the fact is unknown, whatever stands in ``values``.
    """

    values: NDArray[np.float64] | NDArray[np.bool_] | NDArray[np.int64]
    known: NDArray[np.bool_]
    items: tuple[str, ...] = ()


@dataclass(frozen=True)
class People:
    """Facts of n people by name; a fact without a column is unknown for all."""

    size: int
    columns: Mapping[str, Column]


def people(rows: Sequence[Mapping[str, Value]], kinds: Iterable[FactKind]) -> People:
    """The columns of checked ``rows`` (:class:`~narvard.engines.criteria.facts.Facts`) for the facts of ``kinds``."""
    return People(len(rows), {kind.name: _column([row.get(kind.name) for row in rows], kind) for kind in kinds})


def _column(values: Sequence[Value | None], kind: FactKind) -> Column:
    known = np.array([value is not None for value in values], dtype=np.bool_)
    if kind.type is FactType.NUMBER:
        return Column(np.array([0.0 if value is None else value for value in values], dtype=np.float64), known)
    if kind.type is FactType.BOOLEAN:
        return Column(np.array([value is True for value in values], dtype=np.bool_), known)
    if kind.type is FactType.CHOICE:
        items = tuple(kind.choices)
        places = {item: place for place, item in enumerate(items)}
        return Column(np.array([places.get(str(value), -1) for value in values], dtype=np.int64), known, items)
    sets = [value if isinstance(value, frozenset) else frozenset() for value in values]
    items = tuple(sorted(frozenset().union(*sets)))
    held = np.array([[item in some for item in items] for some in sets], dtype=np.bool_)
    return Column(held.reshape(len(sets), len(items)), known, items)


@dataclass(frozen=True)
class Compiled:
    """An expression ready for arrays; ``facts`` names the columns it reads."""

    facts: frozenset[str]
    run: Callable[[People], Truths]

    def __call__(self, some: People) -> Truths:
        """The truth for each person, shape (n,)."""
        return self.run(some)


def compiled(expression: Expression) -> Compiled:
    """``expression`` as functions over arrays; agrees with ``evaluate`` person by person."""
    if isinstance(expression, Compare):
        return Compiled(frozenset({expression.fact.name}), lambda some: _compare(expression, some))
    if isinstance(expression, Not):
        inner = compiled(expression.part)
        return Compiled(inner.facts, lambda some: (Truth.MET - inner(some)).astype(np.int8))
    parts = [compiled(part) for part in expression.parts]
    facts = frozenset().union(*(part.facts for part in parts))
    if isinstance(expression, All):
        return Compiled(facts, lambda some: np.minimum.reduce([part(some) for part in parts]))
    if isinstance(expression, Any):
        return Compiled(facts, lambda some: np.maximum.reduce([part(some) for part in parts]))
    count = expression.count
    return Compiled(facts, lambda some: _at_least(count, np.stack([part(some) for part in parts])))


def _at_least(count: int, truths: NDArray[np.int8]) -> Truths:
    """``truths`` has shape (parts, n)."""
    met = (truths == Truth.MET).sum(axis=0)
    possible = (truths != Truth.NOT_MET).sum(axis=0)
    found = np.where(met >= count, Truth.MET, np.where(possible >= count, Truth.UNKNOWN, Truth.NOT_MET))
    return found.astype(np.int8)


def _compare(expression: Compare, some: People) -> Truths:
    column = some.columns.get(expression.fact.name)
    if column is None:
        return np.full(some.size, Truth.UNKNOWN, dtype=np.int8)
    holds = np.where(_holds(expression, column), Truth.MET, Truth.NOT_MET)
    return np.where(column.known, holds, Truth.UNKNOWN).astype(np.int8)


def _holds(expression: Compare, column: Column) -> NDArray[np.bool_]:
    wanted = expression.wanted
    if expression.fact.type is FactType.NUMBER:
        return np.asarray(_COMPARISONS[expression.operator](column.values, wanted), dtype=np.bool_)
    if expression.fact.type is FactType.BOOLEAN:
        return np.equal(column.values, wanted is True)
    items = wanted if isinstance(wanted, frozenset) else frozenset({str(wanted)})
    if expression.fact.type is FactType.CHOICE:
        return np.isin(column.values, [place for place, item in enumerate(column.items) if item in items])
    among = np.array([item in items for item in column.items], dtype=np.bool_)
    held = np.asarray(column.values, dtype=np.bool_)[:, among].sum(axis=1)
    # Somebody has an item that nobody here has: then "all of them" holds for nobody.
    needed = 1 if expression.operator == "includes_any" else len(items)
    enough: NDArray[np.bool_] = held >= needed
    return enough
