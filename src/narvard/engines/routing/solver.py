"""The door: `solve(problem, stop, seed)`."""

import logging
from collections.abc import Callable
from dataclasses import dataclass, fields
from functools import cache
from typing import Self

import numpy as np

from narvard.engines.routing import _insert, _repair, _search, _state
from narvard.engines.routing._compile import compiled_before
from narvard.engines.routing._layout import (
    G_LIMIT_VIOL,
    K_EVALS,
    K_LOOK,
    K_MAY_LEAVE,
    K_SQUEEZES,
    W_BALANCE,
    W_LIMIT,
    W_TRAVEL,
    W_VIOL,
    W_WAIT,
    Floats,
    Ints,
)
from narvard.engines.routing._model import Compiled, compile_problem
from narvard.engines.routing._report import report
from narvard.engines.routing.errors import PlanError, StopError
from narvard.engines.routing.problem import Problem
from narvard.engines.routing.records import Caregiver, Operation, Plan
from narvard.engines.routing.result import Progress, Result, Stop, Stopped

log = logging.getLogger(__name__)

RETURN = 0.85
"""After this share of the search it goes on from the best plan found."""
PACE = 200_000
"""About how many evaluations a second makes, to know before the search how much it will do."""
PATIENCE = 6
"""After so many chunks with limits broken, what breaks them is left out for good where that is allowed."""
CALM = 20_000
"""Where visits may be left out, a search with fewer evaluations than this for each operation begins cooler."""

ProgressCallback = Callable[[Progress], bool | None]


@dataclass(frozen=True, slots=True)
class Params:
    """How the search behaves; the defaults are tuned on Kummer and UHHC.

    `hot` and `cold` are temperatures in prices of a short road. The
    `move_*` numbers are relative chances of the kinds of moves. `ruin_most` is the largest number of visits
    that one kick takes out, `noise` how much their new places are left to chance, `near` the length of
    neighbour lists. `squeezes` is how many moves are tried to give a visit that was left out room in a full day
    before another goes. With `look_first` the routes that a move touches are priced by themselves before anything
    else is timed again, and a move that looks too dear goes no further: much faster where few routes hang together.
    `limits` is how dear a car or a visit too many is at first, as a share of other limits: below 1 the search may
    open a route before it closes another.
    """

    hot: float = 3.0
    cold: float = 0.02
    move_near: float = 30.0
    move_anywhere: float = 10.0
    move_shift: float = 8.0
    move_caregiver: float = 10.0
    move_reinsert: float = 3.0
    move_swap: float = 15.0
    move_tails: float = 6.0
    move_stretch: float = 6.0
    move_stretches: float = 6.0
    move_plan: float = 2.0
    move_drop: float = 0.3
    move_ruin: float = 0.2
    move_routes: float = 0.0
    ruin_most: int = 12
    noise: float = 0.5
    near: int = 30
    chunk: int = 5_000
    squeezes: int = 0
    look_first: bool = False
    limits: float = 1.0

    @classmethod
    def care_day(cls) -> Self:
        """For a day of home care: shifts, shared cars, few routes that hang together, each visit left out dear."""
        return cls(
            hot=5.0,
            cold=0.1,
            move_reinsert=1.0,
            move_ruin=0.05,
            move_routes=3.0,
            squeezes=100,
            look_first=True,
            limits=0.1,
        )

    def __post_init__(self) -> None:
        """Raise `StopError` for a number that no search can run with."""
        if not 0 < self.cold <= self.hot:
            raise StopError("params: temperatures must be above zero, cold not above hot")
        if self.ruin_most < 2 or self.chunk < 1 or self.near < 0 or self.squeezes < 0:
            raise StopError("params: ruin_most is at least 2, chunk at least 1, near and squeezes at least 0")
        if not 0 < self.limits <= 1:
            raise StopError("params: limits is above 0 and at most 1")
        if any(getattr(self, f.name) < 0 for f in fields(self)) or not self.move_near + self.move_anywhere > 0:
            raise StopError("params: chances are never negative, and something must move")

    def chances(self) -> Floats:
        """Cumulative chances of the kinds of moves, in the order of the kernels."""
        weights = np.array(
            [
                self.move_near,
                self.move_anywhere,
                self.move_shift,
                self.move_caregiver,
                self.move_reinsert,
                self.move_swap,
                self.move_tails,
                self.move_stretch,
                self.move_stretches,
                self.move_plan,
                self.move_drop,
                self.move_ruin,
                self.move_routes,
            ]
        )
        return np.asarray(np.cumsum(weights) / weights.sum(), dtype=np.float64)


def solve(
    problem: Problem,
    stop: Stop,
    seed: int = 1,
    *,
    params: Params | None = None,
    start: Plan | None = None,
    progress: ProgressCallback | None = None,
) -> Result:
    """Plan the day. Times are minutes; the same seed and number of evaluations give the same result.

    `start` is a plan to begin from, against which moved and reassigned operations are priced. `progress` is
    told now and then and may return True to stop. The best plan so far is never lost, so more time never
    makes it worse within a run. Raises `PlanError` when `start` names unknown records.
    """
    check_start(problem, start)
    warm_up()
    began = stop.clock()
    params = params or Params()
    compiled = compile_problem(problem, start, seed, params.near)
    search = Search(compiled, params, problem, stop, progress)
    search.began = began
    stopped = search.run(start)
    return report(compiled, problem, seed, stopped, stop.clock() - began)


