"""What the models share: checked columns, design matrices, count models with cluster-robust errors."""

import warnings
from collections.abc import Sequence
from dataclasses import dataclass
from math import isfinite
from typing import Any, Literal

import numpy as np
import pandas as pd
import statsmodels.api as sm
from numpy.typing import NDArray
from scipy import stats
from statsmodels.tools.sm_exceptions import ConvergenceWarning, HessianInversionWarning, PerfectSeparationWarning

from narvard.engines.evidence.errors import (
    BadNumberError,
    BadTableError,
    MissingColumnError,
    NotConvergedError,
    TooFewError,
    UnknownChoiceError,
)

Family = Literal["poisson", "negative_binomial"]
Floats = NDArray[np.float64]
Ints = NDArray[np.int64]

FAMILIES = ("poisson", "negative_binomial", "binomial")
FEW_CLUSTERS = 20
FEW_EVENTS = 10
BEYOND = 30.0
"""A coefficient of a log rate beyond ±30 is an infinite one that the search stopped at."""


@dataclass(frozen=True, slots=True)
class Fit:
    """Coefficients, their covariance, and the quantile to use: Student's t on `degrees`, or the normal where None."""

    coefficients: Floats
    covariance: Floats
    names: tuple[str, ...]
    degrees: int | None
    dispersion: float
    """Pearson's chi-square over its degrees of freedom; above 1 the counts vary more than the model says."""
    alpha: float = 0.0
    """The negative binomial's extra variance (variance = μ + α μ²); 0 for Poisson."""

    def at(self, name: str) -> tuple[float, float]:
        """Coefficient and standard error."""
        i = self.names.index(name)
        return float(self.coefficients[i]), float(np.sqrt(self.covariance[i, i]))

    def quantile(self, level: float) -> float:
        """How many standard errors to each side."""
        tail = 1 - (1 - level) / 2
        return float(stats.t.ppf(tail, self.degrees) if self.degrees else stats.norm.ppf(tail))

    def joint_p(self, names: Sequence[str]) -> float:
        """Wald's test that all the named coefficients are nought; F where there are degrees of freedom."""
        at = [self.names.index(name) for name in names]
        part, cover = self.coefficients[at], self.covariance[np.ix_(at, at)]
        statistic = float(part @ np.linalg.pinv(cover) @ part)
        rank = int(np.linalg.matrix_rank(cover))
        if self.degrees:
            return float(stats.f.sf(statistic / max(rank, 1), max(rank, 1), self.degrees))
        return float(stats.chi2.sf(statistic, max(rank, 1)))


def need(data: pd.DataFrame, *columns: str | None) -> None:
    """Raise `MissingColumnError` for the first column that is not there, `TooFewError` for an empty table."""
    for column in columns:
        if column is not None and column not in data.columns:
            raise MissingColumnError(f"the table has no column {column!r}; it has {', '.join(map(str, data.columns))}")
    if len(data) == 0:
        raise TooFewError("the table has no rows")


def numbers(data: pd.DataFrame, column: str, least: float | None = None) -> Floats:
    """A column as finite floats; `BadNumberError` names the first row that is not, or lies below `least`."""
    try:
        values: Floats = data[column].to_numpy(dtype=float)
    except (TypeError, ValueError) as error:
        raise BadTableError(f"column {column!r} holds something else than numbers") from error
    wrong = ~np.isfinite(values) if least is None else ~(np.isfinite(values) & (values >= least))
    if wrong.any():
        row = int(np.flatnonzero(wrong)[0])
        rule = "a number" if least is None else f"a number of at least {least:g}"
        raise BadNumberError(f"column {column!r}, row {row + 1}: {values[row]:g} is not {rule}")
    return values


def counts(data: pd.DataFrame, column: str) -> Floats:
    """A column of counts: numbers of at least 0. Bed days may be parts of days, so they need not be whole."""
    return numbers(data, column, 0.0)


def flags(data: pd.DataFrame, column: str) -> Floats:
    """A column of yes and no as 1.0 and 0.0."""
    values = numbers(data, column)
    if not np.isin(values, (0.0, 1.0)).all():
        raise BadTableError(f"column {column!r} must be only yes and no (1 and 0)")
    return values


def exposure_log(data: pd.DataFrame, column: str | None) -> Floats | None:
    """The logarithm of the person-time; rows without any are an error, for they cannot have events."""
    if column is None:
        return None
    values = numbers(data, column)
    if (values <= 0).any():
        row = int(np.flatnonzero(values <= 0)[0])
        raise BadNumberError(f"column {column!r}, row {row + 1}: person-time must be above 0; leave such rows out")
    logarithm: Floats = np.log(values)
    return logarithm


