"""What the data offer of a patient: counts of a year, with their source, to those who may know."""

from datetime import UTC, date, datetime

import pytest

from narvard.access.guard import open_patient
from narvard.care.tests.factories import AT, make_area
from narvard.followup.utilisation.queries import admissions, covered, offered_facts
from narvard.followup.utilisation.tests.factories import deliver, make_management, row
from narvard.people.actions import record_fact
from narvard.people.tests.factories import OLD_NUMBERS

pytestmark = pytest.mark.django_db
YEAR = (date(2025, 11, 1), date(2026, 11, 1))


@pytest.fixture
def area():
    return make_area()


def offers(area, by=None):
    opened = open_patient(area.patient.pk, by=by or area.team, at=AT)
    return {offer.name: offer.value for offer in offered_facts(opened)}


def rows():
    return [
        row(id="1", start="2026-01-10", end="2026-01-15"),
        row(id="2", start="2026-01-15", end="2026-01-20"),  # a transfer
        row(id="3", start="2026-06-01", end="2026-06-03"),
        row(id="4", start="2025-01-01", end="2025-01-03"),  # before the year
        row(id="5", start="2026-07-01", end="2026-07-03", cancelled="ja"),
        row(id="6", kind="emergency", start="2026-06-01"),
    ]


@pytest.fixture
def by(area):
    area.patient.identifiers.update(value=OLD_NUMBERS[0])
    by = make_management()
    by.unit.provider = area.team.unit.provider
    by.unit.save()
    return by


def test_counts_of_the_year_to_the_end_of_the_data(area, by):
    deliver(by, *rows(), days=YEAR)
    area.enrol()
    area.chosen(area.team)
    assert offers(area) == {"admissions_12_months": 2, "emergency_visits_12_months": 1}
    offer = offered_facts(open_patient(area.patient.pk, by=area.team, at=AT))[0]
    assert offer.source_text == "vårddata till och med 2026-10-31, Gemensam ledning"


def test_nothing_is_offered_of_less_than_a_year_or_of_a_stranger_to_the_data(area, by):
    area.enrol()
    area.chosen(area.team)
    deliver(by, *rows(), days=(date(2026, 1, 1), date(2026, 10, 1)))
    assert offers(area) == {}
    deliver(by, row(3, start="2026-10-20", end=""), days=YEAR)
    assert offers(area) != {}
    area.patient.identifiers.update(value=OLD_NUMBERS[9])
    assert offers(area) == {}


def test_one_who_may_not_read_the_unit_is_offered_nothing(area, by):
    deliver(by, *rows(), days=YEAR)
    area.enrol()
    assert offers(area) == {}  # no choice has been made to read beyond the own unit


def test_what_is_recorded_is_not_offered_again(area, by):
    deliver(by, *rows(), days=YEAR)
    area.enrol()
    area.chosen(area.team)
    opened = open_patient(area.patient.pk, by=area.team, at=AT)
    offer = next(offer for offer in offered_facts(opened) if offer.name == "admissions_12_months")
    record_fact(
        patient=area.patient,
        name=offer.name,
        value=offer.value,
        source="register",
        source_text=offer.source_text,
        true_at=offer.true_at,
        owner_unit=offer.unit,
        by=area.team,
        at=AT,
    )
    assert offers(area) == {"emergency_visits_12_months": 1}


def test_deliveries_side_by_side_are_one_span(by):
    assert covered() is None
    deliver(by, row(id="1"), days=(date(2026, 1, 1), date(2026, 4, 1)))
    deliver(by, row(id="2"), days=(date(2026, 4, 1), date(2026, 11, 1)))
    deliver(by, row(id="3"), days=(date(2024, 1, 1), date(2025, 1, 1)))
    span = covered(by.unit)
    assert (span.since, span.until) == (date(2026, 1, 1), date(2026, 11, 1))


def test_a_stay_within_another_is_no_admission():
    class Stay:
        def __init__(self, first: int, last: int) -> None:
            self.starts_at = datetime(2026, 1, first, tzinfo=UTC)
            self.ends_at = datetime(2026, 1, last, tzinfo=UTC)

    stays = [Stay(1, 20), Stay(3, 4), Stay(25, 26)]
    assert [start.day for start in admissions(stays)] == [1, 25]
