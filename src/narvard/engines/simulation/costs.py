"""What a model costs each principal, at unit costs that the user gives: the engine knows none."""

from collections.abc import Mapping
from dataclasses import dataclass
from math import isfinite

from narvard.engines.simulation.compare import Comparison, Interval, interval
from narvard.engines.simulation.errors import NumberError, UnknownNameError
from narvard.engines.simulation.indicators import Report


@dataclass(frozen=True, slots=True)
class Costs:
    """Costs a year by model and payer, and of the first model against the last; `unpriced` are the natural units
    that no unit cost was given for, and that are in no sum."""

    by_model: Mapping[str, Mapping[str, Interval]]
    difference: Mapping[str, Interval]
    unpriced: tuple[str, ...]


def price(found: Comparison, unit_costs: Mapping[str, float]) -> Costs:
    """Price the natural units of each payer. `unit_costs` goes by "payer.unit" (region.bed_days) or by unit alone
    (km) for region and municipality; a patient's fees are only those given as patient.something."""
    units = {(payer, unit) for reports in found.reports.values() for payer, unit in _units(reports[0])}
    _check(unit_costs, units)
    payers = sorted({payer for payer, _ in units})
    sums = {
        model: {payer: [_sum(report, payer, unit_costs) for report in reports] for payer in payers}
        for model, reports in found.reports.items()
    }
    first, last = found.models[0], found.models[-1]
    return Costs(
        {model: {payer: interval(values) for payer, values in rows.items()} for model, rows in sums.items()},
        {
            payer: interval([a - b for a, b in zip(sums[first][payer], sums[last][payer], strict=True)])
            for payer in payers
        },
        tuple(sorted(f"{payer}.{unit}" for payer, unit in units if _price_of(payer, unit, unit_costs) is None)),
    )


def _units(report: Report) -> set[tuple[str, str]]:
    return {(payer, unit) for payer, row in report.by_principal.items() for unit in row}


def _price_of(payer: str, unit: str, unit_costs: Mapping[str, float]) -> float | None:
    own = unit_costs.get(f"{payer}.{unit}")
    return own if own is not None or payer == "patient" else unit_costs.get(unit)


def _sum(report: Report, payer: str, unit_costs: Mapping[str, float]) -> float:
    row = report.by_principal.get(payer, {})
    return sum(amount * (_price_of(payer, unit, unit_costs) or 0.0) for unit, amount in row.items())


def _check(unit_costs: Mapping[str, float], units: set[tuple[str, str]]) -> None:
    known = {unit for _, unit in units} | {f"{payer}.{unit}" for payer, unit in units}
    for name, value in unit_costs.items():
        if name not in known:
            raise UnknownNameError(name, f"there is no such unit; there are {', '.join(sorted(known))}")
        if not (isfinite(value) and value >= 0):
            raise NumberError(name, f"{value:g} is no unit cost")
