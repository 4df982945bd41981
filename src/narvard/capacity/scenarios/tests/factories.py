"""Scenarios for tests: small and quick, with the figures of a run made up."""

from datetime import UTC, datetime
from typing import Any

from narvard.capacity.scenarios import packaged, words
from narvard.capacity.scenarios.definition import NAME, Definition
from narvard.capacity.scenarios.models import Scenario
from narvard.organisation.models import CareUnit, Commission
from narvard.organisation.tests.factories import CareUnitFactory, CommissionFactory

AT = datetime(2026, 11, 23, 6, 30, tzinfo=UTC)


def manager(**unit: Any) -> Commission:
    """Somebody of a joint management."""
    row = CommissionFactory(
        unit=CareUnitFactory(kind=CareUnit.Kind.MANAGEMENT, **{"care_area": "umea", **unit}),
        role="manager",
        purpose="follow_up",
    )
    return row


def definition(**changes: Any) -> Definition:
    """The joint model as it is, against today's."""
    given: dict[str, Any] = {"base": "joint", "against": "today", "model": packaged.model("joint"), "replications": 2}
    return Definition(**{**given, **changes})


def result(**indicators: dict[str, Any]) -> dict[str, Any]:
    """A result laid out as a run's: every figure 10 with the scenario, 12 without."""
    models = (NAME, "today")
    three = {NAME: [10.0, 9.0, 11.0], "today": [12.0, 11.0, 13.0], "difference": [-2.0, -3.0, -1.0], "falls": 0.75}
    shares = {NAME: [0.5, 0.4, 0.6], "today": [0.4, 0.3, 0.5], "difference": [0.1, 0.05, 0.15], "falls": 0.0}
    found = {name: dict(shares if shown.share else three) for name, shown in words.INDICATORS.items()}
    place = {"coverage": [0.1, 0.09, 0.11], "wait_median_h": [2.0, 1.0, 3.0], "visited_share": [0.9, 0.8, 1.0]}
    return {
        "model": NAME,
        "against": "today",
        "replications": 40,
        "seed": 1,
        "events": 1000,
        "seconds": 1.0,
        "version": "0",
        "indicators": {**found, **indicators},
        "municipalities": {
            model: {
                code: {**place, "visited_per_1000": [9.0, 8.0, 10.0], "rate_ratio": [1.0, 0.9, 1.1]}
                for code in packaged.areas({})
            }
            for model in models
        },
        "employers": {
            NAME: {"region": {"visits": [5.0, 4.0, 6.0], "nurse_hours": [3.0, 2.0, 4.0]}},
            "today": {"municipality 2460": {"km": [7.0, 6.0, 8.0]}},
        },
        "patients": {model: {"visits": [5.0, 4.0, 6.0]} for model in models},
        "teams": {
            team["key"]: {
                name: [0.5, 0.4, 0.6] for name in ("visits", "joint_visits", "km", "enrolled", "places", "utilisation")
            }
            for team in packaged.model("joint")["teams"]
        },
        "hours": {model: [hour / 24 for hour in range(24)] for model in models},
    }


def scenario(by: Commission, **changes: Any) -> Scenario:
    """A kept scenario; with ``result`` it has been run."""
    given = {"title": "En bil till", "seen_by": "area", "definition": definition().plain(), **changes}
    if given.get("result") is not None:
        given["finished_at"] = AT
    return Scenario.objects.create(
        care_area=by.unit.care_area, owner_unit=by.unit, made_by=by, made_at=AT, **given
    )  # fmt: skip
