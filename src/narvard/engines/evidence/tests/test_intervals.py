"""Shares, rates, suppression: against figures known from elsewhere and against counting."""

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy import stats

from narvard.engines.evidence import (
    BadNumberError,
    Light,
    coverage,
    crude_rate_ratio,
    e_value,
    may_show,
    rate,
    share,
    shown,
)


def test_wilson_of_the_survey_in_seed_004() -> None:
    """94 % of 137: the textbook formula, reckoned by hand."""
    k, n, z = 129, 137, stats.norm.ppf(0.975)
    p = k / n
    middle = (p + z * z / (2 * n)) / (1 + z * z / n)
    half = z / (1 + z * z / n) * math.sqrt(p * (1 - p) / n + z * z / (4 * n * n))
    found = share(k, n)
    assert found.interval.low == pytest.approx(middle - half)
    assert found.interval.high == pytest.approx(middle + half)
    assert found.light is Light.GREY


@pytest.mark.parametrize(("count", "of"), [(0, 0), (3, 2), (-1, 5)])
def test_a_share_that_is_none(count: int, of: int) -> None:
    with pytest.raises(BadNumberError):
        share(count, of)


def test_exact_rates_of_the_tables() -> None:
    """Garwood's table: 0 events 0 to 3.689, 10 events 4.795 to 18.39."""
    assert rate(0, 1).interval.low == 0
    assert rate(0, 1).interval.high == pytest.approx(3.689, abs=1e-3)
    ten = rate(10, 20.0, per=2.0)
    assert ten.estimate == 1.0
    assert (ten.interval.low, ten.interval.high) == pytest.approx((0.4795, 1.839), abs=1e-3)


@given(st.integers(0, 200), st.floats(0.1, 1e5))
def test_the_exact_interval_holds_its_tails(events: int, time: float) -> None:
    found = rate(events, time).interval
    assert stats.poisson.cdf(events, found.high * time) == pytest.approx(0.025)
    if events:
        assert stats.poisson.sf(events - 1, found.low * time) == pytest.approx(0.025)


def test_a_crude_ratio_is_red_and_mirrors_itself() -> None:
    one, other = crude_rate_ratio(30, 100.0, 20, 150.0), crude_rate_ratio(20, 150.0, 30, 100.0)
    assert one.estimate == pytest.approx(2.25)
    assert one.interval.low == pytest.approx(1 / other.interval.high)
    assert one.light is Light.RED
    assert crude_rate_ratio(3, 1.0, 0, 1.0).interval.high == math.inf
    with pytest.raises(BadNumberError):
        crude_rate_ratio(0, 1.0, 0, 1.0)


def test_coverage_shows_the_span_of_need() -> None:
    found, span = coverage(204, (1561, 3123, 4684))
    assert found.estimate == pytest.approx(204 / 3123)
    assert (span.low, span.high) == pytest.approx((204 / 4684, 204 / 1561))
    over, _ = coverage(12, (10,))
    assert over.estimate == pytest.approx(1.2)


@given(st.lists(st.integers(0, 40), max_size=12))
def test_no_hidden_count_can_be_reckoned(counts: list[int]) -> None:
    out = shown(counts)
    hidden = [count for count, seen in zip(counts, out, strict=True) if seen is None]
    assert all(seen is None or seen == 0 or seen >= 5 for seen in out)
    if len(hidden) == 1:
        assert not [seen for seen in out if seen]


def test_small_shares_are_hidden_from_both_sides() -> None:
    assert may_show(0, 12)
    assert may_show(12, 12)
    assert not may_show(4, 12)
    assert not may_show(9, 12)
    assert not may_show(0, 4)


def test_e_value_of_the_paper() -> None:
    """VanderWeele and Ding (2017): ratio 3.9 (1.8 to 8.7) has E-values 7.26 and 3.0."""
    found = crude_rate_ratio(39, 100.0, 10, 100.0)
    assert e_value(found)[0] == pytest.approx(7.26, abs=0.01)
    assert e_value(crude_rate_ratio(10, 100.0, 10, 100.0)) == (1.0, 1.0)
    with pytest.raises(BadNumberError):
        e_value(share(3, 9))
