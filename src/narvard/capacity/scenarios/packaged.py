"""The models, people and assumptions that come with the twin, as plain data: pages read them without starting it."""

from collections.abc import Mapping
from copy import deepcopy
from functools import cache
from importlib.resources import files
from typing import Any

import yaml

EDITED = ("today", "joint", "joint-2023")
"""Models that a manager may start from."""
AGAINST = (*EDITED, "joint-norm")
"""Models that a scenario may be compared with."""
CHANNELS_ALL = "all"

Plain = dict[str, Any]


@cache
def _file(name: str) -> Any:
    path = files("narvard.engines") / "simulation" / "data" / f"{name}.yaml"
    return yaml.safe_load(path.read_text(encoding="utf-8"))


def model(name: str) -> Plain:
    """A packaged model as its file lays it out; the caller's own copy."""
    found: Plain = deepcopy(_file(f"model-{name}"))
    return found


def assumptions() -> Mapping[str, Mapping[str, Any]]:
    """Every assumption by name: value, range, unit, kind and source."""
    found: Mapping[str, Mapping[str, Any]] = _file("assumptions")
    return found


def areas() -> dict[str, str]:
    """The municipalities of the packaged population: name by code."""
    return {str(area["code"]): area["name"] for area in _file("population-umea")["areas"]}


def persons() -> dict[str, int]:
    """How many are in need by municipality, in the packaged population."""
    return {str(area["code"]): sum(area["need"].values()) for area in _file("population-umea")["areas"]}
