"""An interrupted time series, from its table: ``python effekt.py effekt.csv``. Needs pandas and
narvard.engines.evidence.

The product runs just this file, so that whoever has the table finds the same figures. One row per municipality
(``unit``) and whole month (``month``, counted from 0): ``start`` (the month in which the programme started there, empty
where it never did), ``days`` of the month, ``bed_days`` and ``admissions`` of everybody who lived there. Those who
started first are studied; those who never started, added up, are the control series.
"""

import sys
from dataclasses import replace

import pandas as pd

from narvard.engines.evidence import Estimate, EvidenceError, before_after, interrupted_time_series, with_placebo

OUTCOMES = ("bed_days", "admissions")
YEAR = 12
LEAST_BEFORE, LEAST_AFTER = 8, 3


def analyse(table: pd.DataFrame) -> tuple[dict[str, Estimate], dict[str, pd.DataFrame]]:
    """By how much the level of bed days and of admissions changed in the month of the start.

    The estimates, the main one first and the uncontrolled one last, and the months. Season is modelled when there are
    two years or more. A start made up half-way through the time before must not strike. Raises ``EvidenceError`` where
    there is no comparison to be made.
    """
    start = int(table["start"].min())
    months = _months(table, start)
    season = YEAR if len(months) >= 2 * YEAR else None
    control = bool((months["control_bed_days"] > 0).all() and (months["control_admissions"] > 0).all())
    estimates = {}
    for outcome in OUTCOMES:
        found = _series(months, outcome, start, season, control=control)
        before = months[months["month"] < start]
        middle = max(LEAST_BEFORE, len(before) // 2)
        if len(before) - middle >= LEAST_AFTER:
            made_up = int(before["month"].iloc[middle])
            found = with_placebo(found, _series(before, outcome, made_up, None, control=control))
        estimates[outcome] = replace(found, assumptions=(*found.assumptions, "same_population"))
    mine = months.assign(after=(months["month"] >= start).astype(int))
    estimates["naive"] = before_after(mine, "bed_days", "after", exposure="days", cluster="month")
    return estimates, {"months": months}


def _months(table: pd.DataFrame, start: int) -> pd.DataFrame:
    """Month by month: those who started first, and those who never did."""
    sums = {outcome: (outcome, "sum") for outcome in OUTCOMES}
    ours = table[table["start"] == start].groupby("month").agg(days=("days", "first"), **sums)
    others = table[table["start"].isna()].groupby("month").agg(**sums).add_prefix("control_")
    return ours.join(others).fillna(0).astype(int).reset_index()


def _series(months: pd.DataFrame, outcome: str, start: int, season: int | None, *, control: bool) -> Estimate:
    return interrupted_time_series(
        months,
        outcome,
        "month",
        start,
        "days",
        season,
        control=f"control_{outcome}" if control else None,
        control_offset="days" if control else None,
    )


if __name__ == "__main__":
    try:
        found, tables = analyse(pd.read_csv(sys.argv[1], sep=";"))
    except EvidenceError as error:
        sys.exit(str(error))
    for name, estimate in found.items():
        sys.stdout.write("\n  ".join([name, *estimate.explain("sv").lines()]) + "\n")
    for name, rows in tables.items():
        sys.stdout.write(f"{name}\n{rows.to_string(index=False)}\n")
