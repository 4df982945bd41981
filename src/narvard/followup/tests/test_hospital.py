"""Hospital care of the enrolled, by the days on which they were enrolled and the data tell everything."""

from datetime import UTC, date, datetime, timedelta

import pytest

from narvard.access.tests.factories import ConsentFactory
from narvard.care.models import Episode
from narvard.core.calendar import at_local
from narvard.followup.indicators.counting.hospital import HALF_YEAR, count_hospital
from narvard.followup.indicators.figures import figures
from narvard.followup.indicators.periods import Period
from narvard.followup.indicators.tally import Sums, Tally
from narvard.followup.utilisation.models import Delivery, Person, UtilisationEvent
from narvard.organisation.tests.factories import CareUnitFactory
from narvard.people.models import Patient
from narvard.people.tests.factories import PatientFactory
from narvard.visits.tests.factories import EpisodeFactory

pytestmark = pytest.mark.django_db
AT = datetime(2026, 12, 20, 12, 0, tzinfo=UTC)
PERIOD = Period("umea", date(2026, 10, 1), date(2026, 11, 1), AT)
Kind = UtilisationEvent.Kind


@pytest.fixture
def delivery() -> Delivery:
    return Delivery.objects.create(
        unit=CareUnitFactory(), file_name="okt.csv", sha256="0" * 64, covers_from=date(2026, 9, 1),
        covers_until=date(2026, 12, 15), rows=0, added=0, changed=0, unchanged=0, quarantined=0, at=AT,
    )  # fmt: skip


def enrolled(since: date = date(2026, 9, 1), until: date | None = None) -> Patient:
    patient = PatientFactory()
    EpisodeFactory(
        patient=patient,
        kind=Episode.Kind.ENROLMENT,
        form=Episode.Form.ENROLMENT,
        consent=ConsentFactory(patient=patient),
        started_at=at_local(since, 600),
        ended_at=at_local(until, 600) if until else None,
    )
    return patient


def event(delivery: Delivery, patient: Patient, kind: str, day: date, nights: int | None = None, **fields: object):
    person, _ = Person.objects.get_or_create(system="reservnummer", value=str(patient.pk)[:20], patient=patient)
    start = at_local(day, 14 * 60)
    return UtilisationEvent.objects.create(
        source="journal",
        source_id=str(UtilisationEvent.objects.count()),
        person=person,
        kind=kind,
        starts_at=start,
        ends_at=None if nights is None else start + timedelta(days=nights),
        delivery=delivery,
        **fields,
    )


def counted(indicator: str) -> Sums:
    tally = Tally(PERIOD)
    count_hospital(tally)
    total = Sums()
    for (name, programme, _place, _segment), sums in tally.sums.items():
        if (name, programme) == (indicator, ""):
            total.add(sums)
    return total


def test_nights_count_only_while_enrolled_and_within_the_period(delivery: Delivery) -> None:
    whole, half = enrolled(), enrolled(since=date(2026, 10, 17))
    event(delivery, whole, Kind.INPATIENT, date(2026, 9, 28), nights=6)  # three of the nights in October
    event(delivery, half, Kind.INPATIENT, date(2026, 10, 14), nights=5)  # two after the enrolment
    event(delivery, whole, Kind.INPATIENT, date(2026, 10, 20), nights=0)
    sums = counted("bed_days")
    assert (sums.count, sums.people) == (5, 2)
    assert sums.of == pytest.approx((31 + 15) / HALF_YEAR)


def test_an_emergency_visit_that_led_in_is_no_visit_without_admission(delivery: Delivery) -> None:
    patient = enrolled()
    event(delivery, patient, Kind.EMERGENCY, date(2026, 10, 5))
    event(delivery, patient, Kind.EMERGENCY, date(2026, 10, 12))
    event(delivery, patient, Kind.INPATIENT, date(2026, 10, 12), nights=2)
    assert counted("emergency_visits").count == 1


def test_readmissions_are_acute_within_thirty_days_and_no_transfer(delivery: Delivery) -> None:
    back, planned, moved = enrolled(), enrolled(), enrolled()
    event(delivery, back, Kind.INPATIENT, date(2026, 10, 3), nights=2, acute=True)
    event(delivery, back, Kind.INPATIENT, date(2026, 10, 25), nights=40, acute=True)
    event(delivery, planned, Kind.INPATIENT, date(2026, 10, 3), nights=2, acute=True)
    event(delivery, planned, Kind.INPATIENT, date(2026, 10, 20), nights=2, acute=False)
    event(delivery, moved, Kind.INPATIENT, date(2026, 10, 3), nights=2, acute=True)
    event(delivery, moved, Kind.INPATIENT, date(2026, 10, 5), nights=2, acute=True)
    sums = counted("readmissions")
    assert (sums.count, sums.of) == (1, 4)


def test_a_death_or_a_discharge_that_cannot_be_followed_is_not_counted(delivery: Delivery) -> None:
    Delivery.objects.update(covers_until=date(2026, 11, 10))
    died, late = enrolled(), enrolled()
    event(delivery, died, Kind.INPATIENT, date(2026, 10, 3), nights=2, died=True)
    event(delivery, late, Kind.INPATIENT, date(2026, 10, 20), nights=2)
    assert counted("readmissions").of == 0


def test_two_enrolments_at_once_are_one_time(delivery: Delivery) -> None:
    patient = enrolled()
    EpisodeFactory(
        patient=patient,
        kind=Episode.Kind.ENROLMENT,
        form=Episode.Form.ENROLMENT,
        consent=ConsentFactory(patient=patient),
        started_at=at_local(date(2026, 10, 10), 600),
    )
    assert counted("specialist_visits").of == pytest.approx(31 / HALF_YEAR)


def test_nothing_is_counted_where_no_data_have_come() -> None:
    enrolled()
    assert counted("bed_days").of == 0
    assert next(row for row in figures(PERIOD) if row.indicator == "bed_days").value is None


def test_fewer_than_five_persons_are_not_shown(delivery: Delivery) -> None:
    people = [enrolled() for _ in range(10)]
    for patient in people[:4]:
        event(delivery, patient, Kind.INPATIENT, date(2026, 10, 3), nights=10)
    rows = {row.cell: row for row in figures(PERIOD) if row.indicator == "bed_days"}
    assert rows["", "", "*"].hidden
