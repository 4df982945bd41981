"""Cells from population and shares: sums hold, bad assumptions are refused."""

import pytest

from narvard.capacity.segments import SEED_SHARES, AgeBand, Assumptions, Population, Segment, needs

PLACE = Population("2480", 130_000, dict(zip(AgeBand, (10_000.0, 5_000.0, 3_000.0, 2_000.0), strict=True)))


def test_segments_hold_their_share_of_all_aged_65plus():
    cells = needs(PLACE, SEED_SHARES)
    for segment, share in SEED_SHARES.share_of_65plus.items():
        assert sum(cell.persons for cell in cells if cell.segment == segment) == pytest.approx(20_000 * share)
    assert sum(cell.persons for cell in cells) == pytest.approx(20_000)


def test_the_oldest_carry_the_largest_share_of_their_band():
    cells = needs(PLACE, SEED_SHARES)
    sick = {cell.age_band: cell.persons for cell in cells if cell.segment == Segment.MOST_SICK}
    rates = [sick[band] / PLACE.bands[band] for band in AgeBand]
    assert rates == sorted(rates)


def test_the_gradient_moves_need_between_bands_and_never_the_sum():
    flat = Assumptions(SEED_SHARES.share_of_65plus, {}, dict.fromkeys(AgeBand, 1.0))
    cells = needs(PLACE, flat)
    frail = {cell.age_band: cell.persons for cell in cells if cell.segment == Segment.FRAIL}
    assert frail == {band: pytest.approx(0.1 * persons) for band, persons in PLACE.bands.items()}


@pytest.mark.parametrize(
    "shares", [{Segment.FRAIL: 1.2}, {Segment.FRAIL: -0.1}, {Segment.FRAIL: 0.6, Segment.MOST_SICK: 0.6}]
)
def test_impossible_shares_are_refused(shares):
    with pytest.raises(ValueError, match="share"):
        Assumptions(shares, {})


def test_a_population_without_a_band_or_below_zero_is_refused():
    with pytest.raises(ValueError, match="every age band"):
        Population("2480", 1, {AgeBand.FROM_65: 1.0})
    with pytest.raises(ValueError, match="fewer than 0"):
        Population("2480", 1, dict.fromkeys(AgeBand, -1.0))


def test_a_gradient_that_overfills_a_band_is_refused():
    steep = Assumptions({Segment.FRAIL: 0.9}, {}, {**dict.fromkeys(AgeBand, 0.0), AgeBand.FROM_85: 1.0})
    with pytest.raises(ValueError, match="85"):
        needs(PLACE, steep)