@cache
def warm_up() -> None:
    """Load the compiled search, or compile it (once on a machine, and say so), before any clock starts."""
    if not compiled_before():
        log.warning("Routing: compiling the search. This happens once on a machine and takes up to a minute.")
    places = ("a", "b")
    operations = tuple(Operation(str(i), "b", 1.0, optional=True) for i in range(3))
    carers = (Caregiver("c", "a", "a", (0.0, 100.0)), Caregiver("d", "a", "a", (0.0, 100.0)))
    tiny = Problem(operations, carers, places, np.ones((2, 2)))
    search = Search(compile_problem(tiny, None, 1), Params(), tiny, Stop(evaluations=50))
    search.run(None)
    _state.load(search.model, np.arange(3))
    _repair.mend(search.model, np.inf)
    _state.price_now(search.model)


def check_start(problem: Problem, start: Plan | None) -> None:
    """Raise `PlanError` when a plan names an operation or caregiver that the problem does not know."""
    operations = {o.id for o in problem.operations}
    caregivers = {c.id for c in problem.caregivers}
    for name, placement in (start or {}).items():
        if name not in operations:
            raise PlanError(f"start plan: unknown operation {name}")
        if placement.caregiver not in caregivers:
            raise PlanError(f"start plan: operation {name} has unknown caregiver {placement.caregiver}")


