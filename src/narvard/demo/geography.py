"""Where people may live: points inside a municipality and on land, distances as the crow flies."""

from functools import cache
from math import asin, cos, radians, sin, sqrt

import numpy as np
from numpy.typing import NDArray

from narvard.demo import sources

KM_PER_DEGREE = 111.32


def distance_km(a: tuple[float, float], b: tuple[float, float]) -> float:
    """Great-circle distance in km between two (lat, lon) points in degrees."""
    lat_a, lat_b = radians(a[0]), radians(b[0])
    half_lat, half_lon = (lat_b - lat_a) / 2, radians(b[1] - a[1]) / 2
    return 2 * 6371.0 * asin(sqrt(sin(half_lat) ** 2 + cos(lat_a) * cos(lat_b) * sin(half_lon) ** 2))


def shifted(lat: float, lon: float, north_km: float, east_km: float) -> tuple[float, float]:
    """The point `north_km` and `east_km` away (flat-earth step, good to metres within 20 km)."""
    return lat + north_km / KM_PER_DEGREE, lon + east_km / (KM_PER_DEGREE * cos(radians(lat)))


@cache
def _rings(which: str, code: str) -> tuple[NDArray[np.float64], ...]:
    return tuple(np.asarray(ring) for polygon in sources.boundaries(which)[code] for ring in polygon)


def _crossings(ring: NDArray[np.float64], lat: float, lon: float) -> int:
    """How many edges of `ring` a ray going east from the point crosses."""
    x, y = ring[:-1, 0], ring[:-1, 1]
    next_x, next_y = ring[1:, 0], ring[1:, 1]
    spans = (y > lat) != (next_y > lat)
    reach = x[spans] + (lat - y[spans]) * (next_x[spans] - x[spans]) / (next_y[spans] - y[spans])
    return int(np.count_nonzero(reach > lon))


def contains(which: str, code: str, lat: float, lon: float) -> bool:
    """True when the point lies in the municipality's `legal` or `land` area (even-odd rule)."""
    return sum(_crossings(ring, lat, lon) for ring in _rings(which, code)) % 2 == 1


def habitable(code: str, lat: float, lon: float) -> bool:
    """True when the point is inside the municipality's legal limits and on land."""
    return contains("legal", code, lat, lon) and contains("land", code, lat, lon)


def locality_radius_km(place: sources.Locality) -> float:
    """Radius of a disk with the locality's area; villages without an area count as 0.6 km."""
    return sqrt((place.area_ha or 113.0) / 100.0 / 3.141592653589793)


def inside_a_locality(lat: float, lon: float) -> bool:
    """True when the point is in the disk of some statistical locality."""
    return any(
        distance_km((lat, lon), (place.lat, place.lon)) <= locality_radius_km(place)
        for place in sources.localities()
        if place.is_statistical
    )


def nearest(lat: float, lon: float, choices: tuple[sources.Facility, ...]) -> sources.Facility:
    """The facility nearest as the crow flies."""
    return min(choices, key=lambda place: distance_km((lat, lon), (place.lat, place.lon)))
