"""Attempts to prove an estimate wrong: each strikes where it should, and not where it should not."""

import numpy as np
import pandas as pd
import pytest

from narvard.engines.evidence import (
    BadNumberError,
    Light,
    NoControlError,
    TooFewError,
    data_set,
    difference_in_differences,
    pre_trend,
    share,
    unit_placebos,
    with_negative_control,
    with_placebo,
    with_pre_trend,
)
from narvard.engines.evidence.tests.people import panel

HOW = {"treated": "treated", "after": "after", "cluster": "person", "exposure": "years"}


def test_an_effect_on_what_cannot_be_affected_turns_green_to_amber() -> None:
    found = difference_in_differences(panel(1000, effect=0.6), "visits", **HOW)
    nothing = difference_in_differences(panel(1000, seed=2), "visits", **HOW)
    assert with_negative_control(found, nothing).light is Light.GREEN
    assert with_negative_control(found, found).light is Light.AMBER
    assert with_placebo(found, nothing).light is Light.GREEN
    assert [note.code for note in with_placebo(found, found).warnings] == ["placebo"]
    with pytest.raises(BadNumberError):
        with_placebo(found, share(3, 40))


def months(apart: float = 0.0, seed: int = 1) -> pd.DataFrame:
    rng = np.random.default_rng(seed)
    rows = [
        (person, person % 2, month, rng.poisson(3 * np.exp(apart * month * (person % 2))))
        for person in range(200)
        for month in range(-6, 0)
    ]
    return pd.DataFrame(rows, columns=["person", "treated", "month", "visits"])


def test_pasts_that_part_are_seen() -> None:
    how = {"treated": "treated", "time": "month", "cluster": "person"}
    p = pre_trend(months(apart=-0.1), "visits", **how)
    assert p < 0.01
    found = difference_in_differences(panel(), "visits", **HOW)
    assert [note.code for note in with_pre_trend(found, p).warnings] == ["pre_trend"]
    struck = sum(pre_trend(months(seed=seed), "visits", **how) < 0.05 for seed in range(40))
    assert struck <= 6
    with pytest.raises(TooFewError):
        pre_trend(months().query("month == -1"), "visits", **how)
    with pytest.raises(NoControlError):
        pre_trend(months().assign(treated=0), "visits", **how)


def test_placebos_over_the_other_states() -> None:
    """Organ donations: one state asked. Its fall is beyond most of what the 26 others do by themselves."""
    table = data_set("organ_donations")
    table["asked"] = ((table["State"] == "California") & (table["Quarter_Num"] > 3)).astype(int)
    found = unit_placebos(table, "Rate", treated="asked", unit="State", time="Quarter_Num")
    assert len(found.estimates) == 26
    assert found.p == (1 + (found.estimates.abs() >= 0.022458).sum()) / 27
    assert 1 / 27 <= found.p < 0.5
    few = table[table["State"].isin(["California", "Texas", "Ohio", "Alaska", "Maine", "New York"])]
    with pytest.raises(TooFewError):
        unit_placebos(few, "Rate", treated="asked", unit="State", time="Quarter_Num")
    both = table.assign(asked=(table["State"].str[0].isin(["C", "F"])) * (table["Quarter_Num"] > 3))
    with pytest.raises(BadNumberError):
        unit_placebos(both, "Rate", treated="asked", unit="State", time="Quarter_Num")
