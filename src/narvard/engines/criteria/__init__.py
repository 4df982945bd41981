"""Criteria that explain themselves: typed, three-valued expressions over named facts.

One person at a time with reasons (``evaluate``, ``explain``), or many at once in NumPy arrays (``criteria.arrays``)."""

from narvard.engines.criteria.explain import Line, describe, explain, lines, value_text, wanting
from narvard.engines.criteria.expression import All, Any, AtLeast, Compare, Expression, Finding, Not, evaluate, facts_of
from narvard.engines.criteria.facts import FactKind, Facts, FactType, Truth, Value, Vocabulary, Words, WrongFact
from narvard.engines.criteria.parse import Fault, InvalidCriteria, Wrong, parse
from narvard.engines.criteria.settle import Settled, Statement, settle

__all__ = [
    "All",
    "Any",
    "AtLeast",
    "Compare",
    "Expression",
    "FactKind",
    "FactType",
    "Facts",
    "Fault",
    "Finding",
    "InvalidCriteria",
    "Line",
    "Not",
    "Settled",
    "Statement",
    "Truth",
    "Value",
    "Vocabulary",
    "Words",
    "Wrong",
    "WrongFact",
    "describe",
    "evaluate",
    "explain",
    "facts_of",
    "lines",
    "parse",
    "settle",
    "value_text",
    "wanting",
]
