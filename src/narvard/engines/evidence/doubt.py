"""Attempts to prove an estimate wrong: placebos, outcomes that cannot be affected, and unlike pasts."""

from dataclasses import dataclass

import numpy as np
import pandas as pd

from narvard.engines.evidence._fit import (
    codes,
    counts,
    exposure_log,
    fit_counts,
    flags,
    need,
    numbers,
)
from narvard.engines.evidence.compare import two_way_fixed_effects
from narvard.engines.evidence.errors import BadNumberError, NoControlError, TooFewError
from narvard.engines.evidence.result import Estimate, Note

UNLIKELY = 0.05


def with_negative_control(result: Estimate, other: Estimate) -> Estimate:
    """The result with a warning if the same analysis also finds an effect on an outcome that the programme cannot
    affect (Lipsitch, Tchetgen Tchetgen and Cohen 2010), such as visits for injuries."""
    _same(result, other)
    return result if other.covers_no_effect else result.warned(Note("negative_control", {"estimate": other.estimate}))


def with_placebo(result: Estimate, placebo: Estimate) -> Estimate:
    """The result with a warning if the same analysis also finds an effect of a start that never was."""
    _same(result, placebo)
    return result if placebo.covers_no_effect else result.warned(Note("placebo", {"estimate": placebo.estimate}))


def _same(result: Estimate, other: Estimate) -> None:
    if result.scale is not other.scale or result.scale.none is None:
        raise BadNumberError(f"a {other.scale} cannot speak against a {result.scale}")


def pre_trend(
    data: pd.DataFrame, count: str, *, treated: str, time: str, cluster: str, exposure: str | None = None
) -> float:
    """The p-value that the groups went alike before the start: rows before it alone, one per person and period, `time`
    a number. Poisson with each group's own slope, errors robust by `cluster`. A high p is no proof (Roth 2022)."""
    need(data, count, treated, time, cluster, exposure)
    ours, when = flags(data, treated), numbers(data, time)
    if len(np.unique(when)) < 2:
        raise TooFewError("a trend needs at least two periods before the start")
    if not 0 < ours.sum() < len(ours):
        raise NoControlError(f"column {treated!r} must have rows of both kinds")
    scaled = (when - when.mean()) / max(float(when.std()), 1e-12)
    matrix = np.column_stack([np.ones(len(data)), ours, scaled, ours * scaled])
    fit = fit_counts(
        counts(data, count),
        matrix,
        ["(level)", treated, time, "apart"],
        offset=exposure_log(data, exposure),
        groups=codes(data, cluster),
    )
    return fit.joint_p(["apart"])


def with_pre_trend(result: Estimate, p: float) -> Estimate:
    """The result with a warning if the groups went apart before the start."""
    return result.warned(Note("pre_trend", {"p": p})) if p < UNLIKELY else result


@dataclass(frozen=True, slots=True)
class UnitPlacebos:
    """Each control unit in turn taken for the treated one: their estimates, and the share of all (the true one too)
    that are at least as large. With few treated units this p-value is to be trusted before the interval."""

    estimates: pd.Series
    p: float


def unit_placebos(data: pd.DataFrame, outcome: str, *, treated: str, unit: str, time: str) -> UnitPlacebos:
    """A permutation over units for `two_way_fixed_effects` with one treated unit (Abadie et al. 2010)."""
    true = two_way_fixed_effects(data, outcome, treated=treated, unit=unit, time=time)
    works = data[flags(data, treated) == 1]
    if works[unit].nunique() != 1:
        raise BadNumberError("placebos over units are for one treated unit")
    periods, one = set(works[time]), works[unit].iloc[0]
    controls = data[data[unit] != one]
    names = sorted(controls[unit].unique(), key=str)
    if len(names) < 5:
        raise TooFewError(f"placebos over units need at least five controls, not {len(names)}")
    found = {}
    for name in names:
        fake = ((controls[unit] == name) & controls[time].isin(periods)).astype(int)
        table = controls.assign(_fake=fake)
        found[name] = two_way_fixed_effects(table, outcome, treated="_fake", unit=unit, time=time).estimate
    estimates = pd.Series(found)
    as_large = int((estimates.abs() >= abs(true.estimate)).sum())
    return UnitPlacebos(estimates, (1 + as_large) / (1 + len(estimates)))
