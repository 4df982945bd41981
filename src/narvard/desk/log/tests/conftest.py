"""Fixtures of log control's tests: a provider's log, the clock, and somebody at the screen."""

from collections.abc import Callable
from datetime import timedelta

import pytest
from django.test import Client

from narvard.access.queries import SESSION_KEY
from narvard.access.tests.log_world import NOON, LogWorld
from narvard.organisation.models import Commission

Screen = Callable[[Commission], Client]
LATER = NOON + timedelta(hours=2)


@pytest.fixture
def world(db, settings) -> LogWorld:
    settings.NARVARD_LOG_SAMPLE = 0.0
    return LogWorld()


@pytest.fixture(autouse=True)
def _clock(monkeypatch) -> None:
    monkeypatch.setattr("narvard.core.clock.now", lambda: LATER)


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
