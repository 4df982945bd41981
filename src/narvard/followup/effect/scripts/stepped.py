"""A stepped roll-out, from its table: ``python effekt.py effekt.csv``. Needs pandas and narvard.engines.evidence.

The product runs just this file, so that whoever has the table finds the same figures. One row per municipality
(``unit``) and whole month (``month``, counted from 0): ``start`` (the month in which the programme started there, empty
where it never did), ``days`` of the month, ``bed_days`` and ``admissions`` of everybody who lived there.
"""

import sys
from dataclasses import replace

import pandas as pd

from narvard.engines.evidence import Estimate, EvidenceError, NoControlError, Rollout, before_after, stepped_rollout

LEAD, LAGS = 4, (4, 3, 2, 1)
"""Months before a start that are looked at, and after it: the longest time for which somebody has not started yet."""


def analyse(table: pd.DataFrame) -> tuple[dict[str, Estimate], dict[str, pd.DataFrame]]:
    """Each municipality that started against those that had not, month by month from the start.

    The estimates, the main one first and the uncontrolled one last, and the path of bed days by months from the start,
    with the test that nothing differed before and the placebo. Raises ``EvidenceError`` where there is no comparison.
    """
    beds, lag = _longest(table, "bed_days")
    stays = _rolled(table, "admissions", lag)
    begun = table[table["start"].notna()]
    mine = begun.assign(after=(begun["month"] >= begun["start"]).astype(int))
    estimates = {
        "bed_days": _assumed(beds.overall),
        "admissions": _assumed(stays.overall),
        "naive": before_after(mine, "bed_days", "after", exposure="days", adjust=["unit"], cluster="unit"),
    }
    return estimates, {"path": beds.path.reset_index(), "tests": _tests(beds)}


def _longest(table: pd.DataFrame, outcome: str) -> tuple[Rollout, int]:
    for lag in LAGS:
        try:
            return _rolled(table, outcome, lag), lag
        except NoControlError:
            continue
    raise NoControlError("no start has units that start later and enough periods before it")


def _rolled(table: pd.DataFrame, outcome: str, lag: int) -> Rollout:
    return stepped_rollout(
        table, outcome, unit="unit", time="month", start="start", exposure="days", lead=LEAD, lag=lag
    )


def _assumed(found: Estimate) -> Estimate:
    return replace(found, assumptions=(*found.assumptions, "same_population"))


def _tests(found: Rollout) -> pd.DataFrame:
    """What speaks against it: the p-value of the time before, and what a start made up in it gives."""
    told = {"pre_trend_p": [found.pre_trend_p]}
    if found.placebo is not None:
        ends = found.placebo.interval
        told |= {"placebo": [found.placebo.estimate], "placebo_low": [ends.low], "placebo_high": [ends.high]}
    return pd.DataFrame(told)


if __name__ == "__main__":
    try:
        found, tables = analyse(pd.read_csv(sys.argv[1], sep=";"))
    except EvidenceError as error:
        sys.exit(str(error))
    for name, estimate in found.items():
        sys.stdout.write("\n  ".join([name, *estimate.explain("sv").lines()]) + "\n")
    for name, rows in tables.items():
        sys.stdout.write(f"{name}\n{rows.to_string(index=False)}\n")
