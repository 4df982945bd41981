"""What counts when several have said something of the same fact: the newest, unless two speak of the same instant."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from narvard.engines.criteria.facts import Value

# An older statement from another source is told beside the newest one for this long.
TOLD = timedelta(days=30)


@dataclass(frozen=True)
class Statement:
    """That ``source`` says that the fact ``name`` had ``value`` at ``at``."""

    name: str
    value: Value
    at: datetime
    source: str = ""


@dataclass(frozen=True)
class Settled:
    """What is known of the facts, and where the statements contradict each other.

    ``known`` is the statement that counts by name. ``against`` are statements of another value, newest first, of
    facts that count; ``contradicted`` are facts of which nothing can be said, because two statements of the same
    instant differ: they are unknown until somebody states it anew.
    """

    known: Mapping[str, Statement]
    against: Mapping[str, tuple[Statement, ...]] = field(default_factory=dict)
    contradicted: Mapping[str, tuple[Statement, ...]] = field(default_factory=dict)


def settle(statements: Iterable[Statement]) -> Settled:
    """Settle each fact by itself; statements of one source replace its own earlier ones."""
    by_name: dict[str, list[Statement]] = {}
    for statement in sorted(statements, key=lambda each: each.at, reverse=True):
        by_name.setdefault(statement.name, []).append(statement)
    known: dict[str, Statement] = {}
    against: dict[str, tuple[Statement, ...]] = {}
    contradicted: dict[str, tuple[Statement, ...]] = {}
    for name, rows in by_name.items():
        newest, others = rows[0], _others(rows)
        if any(row.at == newest.at for row in others):
            contradicted[name] = (newest, *others)
            continue
        known[name] = newest
        if others:
            against[name] = others
    return Settled(known, against, contradicted)


def _others(rows: list[Statement]) -> tuple[Statement, ...]:
    """The newest statement of each other source that differs from the newest of all, while it is told."""
    newest, seen, found = rows[0], {rows[0].source}, []
    for row in rows[1:]:
        same_instant = row.at == newest.at and row.value != newest.value
        if row.source in seen and not same_instant:
            continue
        seen.add(row.source)
        if row.value != newest.value and row.at >= newest.at - TOLD:
            found.append(row)
    return tuple(found)
