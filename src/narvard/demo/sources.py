"""The demo's packaged public data as typed records. Nothing outside the package is read at run time.

Sources and licences stand in NOTICE and in docs/demo.md.
"""

import csv
import json
import random
from dataclasses import dataclass
from datetime import date
from functools import cache
from importlib.resources import files
from typing import Any

import yaml


@dataclass(frozen=True, slots=True)
class Municipality:
    """Population on 31 December 2021: `est_*` are estimates (±10 %), the others SCB counts."""

    code: str
    name: str
    total: int
    age_0_19: int
    age_75plus: int
    est_65plus: int
    est_80plus: int
    est_85plus: int


@dataclass(frozen=True, slots=True)
class Locality:
    """A place with its centre in WGS84; without `population` it is no statistical locality."""

    municipality: str
    name: str
    lat: float
    lon: float
    population: int | None
    area_ha: float | None
    precision_km: float

    @property
    def is_statistical(self) -> bool:
        """True for a statistical locality (tätort, SCB): at least 200 residents."""
        return self.population is not None


@dataclass(frozen=True, slots=True)
class Facility:
    """A hospital or health centre; `quality` says how exact its coordinates are."""

    name: str
    kind: str
    lat: float
    lon: float
    quality: str


@dataclass(frozen=True, slots=True)
class NameCount:
    """A name with its bearers; `typical` is our judgement: old, adult, child or both (old and child)."""

    name: str
    count: int
    typical: str


def stream(seed: int, purpose: str) -> random.Random:
    """A random stream per purpose, so that a change in one part leaves the others as they were."""
    return random.Random(f"narvard-demo:{seed}:{purpose}")  # noqa: S311


def _text(name: str) -> str:
    return (files("narvard.demo") / "data" / name).read_text(encoding="utf-8")


@cache
def yaml_data(name: str) -> Any:
    """A packaged YAML file as plain lists and dicts; never change what it gives."""
    return yaml.safe_load(_text(name))


def _rows(name: str) -> list[dict[str, str]]:
    return list(csv.DictReader(_text(name).splitlines()))


@cache
def municipalities() -> tuple[Municipality, ...]:
    """The six municipalities of the Umeå area, in the order of their codes."""
    return tuple(
        Municipality(
            row["municipality"],
            row["name"],
            *(int(row[key]) for key in ("total", "age_0_19", "age_75plus")),
            *(int(row[key]) for key in ("est_65plus", "est_80plus", "est_85plus")),
        )
        for row in _rows("population.csv")
    )


@cache
def localities() -> tuple[Locality, ...]:
    """Statistical localities and villages of the six municipalities (Holmön, ferry only, is left out)."""
    return tuple(
        Locality(
            row["municipality"],
            row["name"],
            float(row["lat"]),
            float(row["lon"]),
            int(row["population"]) if row["population"] else None,
            float(row["area_ha"]) if row["area_ha"] else None,
            float(row["precision_km"]),
        )
        for row in _rows("localities.csv")
    )


@cache
def postal_codes() -> dict[tuple[str, str], tuple[str, ...]]:
    """Postal codes by (municipality code, postal town)."""
    codes: dict[tuple[str, str], list[str]] = {}
    for row in _rows("postal_codes.csv"):
        codes.setdefault((row["municipality"], row["locality"]), []).append(row["postal_code"])
    return {key: tuple(values) for key, values in codes.items()}


@cache
def facilities(kind: str) -> tuple[Facility, ...]:
    """Facilities of one kind: `hospital` or `clinic` (health centre)."""
    rows = (row for row in _rows("facilities.csv") if row["kind"] == kind)
    return tuple(
        Facility(row["name"], row["kind"], float(row["lat"]), float(row["lon"]), row["quality"]) for row in rows
    )


@cache
def name_counts(file: str) -> tuple[NameCount, ...]:
    """Names with counts from `names_women`, `names_men` or `surnames`."""
    return tuple(
        NameCount(row["name"], int(row["count"]), row.get("typical") or "adult") for row in _rows(f"{file}.csv")
    )


@cache
def official_numbers() -> tuple[str, ...]:
    """Skatteverket's official test personal identity numbers (12 digits): the only ones the demo may use."""
    return tuple(_text("official_test_numbers.txt").split())


@cache
def back_solved_65plus() -> dict[str, int]:
    """Population 65+ by municipality code that reproduces seed 001's figures (it never states its bases)."""
    return {row["municipality"]: int(row["aged_65plus"]) for row in _rows("aged_65plus_seed001.csv")}


@cache
def boundaries(which: str) -> dict[str, list[list[list[list[float]]]]]:
    """Polygons by municipality code, `legal` (with water) or `land`: [polygon][ring][point][lon, lat]."""
    shapes: dict[str, list[list[list[list[float]]]]] = {}
    for feature in json.loads(_text(f"municipalities_{which}.geojson"))["features"]:
        geometry = feature["geometry"]
        polygons = geometry["coordinates"] if geometry["type"] == "MultiPolygon" else [geometry["coordinates"]]
        shapes[feature["properties"]["code"]] = polygons
    return shapes


def birth_date(number: str) -> date:
    """Birth date of a 12-digit personal identity number."""
    return date(int(number[:4]), int(number[4:6]), int(number[6:8]))


def is_woman(number: str) -> bool:
    """True when the last but one digit is even."""
    return int(number[10]) % 2 == 0


def age_on(number: str, day: date) -> int:
    """Whole years on `day`."""
    born = birth_date(number)
    return day.year - born.year - ((day.month, day.day) < (born.month, born.day))
