"""Fixtures of the discharge pages' tests: a care area, the clock, and somebody at the screen."""

from collections.abc import Callable

import pytest
from django.test import Client

from narvard.access.queries import SESSION_KEY
from narvard.care.tests.factories import AT, Area, make_area
from narvard.organisation.models import Commission

Screen = Callable[[Commission], Client]


@pytest.fixture
def area(db) -> Area:
    return make_area()


@pytest.fixture(autouse=True)
def _clock(monkeypatch) -> None:
    monkeypatch.setattr("narvard.core.clock.now", lambda: AT)


@pytest.fixture
def screen() -> Screen:
    """A browser with somebody signed in and acting under a commission."""

    def sign_in(commission: Commission) -> Client:
        client = Client()
        client.force_login(commission.staff.user)
        session = client.session
        session[SESSION_KEY] = str(commission.pk)
        session.save()
        return client

    return sign_in
