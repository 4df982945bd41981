"""Fixtures of the plans' tests."""

import pytest

from narvard.care.plans.tests.factories import Writers, make_writers


@pytest.fixture
def writers(db) -> Writers:
    return make_writers()
