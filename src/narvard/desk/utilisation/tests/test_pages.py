"""The utilisation data's pages: take in, see what was wrong, fetch it; nobody else does."""

import uuid

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse

from narvard.access.queries import SESSION_KEY
from narvard.core.models import AuditEvent
from narvard.followup.utilisation.models import Delivery
from narvard.followup.utilisation.tests.factories import deliver, file_of, make_management, row
from narvard.organisation.models import Commission
from narvard.organisation.tests.factories import CommissionFactory
from narvard.people.tests.factories import OLD_NUMBERS

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _clock(settings):
    settings.NARVARD_CLOCK = "2026-11-23T07:30"


def screen(commission: Commission) -> Client:
    client = Client()
    client.force_login(commission.staff.user)
    session = client.session
    session[SESSION_KEY] = str(commission.pk)
    session.save()
    return client


def send(client: Client, *rows, once=None, **more):
    file = SimpleUploadedFile("slutenvard.csv", file_of(*rows), content_type="text/csv")
    data = {"once": once or uuid.uuid4(), "file": file, "since": "2026-10-01", "until": "2026-11-01", **more}
    return client.post(reverse("utilisation:list"), data)


def test_a_right_file_is_taken_in_once(db):
    by, once = make_management(), uuid.uuid4()
    client = screen(by)
    assert send(client, row(), once=once).url == reverse("utilisation:list")
    assert send(client, row(), once=once).status_code == 302
    delivery = Delivery.objects.get()
    assert (delivery.imported_by, delivery.added) == (by, 1)
    page = client.get(reverse("utilisation:list")).content.decode()
    assert "slutenvard.csv" in page
    assert "2026-10-01 till 2026-11-01" in page
    assert OLD_NUMBERS[0] not in page


def test_a_wrong_row_is_shown_without_the_person_and_fetched_with_a_log_row(db):
    by = make_management()
    client = screen(by)
    answer = send(client, row(), row(1, end="2026-01-01", place="=1+1"))
    page = client.get(answer.url).content.decode()
    assert "Händelsen slutar innan den börjar." in page
    assert OLD_NUMBERS[1] not in page
    file = client.get(answer.url, {"fil": ""}).content.decode("utf-8-sig")
    assert OLD_NUMBERS[1] in file
    assert ";'=1+1;" in file
    assert AuditEvent.objects.get(what="utilisation.export_wrong").action == "export"


@pytest.mark.parametrize(
    ("data", "words"),
    [({"since": "2026-11-01"}, "Perioden måste ha en dag"), ({"file": ""}, "Fältet är obligatoriskt")],
)
def test_what_is_wrong_is_said_and_nothing_is_taken_in(db, data, words):
    answer = send(screen(make_management()), row(), **data)
    assert answer.status_code == 409
    assert not Delivery.objects.exists()


def test_another_file_is_refused(db):
    client = screen(make_management())
    file = SimpleUploadedFile("x.csv", b"namn;fel\n1;2\n")
    data = {"once": uuid.uuid4(), "file": file, "since": "2026-10-01", "until": "2026-11-01"}
    answer = client.post(reverse("utilisation:list"), data)
    assert (answer.status_code, "saknar kolumnerna" in answer.content.decode()) == (409, True)


def test_managers_without_follow_up_only_see_what_has_come(db):
    by = make_management()
    delivery = deliver(by, row(), row(1, start=""))
    other = CommissionFactory(unit=by.unit, role=Commission.Role.MANAGER, purpose="care")
    client = screen(other)
    assert "Läs in en fil" not in client.get(reverse("utilisation:list")).content.decode()
    assert client.get(reverse("utilisation:wrong", args=[delivery.pk])).status_code == 404
    assert send(client, row()).status_code == 409


def test_another_provider_finds_nothing(db):
    delivery = deliver(make_management(), row(), row(1, start=""))
    client = screen(make_management())
    assert "vardtillfallen.csv" not in client.get(reverse("utilisation:list")).content.decode()
    assert client.get(reverse("utilisation:wrong", args=[delivery.pk])).status_code == 404


def test_a_nurse_has_no_such_page(db):
    assert screen(CommissionFactory()).get(reverse("utilisation:list")).status_code == 404


def test_the_list_asks_the_same_whatever_its_length(db, django_assert_num_queries):
    by = make_management()
    client = screen(by)
    for number in range(3):
        deliver(by, row(number))
    client.get(reverse("utilisation:list"))
    with django_assert_num_queries(7):
        client.get(reverse("utilisation:list"))
