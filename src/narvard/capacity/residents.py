"""The twin's people of any Swedish region, by seed 001's shares of SCB's population; needs no database."""

from narvard.capacity.dimension import Place, packaged, persons, shares_of
from narvard.capacity.staffing import KEYS, localities
from narvard.engines.simulation import Area, Locality, Population, UnknownNameError, load_population

SWEDEN = "sweden"
ENROLLED = 0.1
"""Share enrolled when a run begins, as in the packaged populations: our assumption."""


def is_region(name: str) -> bool:
    """Whether a name is Sweden's or may be a county's two digits."""
    return name == SWEDEN or (len(name) == 2 and name.isdigit())


def residents(region: str) -> Population:
    """Those in need in Sweden, or in a county by its two digits: each municipality is a care area of its own.

    The day's and week's shape is that of the packaged Umeå. Raises `UnknownNameError` for a county that there is not.
    """
    places = [place for place in packaged(SWEDEN) if region == SWEDEN or place.code.startswith(region)]
    if not places:
        raise UnknownNameError(region, "there is no county with this code")
    source = "seed 001's shares of SCB's population on 31 December 2021; those aged 65 or more are our estimate"
    return Population(region, source, tuple(_area(place) for place in places), load_population().profile)


def _area(place: Place) -> Area:
    groups = persons(place.aged_65plus, shares_of({}))
    need = {
        "mest_sjuka": round(groups["mest_sjuka"]),
        "multisviktande": round(groups["mobile_team"] - groups["mest_sjuka"]),
    }
    where = tuple(
        Locality(f"{place.name} {n + 1}", lat, lon, weight, radius)
        for n, (lat, lon, weight, radius) in enumerate(_points(place.code))
    )
    return Area(place.code, place.name, need, where, round(ENROLLED * sum(need.values())), place.name)


def _points(code: str) -> list[list[float]]:
    """Latitude, longitude, persons and radius of localities. Five municipalities lie wholly in Stockholm's locality:
    they get a town of `town_km` there, as only the distances within a municipality count."""
    found = localities()
    if code in found:
        rows: list[list[float]] = found[code].tolist()
        return rows
    largest = max((rows[0].tolist() for key, rows in found.items() if key[:2] == code[:2]), key=lambda row: row[2])
    return [[largest[0], largest[1], 1.0, 1.5 * KEYS["town_km"].value]]
