"""A made-up day of a whole care area, for measuring: several employers, joint visits, skills, lunch, continuity.

Places lie around a few towns at the density of a Swedish coast; times by `engines.travel`. Nothing in it is a
person or an address. Same size and seed, same day.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from narvard.engines.routing.objective import Objective
from narvard.engines.routing.problem import Problem
from narvard.engines.routing.records import Break, Caregiver, CarPool, Joint, Operation, Ordered, PatientRule, Window
from narvard.engines.travel import estimate

TOWNS = (
    (63.826, 20.263, 0.62),
    (63.908, 19.752, 0.1),
    (63.701, 20.372, 0.1),
    (63.895, 20.548, 0.08),
    (63.57, 19.50, 0.1),
)
"""Latitude, longitude and share of the visits; the rest of a hundred lies in between."""
TEAMS = ("region", "north", "south")
MINUTES = (15.0, 20.0, 30.0, 45.0, 60.0)
MINUTES_SHARE = (0.3, 0.25, 0.25, 0.15, 0.05)


@dataclass(frozen=True, slots=True)
class AreaDay:
    """A problem with the coordinates of its locations."""

    problem: Problem
    latitude: NDArray[np.float64]
    longitude: NDArray[np.float64]


def area_day(visits: int = 600, staff: int = 100, seed: int = 1, *, simple: bool = False) -> AreaDay:
    """A day with about `visits` operations and `staff` caregivers.

    `simple` leaves out what PyVRP and OR-Tools cannot express in common (joint and ordered visits, breaks,
    continuity, patient rules, cars), so that all three can be given the same problem.
    """
    rng = np.random.default_rng(seed)
    patients = max(1, int(visits * 0.85))
    latitude, longitude = _places(rng, patients)
    bases = np.array([(t[0], t[1]) for t in TOWNS[:3]])
    latitude = np.concatenate([bases[:, 0], latitude])
    longitude = np.concatenate([bases[:, 1], longitude])
    caregivers = _staff(rng, staff, simple)
    operations, joint, ordered = _visits(rng, visits, patients, staff, simple)
    names = ("base0", "base1", "base2", *(f"p{i}" for i in range(patients)))
    rules = () if simple else tuple(PatientRule(f"p{i}", None, 30.0) for i in range(patients))
    goal = Objective(travel=1.0, tardiness=0.0) if simple else Objective.care_day()
    pools = () if simple else tuple(CarPool(f"cars{b}", max(1, int(staff * 0.32))) for b in range(3))
    problem = Problem(
        operations,
        caregivers,
        names,
        np.round(estimate(latitude, longitude), 2),
        goal,
        joint,
        ordered,
        pools,
        rules,
    )
    return AreaDay(problem, latitude, longitude)


def _places(rng: np.random.Generator, n: int) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Coordinates of `n` homes: mostly in the towns, some in the country between."""
    towns = np.array(TOWNS)
    pick = rng.choice(len(towns), size=n, p=towns[:, 2] / towns[:, 2].sum())
    country = rng.random(n) < 0.12
    spread = np.where(country, 0.12, 0.018)
    latitude = towns[pick, 0] + rng.normal(0, 1, n) * spread
    longitude = np.minimum(towns[pick, 1] + rng.normal(0, 1, n) * spread * 2.2, 20.69)
    return latitude, longitude


def _staff(rng: np.random.Generator, n: int, simple: bool) -> tuple[Caregiver, ...]:
    people = []
    for i in range(n):
        base = int(rng.choice(3, p=[0.6, 0.2, 0.2]))
        start = float(rng.choice([390, 420, 450, 480, 840], p=[0.2, 0.4, 0.2, 0.1, 0.1]))
        kind = rng.random()
        skills = {"care"} | ({"nurse"} if kind < 0.5 else set()) | ({"doctor"} if kind < 0.08 else set())
        lunch = (Break(start + 210, start + 330, 30.0, 60.0),)
        people.append(
            Caregiver(
                f"c{i}",
                f"base{base}",
                f"base{base}",
                (start, start + 480.0),
                skills=frozenset(skills),
                profession="doctor" if "doctor" in skills else ("nurse" if "nurse" in skills else "assistant"),
                employer=TEAMS[base],
                breaks=() if simple else lunch,
                overtime=0.0 if simple else 30.0,
                car_pool=None if simple else f"cars{base}",
            )
        )
    return tuple(people)


def _visits(
    rng: np.random.Generator, n: int, patients: int, staff: int, simple: bool
) -> tuple[tuple[Operation, ...], tuple[Joint, ...], tuple[Ordered, ...]]:
    operations: list[Operation] = []
    joint: list[Joint] = []
    ordered: list[Ordered] = []
    while len(operations) < n:
        i = len(operations)
        patient = f"p{i}" if i < patients else f"p{rng.integers(patients)}"
        one = _visit(rng, f"v{i}", patient, staff, simple)
        operations.append(one)
        if simple or i + 1 >= n or rng.random() > 0.12:
            continue
        mate = _visit(rng, f"v{i + 1}", patient, staff, simple)
        mate = Operation(
            mate.id, patient, mate.duration, one.windows, patient, one.id, mate.skills, priority=one.priority
        )
        operations[-1] = Operation(
            one.id, patient, one.duration, one.windows, patient, one.id, one.skills, priority=one.priority
        )
        operations.append(mate)
        if rng.random() < 0.75:
            joint.append(Joint((one.id, mate.id)))
        else:
            ordered.append(Ordered(one.id, mate.id, 15.0, 90.0, different=True))
    return tuple(operations), tuple(joint), tuple(ordered)


def _visit(rng: np.random.Generator, name: str, patient: str, staff: int, simple: bool) -> Operation:
    opens = float(rng.choice([420, 450, 480, 540, 600, 660, 720, 780, 870, 960]))
    width = float(rng.choice([60, 90, 120, 240], p=[0.2, 0.3, 0.3, 0.2]))
    kind = rng.random()
    skills = {"doctor"} if kind < 0.04 else ({"nurse"} if kind < 0.4 else {"care"})
    known = frozenset(f"c{k}" for k in rng.choice(staff, size=min(3, staff), replace=False))
    return Operation(
        name,
        patient,
        float(rng.choice(MINUTES, p=MINUTES_SHARE)),
        (Window(opens, opens + width, hard=simple or rng.random() < 0.2),),
        patient,
        None,
        frozenset(skills),
        preferred=frozenset() if simple or rng.random() < 0.5 else known,
        last=None if simple or rng.random() < 0.5 else f"c{rng.integers(staff)}",
        priority=int(rng.choice([1, 2, 3], p=[0.2, 0.5, 0.3])),
        optional=True,
    )
