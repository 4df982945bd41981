"""The checks that a `Problem` runs on itself. Each raises the named error for the first wrong record."""

from collections.abc import Iterable, Sequence
from graphlib import CycleError, TopologicalSorter
from math import inf, isfinite, isnan

import numpy as np

from narvard.engines.routing.errors import (
    BadNumberError,
    DuplicateError,
    PinError,
    PrecedenceCycleError,
    UnknownReferenceError,
    WindowError,
)
from narvard.engines.routing.objective import Objective
from narvard.engines.routing.records import Caregiver, Day, Operation


def check(problem: Day) -> None:
    """Raise the named error for the first record of `problem` that is wrong."""
    _unique("operation", [o.id for o in problem.operations])
    _unique("caregiver", [c.id for c in problem.caregivers])
    _unique("location", problem.locations)
    _unique("car pool", [p.id for p in problem.car_pools])
    _unique("patient rule", [r.patient for r in problem.patient_rules])
    if isnan(problem.now):
        raise BadNumberError("problem", "now is not a number")
    _check_travel(problem)
    _check_objective(problem.objective)
    for operation in problem.operations:
        _check_operation(problem, operation)
    for caregiver in problem.caregivers:
        _check_caregiver(problem, caregiver)
    _check_pools_and_rules(problem)
    _check_joint(problem)
    _check_ordered(problem)
    _check_pins(problem)


def _unique(kind: str, ids: Sequence[str]) -> None:
    seen: set[str] = set()
    for name in ids:
        if name in seen:
            raise DuplicateError(f"{kind} {name}", "stands twice")
        seen.add(name)


def _time(record: str, name: str, value: float, *, least: float = -inf, endless: bool = False) -> None:
    if isnan(value) or not (isfinite(value) or (endless and value == inf)):
        raise BadNumberError(record, f"{name} is {value}")
    if value < least:
        raise BadNumberError(record, f"{name} is {value}, below {least:g}")


def _known(record: str, kind: str, names: Iterable[str | None], known: Iterable[str]) -> None:
    among = known if isinstance(known, set) else set(known)
    for name in names:
        if name is not None and name not in among:
            raise UnknownReferenceError(record, f"unknown {kind} {name}")


def _check_travel(problem: Day) -> None:
    size = len(problem.locations)
    if problem.travel.shape != (size, size):
        raise BadNumberError("travel", f"shape {problem.travel.shape} does not fit {size} locations")
    bad = np.argwhere(np.isnan(problem.travel) | (problem.travel < 0))
    if len(bad):
        i, j = (problem.locations[k] for k in bad[0])
        raise BadNumberError(f"travel {i} to {j}", f"is {problem.travel[tuple(bad[0])]}")
    stays = np.flatnonzero(np.diagonal(problem.travel))
    if len(stays) and any(o.location is None for o in problem.operations):
        name = problem.locations[stays[0]]
        raise BadNumberError(f"travel {name} to {name}", "must be 0 where an operation has no place: it is done there")


def _check_objective(objective: Objective) -> None:
    for name in objective.__slots__:
        value = getattr(objective, name)
        if isinstance(value, float | int):
            _time("objective", name, float(value), least=0.0)
    for priority, value in objective.unplanned.items():
        _time("objective", f"unplanned[{priority}]", value, least=0.0)


def _check_operation(problem: Day, o: Operation) -> None:
    record = f"operation {o.id}"
    _time(record, "duration", o.duration, least=0.0)
    _time(record, "late_weight", o.late_weight, least=0.0)
    if o.prize is not None:
        _time(record, "prize", o.prize, least=0.0)
    elif o.priority not in problem.objective.unplanned:
        raise UnknownReferenceError(record, f"the objective has no cost for priority {o.priority}")
    _known(record, "location", [o.location], problem.locations)
    if len({(w.hard, w.met) for w in o.windows}) > 1:
        raise WindowError(record, "its windows must be all hard or all soft, and met in the same way")
    last = -inf
    for w in o.windows:
        _time(record, "window start", w.start)
        _time(record, "window end", w.end, endless=True)
        if w.end < w.start:
            raise WindowError(record, f"window ends at {w.end:g} before it starts at {w.start:g}")
        if w.start < last:
            raise WindowError(record, "windows overlap or are out of order")
        last = w.end


