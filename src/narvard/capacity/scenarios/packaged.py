"""The models, people and assumptions that come with the twin, as plain data: pages read them without starting it."""

from collections.abc import Mapping
from copy import deepcopy
from functools import cache
from importlib.resources import files
from typing import Any

import yaml

EDITED = ("today", "joint", "joint-2023")
"""Models of the packaged population's area that a manager may start from."""
MADE = ("norm-apart", "norm")
"""Models that are made to the need of any area."""
CHANNELS_ALL = "all"

Plain = dict[str, Any]


@cache
def _file(name: str) -> Any:
    path = files("narvard.engines") / "simulation" / "data" / f"{name}.yaml"
    return yaml.safe_load(path.read_text(encoding="utf-8"))


def edited(population: Plain) -> tuple[str, ...]:
    """The models that a manager may start from; those of files know the packaged area's municipalities only."""
    return MADE if population else (*EDITED, *MADE)


def against(population: Plain) -> tuple[str, ...]:
    """The models that a scenario may be compared with."""
    return MADE if population else (*EDITED, "joint-norm", *MADE)


def model(name: str) -> Plain:
    """A packaged model as its file lays it out; the caller's own copy. Those that are made are in ``tasks``."""
    found: Plain = deepcopy(_file(f"model-{name}"))
    return found


def assumptions() -> Mapping[str, Mapping[str, Any]]:
    """Every assumption by name: value, range, unit, kind and source."""
    found: Mapping[str, Mapping[str, Any]] = _file("assumptions")
    return found


def limits() -> Mapping[str, Mapping[str, Any]]:
    """Indicators whose fall can be too large to be believed: `most_fall` and `source` of each."""
    found: Mapping[str, Mapping[str, Any]] = _file("limits")
    return found


def people(population: Plain) -> Plain:
    """A population as a file lays it out: the packaged one for an empty one."""
    found: Plain = population or _file("population-umea")
    return found


def areas(population: Plain) -> dict[str, str]:
    """The municipalities of a population (empty: the packaged one): name by code."""
    return {str(area["code"]): area["name"] for area in people(population)["areas"]}


def persons(population: Plain) -> dict[str, int]:
    """How many are in need by municipality."""
    return {str(area["code"]): sum(area["need"].values()) for area in people(population)["areas"]}
