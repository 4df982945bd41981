"""Benchmark files: Mankowska and Kummer (one format) and UHHC, plain or gzipped, and the solution form they
share.

Sources: Mankowska, Meisel, Bierwirth (2014), doi 10.1007/s10729-013-9243-1; Kummer, de Araújo, Buriol,
Resende (2022), doi 10.1111/itor.13186; Da Ros et al. (2026), doi 10.1111/itor.70140. What the fields mean
is told in docs/routing.md.
"""

import gzip
import json
from dataclasses import dataclass
from itertools import pairwise
from math import inf
from pathlib import Path
from typing import Any, Literal

import numpy as np

from narvard.engines.routing.errors import InstanceError, ProblemError
from narvard.engines.routing.objective import Objective
from narvard.engines.routing.problem import Problem
from narvard.engines.routing.records import Break, Caregiver, Joint, Operation, Ordered, Window
from narvard.engines.routing.result import Result

HARD = "HARD"
MISSING = 1_000_000.0
"""What leaving out a patient who is not optional costs in benchmark files: more than any whole plan."""


@dataclass(frozen=True, slots=True)
class Instance:
    """A file as a problem; `services` maps operation ids to (patient, service) for the solution form."""

    name: str
    problem: Problem
    services: dict[str, tuple[str, str]]


def read(path: Path) -> Instance:
    """Read an instance file. Raises `InstanceError` with one line that says what is wrong."""
    try:
        raw = path.read_bytes()
        data = json.loads(gzip.decompress(raw) if raw[:2] == b"\x1f\x8b" else raw)
    except (OSError, EOFError, ValueError) as error:
        raise InstanceError(f"{path.name}: cannot be read ({error})") from error
    name = path.name.removesuffix(".gz").removesuffix(".json")
    try:
        if "terminal_points" in data:
            return _uhhc(name, data)
        return _mankowska(name, data)
    except ProblemError as error:
        raise InstanceError(f"{path.name}: {error}") from error
    except (KeyError, IndexError, TypeError, ValueError, AttributeError) as error:
        raise InstanceError(f"{path.name}: not an instance ({type(error).__name__}: {error})") from error


def _mankowska(name: str, data: dict[str, Any]) -> Instance:
    operations: list[Operation] = []
    services: dict[str, tuple[str, str]] = {}
    joint: list[Joint] = []
    ordered: list[Ordered] = []
    for p in data["patients"]:
        start, end = (float(t) for t in p["time_window"])
        ids: list[str] = []
        for s in p["required_caregivers"]:
            o = _operation(p["id"], s, data, ids, services, (Window(start, end, hard=False),), prize=MISSING)
            operations.append(o)
        _couple(p.get("synchronization"), ids, joint, ordered)
    office = data["central_offices"][0]["id"]
    caregivers = tuple(Caregiver(c["id"], office, office, skills=frozenset(c["abilities"])) for c in data["caregivers"])
    problem = Problem(
        tuple(operations),
        caregivers,
        (office, *(p["id"] for p in data["patients"])),
        np.array(data["distances"], dtype=np.float64),
        Objective.mankowska(),
        tuple(joint),
        tuple(ordered),
    )
    return Instance(name, problem, services)


def _operation(
    patient: str,
    service: dict[str, Any],
    data: dict[str, Any],
    ids: list[str],
    services: dict[str, tuple[str, str]],
    windows: tuple[Window, ...],
    **more: Any,
) -> Operation:
    """One required service as an operation; its id joins patient, number and service."""
    kind = service["service"]
    duration = service.get("duration")
    if duration is None:
        duration = next(s["default_duration"] for s in data["services"] if s["id"] == kind)
    name = f"{patient}/{len(ids) + 1}/{kind}"
    ids.append(name)
    services[name] = (patient, kind)
    return Operation(
        name,
        more.pop("location", patient),
        float(duration),
        windows,
        patient=patient,
        visit=patient,
        skills=frozenset([kind]),
        **more,
    )


