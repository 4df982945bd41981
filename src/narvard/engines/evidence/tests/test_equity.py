"""Ratios by place shrink as they should; the slope finds a gradient and nothing in nothing."""

import numpy as np
import pandas as pd
import pytest

from narvard.engines.evidence import BadNumberError, Light, TooFewError, shrunken_ratios, slope_index


def places(spread: float = 0.0, seed: int = 1, n: int = 200, slope: float = 0.0) -> pd.DataFrame:
    rng = np.random.default_rng(seed)
    years = rng.uniform(20, 2000, n)
    minutes = rng.uniform(0, 60, n)
    true = rng.gamma(1 / spread, spread, n) if spread else np.ones(n)
    true = true * np.exp(slope * np.argsort(np.argsort(minutes)) / n)
    return pd.DataFrame({"visits": rng.poisson(0.1 * years * true), "years": years, "minutes": minutes, "true": true})


def test_places_that_are_alike_come_out_alike() -> None:
    found = shrunken_ratios(places(), "visits", "years")
    assert found["ratio"].std() < 0.05
    assert found["crude"].std() > 3 * found["ratio"].std()


def test_small_places_are_drawn_in_and_the_truth_is_nearer() -> None:
    table = places(0.25)
    found = shrunken_ratios(table, "visits", "years")
    true = table["true"] / (table["true"] * table["years"]).sum() * table["years"].sum()
    assert ((found["ratio"] - true) ** 2).mean() < ((found["crude"] - true) ** 2).mean()
    assert 0.9 < ((found["low"] <= true) & (true <= found["high"])).mean() < 0.985
    assert (found["shown"] == ~table["visits"].between(1, 4)).all()


def test_the_slope() -> None:
    found = slope_index(places(0.05, slope=-0.7), "visits", "years", "minutes")
    assert found.interval.covers(np.exp(-0.7))
    assert found.light is Light.RED
    covered = [slope_index(places(0.1, seed=seed, n=60), "visits", "years", "minutes") for seed in range(60)]
    assert sum(bool(each.covers_no_effect) for each in covered) >= 52


def test_refusals() -> None:
    with pytest.raises(TooFewError):
        shrunken_ratios(places(n=2), "visits", "years")
    with pytest.raises(TooFewError):
        shrunken_ratios(places().assign(visits=0), "visits", "years")
    with pytest.raises(BadNumberError):
        shrunken_ratios(places().assign(years=0.0), "visits", "years")
    with pytest.raises(TooFewError):
        slope_index(places().assign(minutes=1.0), "visits", "years", "minutes")
