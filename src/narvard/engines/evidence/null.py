"""Studies of a programme without any effect: what a method finds where there is nothing to find.

People have a frailty (gamma), admissions follow it (Poisson), stays have negative binomial lengths, and who has just
been in hospital is enrolled. That alone makes use fall afterwards: regression to the mean (Galton 1886; for home care
Roland et al. 2012). The figures are illustrative, not fitted to Swedish data.
"""

from collections.abc import Mapping
from dataclasses import dataclass, fields
from math import isfinite

import numpy as np
import pandas as pd
from joblib import Parallel, delayed
from numpy.typing import NDArray

from narvard.engines.evidence.compare import before_after, difference_in_differences, rate_ratio
from narvard.engines.evidence.errors import BadNumberError, EvidenceError, TooFewError
from narvard.engines.evidence.intervals import share
from narvard.engines.evidence.matching import Cohort, matched_cohort
from narvard.engines.evidence.result import Estimate

MONTH = 365.25 / 12
BEFORE, WINDOW, AFTER = 6, 3, 6
"""Months before the index month, months in which the programme takes people in, months after."""
METHODS = ("naive", "matched_did", "matched_adjusted", "overmatched_did")
MANY = 4
"""So many earlier admissions or more are matched as one."""
MAY_BE_NOUGHT = ("deaths", "selection")
USE = [f"use_{month}" for month in range(1, BEFORE + 1)]


@dataclass(frozen=True, slots=True)
class Setting:
    """A made-up population of two areas, one with the programme. Raises `BadNumberError`.

    Admissions and deaths are per person-year at mean frailty and 82 years of age; `frailty` is the gamma's shape (1
    varies much, 10 little); `selection` is how much each earlier admission raises the log odds of being enrolled (0:
    the index admission alone decides); `effect` is the true ratio of admissions after enrolment (1 = none).
    """

    persons: int = 3000
    admissions: float = 1.2
    frailty: float = 1.0
    stay: float = 9.0
    stay_shape: float = 1.0
    deaths: float = 0.2
    selection: float = 0.4
    effect: float = 1.0

    def __post_init__(self) -> None:
        """Check that every figure is positive."""
        for each in fields(self):
            value = getattr(self, each.name)
            if not isfinite(value) or value < 0 or (value == 0 and each.name not in MAY_BE_NOUGHT):
                raise BadNumberError(f"{each.name} must be above 0, not {value}")
        if self.stay <= 1:
            raise BadNumberError(f"stay must be above one day, not {self.stay}")


@dataclass(frozen=True, slots=True)
class Study:
    """One simulated study, analysed by each of `METHODS`, and the bed days per enrolled before and after."""

    estimates: Mapping[str, Estimate]
    days_before: float
    days_after: float

    @property
    def fall(self) -> float:
        """By what share bed days fell per enrolled person, deaths and all, as evaluations have reported it."""
        return 1 - self.days_after / self.days_before


@dataclass(frozen=True, slots=True)
class Found:
    """What one method found over all studies: how often its interval covers the truth, how often it claims a fall (the
    whole interval below 1), and the geometric mean of its ratios."""

    covers: Estimate
    claims: Estimate
    ratio: float


@dataclass(frozen=True, slots=True)
class Verdict:
    """All methods over all studies, the naive falls (5th, 50th and 95th percentile), and how many studies gave no
    answer."""

    methods: Mapping[str, Found]
    falls: tuple[float, float, float]
    studies: int
    failed: int


