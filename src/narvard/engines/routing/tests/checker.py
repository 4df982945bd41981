"""The independent naive checker: reads a problem and a plan, shares no code with the engine, trusts nothing.

It knows only the public records. It checks every hard rule and works the cost out again from the times alone.
"""

from collections import defaultdict
from dataclasses import dataclass
from itertools import pairwise
from math import ceil, inf

from narvard.engines.routing import Break, Caregiver, Done, Operation, Placed, Plan, Problem, Result, Route, TakenBreak

TOLERANCE = 1e-3


class WrongPlanError(AssertionError):
    """The plan breaks a rule."""


def _need(condition: bool, message: str) -> None:
    if not condition:
        raise WrongPlanError(message)


def check(problem: Problem, result: Result, begun_from: Plan | None = None) -> float:
    """Raise `WrongPlanError` at the first broken rule; return the cost as worked out here.

    `begun_from` is the plan that the search was given to start from, against which changes are priced.
    """
    who = {p.operation: p.caregiver for r in result.routes for p in r.placed}
    start = {p.operation: p.start for r in result.routes for p in r.placed}
    _check_once(problem, result)
    _check_operations(problem, who, start)
    _check_pins(problem, who, start)
    _check_relations(problem, who, start)
    days = [_check_day(problem, c, next(r for r in result.routes if r.caregiver == c.id)) for c in problem.caregivers]
    _check_cars(problem, result)
    terms = _terms(problem, who, start, days, begun_from or {})
    for name, value in terms.items():
        told = result.terms[name]
        _need(abs(value - told) <= TOLERANCE * max(1.0, abs(value)), f"term {name}: {told} told, {value} true")
    total = sum(terms.values())
    _need(
        abs(total - result.cost) <= TOLERANCE * max(1.0, abs(total)),
        f"cost: {result.cost} told, {total} true",
    )
    return total


def _check_once(problem: Problem, result: Result) -> None:
    """Every operation stands in one place: planned once, left out, or done."""
    placed = [p.operation for r in result.routes for p in r.placed]
    left = {u.operation for u in result.unplanned}
    _need(len(placed) == len(set(placed)), "an operation stands twice")
    _need(left.isdisjoint(placed), "both planned and unplanned")
    everything = left.union(placed, (d.operation for d in problem.done))
    _need(everything == {o.id for o in problem.operations}, "an operation is nowhere")


def _check_operations(problem: Problem, who: dict[str, str], start: dict[str, float]) -> None:
    """Each is done by one who may, within hard windows, and not in the past."""
    ops = {o.id: o for o in problem.operations}
    staff = {c.id: c for c in problem.caregivers}
    for name, s in start.items():
        o, c = ops[name], staff[who[name]]
        _need(o.skills <= c.skills, f"{name}: {c.id} lacks a skill")
        _need(o.profession in (None, c.profession), f"{name}: wrong profession")
        _need(o.employer in (None, c.employer), f"{name}: wrong employer")
        _need(c.id not in o.forbidden, f"{name}: {c.id} is forbidden")
        _need(s >= problem.now - TOLERANCE, f"{name} starts in the past")
        if o.windows:
            _need(s >= o.windows[0].start - TOLERANCE, f"{name} starts before its first window")
        if any(w.hard for w in o.windows):
            _need(_late(o, s) <= TOLERANCE, f"{name} misses its hard window")


def _late(o: Operation, s: float) -> float:
    """Minutes past the last window open at `s`."""
    if not o.windows:
        return 0.0
    w = [x for x in o.windows if x.start <= s + 1e-9] or [o.windows[0]]
    return max(0.0, s + (o.duration if w[-1].met == "end" else 0.0) - w[-1].end)


def _check_pins(problem: Problem, who: dict[str, str], start: dict[str, float]) -> None:
    for p in problem.pins:
        if p.operation in who:
            _need(p.caregiver in (None, who[p.operation]), f"{p.operation} is pinned to {p.caregiver}")
            if p.start is not None:
                _need(
                    abs(start[p.operation] - p.start) <= p.tolerance + TOLERANCE,
                    f"{p.operation}: pinned start",
                )


