"""Evaluation against a naive reading: a finding is certain exactly when every way to fill the unknown agrees."""

from itertools import product

import pytest
from hypothesis import given
from hypothesis import strategies as st

from narvard.engines.criteria import (
    All,
    Any,
    AtLeast,
    Compare,
    Expression,
    FactKind,
    Facts,
    FactType,
    Not,
    Truth,
    WrongFact,
    evaluate,
    parse,
)
from narvard.engines.criteria.tests.vocabulary import VOCABULARY

NAMES = ("p", "q", "r")
FLAGS = {name: FactKind(name, FactType.BOOLEAN, {"sv": name}) for name in NAMES}
leaves = st.sampled_from(NAMES).map(lambda name: Compare(FLAGS[name], "is", True))


def groups(inner: st.SearchStrategy[Expression]) -> st.SearchStrategy[Expression]:
    parts = st.lists(inner, min_size=1, max_size=4).map(tuple)
    return st.one_of(
        parts.map(All),
        parts.map(Any),
        parts.flatmap(lambda some: st.integers(1, len(some)).map(lambda n: AtLeast(n, some))),
        inner.map(Not),
    )


expressions = st.recursive(leaves, groups, max_leaves=12)


def plain(expression: Expression, world: dict[str, bool]) -> bool:
    """Two-valued truth, written apart from the engine."""
    match expression:
        case Compare(fact=fact, wanted=wanted):
            return world[fact.name] == wanted
        case Not(part=part):
            return not plain(part, world)
        case All(parts=parts):
            return all(plain(part, world) for part in parts)
        case Any(parts=parts):
            return any(plain(part, world) for part in parts)
        case AtLeast(count=count, parts=parts):
            return sum(plain(part, world) for part in parts) >= count


@given(expressions, st.fixed_dictionaries({name: st.booleans() for name in NAMES}))
def test_with_everything_known_it_is_ordinary_logic(expression: Expression, world: dict[str, bool]) -> None:
    truth = evaluate(expression, Facts(FLAGS, world)).truth
    assert truth is (Truth.MET if plain(expression, world) else Truth.NOT_MET)


@given(expressions, st.dictionaries(st.sampled_from(NAMES), st.booleans()))
def test_a_certain_verdict_holds_whatever_the_unknown_turns_out_to_be(
    expression: Expression, known: dict[str, bool]
) -> None:
    truth = evaluate(expression, Facts(FLAGS, known)).truth
    worlds = [dict(zip(NAMES, values, strict=True)) | known for values in product([True, False], repeat=len(NAMES))]
    outcomes = {plain(expression, world) for world in worlds}
    if truth is not Truth.UNKNOWN:
        assert outcomes == {truth is Truth.MET}
    else:
        assert known.keys() != set(NAMES)


@pytest.mark.parametrize(
    ("rule", "value", "truth"),
    [
        ({"fact": "age", "above": 65}, 65, Truth.NOT_MET),
        ({"fact": "age", "below": 65}, 64, Truth.MET),
        ({"fact": "age", "at_most": 65}, 65, Truth.MET),
        ({"fact": "age", "equals": 65}, 66, Truth.NOT_MET),
        ({"fact": "housing", "one_of": ["ordinary", "special"]}, "special", Truth.MET),
        ({"fact": "codes", "includes_any": ["I50", "J44"]}, ["J44"], Truth.MET),
        ({"fact": "codes", "includes_all": ["I50", "J44"]}, ["J44"], Truth.NOT_MET),
        ({"fact": "codes", "includes_any": ["I50"]}, [], Truth.NOT_MET),
        ({"fact": "home_nursing", "is": False}, False, Truth.MET),
    ],
)
def test_each_comparison(rule: dict[str, object], value: object, truth: Truth) -> None:
    assert evaluate(parse(rule, VOCABULARY), Facts(VOCABULARY, {str(rule["fact"]): value})).truth is truth


@pytest.mark.parametrize(
    ("name", "value"),
    [("age", "84"), ("age", True), ("housing", "hotel"), ("home_nursing", 1), ("codes", "I50"), ("shoe_size", 43)],
)
def test_a_fact_of_the_wrong_type_is_refused(name: str, value: object) -> None:
    with pytest.raises(WrongFact, match=name):
        Facts(VOCABULARY, {name: value})


def test_none_is_unknown() -> None:
    facts = Facts(VOCABULARY, {"age": None, "housing": "special"})
    assert dict(facts) == {"housing": "special"}
    assert len(facts) == 1
