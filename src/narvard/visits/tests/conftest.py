"""What the room's tests share."""

import pytest

from narvard.visits.tests.factories import Area, make_area


@pytest.fixture
def area(db) -> Area:
    """A small care area with nothing planned."""
    return make_area()
