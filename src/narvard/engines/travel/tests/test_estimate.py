"""The estimate against hand-worked figures, known roads and its own invariants."""

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from narvard.engines.travel import Conditions, CoordinateError, estimate, great_circle_km, road_minutes

pytestmark = pytest.mark.engine

UMEA, VANNAS, HOLMON = (63.8258, 20.2630), (63.9076, 19.7522), (63.79, 20.87)


def test_minutes_follow_the_formula() -> None:
    assert road_minutes([0.0, 3.0, 7.0, 91.0]).tolist() == pytest.approx([2.0, 8.0, 12.8, 72.8])
    assert road_minutes(3.0, winter=True) == pytest.approx(9.2)


def test_the_road_to_vannas_is_half_an_hour() -> None:
    """Calibration: 30 km and 28 minutes by general knowledge, 29 by the model."""
    minutes = estimate(*zip(UMEA, VANNAS, strict=True), corridor=[True, True])
    assert minutes[0, 1] == pytest.approx(29, abs=2)


def test_off_the_corridor_is_longer() -> None:
    lat, lon = zip(UMEA, VANNAS, strict=True)
    assert estimate(lat, lon)[0, 1] > estimate(lat, lon, corridor=[True, True])[0, 1]
    assert estimate(lat, lon, corridor=[True, False])[0, 1] == estimate(lat, lon)[0, 1]


def test_holmon_is_reached_by_ferry_only() -> None:
    lat, lon = zip(UMEA, HOLMON, (63.80, 20.88), strict=True)
    minutes = estimate(lat, lon)
    assert math.isinf(minutes[0, 1])
    assert math.isinf(minutes[2, 0])
    assert np.isfinite(minutes[1, 2])
    assert np.isfinite(estimate(lat, lon, conditions=Conditions(ferry_only=()))).all()


@pytest.mark.parametrize("lat", [float("nan"), 91.0, float("inf")])
def test_a_wrong_coordinate_is_named(lat: float) -> None:
    with pytest.raises(CoordinateError, match="coordinate 1"):
        estimate([63.0, lat], [20.0, 20.0])


def test_shapes_must_fit() -> None:
    with pytest.raises(CoordinateError):
        estimate([63.0], [20.0, 21.0])
    with pytest.raises(CoordinateError):
        estimate([63.0], [20.0], corridor=[True, False])


points = st.lists(st.tuples(st.floats(55, 69), st.floats(11, 24)), min_size=1, max_size=8)


@given(points)
def test_symmetric_zero_on_the_diagonal_and_never_negative(places: list[tuple[float, float]]) -> None:
    lat, lon = zip(*places, strict=True)
    minutes = estimate(lat, lon)
    assert (np.diag(minutes) == 0).all()
    assert (minutes >= 0).all()
    finite = np.isfinite(minutes)
    assert np.allclose(minutes[finite], minutes.T[finite])


def test_great_circle_matches_a_known_distance() -> None:
    """A degree of latitude is 111.195 km on the mean sphere."""
    km = great_circle_km(np.array([63.0]), np.array([20.0]), np.array([64.0]), np.array([20.0]))
    assert km[0] == pytest.approx(111.195, abs=0.01)
