"""People at the intake pages, signed in under their commission at one instant."""

from collections.abc import Callable

import pytest
from django.test import Client
from pytest_django.fixtures import Settings

from narvard.access.queries import SESSION_KEY
from narvard.intake.tests.world import World, build
from narvard.organisation.models import Commission

SignIn = Callable[[Commission], Client]


@pytest.fixture(autouse=True)
def _clock(settings: Settings) -> None:
    settings.NARVARD_CLOCK = "2026-11-23T08:00:00+01:00"


@pytest.fixture
def world(db: None) -> World:
    return build()


@pytest.fixture
def as_() -> SignIn:
    """A browser where somebody works under a commission."""

    def sign_in(commission: Commission) -> Client:
        client = Client()
        client.force_login(commission.staff.user)
        session = client.session
        session[SESSION_KEY] = str(commission.pk)
        session.save()
        return client

    return sign_in
