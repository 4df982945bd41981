"""Comparisons by models: rate ratios, before and after (with its warning), and differences in differences."""

from collections.abc import Sequence

import numpy as np
import pandas as pd

from narvard.engines.evidence._fit import (
    FEW_CLUSTERS,
    FEW_EVENTS,
    Family,
    Fit,
    Floats,
    Ints,
    check_level,
    codes,
    counts,
    covariates,
    exposure_log,
    fit_counts,
    fit_means,
    flags,
    need,
    numbers,
)
from narvard.engines.evidence.errors import (
    BadTableError,
    NoControlError,
    NotConvergedError,
    TooFewError,
    UnknownChoiceError,
)
from narvard.engines.evidence.intervals import wald
from narvard.engines.evidence.result import Design, Estimate, Note, Scale

MUCH = 1.5
"""Dispersion above which a Poisson interval that is not robust is called too narrow."""


def rate_ratio(
    data: pd.DataFrame,
    count: str,
    group: str,
    *,
    exposure: str | None = None,
    adjust: Sequence[str] = (),
    family: Family = "poisson",
    cluster: str | None = None,
    randomised: bool = False,
    level: float = 0.95,
) -> Estimate:
    """The rate in one group over that in the other, by a log-linear model with person-time as offset.

    `group` is yes (1) for the group in question. With `adjust` the covariates are held equal; without, the groups are
    compared as they are (red) unless they were `randomised`. Errors are the model's own, or robust by `cluster`.
    """
    fit, n = _group_model(data, count, group, exposure, adjust, family, cluster, level)
    design = Design.EXPERIMENT if randomised else Design.ADJUSTED if adjust else Design.UNADJUSTED
    assumed = "randomised" if randomised else "no_unmeasured"
    notes = [] if randomised or adjust else [Note("groups_as_they_are")]
    return _of(fit, group, n, design, (assumed, "poisson"), [*notes, *_dispersion(fit, family)], level)


def before_after(
    data: pd.DataFrame,
    count: str,
    after: str,
    *,
    exposure: str | None = None,
    adjust: Sequence[str] = (),
    family: Family = "poisson",
    cluster: str | None = None,
    level: float = 0.95,
) -> Estimate:
    """The rate after over the rate before, without any control: always red.

    Offered because everybody reckons it, so that it stands beside the controlled figure with its warning.
    """
    fit, n = _group_model(data, count, after, exposure, adjust, family, cluster, level)
    notes = [Note("no_control"), *_dispersion(fit, family)]
    assumed = ("no_regression_to_mean", "nothing_else_changed", "poisson")
    return _of(fit, after, n, Design.BEFORE_AFTER, assumed, notes, level)


def _group_model(
    data: pd.DataFrame,
    count: str,
    group: str,
    exposure: str | None,
    adjust: Sequence[str],
    family: str,
    cluster: str | None,
    level: float,
) -> tuple[Fit, int]:
    check_level(level)
    need(data, count, group, exposure, cluster)
    outcome, belongs = counts(data, count), flags(data, group)
    if not 0 < belongs.sum() < len(belongs):
        raise NoControlError(f"column {group!r} must have rows of both kinds")
    for value in (0.0, 1.0):
        if outcome[belongs == value].sum() == 0:
            raise NotConvergedError(f"no events where {group!r} is {value:g}: the ratio has no finite interval")
    extra, names = covariates(data, adjust)
    matrix = np.column_stack([np.ones(len(data)), belongs, extra])
    groups = codes(data, cluster) if cluster else None
    fit = fit_counts(
        outcome,
        matrix,
        ["(level)", group, *names],
        offset=exposure_log(data, exposure),
        family=family,
        groups=groups,
    )
    return fit, len(data) if groups is None else len(np.unique(groups))


