"""Stepped roll-out: units that start at different times, each against those who have not started yet."""

from collections.abc import Sequence
from dataclasses import dataclass
from math import ceil

import numpy as np
import pandas as pd

from narvard.engines.evidence._fit import (
    Fit,
    Floats,
    check_level,
    codes,
    counts,
    exposure_log,
    fit_within,
    need,
    numbers,
)
from narvard.engines.evidence.compare import few_clusters
from narvard.engines.evidence.errors import BadNumberError, BadTableError, NoControlError
from narvard.engines.evidence.intervals import wald
from narvard.engines.evidence.result import Design, Estimate, Note, Scale

UNLIKELY = 0.05


@dataclass(frozen=True, slots=True)
class Rollout:
    """The `overall` ratio after the start; the `path` by periods from the start (``ratio``, ``low``, ``high``; −1 is
    the reference); the p-value that nothing differed before; and a `placebo`: the ratio at a made-up earlier start."""

    overall: Estimate
    path: pd.DataFrame
    pre_trend_p: float
    placebo: Estimate | None


def stepped_rollout(
    data: pd.DataFrame,
    outcome: str,
    *,
    unit: str,
    time: str,
    start: str,
    exposure: str | None = None,
    lead: int = 4,
    lag: int = 4,
    level: float = 0.95,
) -> Rollout:
    """An event study of counts by unit and period (one row each; `time` whole numbers).

    `start` is the unit's first period with the programme, empty for never. For each start the units that start then are
    stacked with those that have not started within `lag` periods, `lead` periods before to `lag` after, with an effect
    of each unit and each period of the stack (Cengiz et al. 2019): so nobody is compared with the already treated.
    Poisson, errors robust by unit. A pre-trend or a placebo that strikes is a warning.
    """
    check_level(level)
    need(data, outcome, unit, time, start, exposure)
    if lead < 2 or lag < 0:
        raise BadNumberError(f"lead must be at least 2 and lag at least 0, not {lead} and {lag}")
    if data.duplicated([unit, time]).any():
        raise BadTableError("a unit has two rows for one period; add them up first")
    if (data.groupby(unit)[start].nunique(dropna=False) > 1).any():
        raise BadTableError(f"column {start!r} differs between the rows of one unit")
    counts(data, outcome)
    stacks = _stacks(data.assign(_when=numbers(data, time)), unit, start, lead, lag)
    groups = codes(stacks, unit)
    notes = few_clusters(groups, stacks["_ours"].to_numpy(dtype=float))

    after = stacks[["_ours"]].to_numpy(dtype=float) * (stacks[["_k"]].to_numpy() >= 0)
    overall = _estimate(_fit(stacks, outcome, unit, exposure, after, ["effect"]), "effect", stacks, unit, level)
    steps = [k for k in range(-lead, lag + 1) if k != -1]
    each = np.column_stack([(stacks["_ours"] * (stacks["_k"] == k)).to_numpy(dtype=float) for k in steps])
    study = _fit(stacks, outcome, unit, exposure, each, [str(k) for k in steps])
    p = study.joint_p([str(k) for k in steps if k < -1])
    if p < UNLIKELY:
        notes.append(Note("pre_trend", {"p": p}))
    placebo = _placebo(stacks, outcome, unit, exposure, lead, level)
    if not placebo.covers_no_effect:
        notes.append(Note("placebo", {"estimate": placebo.estimate}))
    return Rollout(overall.warned(*notes), _path(study, steps, level), p, placebo)


def _stacks(data: pd.DataFrame, unit: str, start: str, lead: int, lag: int) -> pd.DataFrame:
    """One block for each start: those who start, and those who do not within the block."""
    blocks = []
    first, last = data["_when"].min(), data["_when"].max()
    for begin in sorted(data[start].dropna().unique()):
        if begin - lead < first or begin > last:
            continue
        window = data[data["_when"].between(begin - lead, begin + lag)]
        ours = window[start] == begin
        others = window[start].isna() | (window[start] > begin + lag)
        if not others.any():
            continue
        block = window[ours | others].assign(_stack=begin, _k=window["_when"] - begin)
        blocks.append(block.assign(_ours=(block[start] == begin).astype(int)))
    if not blocks:
        raise NoControlError("no start has units that start later and enough periods before it")
    return pd.concat(blocks, ignore_index=True)


def _fit(
    stacks: pd.DataFrame, outcome: str, unit: str, exposure: str | None, terms: Floats, names: Sequence[str]
) -> Fit:
    """Poisson with an effect of each unit and period in each stack. A unit or period without any event says nothing."""
    some = np.ones(len(stacks), dtype=bool)
    for keys in (["_stack", unit], ["_stack", "_k"]):
        some &= (stacks.groupby(keys)[outcome].transform("sum") > 0).to_numpy()
    kept, terms = stacks[some], terms[some]
    label = kept["_stack"].astype(str) + "|" + kept["_k"].astype(str)
    # One period of each stack is the reference: its units hold the level.
    reference = label.groupby(kept["_stack"]).transform("first")
    periods = pd.get_dummies(label.where(label != reference), dtype=float)
    return fit_within(
        kept[outcome].to_numpy(dtype=float),
        np.hstack([terms, periods.to_numpy()]),
        [*names, *periods.columns],
        kept.groupby(["_stack", unit], sort=False).ngroup().to_numpy(),
        offset=exposure_log(kept, exposure),
        groups=codes(kept, unit),
    )


def _placebo(stacks: pd.DataFrame, outcome: str, unit: str, exposure: str | None, lead: int, level: float) -> Estimate:
    """The same analysis of the time before alone, with a start half-way through it."""
    before = stacks[stacks["_k"] < 0].reset_index(drop=True)
    fake = (before["_ours"] * (before["_k"] >= -ceil(lead / 2))).to_numpy(dtype=float)[:, None]
    return _estimate(_fit(before, outcome, unit, exposure, fake, ["effect"]), "effect", before, unit, level)


def _estimate(fit: Fit, name: str, stacks: pd.DataFrame, unit: str, level: float) -> Estimate:
    coefficient, error = fit.at(name)
    value, interval = wald(coefficient, error, fit.quantile(level), level, logarithm=True)
    assumed = ("parallel_trends", "no_spillover", "no_anticipation", "independent_clusters")
    return Estimate(value, interval, stacks[unit].nunique(), Scale.RATIO, Design.STEPPED, assumed, standard_error=error)


def _path(fit: Fit, steps: Sequence[int], level: float) -> pd.DataFrame:
    rows = [(-1, 1.0, 1.0, 1.0)]
    for k in steps:
        value, interval = wald(*fit.at(str(k)), fit.quantile(level), level, logarithm=True)
        rows.append((k, value, interval.low, interval.high))
    return pd.DataFrame(sorted(rows), columns=["k", "ratio", "low", "high"]).set_index("k")
