"""Fixtures of the care room's tests."""

import pytest

from narvard.care.tests.factories import Area, make_area


@pytest.fixture
def area(db) -> Area:
    return make_area()
