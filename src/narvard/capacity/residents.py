"""The twin's people of any Swedish region, by seed 001's shares of SCB's population; needs no database."""

from typing import Any

from narvard.capacity.dimension import Place, packaged, persons, shares_of
from narvard.capacity.staffing import KEYS, localities

SWEDEN = "sweden"
ENROLLED = 0.1
"""Share enrolled when a run begins, as in the packaged populations: our assumption."""


def is_region(name: str) -> bool:
    """Whether a name is Sweden's or may be a county's two digits."""
    return name == SWEDEN or (len(name) == 2 and name.isdigit())


SOURCE = "seed 001's shares of SCB's population on 31 December 2021; those aged 65 or more are our estimate"


def residents(region: str) -> list[dict[str, Any]]:
    """Those in need in Sweden, or in a county by its two digits, as a population file lays them out: each municipality
    is a care area of its own. Empty for a county that there is not."""
    places = [place for place in packaged(SWEDEN) if region == SWEDEN or place.code.startswith(region)]
    return [{**plain_area(place), "care_area": place.name} for place in places]


def plain_area(place: Place) -> dict[str, Any]:
    """A municipality as a population file lays it out."""
    groups = persons(place.aged_65plus, shares_of({}))
    need = {
        "mest_sjuka": round(groups["mest_sjuka"]),
        "multisviktande": round(groups["mobile_team"] - groups["mest_sjuka"]),
    }
    return {
        "code": place.code,
        "name": place.name,
        "need": need,
        "enrolled": round(ENROLLED * sum(need.values())),
        "localities": [[f"{place.name} {n + 1}", *row] for n, row in enumerate(_points(place.code))],
    }


def _points(code: str) -> list[list[float]]:
    """Latitude, longitude, persons and radius of localities. Five municipalities lie wholly in Stockholm's locality:
    they get a town of `town_km` there, as only the distances within a municipality count."""
    found = localities()
    if code in found:
        rows: list[list[float]] = found[code].tolist()
        return rows
    largest = max((rows[0].tolist() for key, rows in found.items() if key[:2] == code[:2]), key=lambda row: row[2])
    return [[largest[0], largest[1], 1.0, 1.5 * KEYS["town_km"].value]]
