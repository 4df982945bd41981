"""Planning a day: what the door promises, held by the naive checker."""

import numpy as np
import pytest

from narvard.engines.routing import (
    Break,
    Caregiver,
    Done,
    Joint,
    Operation,
    Ordered,
    Params,
    PatientRule,
    Placement,
    PlanError,
    Problem,
    Reason,
    Stop,
    StopError,
    Stopped,
    Window,
    solve,
    solve_many,
)
from narvard.engines.routing.tests.checker import check

pytestmark = pytest.mark.engine

SHORT = Stop(evaluations=2000)


def day(*operations: Operation, staff: int = 2, **more: object) -> Problem:
    """A small day around a base, ten minutes between any two places."""
    places = ("base", *dict.fromkeys(o.location for o in operations if o.location and o.location != "base"))
    travel = np.full((len(places), len(places)), 10.0)
    np.fill_diagonal(travel, 0.0)
    carers = tuple(
        Caregiver(f"c{i}", "base", "base", (480.0, 960.0), skills=frozenset({"nurse"})) for i in range(staff)
    )
    return Problem(operations, more.pop("caregivers", carers), places, travel, **more)  # type: ignore[arg-type]


def test_a_visit_is_planned_in_its_window() -> None:
    problem = day(Operation("v", "p", 30, (Window(600, 660),)))
    result = solve(problem, SHORT)
    check(problem, result)
    assert result.plan["v"].start == 600
    assert result.cost == pytest.approx(20.0 + result.terms["balance"])


def test_a_joint_visit_has_two_caregivers_at_once() -> None:
    problem = day(Operation("a", "p", 30), Operation("b", "p", 20), joint=(Joint(("a", "b")),))
    result = solve(problem, SHORT)
    check(problem, result)
    plan = result.plan
    assert plan["a"].start == plan["b"].start
    assert plan["a"].caregiver != plan["b"].caregiver


def test_same_seed_and_evaluations_give_the_same_plan() -> None:
    problem = day(*(Operation(f"v{i}", f"p{i}", 20, (Window(500 + 9 * i, 700),)) for i in range(12)))
    first, second = (solve(problem, SHORT, seed=4) for _ in range(2))
    assert first.plan == second.plan
    assert first.cost == second.cost
    assert first.evaluations == second.evaluations
    check(problem, first)


def test_a_plan_can_be_gone_on_from() -> None:
    problem = day(*(Operation(f"v{i}", f"p{i}", 20, (Window(500, 700),)) for i in range(8)))
    first = solve(problem, SHORT)
    again = solve(problem, Stop(evaluations=0), start=first.plan)
    check(problem, again)
    assert again.cost == pytest.approx(first.cost)
    assert again.stopped is Stopped.EVALUATIONS


def test_a_plan_taken_over_keeps_to_its_later_windows() -> None:
    windows = (Window(500, 560), Window(700, 760))
    problem = day(Operation("v", "p", 30, windows))
    again = solve(problem, Stop(evaluations=0), start={"v": Placement("c0", 720.0)})
    check(problem, again, {"v": Placement("c0", 720.0)})
    assert again.plan["v"].start == 700


def test_no_caregivers_and_no_operations_are_answered() -> None:
    nobody = day(Operation("v", "p", 30), caregivers=())
    result = solve(nobody, SHORT)
    assert result.stopped is Stopped.NOTHING_TO_PLAN
    assert [u.reason for u in result.unplanned] == [Reason.NO_SKILL]
    assert solve(day(), SHORT).cost == 0


@pytest.mark.parametrize(
    ("operation", "reason"),
    [
        (Operation("v", "p", 30, skills=frozenset({"surgeon"})), Reason.NO_SKILL),
        (Operation("v", "p", 30, forbidden=frozenset({"c0", "c1"})), Reason.NO_CAREGIVER),
        (Operation("v", "p", 30, (Window(60, 120),)), Reason.NO_SHIFT),
        (Operation("v", "p", 30, (Window(480, 485),)), Reason.TIGHT_TRAVEL),
    ],
)
def test_the_impossible_is_left_out_with_its_reason(operation: Operation, reason: Reason) -> None:
    problem = day(operation)
    result = solve(problem, SHORT)
    check(problem, result)
    assert [(u.operation, u.reason) for u in result.unplanned] == [("v", reason)]


def test_lower_priority_is_crowded_out() -> None:
    visits = [Operation(f"v{i}", "p", 60, (Window(600, 600),), priority=1 + i, optional=True) for i in range(3)]
    problem = day(*visits)
    result = solve(problem, SHORT)
    check(problem, result)
    assert [(u.operation, u.reason) for u in result.unplanned] == [("v2", Reason.CROWDED_OUT)]


def test_what_matters_most_takes_the_place_of_what_matters_less() -> None:
    """A joint visit that must be made needs two who are both at something cheaper that can wait."""
    window = (Window(600, 600),)
    cheap = [Operation(f"v{i}", f"p{i}", 60, window, priority=3, optional=True) for i in range(2)]
    pair = [Operation(name, "p2", 30, window, patient="p2") for name in ("a", "b")]
    before = {f"v{i}": Placement(f"c{i}", 600.0) for i in range(2)}
    problem = day(*cheap, *pair, joint=(Joint(("a", "b")),))
    result = solve(problem, SHORT, start=before)
    check(problem, result, before)
    assert {u.operation for u in result.unplanned} == {"v0", "v1"}