@dataclass
class _Day:
    """A caregiver's day as it is walked through: when they are free and where, and the minutes counted so far."""

    free: float
    where: str | None
    load: float
    travel: float = 0.0
    waiting: float = 0.0
    overtime: float = 0.0
    missed: float = 0.0
    use: float = 0.0
    idle: float = 0.0


def _check_day(problem: Problem, c: Caregiver, route: Route) -> _Day:
    """Walk through the day of `c`: every road and break has its time, and the shift holds."""
    past = sorted((d for d in problem.done if d.caregiver == c.id), key=lambda d: d.start)
    begins = max([c.shift[0], problem.now] + [d.end for d in past])
    riders = [d for i, d in enumerate(past) if any(_crew(problem, d.operation, e.operation) for e in past[:i])]
    stays = _stays(problem, c, route)
    count = len(past) - len(riders) + len(stays)
    _need(c.max_visits is None or count <= c.max_visits, f"{c.id} has too many visits")
    _check_breaks(c, route)
    day = _begin(problem, c, past, riders, begins)
    breaks = sorted(route.breaks, key=lambda b: b.start)
    for i, stay in enumerate(stays):
        counts = i > 0 or problem.objective.waits_from == "shift" or bool(past)
        breaks = _visit(problem, c, day, stay, breaks, counts)
    if stays:
        _go_home(problem, c, day, breaks)
        lost = _lost_breaks(c, past, begins, route.breaks)
        _need(len(lost) == route.missed_breaks, f"{c.id}: {route.missed_breaks} breaks missed told, {len(lost)} true")
        _need(all(b.missed is not None for b in lost), f"{c.id} misses a break that must be held")
        day.missed = sum(b.missed or 0.0 for b in lost)
        day.use = 0.0 if past else c.use_cost
    end = max(c.shift[1], day.free) if stays else c.shift[1]
    day.idle = end - c.shift[0] - day.load if c.shift[1] < inf else 0.0
    return day


def _begin(problem: Problem, c: Caregiver, past: list[Done], riders: list[Done], begins: float) -> _Day:
    """The day at the first thing to come: after what is done, where that was."""
    ops = {o.id: o for o in problem.operations}
    where = c.start
    for d in past:
        where = _place(where, [ops[d.operation]])
    load = sum(
        max(e.end - e.start for e in past if e is d or _crew(problem, d.operation, e.operation))
        for d in past
        if d not in riders
    )
    return _Day(begins, where, load)


def _stays(problem: Problem, c: Caregiver, route: Route) -> list[list[Placed]]:
    """What is placed, with what a crew does at once together."""
    stays: list[list[Placed]] = []
    for p in route.placed:
        if stays and stays[-1][0].start == p.start and _crew(problem, stays[-1][0].operation, p.operation):
            _need(len(c.members) >= len(stays[-1]) + 1, f"{p.operation}: {c.id} is no crew")
            stays[-1].append(p)
        else:
            stays.append([p])
    return stays


def _check_breaks(c: Caregiver, route: Route) -> None:
    """Each break taken is one that the caregiver has, inside its window and as long."""
    for b in route.breaks:
        _need(
            any(
                x.start - TOLERANCE <= b.start
                and b.end <= x.end + TOLERANCE
                and abs(b.end - b.start - x.duration) < TOLERANCE
                for x in c.breaks
            ),
            f"{c.id}: no such break",
        )


def _visit(
    problem: Problem, c: Caregiver, day: _Day, stay: list[Placed], breaks: list[TakenBreak], counts: bool
) -> list[TakenBreak]:
    """Drive to `stay`, with the breaks before it, and do it; waiting is counted where it `counts`. The breaks left."""
    ops = {o.id: o for o in problem.operations}
    start = stay[0].start
    span = max(ops[p.operation].duration for p in stay)
    here = _place(day.where, [ops[p.operation] for p in stay])
    drive = _road(problem, day.where, here)
    held = [b for b in breaks if day.free - TOLERANCE <= b.start and b.end <= start + TOLERANCE]
    rest = sum(b.end - b.start for b in held)
    gap = start - day.free - drive - rest
    _need(gap >= -TOLERANCE, f"{stay[0].operation}: {c.id} cannot be there in time ({gap:.3f})")
    if held:
        _room_for_breaks(day.free, start, drive, held)
    if counts:
        day.waiting += max(0.0, gap)
    day.travel += drive
    day.load += drive + span + rest
    day.free, day.where = start + span, here
    return [b for b in breaks if b not in held]


