"""Is care as good everywhere? Ratios by place that do not shout when they are small, and the slope of inequality."""

import numpy as np
import pandas as pd
from scipy import optimize, stats
from scipy.special import gammaln

from narvard.engines.evidence._fit import Floats, check_level, counts, exposure_log, fit_counts, need, numbers
from narvard.engines.evidence.errors import BadNumberError, NotConvergedError, TooFewError
from narvard.engines.evidence.intervals import LEAST_SHOWN, wald
from narvard.engines.evidence.result import Design, Estimate, Note, Scale


def shrunken_ratios(data: pd.DataFrame, count: str, exposure: str, level: float = 0.95) -> pd.DataFrame:
    """Each place's rate over the common one, drawn towards 1 by as much as its size leaves in doubt.

    The places' true ratios follow a gamma with mean 1, its spread by maximum likelihood (a negative binomial model with
    a random effect of place; Clayton and Kaldor 1987); each gets its posterior mean and interval. Gives ``crude``,
    ``ratio``, ``low``, ``high`` and ``shown`` (false where the count is 1 to 4) in the order of the rows.
    """
    check_level(level)
    need(data, count, exposure)
    events, time = counts(data, count), numbers(data, exposure)
    if (time <= 0).any():
        raise BadNumberError(f"column {exposure!r} must be above 0 in every row")
    if len(events) < 3:
        raise TooFewError("ratios by place need at least three places")
    if events.sum() == 0:
        raise TooFewError("no events anywhere")
    expected = time * events.sum() / time.sum()
    shape = _shape(events, expected)
    tail = (1 - level) / 2
    law = stats.gamma(events + shape, scale=1 / (expected + shape))
    out = pd.DataFrame({"crude": events / expected, "ratio": law.mean()}, index=data.index)
    out["low"], out["high"] = law.ppf(tail), law.ppf(1 - tail)
    return out.assign(shown=~((events > 0) & (events < LEAST_SHOWN)))


def _shape(events: Floats, expected: Floats) -> float:
    """The gamma's shape (and rate, so that its mean is 1) that makes the counts likeliest; large when all are alike."""

    def unlikely(log_shape: float) -> float:
        a = np.exp(log_shape)
        terms = gammaln(events + a) - gammaln(a) + a * np.log(a / (a + expected))
        return -float(np.sum(terms + events * np.log(expected / (a + expected))))

    found = optimize.minimize_scalar(unlikely, bounds=(-4, 14), method="bounded")
    if not found.success:
        raise NotConvergedError("the spread between places could not be found")
    return float(np.exp(found.x))


def slope_index(data: pd.DataFrame, count: str, exposure: str, by: str, level: float = 0.95) -> Estimate:
    """The rate at the far end over that at the near end when places are ordered by travel time or another column
    (relative index of inequality; Mackenbach and Kunst 1997).

    Each place stands at the middle of its share of the person-time in that order; a log-linear model of the rate on
    that standing, its errors widened by the spread of the counts (quasi-Poisson). A description: it does not say why.
    """
    check_level(level)
    need(data, count, exposure, by)
    table = data.assign(_by=numbers(data, by)).sort_values("_by", ignore_index=True)
    sizes = table.groupby("_by")[exposure].sum()
    if len(sizes) < 3:
        raise TooFewError(f"a slope needs at least three different values of {by!r}")
    standing = ((sizes.cumsum() - sizes / 2) / sizes.sum()).loc[table["_by"]].to_numpy()
    events = counts(table, count)
    matrix = np.column_stack([np.ones(len(table)), standing])
    fit = fit_counts(events, matrix, ["(level)", "slope"], offset=exposure_log(table, exposure))
    coefficient, error = fit.at("slope")
    error *= max(1.0, fit.dispersion) ** 0.5
    quantile = float(stats.t.ppf(1 - (1 - level) / 2, len(table) - 2))
    value, interval = wald(coefficient, error, quantile, level, logarithm=True)
    notes = (Note("groups_as_they_are"),)
    return Estimate(value, interval, len(table), Scale.RATIO, Design.UNADJUSTED, ("no_unmeasured",), notes, error)
