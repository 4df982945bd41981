"""One-time codes: set up, asked for, used once, and taken away by an administrator."""

import re
import time
import uuid
from datetime import timedelta

import pyotp
import pytest
from django.test import Client
from django.urls import reverse

from narvard.access.signin import totp
from narvard.access.signin.models import RecoveryCode, SecondFactor
from narvard.core.models import AuditEvent
from narvard.desk.account.entry import PENDING, PENDING_SECONDS
from narvard.desk.account.tests.conftest import PASSWORD
from narvard.organisation.models import Commission
from narvard.organisation.tests.factories import CommissionFactory

pytestmark = pytest.mark.django_db
ASK = "/logga-in/kod/"
NEW = "/konto/engangskoder/"


def codes_on(page):
    return re.findall(r"<li>([a-z2-9]{5}-[a-z2-9]{5})</li>", page.content.decode())


def confirm(client, user):
    """Set up an app for ``user`` in ``client``; returns the page with the recovery codes."""
    client.get(NEW)
    secret = totp.unseal(SecondFactor.objects.get(user=user).sealed_secret)
    return client.post(NEW, {"code": pyotp.TOTP(secret).now()})


def test_the_right_password_alone_opens_nothing(client, nurse, app, sign_in):
    assert sign_in(nurse).url == ASK
    assert "_auth_user_id" not in client.session
    assert client.get(reverse("account:directory")).url.startswith(reverse("account:sign-in"))


def test_the_right_code_opens(client, nurse, app, sign_in):
    sign_in(nurse, next="/enheter/")
    assert client.post(ASK, {"code": app()}).url == "/enheter/"
    assert AuditEvent.objects.get(action="sign_in").reason == "password and one-time-code"


def test_a_wrong_code_is_refused_in_words_and_logged(client, nurse, app, sign_in):
    sign_in(nurse)
    wrong = f"{(int(app()) + 1) % 10**6:06}" if app(30) != f"{(int(app()) + 1) % 10**6:06}" else "000000"
    answer = client.post(ASK, {"code": wrong})
    assert answer.status_code == 422
    assert "Koden stämmer inte" in answer.content.decode()
    assert AuditEvent.objects.get(what="account.sign_in_failed").reason == "second-factor"


def test_a_code_counts_once(client, nurse, app, sign_in):
    code = app()
    sign_in(nurse)
    client.post(ASK, {"code": code})
    client.post(reverse("account:sign-out"))
    sign_in(nurse)
    assert client.post(ASK, {"code": code}).status_code == 422


def test_an_earlier_code_is_not_taken_after_a_later_one(client, nurse, app, sign_in):
    earlier, later = app(), app(30)
    sign_in(nurse)
    assert client.post(ASK, {"code": later}).status_code == 302
    client.post(reverse("account:sign-out"))
    sign_in(nurse)
    assert client.post(ASK, {"code": earlier}).status_code == 422


def test_a_code_of_five_minutes_ago_is_too_old(client, nurse, app, sign_in):
    sign_in(nurse)
    assert client.post(ASK, {"code": app(-300)}).status_code == 422


def test_wrong_codes_lock_as_wrong_passwords_do(client, nurse, app, sign_in):
    sign_in(nurse)
    for _each in range(5):
        client.post(ASK, {"code": "abcdef"})
    locked = client.post(ASK, {"code": app()})
    assert locked.status_code == 403
    assert "För många misslyckade försök" in locked.content.decode()
    assert sign_in(nurse).status_code == 429


def test_the_password_is_forgotten_after_ten_minutes(client, nurse, app, sign_in):
    sign_in(nurse)
    session = client.session
    session[PENDING] = {**session[PENDING], "at": time.time() - PENDING_SECONDS - 1}
    session.save()
    assert client.post(ASK, {"code": app()}).url == reverse("account:sign-in")


def test_nobody_is_asked_for_a_code_without_a_password(client):
    assert client.get(ASK).url == reverse("account:sign-in")
    assert client.get(NEW).url == reverse("account:sign-in")


def test_where_it_is_demanded_an_app_is_set_up_before_anything_opens(client, nurse, sign_in, settings):
    settings.NARVARD_SECOND_FACTOR = True
    assert sign_in(nurse).url == NEW
    page = client.get(NEW)
    assert "data:image/svg+xml" in page.content.decode()
    assert "_auth_user_id" not in client.session
    shown = confirm(client, nurse.staff.user)
    assert len(codes_on(shown)) == 10
    assert client.get(reverse("account:directory")).status_code == 200


def test_a_recovery_code_works_once_in_place_of_the_phone(client, nurse, sign_in, settings):
    settings.NARVARD_SECOND_FACTOR = True
    sign_in(nurse)
    code = codes_on(confirm(client, nurse.staff.user))[3]
    client.post(reverse("account:sign-out"))
    sign_in(nurse)
    assert client.post(ASK, {"code": code.upper().replace("-", " ")}).status_code == 302
    assert "9 kvar" in client.get(reverse("account:directory")).content.decode()
    client.post(reverse("account:sign-out"))
    sign_in(nurse)
    assert client.post(ASK, {"code": code}).status_code == 422


