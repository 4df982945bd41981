"""From stays to a table: bed days and admissions around an index event, with washout, death and moves."""

import numpy as np
import pandas as pd

from narvard.engines.evidence._fit import need, numbers
from narvard.engines.evidence.errors import BadNumberError, BadTableError
from narvard.engines.evidence.intervals import share
from narvard.engines.evidence.result import Estimate

HALF_YEAR = 182.5
"""Days; the period that the evaluations of seed 004 counted in."""


def around_index(
    people: pd.DataFrame,
    stays: pd.DataFrame,
    *,
    before: float = HALF_YEAR,
    after: float = HALF_YEAR,
    same_day: float = 0.0,
) -> pd.DataFrame:
    """Two rows per person, before and after: ``bed_days``, ``admissions``, ``exposure`` in days.

    `people` has ``person``, ``index_start``, ``index_end`` (the stay that led to the programme, or to being a control)
    and ``until`` (death, move or end of data; may be empty). `stays` has ``person``, ``start``, ``end``. All in days as
    numbers. The index stay is washed out: before ends where it starts, after begins where it ends, and both count only
    time alive and living there. Bed days are min(discharge, end) − max(admission, start); a stay within one day counts
    `same_day`. Stays that overlap (transfers) are joined first. People without any time after get no row for it.
    """
    need(people, "person", "index_start", "index_end", "until")
    if before <= 0 or after <= 0:
        raise BadNumberError(f"the windows must be above 0 days, not {before:g} and {after:g}")
    if people["person"].duplicated().any():
        raise BadTableError("a person has two index events; choose one, or name them apart")
    start, end = numbers(people, "index_start"), numbers(people, "index_end")
    if (end < start).any():
        raise BadTableError(f"person {people['person'].iloc[int(np.argmax(end < start))]}: index ends before it starts")
    until = people["until"].fillna(np.inf).to_numpy(dtype=float)
    joined = join_stays(stays)
    parts = []
    for later, low, high in ((0, start - before, start), (1, end, np.minimum(end + after, until))):
        window = pd.DataFrame({"person": people["person"].to_numpy(), "low": low, "high": high})
        window = window[window["high"] > window["low"]]
        inside = joined.merge(window, on="person")
        days = np.minimum(inside["end"], inside["high"]) - np.maximum(inside["start"], inside["low"])
        begins = (inside["start"] >= inside["low"]) & (inside["start"] < inside["high"])
        short = begins & (inside["end"] == inside["start"])
        inside = inside.assign(bed_days=days.clip(lower=0) + same_day * short, admissions=begins.astype(int))
        sums = inside.groupby("person")[["bed_days", "admissions"]].sum()
        part = window.set_index("person").join(sums).fillna({"bed_days": 0.0, "admissions": 0}).reset_index()
        parts.append(part.assign(after=later, exposure=part["high"] - part["low"]).drop(columns=["low", "high"]))
    out = pd.concat(parts, ignore_index=True).astype({"admissions": int})
    return out.sort_values(["person", "after"], ignore_index=True)


def join_stays(stays: pd.DataFrame, gap: float = 0.0) -> pd.DataFrame:
    """Stays of one person that overlap or lie less than `gap` days apart as one: ``person``, ``start``, ``end``, and of
    ``acute`` the first's and of ``died`` the last's where there are such columns."""
    if len(stays) == 0:
        return pd.DataFrame({"person": pd.Series([], dtype=object), "start": [], "end": []})
    need(stays, "person", "start", "end")
    begin, end = numbers(stays, "start"), numbers(stays, "end")
    if (end < begin).any():
        raise BadTableError(f"stay in row {int(np.argmax(end < begin)) + 1} ends before it starts")
    table = stays.assign(start=begin, end=end).sort_values(["person", "start", "end"], ignore_index=True)
    latest = table.groupby("person")["end"].cummax().groupby(table["person"]).shift()
    apart = latest.isna() | (table["start"] - latest >= gap if gap else table["start"] > latest)
    how = {"person": "first", "start": "min", "end": "max"}
    how |= {name: which for name, which in (("acute", "first"), ("died", "last")) if name in table.columns}
    return table.groupby(apart.cumsum()).agg(how).reset_index(drop=True)


def unplanned_readmission(stays: pd.DataFrame, until: float, days: float = 30.0, level: float = 0.95) -> Estimate:
    """The share of discharges alive that an acute admission follows within `days`.

    `stays` has ``person``, ``start``, ``end`` (days as numbers), ``acute`` and ``died`` (yes or no). A new stay within
    less than a day is a transfer, and no discharge lies between. Only discharges that could be followed up in full by
    `until` are counted; the denominator is discharges, not patients. Wilson takes discharges as independent, so it is
    somewhat too narrow where a few patients account for many.
    """
    need(stays, "person", "start", "end", "acute", "died")
    table = join_stays(stays, gap=1.0)
    following = table.groupby("person")["start"].shift(-1)
    acute = table.groupby("person")["acute"].shift(-1).fillna(0).astype(bool)
    counted = ~table["died"].astype(bool) & (table["end"] + days <= until)
    back = counted & acute & (following - table["end"] <= days)
    if not counted.any():
        raise BadNumberError("no discharge alive could be followed up in full")
    return share(int(back.sum()), int(counted.sum()), level)
