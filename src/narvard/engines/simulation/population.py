"""Who lives where: municipalities with their localities and the number in need by segment."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from math import isfinite

from narvard.engines.simulation._layout import SEGMENTS
from narvard.engines.simulation.errors import NumberError, UnknownNameError

HOURS = 24
FLAT = tuple(1.0 for _ in range(HOURS))


@dataclass(frozen=True, slots=True)
class Locality:
    """Where people live: a point in degrees, its share of the municipality (any scale), and its radius in km."""

    name: str
    lat: float
    lon: float
    weight: float
    radius_km: float = 1.0

    def __post_init__(self) -> None:
        if not (abs(self.lat) <= 90 and abs(self.lon) <= 180):
            raise NumberError(self.name, f"latitude {self.lat}, longitude {self.lon} is no place on earth")
        if not (isfinite(self.weight) and self.weight > 0 and self.radius_km >= 0):
            raise NumberError(self.name, "weight must be above zero and radius_km not below it")


@dataclass(frozen=True, slots=True)
class Area:
    """A municipality: code, name, persons in need by segment, localities, how many are enrolled at the start, and
    the care area that it belongs to, when a population has several."""

    code: str
    name: str
    need: Mapping[str, int]
    localities: tuple[Locality, ...]
    enrolled: int = 0
    care_area: str = ""

    def __post_init__(self) -> None:
        if strange := sorted(set(self.need) - set(SEGMENTS)):
            raise UnknownNameError(self.code, f"segment {strange[0]!r} is none of {', '.join(SEGMENTS)}")
        if any(n < 0 for n in self.need.values()) or self.enrolled < 0:
            raise NumberError(self.code, "the number of persons is below zero")
        if self.enrolled > self.persons:
            raise NumberError(self.code, f"{self.enrolled} enrolled, but only {self.persons} in need")
        if not self.localities:
            raise NumberError(self.code, "a municipality needs a locality")

    @property
    def persons(self) -> int:
        """Everybody in need."""
        return sum(self.need.values())


@dataclass(frozen=True, slots=True)
class Population:
    """The people of a care area. `profile` weighs needs by hour on weekdays, Saturdays, and Sundays and holidays."""

    name: str
    source: str
    areas: tuple[Area, ...]
    profile: tuple[tuple[float, ...], tuple[float, ...], tuple[float, ...]] = field(default=(FLAT, FLAT, FLAT))

    def __post_init__(self) -> None:
        codes = [area.code for area in self.areas]
        if len(set(codes)) < len(codes):
            raise UnknownNameError(self.name, "a municipality stands there twice")
        if not self.persons:
            raise NumberError(self.name, "nobody lives there")
        for row in self.profile:
            if len(row) != HOURS or min(row) < 0 or sum(row) == 0:
                raise NumberError(self.name, "profile: 24 weights for each class of day, none below zero")

    @property
    def persons(self) -> int:
        """Everybody in need."""
        return sum(area.persons for area in self.areas)

    def care_areas(self) -> "dict[str, Population]":
        """The population of each care area by name, in order; one that names none is one, by its own name."""
        names = dict.fromkeys(area.care_area or self.name for area in self.areas)
        return {
            name: replace(self, name=name, areas=tuple(a for a in self.areas if (a.care_area or self.name) == name))
            for name in names
        }

    def only(self, names: Sequence[str]) -> "Population":
        """A copy with these care areas only; raises `UnknownNameError` for one that there is not."""
        known = self.care_areas()
        for name in names:
            if name not in known:
                raise UnknownNameError(self.name, f"care area {name!r} is none of {', '.join(known)}")
        return replace(self, areas=tuple(area for name in known if name in names for area in known[name].areas))

    @property
    def codes(self) -> tuple[str, ...]:
        """The municipalities' codes, in order."""
        return tuple(area.code for area in self.areas)
