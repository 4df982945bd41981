"""Saying time: near in minutes, today by the clock, else by day; always exact beside it."""

from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from django.utils import translation

from narvard.ui.spoken import due, how_long, short_day, speak, speak_span, swedish_days_off

STOCKHOLM = ZoneInfo("Europe/Stockholm")
MONDAY = datetime(2026, 11, 23, 7, 30, tzinfo=STOCKHOLM)
FRIDAY = datetime(2026, 11, 20, 13, 0, tzinfo=STOCKHOLM)


@pytest.fixture(autouse=True)
def swedish():
    with translation.override("sv"):
        yield


@pytest.mark.parametrize(
    ("gap", "text"),
    [
        (timedelta(seconds=20), "nu"),
        (timedelta(minutes=40), "om 40 min"),
        (timedelta(minutes=-5), "för 5 min sedan"),
        (timedelta(hours=6, minutes=40), "i dag 14:10"),
        (timedelta(hours=-3), "i dag 04:30"),
        (timedelta(days=1, minutes=30), "i morgon 08:00"),
        (timedelta(days=-1), "i går 07:30"),
        (timedelta(days=3), "to 26 nov 07:30"),
        (timedelta(days=-4), "to 19 nov 07:30"),
        (timedelta(days=400), "ti 28 dec 2027 07:30"),
    ],
)
def test_an_instant_is_said_by_how_near_it_is(gap, text):
    assert speak(MONDAY + gap, MONDAY).text == text


def test_the_next_working_day_after_a_weekend_is_named():
    assert speak(date(2026, 11, 23), FRIDAY).text == "nästa vardag, må 23 nov"
    assert speak(MONDAY, FRIDAY).text == "nästa vardag, må 23 nov 07:30"


def test_a_public_holiday_is_no_working_day():
    before_epiphany = datetime(2027, 1, 5, 10, 0, tzinfo=STOCKHOLM)
    assert date(2027, 1, 6) in swedish_days_off()
    assert speak(date(2027, 1, 7), before_epiphany).text == "nästa vardag, to 7 jan"
    assert speak(date(2027, 1, 6), before_epiphany).text == "i morgon"


def test_days_off_of_the_programme_are_respected():
    eve = datetime(2026, 12, 23, 10, 0, tzinfo=STOCKHOLM)
    off = {date(2026, 12, 24), date(2026, 12, 25)}
    assert speak(date(2026, 12, 28), eve, off).text == "nästa vardag, må 28 dec"


def test_the_exact_time_stands_beside_and_in_swedish_time():
    said = speak(datetime(2026, 11, 23, 13, 10, tzinfo=UTC), datetime(2026, 11, 23, 6, 30, tzinfo=UTC))
    assert said.text == "i dag 14:10"
    assert said.exact == "må 23 nov 2026 14:10"
    assert said.iso == "2026-11-23T14:10:00+01:00"


def test_today_is_the_swedish_day_when_utc_still_has_yesterday():
    now = datetime(2026, 11, 22, 23, 30, tzinfo=UTC)
    assert speak(datetime(2026, 11, 23, 6, 0, tzinfo=UTC), now).text == "i dag 07:00"


def test_the_hour_that_comes_twice_counts_in_real_minutes():
    first_half_past_two = datetime(2026, 10, 25, 0, 30, tzinfo=UTC)
    assert speak(first_half_past_two + timedelta(minutes=45), first_half_past_two).text == "om 45 min"
    assert speak(first_half_past_two + timedelta(minutes=90), first_half_past_two).text == "i dag 03:00"


def test_a_period_names_its_day_once_unless_it_ends_on_another():
    afternoon = MONDAY.replace(hour=14, minute=10)
    assert speak_span(afternoon, afternoon + timedelta(minutes=50), MONDAY).text == "i dag 14:10–15:00"
    night = speak_span(MONDAY.replace(hour=21, minute=0), MONDAY + timedelta(days=1), MONDAY)
    assert night.text == "i dag 21:00 – i morgon 07:30"
    assert night.exact == "må 23 nov 2026 21:00 – ti 24 nov 2026 07:30"


def test_a_clock_shows_nearly_late_before_late():
    def states(minutes):
        said = due(MONDAY + timedelta(minutes=minutes), MONDAY)
        return said.state, said.text

    assert states(300) == ("waiting", "senast i dag 12:30")
    assert states(60) == ("nearly", "1 tim kvar")
    assert states(25) == ("nearly", "25 min kvar")
    assert states(0) == ("nearly", "0 min kvar")
    assert states(-25) == ("late", "försenad 25 min")


@pytest.mark.parametrize(
    ("length", "text"),
    [
        (timedelta(seconds=20), "0 min"),
        (timedelta(minutes=59), "59 min"),
        (timedelta(hours=2), "2 tim"),
        (timedelta(hours=2, minutes=10), "2 tim 10 min"),
        (timedelta(hours=30, minutes=10), "30 tim"),
        (timedelta(hours=72), "3 dygn"),
    ],
)
def test_a_length_is_coarser_the_longer_it_is(length, text):
    assert how_long(length) == text


def test_a_day_of_another_year_carries_the_year():
    assert short_day(date(2026, 11, 23), date(2026, 1, 1)) == "må 23 nov"
    assert short_day(date(2025, 12, 31), date(2026, 1, 1)) == "on 31 dec 2025"


def test_an_instant_without_a_zone_is_refused():
    with pytest.raises(ValueError, match="time zone"):
        speak(datetime(2026, 11, 23, 7, 30), MONDAY)  # noqa: DTZ001 - the mistake under test
