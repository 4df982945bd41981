"""Places that an address can name: localities (SCB 2020) and villages, with coordinates of their middle.

A person who registers an address on the phone names a place; the exact point can be set later. The
coordinates are then the locality's middle, which is what travel is estimated from until somebody knows better.
"""

import csv
from dataclasses import dataclass
from functools import cache
from importlib import resources

from django.utils.translation import gettext as _

from narvard.core.errors import Refused
from narvard.core.sorting import sort_key


class UnknownPlace(Refused):
    """No locality has that name, or several do."""


@dataclass(frozen=True)
class Locality:
    """A locality: ``latitude`` and ``longitude`` in WGS84 degrees."""

    name: str
    municipality_code: str
    municipality: str
    latitude: float
    longitude: float

    def __str__(self) -> str:
        """With its municipality, as people tell namesakes apart."""
        return self.name if self.name == self.municipality else f"{self.name} ({self.municipality})"


@cache
def localities() -> tuple[Locality, ...]:
    """Every locality, in Swedish order."""
    text = resources.files("narvard.people").joinpath("data/localities.csv").read_text(encoding="utf-8")
    rows = (
        Locality(
            row["name"],
            row["municipality_code"],
            row["municipality"],
            float(row["latitude"]),
            float(row["longitude"]),
        )
        for row in csv.DictReader(text.splitlines())
    )
    return tuple(sorted(rows, key=lambda row: sort_key(row.name, row.municipality)))


def find_locality(text: str, *, nearest_to: tuple[float, float] | None = None) -> Locality:
    """The locality that ``text`` names, as "Vännäsby" or "Berg (Krokom)".

    Of several namesakes the one nearest to ``nearest_to`` (latitude, longitude) is meant, when that is given.
    """
    wanted = sort_key(text)
    found = [row for row in localities() if wanted in {sort_key(row.name), sort_key(str(row))}]
    if not found:
        raise UnknownPlace(_("Orten %(place)s finns inte. Skriv närmaste tätort.") % {"place": text})
    if len(found) > 1 and nearest_to is None:
        names = ", ".join(str(row) for row in found)
        raise UnknownPlace(_("Flera orter heter så: %(places)s. Skriv kommunen också.") % {"places": names})
    return min(found, key=lambda row: _distance(row, nearest_to)) if nearest_to else found[0]


def _distance(row: Locality, point: tuple[float, float]) -> float:
    """Squared degrees, longitudes halved as they are at 60° north: enough to tell namesakes apart."""
    return (row.latitude - point[0]) ** 2 + ((row.longitude - point[1]) / 2) ** 2
