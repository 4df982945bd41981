"""The audit writer."""

import uuid
from datetime import UTC, datetime

import pytest
from django.db import transaction

from narvard.core import audit
from narvard.core.models import AuditEvent, AuditSubject
from narvard.organisation.tests.factories import CommissionFactory

AT = datetime(2026, 11, 23, 6, 30, 1, 250, tzinfo=UTC)
pytestmark = pytest.mark.django_db


def test_an_event_tells_who_where_what_and_about_whom():
    by, patient = CommissionFactory(), uuid.uuid4()
    event = audit.write("care.enrol", by=by, at=AT, patients=[patient, patient], object_kind="episode", reason="ja")
    stored = AuditEvent.objects.get(pk=event.pk)
    assert (stored.staff, stored.commission, stored.unit) == (by.staff_id, by.pk, by.unit_id)
    assert stored.provider == by.unit.provider_id
    assert [row.patient for row in stored.subjects.all()] == [patient]


def test_the_stored_row_still_carries_its_mac():
    event = audit.write("care.enrol", by=CommissionFactory(), at=AT, patients=[uuid.uuid4()], reason="åäö")
    stored = AuditEvent.objects.get(pk=event.pk)
    assert audit.event_mac(stored) == stored.mac
    assert audit.subject_mac(stored.subjects.get(), stored.event_id) == stored.subjects.get().mac


@pytest.mark.parametrize("field", ["what", "reason", "object_id", "request_id"])
def test_any_change_breaks_the_mac(field):
    event = audit.write("care.enrol", by=audit.SYSTEM, at=AT)
    AuditEvent.objects.filter(pk=event.pk).update(**{field: "ändrad"})
    stored = AuditEvent.objects.get(pk=event.pk)
    assert audit.event_mac(stored) != stored.mac


def test_an_act_that_rolls_back_leaves_no_row():
    @transaction.atomic
    def act():
        audit.write("care.enrol", by=audit.SYSTEM, at=AT, patients=[uuid.uuid4()])
        raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        act()
    assert not AuditEvent.objects.exists()
    assert not AuditSubject.objects.exists()