def difference_in_differences(
    data: pd.DataFrame,
    outcome: str,
    *,
    treated: str,
    after: str,
    cluster: str,
    exposure: str | None = None,
    family: Family | str = "poisson",
    adjust: Sequence[str] = (),
    matched_on_outcome: bool = False,
    level: float = 0.95,
) -> Estimate:
    """The change among the treated over the change among the controls.

    One row per person (or unit) and period. `treated` and `after` are yes or no; `family` is ``poisson`` or
    ``negative_binomial`` (a ratio of rate ratios, offset by `exposure`) or ``mean`` (a difference of means). Errors are
    robust by `cluster`: the person, or the matched set where people were matched (Liang and Zeger 1986; Bertrand, Duflo
    and Mullainathan 2004). Poisson with robust errors needs only the mean to be right, not the variance (Wooldridge
    1999). Say `matched_on_outcome` when the groups were made alike in the outcome itself before the start: then the
    estimate leans (Daw and Hatfield 2018), and says so.
    """
    check_level(level)
    need(data, outcome, treated, after, cluster, exposure)
    ours, later = flags(data, treated), flags(data, after)
    for who in (0.0, 1.0):
        for when in (0.0, 1.0):
            if not ((ours == who) & (later == when)).any():
                raise NoControlError(f"no rows where {treated!r} is {who:g} and {after!r} is {when:g}")
    groups = codes(data, cluster)
    if len(np.unique(groups)) < 4:
        raise TooFewError("a difference in differences needs at least four independent clusters")
    extra, names = covariates(data, adjust)
    matrix = np.column_stack([np.ones(len(data)), ours, later, ours * later, extra])
    terms = ["(level)", treated, after, "effect", *names]
    assumed = ("parallel_trends", "no_spillover", "no_anticipation", "independent_clusters")
    notes = few_clusters(groups, ours)
    if matched_on_outcome:
        notes.append(Note("matched_on_outcome"))
    if family == "mean":
        fit = fit_means(numbers(data, outcome), matrix, terms, groups)
        return _of(fit, "effect", len(np.unique(groups)), Design.DID, assumed, notes, level, False)
    values = counts(data, outcome)
    smallest = min(values[(ours == who) & (later == when)].sum() for who in (0, 1) for when in (0, 1))
    if smallest == 0:
        raise NotConvergedError("one of the four cells has no events: the ratio has no finite interval")
    fit = fit_counts(values, matrix, terms, offset=exposure_log(data, exposure), family=family, groups=groups)
    if smallest < FEW_EVENTS:
        notes.append(Note("few_events", {"count": int(smallest)}))
    return _of(fit, "effect", len(np.unique(groups)), Design.DID, assumed, notes, level)


def two_way_fixed_effects(
    data: pd.DataFrame, outcome: str, *, treated: str, unit: str, time: str, level: float = 0.95
) -> Estimate:
    """A difference of means with an effect of each unit and each period taken out, errors robust by unit.

    `treated` is yes in the rows where the programme is at work. Right when all start at one time; where they start at
    different times use `stepped_rollout`, for this one then compares with the already treated (Goodman-Bacon 2021).
    """
    check_level(level)
    need(data, outcome, treated, unit, time)
    units, times, works = codes(data, unit), codes(data, time), flags(data, treated)
    if pd.DataFrame({"u": units, "t": times}).duplicated().any():
        raise BadTableError("a unit has two rows for one period; add them up first")
    if len(np.unique(units)) < 4:
        raise TooFewError("fixed effects need at least four units")
    taken = _without_effects(np.column_stack([numbers(data, outcome), works]), units, times)
    if np.abs(taken[:, 1]).max() < 1e-9:
        raise NoControlError(f"{treated!r} does not differ between units within a period: there is no control")
    absorbed = len(np.unique(times))
    fit = fit_means(taken[:, 0], taken[:, [1]], ["effect"], units, absorbed)
    at_work = pd.DataFrame({"unit": units, "when": data[time].to_numpy()})[works > 0]
    if at_work.groupby("unit")["when"].min().nunique() > 1:
        raise UnknownChoiceError("units start at different times: use stepped_rollout")
    notes = few_clusters(units, np.isin(units, at_work["unit"]).astype(float))
    assumed = ("parallel_trends", "no_spillover", "no_anticipation", "independent_clusters")
    return _of(fit, "effect", len(np.unique(units)), Design.DID, assumed, notes, level, False)


def _without_effects(columns: Floats, units: Ints, times: Ints, rounds: int = 500) -> Floats:
    """Columns [rows, k] less the means of units and periods, in turns until nothing moves (exact when balanced)."""
    left: Floats = columns - columns.mean(axis=0)
    for _ in range(rounds):
        before = left
        for index in (units, times):
            size = np.bincount(index)
            means = np.stack([np.bincount(index, left[:, k]) / size for k in range(left.shape[1])], axis=1)
            left = left - means[index]
        if np.abs(left - before).max() < 1e-12:
            return left
    raise NotConvergedError("the effects of units and periods could not be taken apart")


def few_clusters(groups: Ints, treated: Floats) -> list[Note]:
    """A warning when either side has fewer than twenty independent clusters."""
    least = min(len(np.unique(groups[treated == side])) for side in (0, 1))
    return [Note("few_clusters", {"count": least})] if least < FEW_CLUSTERS else []


def _dispersion(fit: Fit, family: str) -> list[Note]:
    if family == "poisson" and fit.degrees is None and fit.dispersion > MUCH:
        return [Note("overdispersed", {"factor": fit.dispersion})]
    return []


def _of(
    fit: Fit,
    name: str,
    n: int,
    design: Design,
    assumed: tuple[str, ...],
    notes: Sequence[Note],
    level: float,
    logarithm: bool = True,
) -> Estimate:
    coefficient, error = fit.at(name)
    value, interval = wald(coefficient, error, fit.quantile(level), level, logarithm)
    details = {"coefficient": coefficient}
    if logarithm:
        details |= {"dispersion": fit.dispersion, "alpha": fit.alpha}
    scale = Scale.RATIO if logarithm else Scale.DIFFERENCE
    return Estimate(value, interval, n, scale, design, assumed, tuple(notes), error, details)
