"""Looking people up by identifier: as often as work asks for, and no more."""

from datetime import timedelta

import pytest
from django.urls import reverse

from narvard.access.guard import TooManyLookups, first_contact
from narvard.access.tests.factories import REGISTERED
from narvard.core.models import AuditEvent
from narvard.organisation.tests.factories import CommissionFactory
from narvard.people.identifiers import Identifier
from narvard.people.tests.factories import OLD_NUMBERS

pytestmark = pytest.mark.django_db
AT = REGISTERED
NUMBER = Identifier("personnummer", OLD_NUMBERS[0], None)


@pytest.fixture(autouse=True)
def _few(settings):
    settings.NARVARD_LOOKUPS = 3
    settings.NARVARD_CLOCK = AT.isoformat()


@pytest.fixture
def by():
    return CommissionFactory(role="team")


def look(by, at=AT):
    return first_contact(NUMBER, by=by, at=at)


def test_one_too_many_is_refused_in_words_and_logged(by):
    for _each in range(3):
        assert look(by) is None
    with pytest.raises(TooManyLookups, match="3 personnummer på tio minuter"):
        look(by)
    denied = AuditEvent.objects.get(action="denied")
    assert (denied.staff, denied.commission, denied.reason) == (by.staff_id, by.pk, "too-many-lookups")
    assert AuditEvent.objects.filter(what="access.first_contact").count() == 3


def test_it_opens_again_ten_minutes_after_the_first(by):
    for minute in range(3):
        look(by, AT + timedelta(minutes=minute))
    with pytest.raises(TooManyLookups):
        look(by, AT + timedelta(minutes=10) - timedelta(seconds=1))
    assert look(by, AT + timedelta(minutes=10)) is None


def test_a_colleague_is_not_stopped(by):
    for _each in range(3):
        look(by)
    assert look(CommissionFactory(unit=by.unit, role="team")) is None


def test_the_page_says_why(client, by):
    client.force_login(by.staff.user)
    session = client.session
    session["commission"] = str(by.pk)
    session.save()
    answers = [client.post(reverse("patient:search"), {"identifier": NUMBER.value}) for _each in range(4)]
    assert [answer.status_code for answer in answers] == [200, 200, 200, 409]
    assert "personnummer på tio minuter" in answers[-1].content.decode()
