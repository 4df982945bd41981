"""Stepped roll-out: the truth where early starters gain more, nothing in nothing, and a past that was never alike."""

import numpy as np
import pandas as pd
import pytest

from narvard.engines.evidence import BadNumberError, BadTableError, Light, NoControlError, stepped_rollout

HOW = {"unit": "unit", "time": "quarter", "start": "start", "exposure": "people"}


def steps(effect: float = 1.0, drift: float = 0.0, seed: int = 1, units: int = 60) -> pd.DataFrame:
    """Units that start in quarter 5, 8, 11 or never; those that start drift apart from the others."""
    rng = np.random.default_rng(seed)
    rows = []
    for unit in range(units):
        start = (5, 8, 11, np.nan)[unit % 4]
        level = rng.lognormal(3, 0.4)
        for quarter in range(16):
            works = quarter >= start
            early = 0.9 if unit % 4 == 0 else 1.0
            mean = level * 1.02**quarter * (effect * early if works and effect != 1 else 1)
            mean *= np.exp(drift * quarter * (not np.isnan(start)))
            people = rng.integers(90, 110)
            rows.append((unit, quarter, start, people, rng.poisson(mean * people / 100)))
    return pd.DataFrame(rows, columns=["unit", "quarter", "start", "people", "visits"])


def test_a_true_effect_is_found_though_it_differs_by_start() -> None:
    found = stepped_rollout(steps(0.7), "visits", **HOW)
    assert 0.6 < found.overall.estimate < 0.72
    assert found.overall.verdict == "lower"
    assert found.overall.light is Light.GREEN
    assert (found.path.loc[:-1, "high"] > 0.9).all()
    assert (found.path.loc[0:, "high"] < 1).all()
    assert found.path.loc[-1, "ratio"] == 1


def test_few_units_are_said() -> None:
    found = stepped_rollout(steps(0.7, units=24), "visits", **HOW)
    assert {note.code for note in found.overall.warnings} == {"few_clusters"}
    assert found.overall.light is Light.AMBER


def test_nothing_is_found_in_nothing() -> None:
    covered = [stepped_rollout(steps(seed=seed), "visits", **HOW).overall.covers_no_effect for seed in range(15)]
    assert sum(covered) >= 12


def test_a_past_that_was_never_alike_is_said() -> None:
    found = stepped_rollout(steps(drift=-0.08, units=120), "visits", **HOW)
    assert found.pre_trend_p < 0.05
    assert {"pre_trend", "placebo"} <= {note.code for note in found.overall.warnings}
    assert found.overall.light is Light.AMBER


def test_refusals() -> None:
    table = steps(units=12)
    with pytest.raises(NoControlError):
        stepped_rollout(table.assign(start=5), "visits", **HOW)
    with pytest.raises(BadTableError):
        stepped_rollout(pd.concat([table, table]), "visits", **HOW)
    with pytest.raises(BadTableError):
        stepped_rollout(table.assign(start=table["quarter"]), "visits", **HOW)
    with pytest.raises(BadNumberError):
        stepped_rollout(table, "visits", lead=1, **HOW)
