"""Taking in utilisation data: right rows, wrong rows, the same rows again."""

from datetime import date, timedelta

import pytest

from narvard.core import audit
from narvard.core.models import AuditEvent
from narvard.followup.utilisation import actions, reading
from narvard.followup.utilisation.models import Delivery, Person, QuarantinedRow, UtilisationEvent
from narvard.followup.utilisation.queries import settled_before
from narvard.followup.utilisation.tests.factories import AT, deliver, file_of, make_management, row
from narvard.organisation.models import Commission
from narvard.organisation.tests.factories import CommissionFactory
from narvard.people.tests.factories import OLD_NUMBERS, PatientFactory

pytestmark = pytest.mark.django_db


@pytest.fixture
def by() -> Commission:
    return make_management()


def counts(delivery: Delivery) -> tuple[int, ...]:
    return (delivery.rows, delivery.added, delivery.changed, delivery.unchanged, delivery.quarantined)


def test_each_kind_is_taken_in_and_linked_by_identity(by):
    patient = PatientFactory(identifier=OLD_NUMBERS[0])
    kinds = ["inpatient", "emergency", "outpatient", "death", "move"]
    delivery = deliver(by, *(row(n, kind=kind) for n, kind in enumerate(kinds)))
    assert counts(delivery) == (5, 5, 0, 0, 0)
    assert sorted(UtilisationEvent.objects.values_list("kind", flat=True)) == sorted(kinds)
    assert [person.patient for person in Person.objects.exclude(patient=None)] == [patient]
    assert (delivery.covers_from, delivery.covers_until) == (date(2026, 10, 1), date(2026, 10, 2))
    event = AuditEvent.objects.get(what="utilisation.import")
    assert (event.reason, event.staff) == ("5+0+0+0", by.staff_id)


def test_the_same_file_again_changes_nothing(by):
    bad = row(1, start="igår")
    deliver(by, row(), bad)
    before = list(UtilisationEvent.objects.values())
    assert counts(deliver(by, row(), bad)) == (2, 0, 0, 1, 1)
    assert list(UtilisationEvent.objects.values()) == before
    assert QuarantinedRow.objects.count() == 1


def test_a_changed_row_takes_the_place_of_the_first_and_a_cancelled_one_stays(by):
    deliver(by, row(id="a"), row(1, id="b"))
    assert counts(deliver(by, row(id="a", end="2026-10-09"), row(1, id="b", cancelled="ja"))) == (2, 0, 2, 0, 0)
    one, other = UtilisationEvent.objects.order_by("source_id")
    assert one.ends_at.day == 8  # midnight in Sweden
    assert (other.cancelled, one.cancelled) == (True, False)


@pytest.mark.parametrize(
    ("wrong", "reason"),
    [
        ({"identity": "19000101-0000"}, "identity"),
        ({"kind": "dagvård"}, "kind"),
        ({"start": ""}, "start"),
        ({"start": "2027-01-01", "end": ""}, "future"),
        ({"start": "1901-01-01"}, "before-birth"),
        ({"end": "senare"}, "end"),
        ({"end": "2026-09-30"}, "end-before-start"),
        ({"acute": "kanske"}, "answer"),
        ({"municipality": "9999"}, "municipality"),
        ({"id": ""}, "no-source"),
        ({"place": "x" * 121}, "too-long"),
    ],
)
def test_a_wrong_row_is_kept_as_it_was_sent_with_the_reason(by, wrong, reason):
    sent = row(**wrong)
    assert counts(deliver(by, sent, row(1))) == (2, 1, 0, 0, 1)
    kept = QuarantinedRow.objects.get()
    assert (kept.line, kept.reasons) == (2, [reason])
    assert kept.content["start"] == sent["start"]
    assert str(reading.REASONS[reason])


def test_a_row_sent_right_settles_the_wrong_one(by):
    deliver(by, row(id="a", start="igår"))
    later = deliver(by, row(id="a"))
    assert QuarantinedRow.objects.get().settled_by == later
    assert list(settled_before(AT)) == [QuarantinedRow.objects.get()]
    assert not settled_before(AT - timedelta(days=1)).exists()


def test_the_same_id_twice_is_one_event_or_a_wrong_row(by):
    assert counts(deliver(by, row(id="a"), row(id="a"))) == (2, 1, 0, 1, 0)
    assert counts(deliver(by, row(id="b"), row(id="b", clinic="Kirurgen"))) == (2, 1, 0, 0, 1)
    assert QuarantinedRow.objects.get().reasons == ["twice"]


def test_surplus_fields_are_kept_too(by):
    data = file_of(row()) + b";mer;mest"
    delivery = actions.import_utilisation(data=data, file_name="x", unit=by.unit, by=by, at=AT)
    assert delivery.quarantine.get().content["surplus"] == "mer;mest"


@pytest.mark.parametrize("data", [b"", b"source;id\n1;2\n", b"source,id,identity,kind,start,diagnosis\n"])
def test_another_file_is_refused_whole(by, data):
    with pytest.raises((reading.WrongFile, actions.EmptyFile)):
        actions.import_utilisation(data=data, file_name="x", unit=by.unit, by=by, at=AT)
    assert not Delivery.objects.exists()


def test_windows_letters_and_commas_are_read(by):
    data = file_of(row(clinic="Öron")).decode().replace(";", ",").encode("cp1252")
    actions.import_utilisation(data=data, file_name="x", unit=by.unit, by=by, at=AT)
    assert UtilisationEvent.objects.get().clinic == "Öron"


def test_days_that_cannot_be_are_refused(by):
    for days in [(date(2026, 10, 2), date(2026, 10, 2)), (date(2026, 10, 2), date(2026, 11, 25))]:
        with pytest.raises(actions.WrongDays):
            deliver(by, row(), days=days)


def test_nobody_who_gives_care_imports(by):
    nurse = CommissionFactory()
    with pytest.raises(actions.MayNotImport):
        deliver(nurse, row())
    assert not Delivery.objects.exists()


def test_one_who_becomes_a_patient_later_is_linked(by):
    deliver(by, row())
    patient = PatientFactory(identifier=OLD_NUMBERS[0])
    assert actions.link_people(by=audit.SYSTEM, at=AT) == 1
    assert Person.objects.get().patient == patient
    assert actions.link_people(by=audit.SYSTEM, at=AT) == 0
