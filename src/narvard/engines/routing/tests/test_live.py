"""The running day: where an acute visit fits, what it moves, and planning again with the past frozen."""

from dataclasses import replace

import numpy as np
import pytest

from narvard.engines.routing import (
    Caregiver,
    Joint,
    Objective,
    Operation,
    PlanError,
    Problem,
    Stop,
    Window,
    insertions,
    replan,
    solve,
)
from narvard.engines.routing.tests.checker import check

pytestmark = pytest.mark.engine


def morning(*acute: Operation, joint: tuple[Joint, ...] = ()) -> Problem:
    """Two nurses, six visits of an hour from eight on, ten minutes apart, and the acute ones."""
    visits = tuple(Operation(f"v{i}", f"p{i}", 60, (Window(480 + 60 * i, 720 + 60 * i),)) for i in range(6))
    places = ("base", *(f"p{i}" for i in range(6)), "a")
    travel = np.full((8, 8), 10.0)
    np.fill_diagonal(travel, 0.0)
    staff = tuple(Caregiver(f"c{i}", "base", "base", (480.0, 1020.0)) for i in range(2))
    return Problem((*visits, *acute), staff, places, travel, Objective.care_day(), joint)


ACUTE = Operation("acute", "a", 30, (Window(600, 660),), priority=1)


def test_insertions_are_ranked_and_say_what_moves() -> None:
    plan = solve(morning(), Stop(evaluations=3000)).plan
    problem = morning(ACUTE)
    ways = insertions(problem, plan, "acute")
    assert ways
    assert [w.cost for w in ways] == sorted(w.cost for w in ways)
    for way in ways:
        assert 600 <= way.start <= 660
        moved = {m.operation: m.becomes for m in way.moved}
        whole = dict(plan) | way.placements
        after = {n: replace(p, start=moved.get(n, p.start)) for n, p in whole.items()}
        result = solve(problem, Stop(evaluations=0), start=after)
        check(problem, result, after)
        assert {n: p.caregiver for n, p in result.plan.items()} == {n: p.caregiver for n, p in whole.items()}


def test_a_joint_acute_visit_is_inserted_whole() -> None:
    plan = solve(morning(), Stop(evaluations=3000)).plan
    mate = replace(ACUTE, id="mate")
    problem = morning(ACUTE, mate, joint=(Joint(("acute", "mate")),))
    way = insertions(problem, plan, "mate")[0]
    assert {p.start for p in way.placements.values()} == {way.start}
    assert {p.caregiver for p in way.placements.values()} == {"c0", "c1"}


def test_nobody_who_can_gives_no_way() -> None:
    plan = solve(morning(), Stop(evaluations=500)).plan
    assert insertions(morning(replace(ACUTE, skills=frozenset({"surgeon"}))), plan, "acute") == ()
    with pytest.raises(PlanError, match="unknown"):
        insertions(morning(), plan, "acute")


def test_replan_freezes_the_past_and_changes_little() -> None:
    plan = solve(morning(), Stop(evaluations=3000)).plan
    problem = morning(ACUTE)
    again = replan(problem, plan, now=590.0, stop=Stop(evaluations=3000))
    begun = {n for n, p in plan.items() if p.start < 590}
    assert begun
    assert begun.isdisjoint(again.plan)
    assert "acute" in again.plan
    assert all(p.start >= 590 for p in again.plan.values())
    changed = [n for n, p in again.plan.items() if n in plan and plan[n].caregiver != p.caregiver]
    assert len(changed) <= 2
    assert again.amounts["reassigned"] == len(changed)