def covariates(data: pd.DataFrame, columns: Sequence[str]) -> tuple[Floats, list[str]]:
    """Covariates as a matrix [rows, terms]: numbers as they are, words as one term each but the first."""
    parts: list[Floats] = []
    names: list[str] = []
    for column in columns:
        need(data, column)
        if pd.api.types.is_numeric_dtype(data[column]):
            parts.append(numbers(data, column)[:, None])
            names.append(column)
            continue
        if data[column].isna().any():
            raise BadNumberError(f"column {column!r} has rows without a value")
        dummies = pd.get_dummies(data[column].astype(str), drop_first=True, dtype=float)
        parts.append(dummies.to_numpy())
        names += [f"{column}={value}" for value in dummies.columns]
    return (np.hstack(parts) if parts else np.empty((len(data), 0))), names


def codes(data: pd.DataFrame, column: str) -> Ints:
    """A column as whole numbers 0, 1, …, one for each value."""
    if data[column].isna().any():
        raise BadNumberError(f"column {column!r} has rows without a value")
    found: Ints = pd.factorize(data[column])[0].astype(np.int64)
    return found


def fit_counts(
    outcome: Floats,
    matrix: Floats,
    names: Sequence[str],
    *,
    offset: Floats | None = None,
    family: str = "poisson",
    groups: Ints | None = None,
    lags: int | None = None,
) -> Fit:
    """A log-linear count model by statsmodels.

    With `groups` [rows] errors are cluster-robust with the small-sample correction (Liang and Zeger 1986); with `lags`
    they follow Newey and West (1987) for a series in order; else the model's own. ``binomial`` takes `outcome` as
    [rows, 2], ours and the others'. Raises `NotConvergedError`.
    """
    if family not in FAMILIES:
        raise UnknownChoiceError(f"unknown family {family!r}; choose poisson or negative_binomial")
    check_rank(matrix, names)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", (ConvergenceWarning, HessianInversionWarning, PerfectSeparationWarning))
        warnings.simplefilter("ignore", RuntimeWarning)
        try:
            return _fit_counts(outcome, matrix, names, offset, family, groups, lags)
        except (np.linalg.LinAlgError, ValueError) as error:
            raise NotConvergedError(f"the count model has no answer for these data ({error})") from error


def _fit_counts(
    outcome: Floats,
    matrix: Floats,
    names: Sequence[str],
    offset: Floats | None,
    family: str,
    groups: Ints | None,
    lags: int | None,
) -> Fit:
    how: dict[str, Any] = {}
    if groups is not None:
        how = {"cov_type": "cluster", "cov_kwds": {"groups": groups}}
    elif lags is not None:
        how = {"cov_type": "HAC", "cov_kwds": {"maxlags": lags, "use_correction": True}}
    alpha = 0.0
    kind: Any = sm.families.Binomial() if family == "binomial" else sm.families.Poisson()
    if family == "negative_binomial":
        full = sm.NegativeBinomial(outcome, matrix, loglike_method="nb2", offset=offset).fit(
            disp=0, maxiter=200, method="bfgs", start_params=_start(outcome, matrix, offset), **how
        )
        alpha = float(full.params[-1])
        result: Any = full
        dispersion = float(np.sum((outcome - (mu := full.predict())) ** 2 / (mu + alpha * mu**2)))
        dispersion /= max(len(outcome) - matrix.shape[1] - 1, 1)
    else:
        result = sm.GLM(outcome, matrix, family=kind, offset=offset).fit(maxiter=100, **how)
        dispersion = float(result.pearson_chi2 / max(result.df_resid, 1))
    size = matrix.shape[1]
    coefficients = np.asarray(result.params, dtype=float)[:size]
    covariance = np.asarray(result.cov_params(), dtype=float)[:size, :size]
    errors = np.diag(covariance)
    if not (np.isfinite(coefficients).all() and np.isfinite(errors).all() and (errors >= 0).all()):
        raise NotConvergedError("the count model has no finite answer for these data")
    if np.abs(coefficients).max() > BEYOND:
        raise NotConvergedError("a rate is nought or without bound: one of the groups has no events")
    degrees = None
    if groups is not None:
        degrees = len(np.unique(groups)) - 1
    elif lags is not None:
        degrees = max(len(outcome) - size, 1)
    return Fit(coefficients, covariance, tuple(names), degrees, dispersion, alpha)


