import pytest

from narvard.intake.tests.world import World, build


@pytest.fixture
def world(db: None) -> World:
    return build()
