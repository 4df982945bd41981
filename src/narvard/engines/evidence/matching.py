"""Making groups comparable: matched cohorts on the index event, and weights from the chance of being treated."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd
from scipy.optimize import linear_sum_assignment
from scipy.spatial.distance import cdist
from sklearn.linear_model import LogisticRegression
from sklearn.preprocessing import StandardScaler

from narvard.engines.evidence._fit import Floats, Ints, check_level, covariates, fit_means, flags, need, numbers
from narvard.engines.evidence.errors import BadNumberError, NoControlError, TooFewError
from narvard.engines.evidence.intervals import wald
from narvard.engines.evidence.result import Design, Estimate, Note, Scale

BALANCED = 0.1
"""Standardised mean difference above which groups count as unlike (Austin 2009)."""
FORBIDDEN = 1e9


@dataclass(frozen=True, slots=True)
class Cohort:
    """Matched people: `data` has the rows kept with ``matched_set`` and ``weight``; `balance` has one row per column
    with ``smd_before`` and ``smd_after`` (standardised mean differences); `treated` were there, `matched` found one."""

    data: pd.DataFrame
    balance: pd.DataFrame
    treated: int
    matched: int

    @property
    def notes(self) -> tuple[Note, ...]:
        """What the reader must know about the matching: who fell out, and what still differs."""
        out = []
        if self.matched < self.treated:
            out.append(Note("unmatched", {"count": self.treated - self.matched, "of": self.treated}))
        return (*out, *unlike(self.balance))


def unlike(balance: pd.DataFrame) -> list[Note]:
    """A warning for the column that differs most after matching or weighting, if it differs too much."""
    worst = balance["smd_after"].abs()
    if len(worst) == 0 or not worst.max() > BALANCED:
        return []
    name = str(worst.idxmax())
    return [Note("imbalance", {"column": name, "smd": float(worst.max())})]


def matched_cohort(
    data: pd.DataFrame,
    treated: str,
    *,
    exact: Sequence[str] = (),
    near: Sequence[str] = (),
    ratio: int = 1,
    caliper: float | None = None,
) -> Cohort:
    """For each treated `ratio` untreated, alike in `exact` and as near as possible in `near`.

    One row per person. Match on the index event first of all: the month of the admission that led to the programme
    (`exact`), then age, earlier use month by month, kind of municipality. Distances are Euclidean over standard
    deviations; with `caliper` none may be further than so many of them. Within each stratum the total distance is the
    least there is (optimal matching, Rosenbaum 1989), without replacement. A treated person without `ratio` controls
    left gets those there are, weighted; one without any falls out and is counted.
    """
    need(data, treated, *exact, *near)
    if ratio < 1:
        raise BadNumberError(f"ratio must be at least 1, not {ratio}")
    ours = flags(data, treated)
    if not 0 < ours.sum() < len(ours):
        raise NoControlError(f"column {treated!r} must have rows of both kinds")
    places, _ = covariates(data, near)
    spread = np.sqrt((places[ours == 1].var(axis=0) + places[ours == 0].var(axis=0)) / 2)
    places = places / np.where(spread > 0, spread, 1.0)
    keys = data.groupby(list(exact), sort=False, dropna=False).ngroup().to_numpy() if exact else np.zeros(len(data))
    kept: list[tuple[int, int, float]] = []
    sets = 0
    for key in np.unique(keys[ours == 1]):
        mine = np.flatnonzero((keys == key) & (ours == 1))
        others = np.flatnonzero((keys == key) & (ours == 0))
        for person, controls in _pairs(places, mine, others, ratio, caliper):
            kept.append((person, sets, 1.0))
            kept += [(control, sets, 1 / len(controls)) for control in controls]
            sets += 1
    if not kept:
        raise NoControlError("no treated person has a comparable control: loosen what must be alike")
    rows = np.array([row for row, _, _ in kept])
    chosen = data.iloc[rows].copy()
    chosen["matched_set"] = [number for _, number, _ in kept]
    chosen["weight"] = [weight for _, _, weight in kept]
    full = np.zeros(len(data))
    full[rows] = chosen["weight"].to_numpy()
    return Cohort(chosen, balance(data, treated, [*exact, *near], full), int(ours.sum()), sets)


def _pairs(places: Floats, mine: Ints, others: Ints, ratio: int, caliper: float | None) -> list[tuple[int, list[int]]]:
    """Treated rows with their controls' rows within one stratum: the assignment of least total distance."""
    if len(others) == 0:
        return []
    distance = cdist(places[mine], places[others]) if places.shape[1] else np.zeros((len(mine), len(others)))
    if caliper is not None:
        distance = np.where(distance > caliper, FORBIDDEN, distance)
    found: dict[int, list[int]] = {}
    free = np.ones(len(others), dtype=bool)
    for _ in range(ratio):
        left = np.flatnonzero(free)
        if len(left) == 0:
            break
        for a, b in zip(*linear_sum_assignment(distance[:, left]), strict=True):
            if distance[a, left[b]] < FORBIDDEN:
                found.setdefault(int(mine[a]), []).append(int(others[left[b]]))
                free[left[b]] = False
    return sorted(found.items())


