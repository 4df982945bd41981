"""Is care as near in every municipality? Ratios that do not shout when places are small, and the slope by distance."""

from collections.abc import Iterable, Sequence

import numpy as np
import pandas as pd

from narvard.engines.evidence import EvidenceError, shrunken_ratios, slope_index
from narvard.engines.travel import great_circle_km
from narvard.followup.indicators.figure import ALL, Figure
from narvard.followup.indicators.periods import Period
from narvard.followup.indicators.tally import municipalities
from narvard.organisation.models import Base, Municipality


def equity(indicator: str, period: Period, found: Iterable[Figure]) -> list[Figure]:
    """From coverage by municipality: each one's ratio to the common one, or the slope by distance for the area.

    Municipalities that are hidden in coverage take no part.
    """
    rows = {row.place: row for row in found if row.indicator == "coverage" and row.cell == ("", row.place, ALL)}
    places = [row for row in municipalities(period.care_area) if _counted(rows.get(row.code))]
    table = pd.DataFrame(
        {
            "count": [rows[place.code].count for place in places],
            "need": [rows[place.code].of for place in places],
            "km": _distances(places),
        }
    )
    try:
        return _slope(indicator, table) if indicator == "equity_distance" else _ratios(indicator, table, places)
    except EvidenceError:
        return [Figure(indicator)]  # Too few places, or nobody enrolled.


def _counted(row: Figure | None) -> bool:
    return row is not None and not row.hidden and bool(row.of)


def _ratios(indicator: str, table: pd.DataFrame, places: Sequence[Municipality]) -> list[Figure]:
    ratios = shrunken_ratios(table, "count", "need").to_dict("records")
    found = [
        Figure(indicator, place.code, value=float(row["ratio"]), low=float(row["low"]), high=float(row["high"]))
        for place, row in zip(places, ratios, strict=True)
    ]
    # For the area: between which ratios the municipalities lie.
    values = [row.value for row in found if row.value is not None]
    return [*found, Figure(indicator, of=len(values), value=max(values) / min(values))]


def _slope(indicator: str, table: pd.DataFrame) -> list[Figure]:
    slope = slope_index(table, "count", "need", "km")
    return [Figure(indicator, of=len(table), value=slope.estimate, low=slope.interval.low, high=slope.interval.high)]


def _distances(places: Sequence[Municipality]) -> list[float]:
    """Kilometres as the crow flies from each municipality's centre to the nearest base; nought where there is none."""
    bases = list(Base.objects.order_by().values_list("latitude", "longitude"))
    if not bases or not places:
        return [0.0] * len(places)
    ours, theirs = np.array([(row.latitude, row.longitude) for row in places]), np.array(bases)
    km = great_circle_km(ours[:, None, 0], ours[:, None, 1], theirs[None, :, 0], theirs[None, :, 1])
    return [round(float(each), 1) for each in km.min(axis=1)]
