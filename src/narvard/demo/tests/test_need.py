"""The need cells reproduce the figures of seed 001 without adding rounded numbers."""

import pytest

from narvard.demo import need, sources

# reference.yaml: need.mobile_team.municipality.* and need.fixed_contact.municipality.*
STATED_MOBILE = {"2401": 204, "2403": 70, "2404": 156, "2409": 187, "2460": 195, "2480": 2311}
STATED_FIXED = {"2401": 306, "2403": 105, "2404": 235, "2409": 281, "2460": 292, "2480": 3466}


def test_seed001_gives_its_stated_figures_by_municipality():
    assert {code: round(persons) for code, persons in need.mobile_team_need().items()} == STATED_MOBILE
    bases = sources.back_solved_65plus()
    assert {code: round(0.15 * persons) for code, persons in bases.items()} == STATED_FIXED


def test_seed001_gives_its_stated_totals():
    total = sum(sources.back_solved_65plus().values())
    assert total == 31_227
    assert (round(total * 0.05), round(total * 0.10), round(total * 0.15)) == (1561, 3123, 4684)
    assert sum(need.mobile_team_need().values()) == pytest.approx(3122.7)


@pytest.mark.parametrize("scenario", need.SCENARIOS)
def test_cells_sum_to_the_population_and_none_is_negative(scenario):
    cells = need.need_cells(scenario)
    assert len(cells) == 6 * 4 * 4
    assert min(cell.persons for cell in cells) > 0
    for place in need.populations(scenario):
        persons = sum(cell.persons for cell in cells if cell.municipality == place.municipality)
        assert persons == pytest.approx(place.aged_65plus)


def test_population2021_keeps_the_estimates_of_the_file():
    total = sum(place.aged_65plus for place in need.populations("population2021"))
    assert total == pytest.approx(29_768)


def test_an_unknown_scenario_is_refused_with_the_known_ones():
    with pytest.raises(ValueError, match="seed001, population2021"):
        need.populations("seed999")