def _check_caregiver(problem: Day, c: Caregiver) -> None:
    record = f"caregiver {c.id}"
    start, end = c.shift
    _time(record, "shift start", start)
    _time(record, "shift end", end, endless=True)
    if end < start:
        raise WindowError(record, f"shift ends at {end:g} before it starts at {start:g}")
    _time(record, "overtime", c.overtime, least=0.0, endless=True)
    _time(record, "use_cost", c.use_cost, least=0.0)
    if c.max_visits is not None and c.max_visits < 0:
        raise BadNumberError(record, f"max_visits is {c.max_visits}")
    _known(record, "location", [c.start, c.end], problem.locations)
    _known(record, "car pool", [c.car_pool], [p.id for p in problem.car_pools])
    for b in c.breaks:
        _time(record, "break start", b.start)
        _time(record, "break end", b.end)
        _time(record, "break duration", b.duration, least=0.0)
        _time(record, "break missed", b.missed or 0.0, least=0.0)
        if b.end < b.start + b.duration:
            raise WindowError(record, f"a break of {b.duration:g} does not fit in [{b.start:g}, {b.end:g}]")


def _check_pools_and_rules(problem: Day) -> None:
    for pool in problem.car_pools:
        if pool.cars < 0:
            raise BadNumberError(f"car pool {pool.id}", f"has {pool.cars} cars")
    for rule in problem.patient_rules:
        record = f"patient rule {rule.patient}"
        _time(record, "min_gap", rule.min_gap, least=0.0)
        if rule.max_visits is not None and rule.max_visits < 0:
            raise BadNumberError(record, f"max_visits is {rule.max_visits}")


def _check_joint(problem: Day) -> None:
    operations = {o.id: o for o in problem.operations}
    seen: set[str] = set()
    for joint in problem.joint:
        record = "joint " + "+".join(joint.operations)
        _known(record, "operation", joint.operations, operations)
        if len(joint.operations) < 2:
            raise WindowError(record, "needs two or more operations")
        for name in joint.operations:
            if name in seen:
                raise DuplicateError(record, f"operation {name} is joint twice")
            seen.add(name)
        hard = [[w for w in operations[n].windows if w.hard] for n in joint.operations]
        opens = max((ws[0].start for ws in hard if ws), default=-inf)
        closes = min((ws[-1].end for ws in hard if ws), default=inf)
        if closes < opens:
            raise WindowError(record, "the operations share no window")


def _check_ordered(problem: Day) -> None:
    operations = {o.id for o in problem.operations}
    together = {n: j.operations[0] for j in problem.joint for n in j.operations}
    graph: TopologicalSorter[str] = TopologicalSorter()
    for o in problem.ordered:
        record = f"ordered {o.first} before {o.second}"
        _known(record, "operation", [o.first, o.second], operations)
        _time(record, "least", o.least, least=0.0)
        _time(record, "most", o.most, least=0.0, endless=True)
        if o.most < o.least:
            raise WindowError(record, f"most {o.most:g} is below least {o.least:g}")
        graph.add(together.get(o.second, o.second), together.get(o.first, o.first))
    try:
        graph.prepare()
    except CycleError as error:
        raise PrecedenceCycleError("ordered", "operations wait for each other: " + " < ".join(error.args[1])) from None


def _check_pins(problem: Day) -> None:
    operations = {o.id for o in problem.operations}
    caregivers = {c.id for c in problem.caregivers}
    for pin in problem.pins:
        record = f"pin {pin.operation}"
        _known(record, "operation", [pin.operation], operations)
        _known(record, "caregiver", [pin.caregiver], caregivers)
        _time(record, "tolerance", pin.tolerance, least=0.0)
        if pin.start is not None:
            _time(record, "start", pin.start)
    _unique("pin", [p.operation for p in problem.pins])
    _unique("done", [d.operation for d in problem.done])
    crews = {c.id for c in problem.caregivers if c.members}
    ends: dict[str, float] = {}
    begun: dict[str, float] = {}
    for d in sorted(problem.done, key=lambda d: d.start):
        record = f"done {d.operation}"
        _known(record, "operation", [d.operation], operations)
        _known(record, "caregiver", [d.caregiver], caregivers)
        _time(record, "start", d.start)
        _time(record, "end", d.end, least=d.start)
        at_once = d.caregiver in crews and d.start == begun.get(d.caregiver)
        if d.start < ends.get(d.caregiver, -inf) and not at_once:
            raise PinError(record, f"caregiver {d.caregiver} was still at another operation")
        begun[d.caregiver] = d.start
        ends[d.caregiver] = max(d.end, ends.get(d.caregiver, -inf))
