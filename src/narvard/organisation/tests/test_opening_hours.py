"""Opening hours and whom to call, on working days, at night, on holidays."""

from datetime import date, datetime
from zoneinfo import ZoneInfo

import pytest

from narvard.organisation.models import CallingRule, OpeningHours
from narvard.organisation.queries import in_service, is_open, opens_next, whom_to_call
from narvard.organisation.tests.factories import CareUnitFactory

pytestmark = pytest.mark.django_db


def local(*when):
    return datetime(*when, tzinfo=ZoneInfo("Europe/Stockholm"))


@pytest.fixture
def office():
    """A team that works weekdays 08-16; the municipality's night nurse answers otherwise."""
    unit, night = CareUnitFactory(name="GÖT", phone="08-465 004 01"), CareUnitFactory(name="Nattpatrullen")
    for day in "01234":
        OpeningHours.objects.create(unit=unit, day=day, opens_minute=480, closes_minute=960)
    CallingRule.objects.create(unit=unit, order=1, when="open", label="Teamet", phone="08-465 004 01")
    CallingRule.objects.create(
        unit=unit, order=2, when="closed", label="Sjuksköterska i natt", phone="08-465 004 02", answered_by=night
    )
    return unit


@pytest.mark.parametrize(
    ("at", "opened"),
    [
        (local(2026, 11, 23, 8, 0), True),
        (local(2026, 11, 23, 15, 59, 59), True),
        (local(2026, 11, 23, 16, 0), False),
        (local(2026, 11, 21, 10, 0), False),
        (local(2026, 12, 24, 10, 0), False),
        (local(2027, 1, 6, 10, 0), False),
    ],
)
def test_open_by_the_hour_and_the_calendar(office, at, opened):
    assert is_open(office, at) is opened


def test_the_next_opening_passes_the_weekend(office):
    assert opens_next(office, local(2026, 11, 20, 17, 0)) == local(2026, 11, 23, 8, 0)
    assert opens_next(office, local(2026, 11, 23, 9, 0)) == local(2026, 11, 23, 9, 0)


def test_a_unit_without_hours_is_always_open():
    assert is_open(CareUnitFactory(), local(2026, 12, 25, 3, 0))


def test_a_unit_that_is_closed_for_good_is_never_open():
    closed = CareUnitFactory(closed_on=date(2026, 11, 23))
    assert opens_next(closed, local(2026, 11, 23, 9, 0)) is None
    assert closed not in in_service(date(2026, 11, 23))
    assert closed in in_service(date(2026, 11, 22))


def test_whom_to_call_by_hour(office):
    assert whom_to_call(office, local(2026, 11, 23, 10, 0)).label == "Teamet"
    at_night = whom_to_call(office, local(2026, 11, 24, 3, 0))
    assert (at_night.phone, at_night.answered_by.name) == ("08-465 004 02", "Nattpatrullen")


def test_nobody_to_call_is_said_not_guessed():
    assert whom_to_call(CareUnitFactory(phone=""), local(2026, 11, 23, 10, 0)) is None
