"""Double clicks, retries and stale pages."""

import uuid
from datetime import UTC, datetime

import pytest
from django.db import transaction

from narvard.core import once
from narvard.core.errors import Refused, Stale
from narvard.core.models import OnceKey
from narvard.organisation.tests.factories import UserFactory
from narvard.people.models import Patient
from narvard.people.tests.factories import PatientFactory

AT = datetime(2026, 11, 23, 6, 30, tzinfo=UTC)
pytestmark = pytest.mark.django_db


def test_a_second_click_runs_nothing_and_gets_the_first_result():
    key, user, runs = uuid.uuid4(), UserFactory(), []
    first = once.perform(key, user=user, action="accept", at=AT, act=lambda: runs.append(1) or "done-1")
    again = once.perform(key, user=user, action="accept", at=AT, act=lambda: runs.append(1) or "done-2")
    assert (first.result, first.repeated, again.result, again.repeated, runs) == ("done-1", False, "done-1", True, [1])


def test_a_refused_act_leaves_the_key_free_for_another_try():
    key, user = uuid.uuid4(), UserFactory()

    def refuse():
        raise Refused("inte nu")

    with pytest.raises(Refused):
        once.perform(key, user=user, action="accept", at=AT, act=refuse)
    assert not OnceKey.objects.exists()
    assert not once.perform(key, user=user, action="accept", at=AT, act=lambda: "ok").repeated


def test_a_key_serves_one_user_and_one_act():
    key, user = uuid.uuid4(), UserFactory()
    once.perform(key, user=user, action="accept", at=AT, act=lambda: "")
    with pytest.raises(once.KeyReused):
        once.perform(key, user=UserFactory(), action="accept", at=AT, act=lambda: "")
    with pytest.raises(once.KeyReused):
        once.perform(key, user=user, action="decline", at=AT, act=lambda: "")


def test_a_stale_page_is_refused(transactional_db):

    patient = PatientFactory()
    with transaction.atomic():
        row = once.lock(Patient.objects.all(), patient.pk, 1)
        row.phone = "08-465 004 01"
        once.save(row, "phone")
    with pytest.raises(Stale), transaction.atomic():
        once.lock(Patient.objects.all(), patient.pk, 1)
    assert Patient.objects.get(pk=patient.pk).version == 2
