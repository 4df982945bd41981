"""What a comparison gave, as plain data that can be stored: every figure as [mean, low, high], None where unknown."""

from collections.abc import Callable, Iterable, Sequence
from typing import TYPE_CHECKING, Any

from narvard import __version__

if TYPE_CHECKING:
    from narvard.engines.simulation import BreakEven, Comparison, Costs, Influence, Interval, Region

    Summary = Callable[[list[float]], Interval]

Triple = list[float | None]
_DECIMALS = 6


def plain(found: "Comparison", interval: "Summary") -> dict[str, Any]:
    """Indicators of both models and their paired difference, tables by municipality and employer, and the run.

    ``interval`` is the twin's own: pages read results without starting it.
    """
    model, against = found.models
    return {
        "model": model,
        "against": against,
        "replications": found.replications,
        "seed": found.seed,
        "events": found.events,
        "seconds": round(found.seconds, 3),
        "version": __version__,
        "indicators": {
            name: {**three, "falls": _falls(found, model, against, name)}
            for name, three in compared(found, found.reports[model][0].indicators, model, against).items()
        },
        "municipalities": {name: means(found, name, "by_area", interval) for name in found.models},
        "employers": {name: means(found, name, "by_employer", interval) for name in found.models},
        "patients": {name: means(found, name, "by_principal", interval)["patient"] for name in found.models},
        "teams": means(found, model, "by_team", interval),
        "hours": {name: _hours(found, name) for name in found.models},
    }


def compared(
    found: "Comparison | Region", names: Iterable[str], model: str, against: str
) -> dict[str, dict[str, Triple]]:
    """Indicators of both models and their paired difference."""
    return {
        name: {
            model: found.of(model, name).as_list(),
            against: found.of(against, name).as_list(),
            "difference": found.difference(model, against, name).as_list(),
        }
        for name in names
    }


def influences(found: "Sequence[Influence]") -> list[dict[str, Any]]:
    """Assumptions by influence, most first: what moving one across its interval does to the difference."""
    rows = [{"assumption": row.assumption, "effect": row.effect, "size": row.size.as_list()} for row in found]
    return [row for row in rows if isinstance(row["size"], list) and row["size"][0]]


def costs(priced: "Costs") -> dict[str, Any]:
    """Kronor a year by model and payer, the paired difference, and what has no price."""
    return {
        "by_model": {
            model: {payer: three.as_list() for payer, three in rows.items()} for model, rows in priced.by_model.items()
        },
        "difference": {payer: three.as_list() for payer, three in priced.difference.items()},
        "unpriced": list(priced.unpriced),
    }


def balance(found: "BreakEven") -> dict[str, Any]:
    """Where saved bed days are worth the added crew hours, and the sizes of the effect that were run."""
    points = [
        {
            "admission_ratio": point.admission_ratio,
            "bed_days_saved": point.bed_days_saved.as_list(),
            "crew_hours_added": point.crew_hours_added.as_list(),
        }
        for point in found.points
    ]
    return {"hours_per_bed_day": found.hours_per_bed_day, "admission_ratio": found.ratio, "points": points}


def _falls(found: "Comparison", model: str, against: str, name: str) -> float:
    """The share of the replications in which the indicator is lower with `model`; no more is said of one year."""
    return round(float((found.values(model, name) < found.values(against, name)).mean()), _DECIMALS)


def means(found: "Comparison", model: str, table: str, interval: "Summary") -> dict[str, dict[str, Triple]]:
    """A table of the reports as [mean, low, high] over the replications."""
    tables = [getattr(report, table) for report in found.reports[model]]
    return {
        row: {column: interval([one[row][column] for one in tables]).as_list() for column in tables[0][row]}
        for row in tables[0]
    }


def _hours(found: "Comparison", model: str) -> list[float]:
    """The share of staffed time that crews are busy, by hour of the day, mean over the replications."""
    rows = [report.utilisation_by_hour for report in found.reports[model]]
    return [round(sum(column) / len(rows), _DECIMALS) for column in zip(*rows, strict=True)]
