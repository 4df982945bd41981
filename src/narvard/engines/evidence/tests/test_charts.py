"""Funnels and control charts: limits hold what they say, and a shift is seen."""

import numpy as np
import pandas as pd
import pytest
from scipy import stats

from narvard.engines.evidence import BadNumberError, TooFewError, UnknownChoiceError, control_chart, funnel


@pytest.mark.parametrize("kind", ["share", "rate"])
def test_units_that_differ_by_chance_stay_within(kind: str) -> None:
    rng = np.random.default_rng(2)
    sizes = rng.integers(20, 400, 2000)
    counts = rng.binomial(sizes, 0.2) if kind == "share" else rng.poisson(sizes * 0.2)
    found = funnel(pd.DataFrame({"n": counts, "of": sizes}), "n", "of", kind, target=0.2)
    assert 0.03 < (found["outside"] > 0).mean() < 0.075
    assert (found["outside"] == 2).mean() < 0.01
    assert (found["low998"] <= found["low95"]).all()
    assert (found["high95"] <= found["high998"]).all()


def test_limits_lie_between_the_exact_quantiles() -> None:
    table = pd.DataFrame({"n": [3, 40], "of": [10, 200]})
    found = funnel(table, "n", "of", target=0.3)
    for row, size in zip(found.itertuples(), (10, 200), strict=True):
        at = stats.binom.ppf(0.975, size, 0.3)
        assert (at - 1) / size <= row.high95 <= at / size


def test_a_common_figure_is_the_target() -> None:
    assert funnel(pd.DataFrame({"n": [1, 9], "of": [10, 90]}), "n", "of")["target"].tolist() == [0.1, 0.1]


def months(shift: float = 1.0, seed: int = 3) -> pd.DataFrame:
    rng = np.random.default_rng(seed)
    sizes = rng.integers(80, 120, 24)
    return pd.DataFrame({"n": rng.poisson(sizes * 0.3 * np.where(np.arange(24) >= 12, shift, 1)), "of": sizes})


def test_a_shift_gives_a_signal_and_chance_seldom_does() -> None:
    assert control_chart(months(1.8), "n", "of", "rate", baseline=12).signal
    signals = [control_chart(months(seed=seed), "n", "of", "rate").signal for seed in range(60)]
    assert sum(signals) <= 12


def test_runs_and_crossings_by_hand() -> None:
    table = pd.DataFrame({"n": [10, 30] * 2 + [30] * 4 + [10] * 4, "of": 100})
    found = control_chart(table, "n", "of", "share")
    # 10 30 10 30 30 30 30 30 10 10 10 10 around a median of 20: runs of 1 1 1 5 4.
    assert (found.longest_run, found.crossings) == (5, 4)
    assert found.longest_run_limit == 7


def test_more_spread_than_chance_widens_the_limits() -> None:
    rng = np.random.default_rng(1)
    table = pd.DataFrame({"n": rng.poisson(1000 * rng.gamma(20, 1 / 20, 30)), "of": 1000})
    found = control_chart(table, "n", "of", "rate")
    assert found.spread > 3
    assert found.points["outside"].sum() <= 1


def test_refusals() -> None:
    with pytest.raises(UnknownChoiceError):
        funnel(months(), "n", "of", "mean")
    with pytest.raises(BadNumberError):
        funnel(pd.DataFrame({"n": [5], "of": [4]}), "n", "of")
    with pytest.raises(BadNumberError):
        funnel(pd.DataFrame({"n": [0, 0], "of": [4, 4]}), "n", "of")
    with pytest.raises(TooFewError):
        control_chart(months().head(9), "n", "of", "rate")
