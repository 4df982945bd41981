import pytest
from hypothesis import given
from hypothesis import strategies as st

from narvard.engines.criteria import AtLeast, InvalidCriteria, parse
from narvard.engines.criteria.tests.vocabulary import FOUR_OF_SIX, VOCABULARY


def test_a_valid_rule() -> None:
    rule = parse(FOUR_OF_SIX, VOCABULARY)
    assert isinstance(rule, AtLeast)
    assert (rule.count, len(rule.parts)) == (4, 6)


@pytest.mark.parametrize(
    ("data", "fault"),
    [
        (None, "criteria: expected a mapping"),
        ({}, "criteria: expected exactly one of fact, all, any, at_least, not"),
        ({"all": [], "any": []}, "exactly one of"),
        ({"all": []}, "all: expected a list with at least one part"),
        ({"all": [{"fact": "shoe_size", "is": 43}]}, "all[0].fact: unknown fact 'shoe_size'"),
        ({"not": {"fact": "age", "is": True}}, "not: expected exactly one of at_least"),
        ({"not": {"fact": "age", "is": True}}, "not.is: unknown key here"),
        ({"fact": "age", "at_least": "75"}, "at_least: '75' is not a number"),
        ({"fact": "age", "at_least": 1, "at_most": 2}, "exactly one of"),
        ({"fact": "housing", "one_of": ["hotel"]}, "one_of: ['hotel'] is not a choice"),
        ({"fact": "housing", "one_of": []}, "one_of: expected at least one value"),
        ({"fact": "codes", "includes_any": []}, "includes_any: expected at least one value"),
        ({"at_least": 7, "of": FOUR_OF_SIX["of"]}, "at_least: 7 is not between 1 and the 6 parts"),
        ({"at_least": True, "of": FOUR_OF_SIX["of"]}, "at_least: expected a whole number"),
        ({"at_least": 2}, "of: expected a list"),
        ({"all": [{"fact": "age", "at_least": 65, "text": "gammal"}]}, "all[0].text: expected a text by language"),
        ({"fact": "age", "at_least": 65, "text": {"en": "old"}}, "text: the Swedish text is missing"),
    ],
)
def test_each_fault_is_named_with_its_path(data: object, fault: str) -> None:
    with pytest.raises(InvalidCriteria) as refused:
        parse(data, VOCABULARY)
    assert fault in str(refused.value)


def test_all_faults_are_told_at_once() -> None:
    with pytest.raises(InvalidCriteria) as refused:
        parse({"all": [{"fact": "x", "is": 1}, {"fact": "age"}]}, VOCABULARY, ("criteria",))
    assert [fault.path for fault in refused.value.faults] == [("criteria", "all", 0, "fact"), ("criteria", "all", 1)]


keys = st.sampled_from(["all", "any", "not", "at_least", "of", "fact", "is", "text"])
junk = st.recursive(
    st.none() | st.booleans() | st.integers() | st.sampled_from(["age", "housing", "ordinary", "x"]),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(keys, inner, max_size=3),
    max_leaves=12,
)


def outcome(data: object) -> object:
    try:
        return parse(data, VOCABULARY)
    except InvalidCriteria as refused:
        return refused.faults


@given(junk)
def test_any_data_is_read_or_refused_with_faults(data: object) -> None:
    assert outcome(data)
