"""Times to an event: waiting, stays at home, death as a competing end."""

from collections.abc import Sequence
from dataclasses import dataclass
from math import isfinite

import numpy as np
import pandas as pd
from scipy import stats
from statsmodels.duration.hazard_regression import PHReg
from statsmodels.duration.survfunc import CumIncidenceRight, SurvfuncRight

from narvard.engines.evidence._fit import check_level, check_rank, codes, covariates, flags, need, numbers
from narvard.engines.evidence.errors import BadNumberError, BadTableError, NotConvergedError, TooFewError
from narvard.engines.evidence.intervals import wald
from narvard.engines.evidence.result import Design, Estimate, Interval, Note, Scale


@dataclass(frozen=True, slots=True)
class Times:
    """`median` and `p90` (the time by which nine in ten have had it; infinite when not reached), and the `curve`: the
    share still waiting by time."""

    median: Estimate
    p90: Estimate
    curve: pd.DataFrame


def time_to_event(data: pd.DataFrame, time: str, event: str, level: float = 0.95) -> Times:
    """Kaplan and Meier's (1958) curve with quantiles; their intervals turn the log-log interval of the curve round
    (Brookmeyer and Crowley 1982). `event` is no (0) for who withdrew or is still waiting."""
    check_level(level)
    need(data, time, event)
    waited, happened = numbers(data, time, 0.0), flags(data, event)
    if happened.sum() == 0:
        raise TooFewError(f"nobody has {event!r}: there is no time to it")
    found = SurvfuncRight(waited, happened)
    curve = pd.DataFrame({"time": found.surv_times, "waiting": found.surv_prob, "at_risk": found.n_risk})
    return Times(_quantile(found, 0.5, len(data), level), _quantile(found, 0.9, len(data), level), curve)


def _quantile(found: SurvfuncRight, share: float, n: int, level: float) -> Estimate:
    # The first time by which the share has had it, the share itself included (the library waits for more than it).
    reached = np.flatnonzero(np.asarray(found.surv_prob) <= 1 - share + 1e-12)
    value = float(found.surv_times[reached[0]]) if len(reached) else float("inf")
    with np.errstate(divide="ignore", invalid="ignore"):
        low, high = (float(end) for end in found.quantile_ci(share, alpha=1 - level))
    high = high if isfinite(high) else float("inf")
    low = low if isfinite(low) else 0.0
    notes = () if isfinite(value) else (Note("not_reached"),)
    bounds = Interval(min(low, value), max(high, value), level)
    return Estimate(value, bounds, n, Scale.TIME, Design.SURVIVAL, ("uninformative_censoring",), notes)


def cumulative_incidence(data: pd.DataFrame, time: str, status: str, horizon: float, level: float = 0.95) -> Estimate:
    """The share who have had the event by `horizon` when death may come first (Aalen and Johansen 1978).

    `status` is 1 for the event, 2 for death before it, 0 for lost or still followed. Who is dead is not counted as free
    from the event, as Kaplan and Meier would.
    """
    check_level(level)
    need(data, time, status)
    followed, how = numbers(data, time, 0.0), numbers(data, status)
    if not np.isin(how, (0, 1, 2)).all():
        raise BadTableError(f"column {status!r} must be 0 (lost), 1 (event) or 2 (death first)")
    if not (how == 1).any():
        raise TooFewError("nobody has had the event")
    if not 0 < horizon <= followed.max():
        raise BadNumberError(f"horizon must be above 0 and at most the longest follow-up {followed.max():g}")
    # The variance after the last person is nought by nought; it is not read.
    with np.errstate(divide="ignore", invalid="ignore"):
        found = CumIncidenceRight(followed, how.astype(int))
    upto = found.times <= horizon
    value = float(found.cinc[0][upto][-1]) if upto.any() else 0.0
    error = float(found.cinc_se[0][upto][-1]) if upto.any() else 0.0
    half = float(stats.norm.ppf(1 - (1 - level) / 2)) * error
    bounds = Interval(max(0.0, value - half), min(1.0, value + half), level)
    assumed = ("uninformative_censoring",)
    return Estimate(value, bounds, len(data), Scale.SHARE, Design.SURVIVAL, assumed, standard_error=error)


def hazard_ratio(
    data: pd.DataFrame,
    time: str,
    event: str,
    group: str,
    *,
    adjust: Sequence[str] = (),
    cluster: str | None = None,
    randomised: bool = False,
    level: float = 0.95,
) -> Estimate:
    """The hazard in a group over that in the other (Cox 1972, Efron's ties), errors robust by `cluster` if given.

    For one cause with death as another end, count death as lost: the ratio is then of the cause-specific hazard.
    """
    check_level(level)
    need(data, time, event, group, cluster)
    followed, happened, ours = numbers(data, time, 0.0), flags(data, event), flags(data, group)
    for side in (0.0, 1.0):
        if happened[ours == side].sum() == 0:
            raise NotConvergedError(f"no events where {group!r} is {side:g}: the ratio has no finite interval")
    extra, names = covariates(data, adjust)
    matrix = np.column_stack([ours, extra])
    check_rank(np.column_stack([np.ones(len(data)), matrix]), ["(level)", group, *names])
    model = PHReg(followed, matrix, status=happened, ties="efron")
    result = model.fit(groups=codes(data, cluster) if cluster else None)
    error = float(np.sqrt(result.cov_params()[0, 0]))
    quantile = float(stats.norm.ppf(1 - (1 - level) / 2))
    value, interval = wald(float(result.params[0]), error, quantile, level, logarithm=True)
    design = Design.EXPERIMENT if randomised else Design.ADJUSTED if adjust else Design.UNADJUSTED
    notes = () if randomised or adjust else (Note("groups_as_they_are"),)
    assumed = ("randomised" if randomised else "no_unmeasured", "uninformative_censoring")
    return Estimate(value, interval, len(data), Scale.RATIO, design, assumed, notes, error)
