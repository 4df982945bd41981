"""Random problems against the naive checker, tiny ones against trying everything, compiled against plain Python."""

import json
import os
import subprocess
import sys
from dataclasses import replace

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from narvard.engines.routing import Done, Params, Pin, Stop, _trial, replan, solve
from narvard.engines.routing._model import compile_problem
from narvard.engines.routing.solver import Search
from narvard.engines.routing.tests.checker import check
from narvard.engines.routing.tests.small import best_by_trying_all, problems, tiny

pytestmark = pytest.mark.engine

RELAXED = settings(derandomize=True, max_examples=60, deadline=None, suppress_health_check=list(HealthCheck))


@RELAXED
@given(problems(), st.integers(0, 3), st.sampled_from([Params(), Params.care_day()]))
def test_every_plan_holds(problem, seed, params) -> None:
    result = solve(problem, Stop(evaluations=400), seed, params=params)
    check(problem, result)


@RELAXED
@given(problems(), st.integers(0, 3))
def test_a_route_alone_costs_what_it_costs_in_the_plan(problem, seed) -> None:
    """What the search looks at first is exact where nobody else takes part in what a route does."""
    problem = problem.with_changes(objective=replace(problem.objective, worst_tardiness=0.0))
    search = Search(compile_problem(problem, None, seed), Params.care_day(), problem, Stop(evaluations=200))
    search.run(None)
    m = search.model
    for c in range(len(search.compiled.caregivers)):
        mine = m.op["elem"][m.op["cg"] == c]
        if (m.el["no"][mine] == 1).all():
            standing, anew = _trial.both(m, c)
            assert anew == pytest.approx(standing, abs=1e-6)


@RELAXED
@given(problems())
def test_more_search_from_a_plan_is_never_worse(problem) -> None:
    first = solve(problem, Stop(evaluations=300))
    goal = replace(problem.objective, reassigned=0.0, moved=0.0)
    same = problem.with_changes(objective=goal)
    again = solve(same, Stop(evaluations=300), seed=2, start=first.plan)
    check(same, again)
    assert again.cost <= first.cost + 1e-6


@RELAXED
@given(problems())
def test_changes_against_the_plan_begun_from_are_priced(problem) -> None:
    goal = replace(problem.objective, reassigned=3.0, moved=0.1)
    other = problem.with_changes(objective=goal)
    first = solve(problem, Stop(evaluations=50))
    again = solve(other, Stop(evaluations=300), seed=3, start=first.plan)
    check(other, again, first.plan)


@RELAXED
@given(problems(), st.integers(0, 3))
def test_a_plan_is_never_worse_after_more_time(problem, seed) -> None:
    told: list[float] = []

    def tell(progress) -> None:
        told.append(progress.cost)

    result = solve(problem, Stop(evaluations=600), seed, params=Params(chunk=50), progress=tell)
    assert told == sorted(told, reverse=True)
    assert not told or result.cost <= told[-1] + 1e-6


@RELAXED
@given(problems(), st.floats(0, 250))
def test_replanning_holds_the_past(problem, now) -> None:
    problem = problem.with_changes(objective=replace(problem.objective, reassigned=3.0, moved=0.1))
    first = solve(problem, Stop(evaluations=300))
    again = replan(problem, first.plan, now=now, stop=Stop(evaluations=300))
    frozen = problem.with_changes(done=_begun(problem, first, now), now=now)
    check(frozen, again, {n: p for n, p in first.plan.items() if p.start >= now})
    assert {d.operation for d in frozen.done}.isdisjoint(again.plan)


@RELAXED
@given(problems(), st.floats(0, 250), st.sets(st.integers(0, 8)), st.booleans())
def test_pins_and_visits_done_hold(problem, now, chosen, whole) -> None:
    first = solve(problem, Stop(evaluations=300))
    done = _begun(problem, first, now)
    to_come = [n for n, p in first.plan.items() if p.start >= now]
    pins = tuple(_pin(n, first, i, whole) for i, n in enumerate(to_come) if i in chosen)
    frozen = problem.with_changes(done=done, now=now, pins=pins)
    check(frozen, solve(frozen, Stop(evaluations=300), seed=4))


def _begun(problem, result, now: float) -> tuple[Done, ...]:
    """What `result` has started before `now`, as done."""
    lasts = {o.id: o.duration for o in problem.operations}
    placed = result.plan.items()
    return tuple(Done(n, p.caregiver, p.start, p.start + lasts[n]) for n, p in placed if p.start < now)


def _pin(name: str, result, i: int, whole: bool) -> Pin:
    """Hold an operation to its caregiver and, for every second one or with `whole` all, near its start."""
    p = result.plan[name]
    return Pin(name, p.caregiver, p.start if whole or i % 2 else None, 5.0)


@pytest.mark.parametrize("params", [Params(), Params.care_day()], ids=["published", "care day"])
@pytest.mark.parametrize("seed", range(24))
def test_a_tiny_problem_is_solved_to_the_best(seed: int, params: Params) -> None:
    problem = tiny(seed)
    result = solve(problem, Stop(evaluations=6000), seed, params=params)
    check(problem, result)
    assert result.cost == pytest.approx(best_by_trying_all(problem), abs=1e-6)


@pytest.mark.parametrize("seed", range(12))
@pytest.mark.parametrize("calls", [(1,), (0, 2), (1, 2, 3)])
def test_a_tiny_problem_with_calls_is_solved_to_the_best(seed: int, calls: tuple[int, ...]) -> None:
    problem = tiny(seed, calls)
    result = solve(problem, Stop(evaluations=6000), seed)
    check(problem, result)
    assert result.cost == pytest.approx(best_by_trying_all(problem), abs=1e-6)


SCRIPT = """
import json, sys
from narvard.engines.routing import Params, Stop, solve
from narvard.engines.routing.areaday import area_day
result = solve(area_day(24, 6, 3).problem, Stop(evaluations=250), 5, params=Params.care_day())
print(json.dumps([result.cost, result.evaluations, sorted((n, p.caregiver, p.start) for n, p in result.plan.items())]))
"""


def test_compiled_and_plain_kernels_agree() -> None:
    """The same seed gives the same plan with the compiler switched off."""

    def run(**extra: str) -> list:
        environment = os.environ | extra
        done = subprocess.run(
            [sys.executable, "-W", "ignore", "-c", SCRIPT], capture_output=True, text=True, env=environment, check=True
        )
        return json.loads(done.stdout.splitlines()[-1])

    compiled, plain = run(), run(NUMBA_DISABLE_JIT="1")
    assert plain[2] == compiled[2]
    assert plain[1] == compiled[1]
    assert plain[0] == pytest.approx(compiled[0], abs=1e-9)