def simulate(setting: Setting, rng: np.random.Generator) -> pd.DataFrame:
    """People with an index admission, one row each: ``treated``, ``age``, ``index``, ``earlier`` (admissions before,
    four or more as four), ``use_1`` (the month before the index
    month) to ``use_6`` in bed days, ``before`` (their sum), ``index_days``, ``after``, ``alive`` (days followed up)."""
    n, months = 2 * setting.persons, BEFORE + WINDOW + AFTER
    area = np.arange(n) < setting.persons
    age = np.clip(rng.normal(82, 7, n), 65, 104)
    frail = rng.gamma(setting.frailty, 1 / setting.frailty, n) * np.exp(0.02 * (age - 82))
    stays = rng.poisson((frail * setting.admissions / 12)[:, None], (n, months))
    window = stays[:, BEFORE : BEFORE + WINDOW] > 0
    index = np.where(window.any(axis=1), window.argmax(axis=1) + BEFORE, -1)
    who = np.flatnonzero(index >= 0)
    around = index[who][:, None] + np.arange(-BEFORE, AFTER + 1)
    stays = stays[who[:, None], around]
    earlier = stays[:, :BEFORE].sum(axis=1)
    enrolled = area[who] & (rng.random(len(who)) < _chance(setting, age[who], earlier))
    if setting.effect != 1:
        mean = (frail[who] * setting.admissions * setting.effect / 12)[:, None]
        stays[:, -AFTER:] = np.where(enrolled[:, None], rng.poisson(mean, (len(who), AFTER)), stays[:, -AFTER:])
    dies = rng.exponential(1 / np.maximum(setting.deaths * frail[who], 1e-9)) * 12
    lived = np.clip(dies[:, None] - np.arange(AFTER), 0, 1)
    days = _days(stays, setting, rng)
    later = (days[:, -AFTER:] * lived).sum(axis=1)
    table = pd.DataFrame({"treated": enrolled, "area": area[who], "age": age[who], "index": index[who]})
    table["earlier"] = np.minimum(earlier, MANY)
    table[USE] = days[:, :BEFORE][:, ::-1]
    table["before"] = days[:, :BEFORE].sum(axis=1)
    table["index_days"] = days[:, BEFORE]
    table["after"] = later
    table["alive"] = np.maximum(lived.sum(axis=1), 0.02) * MONTH
    return table


def _chance(setting: Setting, age: NDArray[np.float64], earlier: NDArray[np.int64]) -> NDArray[np.float64]:
    """The chance of being enrolled: higher for the old and for those who were often in hospital."""
    chance: NDArray[np.float64] = 1 / (
        1 + np.exp(0.9 - setting.selection * np.minimum(earlier, MANY) - 0.03 * (age - 82))
    )
    return chance


def _days(stays: NDArray[np.int64], setting: Setting, rng: np.random.Generator) -> NDArray[np.float64]:
    """Bed days by month: each stay is a day and a negative binomial number more."""
    shape = setting.stay_shape
    odds = shape / (shape + setting.stay - 1)
    more = rng.negative_binomial(np.maximum(stays * shape, 1e-12), odds)
    days: NDArray[np.float64] = np.where(stays > 0, stays + more, 0).astype(float)
    return days


def study(setting: Setting, seed: int | np.random.SeedSequence) -> Study:
    """Simulate one study and analyse it by each method. All but the first leave the index month out (washout), for it
    is what both groups were chosen by.

    - ``naive``: before and after among the enrolled.
    - ``matched_did``: controls matched on index month, number of earlier admissions and age; difference in differences.
    - ``matched_adjusted``: the same people, the time after alone, adjusted for age and earlier use.
    - ``overmatched_did``: matched on the days of each earlier month too. A trap: whoever is made alike in a figure that
      is mostly chance goes apart again afterwards (Daw and Hatfield 2018).
    """
    people = simulate(setting, np.random.default_rng(seed))
    people = people[people["treated"] | ~people["area"]].reset_index(drop=True)
    people["person"] = np.arange(len(people))
    people["treated"] = people["treated"].astype(int)
    people["log_before"] = np.log1p(people["before"])
    mine = people[people["treated"] == 1]
    if len(mine) < 10:
        raise TooFewError("the setting enrols fewer than ten people: raise persons or admissions")
    with_index = mine.assign(before=mine["before"] + mine["index_days"] - mine["use_6"])
    cohort = matched_cohort(people, "treated", exact=["index", "earlier"], near=["age"])
    close = matched_cohort(people, "treated", exact=["index", "earlier"], near=["age", *USE])
    adjusted = rate_ratio(
        cohort.data,
        "after",
        "treated",
        exposure="alive",
        adjust=["age", "earlier", "log_before"],
        cluster="matched_set",
    )
    estimates = {
        "naive": before_after(_long(with_index, "person"), "days", "after", cluster="person"),
        "matched_did": _did(cohort),
        "matched_adjusted": adjusted,
        "overmatched_did": _did(close, matched_on_outcome=True),
    }
    return Study(estimates, float(with_index["before"].mean()), float(mine["after"].mean()))


