"""A run begins with those who are enrolled: with their team, or with one that may take them."""

from dataclasses import replace

import pytest

from narvard.engines.simulation import (
    Enrolled,
    NumberError,
    Study,
    UnknownNameError,
    load_assumptions,
    load_population,
)
from narvard.engines.simulation import _layout as layout
from narvard.engines.simulation.run import runs
from narvard.engines.simulation.tests.queues import shipped

STOCK = (
    Enrolled("2480", "mest_sjuka", "sk-umea-norr", 30.0, 20),
    Enrolled("2480", "multisviktande", "primar", 200.0, 40),
    Enrolled("2403", "mest_sjuka", "palliativ", 5.0, 3, "palliative"),
)


@pytest.fixture(scope="module")
def plan() -> Study:
    return Study(load_population(), load_assumptions(), years=0.01, warm_up_days=0, stock=STOCK)


def test_the_enrolled_are_with_their_teams_in_each_model_that_has_them(plan: Study) -> None:
    still = plan.assumptions.edited(dict.fromkeys(("deaths_per_year.mest_sjuka", "deaths_per_year.multisviktande"), 0))
    joint, today = (shipped(name) for name in ("joint", "today"))
    sims = runs([joint, today], replace(plan, assumptions=still), 1, 0)[1]
    for model, sim in zip((joint, today), sims, strict=True):
        began = sim.person[(sim.person["enrolled"] < 0) & (sim.person["team"] != layout.NONE)]
        by_team = {team.key: int((began["team"] == k).sum()) for k, team in enumerate(model.teams)}
        assert 50 < sum(by_team.values()) <= 63
        for row in STOCK:
            if row.team in by_team:
                assert row.persons - 6 <= by_team[row.team]
        assert set(began["enrolled"] / layout.DAY) == {-30.0, -200.0, -5.0}


def test_a_given_character_of_illness_holds(plan: Study) -> None:
    calm = plan.assumptions.edited({"phase_changes_per_year": 0})
    sim = runs([shipped("today")], replace(plan, assumptions=calm), 1, 0)[1][0]
    theirs = sim.person[sim.person["enrolled"] == -5.0 * layout.DAY]
    assert set(theirs["condition"]) == {layout.CONDITIONS.index("palliative")}


def test_days_before_the_run_count_in_the_length_of_stays(plan: Study) -> None:
    longer = replace(plan, years=0.3)
    before = replace(longer, stock=tuple(replace(row, days=row.days + 1000) for row in STOCK))
    short, long = (runs([shipped("today")], one, 1, 0)[1][0].g.count for one in (longer, before))
    assert short[layout.C_LEFT] == long[layout.C_LEFT]
    assert long[layout.C_STAY_DAYS] > short[layout.C_STAY_DAYS] + 5000


@pytest.mark.parametrize(
    ("row", "error", "says"),
    [
        (("9999", "mest_sjuka"), UnknownNameError, "municipality '9999'"),
        (("2403", "mest_sjuka", "", 0.0, 36), NumberError, "36 mest_sjuka enrolled, but only 35"),
        (("2403", "healthy"), UnknownNameError, "segment 'healthy'"),
        (("2403", "mest_sjuka", "", -1.0), NumberError, "below zero"),
        (("2403", "mest_sjuka", "", 0.0, 1, "flu"), UnknownNameError, "condition 'flu'"),
    ],
)
def test_an_impossible_stock_is_refused(plan: Study, row: tuple[str], error: type[Exception], says: str) -> None:
    with pytest.raises(error, match=says):
        replace(plan, stock=(Enrolled(*row),))
