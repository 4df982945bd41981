"""What people type as an identifier."""

from datetime import date

import pytest

from narvard.people.identifiers import InvalidIdentifier, official_test_numbers, read_identifier
from narvard.people.tests.factories import OLD_NUMBERS

TODAY = date(2026, 11, 23)
NUMBER = OLD_NUMBERS[0]


@pytest.mark.parametrize("style", ["{0}{1}", "{0}-{1}", " {0} {1} ", "{0}–{1}"])
def test_twelve_digits_in_any_style(style):
    read = read_identifier(style.format(NUMBER[:8], NUMBER[8:]), today=TODAY)
    assert (read.system, read.value) == ("personnummer", NUMBER)
    assert read.birth_date == date(int(NUMBER[:4]), int(NUMBER[4:6]), int(NUMBER[6:8]))


def test_ten_digits_mean_the_latest_century_that_has_been():
    assert read_identifier(NUMBER[2:], today=TODAY).value == NUMBER


def test_a_plus_means_a_hundred_years_older():
    old = next(n for n in sorted(official_test_numbers()) if n.startswith("191"))
    assert read_identifier(f"{old[2:8]}+{old[8:]}", today=TODAY).value == old


@pytest.mark.parametrize(
    "text", ["", "abc", "19400230-1234", "194001011", NUMBER[:-1] + str((int(NUMBER[-1]) + 1) % 10)]
)
def test_impossible_numbers_are_refused_in_words(text):
    with pytest.raises(InvalidIdentifier, match="ersonnumr"):
        read_identifier(text, today=TODAY)


def test_the_unborn_are_refused():
    young = next(n for n in sorted(official_test_numbers()) if n.startswith("2020"))
    with pytest.raises(InvalidIdentifier, match="född"):
        read_identifier(young, today=date(2019, 1, 1))


def test_a_demonstration_takes_only_official_test_numbers(settings):
    settings.NARVARD_DEMO = True
    assert read_identifier(NUMBER, today=TODAY).value == NUMBER


def test_a_reserve_number_tells_no_birth_date():
    assert read_identifier("22400101-ABCD", today=TODAY).birth_date is None


def test_every_official_number_is_read():
    numbers = [n for n in official_test_numbers() if "1910" <= n[:4] <= "2024"]
    assert len(numbers) > 30_000
    assert all(read_identifier(n, today=TODAY).value == n for n in numbers[::97])
