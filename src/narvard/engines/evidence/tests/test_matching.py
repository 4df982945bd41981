"""Matching and weighting: alike groups, the least distance, and the truth found again."""

from itertools import permutations

import numpy as np
import pandas as pd
import pytest

from narvard.engines.evidence import (
    BadNumberError,
    Light,
    MissingColumnError,
    NoControlError,
    matched_cohort,
    matched_difference,
    unadjusted_difference,
    weighted_difference,
)
from narvard.engines.evidence.tests.people import candidates


def test_matched_groups_are_alike_and_nobody_is_used_twice() -> None:
    table = candidates(people=2000)
    cohort = matched_cohort(table, "treated", exact=["month", "admissions"], near=["age"], caliper=0.3)
    assert cohort.data.index.is_unique
    assert cohort.balance["smd_before"].abs().max() > 0.3
    assert cohort.balance["smd_after"].abs().max() < 0.1
    for _, people in cohort.data.groupby("matched_set"):
        assert people["treated"].tolist() == [1, 0]
        assert people["month"].nunique() == people["admissions"].nunique() == 1
    assert cohort.matched == len(cohort.data) // 2
    assert [note.code for note in cohort.notes] == ["unmatched"]


def test_the_total_distance_is_the_least_there_is() -> None:
    table = pd.DataFrame({"treated": [1, 1, 1, 0, 0, 0, 0], "age": [80, 81, 90, 79, 82, 91, 70]})
    cohort = matched_cohort(table, "treated", near=["age"])
    ages = cohort.data["age"].to_numpy().reshape(-1, 2)
    best = min(
        sum(abs(a - b) for a, b in zip((80, 81, 90), order, strict=False)) for order in permutations((79, 82, 91, 70))
    )
    assert np.abs(ages[:, 0] - ages[:, 1]).sum() == best


def test_several_controls_weigh_as_one() -> None:
    cohort = matched_cohort(candidates(people=900), "treated", exact=["month"], near=["age"], ratio=2)
    weights = cohort.data[cohort.data["treated"] == 0].groupby("matched_set")["weight"].sum()
    assert weights.to_numpy() == pytest.approx(1.0)


def test_no_effect_is_found_where_groups_as_they_are_find_one() -> None:
    """What the days depend on is measured, and the treated do not gain or lose by it."""
    table = candidates(people=4000)
    naive = unadjusted_difference(table, "days", treated="treated")
    assert not naive.covers_no_effect
    assert naive.light is Light.RED
    cohort = matched_cohort(table, "treated", exact=["admissions"], near=["age"], caliper=0.1)
    assert matched_difference(cohort, "days").interval.covers(0)
    weighted, balance = weighted_difference(table, "days", treated="treated", covariate=["age", "admissions"])
    assert weighted.interval.covers(0)
    assert weighted.light is Light.GREEN
    assert balance["smd_after"].abs().max() < 0.1


def test_a_true_difference_is_found() -> None:
    table = candidates(people=4000).assign(days=lambda t: t["days"] - 2.0 * t["treated"])
    cohort = matched_cohort(table, "treated", exact=["admissions"], near=["age"], caliper=0.1)
    found = matched_difference(cohort, "days")
    assert found.interval.covers(-2.0)
    assert found.verdict == "lower"


def test_refusals() -> None:
    table = candidates()
    with pytest.raises(MissingColumnError):
        matched_cohort(table, "treated", near=["weight_at_birth"])
    with pytest.raises(BadNumberError):
        matched_cohort(table, "treated", ratio=0)
    with pytest.raises(NoControlError):
        matched_cohort(table.assign(treated=1), "treated")
    apart = table.assign(month=table["treated"])
    with pytest.raises(NoControlError):
        matched_cohort(apart, "treated", exact=["month"])