def test_neither_secret_nor_recovery_codes_stand_in_the_database(client, nurse, sign_in):
    sign_in(nurse)
    codes = codes_on(confirm(client, nurse.staff.user))
    factor = SecondFactor.objects.get()
    stored = factor.sealed_secret + "".join(RecoveryCode.objects.values_list("code_hash", flat=True))
    assert totp.unseal(factor.sealed_secret) not in stored
    assert [code for code in codes if code.replace("-", "") in stored] == []


def test_new_recovery_codes_end_the_old_ones(client, nurse, sign_in):
    sign_in(nurse)
    old = codes_on(confirm(client, nurse.staff.user))
    assert client.post(reverse("account:recovery-codes"), {"password": "fel"}).url == reverse("account:own")
    new = codes_on(client.post(reverse("account:recovery-codes"), {"password": PASSWORD}))
    assert len(new) == 10
    client.post(reverse("account:sign-out"))
    sign_in(nurse)
    assert client.post(ASK, {"code": old[0]}).status_code == 422
    assert client.post(ASK, {"code": new[0]}).status_code == 302


def test_a_secret_is_read_after_the_secret_key_has_changed(settings):
    sealed = totp.seal("JBSWY3DPEHPK3PXP")
    settings.SECRET_KEY_FALLBACKS, settings.SECRET_KEY = [settings.SECRET_KEY], "en-ny-nyckel"
    assert totp.unseal(sealed) == "JBSWY3DPEHPK3PXP"
    settings.SECRET_KEY_FALLBACKS = []
    with pytest.raises(totp.SecretUnreadable):
        totp.unseal(sealed)


@pytest.fixture
def helper(nurse):
    """An administrator at the same care provider, signed in."""
    commission = CommissionFactory(role="administrator", unit__provider=nurse.unit.provider)
    client = Client()
    client.force_login(commission.staff.user)
    session = client.session
    session["commission"] = str(commission.pk)
    session.save()
    return client


def test_an_administrator_takes_away_a_lost_phone(helper, nurse, app):
    page = helper.post(reverse("account:find"), {"who": nurse.staff.hsa_id})
    assert nurse.staff.name in page.content.decode()
    helper.post(reverse("account:reset", args=[nurse.staff_id]), {"once": uuid.uuid4()})
    assert not SecondFactor.objects.exists()
    assert AuditEvent.objects.get(what="account.reset_second_factor").object_id == str(nurse.staff.user_id)


def test_an_administrator_of_another_provider_finds_nobody(nurse, app):
    other = CommissionFactory(role="administrator")
    client = Client()
    client.force_login(other.staff.user)
    session = client.session
    session["commission"] = str(other.pk)
    session.save()
    assert nurse.staff.name not in client.post(reverse("account:find"), {"who": nurse.staff.hsa_id}).content.decode()
    assert client.post(reverse("account:reset", args=[nurse.staff_id]), {"once": uuid.uuid4()}).status_code == 404
    assert SecondFactor.objects.exists()


def test_a_reset_of_what_is_not_there_says_so(helper, nurse):
    answer = helper.post(reverse("account:reset", args=[nurse.staff_id]), {"once": uuid.uuid4()})
    assert answer.status_code == 409
    assert "har ingen app" in answer.content.decode()


def test_the_help_page_takes_no_get_for_its_act(helper, nurse):
    assert helper.get(reverse("account:reset", args=[nurse.staff_id])).status_code == 405


def test_a_secret_that_another_browser_was_shown_is_never_the_one_confirmed(nurse, settings):
    settings.NARVARD_SECOND_FACTOR = True
    thief, owner = Client(), Client()
    right = {"username": nurse.staff.user.username, "password": PASSWORD}
    thief.post(reverse("account:sign-in"), right)
    thief.get(NEW)
    seen = totp.unseal(SecondFactor.objects.get(user=nurse.staff.user).sealed_secret)
    owner.post(reverse("account:sign-in"), right)
    assert confirm(owner, nurse.staff.user).status_code == 200
    factor = SecondFactor.objects.get(user=nurse.staff.user)
    assert factor.confirmed_at is not None
    assert totp.unseal(factor.sealed_secret) != seen


def test_the_page_loaded_again_shows_the_same_secret(client, nurse, settings, sign_in):
    settings.NARVARD_SECOND_FACTOR = True
    sign_in(nurse)
    client.get(NEW)
    before = SecondFactor.objects.get().sealed_secret
    client.get(NEW)
    assert SecondFactor.objects.get().sealed_secret == before


def test_who_no_longer_works_there_is_no_colleague(helper, nurse, app):
    Commission.objects.filter(pk=nurse.pk).update(until=nurse.since + timedelta(days=1))
    page = helper.post(reverse("account:find"), {"who": nurse.staff.hsa_id})
    assert nurse.staff.name not in page.content.decode()
    assert helper.post(reverse("account:reset", args=[nurse.staff_id]), {"once": uuid.uuid4()}).status_code == 404
