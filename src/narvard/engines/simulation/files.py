"""Models, populations and assumptions from YAML files: those packaged in `data`, or anybody's own."""

import json
from collections.abc import Mapping
from dataclasses import asdict
from functools import cache
from importlib.resources import files
from math import inf
from pathlib import Path
from typing import Any

import yaml

from narvard.engines.simulation._layout import CHANNELS
from narvard.engines.simulation.assumptions import Assumption, Assumptions
from narvard.engines.simulation.errors import FileError, SimulationError
from narvard.engines.simulation.model import Accepts, Intake, Model, Shift, Team
from narvard.engines.simulation.population import Area, Locality, Population
from narvard.engines.simulation.records import made

MODELS = ("today", "joint", "joint-2023", "joint-norm")


def load_model(name: str) -> Model:
    """A packaged model by name, or a model file by path. Raises `FileError` or the fault's own error."""
    model: Model = _built(name, _content(name, "model-"), _model)
    return model


def model_of(data: Mapping[str, Any], name: str = "model") -> Model:
    """A model from plain data, laid out as a model file is."""
    model: Model = _built(name, data, _model)
    return model


def laid_out(model: Model) -> dict[str, Any]:
    """A model without rules as plain data, laid out as a model file is; `model_of` reads it again."""
    data = asdict(model)
    del data["rules"]
    for team in data["teams"]:
        team["accepts"] = {name: value for name, value in team["accepts"].items() if value not in ((), None)}
        for name in [name for name, value in team.items() if value == inf]:
            del team[name]
    keys = tuple(team.key for team in model.teams)
    if all(model.doors.get(channel) == keys for channel in CHANNELS):
        data["doors"] = {"all": "all"}
    plain: dict[str, Any] = json.loads(json.dumps(data))
    return plain


def population_of(data: Mapping[str, Any], name: str = "population") -> Population:
    """A population from plain data, laid out as a population file is."""
    population: Population = _built(name, data, _population)
    return population


def load_population(name: str = "umea") -> Population:
    """A packaged population by name, or a file by path."""
    population: Population = _built(name, _content(name, "population-"), _population)
    return population


def load_assumptions(name: str = "assumptions") -> Assumptions:
    """The packaged assumptions, or a file by path."""
    assumptions: Assumptions = _built(name, _content(name, ""), _assumptions)
    return assumptions


def load_limits() -> dict[str, dict[str, Any]]:
    """How far indicators may fall before nobody should believe it: `most_fall`, `name` and `source` of each."""
    found: dict[str, dict[str, Any]] = yaml.safe_load(_packaged("limits.yaml"))
    return found


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
        intake=made(Intake, "intake", data["intake"]),
        teams=tuple(_team(team) for team in data["teams"]),
        doors=doors,
    )


def _team(data: Mapping[str, Any]) -> Team:
    key = str(data["key"])
    rest = {name: value for name, value in data.items() if name not in ("shifts", "accepts", "source")}
    shifts = tuple(made(Shift, f"{key}, shift", row) for row in data["shifts"])
    accepts = made(Accepts, f"{key}, accepts", data.get("accepts") or {})
    return made(Team, key, rest, shifts=shifts, accepts=accepts)


def _population(data: Mapping[str, Any]) -> Population:
    areas = tuple(_area(area) for area in data["areas"])
    profile = data.get("profile")
    if profile is None:
        return Population(data["name"], data["source"], areas)
    rows = tuple(tuple(map(float, profile[day])) for day in ("weekday", "saturday", "sunday"))
    return Population(data["name"], data["source"], areas, (rows[0], rows[1], rows[2]))


def _area(data: Mapping[str, Any]) -> Area:
    code = str(data["code"])
    columns = ("name", "lat", "lon", "weight", "radius_km")
    rest = {name: value for name, value in data.items() if name not in ("code", "localities")}
    places = data.get("localities", [])
    localities = tuple(made(Locality, f"{code}, locality", dict(zip(columns, row, strict=False))) for row in places)
    return made(Area, code, rest, code=code, localities=localities)


def _assumptions(data: Mapping[str, Any]) -> Assumptions:
    return Assumptions({name: _assumption(name, row) for name, row in data.items()})


def _assumption(name: str, row: Mapping[str, Any]) -> Assumption:
    span = row.get("range", (row["value"], row["value"]))
    if not isinstance(span, list | tuple) or len(span) != 2:
        raise FileError(f"{name}, range: a low and a high number are needed, not {span!r}")
    rest = {key: value for key, value in row.items() if key != "range"}
    return made(Assumption, name, {**rest, "low": span[0], "high": span[1]})