def _couple(sync: dict[str, Any] | None, ids: list[str], joint: list[Joint], ordered: list[Ordered]) -> None:
    """Write down how the services of one patient hang together."""
    kind = (sync or {}).get("type", "independent")
    if len(ids) < 2 or kind == "independent":
        return
    if kind == "simultaneous":
        joint.append(Joint(tuple(ids)))
        return
    if kind != "sequential" or sync is None:
        raise InstanceError(f"unknown synchronization {kind}")
    gap = sync["distance"]
    if isinstance(gap, dict):
        gap = [gap["min"], gap["max"]]
    low, high = gap if isinstance(gap, list) else (gap, gap)
    ordered += [Ordered(a, b, float(low), float(high), different=True) for a, b in pairwise(ids)]


def _uhhc(name: str, data: dict[str, Any]) -> Instance:
    """A UHHC file: own weights, hard or soft lateness and overtime, lunch, optional patients, preferences."""
    meta = data["metadata"]
    components = {key: value for key, value in meta["cost_components"].items() if value is not None}
    at_end = meta["time_window_met"] == "at_service_end"
    hard_late = HARD in (components.get("total_tardiness"), components.get("highest_tardiness"))
    matrix = np.array(data["distances"], dtype=np.float64)
    rows = [f"#{i}" for i in range(len(matrix))]
    operations: list[Operation] = []
    services: dict[str, tuple[str, str]] = {}
    joint: list[Joint] = []
    ordered: list[Ordered] = []
    for p in data["patients"]:
        windows = _windows(p["time_windows"], hard_late, at_end)
        ids: list[str] = []
        for s in p["required_services"]:
            optional = bool(p.get("optional")) and components.get("optional_patients") not in (None, HARD)
            price = float(components["optional_patients"]) if optional else MISSING
            operations.append(
                _operation(
                    p["id"], s, data, ids, services, windows,
                    location=rows[p["distance_matrix_index"]],
                    prize=0.0 if ids and optional else price,
                    optional=True,
                    preferred=frozenset(p.get("preferred_caregivers") or ()),
                    forbidden=frozenset(p.get("incompatible_caregivers") or ()),
                )
            )  # fmt: skip
        _couple(p.get("synchronization"), ids, joint, ordered)
    points = {t["id"]: rows[t["distance_matrix_index"]] for t in data["terminal_points"]}
    waits: Literal["shift", "departure"] = "shift" if str(meta.get("origin", "")).startswith("bazirha") else "departure"
    problem = Problem(
        tuple(operations),
        tuple(_uhhc_caregiver(c, data, components, points, at_end) for c in data["caregivers"]),
        tuple(rows),
        matrix,
        Objective.uhhc(components, waits_from=waits),
        tuple(joint),
        tuple(ordered),
    )
    return Instance(name, problem, services)


def _windows(raw: list[Any], hard: bool, at_end: bool) -> tuple[Window, ...]:
    pairs = [(w["start"], w["end"]) if isinstance(w, dict) else w for w in raw]
    return tuple(Window(float(a), float(b), hard, "end" if at_end else "start") for a, b in pairs)


def _uhhc_caregiver(
    c: dict[str, Any], data: dict[str, Any], components: dict[str, Any], points: dict[str, str], at_end: bool
) -> Caregiver:
    shift = c.get("working_shift") or {"start": 0.0, "end": inf}
    breaks: tuple[Break, ...] = ()
    missed = components.get("missed_lunch_break")
    if c.get("lunch_break") and data.get("lunch_breaks"):
        lunch = data["lunch_breaks"]
        length = float(lunch["min_duration"])
        end = float(lunch["end"]) + (0.0 if at_end else length)
        price = None if missed is None or missed == HARD else float(missed)
        breaks = (Break(float(lunch["start"]), end, length, price),)
    return Caregiver(
        c["id"],
        points[c["departing_point"]],
        points[c.get("arrival_point") or c["departing_point"]],
        (float(shift["start"]), float(shift["end"])),
        skills=frozenset(c["abilities"]),
        breaks=breaks,
        overtime=0.0 if components.get("total_extra_time") == HARD else inf,
    )


def solution(instance: Instance, result: Result) -> dict[str, Any]:
    """The plan in the form the authors use; `arrival_time` is the start of service."""
    routes = []
    for route in result.routes:
        locations = [
            {
                "patient": instance.services[p.operation][0],
                "service": instance.services[p.operation][1],
                "arrival_time": p.start,
                "departure_time": p.end,
            }
            for p in route.placed
        ]
        if locations:
            routes.append({"caregiver_id": route.caregiver, "locations": locations})
    return {"routes": routes}
