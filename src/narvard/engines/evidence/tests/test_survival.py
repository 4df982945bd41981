"""Times to an event: by hand, with withdrawals, with death first."""

import numpy as np
import pandas as pd
import pytest

from narvard.engines.evidence import (
    BadNumberError,
    BadTableError,
    Light,
    NotConvergedError,
    TooFewError,
    cumulative_incidence,
    hazard_ratio,
    time_to_event,
)


def waits(seed: int = 1, n: int = 800, ratio: float = 1.0) -> pd.DataFrame:
    rng = np.random.default_rng(seed)
    group = np.arange(n) % 2
    came = rng.exponential(10 / np.where(group, ratio, 1.0))
    left = rng.exponential(30, n)
    return pd.DataFrame({"days": np.minimum(came, left), "came": (came <= left).astype(int), "group": group})


def test_without_withdrawals_the_median_is_the_plain_one() -> None:
    table = pd.DataFrame({"days": [1, 2, 3, 4, 5, 6, 7, 8, 9], "came": 1})
    found = time_to_event(table, "days", "came")
    assert found.median.estimate == 5
    assert found.p90.estimate == 9
    assert time_to_event(table.head(8), "days", "came").median.estimate == 4
    assert found.median.light is Light.GREY
    assert found.curve["waiting"].tolist() == pytest.approx([(9 - i) / 9 for i in range(1, 10)])


def test_those_who_withdrew_count_until_they_did() -> None:
    found = time_to_event(waits(), "days", "came")
    assert found.median.interval.covers(10 * np.log(2))
    assert found.p90.interval.covers(10 * np.log(10))
    assert waits().loc[lambda t: t["came"] == 1, "days"].median() < found.median.estimate


def test_a_share_not_reached_is_said() -> None:
    table = pd.DataFrame({"days": [1.0, 2, 3, 4, 5, 5, 5, 5, 5, 5], "came": [1, 1, 1] + [0] * 7})
    found = time_to_event(table, "days", "came")
    assert found.p90.estimate == np.inf
    assert [note.code for note in found.p90.warnings] == ["not_reached"]
    assert "∞" in found.p90.explain("sv").figure


def test_death_is_no_freedom_from_the_event() -> None:
    """Nobody is lost: the share is then the plain one, whatever Kaplan and Meier would make of the dead."""
    rng = np.random.default_rng(4)
    event, death = rng.exponential(20, 500), rng.exponential(10, 500)
    table = pd.DataFrame({"days": np.minimum(event, death), "how": np.where(event < death, 1, 2)})
    found = cumulative_incidence(table, "days", "how", 15.0)
    plain = ((table["how"] == 1) & (table["days"] <= 15)).mean()
    assert found.estimate == pytest.approx(plain)
    assert found.interval.covers(1 / 3 * (1 - np.exp(-15 * 0.15)))


def test_hazards() -> None:
    found = hazard_ratio(waits(ratio=2.0), "days", "came", "group", randomised=True)
    assert found.interval.covers(2.0)
    assert found.light is Light.GREEN
    assert hazard_ratio(waits(), "days", "came", "group").light is Light.RED


def test_refusals() -> None:
    with pytest.raises(TooFewError):
        time_to_event(waits().assign(came=0), "days", "came")
    with pytest.raises(BadNumberError):
        time_to_event(waits().assign(days=-1.0), "days", "came")
    with pytest.raises(NotConvergedError):
        hazard_ratio(waits().assign(came=lambda t: t["group"]), "days", "came", "group")
    with pytest.raises(BadTableError):
        cumulative_incidence(waits().assign(came=3), "days", "came", 5.0)
    with pytest.raises(BadNumberError):
        cumulative_incidence(waits(), "days", "came", 1e9)
