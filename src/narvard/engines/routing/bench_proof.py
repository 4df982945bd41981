"""Whether any plan at all can hold what must be visited: an exact answer by CP-SAT, for the benchmark's tables."""

from collections.abc import Iterable
from itertools import combinations
from typing import Any

from narvard.engines.routing.problem import Problem
from narvard.engines.routing.records import Caregiver, Operation

SECONDS = 60.0
DAY = 100_000
"""Later than any start, in minutes."""


def impossible(problem: Problem, least_prize: float) -> bool | None:
    """Whether no plan holds every operation whose prize is `least_prize` or more; None when it cannot be told.

    A relaxation in whole minutes, roads and windows widened where they are not whole: breaks, cars and limits on visits
    are left out, so "impossible" holds for the problem too. Needs OR-Tools.
    """
    try:
        from ortools.sat.python import cp_model
    except ImportError:
        return None
    day = _Day(problem, least_prize, cp_model.CpModel())
    solver = cp_model.CpSolver()
    solver.parameters.num_workers = 1
    solver.parameters.max_time_in_seconds = SECONDS
    answer = solver.Solve(day.model)
    if answer == cp_model.UNKNOWN:
        return None
    return bool(answer == cp_model.INFEASIBLE)


class _Day:
    """What must be visited, as constraints over starts and who goes."""

    def __init__(self, problem: Problem, least_prize: float, model: Any) -> None:
        self.problem = problem
        self.model = model
        self.row = {name: i for i, name in enumerate(problem.locations)}
        self.operations = {o.id: o for o in problem.operations if o.id in _must(problem, least_prize)}
        self.start = {name: model.NewIntVar(0, DAY, name) for name in self.operations}
        self.goes = {o.id: self._carers(o) for o in self.operations.values()}
        for o in self.operations.values():
            self._opens(o)
        for a, b in combinations(self.operations.values(), 2):
            self._one_at_a_time(a, b)
        self._relate()

    def _road(self, a: str | None, b: str | None) -> int:
        return 0 if a is None or b is None else int(min(self.problem.travel[self.row[a], self.row[b]], DAY))

    def _carers(self, o: Operation) -> dict[str, Any]:
        able = [c for c in self.problem.caregivers if _able(o, c)]
        goes = {c.id: self.model.NewBoolVar(f"{o.id} {c.id}") for c in able}
        self.model.AddExactlyOne(goes.values())
        for c in able:
            earliest = int(c.shift[0]) + self._road(c.start, o.location)
            self.model.Add(self.start[o.id] >= earliest).OnlyEnforceIf(goes[c.id])
            if c.overtime == 0:
                latest = -int(-c.shift[1]) - int(o.duration) - self._road(o.location, c.end)
                self.model.Add(self.start[o.id] <= latest).OnlyEnforceIf(goes[c.id])
        return goes

    def _opens(self, o: Operation) -> None:
        chosen = [self.model.NewBoolVar(f"{o.id} {w.start}") for w in o.windows]
        if chosen:
            self.model.AddExactlyOne(chosen)
        for window, literal in zip(o.windows, chosen, strict=True):
            self.model.Add(self.start[o.id] >= int(window.start)).OnlyEnforceIf(literal)
            if window.hard:
                latest = -int(-window.end) - (int(o.duration) if window.met == "end" else 0)
                self.model.Add(self.start[o.id] <= latest).OnlyEnforceIf(literal)

    def _one_at_a_time(self, a: Operation, b: Operation) -> None:
        for name in self.goes[a.id].keys() & self.goes[b.id].keys():
            both = [self.goes[a.id][name], self.goes[b.id][name]]
            first = self.model.NewBoolVar(f"{name} {a.id} {b.id}")
            after, before = self.start[b.id] - self.start[a.id], self.start[a.id] - self.start[b.id]
            self.model.Add(after >= int(a.duration) + self._road(a.location, b.location)).OnlyEnforceIf([*both, first])
            self.model.Add(before >= int(b.duration) + self._road(b.location, a.location)).OnlyEnforceIf(
                [*both, first.Not()]
            )

    def _relate(self) -> None:
        for joint in self.problem.joint:
            here = [name for name in joint.operations if name in self.operations]
            for a, b in combinations(here, 2):
                self.model.Add(self.start[a] == self.start[b])
                self._differ(a, b)
        for order in self.problem.ordered:
            if order.first in self.operations and order.second in self.operations:
                wait = int(self.operations[order.first].duration) if order.measured == "end" else 0
                gap = self.start[order.second] - self.start[order.first] - wait
                self.model.Add(gap >= int(order.least))
                if order.most < DAY:
                    self.model.Add(gap <= -int(-order.most))
                if order.different:
                    self._differ(order.first, order.second)

    def _differ(self, a: str, b: str) -> None:
        for name in self.goes[a].keys() & self.goes[b].keys():
            self.model.AddAtMostOne([self.goes[a][name], self.goes[b][name]])


def _must(problem: Problem, least_prize: float) -> set[str]:
    """What must be planned: dear enough itself, or hanging together with something that is."""
    must = {o.id for o in problem.operations if not o.optional or (o.prize or 0.0) >= least_prize}
    groups: Iterable[tuple[str, ...]] = [
        *(tuple(j.operations) for j in problem.joint),
        *((r.first, r.second) for r in problem.ordered),
    ]
    grown = True
    while grown:
        more = {name for group in groups if must & set(group) for name in group} - must
        must |= more
        grown = bool(more)
    return must


def _able(o: Operation, c: Caregiver) -> bool:
    return (
        o.skills <= c.skills
        and o.profession in (None, c.profession)
        and o.employer in (None, c.employer)
        and c.id not in o.forbidden
    )
