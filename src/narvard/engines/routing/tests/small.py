"""Small random problems, and the best plan of a tiny one by trying everything. Shares no code with the engine."""

from itertools import pairwise, permutations, product
from math import inf

import numpy as np
from hypothesis import strategies as st

from narvard.engines.routing import (
    Break,
    Caregiver,
    CarPool,
    Joint,
    Objective,
    Operation,
    Ordered,
    PatientRule,
    Problem,
    Window,
)


@st.composite
def problems(draw: st.DrawFn, most: int = 9) -> Problem:
    """A day with anything in it: joint and ordered visits, breaks, cars, limits, crews, prizes, unreachable places."""
    n = draw(st.integers(1, most))
    rng = np.random.default_rng(draw(st.integers(0, 10**6)))
    places = ("base", *(f"p{i}" for i in range(4)))
    travel = np.round(rng.uniform(1, 25, (5, 5)), 1)
    np.fill_diagonal(travel, 0.0)
    if draw(st.booleans()):
        travel[4, :4] = travel[:4, 4] = inf
    skills = [frozenset(), frozenset({"a"}), frozenset({"a", "b"})]
    operations = tuple(_operation(draw, rng, i, skills) for i in range(n))
    staff = tuple(_caregiver(draw, rng, i, skills) for i in range(draw(st.integers(0, 3))))
    joint, ordered, used = [], [], 0
    while used + 1 < n and draw(st.booleans()):
        a, b = operations[used].id, operations[used + 1].id
        if draw(st.booleans()):
            joint.append(Joint((a, b)))
            operations = _same_window(operations, used)
        else:
            least = float(draw(st.integers(0, 40)))
            most_gap = draw(st.sampled_from([least, least + 20, inf]))
            measured = draw(st.sampled_from(["start", "end"]))
            ordered.append(Ordered(a, b, least, most_gap, measured, draw(st.booleans())))
        used += 2
    rules = tuple(PatientRule(f"q{i}", draw(st.sampled_from([None, 1, 2])), 20.0) for i in range(2))
    return Problem(
        operations,
        staff,
        places,
        travel,
        _objective(draw),
        tuple(joint),
        tuple(ordered),
        (CarPool("cars", draw(st.integers(0, 2))),),
        rules,
    )


def _same_window(operations: tuple[Operation, ...], i: int) -> tuple[Operation, ...]:
    a, b = operations[i], operations[i + 1]
    mate = Operation(b.id, a.location, b.duration, a.windows, b.patient, None, b.skills, priority=b.priority)
    return (*operations[: i + 1], mate, *operations[i + 2 :])


def _operation(draw: st.DrawFn, rng: np.random.Generator, i: int, skills: list[frozenset[str]]) -> Operation:
    opens = float(rng.integers(0, 200))
    hard = draw(st.booleans())
    met = draw(st.sampled_from(["start", "end"]))
    windows = [Window(opens, opens + float(rng.integers(30, 90)), hard, met)]
    if draw(st.booleans()):
        windows.append(Window(windows[0].end + 30, windows[0].end + 90, hard, met))
    return Operation(
        f"o{i}",
        draw(st.sampled_from(["p0", "p1", "p2", "p3", None])),
        float(rng.integers(5, 30)),
        tuple(windows[: draw(st.integers(0, 2))]),
        f"q{rng.integers(3)}",
        None,
        draw(st.sampled_from(skills)),
        preferred=frozenset({"c0"}) if draw(st.booleans()) else frozenset(),
        last=draw(st.sampled_from([None, "c1"])),
        forbidden=frozenset({"c2"}) if draw(st.booleans()) else frozenset(),
        priority=draw(st.integers(1, 5)),
        optional=draw(st.booleans()),
    )


def _caregiver(draw: st.DrawFn, rng: np.random.Generator, i: int, skills: list[frozenset[str]]) -> Caregiver:
    start = float(rng.integers(0, 60))
    own = draw(st.sampled_from(skills))
    lunch = Break(start + 60, start + 160, 20.0, draw(st.sampled_from([None, 15.0])))
    coffee = Break(start + 165, start + 220, 10.0, draw(st.sampled_from([None, 4.0])))
    return Caregiver(
        f"c{i}",
        draw(st.sampled_from(["base", "p0", None])),
        draw(st.sampled_from(["base", None])),
        (start, start + float(rng.integers(120, 300))),
        skills=own,
        breaks=draw(st.sampled_from([(), (), (lunch,), (lunch,), (lunch, coffee), (coffee, lunch)])),
        overtime=draw(st.sampled_from([0.0, 20.0, inf])),
        max_visits=draw(st.sampled_from([None, 3])),
        car_pool=draw(st.sampled_from([None, "cars"])),
        members=(own, own) if draw(st.booleans()) else (),
        use_cost=draw(st.sampled_from([0.0, 10.0])),
    )


