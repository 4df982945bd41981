"""Study size: the promised power is there when the study is simulated."""

import numpy as np
import pytest

from narvard.engines.evidence import (
    BadNumberError,
    CountPlan,
    TooFewError,
    detectable_ratio,
    people_needed,
    people_needed_share,
)


def test_the_power_is_as_promised() -> None:
    plan = CountPlan(rate=2.0, years=0.5, dispersion=0.8)
    n = people_needed(plan, 0.7)
    rng = np.random.default_rng(1)
    frail = rng.gamma(1 / 0.8, 0.8, (2, 2000, n))
    totals = rng.poisson(frail * np.array([0.7, 1.0])[:, None, None]).sum(axis=2)
    ratios = np.log(totals[0] / totals[1])
    error = np.sqrt(plan.variance(0.7) / n)
    assert (ratios < -1.96 * error).mean() == pytest.approx(0.8, abs=0.04)


def test_what_can_be_seen_turns_what_is_needed_round() -> None:
    plan = CountPlan(rate=2.0, before_years=0.5, correlation=0.9, controls=3)
    n = people_needed(plan, 0.8)
    assert detectable_ratio(plan, n) == pytest.approx(0.8, abs=0.002)


def test_a_before_helps_only_when_people_are_like_themselves() -> None:
    without = people_needed(CountPlan(rate=4.0, dispersion=2.0), 0.8)
    assert people_needed(CountPlan(rate=4.0, dispersion=2.0, before_years=0.5, correlation=1.0), 0.8) < without
    assert people_needed(CountPlan(rate=4.0, dispersion=2.0, before_years=0.5, correlation=0.0), 0.8) > without


def test_shares_of_the_tables() -> None:
    """Cohen (1988): h = 0.2, power 0.8, two-sided 5 % needs 392 to 393 in each group."""
    share = np.sin(np.arcsin(np.sqrt(0.5)) + 0.1) ** 2
    assert people_needed_share(share, 0.5) in (392, 393)


def test_refusals() -> None:
    with pytest.raises(BadNumberError):
        CountPlan(rate=0)
    with pytest.raises(BadNumberError):
        CountPlan(rate=1, correlation=1.5)
    with pytest.raises(BadNumberError):
        people_needed(CountPlan(rate=1), 1.0)
    with pytest.raises(BadNumberError):
        people_needed(CountPlan(rate=1), 0.8, power=1.0)
    with pytest.raises(TooFewError):
        detectable_ratio(CountPlan(rate=0.1), 4)
    with pytest.raises(BadNumberError):
        people_needed_share(0.5, 0.5)
