"""In which order operations stand in the arrays, and which of them make an element or a bundle together."""

from collections.abc import Iterable
from dataclasses import dataclass

from narvard.engines.routing.problem import Problem
from narvard.engines.routing.records import Operation


@dataclass(frozen=True, slots=True)
class Order:
    """Operations to plan (those done have no row), elements as rows of operations, bundles as rows of elements.

    `visit_of` names the visit of every operation, done or not: what is tied together is one visit.
    """

    operations: tuple[Operation, ...]
    elements: tuple[tuple[int, ...], ...]
    bundles: tuple[tuple[int, ...], ...]
    row: dict[str, int]
    element_of: dict[int, int]
    bundle_of: dict[int, int]
    visit_of: dict[str, str]


class _Groups:
    """Union-find over names."""

    def __init__(self, names: Iterable[str]) -> None:
        self._root = {n: n for n in names}

    def find(self, name: str) -> str:
        while self._root[name] != name:
            self._root[name] = self._root[self._root[name]]
            name = self._root[name]
        return name

    def join(self, a: str, b: str) -> None:
        self._root[self.find(b)] = self.find(a)


def order_operations(problem: Problem) -> Order:
    """Operations in the order bundle, element, number: rows of a bundle and of an element stand together."""
    done = {d.operation for d in problem.done}
    todo = [o for o in problem.operations if o.id not in done]
    joint, bundle = _groups(problem, todo, done)
    place = {o.id: i for i, o in enumerate(problem.operations)}
    depth = _depths(problem, {o.id for o in todo}, joint)
    key = {
        o.id: (place[bundle.find(o.id)], depth[joint.find(o.id)], place[joint.find(o.id)], place[o.id]) for o in todo
    }
    operations = sorted(todo, key=lambda o: key[o.id])
    elements: list[list[int]] = []
    bundles: list[list[int]] = []
    last: tuple[str, str] = ("", "")
    for i, o in enumerate(operations):
        here = (bundle.find(o.id), joint.find(o.id))
        if here != last:
            if here[0] != last[0]:
                bundles.append([])
            bundles[-1].append(len(elements))
            elements.append([])
        elements[-1].append(i)
        last = here
    return Order(
        tuple(operations),
        tuple(tuple(e) for e in elements),
        tuple(tuple(b) for b in bundles),
        {o.id: i for i, o in enumerate(operations)},
        {i: e for e, rows in enumerate(elements) for i in rows},
        {e: b for b, members in enumerate(bundles) for e in members},
        _visits(problem),
    )


def _groups(problem: Problem, todo: list[Operation], done: set[str]) -> tuple[_Groups, _Groups]:
    """What starts together, and what is planned all or none."""
    names = [o.id for o in problem.operations]
    joint, bundle = _Groups(names), _Groups(names)
    for j in problem.joint:
        open_ones = [n for n in j.operations if n not in done]
        for name in open_ones[1:]:
            joint.join(open_ones[0], name)
            bundle.join(open_ones[0], name)
    visits: dict[str, str] = {}
    for o in todo:
        if o.visit is not None:
            bundle.join(visits.setdefault(o.visit, o.id), o.id)
    for r in problem.ordered:
        if r.first not in done and r.second not in done:
            bundle.join(r.first, r.second)
    return joint, bundle


def _visits(problem: Problem) -> dict[str, str]:
    """A name for the visit of each operation: joint, ordered and same-`visit` operations are one."""
    groups = _Groups(o.id for o in problem.operations)
    visits: dict[str, str] = {}
    for o in problem.operations:
        if o.visit is not None:
            groups.join(visits.setdefault(o.visit, o.id), o.id)
    for j in problem.joint:
        for name in j.operations[1:]:
            groups.join(j.operations[0], name)
    for r in problem.ordered:
        groups.join(r.first, r.second)
    return {o.id: groups.find(o.id) for o in problem.operations}


def _depths(problem: Problem, todo: set[str], joint: _Groups) -> dict[str, int]:
    """How many ordered operations must come before, by joint group."""
    depth = {joint.find(n): 0 for n in todo}
    for _ in depth:
        changed = False
        for r in problem.ordered:
            if r.first in todo and r.second in todo:
                a, b = joint.find(r.first), joint.find(r.second)
                if depth[b] <= depth[a]:
                    depth[b] = depth[a] + 1
                    changed = True
        if not changed:
            break
    return depth
