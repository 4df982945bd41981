"""Many people at once says the same as one by one."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from narvard.engines.criteria import Compare, Expression, Facts, Truth, evaluate, parse
from narvard.engines.criteria.arrays import compiled, people
from narvard.engines.criteria.tests.test_evaluate import groups
from narvard.engines.criteria.tests.vocabulary import FOUR_OF_SIX, VOCABULARY

CODES = ("I50", "J44", "E11")
numbers = ("age", "admissions", "medicines", "diagnoses")
flags = ("personal_care", "home_nursing")
codes = st.frozensets(st.sampled_from(CODES), min_size=1)


def compare(name: str, operator: str, wanted: object) -> Compare:
    return Compare(VOCABULARY[name], operator, wanted)  # type: ignore[arg-type]


leaves: st.SearchStrategy[Expression] = st.one_of(
    st.builds(
        compare,
        st.sampled_from(numbers),
        st.sampled_from(["at_least", "at_most", "above", "below", "equals"]),
        st.integers(0, 6) | st.floats(0, 6, allow_nan=False),
    ),
    st.builds(compare, st.sampled_from(flags), st.just("is"), st.booleans()),
    st.builds(compare, st.just("housing"), st.just("is"), st.sampled_from(["ordinary", "special"])),
    st.builds(compare, st.just("housing"), st.just("one_of"), st.just(frozenset({"special"}))),
    st.builds(compare, st.just("codes"), st.sampled_from(["includes_any", "includes_all"]), codes),
)
expressions = st.recursive(leaves, groups, max_leaves=12)
persons = st.fixed_dictionaries(
    {},
    optional={
        **{name: st.integers(0, 6) | st.floats(0, 6, allow_nan=False) for name in numbers},
        **{name: st.booleans() for name in flags},
        "housing": st.sampled_from(["ordinary", "special"]),
        "codes": st.frozensets(st.sampled_from(CODES)),
    },
).map(lambda values: Facts(VOCABULARY, values))


@given(expressions, st.lists(persons, min_size=1, max_size=20), st.sets(st.sampled_from(sorted(VOCABULARY))))
def test_arrays_agree_with_one_by_one(expression: Expression, some: list[Facts], dropped: set[str]) -> None:
    kinds = [kind for name, kind in VOCABULARY.items() if name not in dropped]
    alone = [{name: value for name, value in row.items() if name not in dropped} for row in some]
    truths = compiled(expression)(people(some, kinds))
    assert truths.tolist() == [evaluate(expression, row).truth for row in alone]


def test_ten_thousand_people_by_four_of_six() -> None:
    rng = np.random.default_rng(7)
    some = [
        Facts(VOCABULARY, {"age": int(age), "diagnoses": int(n), "home_nursing": bool(flag)})
        for age, n, flag in zip(
            rng.integers(60, 100, 10_000), rng.integers(0, 6, 10_000), rng.integers(0, 2, 10_000), strict=True
        )
    ]
    rule = parse(FOUR_OF_SIX, VOCABULARY)
    truths = compiled(rule)(people(some, VOCABULARY.values()))
    assert truths.shape == (10_000,)
    assert truths.tolist() == [evaluate(rule, row).truth for row in some]
    old = compiled(parse({"fact": "age", "at_least": 75}, VOCABULARY))(people(some, VOCABULARY.values()))
    assert (old == Truth.MET).sum() == sum(row["age"] >= 75 for row in some)


def test_it_names_the_facts_it_reads() -> None:
    rule = parse({"all": [FOUR_OF_SIX, {"not": {"fact": "housing", "is": "special"}}]}, VOCABULARY)
    wanted = {"diagnoses", "admissions", "medicines", "personal_care", "age", "home_nursing", "housing"}
    assert compiled(rule).facts == wanted


@pytest.mark.parametrize("size", [0, 3])
def test_nothing_known_is_unknown_for_everybody(size: int) -> None:
    truths = compiled(parse(FOUR_OF_SIX, VOCABULARY))(people([Facts(VOCABULARY, {})] * size, []))
    assert truths.tolist() == [Truth.UNKNOWN] * size
