"""From stays to windows: by hand, and against counting every day one by one."""

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from narvard.engines.evidence import BadNumberError, BadTableError, around_index, join_stays, unplanned_readmission

PEOPLE = pd.DataFrame({"person": ["a", "b"], "index_start": [200.0, 300.0], "index_end": [210.0, 300.0]}).assign(
    until=[250.0, np.nan]
)


def stays(*rows: tuple[str, float, float]) -> pd.DataFrame:
    return pd.DataFrame(list(rows), columns=["person", "start", "end"]).astype({"start": float, "end": float})


def test_by_hand() -> None:
    table = stays(("a", 10, 20), ("a", 90, 110), ("a", 200, 210), ("a", 240, 260), ("b", 310, 310))
    found = around_index(PEOPLE, table, before=100, after=100).set_index(["person", "after"])
    # The stay from day 90 is cut where the window begins and is no admission in it; the index stay is washed out.
    assert found.loc[("a", 0)].tolist() == [10.0, 0.0, 100.0]
    # Death on day 250 ends both the stay and the time at risk.
    assert found.loc[("a", 1)].tolist() == [10.0, 1.0, 40.0]
    assert found.loc[("b", 1)].tolist() == [0.0, 1.0, 100.0]
    counted = around_index(PEOPLE, table, before=100, after=100, same_day=1.0).set_index(["person", "after"])
    assert counted.loc[("b", 1), "bed_days"] == 1.0


@given(st.lists(st.tuples(st.integers(0, 400), st.integers(0, 40)), max_size=12), st.integers(1, 150))
def test_bed_days_are_the_days_in_bed(spans: list[tuple[int, int]], window: int) -> None:
    table = stays(*(("a", start, start + length) for start, length in spans))
    found = around_index(PEOPLE.head(1), table, before=window, after=window).set_index("after")
    in_bed = {day for start, length in spans for day in range(start, start + length)}
    assert found.loc[0, "bed_days"] == len(in_bed & set(range(200 - window, 200)))
    assert found.loc[1, "bed_days"] == len(in_bed & set(range(210, min(210 + window, 250))))


def test_who_died_in_the_index_stay_has_no_after() -> None:
    found = around_index(PEOPLE.assign(until=205.0).head(1), stays())
    assert found["after"].tolist() == [0]


def test_transfers_are_one_stay() -> None:
    joined = join_stays(stays(("a", 1, 5), ("a", 4, 9), ("a", 9, 9), ("a", 20, 21), ("b", 2, 3)))
    assert joined[["start", "end"]].to_numpy().tolist() == [[1, 9], [20, 21], [2, 3]]


def test_readmission_by_hand() -> None:
    table = pd.DataFrame(
        [
            ("a", 0.0, 5.0, 1, 0),  # transferred half a day later: no discharge
            ("a", 5.5, 9.0, 1, 0),  # discharged; acute again after 30 days: counted
            ("a", 39.0, 41.0, 1, 0),  # discharged; planned next: not counted
            ("a", 50.0, 51.0, 0, 0),  # discharged; nothing follows
            ("b", 0.0, 4.0, 1, 1),  # died: no discharge alive
            ("c", 95.0, 99.0, 1, 0),  # cannot be followed for 30 days
        ],
        columns=["person", "start", "end", "acute", "died"],
    )
    found = unplanned_readmission(table, until=100.0)
    assert (found.estimate, found.n) == (pytest.approx(1 / 3), 3)
    with pytest.raises(BadNumberError):
        unplanned_readmission(table, until=10.0)


def test_refusals() -> None:
    with pytest.raises(BadTableError):
        around_index(pd.concat([PEOPLE, PEOPLE]), stays())
    with pytest.raises(BadTableError):
        around_index(PEOPLE.assign(index_end=0.0), stays())
    with pytest.raises(BadTableError):
        join_stays(stays(("a", 5, 4)))
    with pytest.raises(BadNumberError):
        around_index(PEOPLE, stays(), before=0)
