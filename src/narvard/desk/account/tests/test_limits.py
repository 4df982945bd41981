"""How often one may try."""

import pytest
from axes.models import AccessAttempt
from django.urls import reverse

from narvard.access.signin.limits import ADDRESS_FACTOR, NAME_FACTOR
from narvard.core.models import AuditEvent

pytestmark = pytest.mark.django_db
LIMIT = 5


def try_as(client, name, address="10.0.0.1", password="fel-fel-fel-fel"):  # noqa: S107
    return client.post(reverse("account:sign-in"), {"username": name, "password": password}, REMOTE_ADDR=address)


def test_the_fifth_wrong_password_locks_and_then_the_right_one_is_no_help(client, nurse, sign_in):
    answers = [sign_in(nurse, password="fel-fel-fel-fel") for _each in range(LIMIT)]
    assert [answer.status_code for answer in answers] == [422] * (LIMIT - 1) + [429]
    locked = sign_in(nurse)
    assert locked.status_code == 429
    assert "Vänta 15 minuter" in locked.content.decode()
    assert "_auth_user_id" not in client.session
    assert AuditEvent.objects.filter(what="account.sign_in_failed").latest("pk").reason == "locked"


def test_a_name_that_does_not_exist_locks_in_the_same_words(client):
    for _each in range(LIMIT):
        answer = try_as(client, "finns-inte")
    assert answer.status_code == 429
    assert "Vänta 15 minuter" in answer.content.decode()


def test_the_lock_ends(client, nurse, sign_in, settings):
    for _each in range(LIMIT):
        sign_in(nurse, password="fel-fel-fel-fel")
    row = AccessAttempt.objects.get()
    row.attempt_time -= settings.AXES_COOLOFF_TIME
    row.save()
    assert sign_in(nurse).status_code == 302


def test_a_right_password_forgets_the_wrong_ones(client, nurse, sign_in):
    for _each in range(LIMIT - 1):
        sign_in(nurse, password="fel-fel-fel-fel")
    assert sign_in(nurse).status_code == 302
    assert sign_in(nurse, password="fel-fel-fel-fel").status_code == 422


def test_one_name_from_many_addresses_locks_everywhere(client):
    for number in range(NAME_FACTOR * LIMIT):
        answer = try_as(client, "anna", f"10.0.{number}.1")
    assert answer.status_code == 429
    assert try_as(client, "anna", "10.9.9.9").status_code == 429
    assert try_as(client, "bertil", "10.9.9.9").status_code == 422


def test_one_address_with_many_names_locks_there_and_nowhere_else(client):
    for number in range(ADDRESS_FACTOR * LIMIT):
        answer = try_as(client, f"namn{number}")
    assert answer.status_code == 429
    assert try_as(client, "namn0", "10.0.0.2").status_code == 422


def test_colleagues_behind_one_address_do_not_lock_each_other_out(client, nurse, sign_in):
    for _each in range(LIMIT):
        try_as(client, "kollega", "127.0.0.1")
    assert sign_in(nurse).status_code == 302


def test_a_good_account_does_not_clear_its_address(client, nurse, sign_in):
    for number in range(ADDRESS_FACTOR * LIMIT - 1):
        try_as(client, f"namn{number}", "127.0.0.1")
    assert sign_in(nurse).status_code == 302
    client.post(reverse("account:sign-out"))
    assert try_as(client, "en-till", "127.0.0.1").status_code == 429


def test_what_was_typed_is_not_kept(client):
    try_as(client, "190001019802", password="mitt-riktiga-losenord")
    kept = str(AccessAttempt.objects.values().get())
    assert "190001019802" not in kept
    assert "mitt-riktiga-losenord" not in kept


def test_a_forwarded_address_counts_only_behind_a_proxy_of_ours(client, settings):
    for _each in range(LIMIT):
        client.post(
            reverse("account:sign-in"),
            {"username": "anna", "password": "fel-fel-fel-fel"},
            headers={"X-Forwarded-For": "1.2.3.4, 9.9.9.9"},
        )
    assert AccessAttempt.objects.get().ip_address == "127.0.0.1"
    settings.NARVARD_TRUSTED_PROXY = True
    try_as_forwarded = client.post(
        reverse("account:sign-in"),
        {"username": "anna", "password": "fel-fel-fel-fel"},
        headers={"X-Forwarded-For": "1.2.3.4, 9.9.9.9"},
    )
    assert try_as_forwarded.status_code == 422
    assert AccessAttempt.objects.latest("pk").ip_address == "9.9.9.9"


def test_one_address_alone_does_not_keep_the_owner_out_elsewhere(client, nurse, sign_in):
    for _each in range(3 * NAME_FACTOR * LIMIT):
        try_as(client, nurse.staff.user.username, "10.0.0.9")
    assert sign_in(nurse).status_code == 302
