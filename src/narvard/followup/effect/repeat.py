"""An effect study, from its table: ``python repeat.py table.csv``. Needs pandas and narvard.engines.evidence.

The product runs just this file, so that whoever has the table finds the same figures. One row per person and time
(``after`` 0 or 1): ``treated``, ``index_month`` (counted from the first), ``earlier`` (admissions in the time before
the index stay, four or more as four), ``age`` (five years as one), ``bed_days``, ``admissions``, ``days`` (alive and
living there), and ``bed_days_naive``, where the time before holds the index stay too, as before/after reports reckon.
"""

import sys
from dataclasses import dataclass
from math import log1p

import pandas as pd

from narvard.engines.evidence import (
    Cohort,
    Estimate,
    before_after,
    difference_in_differences,
    matched_cohort,
    rate_ratio,
)

EXACT = ["index_month", "earlier"]
NEAR = ["age"]
ADJUST = ["age", "earlier", "log_before"]


@dataclass(frozen=True)
class Study:
    """The matched people and the estimates: the main one, two that it is held against, and the uncontrolled one."""

    cohort: Cohort
    bed_days: Estimate
    bed_days_after: Estimate
    admissions_after: Estimate
    naive: Estimate


def analyse(table: pd.DataFrame) -> Study:
    """Match on the index month and earlier admissions, nearest in age; compare the changes of bed days.

    The index stay is washed out, for both groups were chosen by it. Raises ``EvidenceError`` where there is no
    comparison to be made.
    """
    table = table[table.groupby("person")["after"].transform("nunique") == 2]
    before = table[table["after"] == 0]
    people = before[["person", "treated", *EXACT, *NEAR]].assign(log_before=before["bed_days"].map(log1p))
    cohort = matched_cohort(people, "treated", exact=EXACT, near=NEAR)
    used = table[["person", "after", "bed_days", "admissions", "days"]]
    long = cohort.data.merge(used, on="person").sort_values(["matched_set", "person", "after"], ignore_index=True)
    later = long[long["after"] == 1]
    bed_days = difference_in_differences(
        long, "bed_days", treated="treated", after="after", cluster="matched_set", exposure="days"
    )
    mine = table[table["treated"] == 1]
    return Study(
        cohort,
        bed_days.warned(*cohort.notes),
        _after(later, "bed_days"),
        _after(later, "admissions"),
        before_after(mine, "bed_days_naive", "after", exposure="days", cluster="person"),
    )


def _after(later: pd.DataFrame, what: str) -> Estimate:
    """The time after alone, held equal in age and earlier use."""
    return rate_ratio(later, what, "treated", exposure="days", adjust=ADJUST, cluster="matched_set")


if __name__ == "__main__":
    found = analyse(pd.read_csv(sys.argv[1], sep=";"))
    for name in ("bed_days", "bed_days_after", "admissions_after", "naive"):
        sys.stdout.write("\n  ".join([name, *getattr(found, name).explain("sv").lines()]) + "\n")
    sys.stdout.write(found.cohort.balance.to_string(index=False) + "\n")