def _go_home(problem: Problem, c: Caregiver, day: _Day, breaks: list[TakenBreak]) -> None:
    """Hold the breaks left and drive home, within the overtime allowed."""
    for b in breaks:
        _need(b.start >= day.free - TOLERANCE, f"{c.id}: a break during work")
        day.waiting += b.start - day.free
        day.load += b.end - b.start
        day.free = b.end
    home = _road(problem, day.where, c.end)
    day.travel += home
    day.load += home
    day.free += home
    _need(day.free <= c.shift[1] + c.overtime + TOLERANCE, f"{c.id} works past the shift")
    day.overtime = max(0.0, day.free - c.shift[1])


def _road(problem: Problem, a: str | None, b: str | None) -> float:
    """Minutes from `a` to `b`; nowhere is near everything."""
    if a is None or b is None:
        return 0.0
    return float(problem.travel[problem.locations.index(a), problem.locations.index(b)])


def _terms(
    problem: Problem, who: dict[str, str], start: dict[str, float], days: list[_Day], begun_from: Plan
) -> dict[str, float]:
    """Every term of the objective, weighted, from the times alone."""
    goal = problem.objective
    ops = {o.id: o for o in problem.operations}
    left = set(ops) - set(who) - {d.operation for d in problem.done}
    soft = [(ops[n], _late(ops[n], s)) for n, s in start.items() if not any(w.hard for w in ops[n].windows)]
    mean = sum(d.load for d in days) / len(days) if days else 0.0
    off = [abs(d.load - mean) for d in days]
    return {
        "travel": goal.travel * sum(d.travel for d in days),
        "tardiness": goal.tardiness * sum(o.late_weight * x for o, x in soft),
        "worst_tardiness": goal.worst_tardiness * max((x for _, x in soft), default=0.0),
        "waiting": goal.waiting * sum(d.waiting for d in days),
        "overtime": goal.overtime * sum(d.overtime for d in days),
        "worst_idle": goal.worst_idle * max((d.idle for d in days), default=0.0),
        "balance": goal.balance * sum(ceil(x - 1e-6) if goal.rounded_balance else x for x in off),
        "not_preferred": goal.not_preferred
        * sum(1 for n, c in who.items() if ops[n].preferred and c not in ops[n].preferred),
        "continuity": goal.continuity * sum(1 for n, c in who.items() if ops[n].last not in (None, c)),
        "missed_breaks": sum(d.missed for d in days),
        "use": sum(d.use for d in days),
        "unplanned": sum(
            (goal.unplanned[ops[n].priority] if ops[n].prize is None else ops[n].prize)
            + (0.0 if ops[n].optional else goal.mandatory)
            for n in left
        ),
        "reassigned": goal.reassigned
        * sum(1 for n, c in who.items() if n in begun_from and begun_from[n].caregiver != c),
        "moved": goal.moved * _moved(problem, start, begun_from),
    }


def _moved(problem: Problem, start: dict[str, float], begun_from: Plan) -> float:
    """Minutes that starts have moved; operations that start together move once."""
    groups = {n: j.operations for j in problem.joint for n in j.operations}
    minutes = {groups.get(n, (n,)): abs(s - begun_from[n].start) for n, s in start.items() if n in begun_from}
    return sum(minutes.values())


def _lost_breaks(c: Caregiver, past: list[Done], free: float, taken: tuple[TakenBreak, ...]) -> list[Break]:
    """The breaks of `c` that are neither taken nor behind: rested between operations done, or too late from `free`."""
    pairs = list(pairwise([None, *past]))
    lost = [
        b
        for b in c.breaks
        if free <= b.end - b.duration
        and not any(
            after.start > b.start
            and min(after.start, b.end) - max(b.start if before is None else before.end, b.start) >= b.duration
            for before, after in pairs
        )
    ]
    for t in taken:
        mine = next(
            (
                b
                for b in lost
                if b.start - TOLERANCE <= t.start
                and t.end <= b.end + TOLERANCE
                and abs(t.end - t.start - b.duration) < TOLERANCE
            ),
            None,
        )
        _need(mine is not None, f"{c.id}: a break that is behind, or taken twice")
        lost.remove(mine)
    return lost


