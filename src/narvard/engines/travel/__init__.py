"""Travel times between places: an estimate from coordinates, road routers by URL, and a matrix cache."""

from narvard.engines.travel.cache import MatrixCache
from narvard.engines.travel.errors import CoordinateError, RouterError, TravelError
from narvard.engines.travel.estimate import HOLMON, Conditions, estimate, great_circle_km, road_minutes
from narvard.engines.travel.routers import Osrm, Router, Travel, Valhalla, travel_times

__all__ = [
    "HOLMON",
    "Conditions",
    "CoordinateError",
    "MatrixCache",
    "Osrm",
    "Router",
    "RouterError",
    "Travel",
    "TravelError",
    "Valhalla",
    "estimate",
    "great_circle_km",
    "road_minutes",
    "travel_times",
]
