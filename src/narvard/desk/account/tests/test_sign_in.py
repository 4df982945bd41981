"""Signing in, choosing a commission, and what an outsider meets."""

from datetime import UTC, datetime

import pytest
from django.urls import reverse

from narvard.core.models import AuditEvent
from narvard.organisation.tests.factories import CareUnitFactory, CommissionFactory

pytestmark = pytest.mark.django_db


def test_one_commission_is_taken_at_once(client, nurse, sign_in):
    answer = sign_in(nurse)
    assert answer.url == reverse("account:start")
    assert client.session["commission"] == str(nurse.pk)
    assert AuditEvent.objects.get(action="sign_in").staff == nurse.staff_id


def test_several_commissions_are_chosen_from(client, nurse, sign_in):
    CommissionFactory(staff=nurse.staff)
    assert sign_in(nurse).url.startswith(reverse("account:commission"))
    client.post(reverse("account:commission"), {"commission": str(nurse.pk)})
    assert client.session["commission"] == str(nurse.pk)


def test_a_wrong_password_says_no_more_than_that(client, nurse, sign_in):
    answer = sign_in(nurse, password="fel")
    assert answer.status_code == 422
    assert "Fel användarnamn eller lösenord" in answer.content.decode()


@pytest.mark.parametrize("target", ["https://evil.example/", "//evil.example", "javascript:alert(1)"])
def test_only_our_own_addresses_are_followed(client, nurse, target, sign_in):
    assert sign_in(nurse, next=target).url == reverse("account:start")


def test_a_name_that_does_not_exist_gets_the_same_answer(client, nurse, sign_in):
    wrong = sign_in(nurse, password="fel-fel-fel-fel")
    nobody = client.post(reverse("account:sign-in"), {"username": "finns-inte", "password": "fel-fel-fel-fel"})
    assert wrong.status_code == nobody.status_code == 422
    assert "Fel användarnamn eller lösenord" in nobody.content.decode()


def test_a_failed_sign_in_is_logged_with_the_account_that_was_tried(client, nurse, sign_in):
    sign_in(nurse, password="fel-fel-fel-fel")
    client.post(reverse("account:sign-in"), {"username": "finns-inte", "password": "fel-fel-fel-fel"})
    known, unknown = AuditEvent.objects.filter(what="account.sign_in_failed").order_by("pk")
    assert (known.action, known.staff, known.object_id) == ("denied", nurse.staff_id, str(nurse.staff.user_id))
    assert (unknown.staff, unknown.object_id, unknown.reason) == (None, "", "password")


def test_the_sessions_key_changes_at_sign_in_and_when_the_commission_changes(client, nurse, sign_in):
    client.get(reverse("account:sign-in"))
    client.cookies.clear()
    CommissionFactory(staff=nurse.staff)
    sign_in(nurse)
    first = client.session.session_key
    client.post(reverse("account:commission"), {"commission": str(nurse.pk)})
    assert client.session.session_key != first
    assert not client.session.exists(first)


def test_a_sign_out_removes_the_sessions_row(client, nurse, sign_in):
    sign_in(nurse)
    key = client.session.session_key
    client.post(reverse("account:sign-out"))
    assert not client.session.exists(key)


def test_somebody_elses_commission_cannot_be_taken(client, nurse, sign_in):
    sign_in(nurse)
    assert client.post(reverse("account:commission"), {"commission": str(CommissionFactory().pk)}).status_code == 404


def test_an_ended_commission_stops_at_midnight(client, nurse, settings, sign_in):
    sign_in(nurse)
    nurse.until = datetime(2026, 11, 24, tzinfo=UTC).date()
    nurse.save()
    assert client.get(reverse("account:directory")).status_code == 200
    settings.NARVARD_CLOCK = "2026-11-24T00:00:00+01:00"
    assert client.get(reverse("account:directory")).url.startswith(reverse("account:commission"))


def test_one_click_sign_in_exists_only_in_a_demonstration(client, nurse, settings):
    where = reverse("account:sign-in-as")
    assert client.post(where, {"commission": str(nurse.pk)}).status_code == 404
    settings.NARVARD_DEMO = True
    assert client.post(where, {"commission": str(nurse.pk)}).status_code == 302
    assert client.post(where, {"commission": "inte-ett-id"}).status_code == 404


def test_an_anonymous_person_is_sent_to_sign_in(client):
    assert client.get(reverse("account:directory")).url.startswith(reverse("account:sign-in"))


def test_a_sign_out_ends_the_session(client, nurse, sign_in):
    sign_in(nurse)
    client.post(reverse("account:sign-out"))
    assert client.get(reverse("account:directory")).url.startswith(reverse("account:sign-in"))


def test_the_directory_tells_who_is_open_and_whom_to_call(client, nurse, django_assert_num_queries, sign_in):
    sign_in(nurse)
    CareUnitFactory(name="Ängens hemsjukvård", phone="08-465 004 03")
    page = client.get(reverse("account:directory"), {"q": "äng"}).content.decode()
    assert "Ängens hemsjukvård" in page
    assert "08-465 004 03" in page
    assert "Ingen enhet" in client.get(reverse("account:directory"), {"q": "zzz"}).content.decode()


def test_the_directorys_queries_do_not_grow_with_units(client, nurse, django_assert_max_num_queries, sign_in):
    sign_in(nurse)
    for _each in range(20):
        CareUnitFactory()
    with django_assert_max_num_queries(8):
        client.get(reverse("account:directory"))


def test_health_tells_of_database_and_worker(client):
    assert client.get("/health").json()["database"] == "ok"
