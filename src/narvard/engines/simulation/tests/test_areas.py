"""Care areas are run apart and added up; models made for a population follow the keys of seed 000."""

import sys
from math import ceil

import numpy as np
import pytest

from narvard.engines.simulation import (
    Case,
    Region,
    RunError,
    Study,
    UnknownNameError,
    Until,
    compare,
    compare_areas,
    dimensioned,
    load_assumptions,
    load_model,
    load_population,
    on_cluster,
)
from narvard.engines.simulation.describe import crew_hours


@pytest.fixture(scope="module")
def cases() -> list[Case]:
    people = load_population("vasterbotten").care_areas()
    models = {name: tuple(dimensioned(kind, one) for kind in ("norm", "norm-apart")) for name, one in people.items()}
    return [Case(name, models[name], Study(one, load_assumptions(), years=0.05)) for name, one in people.items()]


@pytest.fixture(scope="module")
def region(cases: list[Case]) -> Region:
    return compare_areas(cases, Until(3))


def test_each_care_area_is_as_if_run_alone(cases: list[Case], region: Region) -> None:
    alone = compare(cases[0].models, cases[0].study, Until(3))
    assert repr(alone.reports) == repr(region.areas[cases[0].name].reports)
    assert region.events == sum(found.events for found in region.areas.values()) > alone.events


def test_what_can_be_counted_is_added_up(region: Region) -> None:
    each = [found.values("norm", "visits") for found in region.areas.values()]
    assert np.array_equal(region.values("norm", "visits"), np.sum(each, axis=0))
    difference = region.difference("norm", "norm-apart", "visits")
    assert difference.mean == pytest.approx(region.of("norm", "visits").mean - region.of("norm-apart", "visits").mean)
    with pytest.raises(RunError, match="cannot be added up"):
        region.of("norm", "wait_median_h")


def test_the_result_does_not_depend_on_the_processes(cases: list[Case], region: Region) -> None:
    again = compare_areas(cases, Until(3), jobs=2)
    for name, found in region.areas.items():
        assert repr(found.reports) == repr(again.areas[name].reports)


def test_chance_is_not_the_same_in_two_care_areas(cases: list[Case]) -> None:
    twins = [cases[2], Case("again", cases[2].models, cases[2].study)]
    found = compare_areas(twins, Until(1))
    first, second = (found.areas[case.name].values("norm", "requests") for case in twins)
    assert first != second


def test_what_care_changes_is_the_same_in_the_whole_region(region: Region) -> None:
    """It is not chance but what we do not know: drawn apart for each care area it would even out in the sum."""
    for indicator in ("admission_ratio", "averted_share"):
        draws = [found.values("norm", indicator).tolist() for found in region.areas.values()]
        assert draws[0] == draws[1] == draws[2]


def test_teams_follow_from_need() -> None:
    people = load_population("vasterbotten")
    for one in people.care_areas().values():
        model = dimensioned("norm", one)
        keys = [team.key for team in model.teams]
        for area in one.areas:
            linked = [key for key in keys if key.startswith(f"sk-{area.code}-")]
            primary = [key for key in keys if key.startswith(f"pv-{area.code}-")]
            assert len(linked) == ceil(area.need["mest_sjuka"] / 90)
            assert len(primary) == ceil(area.need["multisviktande"] / 250)
        assert dimensioned("norm-apart", one).teams == model.teams


def test_umea_made_is_umea_packaged_but_for_the_assessment_car() -> None:
    made, packaged = dimensioned("norm", load_population()), load_model("joint-norm")
    teams = {team.key: team for team in packaged.teams if team.key != "bedomningsbil"}
    assert {team.key for team in made.teams} == teams.keys()
    for team in made.teams:
        assert (team.crews, team.places, team.stay_days) == (
            teams[team.key].crews, teams[team.key].places, teams[team.key].stay_days,
        )  # fmt: skip
        assert team.employer == teams[team.key].employer
    car = 5 * 14.5 + 2 * 9
    assert crew_hours(made) == pytest.approx(crew_hours(packaged) - car)


def test_impossible_regions_are_refused(cases: list[Case]) -> None:
    with pytest.raises(RunError, match="name of its own"):
        compare_areas([cases[0], cases[0]], Until(1))
    with pytest.raises(RunError, match="same models"):
        compare_areas([cases[0], Case("b", cases[1].models[:1], cases[1].study)], Until(1))
    with pytest.raises(RunError, match="0 jobs"):
        compare_areas(cases, Until(1), jobs=0)
    with pytest.raises(UnknownNameError, match="care area 'Atlantis' is none of Umeå"):
        load_population("vasterbotten").only(["Atlantis"])


def test_without_ray_a_cluster_is_refused_in_one_line(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "ray", None)
    with on_cluster(""):
        pass
    with pytest.raises(RunError, match="extra 'cluster'"), on_cluster("auto"):
        pass
