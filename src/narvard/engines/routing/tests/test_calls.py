"""What has no place (calls, video) is done where the caregiver is: the road goes on from there."""

from dataclasses import replace

import numpy as np
import pytest

from narvard.engines.routing import (
    BadNumberError,
    Break,
    Caregiver,
    Done,
    Joint,
    Objective,
    Operation,
    Placement,
    Problem,
    Reason,
    Result,
    Stop,
    Window,
    insertions,
    replan,
    solve,
)
from narvard.engines.routing.tests.checker import check

pytestmark = pytest.mark.engine

SHORT = Stop(evaluations=1500)
PLACES = ("base", "A", "B", "C")
ROADS = np.array([[0, 10, 20, 30], [11, 0, 40, 5], [21, 41, 0, 50], [31, 6, 51, 0.0]])
ANN = Caregiver("Ann", "base", "base", (480.0, 960.0))
A = Operation("a", "A", 30, (Window(500, 500),))
CALL = Operation("call", None, 10, (Window(540, 540),))
B = Operation("b", "B", 20, (Window(600, 660),))


def day(*operations: Operation, staff: tuple[Caregiver, ...] = (ANN,), **more: object) -> Problem:
    return Problem(operations, staff, PLACES, ROADS, Objective(tardiness=0.0), **more)  # type: ignore[arg-type]


def planned(problem: Problem) -> Result:
    result = solve(problem, SHORT)
    check(problem, result)
    return result


def roads(result: Result) -> dict[str, float]:
    return {p.operation: p.travel for r in result.routes for p in r.placed}


def test_the_road_goes_on_over_a_call() -> None:
    result = planned(day(A, CALL, B))
    assert roads(result) == {"a": 10, "call": 0, "b": 40}
    assert result.amounts["travel"] == 10 + 40 + 21
    assert result.plan["b"].start == 600


def test_nobody_is_at_two_homes_at_once_over_a_call() -> None:
    """The call ends at 550; the next home is forty minutes away, so its window cannot be met."""
    result = planned(day(A, CALL, replace(B, windows=(Window(550, 585),))))
    assert {u.operation for u in result.unplanned} == {"b"}
    assert planned(day(A, CALL, replace(B, windows=(Window(550, 590),)))).plan["b"].start == 590


def test_calls_that_follow_each_other_and_a_break_stay_where_the_last_visit_was() -> None:
    more = replace(CALL, id="more", windows=(Window(550, 555),))
    lunch = replace(ANN, breaks=(Break(555, 600, 30.0, None),))
    result = planned(day(A, CALL, more, replace(B, windows=(Window(600, 700),)), staff=(lunch,)))
    assert roads(result) == {"a": 10, "call": 0, "more": 0, "b": 40}
    (taken,) = result.routes[0].breaks
    assert result.plan["b"].start == taken.end + 40


def test_a_call_begins_or_ends_the_day_where_it_finds_one() -> None:
    early = replace(CALL, id="early", windows=(Window(480, 480),))
    late = replace(CALL, id="late", windows=(Window(700, 700),))
    result = planned(day(early, A, late))
    assert roads(result) == {"early": 0, "a": 10, "late": 0}
    (route,) = result.routes
    assert route.arrival == 710 + 11
    assert route.travel == 10 + 11


def test_calls_alone_are_made_without_leaving() -> None:
    result = planned(day(CALL))
    assert result.amounts["travel"] == 0
    away = replace(ANN, end="C")
    assert planned(day(CALL, staff=(away,))).amounts["travel"] == 30


def test_a_call_that_leaves_no_time_to_get_home_is_told_so() -> None:
    late = replace(CALL, windows=(Window(940, 945),))
    (left,) = planned(day(late, staff=(replace(ANN, end="C"),))).unplanned
    assert left.reason is Reason.TIGHT_TRAVEL


def test_without_a_start_place_a_call_before_the_first_visit_is_made_anywhere() -> None:
    nomad = replace(ANN, start=None, end=None)
    result = planned(day(replace(CALL, windows=(Window(480, 480),)), replace(A, windows=(Window(490, 490),)), B,
                         staff=(nomad,)))  # fmt: skip
    assert roads(result) == {"call": 0, "a": 0, "b": 40}


def test_an_insertion_takes_the_road_over_the_call() -> None:
    problem = day(A, CALL, B)
    plan = {"a": Placement("Ann", 500.0), "call": Placement("Ann", 540.0)}
    (way,) = insertions(problem, plan, "b")
    assert way.start == 600
    assert way.cost == pytest.approx(40 + 21 - 11)
    near = day(A, CALL, replace(B, windows=(Window(550, 585),)))
    assert insertions(near, plan, "b") == ()


def test_an_insertion_before_a_call_moves_what_comes_after_it() -> None:
    """From C the road on after the call is 51 minutes to B instead of forty."""
    problem = day(A, Operation("c", "C", 5, (Window(530, 536),)), CALL, replace(B, windows=(Window(590, 660),)))
    plan = {"a": Placement("Ann", 500.0), "call": Placement("Ann", 540.0), "b": Placement("Ann", 590.0)}
    (way,) = insertions(problem, plan, "c")
    assert {m.operation: m.becomes for m in way.moved} == {"b": 601.0}
    assert way.cost == pytest.approx(5 + 51 - 40)


def test_after_a_call_the_rest_of_the_day_begins_where_the_last_visit_was() -> None:
    done = (Done("a", "Ann", 500, 530), Done("call", "Ann", 540, 550))
    result = planned(day(A, CALL, replace(B, windows=(Window(550, 660),)), done=done, now=550.0))
    assert roads(result) == {"b": 40}
    assert result.plan["b"].start == 590
    whole = day(A, CALL, replace(B, windows=(Window(550, 660),)))
    first = planned(whole)
    again = replan(whole, first.plan, now=545.0, stop=SHORT)
    assert again.plan["b"].start == 590


def test_a_call_joint_with_a_visit_keeps_each_where_they_are() -> None:
    doctor = replace(ANN, id="Doc", skills=frozenset({"doctor"}))
    far = replace(CALL, skills=frozenset({"doctor"}), windows=())
    result = planned(day(A, far, joint=(Joint(("a", "call")),), staff=(ANN, doctor)))
    assert result.plan["call"] == Placement("Doc", 500.0)
    assert result.plan["a"] == Placement("Ann", 500.0)
    assert roads(result) == {"a": 10, "call": 0}


def test_a_crew_is_in_one_place_at_a_time() -> None:
    crew = replace(ANN, members=(frozenset(), frozenset()))
    mate = replace(A, id="mate", location="C")
    joint = (Joint(("a", "mate")),)
    assert {u.operation for u in planned(day(A, mate, joint=joint, staff=(crew,))).unplanned} == {"a", "mate"}
    assert set(planned(day(A, replace(mate, location="A"), joint=joint, staff=(crew,))).plan) == {"a", "mate"}


def test_a_stay_that_costs_time_is_refused_where_something_has_no_place() -> None:
    slow = ROADS + np.diag([0, 3, 0, 0])
    with pytest.raises(BadNumberError, match="travel A to A"):
        Problem((A, CALL), (ANN,), PLACES, slow)
    assert Problem((A, B), (ANN,), PLACES, slow).travel[1, 1] == 3
