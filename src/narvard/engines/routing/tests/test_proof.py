"""The exact proof that no plan holds what must be visited."""

import numpy as np
import pytest

from narvard.engines.routing import Caregiver, Operation, Problem, Window
from narvard.engines.routing.bench_proof import impossible

pytestmark = pytest.mark.engine
ROADS = np.array([[0, 10, 20], [10, 0, 15], [20, 15, 0.0]])


def day(last_start: float) -> Problem:
    """Two visits of half an hour, 15 minutes apart, for one nurse; the second must begin by `last_start`."""
    visits = (
        Operation("a", "home1", 30, (Window(540, 540, True),)),
        Operation("b", "home2", 30, (Window(500, last_start, True),)),
    )
    return Problem(visits, (Caregiver("Ann", "base", "base", (480, 960)),), ("base", "home1", "home2"), ROADS)


@pytest.mark.parametrize(("last_start", "answer"), [(585, False), (584, True), (500, True)])
def test_it_tells_to_the_minute(last_start: float, answer: bool) -> None:
    pytest.importorskip("ortools", reason="the extra bench is not installed")
    assert impossible(day(last_start), 1.0) is answer
