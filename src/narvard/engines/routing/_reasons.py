"""Why an operation is unplanned, told from the problem alone."""

from math import isfinite

from narvard.engines.routing._assign import ability
from narvard.engines.routing._elements import operation_price
from narvard.engines.routing._model import Compiled
from narvard.engines.routing.problem import Problem
from narvard.engines.routing.records import Caregiver, Operation, Window
from narvard.engines.routing.result import Reason, Unplanned


def unplanned(compiled: Compiled, problem: Problem, planned: set[str]) -> tuple[Unplanned, ...]:
    """Every operation that is left out, with its price and the reason; the visit's weakest part gives the
    reason."""
    left_out: list[Unplanned] = []
    for bundle in compiled.bundles:
        ops = [compiled.operations[i] for e in bundle for i in compiled.elements[e]]
        if any(o.id in planned for o in ops):
            continue
        reasons = {o.id: reason(problem, o) for o in ops}
        if len(ops) > 1 and all(r is Reason.CROWDED_OUT for r in reasons.values()):
            reasons = dict.fromkeys(reasons, _together(problem, compiled, ops))
        worst = next((o.id for o in ops if reasons[o.id] is not Reason.CROWDED_OUT), None)
        for o in ops:
            mine = reasons[o.id]
            partner = None
            if mine is Reason.CROWDED_OUT and worst is not None:
                mine, partner = reasons[worst], worst
            left_out.append(Unplanned(o.id, mine, operation_price(problem, o), partner))
    return tuple(left_out)


def reason(problem: Problem, o: Operation) -> Reason:
    """Why `o` alone cannot be planned on an empty day, or CROWDED_OUT when it could."""
    able = [c for c in problem.caregivers if o.skills <= c.skills]
    able = [c for c in able if o.profession in (None, c.profession) and o.employer in (None, c.employer)]
    if not able:
        return Reason.NO_SKILL
    pin = next((p for p in problem.pins if p.operation == o.id), None)
    mine = [c for c in able if ability(o, c) and (pin is None or pin.caregiver in (None, c.id))]
    mine = [c for c in mine if c.max_visits is None or c.max_visits > 0]
    if not mine:
        return Reason.NO_CAREGIVER
    reachable = [c for c in mine if isfinite(_there(problem, c, o) + _home(problem, c, o))]
    if not reachable:
        return Reason.UNREACHABLE
    covering = [c for c in reachable if any(_covers(problem, c, o, w, travels=False) for w in _windows(o))]
    if not covering:
        return Reason.NO_SHIFT
    if not any(_covers(problem, c, o, w, travels=True) for c in covering for w in _windows(o)):
        return Reason.TIGHT_TRAVEL
    return Reason.CROWDED_OUT


def _windows(o: Operation) -> tuple[Window, ...]:
    return o.windows or (Window(float("-inf"), float("inf")),)


def _road(problem: Problem, a: str | None, b: str | None) -> float:
    if a is None or b is None:
        return 0.0
    return float(problem.travel[problem.locations.index(a), problem.locations.index(b)])


def _there(problem: Problem, c: Caregiver, o: Operation) -> float:
    """Minutes from where the day of `c` begins to `o`; what has no place is done where one is."""
    return _road(problem, c.start, o.location)


def _home(problem: Problem, c: Caregiver, o: Operation) -> float:
    """Minutes from `o` to where the day of `c` ends, with nothing else in between."""
    return _road(problem, c.start if o.location is None else o.location, c.end)


def _covers(problem: Problem, c: Caregiver, o: Operation, w: Window, *, travels: bool) -> bool:
    """Whether `c` can do `o` inside `w` and the shift (soft windows may end late), with or without the
    roads."""
    out = _there(problem, c, o) if travels else 0.0
    home = _home(problem, c, o) if travels else 0.0
    start = max(c.shift[0] + out, w.start, problem.now)
    met = start + (o.duration if w.met == "end" else 0.0)
    return (not w.hard or met <= w.end + 1e-6) and start + o.duration + home <= c.shift[1] + c.overtime + 1e-6


def _together(problem: Problem, compiled: Compiled, ops: list[Operation]) -> Reason:
    """The reason when each part fits alone: too few different people, or simply a full day."""
    able = [{c.id for c in problem.caregivers if ability(o, c)} for o in ops]
    together = {n for j in problem.joint for n in j.operations}
    people: set[str] = set()
    people = people.union(*(a for a, o in zip(able, ops, strict=True) if o.id in together))
    needed = sum(1 for o in ops if o.id in together)
    crews = [c for c in problem.caregivers if c.id in people and len(c.members) >= needed]
    if needed > len(people) and not crews:
        return Reason.NO_SKILL
    return Reason.CROWDED_OUT
