"""Crews follow their formulas: by hand for one municipality, and joined never more than apart."""

from math import isclose

import pytest

from narvard.capacity import dimension_words as words
from narvard.capacity.dimension import FAULTS, NORMS, SHARES, dimension, packaged, persons, shares_of
from narvard.capacity.staffing import FORMULAS, KEYS, staffing, whole

NEED = {"mest_sjuka": 180.0, "mobile_team": 680.0}


def test_one_municipality_by_hand() -> None:
    crews = staffing({"2460": NEED}).municipalities["2460"]
    assert (crews.hospital_teams, crews.hospital_active, crews.primary_active) == (2.0, 45.0, 500.0)
    visits = (45 / 6 + 500 / 21) * 7 / 5
    assert isclose(crews.visits_per_weekday, visits)
    assert crews.road_minutes is not None
    assert 2 < crews.road_minutes < 30
    each = min(6, 450 / (50 + crews.road_minutes))
    assert crews.visits_per_car == each
    assert crews.cars is not None
    assert isclose(crews.cars, visits / each)
    assert crews.home_care_physicians == 2.0


def test_joined_needs_no_more_whole_ones_than_apart() -> None:
    found = dimension("seed001", packaged("seed001")).crews
    for name in ("hospital_teams", "cars", "home_care_physicians", "bases"):
        joined, apart = getattr(found.joined, name), found.apart[name]
        assert apart is not None
        assert whole(joined) <= apart


def test_a_municipality_near_by_shares_a_base() -> None:
    near, far = staffing({"0180": NEED, "0184": NEED}), staffing({"2480": NEED, "2584": NEED})
    assert (near.joined.bases, far.joined.bases) == (2, 2)
    assert staffing({"1280": NEED, "1281": NEED}, {"base_minutes": 45}).joined.bases == 1


def test_where_no_locality_is_known_the_road_is_an_assumption() -> None:
    crews = staffing({"0184": NEED}, {"town_km": 3.0, "road_detour": 1.0}).municipalities["0184"]
    assert crews.road_minutes == 2 + 60 * 3 / 30


def test_without_municipalities_there_are_no_cars() -> None:
    found = dimension("seed000", packaged("seed000")).crews
    assert (found.municipalities, found.joined.cars, found.joined.bases, found.apart["cars"]) == ({}, None, None, None)
    assert found.joined.hospital_teams == pytest.approx(28_338 * 0.05 / 90)


def test_all_of_sweden() -> None:
    found = dimension("sweden", packaged("sweden"))
    assert len(found.municipalities) == 290
    assert round(found.segments["mest_sjuka"]) == round(0.05 * sum(place.aged_65plus for place in packaged("sweden")))
    assert found.crews.joined.bases is not None
    assert found.crews.joined.bases < 290


def test_intervals_hold_the_figures() -> None:
    found = dimension("seed001", packaged("seed001"))
    for name, (low, high) in found.intervals.items():
        assert low <= found.segments[name] <= high
    edited = dimension("seed001", packaged("seed001"), {"mest_sjuka": 0.04})
    assert edited.intervals["mest_sjuka"] == (edited.segments["mest_sjuka"],) * 2


def test_a_zero_share_means_nobody() -> None:
    assert persons(1000, shares_of({"mest_sjuka": 0.0}))["mest_sjuka"] == 0


def test_everything_has_words() -> None:
    assert set(words.SHARES) == set(words.SHARE_SOURCES) == set(SHARES)
    assert set(words.NORMS) == {norm.name for norm in NORMS}
    assert set(words.KEYS) == set(KEYS)
    assert set(words.FORMULAS) == {formula.name for formula in FORMULAS}
    assert {key.kind for key in (*SHARES.values(), *KEYS.values())} | {norm.kind for norm in NORMS} <= set(words.KINDS)
    assert set(words.FAULTS) <= set(FAULTS)
