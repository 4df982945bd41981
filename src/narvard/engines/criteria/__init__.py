"""Criteria that explain themselves: typed, three-valued expressions over named facts. Pure Python."""

from narvard.engines.criteria.explain import Line, describe, explain, lines, value_text, wanting
from narvard.engines.criteria.expression import All, Any, AtLeast, Compare, Expression, Finding, Not, evaluate
from narvard.engines.criteria.facts import FactKind, Facts, FactType, Truth, Value, Vocabulary, Words, WrongFact
from narvard.engines.criteria.parse import Fault, InvalidCriteria, parse

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
    "Truth",
    "Value",
    "Vocabulary",
    "Words",
    "WrongFact",
    "describe",
    "evaluate",
    "explain",
    "lines",
    "parse",
    "value_text",
    "wanting",
]
