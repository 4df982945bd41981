"""Intervals for shares, rates and their ratios, and the figures that may not be shown."""

from collections.abc import Sequence
from math import exp, isfinite, log, sqrt

import numpy as np
from scipy import stats
from statsmodels.stats.proportion import proportion_confint

from narvard.engines.evidence.errors import BadNumberError
from narvard.engines.evidence.result import Design, Estimate, Interval, Note, Scale

LEAST_SHOWN = 5
"""Counts from one to four are not shown: a reader could tell who they are."""
SMALL = 20


def share(count: int, of: int, level: float = 0.95) -> Estimate:
    """A share k/n with Wilson's interval (Wilson 1927). Raises `BadNumberError` unless 0 ≤ k ≤ n and n > 0."""
    _counts(count, of)
    _level(level)
    if of == 0 or count > of:
        raise BadNumberError(f"a share needs 0 ≤ count ≤ of and of > 0, not {count} of {of}")
    low, high = proportion_confint(count, of, alpha=1 - level, method="wilson")
    notes = (Note("small_n", {"n": of}),) if of < SMALL else ()
    bounds = Interval(float(low) if count else 0.0, float(high) if count < of else 1.0, level)
    return Estimate(count / of, bounds, of, Scale.SHARE, Design.DESCRIPTION, ("binomial",), notes)


def rate(events: int, person_time: float, per: float = 1.0, level: float = 0.95) -> Estimate:
    """Events per `per` units of person-time with the exact Poisson interval (Garwood 1936).

    Half a year of days, as the source documents count: ``per=182.5`` with person-time in days.
    """
    _counts(events)
    _level(level)
    _positive("person_time", person_time)
    _positive("per", per)
    tail = (1 - level) / 2
    low = stats.chi2.ppf(tail, 2 * events) / 2 if events else 0.0
    high = stats.chi2.ppf(1 - tail, 2 * events + 2) / 2
    times = per / person_time
    return Estimate(
        events * times,
        Interval(float(low) * times, float(high) * times, level),
        events,
        Scale.RATE,
        Design.DESCRIPTION,
        ("poisson",),
        details={"events": events, "person_time": person_time},
    )


def crude_rate_ratio(
    events: int, person_time: float, events_other: int, person_time_other: float, level: float = 0.95
) -> Estimate:
    """The ratio of two rates with the exact conditional interval: given the sum, one count is binomial
    (Clopper and Pearson 1934). The groups are compared as they are, so the light is red."""
    _counts(events, events_other)
    _level(level)
    _positive("person_time", person_time)
    _positive("person_time_other", person_time_other)
    both = events + events_other
    if both == 0:
        raise BadNumberError("no events in either group: their ratio is unknown")
    tail, weight = (1 - level) / 2, person_time_other / person_time
    low = stats.beta.ppf(tail, events, events_other + 1) if events else 0.0
    high = stats.beta.ppf(1 - tail, events + 1, events_other) if events_other else 1.0
    odds = [float(p) / (1 - float(p)) * weight if p < 1 else float("inf") for p in (low, high)]
    ratio = events / events_other * weight if events_other else float("inf")
    error = sqrt(1 / events + 1 / events_other) if events and events_other else float("nan")
    return Estimate(
        ratio,
        Interval(odds[0], odds[1], level),
        both,
        Scale.RATIO,
        Design.UNADJUSTED,
        ("poisson", "no_unmeasured"),
        (Note("groups_as_they_are"),),
        error,
    )


def coverage(enrolled: int, need: Sequence[float], level: float = 0.95) -> tuple[Estimate, Interval]:
    """Coverage: the enrolled against the estimated need, with Wilson's interval at the middle scenario, and the span
    over all scenarios of need (low to high; e.g. 5, 10 and 15 per cent of those aged 65 or over).

    More enrolled than need gives more than one, which no share can be: then the interval is of the rate instead.
    """
    if len(need) == 0:
        raise BadNumberError("coverage needs at least one scenario of need")
    for scenario in need:
        _positive("need", scenario)
    _counts(enrolled)
    ordered = sorted(need)
    middle = ordered[len(ordered) // 2]
    whole = round(middle)
    fits = whole > 0 and enrolled <= whole
    main = share(enrolled, whole, level) if fits else rate(enrolled, middle, 1.0, level)
    return main, Interval(enrolled / ordered[-1], enrolled / ordered[0], level)


def shown(counts: Sequence[int], least: int = LEAST_SHOWN) -> list[int | None]:
    """Counts that may be shown beside their total: None for 1 to `least` − 1, and where only one is hidden the
    smallest other one too, so that it cannot be reckoned from the total. Nought may be shown."""
    _counts(*counts)
    hidden = {i for i, count in enumerate(counts) if 0 < count < least}
    others = sorted((count, i) for i, count in enumerate(counts) if i not in hidden and count > 0)
    if len(hidden) == 1 and others:
        hidden.add(others[0][1])
    return [None if i in hidden else count for i, count in enumerate(counts)]


def may_show(numerator: int, denominator: int, least: int = LEAST_SHOWN) -> bool:
    """Whether a share may be shown: neither those counted, nor those left, nor all are one to `least` − 1."""
    _counts(numerator, denominator)
    return denominator >= least and not any(0 < part < least for part in (numerator, denominator - numerator))


def e_value(result: Estimate) -> tuple[float, float]:
    """How strongly something unmeasured must be tied to both programme and outcome to explain the estimate away, and
    to move the interval to no effect (VanderWeele and Ding 2017). For ratios of rates or rare outcomes.

    Returns (for the estimate, for the interval's nearer end); 1 means that nothing is needed.
    """
    if result.scale is not Scale.RATIO:
        raise BadNumberError("an E-value needs a ratio")
    nearer = result.interval.high if result.estimate < 1 else result.interval.low
    return _e_value(result.estimate), 1.0 if result.covers_no_effect else _e_value(nearer)


def _e_value(ratio: float) -> float:
    _positive("ratio", ratio)
    above = ratio if ratio >= 1 else 1 / ratio
    return above + sqrt(above * (above - 1))


def wald(estimate: float, error: float, quantile: float, level: float, logarithm: bool) -> tuple[float, Interval]:
    """Estimate and interval from a coefficient with its standard error, taken out of the logarithm where it is one."""
    low, high = estimate - quantile * error, estimate + quantile * error
    if not logarithm:
        return estimate, Interval(low, high, level)
    limit = log(np.finfo(float).max)
    ends = [exp(min(max(end, -limit), limit)) for end in (estimate, low, high)]
    return ends[0], Interval(ends[1], ends[2], level)


def _counts(*values: int) -> None:
    for value in values:
        if int(value) != value or value < 0:
            raise BadNumberError(f"a count must be a whole number of at least 0, not {value}")


def _positive(name: str, value: float) -> None:
    if not isfinite(value) or value <= 0:
        raise BadNumberError(f"{name} must be above 0, not {value}")


def _level(level: float) -> None:
    if not 0.5 <= level < 1:
        raise BadNumberError(f"a level must be from 0.5 to below 1, not {level}")