class Search:
    """One run of the search over compiled arrays."""

    def __init__(
        self,
        compiled: Compiled,
        params: Params,
        problem: Problem,
        stop: Stop,
        progress: ProgressCallback | None = None,
    ) -> None:
        self.compiled = compiled
        self.model = compiled.model
        self.model.k[K_SQUEEZES] = params.squeezes
        self.model.k[K_LOOK] = int(params.look_first)
        self.params = params
        self.problem = problem
        self.stop = stop
        self.progress = progress
        self.began = stop.clock()
        self.best = np.inf
        self.mends = 0
        self.chunks_broken = 0
        self.stats = np.zeros((_search.MOVES, 3), dtype=np.int64)

    @property
    def evaluations(self) -> int:
        """Evaluations so far."""
        return int(self.model.k[K_EVALS])

    def run(self, start: Plan | None) -> Stopped:
        """Build a first plan and improve it until the stopping rule says stop."""
        m = self.model
        _state.clear(m)
        if not self.compiled.operations or not self.compiled.caregivers:
            return Stopped.NOTHING_TO_PLAN
        if start:
            self.load(start)
        _insert.construct(m, self._order(), 0.0)
        self._repair()
        self._remember()
        return self._anneal()

    def _order(self) -> Ints:
        """Bundles in the order to plan them first: what must be done, then by the clock, the hardest first."""
        m = self.model
        elems = m.bu["e0"]
        opens = np.where(m.el["nw"][elems] > 0, m.win[np.minimum(m.el["w0"][elems], len(m.win) - 1), 0], 0.0)
        may_wait = m.bu["prize"] < 0.5 * m.bu["prize"].max(initial=0.0)
        return np.lexsort((m.op["nx"][m.el["o0"][elems]], opens, may_wait)).astype(np.int64)

    def load(self, start: Plan) -> None:
        """Take over what `start` says of the operations whose bundle it places whole and possibly."""
        m = self.model
        names = {c.id: j for j, c in enumerate(self.compiled.caregivers)}
        for bundle in self.compiled.bundles:
            rows = [i for e in bundle for i in self.compiled.elements[e]]
            ids = [self.compiled.operations[i].id for i in rows]
            if not all(
                n in start and np.isfinite(m.able_cost[i, names[start[n].caregiver]])
                for i, n in zip(rows, ids, strict=True)
            ):
                continue
            for e in bundle:
                for i in self.compiled.elements[e]:
                    m.best_cg[i] = names[start[self.compiled.operations[i].id].caregiver]
                starts = [start[self.compiled.operations[i].id].start for i in self.compiled.elements[e]]
                m.best_el[e] = (1.0, max(starts), self._window_at(e, max(starts)))
        _state.load(m, np.argsort(m.best_el[:, 1], kind="stable"))

    def _window_at(self, e: int, start: float) -> int:
        """The number of the window of element `e` that `start` belongs to, so that a plan is taken over as it is."""
        at, n = int(self.model.el["w0"][e]), int(self.model.el["nw"][e])
        opens = self.model.win[at : at + n, 0]
        return max(0, int(np.searchsorted(opens, start + 1e-6, side="right")) - 1)

    def _repair(self) -> None:
        """Unplan what breaks a hard limit, dearest violation first, until nothing is broken."""
        _repair.repair_for_good(self.model)

    def _remember(self) -> None:
        self.best = float(_state.take_best(self.model))

    def _anneal(self) -> Stopped:
        m, p = self.model, self.params
        scale = self._scale()
        chances = p.chances()
        base = float(m.g[W_VIOL])
        m.g[W_LIMIT] = base * p.limits
        share = self._share()
        first = p.hot * self._start_heat()
        returned = False
        while share < 1.0:
            if share > RETURN and not returned:
                returned = True
                self._return_to_best()
            chunk = self._chunk()
            after = min(1.0, share + self._step_share(chunk))
            hot = scale * first * (p.cold / first) ** share
            cold = scale * first * (p.cold / first) ** after
            self.best = float(_search.anneal(m, chunk, hot, cold, chances, p.ruin_most, p.noise, self.best, self.stats))
            self._weigh_violations(base)
            share = max(self._share(), share)
            if self.progress and self.progress(self._told(share)):
                return Stopped.CANCELLED
        if self.stop.evaluations is not None and self.evaluations >= self.stop.evaluations:
            return Stopped.EVALUATIONS
        return Stopped.SECONDS

    def _start_heat(self) -> float:
        """The share of `hot` to begin at. Where visits may be left out, a search too short for its operations would
        only spoil the plan it begins with."""
        if not self.model.k[K_MAY_LEAVE]:
            return 1.0
        ahead = min(self.stop.evaluations or np.inf, PACE * (self.stop.seconds or np.inf))
        return float(np.clip(np.sqrt(ahead / (CALM * len(self.model.op))), 0.1, 1.0))

    def _return_to_best(self) -> None:
        """Go on from the best plan when the present one breaks a limit or is dearer."""
        m = self.model
        if float(_state.broken(m)) > 1e-6 or float(_state.price_now(m)) > self.best + 1e-6:
            _state.load(m, np.argsort(m.best_el[:, 1], kind="stable"))

    def _scale(self) -> float:
        """What temperatures are measured in: the price of a short road, or of waiting as long."""
        m = self.model
        legs = [self._short_leg(o) for o in range(len(m.op))]
        weights = (m.g[W_TRAVEL], m.g[W_WAIT], m.g[W_BALANCE], float(m.op["late_cost"].mean()) / 3)
        return float(max(1e-6, max(weights) * max(1.0, float(np.mean(legs)))))

    def _short_leg(self, o: int) -> float:
        """The mean road from operation `o` to its five nearest, in minutes."""
        m = self.model
        at, n = int(m.op["n0"][o]), min(5, int(m.op["nn"][o]))
        here = int(m.op["site"][o])
        there = [int(m.op["site"][x]) for x in m.lists[at : at + n]]
        roads = [float(m.roads[here, x]) for x in there if here >= 0 and x >= 0]
        return float(np.mean(roads)) if roads else 0.0

    def _share(self) -> float:
        """How much of the search is behind, from 0 to 1."""
        shares = [0.0]
        if self.stop.seconds is not None:
            shares.append((self.stop.clock() - self.began) / max(self.stop.seconds, 1e-9))
        if self.stop.evaluations is not None:
            shares.append(self.evaluations / max(self.stop.evaluations, 1))
        return min(1.0, max(shares))

    def _chunk(self) -> int:
        if self.stop.evaluations is None:
            return self.params.chunk
        return max(1, min(self.params.chunk, self.stop.evaluations - self.evaluations))

    def _step_share(self, chunk: int) -> float:
        """How much of the search the next chunk will take, from the pace so far."""
        if self.stop.seconds is None:
            return chunk / max(1, self.stop.evaluations or 1)
        pace = (self.stop.clock() - self.began) / max(1, self.evaluations)
        return min(0.2, chunk * pace / max(self.stop.seconds, 1e-9))

    def _weigh_violations(self, base: float) -> None:
        """Make broken limits dearer while they last, cheaper again when they are gone."""
        g = self.model.g
        broken = float(_state.broken(self.model))
        limits = float(g[G_LIMIT_VIOL])
        _weigh(g, W_VIOL, broken - limits, base)
        _weigh(g, W_LIMIT, limits, base * self.params.limits)
        if broken > 1e-6:
            self.chunks_broken += 1
            if self.mends < 0.1 * self.evaluations:
                before = self.evaluations
                if self.chunks_broken > PATIENCE and self.model.k[K_MAY_LEAVE]:
                    self._leave_out()
                else:
                    self.best = float(_repair.mend(self.model, self.best))
                self.mends += self.evaluations - before
        else:
            self.chunks_broken = 0

    def _leave_out(self) -> None:
        """Go on without what breaks limits: moves seldom drop a visit that fits nowhere."""
        self._repair()
        self.chunks_broken = 0
        if float(_state.price_now(self.model)) < self.best - 1e-6:
            self._remember()

    def _told(self, share: float) -> Progress:
        unplanned = int((self.model.best_el[:, 0] == 0).sum())
        return Progress(self.stop.clock() - self.began, self.evaluations, self.best, unplanned, share)


def _weigh(g: Floats, weight: int, broken: float, base: float) -> None:
    """Make a kind of limit dearer while any is broken, down to `base` again when none is."""
    g[weight] = min(g[weight] * 1.5, base * 10_000) if broken > 1e-6 else max(g[weight] / 1.2, base)
