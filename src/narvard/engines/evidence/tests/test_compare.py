"""Rate ratios and differences in differences: against ratios of totals, known truths, and bad tables."""

import numpy as np
import pandas as pd
import pytest

from narvard.engines.evidence import (
    BadNumberError,
    BadTableError,
    Design,
    EvidenceError,
    Light,
    MissingColumnError,
    NoControlError,
    NotConvergedError,
    TooFewError,
    UnknownChoiceError,
    before_after,
    difference_in_differences,
    rate_ratio,
    two_way_fixed_effects,
)
from narvard.engines.evidence.tests.people import panel

HOW = {"treated": "treated", "after": "after", "cluster": "person", "exposure": "years"}


def rates(table: pd.DataFrame) -> pd.Series:
    sums = table.groupby(["treated", "after"])[["visits", "years"]].sum()
    return sums["visits"] / sums["years"]


def test_the_estimate_is_the_ratio_of_ratios() -> None:
    table = panel()
    found = difference_in_differences(table, "visits", **HOW)
    r = rates(table)
    assert found.estimate == pytest.approx((r[1, 1] / r[1, 0]) / (r[0, 1] / r[0, 0]))
    assert found.n == 400
    assert found.light is Light.GREEN


@pytest.mark.parametrize("family", ["poisson", "negative_binomial"])
def test_a_true_effect_is_found_and_the_common_fall_is_not(family: str) -> None:
    found = difference_in_differences(panel(3000, effect=0.6), "visits", family=family, **HOW)
    assert found.interval.covers(0.6)
    assert found.verdict == "lower"
    nothing = difference_in_differences(panel(3000), "visits", family=family, **HOW)
    assert nothing.covers_no_effect
    assert nothing.verdict == "none"


def test_means_are_subtracted() -> None:
    table = panel()
    found = difference_in_differences(
        table, "visits", family="mean", treated="treated", after="after", cluster="person"
    )
    m = table.groupby(["treated", "after"])["visits"].mean()
    assert found.estimate == pytest.approx(m[1, 1] - m[1, 0] - m[0, 1] + m[0, 0])
    both = two_way_fixed_effects(
        table.assign(on=table["treated"] * table["after"]), "visits", treated="on", unit="person", time="after"
    )
    assert both.estimate == pytest.approx(found.estimate)


def test_before_and_after_is_always_red() -> None:
    table = panel()
    found = before_after(table[table["treated"] == 1], "visits", "after", exposure="years", cluster="person")
    r = rates(table)
    assert found.estimate == pytest.approx(r[1, 1] / r[1, 0])
    assert found.light is Light.RED
    assert found.verdict == "uncontrolled"
    assert "regression mot medelvärdet" in " ".join(found.explain("sv").lines())
    assert "regression to the mean" in " ".join(found.explain("en").lines())


def test_groups_as_they_are_are_red_until_adjusted_or_randomised() -> None:
    table = panel()
    crude = rate_ratio(table, "visits", "treated", exposure="years")
    assert crude.light is Light.RED
    assert "overdispersed" in {note.code for note in crude.warnings}
    adjusted = rate_ratio(table, "visits", "treated", exposure="years", adjust=["after"], cluster="person")
    assert (adjusted.design, adjusted.light) == (Design.ADJUSTED, Light.AMBER)
    lottery = rate_ratio(table, "visits", "treated", exposure="years", cluster="person", randomised=True)
    assert lottery.light is Light.GREEN


def test_few_clusters_and_matching_on_the_outcome_are_said() -> None:
    table = panel(12)
    found = difference_in_differences(table, "visits", matched_on_outcome=True, **HOW)
    assert {note.code for note in found.warnings} >= {"few_clusters", "matched_on_outcome"}
    assert found.light is Light.AMBER


def bad(column: str, value: float) -> pd.DataFrame:
    table = panel(40).astype(float)
    table.loc[3, column] = value
    return table


@pytest.mark.parametrize(
    ("table", "error"),
    [
        (panel(40).drop(columns="years"), MissingColumnError),
        (panel(40).iloc[:0], TooFewError),
        (bad("visits", -1), BadNumberError),
        (bad("visits", np.nan), BadNumberError),
        (bad("years", 0), BadNumberError),
        (bad("treated", 2), BadTableError),
        (panel(40).assign(visits="many"), BadTableError),
        (panel(40).assign(treated=1), NoControlError),
        (panel(40)[lambda t: t["person"] < 2], TooFewError),
        (panel(40).assign(visits=lambda t: t["visits"] * t["after"]), NotConvergedError),
    ],
)
def test_bad_tables_are_named_in_one_line(table: pd.DataFrame, error: type[EvidenceError]) -> None:
    with pytest.raises(error) as told:
        difference_in_differences(table, "visits", **HOW)
    assert len(str(told.value).splitlines()) == 1


def test_unknown_family_and_terms_that_say_the_same() -> None:
    with pytest.raises(UnknownChoiceError):
        difference_in_differences(panel(40), "visits", family="gamma", **HOW)
    with pytest.raises(NotConvergedError):
        difference_in_differences(panel(40).assign(twin=lambda t: t["treated"] * 2), "visits", adjust=["twin"], **HOW)


def test_fixed_effects_refuse_what_they_would_get_wrong() -> None:
    table = panel(40).assign(on=lambda t: t["treated"] * t["after"])
    with pytest.raises(BadTableError):
        two_way_fixed_effects(pd.concat([table, table]), "visits", treated="on", unit="person", time="after")
    third = table[(table["after"] == 1) & (table["person"] < 30)].assign(after=2, on=1)
    late = pd.concat([table, third]).iloc[::-1]
    with pytest.raises(UnknownChoiceError, match="stepped_rollout"):
        two_way_fixed_effects(late, "visits", treated="on", unit="person", time="after")
    with pytest.raises(NoControlError):
        two_way_fixed_effects(table.assign(on=table["after"]), "visits", treated="on", unit="person", time="after")
