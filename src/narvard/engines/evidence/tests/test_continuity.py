"""Usual carer, Bice and Boxerman, sequence: by hand and against their definitions."""

from itertools import combinations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from narvard.engines.evidence import TooFewError, continuity


def test_by_hand() -> None:
    found = continuity(["Ann", "Ann", "Bo", "Ann"])
    assert (found.upc, found.coc, found.secon) == pytest.approx((3 / 4, (9 + 1 - 4) / 12, 1 / 3))


@given(st.lists(st.sampled_from("abcd"), min_size=3, max_size=30))
def test_coc_is_the_chance_that_two_visits_are_by_the_same(carers: list[str]) -> None:
    pairs = list(combinations(carers, 2))
    found = continuity(carers)
    assert found.coc == pytest.approx(sum(a == b for a, b in pairs) / len(pairs))
    assert 0 < found.upc <= 1


def test_two_visits_say_nothing() -> None:
    with pytest.raises(TooFewError):
        continuity(["Ann", "Bo"])
