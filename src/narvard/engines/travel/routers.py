"""Travel times from a road router by URL (Valhalla or OSRM), with the estimate as a fall-back that says
so."""

import json
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any, Protocol

import numpy as np

from narvard.engines.travel.errors import RouterError
from narvard.engines.travel.estimate import Conditions, Floats, checked, estimate, islands
from narvard.engines.travel.outgoing import fetch

Fetch = Callable[[str, bytes | None, float], bytes]


class Router(Protocol):
    """Anything that answers a full matrix of minutes for n points, shape (n, n), infinite where no road
    leads."""

    def minutes(self, lat: Floats, lon: Floats) -> Floats:
        """Ask the router. Raises `RouterError`."""
        ...


def _matrix(rows: Any, size: int, divisor: float, url: str) -> Floats:
    try:
        cells = [[np.inf if cell is None else float(cell) for cell in row] for row in rows]
        matrix = np.array(cells, dtype=np.float64).reshape(size, size) / divisor
    except (TypeError, ValueError) as error:
        raise RouterError(f"router {url}: the answer is no {size} x {size} matrix ({error})") from error
    if np.isnan(matrix).any() or (matrix < 0).any():
        raise RouterError(f"router {url}: the answer holds negative or missing numbers")
    return matrix


def _parsed(content: bytes, key: str, url: str) -> Any:
    try:
        return json.loads(content)[key]
    except (ValueError, KeyError, TypeError) as error:
        raise RouterError(f"router {url}: unreadable answer ({error!r})") from error


@dataclass(frozen=True, slots=True)
class Osrm:
    """The table service of an OSRM server, e.g. Osrm("http://osrm:5000"). `timeout` in seconds."""

    url: str
    timeout: float = 10.0
    profile: str = "driving"
    fetch: Fetch = fetch

    def minutes(self, lat: Floats, lon: Floats) -> Floats:
        """Ask `/table/v1`. Raises `RouterError`."""
        points = ";".join(f"{x:.6f},{y:.6f}" for x, y in zip(lon, lat, strict=True))
        url = f"{self.url.rstrip('/')}/table/v1/{self.profile}/{points}?annotations=duration"
        return _matrix(_parsed(self.fetch(url, None, self.timeout), "durations", self.url), len(lat), 60, self.url)


@dataclass(frozen=True, slots=True)
class Valhalla:
    """The matrix service of a Valhalla server, e.g. Valhalla("http://valhalla:8002"). `timeout` in
    seconds."""

    url: str
    timeout: float = 10.0
    costing: str = "auto"
    fetch: Fetch = fetch

    def minutes(self, lat: Floats, lon: Floats) -> Floats:
        """Ask `/sources_to_targets`. Raises `RouterError`."""
        points = [{"lat": float(y), "lon": float(x)} for y, x in zip(lat, lon, strict=True)]
        body = json.dumps({"sources": points, "targets": points, "costing": self.costing, "units": "km"})
        url = f"{self.url.rstrip('/')}/sources_to_targets"
        rows = _parsed(self.fetch(url, body.encode(), self.timeout), "sources_to_targets", self.url)
        try:
            times = [[cell["time"] for cell in row] for row in rows]
        except (TypeError, KeyError) as error:
            raise RouterError(f"router {self.url}: a cell has no time") from error
        return _matrix(times, len(lat), 60, self.url)


@dataclass(frozen=True, slots=True)
class Travel:
    """A matrix of minutes, where it came from ("estimate", "osrm", "valhalla"), and why not from the
    router."""

    minutes: Floats
    source: str
    fell_back: str | None = None


def travel_times(
    latitude: Sequence[float] | Floats,
    longitude: Sequence[float] | Floats,
    *,
    router: Router | None = None,
    corridor: Sequence[bool] | None = None,
    conditions: Conditions | None = None,
) -> Travel:
    """Minutes between all pairs: from `router` if it answers in time, else estimated with the reason in
    `fell_back`.

    Ferry-only places are cut off under either source, since a router may put a ferry in a route.
    """
    lat, lon = checked(latitude, longitude)
    guess = estimate(lat, lon, corridor=corridor, conditions=conditions)
    if router is None:
        return Travel(guess, "estimate")
    try:
        asked = router.minutes(lat, lon)
    except RouterError as error:
        return Travel(guess, "estimate", str(error))
    number = islands(lat, lon, conditions or Conditions())
    asked = np.where(number[:, None] != number[None, :], np.inf, asked)
    np.fill_diagonal(asked, 0.0)
    return Travel(asked, type(router).__name__.lower())
