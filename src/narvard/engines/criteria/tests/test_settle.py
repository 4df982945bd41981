"""Statements that agree, replace each other, and contradict each other."""

from datetime import UTC, datetime, timedelta
from itertools import permutations

from hypothesis import given
from hypothesis import strategies as st

from narvard.engines.criteria import Statement, settle

NOW = datetime(2026, 11, 23, 8, 0, tzinfo=UTC)
DAY = timedelta(days=1)


def said(value: int, days_ago: int = 0, source: str = "journal") -> Statement:
    return Statement("diagnoses", value, NOW - days_ago * DAY, source)


def test_the_newest_counts_and_another_source_is_told_beside_it() -> None:
    found = settle([said(3, 2, "relative"), said(5)])
    assert found.known["diagnoses"].value == 5
    assert [row.value for row in found.against["diagnoses"]] == [3]
    assert not found.contradicted


def test_a_source_that_corrects_itself_contradicts_nothing() -> None:
    found = settle([said(3, 2), said(5)])
    assert (found.known["diagnoses"].value, dict(found.against)) == (5, {})


def test_what_was_said_long_ago_is_not_told() -> None:
    assert not settle([said(3, 31, "relative"), said(5)]).against


def test_sources_that_agree_contradict_nothing() -> None:
    assert not settle([said(5, 1, "relative"), said(5)]).against


def test_two_values_at_the_same_instant_are_unknown_until_somebody_says_it_anew() -> None:
    both = [said(3, 1, "relative"), said(5, 1)]
    found = settle(both)
    assert "diagnoses" not in found.known
    assert {row.value for row in found.contradicted["diagnoses"]} == {3, 5}
    assert settle([*both, said(4)]).known["diagnoses"].value == 4


def test_the_same_source_may_not_say_two_things_at_once_either() -> None:
    assert "diagnoses" in settle([said(3), said(5)]).contradicted


statements = st.builds(said, st.integers(0, 3), st.integers(0, 40), st.sampled_from(["journal", "relative", "sender"]))


@given(st.lists(statements, max_size=5))
def test_each_fact_is_known_or_contradicted_whatever_the_order(rows: list[Statement]) -> None:
    found = settle(rows)
    assert found.known.keys() | found.contradicted.keys() == {row.name for row in rows}
    assert not found.known.keys() & found.contradicted.keys()
    outcomes = {
        (frozenset(s.known), frozenset(s.contradicted), *(row.value for row in s.known.values()))
        for s in map(settle, permutations(rows))
    }
    assert len(outcomes) <= 1 or not rows