def _start(outcome: Floats, matrix: Floats, offset: Floats | None) -> Floats:
    """Where the negative binomial begins: Poisson's coefficients, and the variance left over."""
    first = sm.GLM(outcome, matrix, family=sm.families.Poisson(), offset=offset).fit(maxiter=50)
    mu = np.asarray(first.mu)
    extra = float(np.sum((outcome - mu) ** 2 - mu) / max(np.sum(mu**2), 1e-9))
    start: Floats = np.append(np.asarray(first.params), max(extra, 0.05))
    return start


def fit_within(
    outcome: Floats,
    matrix: Floats,
    names: Sequence[str],
    blocks: Ints,
    *,
    offset: Floats | None = None,
    groups: Ints,
    rounds: int = 60,
) -> Fit:
    """Poisson with an effect of each block [rows] taken out by conditioning on its sum (Hausman et al. 1984), by
    Newton's method; errors robust by `groups` (Wooldridge 1999). `matrix` holds no constant."""
    size = int(blocks.max()) + 1
    total = np.bincount(blocks, outcome, size)
    shift = np.zeros(len(outcome)) if offset is None else offset
    beta = np.zeros(matrix.shape[1])
    for _ in range(rounds):
        linear = matrix @ beta + shift
        weight = np.exp(linear - _most(linear, blocks, size)[blocks])
        p = weight / np.bincount(blocks, weight, size)[blocks]
        left = outcome - total[blocks] * p
        means = np.zeros((size, matrix.shape[1]))
        np.add.at(means, blocks, matrix * p[:, None])
        centred = matrix - means[blocks]
        curvature = centred.T @ (centred * (total[blocks] * p)[:, None])
        if int(np.linalg.matrix_rank(curvature)) < matrix.shape[1]:
            raise NotConvergedError("some of the effects cannot be told from those of units and periods")
        step = np.linalg.solve(curvature, matrix.T @ left)
        beta = beta + np.clip(step, -2.0, 2.0)
        if not np.isfinite(beta).all() or np.abs(beta).max() > BEYOND:
            break
        if np.abs(step).max() < 1e-9:
            inverse = np.linalg.inv(curvature)
            clusters = len(np.unique(groups))
            scores = np.zeros((clusters, matrix.shape[1]))
            np.add.at(scores, np.unique(groups, return_inverse=True)[1], centred * left[:, None])
            covariance = clusters / max(clusters - 1, 1) * inverse @ scores.T @ scores @ inverse
            return Fit(beta, covariance, tuple(names), max(clusters - 1, 1), float("nan"))
    raise NotConvergedError("the count model has no finite answer for these data")


def _most(values: Floats, blocks: Ints, size: int) -> Floats:
    most = np.full(size, -np.inf)
    np.maximum.at(most, blocks, values)
    return most


def fit_means(outcome: Floats, matrix: Floats, names: Sequence[str], groups: Ints, absorbed: int = 0) -> Fit:
    """Ordinary least squares with cluster-robust errors; `absorbed` counts the effects taken out beforehand."""
    check_rank(matrix, names)
    result = sm.OLS(outcome, matrix).fit()
    left = np.asarray(result.resid)
    inverse = np.linalg.pinv(matrix.T @ matrix)
    clusters = len(np.unique(groups))
    scores = np.zeros((clusters, matrix.shape[1]))
    np.add.at(scores, np.unique(groups, return_inverse=True)[1], matrix * left[:, None])
    rows, terms = matrix.shape
    correct = clusters / max(clusters - 1, 1) * (rows - 1) / max(rows - terms - absorbed, 1)
    covariance = correct * inverse @ scores.T @ scores @ inverse
    return Fit(np.asarray(result.params), covariance, tuple(names), max(clusters - 1, 1), float("nan"))


def check_rank(matrix: Floats, names: Sequence[str]) -> None:
    """Raise `NotConvergedError` where two columns say the same thing."""
    rank = int(np.linalg.matrix_rank(matrix))
    if rank < matrix.shape[1]:
        raise NotConvergedError(f"of the terms {', '.join(names[:8])} only {rank} of {len(names)} can be told apart")


def check_level(level: float) -> None:
    """Raise `BadNumberError` unless the level is from 0.5 to below 1."""
    if not (isfinite(level) and 0.5 <= level < 1):
        raise BadNumberError(f"a level must be from 0.5 to below 1, not {level}")