def balance(data: pd.DataFrame, treated: str, columns: Sequence[str], weights: Floats) -> pd.DataFrame:
    """Means of both groups and standardised mean differences, as they were and with `weights` [rows].

    The difference is divided by the root of the mean variance of the groups as they were (Austin 2009).
    """
    ours = flags(data, treated) == 1
    matrix, names = covariates(data, columns)
    rows = []
    for name, values in zip(names, matrix.T, strict=True):
        spread = np.sqrt((values[ours].var() + values[~ours].var()) / 2) or 1.0
        before = values[ours].mean() - values[~ours].mean()
        treated_mean = np.average(values[ours], weights=weights[ours])
        control_mean = np.average(values[~ours], weights=weights[~ours])
        rows.append((name, treated_mean, control_mean, before / spread, (treated_mean - control_mean) / spread))
    table = pd.DataFrame(rows, columns=["column", "treated", "control", "smd_before", "smd_after"])
    return table.set_index("column")


def matched_difference(cohort: Cohort, outcome: str, *, level: float = 0.95) -> Estimate:
    """The mean difference between the treated and their controls, set by set (Abadie and Imbens 2006 for the estimand:
    the effect on the treated); errors robust by set."""
    check_level(level)
    need(cohort.data, outcome)
    values = numbers(cohort.data, outcome)
    weights = cohort.data["weight"].to_numpy(dtype=float)
    sets = cohort.data["matched_set"].to_numpy()
    # The treated person stands first in its set.
    first = np.r_[True, sets[1:] != sets[:-1]]
    sums = np.bincount(sets, np.where(first, values, -values * weights)).astype(float)
    if len(sums) < 2:
        raise TooFewError("a matched difference needs at least two sets")
    fit = fit_means(sums, np.ones((len(sums), 1)), ["effect"], np.arange(len(sums)))
    value, interval = wald(*fit.at("effect"), fit.quantile(level), level, logarithm=False)
    assumed = ("no_unmeasured", "overlap", "no_spillover")
    return Estimate(
        value, interval, len(sums), Scale.DIFFERENCE, Design.MATCHED, assumed, cohort.notes, fit.at("effect")[1]
    )


def weighted_difference(
    data: pd.DataFrame,
    outcome: str,
    *,
    treated: str,
    covariate: Sequence[str],
    level: float = 0.95,
) -> tuple[Estimate, pd.DataFrame]:
    """The mean difference with controls weighted to look like the treated, and the balance table.

    Weights are the odds p/(1 − p) of being treated, p from a logistic regression on `covariate` (the effect on the
    treated; Hirano, Imbens and Ridder 2003). What the weights leave is taken out by a regression on the same columns
    (doubly robust: right if either model is). Errors are robust; the weights are taken as known, which on the whole
    widens the interval (Lunceford and Davidian 2004).
    """
    check_level(level)
    need(data, outcome, treated, *covariate)
    ours, values = flags(data, treated), numbers(data, outcome)
    if not 0 < ours.sum() < len(ours):
        raise NoControlError(f"column {treated!r} must have rows of both kinds")
    matrix, names = covariates(data, covariate)
    scaled = StandardScaler().fit_transform(matrix)
    chance = LogisticRegression(C=np.inf, max_iter=2000).fit(scaled, ours).predict_proba(scaled)[:, 1]
    weights = np.where(ours == 1, 1.0, chance / np.clip(1 - chance, 1e-6, 1))
    controls = weights[ours == 0]
    effective = float(controls.sum() ** 2 / (controls**2).sum())
    root = np.sqrt(weights)[:, None]
    centred = matrix - matrix[ours == 1].mean(axis=0)
    design = np.column_stack([np.ones(len(data)), ours, centred]) * root
    fit = fit_means(values * root[:, 0], design, ["(level)", "effect", *names], np.arange(len(data)))
    value, interval = wald(*fit.at("effect"), fit.quantile(level), level, logarithm=False)
    table = balance(data, treated, covariate, weights)
    notes = unlike(table)
    if effective < max(20.0, 0.1 * ours.sum()):
        notes.append(Note("weak_overlap", {"effective": round(effective)}))
    assumed = ("no_unmeasured", "overlap", "no_spillover")
    result = Estimate(
        value,
        interval,
        len(data),
        Scale.DIFFERENCE,
        Design.WEIGHTED,
        assumed,
        tuple(notes),
        fit.at("effect")[1],
        {"effective_controls": effective},
    )
    return result, table


def unadjusted_difference(
    data: pd.DataFrame, outcome: str, *, treated: str, randomised: bool = False, level: float = 0.95
) -> Estimate:
    """The mean difference of two groups as they are, errors robust (Welch): red unless they were `randomised`."""
    check_level(level)
    need(data, outcome, treated)
    ours, values = flags(data, treated), numbers(data, outcome)
    if min(ours.sum(), len(ours) - ours.sum()) < 2:
        raise NoControlError(f"column {treated!r} must have at least two rows of each kind")
    matrix = np.column_stack([np.ones(len(data)), ours])
    fit = fit_means(values, matrix, ["(level)", "effect"], np.arange(len(data)))
    value, interval = wald(*fit.at("effect"), fit.quantile(level), level, logarithm=False)
    design = Design.EXPERIMENT if randomised else Design.UNADJUSTED
    notes = () if randomised else (Note("groups_as_they_are"),)
    assumed = ("randomised",) if randomised else ("no_unmeasured",)
    return Estimate(value, interval, len(data), Scale.DIFFERENCE, design, assumed, notes, fit.at("effect")[1])
