"""Interrupted time series: the truth is found, nothing is found in nothing, and a common shock needs a control."""

import numpy as np
import pandas as pd
import pytest

from narvard.engines.evidence import (
    BadNumberError,
    BadTableError,
    Design,
    EvidenceError,
    Light,
    TooFewError,
    interrupted_time_series,
)


def series(level: float = 1.0, shock: float = 1.0, seed: int = 1, months: int = 48, size: float = 200) -> pd.DataFrame:
    """Months with trend and season; at month 30 ours changes by `level`, and both series by a shock."""
    rng = np.random.default_rng(seed)
    t = np.arange(months)
    common = np.exp(0.004 * t) * (1 + 0.2 * np.sin(2 * np.pi * t / 12)) * np.where(t >= 30, shock, 1)
    people = rng.integers(900, 1100, months)
    return pd.DataFrame(
        {
            "month": t,
            "date": pd.date_range("2023-01-01", periods=months, freq="MS"),
            "visits": rng.poisson(size / 1000 * people * common * np.where(t >= 30, level, 1)),
            "others": rng.poisson(3 * size * common),
            "people": people,
        }
    )


def test_a_true_change_of_level_is_found() -> None:
    found = interrupted_time_series(series(0.7), "visits", "month", 30, "people", 12)
    assert found.interval.covers(0.7)
    assert found.verdict == "lower"
    assert (found.design, found.light) == (Design.ITS, Light.AMBER)
    assert found.details["over_period"] == pytest.approx(0.7, abs=0.1)
    assert found.details["slope_low"] <= 1 <= found.details["slope_high"]


def test_dates_say_the_same_as_numbers_in_any_order() -> None:
    table = series(0.7)
    found = interrupted_time_series(table, "visits", "month", 30, "people", 12)
    dated = interrupted_time_series(table.iloc[::-1], "visits", "date", pd.Timestamp("2025-07-01"), "people", 12)
    assert dated.estimate == pytest.approx(found.estimate)


def test_a_common_shock_fools_the_series_alone_but_not_with_a_control() -> None:
    table = series(shock=0.7)
    alone = interrupted_time_series(table, "visits", "month", 30, "people", 12)
    assert not alone.covers_no_effect
    assert "no_control_series" in {note.code for note in alone.warnings}
    paired = interrupted_time_series(table, "visits", "month", 30, "people", 12, control="others")
    assert paired.covers_no_effect
    assert (paired.design, paired.light) == (Design.ITS_CONTROLLED, Light.GREEN)


def test_the_interval_keeps_its_promise_without_effect() -> None:
    found = [
        interrupted_time_series(series(seed=seed), "visits", "month", 30, "people", 12, control="others")
        for seed in range(120)
    ]
    assert sum(bool(each.covers_no_effect) for each in found) >= 105


def test_without_season_it_is_said() -> None:
    found = interrupted_time_series(series(), "visits", "month", 30)
    assert "no_season" in {note.code for note in found.warnings}


@pytest.mark.parametrize(
    ("table", "start", "season", "error"),
    [
        (series().drop(index=5), 30, 12, BadTableError),
        (pd.concat([series(), series()]), 30, 12, BadTableError),
        (series(), 47, 12, TooFewError),
        (series(), 5, 12, TooFewError),
        (series(), "July", 12, BadTableError),
        (series(), 30, 1, BadNumberError),
    ],
)
def test_refusals(table: pd.DataFrame, start: object, season: int, error: type[EvidenceError]) -> None:
    with pytest.raises(error):
        interrupted_time_series(table, "visits", "month", start, season=season)


def test_months_all_alike_still_have_the_width_of_chance() -> None:
    level = pd.DataFrame({"month": range(20), "visits": [40] * 20, "others": [40] * 20})
    for more in ({}, {"control": "others"}):
        found = interrupted_time_series(level, "visits", "month", 12, **more)
        assert found.estimate == pytest.approx(1.0, abs=1e-6)
        assert found.interval.low < 0.9
        assert found.interval.high > 1.1
