"""A problem checks itself: each wrong record is refused by name."""

import math
from dataclasses import replace

import numpy as np
import pytest

from narvard.engines.routing import (
    BadNumberError,
    Break,
    Caregiver,
    CarPool,
    Done,
    DuplicateError,
    Joint,
    Objective,
    Operation,
    Ordered,
    PatientRule,
    Pin,
    PinError,
    PrecedenceCycleError,
    Problem,
    ProblemError,
    UnknownReferenceError,
    Window,
    WindowError,
)

pytestmark = pytest.mark.engine

A, B, C = (Operation(name, "p", 10.0, (Window(0.0, 60.0),)) for name in "abc")
GOOD = Problem((A, B, C), (Caregiver("k", "base", "base"),), ("base", "p"), np.array([[0.0, 5.0], [5.0, 0.0]]))
NAN, INF = math.nan, math.inf


def with_operation(**changes: object) -> dict[str, object]:
    return {"operations": (replace(A, **changes), B, C)}  # type: ignore[arg-type]


def with_caregiver(**changes: object) -> dict[str, object]:
    return {"caregivers": (replace(GOOD.caregivers[0], **changes),)}  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("changes", "error", "record"),
    [
        ({"travel": np.array([[0.0, NAN], [5.0, 0.0]])}, BadNumberError, "travel base to p"),
        ({"travel": np.array([[0.0, 5.0], [-1.0, 0.0]])}, BadNumberError, "travel p to base"),
        ({"travel": np.zeros((3, 3))}, BadNumberError, "travel"),
        ({"now": NAN}, BadNumberError, "problem"),
        ({"operations": (A, A)}, DuplicateError, "operation a"),
        ({"locations": ("base", "base")}, DuplicateError, "location base"),
        (with_operation(duration=NAN), BadNumberError, "operation a"),
        (with_operation(duration=-1.0), BadNumberError, "operation a"),
        (with_operation(prize=INF), BadNumberError, "operation a"),
        (with_operation(location="moon"), UnknownReferenceError, "operation a"),
        (with_operation(priority=9), UnknownReferenceError, "operation a"),
        (with_operation(windows=(Window(60.0, 0.0),)), WindowError, "operation a"),
        (with_operation(windows=(Window(0.0, 60.0), Window(30.0, 90.0))), WindowError, "operation a"),
        (with_operation(windows=(Window(0.0, 9.0), Window(30.0, 90.0, hard=False))), WindowError, "operation a"),
        (with_caregiver(shift=(60.0, 0.0)), WindowError, "caregiver k"),
        (with_caregiver(overtime=NAN), BadNumberError, "caregiver k"),
        (with_caregiver(start="moon"), UnknownReferenceError, "caregiver k"),
        (with_caregiver(car_pool="none"), UnknownReferenceError, "caregiver k"),
        (with_caregiver(max_visits=-1), BadNumberError, "caregiver k"),
        (with_caregiver(breaks=(Break(0.0, 20.0, 30.0),)), WindowError, "caregiver k"),
        ({"car_pools": (CarPool("cars", -1),)}, BadNumberError, "car pool cars"),
        ({"patient_rules": (PatientRule("x", None, NAN),)}, BadNumberError, "patient rule x"),
        ({"joint": (Joint(("a",)),)}, WindowError, "joint a"),
        ({"joint": (Joint(("a", "x")),)}, UnknownReferenceError, "joint a+x"),
        ({"joint": (Joint(("a", "b")), Joint(("b", "c")))}, DuplicateError, "joint b+c"),
        (
            {**with_operation(windows=(Window(100.0, 160.0),)), "joint": (Joint(("a", "b")),)},
            WindowError,
            "joint a+b",
        ),
        ({"ordered": (Ordered("a", "b"), Ordered("b", "a"))}, PrecedenceCycleError, "ordered"),
        ({"ordered": (Ordered("a", "a"),)}, PrecedenceCycleError, "ordered"),
        ({"joint": (Joint(("a", "b")),), "ordered": (Ordered("a", "b"),)}, PrecedenceCycleError, "ordered"),
        ({"ordered": (Ordered("a", "b", 20.0, 10.0),)}, WindowError, "ordered a before b"),
        ({"pins": (Pin("x"),)}, UnknownReferenceError, "pin x"),
        ({"pins": (Pin("a", start=NAN),)}, BadNumberError, "pin a"),
        ({"done": (Done("a", "k", 10.0, 5.0),)}, BadNumberError, "done a"),
        ({"done": (Done("a", "k", 0.0, 20.0), Done("b", "k", 10.0, 30.0))}, PinError, "done b"),
        ({"objective": Objective(travel=-1.0)}, BadNumberError, "objective"),
    ],
)
def test_the_wrong_record_is_named(changes: dict[str, object], error: type[ProblemError], record: str) -> None:
    with pytest.raises(error) as caught:
        GOOD.with_changes(**changes)
    assert caught.value.record == record
    assert caught.value.reason


def test_the_matrix_is_frozen() -> None:
    with pytest.raises(ValueError, match="read-only"):
        GOOD.travel[0, 1] = 1.0