def _objective(draw: st.DrawFn) -> Objective:
    if draw(st.booleans()):
        return Objective.care_day()
    return Objective(
        travel=1.0,
        tardiness=draw(st.sampled_from([0.0, 2.0])),
        worst_tardiness=draw(st.sampled_from([0.0, 1.0])),
        waiting=draw(st.sampled_from([0.0, 1.0])),
        overtime=3.0,
        worst_idle=draw(st.sampled_from([0.0, 0.5])),
        balance=draw(st.sampled_from([0.0, 0.3])),
        not_preferred=2.0,
        waits_from=draw(st.sampled_from(["departure", "shift"])),
    )


def tiny(seed: int, calls: tuple[int, ...] = ()) -> Problem:
    """Four operations, two caregivers, soft windows, sometimes a joint pair or an ordered one: exhaustible.

    Those numbered in `calls` have no place.
    """
    rng = np.random.default_rng(seed)
    travel = np.round(rng.uniform(5, 30, (5, 5)))
    np.fill_diagonal(travel, 0.0)
    operations = []
    for i in range(4):
        opens = float(rng.integers(0, 120))
        place = None if i in calls else f"p{i}"
        operations.append(Operation(f"o{i}", place, float(rng.integers(5, 25)), (Window(opens, opens + 30, False),)))
    staff = tuple(Caregiver(f"c{i}", "base", "base") for i in range(2))
    joint: tuple[Joint, ...] = ()
    ordered: tuple[Ordered, ...] = ()
    if seed % 3 == 1:
        joint = (Joint(("o0", "o1")),)
    elif seed % 3 == 2:
        ordered = (Ordered("o0", "o1", 10.0, 25.0, different=True),)
    places = ("base", "p0", "p1", "p2", "p3")
    return Problem(tuple(operations), staff, places, travel, Objective.mankowska(), joint, ordered)


def best_by_trying_all(problem: Problem) -> float:
    """The least cost over every assignment and order of a `tiny` problem."""
    ops = problem.operations
    best = inf
    for hands in product(range(2), repeat=len(ops)):
        routes = [[i for i in range(len(ops)) if hands[i] == c] for c in range(2)]
        for first in permutations(routes[0]):
            for second in permutations(routes[1]):
                best = min(best, _cost(problem, hands, (first, second)))
    return best


def _cost(problem: Problem, hands: tuple[int, ...], routes: tuple[tuple[int, ...], ...]) -> float:
    """Earliest starts by repeated relaxation; infinite when the rules cannot be met."""
    ops, travel = problem.operations, problem.travel
    at = [None if o.location is None else problem.locations.index(o.location) for o in ops]
    together = [(0, 1)] if problem.joint else []
    gaps = [(0, 1, r.least, r.most) for r in problem.ordered]
    if any(hands[a] == hands[b] for a, b, *_ in together + gaps):
        return inf
    start = [o.windows[0].start for o in ops]
    for _ in range(200):
        old = list(start)
        for route in routes:
            place, free = 0, 0.0
            for i in route:
                there = at[i]
                there = place if there is None else there
                start[i] = max(start[i], free + travel[place, there])
                place, free = there, start[i] + ops[i].duration
        for a, b in together:
            start[a] = start[b] = max(start[a], start[b])
        for a, b, least, most in gaps:
            start[b] = max(start[b], start[a] + least)
            start[a] = max(start[a], start[b] - most)
        if start == old:
            break
    else:
        return inf
    late = [max(0.0, start[i] - ops[i].windows[0].end) for i in range(len(ops))]
    road = 0.0
    for route in routes:
        stops = [0, *(there for i in route if (there := at[i]) is not None), 0]
        road += sum(travel[a, b] for a, b in pairwise(stops)) if route else 0.0
    return float(road + sum(late) + max(late)) / 3