def _room_for_breaks(free: float, start: float, drive: float, held: list[TakenBreak]) -> None:
    """The road must fit whole in one of the gaps around the breaks."""
    times = [free] + [t for b in sorted(held, key=lambda b: b.start) for t in (b.start, b.end)] + [start]
    gaps = [times[i + 1] - times[i] for i in range(0, len(times), 2)]
    _need(max(gaps) >= drive - TOLERANCE, "a break in the middle of a road")


def _place(where: str | None, together: list[Operation]) -> str | None:
    """Where someone is after doing something: at its place, or, after a call, where the call found them."""
    places = {o.location for o in together} - {None}
    _need(len(places) <= 1, f"{[o.id for o in together]}: a crew in several places at once")
    return places.pop() if places else where


def _crew(problem: Problem, a: str, b: str) -> bool:
    return any(a in j.operations and b in j.operations for j in problem.joint)


def _check_relations(problem: Problem, who: dict[str, str], start: dict[str, float]) -> None:
    ops = {o.id: o for o in problem.operations}
    staff = {c.id: c for c in problem.caregivers}
    start = dict(start) | {d.operation: d.start for d in problem.done}
    who = dict(who) | {d.operation: d.caregiver for d in problem.done}
    for j in problem.joint:
        there = [n for n in j.operations if n in start]
        _need(len(there) in (0, len(j.operations)), f"{j.operations}: only some of them planned")
        if there:
            _need(
                max(start[n] for n in there) - min(start[n] for n in there) <= TOLERANCE,
                "joint starts differ",
            )
            hands = [who[n] for n in there]
            for c in set(hands):
                _need(hands.count(c) <= max(1, len(staff[c].members)), f"{j.operations}: {c} does several")
    for r in problem.ordered:
        both = [n for n in (r.first, r.second) if n in start]
        _need(len(both) != 1, f"{r.first}, {r.second}: only one of them planned")
        if both:
            zero = start[r.first] + (ops[r.first].duration if r.measured == "end" else 0.0)
            gap = start[r.second] - zero
            _need(r.least - TOLERANCE <= gap <= r.most + TOLERANCE, f"{r.first}, {r.second}: gap {gap:.3f}")
            _need(not r.different or who[r.first] != who[r.second], f"{r.first}, {r.second}: same caregiver")
    visits: dict[str, set[bool]] = defaultdict(set)
    for o in problem.operations:
        if o.visit is not None:
            visits[o.visit].add(o.id in start)
    _need(all(len(v) == 1 for v in visits.values()), "a visit is planned in part")
    visit_of = {o.id: o.visit or o.id for o in problem.operations}
    ties = [j.operations for j in problem.joint] + [(r.first, r.second) for r in problem.ordered]
    for tie in ties:
        old = {visit_of[n] for n in tie}
        visit_of = {n: visit_of[tie[0]] if v in old else v for n, v in visit_of.items()}
    for rule in problem.patient_rules:
        mine = [o for o in problem.operations if o.patient == rule.patient and o.id in start]
        visits_made = {visit_of[o.id] for o in mine}
        _need(rule.max_visits is None or len(visits_made) <= rule.max_visits, f"{rule.patient}: too many visits")
        for a in mine:
            for b in mine:
                if visit_of[a.id] != visit_of[b.id] and start[a.id] <= start[b.id] and rule.min_gap > 0:
                    gap = start[b.id] - start[a.id] - a.duration
                    _need(gap >= rule.min_gap - TOLERANCE, f"{a.id}, {b.id}: {rule.patient}'s visits too close")


def _check_cars(problem: Problem, result: Result) -> None:
    used = {r.caregiver for r in result.routes if r.placed}
    for pool in problem.car_pools:
        out = [c for c in problem.caregivers if c.id in used and c.car_pool == pool.id]
        for c in out:
            same = [x for x in out if x.shift[0] <= c.shift[0] < max(x.shift[1], x.shift[0] + 1)]
            _need(len(same) <= pool.cars, f"{pool.id}: {len(same)} cars out, {pool.cars} there")
