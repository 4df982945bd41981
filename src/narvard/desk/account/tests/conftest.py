"""People who sign in with a password, and the authenticator apps in their pockets."""

import time

import pyotp
import pytest
from django.urls import reverse

from narvard.access.signin import actions, totp
from narvard.access.signin.actors import actor_of
from narvard.access.signin.models import SecondFactor
from narvard.core import clock
from narvard.organisation.tests.factories import CommissionFactory, StaffFactory, UserFactory

PASSWORD = "hemligt-ord-som-ar-langt"


@pytest.fixture(autouse=True)
def _clock(settings):
    settings.NARVARD_CLOCK = "2026-11-23T07:30:00+01:00"
    # Argon2 is slow on purpose; these tests try many passwords.
    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]


@pytest.fixture
def nurse():
    """An administrator with a password and one commission."""
    user = UserFactory()
    user.set_password(PASSWORD)
    user.save()
    return CommissionFactory(staff=StaffFactory(user=user), role="administrator")


@pytest.fixture
def sign_in(client):
    """Send the sign-in form."""

    def send(commission, password=PASSWORD, **more):
        data = {"username": commission.staff.user.username, "password": password, **more}
        return client.post(reverse("account:sign-in"), data)

    return send


@pytest.fixture
def app(nurse, monkeypatch):
    """The nurse's app, in use since a while; ``app()`` is the code it shows at the machine's time plus ``later``."""
    user = nurse.staff.user
    factor = actions.begin_second_factor(user=user, by=actor_of(user), at=clock.now())
    SecondFactor.objects.filter(pk=factor.pk).update(confirmed_at=clock.now())
    shown = pyotp.TOTP(totp.unseal(factor.sealed_secret))
    return lambda later=0: shown.at(time.time() + later)
