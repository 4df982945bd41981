"""Fixtures of the plans' pages' tests."""

from collections.abc import Callable

import pytest
from django.test import Client

from narvard.care.plans.tests.factories import Writers, make_writers
from narvard.care.tests.factories import AT
from narvard.desk.patient.tests.conftest import screen
from narvard.organisation.models import Commission

__all__ = ["screen"]
Screen = Callable[[Commission], Client]


@pytest.fixture
def writers(db) -> Writers:
    return make_writers()


@pytest.fixture(autouse=True)
def _clock(monkeypatch) -> None:
    monkeypatch.setattr("narvard.core.clock.now", lambda: AT)
