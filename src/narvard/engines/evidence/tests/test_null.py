"""Programmes without effect: controlled intervals keep their promise, before and after does not."""

import numpy as np
import pytest

from narvard.engines.evidence import BadNumberError, Setting, TooFewError, false_payout, zero_effect
from narvard.engines.evidence.null import simulate, study


def test_before_and_after_finds_an_effect_where_there_is_none() -> None:
    """A hundred of the thousand studies of `narvard evidence check`; bounds for so few."""
    found = zero_effect(studies=100, seed=5)
    assert found.failed == 0
    assert found.methods["naive"].claims.estimate == 1.0
    assert 0.2 < found.falls[0] < found.falls[1] < 0.6
    for name in ("matched_did", "matched_adjusted"):
        assert 0.88 <= found.methods[name].covers.estimate <= 1
        assert found.methods[name].ratio == pytest.approx(1, abs=0.05)
    assert found.methods["overmatched_did"].ratio < 0.92


def test_a_true_effect_is_seen() -> None:
    found = zero_effect(Setting(persons=6000, effect=0.5), studies=12, seed=2)
    assert found.methods["matched_adjusted"].claims.estimate > 0.9
    assert found.methods["matched_adjusted"].ratio == pytest.approx(0.5, abs=0.08)


def test_the_same_seed_gives_the_same_studies_on_any_number_of_processes() -> None:
    assert zero_effect(studies=4, seed=9) == zero_effect(studies=4, seed=9, jobs=2)
    assert zero_effect(studies=4, seed=9) != zero_effect(studies=4, seed=10)


def test_the_population_is_as_said() -> None:
    people = simulate(Setting(persons=100_000, deaths=0), np.random.default_rng(1))
    others = people[~people["area"]]
    # No death: everybody is followed up for six months; the frail are admitted, so they use more than the mean.
    assert people["alive"].to_numpy() == pytest.approx(6 * 365.25 / 12)
    assert others["index_days"].mean() > 9
    assert others["after"].mean() > 1.2 / 2 * 9
    use = people[[f"use_{month}" for month in range(1, 7)]].sum(axis=1)
    assert (use == people["before"]).all()


def test_a_lenient_rule_pays_for_nothing_and_a_strict_one_does_not() -> None:
    assert false_payout(0.1, studies=40).estimate == 1.0
    assert false_payout(0.9, studies=40).estimate == 0.0


def test_refusals() -> None:
    with pytest.raises(BadNumberError):
        Setting(admissions=-1)
    with pytest.raises(BadNumberError):
        Setting(stay=1.0)
    with pytest.raises(BadNumberError):
        false_payout(1.2)
    with pytest.raises(TooFewError):
        zero_effect(studies=1)
    with pytest.raises(TooFewError):
        study(Setting(persons=10), 1)
