"""The day as it runs: where an acute visit fits and what it moves, and planning again with the past frozen.

`insertions` answers "when can someone be there, and whose visit moves?" in milliseconds, by pricing every
able caregiver and gap quickly and working out the best ones exactly. `replan` searches on from the running plan
with a price on every change (Ichoua, Gendreau, Potvin 2000; Pillac et al. 2013 for dynamic routing at large).
"""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from functools import cache

import numpy as np

from narvard.engines.routing import _insert, _state
from narvard.engines.routing._layout import NONE, Model
from narvard.engines.routing._model import Compiled, compile_problem
from narvard.engines.routing.errors import PlanError
from narvard.engines.routing.problem import Problem
from narvard.engines.routing.records import Caregiver, Done, Operation, Pin, Placement, Plan
from narvard.engines.routing.result import Result, Stop
from narvard.engines.routing.solver import Params, ProgressCallback, Search, check_start, solve, warm_up


@dataclass(frozen=True, slots=True)
class Moved:
    """An operation that an insertion starts `minutes` later (negative: earlier) than planned."""

    operation: str
    caregiver: str
    was: float
    becomes: float

    @property
    def minutes(self) -> float:
        """How far it moves."""
        return self.becomes - self.was


@dataclass(frozen=True, slots=True)
class Insertion:
    """One way to take an operation (with its visit) into a plan: who and when, its price, and what moves."""

    placements: dict[str, Placement]
    cost: float
    moved: tuple[Moved, ...]

    @property
    def start(self) -> float:
        """When the first of its operations starts."""
        return min(p.start for p in self.placements.values())


class Live:
    """A running plan laid out once, so that each question about it takes milliseconds.

    Use it when several questions concern the same plan; `insertions` makes one for a single question.
    """

    def __init__(self, problem: Problem, plan: Plan) -> None:
        """`plan` holds the operations placed so far; those of `problem` that it lacks are open."""
        check_start(problem, plan)
        _warm_up()
        self.problem = problem
        self.compiled: Compiled = compile_problem(problem, None, 1, near=0)
        self.model: Model = self.compiled.model
        self._search = Search(self.compiled, Params(), problem, Stop(evaluations=0))
        _state.clear(self.model)
        self._search.load(plan)
        self._rows = {o.id: i for i, o in enumerate(self.compiled.operations)}

    def insertions(self, operation: str, limit: int = 10) -> tuple[Insertion, ...]:
        """The `limit` cheapest ways to take `operation` in, cheapest first; none where no caregiver fits.

        A way that would break a hard limit is left out. The plan itself is untouched.
        """
        if operation not in self._rows:
            raise PlanError(f"insertions: operation {operation} is unknown or already done")
        m = self.model
        bundle = int(m.el["bundle"][m.op["elem"][self._rows[operation]]])
        before = self._starts()
        if m.bu["planned"][bundle]:
            _insert.take_out(m, bundle)
        base = float(_state.price_now(m))
        price = float(m.bu["prize"][bundle])
        ways: dict[tuple[tuple[str, str], ...], Insertion] = {}
        lead = self.compiled.elements[int(m.bu["e0"][bundle])][0]
        for c in self._able(lead):
            if _insert.insert_with(m, bundle, c):
                way = self._way(bundle, before, float(_state.price_now(m)) - base + price)
                ways.setdefault(tuple((n, p.caregiver) for n, p in way.placements.items()), way)
                _insert.undo_insert(m)
        return tuple(sorted(ways.values(), key=lambda w: (w.cost, w.start))[:limit])

    def _able(self, row: int) -> Iterable[int]:
        at = int(self.model.op["x0"][row])
        return [int(c) for c in self.model.lists[at : at + int(self.model.op["nx"][row])]]

    def _starts(self) -> dict[int, tuple[float, int]]:
        """Start and caregiver of every planned operation, by row."""
        m = self.model
        starts = m.el["start"][m.op["elem"]]
        return {int(i): (float(starts[i]), int(m.op["cg"][i])) for i in np.flatnonzero(m.op["cg"] != NONE)}

    def _way(self, bundle: int, before: dict[int, tuple[float, int]], cost: float) -> Insertion:
        operations, staff = self.compiled.operations, self.compiled.caregivers
        mine = {i for e in self.compiled.bundles[bundle] for i in self.compiled.elements[e]}
        after = self._starts()
        placements = {operations[i].id: Placement(staff[after[i][1]].id, after[i][0]) for i in sorted(mine)}
        moved = [
            Moved(operations[i].id, staff[c].id, before[i][0], start)
            for i, (start, c) in after.items()
            if i not in mine and i in before and abs(start - before[i][0]) > 1e-6
        ]
        return Insertion(placements, cost, tuple(sorted(moved, key=lambda x: -abs(x.minutes))))


@cache
def _warm_up() -> None:
    """Load or compile what insertions need, so that the first question is as quick as the next."""
    warm_up()
    visit = Operation("a", None, 1.0, optional=True)
    tiny = Problem((visit,), (Caregiver("c", None, None),), (), np.zeros((0, 0)))
    search = Search(compile_problem(tiny, None, 1, near=0), Params(), tiny, Stop(evaluations=0))
    _state.clear(search.model)
    if _insert.insert_with(search.model, 0, 0):
        _state.price_now(search.model)
        _insert.undo_insert(search.model)
    _insert.construct(search.model, np.zeros(1, dtype=np.int64), 0.0)
    _insert.take_out(search.model, 0)


def insertions(problem: Problem, plan: Plan, operation: str, limit: int = 10) -> tuple[Insertion, ...]:
    """Ranked ways to take `operation` into `plan`: who, when, which visits move and by how much.

    `cost` is what the plan gets dearer by, apart from the price of leaving the operation out. Raises `PlanError`
    for unknown names. One joint or ordered visit is inserted whole.
    """
    return Live(problem, plan).insertions(operation, limit)


def replan(
    problem: Problem,
    plan: Plan,
    *,
    now: float,
    stop: Stop,
    seed: int = 1,
    params: Params | None = None,
    progress: ProgressCallback | None = None,
) -> Result:
    """Plan the rest of the day from the running `plan`, with what has started frozen and changes priced.

    Operations of `plan` that start before `now` and are not yet among `problem.done` count as under way, and keep
    caregiver and time. The objective's `reassigned` and `moved` price the changes to the rest.
    """
    check_start(problem, plan)
    known = {d.operation for d in problem.done}
    durations = {o.id: o.duration for o in problem.operations}
    begun = [
        Done(name, p.caregiver, p.start, p.start + durations[name])
        for name, p in plan.items()
        if name not in known and p.start < now
    ]
    frozen = replace(problem, done=(*problem.done, *begun), now=now, pins=_open_pins(problem, known, begun))
    rest = {name: p for name, p in plan.items() if name not in known and p.start >= now}
    return solve(frozen, stop, seed, params=params, start=rest, progress=progress)


def _open_pins(problem: Problem, known: set[str], begun: list[Done]) -> tuple[Pin, ...]:
    """Pins on operations that are still to come; the past needs none."""
    gone = known | {d.operation for d in begun}
    return tuple(p for p in problem.pins if p.operation not in gone)
