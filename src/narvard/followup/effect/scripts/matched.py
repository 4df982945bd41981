"""A matched cohort, from its table: ``python effekt.py effekt.csv``. Needs pandas and narvard.engines.evidence.

The product runs just this file, so that whoever has the table finds the same figures. One row per person and time
(``after`` 0 or 1): ``treated``, ``municipality``, ``index_month`` (counted from the first), ``earlier`` (admissions in
the time before the index stay, four or more as four), ``age`` (five years as one), ``bed_days``, ``admissions``,
``days`` (alive and living there), ``bed_days_naive``, where the time before holds the index stay too, as before/after
reports reckon, and ``free_days`` until ``ended``: 1 an admission, 2 death, 0 still at home when the data end.
"""

import sys
from math import log1p

import pandas as pd

from narvard.engines.evidence import (
    Estimate,
    NotConvergedError,
    before_after,
    difference_in_differences,
    hazard_ratio,
    matched_cohort,
    rate_ratio,
)

EXACT = ["municipality", "index_month", "earlier"]
NEAR = ["age"]
ADJUST = ["age", "earlier", "log_before"]


def analyse(table: pd.DataFrame) -> tuple[dict[str, Estimate], dict[str, pd.DataFrame]]:
    """Match on municipality, index month and earlier admissions, nearest in age; compare the changes of bed days.

    The estimates, the main one first and the uncontrolled one last, and the balance. The index stay is washed out, for
    both groups were chosen by it. Raises ``EvidenceError`` where there is no comparison to be made.
    """
    table = table[table.groupby("person")["after"].transform("nunique") == 2]
    before = table[table["after"] == 0]
    told = ["person", "treated", *EXACT, *NEAR, "free_days", "ended"]
    people = before[told].assign(log_before=before["bed_days"].map(log1p), back=(before["ended"] == 1).astype(int))
    cohort = matched_cohort(people, "treated", exact=EXACT, near=NEAR)
    used = table[["person", "after", "bed_days", "admissions", "days"]]
    long = cohort.data.merge(used, on="person").sort_values(["matched_set", "person", "after"], ignore_index=True)
    later = long[long["after"] == 1]
    bed_days = difference_in_differences(
        long, "bed_days", treated="treated", after="after", cluster="matched_set", exposure="days"
    )
    mine = table[table["treated"] == 1]
    estimates = {
        "bed_days": bed_days.warned(*cohort.notes),
        "bed_days_after": rate_ratio(
            later, "bed_days", "treated", exposure="days", adjust=ADJUST, cluster="matched_set"
        ),
        "admissions_after": rate_ratio(
            later, "admissions", "treated", exposure="days", adjust=ADJUST, cluster="matched_set"
        ),
        **_time_to_stay(cohort.data),
        "naive": before_after(mine, "bed_days_naive", "after", exposure="days", cluster="person"),
    }
    return estimates, {"balance": cohort.balance.rename_axis("column").reset_index(), "matched": _sets(cohort.data)}


def _time_to_stay(people: pd.DataFrame) -> dict[str, Estimate]:
    """The time to the next admission: its hazard over that of the compared, death counted as lost (cause-specific)."""
    try:
        found = hazard_ratio(people, "free_days", "back", "treated", adjust=ADJUST, cluster="matched_set")
    except NotConvergedError:
        return {}
    return {"time_to_stay": found}


def _sets(people: pd.DataFrame) -> pd.DataFrame:
    """How many pairs there are."""
    return pd.DataFrame({"pairs": [people["matched_set"].nunique()]})


if __name__ == "__main__":
    found, tables = analyse(pd.read_csv(sys.argv[1], sep=";"))
    for name, estimate in found.items():
        sys.stdout.write("\n  ".join([name, *estimate.explain("sv").lines()]) + "\n")
    for name, rows in tables.items():
        sys.stdout.write(f"{name}\n{rows.to_string(index=False)}\n")
