"""What a page puts on the map. Background areas are static files; only the page's own things travel with it."""

import json
from collections.abc import Sequence
from dataclasses import dataclass, field
from functools import cache
from importlib.resources import files
from typing import Any

from django.templatetags.static import static

from narvard.ui.charts.chart import Origin
from narvard.ui.parts import STATES, Table

LAND = "ui/geo/land.json"
WATER = "ui/geo/water.json"
MUNICIPALITIES = "ui/geo/municipalities.json"
CREDIT = "Lantmäteriet (CC0), GSHHG (LGPL)"
LEVELS = 5


@cache
def drawn() -> frozenset[str]:
    """The codes of the municipalities whose borders there are; others stand in the table only."""
    text = (files("narvard.ui") / "static" / MUNICIPALITIES).read_text(encoding="utf-8")
    return frozenset(row["properties"]["code"] for row in json.loads(text)["features"])


@dataclass(frozen=True)
class Area:
    """One municipality by its code (2480). `level` 0 to 4 is how dark; `text` is the figure written on it."""

    code: str
    title: str
    text: str = ""
    level: int | None = None
    url: str = ""

    def __post_init__(self) -> None:
        if self.level is not None and not 0 <= self.level < LEVELS:
            raise ValueError(f"level is 0 to {LEVELS - 1}")


@dataclass(frozen=True)
class Point:
    """One place, WGS84 degrees. `label` is the few signs drawn on it; `kind` is stop, base or place.

    Nobody with a protected identity may become a point: the presenter leaves such stops out and says so.
    """

    lat: float
    lon: float
    title: str
    label: str = ""
    kind: str = "stop"
    state: str = "neutral"
    url: str = ""
    key: str = ""
    lane: str = ""

    def __post_init__(self) -> None:
        if self.state not in STATES:
            raise ValueError(f"unknown state {self.state!r}")
        if not (-90 <= self.lat <= 90 and -180 <= self.lon <= 180):
            raise ValueError("coordinates are degrees, latitude first")


@dataclass(frozen=True)
class Route:
    """The way of one crew as straight lines between its stops: (lat, lon) in driving order."""

    lane: str
    title: str
    path: Sequence[tuple[float, float]]


@dataclass(frozen=True)
class Map:
    """A map ready for `{% map %}`, with the sentence it says and the table behind it.

    `data_url` names a JSON endpoint that answers like :meth:`data`; the map then fetches it and again on demand.
    """

    key: str
    title: str
    says: str
    table: Table
    origin: Origin = field(default_factory=Origin)
    areas: Sequence[Area] = ()
    points: Sequence[Point] = ()
    routes: Sequence[Route] = ()
    data_url: str = ""

    def data(self) -> dict[str, Any]:
        """The page's own things as plain values for JSON."""
        return {
            "areas": [vars(area) for area in self.areas],
            "points": [vars(point) for point in self.points],
            "routes": [{"lane": r.lane, "title": r.title, "path": [list(p) for p in r.path]} for r in self.routes],
        }


def level(value: float | None, top: float) -> int | None:
    """Which of the five levels a share of `top` falls in; None when unknown or there is no top."""
    if value is None or top <= 0:
        return None
    return min(LEVELS - 1, int(LEVELS * max(0.0, value) / top))


def background() -> dict[str, str]:
    """The addresses of the background's files."""
    return {"land": static(LAND), "water": static(WATER), "municipalities": static(MUNICIPALITIES)}
