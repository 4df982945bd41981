"""Travel times without a road network: an estimate from coordinates, calibrated on known roads of
Västerbotten.

Road km = detour x great circle, detour 1.15 between places on a main corridor and 1.3 elsewhere and across
rivers. Minutes = 2 + 60 (min(km, 3)/30 + min(max(km - 3, 0), 4)/50 + max(km - 7, 0)/84): town, outskirts,
main road. Winter adds 15 %. The estimate is an estimate: say so wherever it is shown.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray

from narvard.engines.travel.errors import CoordinateError

EARTH_RADIUS_KM = 6371.0088
CORRIDOR_DETOUR = 1.15
OTHER_DETOUR = 1.3
WINTER_FACTOR = 1.15
START_MINUTES = 2.0

HOLMON = (63.55, 63.85, 20.70, 21.10)
"""The Holmö islands (south, north, west, east), reached by ferry only."""

Floats = NDArray[np.float64]
Mask = NDArray[np.bool_]


@dataclass(frozen=True, slots=True)
class Conditions:
    """What the estimate depends on besides coordinates.

    `ferry_only` lists boxes (south, north, west, east) that no road reaches: to and from them is infinite.
    """

    winter: bool = False
    ferry_only: tuple[tuple[float, float, float, float], ...] = (HOLMON,)


def checked(latitude: ArrayLike, longitude: ArrayLike) -> tuple[Floats, Floats]:
    """Both coordinates as float arrays, shape (n,). Raises `CoordinateError` for the first wrong one."""
    lat, lon = np.asarray(latitude, dtype=np.float64), np.asarray(longitude, dtype=np.float64)
    if lat.ndim != 1 or lat.shape != lon.shape:
        raise CoordinateError(f"coordinates: shapes {lat.shape} and {lon.shape} must be equal and flat")
    with np.errstate(invalid="ignore"):
        bad = np.flatnonzero(~((np.abs(lat) <= 90) & (np.abs(lon) <= 180)))
    if len(bad):
        raise CoordinateError(f"coordinate {bad[0]}: latitude {lat[bad[0]]}, longitude {lon[bad[0]]}")
    return lat, lon


def great_circle_km(lat_a: Floats, lon_a: Floats, lat_b: Floats, lon_b: Floats) -> Floats:
    """Haversine distance in km between points in degrees, elementwise with broadcasting."""
    phi_a, phi_b = np.radians(lat_a), np.radians(lat_b)
    half_phi = np.sin((phi_b - phi_a) / 2)
    half_lambda = np.sin(np.radians(lon_b - lon_a) / 2)
    chord = half_phi**2 + np.cos(phi_a) * np.cos(phi_b) * half_lambda**2
    return np.asarray(2 * EARTH_RADIUS_KM * np.arcsin(np.sqrt(np.clip(chord, 0.0, 1.0))), dtype=np.float64)


def road_minutes(km: ArrayLike, *, winter: bool = False) -> Floats:
    """Minutes by car for `km` of road, any shape; zero km takes the two minutes of starting and parking."""
    road = np.asarray(km, dtype=np.float64)
    town = np.minimum(road, 3) / 30
    outskirts = np.clip(road - 3, 0, 4) / 50
    highway = np.maximum(road - 7, 0) / 84
    minutes = START_MINUTES + 60 * (town + outskirts + highway)
    return np.asarray(minutes * (WINTER_FACTOR if winter else 1.0), dtype=np.float64)


def islands(lat: Floats, lon: Floats, conditions: Conditions) -> NDArray[np.int64]:
    """For each point the number (from 1) of the ferry-only box it lies in, or 0 for the mainland; shape
    (n,)."""
    number = np.zeros(lat.shape, dtype=np.int64)
    for k, (south, north, west, east) in enumerate(conditions.ferry_only, start=1):
        number[(south <= lat) & (lat <= north) & (west <= lon) & (lon <= east)] = k
    return number


def estimate(
    latitude: ArrayLike,
    longitude: ArrayLike,
    *,
    corridor: ArrayLike | None = None,
    conditions: Conditions | None = None,
) -> Floats:
    """Minutes between all pairs of n points, shape (n, n); zero for a point to itself, infinite where no
    road leads.

    `corridor[i]` is True where point i lies on a main corridor; a pair is on it when both ends are.
    """
    conditions = conditions or Conditions()
    lat, lon = checked(latitude, longitude)
    on = np.zeros(len(lat), dtype=bool) if corridor is None else np.asarray(corridor, dtype=bool)
    if on.shape != lat.shape:
        raise CoordinateError(f"corridor: shape {on.shape} does not fit {len(lat)} points")
    km = great_circle_km(lat[:, None], lon[:, None], lat[None, :], lon[None, :])
    detour = np.where(on[:, None] & on[None, :], CORRIDOR_DETOUR, OTHER_DETOUR)
    minutes = road_minutes(km * detour, winter=conditions.winter)
    number = islands(lat, lon, conditions)
    minutes[number[:, None] != number[None, :]] = np.inf
    np.fill_diagonal(minutes, 0.0)
    return minutes
