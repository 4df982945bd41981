"""Addresses: in localities and outside them in the real proportions; the streets are invented."""

import random
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from math import cos, pi, sin, sqrt

from narvard.demo import geography, sources

# Share of residents outside statistical localities: SCB localities 2020 against the population.
OUTSIDE_SHARE = {"2401": 0.43, "2403": 0.58, "2404": 0.45, "2409": 0.55, "2460": 0.30, "2480": 0.10}

_OUTSIDE_NEAR_VILLAGE = 0.6
_MAX_TRIES = 2000


@dataclass(frozen=True, slots=True)
class Home:
    """Where somebody lives; `outside` is true outside statistical localities. Coordinates in WGS84."""

    municipality: str
    street: str
    postal_code: str
    town: str
    locality: str
    lat: float
    lon: float
    outside: bool


@cache
def _streets() -> Mapping[str, list[str]]:
    streets: Mapping[str, list[str]] = sources.yaml_data("streets.yaml")
    return streets


def draw_home(rng: random.Random, code: str, *, outside: bool) -> Home:
    """A home in municipality `code`, in one of its localities or `outside` them all."""
    return _outside_home(rng, code) if outside else _locality_home(rng, code)


def _locality_home(rng: random.Random, code: str) -> Home:
    places = [place for place in sources.localities() if place.municipality == code and place.population]
    place = rng.choices(places, weights=[float(place.population or 0) for place in places])[0]
    lat, lon = _point_in_locality(rng, code, place)
    street = f"{rng.choice(_streets()['stems'])}{rng.choice(_streets()['ends'])} {rng.randint(1, 64)}"
    return _home(rng, code, place.name, street, lat, lon, outside=False)


def _outside_home(rng: random.Random, code: str) -> Home:
    places = [place for place in sources.localities() if place.municipality == code]
    villages = [place for place in places if not place.is_statistical]
    for _ in range(_MAX_TRIES):
        near_village = bool(villages) and rng.random() < _OUTSIDE_NEAR_VILLAGE
        place = rng.choice(villages if near_village else places)
        reach = 2.5 if near_village else 14.0
        lat, lon = geography.shifted(place.lat, place.lon, rng.gauss(0, reach / 2), rng.gauss(0, reach / 2))
        if geography.habitable(code, lat, lon) and not geography.inside_a_locality(lat, lon):
            closest = min(places, key=lambda p: geography.distance_km((p.lat, p.lon), (lat, lon)))
            return _home(rng, code, closest.name, f"{closest.name} {rng.randint(2, 190)}", lat, lon, outside=True)
    raise LookupError(f"no habitable point outside the localities of {code} in {_MAX_TRIES} tries")


def _point_in_locality(rng: random.Random, code: str, place: sources.Locality) -> tuple[float, float]:
    for _ in range(_MAX_TRIES):
        radius = geography.locality_radius_km(place) * sqrt(rng.random())
        angle = rng.uniform(0, 2 * pi)
        lat, lon = geography.shifted(place.lat, place.lon, radius * sin(angle), radius * cos(angle))
        if geography.habitable(code, lat, lon):
            return lat, lon
    raise LookupError(f"no habitable point in {place.name} in {_MAX_TRIES} tries")


def _home(rng: random.Random, code: str, locality: str, street: str, lat: float, lon: float, *, outside: bool) -> Home:
    town, codes = postal_town(code, locality)
    return Home(code, street, rng.choice(codes), town, locality, round(lat, 5), round(lon, 5), outside)


def postal_town(code: str, locality: str) -> tuple[str, tuple[str, ...]]:
    """Postal town and its codes: the locality's own, or those of the municipality's main town."""
    own = sources.postal_codes().get((code, locality))
    if own:
        return locality, own
    main = next(place.name for place in sources.municipalities() if place.code == code)
    return main, sources.postal_codes()[(code, main)]
