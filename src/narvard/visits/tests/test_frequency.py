"""When a need asks for visits."""

from dataclasses import dataclass, field
from datetime import date, timedelta
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from narvard.visits.frequency import is_due
from narvard.visits.times import split_window

FIRST = date(2026, 11, 25)  # a Wednesday


@dataclass
class Need:
    first_on: date = FIRST
    last_on: date | None = None
    every_days: int | None = None
    weekdays: list[int] = field(default_factory=list)


def due_days(need: Need, days: int = 21) -> list[int]:
    return [n for n in range(-3, days) if is_due(need, FIRST + timedelta(days=n))]


@pytest.mark.parametrize(
    ("need", "expected"),
    [
        (Need(), [0]),
        (Need(every_days=1, last_on=FIRST + timedelta(days=2)), [0, 1, 2]),
        (Need(every_days=7), [0, 7, 14]),
        (Need(every_days=3), [0, 3, 6, 9, 12, 15, 18]),
        (Need(weekdays=[0, 3]), [1, 5, 8, 12, 15, 19]),
        (Need(every_days=14, weekdays=[4]), [2, 16]),
        (Need(every_days=14, weekdays=[0]), [12]),
    ],
)
def test_days(need, expected):
    assert due_days(need) == expected


@given(st.integers(0, 1400), st.integers(8, 40), st.integers(1, 8))
def test_windows_fill_the_day_part_without_overlap(start, length, parts):
    windows = split_window(start, start + length, parts)
    assert (windows[0][0], windows[-1][1], len(windows)) == (start, start + length, parts)
    assert all(a < b for a, b in windows)
    assert all(left[1] == right[0] for left, right in pairwise(windows))
