"""Interrupted time series: did the level or the slope change when the programme started?"""

from dataclasses import replace
from math import exp

import numpy as np
import pandas as pd
from statsmodels.stats.diagnostic import acorr_ljungbox

from narvard.engines.evidence._fit import Fit, Floats, check_level, counts, exposure_log, fit_counts, need
from narvard.engines.evidence.errors import BadNumberError, BadTableError, TooFewError
from narvard.engines.evidence.intervals import wald
from narvard.engines.evidence.result import Design, Estimate, Note, Scale

LEAST_BEFORE, LEAST_AFTER = 8, 3
UNEVEN = 1.2
"""Months are 28 to 31 days; gaps that differ more are missing periods."""
CORRELATED = 0.05
NOTHING = 1e-9
"""A robust variance below this share of the model's own is none; so is this variance of the residuals."""


def interrupted_time_series(
    data: pd.DataFrame,
    count: str,
    time: str,
    intervention: object,
    offset: str | None = None,
    season: int | None = None,
    *,
    control: str | None = None,
    control_offset: str | None = None,
    level: float = 0.95,
) -> Estimate:
    """The ratio by which the level changed when the programme started (Bernal, Cummins and Gasparrini 2017).

    One row per period, evenly spaced; `time` holds numbers or dates, and the programme is at work from `intervention`
    on. log μ = log offset + α + β·t + γ·after + δ·after·(t − start) + two harmonics of `season` (periods in a year).
    Errors follow Newey and West, with Student's t. With a `control` series the share of all events that are ours is
    modelled instead (binomial given the sum), which takes out whatever moved both. `details` has the ratio of `slope`
    per period and the ratio `over_period` of what came after to what the earlier trend foretold.
    """
    check_level(level)
    need(data, count, time, offset, control, control_offset)
    table = data.sort_values(time, ignore_index=True)
    after = _after(table, time, intervention)
    matrix, names = _matrix(after, season)
    ours = counts(table, count)
    lags = max(1, int(4 * (len(table) / 100) ** (2 / 9)))
    shift = exposure_log(table, offset)
    if control is None:
        family, outcome = "poisson", ours
    else:
        others = counts(table, control)
        if (ours + others == 0).any():
            raise TooFewError("a period has no events in either series: use longer periods")
        other_shift = exposure_log(table, control_offset)
        shift = (0 if shift is None else shift) - (0 if other_shift is None else other_shift) + np.zeros(len(table))
        family, outcome = "binomial", np.column_stack([ours, others])
    fit = _wider(
        fit_counts(outcome, matrix, names, offset=shift, family=family, lags=lags),
        fit_counts(outcome, matrix, names, offset=shift, family=family),
    )
    linear = matrix @ fit.coefficients + (0 if shift is None else shift)
    residuals = _residuals(outcome, linear)
    coefficient, error = fit.at("level change")
    value, interval = wald(coefficient, error, fit.quantile(level), level, logarithm=True)
    slope, slope_error = fit.at("slope change")
    _, slopes = wald(slope, slope_error, fit.quantile(level), level, logarithm=True)
    steps = np.arange(int(after.sum()))
    details = {
        "slope": exp(slope),
        "slope_low": slopes.low,
        "slope_high": slopes.high,
        "over_period": float(np.mean(np.exp(coefficient + slope * steps))),
        "dispersion": fit.dispersion,
    }
    notes = _notes(residuals, lags, season, len(table), control)
    design = Design.ITS if control is None else Design.ITS_CONTROLLED
    assumed = ("trend_goes_on", "no_anticipation", "nothing_else_changed" if control is None else "no_spillover")
    return Estimate(value, interval, len(table), Scale.RATIO, design, assumed, tuple(notes), error, details)


def _wider(robust: Fit, plain: Fit) -> Fit:
    """The robust fit, each variance at least the model's own times the dispersion: in short series Newey and West's are
    too small."""
    whole = plain.covariance * max(1.0, plain.dispersion)
    own, found = np.diag(whole), np.diag(robust.covariance)
    if (found <= NOTHING * own).any():
        # Periods that follow the line exactly leave no residuals to reckon errors from.
        return replace(robust, covariance=whole)
    widen = np.sqrt(np.maximum(1.0, own / found))
    return replace(robust, covariance=robust.covariance * np.outer(widen, widen))


def _residuals(outcome: Floats, linear: Floats) -> Floats:
    """Pearson's residuals of the counts, or of the share that is ours."""
    if outcome.ndim == 1:
        expected = np.exp(linear)
        plain: Floats = (outcome - expected) / np.sqrt(expected)
        return plain
    share, total = 1 / (1 + np.exp(-linear)), outcome.sum(axis=1)
    shared: Floats = (outcome[:, 0] - total * share) / np.sqrt(total * share * (1 - share))
    return shared


def _after(table: pd.DataFrame, time: str, intervention: object) -> Floats:
    """Yes or no by period, with the spacing and the number of periods checked."""
    when = table[time]
    if when.isna().any() or when.duplicated().any():
        raise BadTableError(f"column {time!r} must have one row for each period, none of them empty")
    gaps = np.diff(when.to_numpy()).astype(float)
    if len(gaps) and gaps.max() > UNEVEN * gaps.min():
        raise BadTableError(f"column {time!r}: a period is missing, the gaps are not even")
    try:
        after: Floats = (when >= intervention).to_numpy().astype(float)
    except TypeError as error:
        raise BadTableError(f"intervention {intervention!r} cannot be compared with column {time!r}") from error
    later = int(after.sum())
    if len(after) - later < LEAST_BEFORE or later < LEAST_AFTER:
        raise TooFewError(
            f"a time series needs at least {LEAST_BEFORE} periods before and {LEAST_AFTER} after, "
            f"not {len(after) - later} and {later}"
        )
    return after


def _matrix(after: Floats, season: int | None) -> tuple[Floats, list[str]]:
    t = np.arange(len(after), dtype=float)
    start = float(np.argmax(after))
    columns = [np.ones(len(t)), (t - start) / len(t), after, after * (t - start)]
    names = ["(level)", "trend", "level change", "slope change"]
    if season is not None:
        if season < 2:
            raise BadNumberError(f"season must be at least 2 periods in a year, not {season}")
        for k in range(1, min(2, max(1, (season - 1) // 2)) + 1):
            columns += [np.sin(2 * np.pi * k * t / season), np.cos(2 * np.pi * k * t / season)]
            names += [f"sin {k}", f"cos {k}"]
    return np.column_stack(columns), names


def _notes(residuals: Floats, lags: int, season: int | None, periods: int, control: str | None) -> list[Note]:
    notes = []
    if control is None:
        notes.append(Note("no_control_series"))
        if season is None or periods < 2 * season:
            notes.append(Note("no_season"))
    if residuals.var() <= NOTHING:
        return notes
    p = float(acorr_ljungbox(residuals, lags=[lags])["lb_pvalue"].iloc[0])
    if p < CORRELATED:
        notes.append(Note("autocorrelation", {"p": p}))
    return notes
