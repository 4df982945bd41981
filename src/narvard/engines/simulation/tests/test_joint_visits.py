"""Joint visits: two employers' crews at once, none without its mate."""

from dataclasses import replace

import numpy as np
import pytest

from narvard.engines.simulation import Model, Study, UnknownNameError, load_assumptions, load_population
from narvard.engines.simulation import _layout as layout
from narvard.engines.simulation.run import runs
from narvard.engines.simulation.tests.queues import shipped


def _run(model: Model, share: float) -> layout.Sim:
    assumptions = load_assumptions().edited({"joint_visit_share": share})
    return runs([model], Study(load_population(), assumptions, years=0.5, warm_up_days=0), 1, 0)[1][0]


@pytest.fixture(scope="module")
def joint() -> Model:
    return shipped("joint")


def test_a_joint_visit_takes_a_crew_of_each_and_none_else_does(joint: Model) -> None:
    assert _run(joint, 0.0).team["helped"].sum() == 0
    sim = _run(joint, 0.5)
    led, helped = sim.team["joint"], sim.team["helped"]
    assert led.sum() > 60
    assert helped.sum() >= led.sum() >= helped.sum() * 0.95  # who found nobody at home had come along all the same
    keys = [team.key for team in joint.teams]
    assert {keys[k] for k in np.flatnonzero(led)} <= {"sk-inland", "sk-kust"}
    assert {keys[k] for k in np.flatnonzero(helped)} <= {"pv-2401", "pv-2403", "pv-2404", "pv-2409", "pv-2460"}


def test_they_meet(joint: Model) -> None:
    """What each crew did last is kept: a leader and its mate came to the same person at the same minute."""
    met = 0
    assumptions = load_assumptions().edited({"joint_visit_share": 1.0})
    for days in range(12, 20):
        plan = Study(load_population(), assumptions, years=days / 365, warm_up_days=0)
        cars = runs([joint], plan, 1, 0)[1][0].car
        for car in cars[(cars["kind"] == layout.GOES_PLANNED) & (cars["mate"] != layout.NONE)]:
            mate = cars[car["mate"]]
            if (mate["kind"], mate["job"]) == (layout.HELPS, car["job"]):
                assert mate["arrives"] == car["arrives"]
                assert joint.teams[mate["team"]].principal != joint.teams[car["team"]].principal
                met += 1
    assert met > 0


def test_waiting_for_a_mate_makes_planned_visits_later(joint: Model) -> None:
    alone, together = (_run(joint, share).team for share in (0.0, 1.0))
    lead = [team.key for team in joint.teams].index("sk-inland")
    late = [rows[lead]["late_days"] / (rows[lead]["visits"] - rows[lead]["acute_visits"]) for rows in (alone, together)]
    assert late[1] > late[0]


def test_a_partner_must_be_another_team_of_the_model(joint: Model) -> None:
    for key in ("nobody", "sk-inland"):
        teams = tuple(replace(t, joint_with=(key,)) if t.key == "sk-inland" else t for t in joint.teams)
        with pytest.raises(UnknownNameError, match=key):
            replace(joint, teams=teams)
