"""Elementary effects: steps across the interval, one assumption at a time, and the known answer found."""

import numpy as np
import pytest

from narvard.engines.simulation import RunError, Study, load_assumptions
from narvard.engines.simulation.sensitivity import STEP, _effects, _path, sensitivity
from narvard.engines.simulation.tests.queues import NO_EFFECT, PLAIN, people, team


def test_each_step_of_a_path_moves_one_assumption_by_the_step() -> None:
    points, order = _path(np.random.default_rng(3), 9)
    moves = np.abs(np.diff(points, axis=0))
    assert sorted(order) == list(range(9))
    assert (points >= 0).all()
    assert (points <= 1).all()
    for move, k in zip(moves, order, strict=True):
        assert move[k] == pytest.approx(STEP)
        assert move.sum() == pytest.approx(STEP)


def test_the_effects_of_a_linear_function_are_its_slopes() -> None:
    slopes = np.array([3.0, -1.0, 0.0, 10.0])
    plan = [_path(np.random.default_rng(n), 4) for n in range(5)]
    found = _effects(plan, [list(points @ slopes) for points, _ in plan])
    assert np.allclose(found, slopes)


def test_what_decides_the_number_of_visits_comes_first() -> None:
    """In a queue with nothing else, needs make the visits and the rest does little or nothing."""
    rows = load_assumptions().edited(PLAIN).rows
    needs = load_assumptions().rows["needs_per_year.mest_sjuka"]
    assumptions = type(load_assumptions())({**rows, "needs_per_year.mest_sjuka": needs})
    plan = Study(people(300), assumptions, years=0.2, effects=NO_EFFECT)
    found = sensitivity([team(20)], plan, "visits", paths=2, replications=1)
    assert found[0].assumption == "needs_per_year.mest_sjuka"
    assert found[0].effect > 0.5 * 300 * (needs.high - needs.low)
    assert found[1].size.mean < 0.1 * found[0].size.mean
    assert found == sensitivity([team(20)], plan, "visits", paths=2, replications=1)


def test_impossible_settings_are_refused() -> None:
    plan = Study(people(30), load_assumptions(), years=0.05)
    with pytest.raises(RunError, match="two paths"):
        sensitivity([team(1)], plan, "visits", paths=1)
    with pytest.raises(RunError, match="of one model"):
        sensitivity([], plan, "visits")
    with pytest.raises(RunError, match="beauty"):
        sensitivity([team(1)], plan, "beauty", paths=2)
