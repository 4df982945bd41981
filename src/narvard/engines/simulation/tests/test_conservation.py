"""Nothing gets lost: each request ends once, lists and counters agree, and chance is the same for every model."""

from dataclasses import replace

import numpy as np
import pytest

from narvard.engines.simulation import MODELS, Study, load_assumptions, load_population
from narvard.engines.simulation import _layout as layout
from narvard.engines.simulation.run import replicate, runs
from narvard.engines.simulation.tests.queues import shipped, study, team, waits


@pytest.fixture(scope="module")
def plan() -> Study:
    return Study(load_population(), load_assumptions(), years=0.5)


@pytest.fixture(scope="module")
def sims(plan: Study) -> dict[str, layout.Sim]:
    models = [shipped(name) for name in MODELS]
    return dict(zip(MODELS, runs(models, plan, 1, 0)[1], strict=True))


@pytest.mark.parametrize("name", MODELS)
def test_each_request_ends_once(sims: dict[str, layout.Sim], name: str) -> None:
    sim = sims[name]
    rows = sim.request[: sim.g.now[layout.REQUESTS]]
    ended = rows["status"] == layout.ENDED
    assert len(rows) > 1000
    assert ((rows["outcome"] != layout.OPEN) == ended).all()
    assert np.isfinite(rows["closed"][ended]).all()
    assert (rows["closed"][ended] >= rows["at"][ended]).all()
    assert sim.g.now[layout.WAITING] == (~ended).sum()


@pytest.mark.parametrize("name", MODELS)
def test_places_and_lists_agree_with_people(sims: dict[str, layout.Sim], name: str) -> None:
    sim = sims[name]
    people, teams = sim.person, sim.team
    for k, row in enumerate(teams):
        assert row["enrolled"] == (people["team"] == k).sum() <= row["places"]
        assert row["room"] == (people["waits_for"] == k).sum() == _length(people, row["room_head"], "room_next")
        in_list = _length(people, row["due_head"], "due_next")
        assert in_list == ((people["team"] == k) & (people["queued"] == 1)).sum()
        queued = sim.request[: sim.g.now[layout.REQUESTS]]
        assert row["queued"] == ((queued["team"] == k) & (queued["status"] == layout.QUEUED)).sum()


def _length(people: "np.ndarray[tuple[int], np.dtype[np.void]]", first: int, link: str) -> int:
    count, p = 0, int(first)
    while p != layout.NONE:
        count, p = count + 1, int(people[p][link])
    return count


@pytest.mark.parametrize("name", MODELS)
def test_only_teams_that_may_take_a_person_have_them(sims: dict[str, layout.Sim], name: str) -> None:
    sim = sims[name]
    rows = sim.request[: sim.g.now[layout.REQUESTS]]
    seen = rows[rows["outcome"] == layout.VISITED]
    assert sim.suits[:, seen["person"], seen["team"]].any(axis=0).all()


def test_the_same_seed_gives_the_same_bits_and_another_others(plan: Study) -> None:
    models = [shipped("joint"), shipped("today")]
    first, again, other = (replicate(models, plan, seed, 3) for seed in (1, 1, 2))
    assert repr(first) == repr(again)
    assert first[0].indicators["requests"] != other[0].indicators["requests"]


def test_a_model_does_not_depend_on_its_company(plan: Study) -> None:
    alone = replicate([shipped("today")], plan, 1, 0)[0]
    paired = replicate([shipped("joint"), shipped("today")], plan, 1, 0)[1]
    assert repr(alone) == repr(paired)


def test_every_model_meets_the_same_deaths_and_needs(plan: Study) -> None:
    """Without effects, deaths are equal and needs differ only by those that arise during stays in hospital."""
    reports = replicate([shipped(name) for name in MODELS], replace(plan, effects=None), 4, 0)
    assert len({report.indicators["deaths"] for report in reports}) == 1


@pytest.mark.parametrize("crews", [2, 3, 4])
def test_one_more_crew_never_lengthens_any_wait(crews: int) -> None:
    """First come, first served, no roads: with common random numbers it holds request by request."""
    plan = study(1.5, 50.0, years=0.25)
    few, more = runs([team(crews), replace(team(crews + 1), name="more")], plan, 2, 0)[1]
    assert len(waits(few)) == len(waits(more)) > 500
    assert (waits(more) <= waits(few) + 1e-9).all()
    assert waits(more).sum() < waits(few).sum()


@pytest.mark.parametrize("name", ["joint", "today"])
def test_more_crews_shorten_waiting_with_roads_shifts_and_criteria_too(plan: Study, name: str) -> None:
    """Request by request it need not hold there (a crew that is elsewhere drives another way); for the mean it does."""
    few = shipped(name)
    teams = tuple(
        replace(team, shifts=tuple(replace(shift, crews=shift.crews + 1) for shift in team.shifts))
        for team in few.teams
    )
    for replication in range(3):
        less, more = replicate([few, replace(few, name="more", teams=teams)], plan, 6, replication)
        assert more.indicators["wait_mean_h"] < less.indicators["wait_mean_h"]
        assert more.indicators["visited_share"] > less.indicators["visited_share"]


def test_todays_teams_reach_the_inland_less_and_the_joint_ones_alike(plan: Study) -> None:
    joint, today = (report.indicators for report in replicate([shipped("joint"), shipped("today")], plan, 1, 0))
    assert today["visited_lowest_to_highest"] < 0.6 < 0.8 < joint["visited_lowest_to_highest"] <= 1.0
    assert today["visited_share_per_10_min"] < -0.02
    assert abs(joint["visited_share_per_10_min"]) < 0.02
