"""The Swedish working calendar."""

from datetime import date

import pytest

from narvard.core import calendar

FRIDAY = date(2026, 11, 20)
MONDAY = date(2026, 11, 23)


@pytest.mark.parametrize(
    ("day", "off"),
    [
        (MONDAY, False),
        (date(2026, 11, 22), True),
        (date(2026, 12, 24), True),
        (date(2026, 12, 25), True),
        (date(2026, 6, 19), True),  # Midsummer Eve
        (date(2027, 1, 6), True),
        (date(2026, 4, 30), False),
    ],
)
def test_days_off(day, off):
    assert calendar.is_day_off(day) is off


def test_an_eve_is_a_working_day_where_the_programme_says_so():
    assert not calendar.is_day_off(date(2026, 12, 24), eves=False)


def test_the_next_working_day_passes_weekend_and_holidays():
    assert calendar.next_working_day(FRIDAY) == MONDAY
    assert calendar.next_working_day(date(2026, 12, 23)) == date(2026, 12, 28)


def test_counting_working_days_starts_on_one():
    assert calendar.add_working_days(FRIDAY, 3) == date(2026, 11, 25)
    assert calendar.add_working_days(date(2026, 11, 21), 0) == MONDAY
    assert calendar.add_working_days(date(2026, 11, 21), 1) == MONDAY


def test_local_midnight_is_swedish_also_when_the_clock_changes():
    before, after = calendar.at_local(date(2026, 10, 25)), calendar.at_local(date(2026, 10, 26))
    assert (after - before).total_seconds() == 25 * 3600
    assert calendar.local_minute(calendar.at_local(MONDAY, 450)) == 450
