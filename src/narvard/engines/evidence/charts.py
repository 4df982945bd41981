"""Limits for figures side by side (funnel) and one after the other (control chart): what chance alone explains."""

from dataclasses import dataclass
from math import ceil, log2
from typing import Literal

import numpy as np
import pandas as pd
from scipy import stats

from narvard.engines.evidence._fit import Floats, counts, need, numbers
from narvard.engines.evidence.errors import BadNumberError, TooFewError, UnknownChoiceError

Kind = Literal["share", "rate"]
LIMITS = (0.95, 0.998)


def funnel(data: pd.DataFrame, count: str, of: str, kind: Kind = "share", target: float | None = None) -> pd.DataFrame:
    """Each unit's figure with exact limits around the common one (or `target`) at 95 and 99.8 % (Spiegelhalter 2005).

    Gives ``value``, ``target``, ``low95``, ``high95``, ``low998``, ``high998`` and ``outside`` (0 within, 1 beyond 95
    %, 2 beyond 99.8 %) in the order of the rows. With many units one in twenty lies beyond 95 % by chance.
    """
    events, sizes = _pair(data, count, of, kind)
    centre = float(events.sum() / sizes.sum()) if target is None else target
    if not centre > 0 or (kind == "share" and centre >= 1):
        raise BadNumberError(f"a funnel needs a common figure above 0{' and below 1' if kind == 'share' else ''}")
    out = pd.DataFrame({"value": events / sizes, "target": centre}, index=data.index)
    for level, name in zip(LIMITS, ("95", "998"), strict=True):
        out[f"low{name}"] = _limit(sizes, centre, (1 - level) / 2, kind)
        out[f"high{name}"] = _limit(sizes, centre, (1 + level) / 2, kind)
    beyond = [(out["value"] < out[f"low{name}"]) | (out["value"] > out[f"high{name}"]) for name in ("95", "998")]
    return out.assign(outside=beyond[0].astype(int) + beyond[1].astype(int))


def _limit(sizes: Floats, centre: float, p: float, kind: Kind) -> Floats:
    """The quantile of the count over its size, interpolated so that it does not jump (Spiegelhalter 2005, A.1.1)."""
    law = stats.binom(sizes.astype(int), centre) if kind == "share" else stats.poisson(sizes * centre)
    at = law.ppf(p)
    over = (law.cdf(at) - p) / np.maximum(law.pmf(at), 1e-300)
    limits: Floats = np.clip((at - over) / sizes, 0, 1 if kind == "share" else None)
    return limits


@dataclass(frozen=True, slots=True)
class ControlChart:
    """`points` in order (``value``, ``centre``, ``low``, ``high``, ``outside``); the `longest_run` on one side of the
    centre and the number of `crossings`, each with its limit; `signal` is true when chance hardly explains it."""

    points: pd.DataFrame
    longest_run: int
    longest_run_limit: int
    crossings: int
    crossings_limit: int
    spread: float

    @property
    def signal(self) -> bool:
        """A point outside, a run too long, or too few crossings."""
        shifted = self.longest_run > self.longest_run_limit or self.crossings < self.crossings_limit
        return bool(self.points["outside"].any()) or shifted


def control_chart(
    data: pd.DataFrame, count: str, of: str, kind: Kind = "share", baseline: int | None = None
) -> ControlChart:
    """A p or u chart with three-sigma limits, widened where counts vary more than chance (Laney 2002), and the rules
    for runs of Anhøj and Olesen (2014). The centre is that of the first `baseline` rows, or of all; rows in order of
    time."""
    events, sizes = _pair(data, count, of, kind)
    first = len(events) if baseline is None else baseline
    if len(events) < 10 or not 8 <= first <= len(events):
        raise TooFewError("a control chart needs at least ten points, and eight in its baseline")
    centre = float(events[:first].sum() / sizes[:first].sum())
    value = events / sizes
    sigma = np.sqrt((centre * (1 - centre) if kind == "share" else centre) / sizes)
    if not sigma.min() > 0:
        raise BadNumberError("a control chart needs a common figure above 0 and, for shares, below 1")
    z = (value - centre)[:first] / sigma[:first]
    spread = max(1.0, float(np.abs(np.diff(z)).mean() / 1.128))
    low = np.maximum(0, centre - 3 * spread * sigma)
    high = centre + 3 * spread * sigma
    high = np.minimum(1, high) if kind == "share" else high
    points = pd.DataFrame({"value": value, "centre": centre, "low": low, "high": high}, index=data.index)
    points["outside"] = (value < low) | (value > high)
    side = np.sign(value - float(np.median(value[:first])))
    side = side[side != 0]
    changes = np.flatnonzero(side[1:] != side[:-1])
    edges = np.r_[-1, changes, len(side) - 1]
    run = int(np.diff(edges).max()) if len(side) else 0
    useful = max(len(side), 2)
    least = int(stats.binom.ppf(0.05, useful - 1, 0.5))
    return ControlChart(points, run, ceil(log2(useful)) + 3, len(changes), least, spread)


def _pair(data: pd.DataFrame, count: str, of: str, kind: str) -> tuple[Floats, Floats]:
    if kind not in ("share", "rate"):
        raise UnknownChoiceError(f"unknown kind {kind!r}; choose share or rate")
    need(data, count, of)
    events, sizes = counts(data, count), numbers(data, of)
    if (sizes <= 0).any():
        raise BadNumberError(f"column {of!r} must be above 0 in every row")
    if kind == "share" and ((events > sizes).any() or (sizes != sizes.round()).any()):
        raise BadNumberError(f"a share needs whole {of!r} of at least {count!r} in every row")
    return events, sizes
