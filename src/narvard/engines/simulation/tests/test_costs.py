"""Costs are natural units times what the user says they cost; nothing is priced by itself."""

import pytest

from narvard.engines.simulation import (
    Comparison,
    NumberError,
    Report,
    Study,
    UnknownNameError,
    Until,
    compare,
    load_assumptions,
    load_population,
    price,
)
from narvard.engines.simulation.tests.queues import shipped


@pytest.fixture(scope="module")
def found() -> Comparison:
    plan = Study(load_population(), load_assumptions(), years=0.2)
    return compare([shipped("joint"), shipped("today")], plan, Until(3))


def _reports(found: Comparison, model: str) -> tuple[Report, ...]:
    return found.reports[model]


def test_a_unit_is_priced_for_those_who_pay_it(found: Comparison) -> None:
    costs = price(found, {"nurse_hours": 100.0, "municipality.km": 2.0, "patient.visits": 10.0})
    for name in found.models:
        for payer, found_sum in costs.by_model[name].items():
            sums = []
            for report in _reports(found, name):
                row = report.by_principal.get(payer, {})
                own = {
                    "region": 0.0,
                    "municipality": 2.0 * row.get("km", 0.0),
                    "patient": 10.0 * row.get("visits", 0.0),
                }
                sums.append(100.0 * row.get("nurse_hours", 0.0) + own[payer])
            assert found_sum.mean == pytest.approx(sum(sums) / len(sums))
    assert "region.bed_days" in costs.unpriced
    assert "region.nurse_hours" not in costs.unpriced
    assert costs.difference["municipality"].mean == costs.by_model["joint"]["municipality"].mean > 0


def test_what_employers_pay_adds_up_to_what_teams_do(found: Comparison) -> None:
    for name in found.models:
        for report in _reports(found, name):
            payers = [report.by_principal[payer]["visits"] for payer in report.by_principal if payer != "patient"]
            teams = sum(row["visits"] + row["helped"] for row in report.by_team.values())
            assert sum(payers) == pytest.approx(teams)
            assert report.by_principal["patient"]["visits"] == pytest.approx(report.indicators["visits"])


def test_rate_ratios_lie_around_one(found: Comparison) -> None:
    plan = load_population()
    for name in found.models:
        for report in _reports(found, name):
            weighted = sum(report.by_area[area.code]["rate_ratio"] * area.persons for area in plan.areas)
            assert weighted / plan.persons == pytest.approx(1.0)


def test_unknown_units_and_negative_costs_are_refused(found: Comparison) -> None:
    with pytest.raises(UnknownNameError, match="smiles: there is no such unit"):
        price(found, {"smiles": 1.0})
    with pytest.raises(NumberError, match="no unit cost"):
        price(found, {"km": -1.0})
