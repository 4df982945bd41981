"""When a car is free for one who waits."""

from datetime import UTC, datetime, timedelta
from uuid import uuid4

import pytest

from narvard.flows.cars import FreeCar, car_for, first_gap

EIGHT = datetime(2026, 11, 23, 7, tzinfo=UTC)


def at(minutes: int) -> datetime:
    return EIGHT + timedelta(minutes=minutes)


@pytest.mark.parametrize(
    ("busy", "free"),
    [
        ([], 0),
        ([(0, 60)], 60),
        ([(30, 60)], 60),
        ([(45, 60)], 0),
        ([(90, 120), (0, 50)], 120),
        ([(0, 440)], None),
        ([(0, 100), (20, 50)], 100),
    ],
)
def test_the_first_gap_that_is_long_enough(busy: list[tuple[int, int]], free: int | None) -> None:
    spans = [(at(start), at(end)) for start, end in busy]
    assert first_gap((at(0), at(480)), spans) == (None if free is None else at(free))


def test_the_asked_teams_car_else_one_that_goes_there() -> None:
    near = FreeCar(uuid4(), "När", "", at(10), frozenset({"2480"}))
    far = FreeCar(uuid4(), "Fjärran", "", at(0), frozenset({"2409"}))
    assert car_for([far, near], team=None, municipality="2480") is near
    assert car_for([far, near], team=far.team, municipality="2480") is far
    assert car_for([far, near], team=uuid4(), municipality="2480") is None
    assert car_for([far, near], team=None, municipality=None) is None
