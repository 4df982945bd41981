"""How long a sign-in lasts, and what ends it. By the machine's clock: the demonstration's does not count."""

import uuid

import pytest
from django.contrib.messages import get_messages
from django.test import Client
from django.urls import reverse

from narvard.access.signin import sessions
from narvard.core.models import AuditEvent
from narvard.desk.account.tests.conftest import PASSWORD

pytestmark = pytest.mark.django_db
HERE = "/enheter/"


@pytest.fixture
def machine(monkeypatch):
    """The machine's clock, in our hands."""
    now = [1_800_000_000.0]
    monkeypatch.setattr(sessions.time, "time", lambda: now[0])

    def wait(minutes):
        now[0] += 60 * minutes

    return wait


def test_a_session_in_use_goes_on(client, nurse, sign_in, machine):
    sign_in(nurse)
    for _each in range(10):
        machine(29)
        assert client.get(HERE).status_code == 200


def test_a_session_at_rest_ends_and_leads_back_to_the_page(client, nurse, sign_in, machine):
    sign_in(nurse)
    key = client.session.session_key
    machine(30)
    answer = client.get(HERE)
    assert answer.url == f"{reverse('account:sign-in')}?next=%2Fenheter%2F"
    assert not client.session.exists(key)
    assert "inte hade använts" in next(str(each) for each in get_messages(answer.wsgi_request))
    ended = AuditEvent.objects.get(what="account.session_ended")
    assert (ended.action, ended.staff, ended.reason) == ("sign_out", nurse.staff_id, "idle")


def test_a_session_ends_after_a_working_day_however_busy(client, nurse, sign_in, machine):
    sign_in(nurse)
    for _each in range(36):
        machine(20)
        last = client.get(HERE)
    assert last.status_code == 302
    assert AuditEvent.objects.get(what="account.session_ended").reason == "absolute"


def test_htmx_is_told_where_to_go(client, nurse, sign_in, machine):
    sign_in(nurse)
    machine(31)
    headers = {"HX-Request": "true", "HX-Current-URL": "http://testserver/enheter/?q=umea"}
    answer = client.get("/planering/", headers=headers)
    assert answer.status_code == 204
    assert answer.headers["HX-Redirect"] == f"{reverse('account:sign-in')}?next=%2Fenheter%2F%3Fq%3Dumea"


def test_a_page_that_asks_by_itself_keeps_nobody_signed_in(client, nurse, sign_in, machine):
    sign_in(nurse)
    for _each in range(3):
        machine(11)
        last = client.get(HERE, headers={"HX-Request": "true", "X-Narvard-Poll": "true"})
    assert "HX-Redirect" in last.headers


def test_a_sent_form_leads_back_to_the_page_that_held_it(client, nurse, sign_in, machine):
    sign_in(nurse)
    machine(31)
    back = client.post("/utkast/", {}, headers={"Referer": "http://testserver/enheter/"})
    assert back.url.endswith("?next=%2Fenheter%2F")


def test_no_other_site_is_led_back_to(client, nurse, sign_in, machine):
    sign_in(nurse)
    machine(31)
    assert client.post("/utkast/", {}, headers={"Referer": "https://evil.example/"}).url == reverse("account:sign-in")


def test_a_new_password_ends_the_other_sessions_and_keeps_this_one(client, nurse, sign_in):
    sign_in(nurse)
    other = Client()
    other.post(reverse("account:sign-in"), {"username": nurse.staff.user.username, "password": PASSWORD})
    assert other.get(HERE).status_code == 200
    new = "ett-nytt-langt-losenord-11"
    answer = client.post("/konto/losenord/", {"old": PASSWORD, "new": new, "once": uuid.uuid4()})
    assert answer.url == reverse("account:own")
    assert client.get(HERE).status_code == 200
    assert other.get(HERE).url.startswith(reverse("account:sign-in"))
    assert sign_in(nurse, password=new).status_code == 302


@pytest.mark.parametrize(
    ("old", "new", "words"),
    [
        ("fel", "ett-nytt-langt-losenord-11", "nuvarande lösenordet stämmer inte"),
        (PASSWORD, "1q2w3e4r5t6y", "för vanligt"),
    ],
)
def test_a_password_that_may_not_be_taken_is_refused(client, nurse, sign_in, old, new, words):
    sign_in(nurse)
    answer = client.post("/konto/losenord/", {"old": old, "new": new, "once": uuid.uuid4()})
    assert answer.status_code == 422
    assert words in answer.content.decode()
    nurse.staff.user.refresh_from_db()
    assert nurse.staff.user.check_password(PASSWORD)


def test_the_account_page_shows_what_there_is(client, nurse, sign_in, app):
    sign_in(nurse)
    client.post("/logga-in/kod/", {"code": app()})
    page = client.get(reverse("account:own")).content.decode()
    assert "Gör nya reservkoder" in page
    assert "Hjälp en kollega" in page
