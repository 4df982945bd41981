"""The break-even effect is where saved bed days are worth the added crews; a larger effect saves more."""

import pytest

from narvard.engines.simulation import RunError, Study, Until, load_assumptions, load_population
from narvard.engines.simulation.breakeven import RATIOS, _crossing, break_even
from narvard.engines.simulation.tests.queues import shipped


@pytest.fixture(scope="module")
def plan() -> Study:
    return Study(load_population(), load_assumptions(), years=0.3)


def test_a_larger_effect_saves_more_bed_days(plan: Study) -> None:
    found = break_even(shipped("joint-norm"), shipped("today"), plan, 10.0, Until(4))
    saved = [point.bed_days_saved.mean for point in found.points]
    assert [point.admission_ratio for point in found.points] == list(RATIOS)
    assert saved == sorted(saved)
    assert saved[-1] > saved[0] + 50
    assert all(point.crew_hours_added.mean > 50_000 for point in found.points)
    assert found.ratio is None or 0.0 <= found.ratio < 1.0


def test_the_crossing_lies_on_the_line() -> None:
    assert _crossing((1.0, 0.5, 0.0), (-10.0, 10.0, 30.0)) == pytest.approx(0.75)
    assert _crossing((1.0, 0.5, 0.0), (5.0, 10.0, 30.0)) == 1.0
    assert _crossing((1.0, 0.5, 0.0), (-30.0, -20.0, -10.0)) is None


@pytest.mark.parametrize("hours", [0.0, -1.0, float("inf"), float("nan")])
def test_a_bed_day_must_be_worth_something(plan: Study, hours: float) -> None:
    with pytest.raises(RunError, match="bed day"):
        break_even(shipped("joint"), shipped("today"), plan, hours, Until(1))
