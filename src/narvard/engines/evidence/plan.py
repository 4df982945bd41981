"""Before the study: how many people, and what could be seen at all."""

from dataclasses import dataclass, fields
from math import ceil, exp, isfinite, log, sqrt

from scipy import optimize, stats
from statsmodels.stats.power import NormalIndPower
from statsmodels.stats.proportion import proportion_effectsize

from narvard.engines.evidence.errors import BadNumberError, TooFewError


@dataclass(frozen=True, slots=True)
class CountPlan:
    """What a study of counts looks like. Raises `BadNumberError`.

    `rate` per year among the controls, followed for `years`; `dispersion` is the negative binomial's (variance = μ + k
    μ², about 1/shape of the frailty); `before_years` above 0 plans a difference in differences, where `correlation` is
    how much of that extra variance is the person's own and so cancels; `controls` for each treated.
    """

    rate: float
    years: float = 0.5
    dispersion: float = 1.0
    before_years: float = 0.0
    correlation: float = 0.5
    controls: float = 1.0

    def __post_init__(self) -> None:
        """Check every figure."""
        for each in fields(self):
            value = getattr(self, each.name)
            nought = each.name in ("dispersion", "before_years", "correlation")
            if not isfinite(value) or value < 0 or (value == 0 and not nought):
                raise BadNumberError(f"{each.name} must be above 0, not {value}")
        if self.correlation > 1:
            raise BadNumberError(f"correlation must be from 0 to 1, not {self.correlation}")

    def variance(self, ratio: float) -> float:
        """Of the log ratio, times the number of treated (Zhu and Lakkis 2014; with a before, the variances add and the
        person's own part cancels)."""
        ours = 1 / (self.rate * ratio * self.years) + self.dispersion
        theirs = 1 / (self.rate * self.years) + self.dispersion
        if self.before_years:
            earlier = 1 / (self.rate * self.before_years) + self.dispersion
            shared = 2 * self.correlation * self.dispersion
            ours, theirs = ours + earlier - shared, theirs + earlier - shared
        return ours + theirs / self.controls


def people_needed(plan: CountPlan, ratio: float, power: float = 0.8, level: float = 0.95) -> int:
    """How many treated it takes to tell a true `ratio` of rates from none, with the `power` asked for."""
    if not isfinite(ratio) or ratio <= 0 or ratio == 1:
        raise BadNumberError(f"ratio must be above 0 and not 1, not {ratio}")
    return ceil(plan.variance(ratio) * (_quantiles(power, level) / log(ratio)) ** 2)


def detectable_ratio(plan: CountPlan, treated: int, power: float = 0.8, level: float = 0.95) -> float:
    """The ratio below 1 nearest to 1 that so many treated can tell from none. Raises `TooFewError` if even a fall by 99
    % could not be seen."""
    if treated < 2:
        raise TooFewError(f"a study needs at least two treated, not {treated}")
    total = _quantiles(power, level)

    def lacking(log_ratio: float) -> float:
        return -log_ratio - total * sqrt(plan.variance(exp(log_ratio)) / treated)

    if lacking(log(0.01)) < 0:
        raise TooFewError(f"with {treated} treated not even a fall by 99 % could be seen")
    return exp(float(optimize.brentq(lacking, log(0.01), -1e-9)))


def people_needed_share(share: float, other: float, power: float = 0.8, level: float = 0.95) -> int:
    """How many in each of two groups it takes to tell two shares apart (Cohen's arcsine, by statsmodels)."""
    for value in (share, other):
        if not 0 < value < 1:
            raise BadNumberError(f"a share must be between 0 and 1, not {value}")
    if share == other:
        raise BadNumberError("two equal shares cannot be told apart")
    _quantiles(power, level)
    size = proportion_effectsize(share, other)
    return ceil(float(NormalIndPower().solve_power(abs(size), alpha=1 - level, power=power)))


def _quantiles(power: float, level: float) -> float:
    if not 0.5 <= power < 1 or not 0.5 <= level < 1:
        raise BadNumberError(f"power and level must be from 0.5 to below 1, not {power} and {level}")
    return float(stats.norm.ppf(1 - (1 - level) / 2) + stats.norm.ppf(power))
