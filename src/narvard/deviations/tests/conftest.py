"""Fixtures of the deviations room's tests."""

import pytest

from narvard.deviations.tests.factories import World, make_world


@pytest.fixture
def world(db) -> World:
    return make_world()