def test_a_day_begun_later_keeps_the_first_of_two_breaks_after_the_last_visit_in_its_window() -> None:
    """The wait for the second break could be slept away in the morning, but for the first, which must end by 194."""
    breaks = (Break(94, 194, 20.0, None), Break(199, 254, 10.0, None))
    carer = Caregiver("c", "base", "base", (34.0, 275.0), breaks=breaks)
    problem = day(Operation("v", "p", 65), caregivers=(carer,))
    result = solve(problem, SHORT)
    check(problem, result)
    assert [(b.start, b.end) for b in result.routes[0].breaks] == [(174.0, 194.0), (199.0, 209.0)]
    assert result.amounts["waiting"] == pytest.approx(5.0)


def test_a_visit_of_two_patients_counts_for_each_of_them() -> None:
    pair = (Operation("a", "p", 30, patient="P"), Operation("b", "p", 30, patient="Q"))
    alone = Operation("c", "q", 30, patient="Q")
    rules = (PatientRule("P", 1), PatientRule("Q", 1))
    for tie in ({"joint": (Joint(("a", "b")),)}, {"ordered": (Ordered("a", "b"),)}):
        problem = day(*pair, alone, patient_rules=rules, **tie)
        result = solve(problem, SHORT)
        check(problem, result)
        assert {u.operation for u in result.unplanned} == {"c"}


def test_visits_of_both_patients_of_a_joint_visit_are_kept_apart_from_it() -> None:
    pair = (Operation("a", "p", 30, (Window(600, 600),), "P"), Operation("b", "p", 50, (Window(600, 600),), "Q"))
    after = (Operation("c", "p", 10, (Window(600, 645),), "P"), Operation("d", "p", 10, (Window(600, 670),), "Q"))
    rules = (PatientRule("P", None, 15.0), PatientRule("Q", None, 20.0))
    problem = day(*pair, *after, joint=(Joint(("a", "b")),), patient_rules=rules)
    result = solve(problem, SHORT)
    check(problem, result)
    assert result.plan["c"].start == 645
    assert result.plan["d"].start == 670


def test_a_visit_begun_is_one_visit_with_what_is_left_of_it() -> None:
    parts = (Operation("a", "p", 30, patient="P"), Operation("b", "p", 30, patient="P"))
    rules = (PatientRule("P", 1, 60.0),)
    problem = day(*parts, ordered=(Ordered("a", "b", 0, 45),), patient_rules=rules)
    done = problem.with_changes(done=(Done("a", "c0", 500, 530),), now=530.0)
    result = solve(done, SHORT)
    check(done, result)
    assert 530 <= result.plan["b"].start <= 545


def test_others_move_to_give_one_left_out_room() -> None:
    """Both nurses are at ten o'clock care that the assistants could do; two visits for nurses are left out."""
    assistants = tuple(Caregiver(f"a{i}", "base", "base", (480.0, 960.0)) for i in range(2))
    nurses = tuple(Caregiver(f"n{i}", "base", "base", (480.0, 960.0), skills=frozenset({"nurse"})) for i in range(2))
    window = (Window(600, 600),)
    care = [Operation(f"v{i}", f"p{i}", 60, window, optional=True) for i in range(2)]
    nursing = [Operation(f"w{i}", f"q{i}", 60, window, skills=frozenset({"nurse"}), optional=True) for i in range(2)]
    before = {f"v{i}": Placement(f"n{i}", 600.0) for i in range(2)}
    problem = day(*care, *nursing, caregivers=(*nurses, *assistants))
    result = solve(problem, Stop(evaluations=4000), params=Params.care_day(), start=before)
    check(problem, result, before)
    assert not result.unplanned


def test_an_unknown_name_in_the_start_plan_is_refused() -> None:
    problem = day(Operation("v", "p", 30))
    plan = solve(problem, SHORT).plan
    with pytest.raises(PlanError, match="unknown operation x"):
        solve(problem, SHORT, start={"x": plan["v"]})


def test_a_stop_needs_a_limit() -> None:
    with pytest.raises(StopError):
        Stop()
    with pytest.raises(StopError):
        Stop(seconds=-1)


def test_progress_is_told_and_can_stop_the_search() -> None:
    told: list[float] = []
    problem = day(*(Operation(f"v{i}", f"p{i}", 20) for i in range(5)))

    def tell(progress: object) -> bool:
        told.append(progress.cost)  # type: ignore[attr-defined]
        return True

    result = solve(problem, Stop(evaluations=10**9), progress=tell)
    assert result.stopped is Stopped.CANCELLED
    assert len(told) == 1
    check(problem, result)


def test_several_seeds_give_the_best_of_them() -> None:
    problem = day(*(Operation(f"v{i}", f"p{i}", 20, (Window(500 + 9 * i, 700),)) for i in range(12)))
    alone = [solve(problem, SHORT, seed=s).cost for s in (1, 2, 3)]
    together = solve_many(problem, SHORT, (1, 2, 3), jobs=2)
    check(problem, together)
    assert together.cost == min(alone)
    with pytest.raises(StopError):
        solve_many(problem, SHORT, ())