def _did(cohort: Cohort, matched_on_outcome: bool = False) -> Estimate:
    result = difference_in_differences(
        _long(cohort.data, "matched_set"),
        "days",
        treated="treated",
        after="after",
        cluster="matched_set",
        exposure="time",
        matched_on_outcome=matched_on_outcome,
    )
    return result.warned(*cohort.notes)


def _long(people: pd.DataFrame, cluster: str) -> pd.DataFrame:
    """Two rows for each person: bed days and days at risk before and after."""
    columns = ["treated", cluster]
    first = people[columns].assign(after=0, days=people["before"], time=BEFORE * MONTH)
    then = people[columns].assign(after=1, days=people["after"], time=people["alive"])
    return pd.concat([first, then], ignore_index=True)


def zero_effect(setting: Setting | None = None, studies: int = 1000, seed: int = 1, jobs: int = 1) -> Verdict:
    """Many studies of one setting. The same seed gives the same studies, whatever the number of `jobs`."""
    if studies < 2:
        raise TooFewError(f"at least two studies are needed, not {studies}")
    how = setting or Setting()
    seeds = np.random.SeedSequence(seed).spawn(studies)
    found = Parallel(n_jobs=jobs)(delayed(_tried)(how, each) for each in seeds)
    done = [each for each in found if each is not None]
    if len(done) < 2:
        raise TooFewError("hardly any study gave an answer: the setting has too few admissions")
    falls = np.percentile([each.fall for each in done], [5, 50, 95])
    methods = {name: _found([each.estimates[name] for each in done], how.effect) for name in METHODS}
    return Verdict(methods, (float(falls[0]), float(falls[1]), float(falls[2])), studies, studies - len(done))


def _found(estimates: list[Estimate], truth: float) -> Found:
    n = len(estimates)
    return Found(
        share(sum(each.interval.covers(truth) for each in estimates), n),
        share(sum(each.interval.high < 1 for each in estimates), n),
        float(np.exp(np.mean([np.log(each.estimate) for each in estimates]))),
    )


def _tried(setting: Setting, seed: np.random.SeedSequence) -> Study | None:
    """A study, or None where its data have no answer: such studies are counted as failed."""
    try:
        return study(setting, seed)
    except EvidenceError:
        return None


def false_payout(threshold: float, setting: Setting | None = None, studies: int = 400, seed: int = 1) -> Estimate:
    """The chance that a rule "paid when bed days per enrolled fall by at least `threshold`" pays where the programme
    has no effect at all, with Wilson's interval over simulated studies. `threshold` is a share, e.g. 0.1."""
    if not 0 <= threshold < 1:
        raise BadNumberError(f"threshold must be a share from 0 to below 1, not {threshold}")
    how = setting or Setting()
    if how.effect != 1:
        raise BadNumberError("a false payout is reckoned at no effect: leave effect at 1")
    paid = 0
    for each in np.random.SeedSequence(seed).spawn(studies):
        people = simulate(how, np.random.default_rng(each))
        mine = people[people["treated"]]
        before = float((mine["before"] + mine["index_days"] - mine["use_6"]).sum())
        paid += before > 0 and 1 - float(mine["after"].sum()) / before >= threshold
    return share(int(paid), studies)
