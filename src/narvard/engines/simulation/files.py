"""Models, populations and assumptions from YAML files: those packaged in `data`, or anybody's own."""

from collections.abc import Mapping
from functools import cache
from importlib.resources import files
from pathlib import Path
from typing import Any

import yaml

from narvard.engines.simulation._layout import CHANNELS
from narvard.engines.simulation.assumptions import Assumption, Assumptions
from narvard.engines.simulation.errors import FileError, SimulationError
from narvard.engines.simulation.model import Accepts, Intake, Model, Shift, Team
from narvard.engines.simulation.population import Area, Locality, Population

MODELS = ("today", "joint", "joint-2023", "joint-norm")


def load_model(name: str) -> Model:
    """A packaged model by name, or a model file by path. Raises `FileError` or the fault's own error."""
    model: Model = _built(name, _content(name, "model-"), _model)
    return model


def model_of(data: Mapping[str, Any], name: str = "model") -> Model:
    """A model from plain data, laid out as a model file is."""
    model: Model = _built(name, data, _model)
    return model


def load_population(name: str = "umea") -> Population:
    """A packaged population by name, or a file by path."""
    population: Population = _built(name, _content(name, "population-"), _population)
    return population


def load_assumptions(name: str = "assumptions") -> Assumptions:
    """The packaged assumptions, or a file by path."""
    assumptions: Assumptions = _built(name, _content(name, ""), _assumptions)
    return assumptions


@cache
def _packaged(file: str) -> str:
    return (files("narvard.engines.simulation") / "data" / file).read_text(encoding="utf-8")


def _content(name: str, prefix: str) -> Any:
    try:
        if name.endswith((".yaml", ".yml")):
            return yaml.safe_load(Path(name).read_text(encoding="utf-8"))
        return yaml.safe_load(_packaged(f"{prefix}{name}.yaml"))
    except FileNotFoundError as error:
        known = f"one of {', '.join(MODELS)} or " if prefix == "model-" else ""
        raise FileError(f"{name}: there is no such {prefix.rstrip('-') or 'file'}; give {known}a .yaml file") from error
    except (OSError, UnicodeDecodeError, yaml.YAMLError) as error:
        raise FileError(f"{name}: cannot be read ({' '.join(str(error).split())})") from error


def _built(name: str, content: Any, build: Any) -> Any:
    try:
        return build(content)
    except SimulationError:
        raise
    except (KeyError, TypeError, ValueError, AttributeError) as error:
        reason = f"{error} is missing" if isinstance(error, KeyError) else str(error)
        raise FileError(f"{name}: {' '.join(reason.split())}") from error


def _model(data: Mapping[str, Any]) -> Model:
    keys = tuple(team["key"] for team in data["teams"])
    everybody = data.get("doors", {}).get("all")
    doors = {channel: tuple(teams) for channel, teams in data.get("doors", {}).items() if channel != "all"}
    if everybody:
        doors = {channel: keys if everybody == "all" else tuple(everybody) for channel in CHANNELS} | doors
    return Model(
        name=data["name"],
        title=data["title"],
        sources=tuple(data["sources"]),
        intake=Intake(**data["intake"]),
        teams=tuple(_team(team) for team in data["teams"]),
        doors=doors,
    )


def _team(data: Mapping[str, Any]) -> Team:
    rest = {key: value for key, value in data.items() if key not in ("shifts", "accepts", "source")}
    rest["joint_with"] = tuple(rest.get("joint_with", ()))
    shifts = tuple(Shift(**_tuples(row)) for row in data["shifts"])
    accepts = _tuples(data.get("accepts") or {})
    return Team(shifts=shifts, accepts=Accepts(**accepts), **rest)


def _tuples(data: Mapping[str, Any]) -> dict[str, Any]:
    """A record's fields, with its lists as tuples."""
    return {key: tuple(value) if isinstance(value, list) else value for key, value in data.items()}


def _population(data: Mapping[str, Any]) -> Population:
    areas = tuple(
        Area(
            code=str(area["code"]),
            name=area["name"],
            need=area["need"],
            enrolled=area.get("enrolled", 0),
            care_area=area.get("care_area", ""),
            localities=tuple(Locality(*row) for row in area["localities"]),
        )
        for area in data["areas"]
    )
    profile = data.get("profile")
    if profile is None:
        return Population(data["name"], data["source"], areas)
    rows = tuple(tuple(map(float, profile[day])) for day in ("weekday", "saturday", "sunday"))
    return Population(data["name"], data["source"], areas, (rows[0], rows[1], rows[2]))


def _assumptions(data: Mapping[str, Any]) -> Assumptions:
    return Assumptions({name: _assumption(row) for name, row in data.items()})


def _assumption(row: Mapping[str, Any]) -> Assumption:
    value = float(row["value"])
    low, high = row.get("range", (value, value))
    return Assumption(value, float(low), float(high), row["unit"], row["kind"], row["source"])
