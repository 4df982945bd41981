"""``narvard dimension``: persons by need and municipality, and the teams that norms and keys make of them."""

import json
import sys
from argparse import ArgumentParser
from dataclasses import asdict, replace
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand

from narvard.capacity.dimension import SCENARIOS, SHARES, Dimension, DimensionError, dimension, packaged, read_places
from narvard.capacity.staffing import FORMULAS, KEYS


class Command(BaseCommand):
    """Dimension a care area. Needs no database."""

    help = "Tells how many need what in each municipality, and how many teams norms and funding keys make of it."
    requires_system_checks: list[str] = []
    requires_migrations_checks = False

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Whose persons, by which scenario."""
        parser.add_argument(
            "--population", type=Path, help="CSV: municipality, name, aged_65plus and, if known, residents"
        )
        parser.add_argument("--scenario", default="seed001", help=f"{', '.join(SCENARIOS)} (seed001)")
        parser.add_argument(
            "--share", dest="shares", action="append", default=[], metavar="NAME=VALUE", help=f"{', '.join(SHARES)}"
        )
        parser.add_argument("--json", action="store_true", help="print one JSON object on the last line")

    def handle(self, *args: Any, **options: Any) -> None:
        """Answer; a population that cannot be used gives one line and exit code 2."""
        scenario = options["scenario"]
        try:
            places = packaged(scenario)
            if options["population"]:
                places = read_places(options["population"])
            found = dimension(scenario, places, dict(_share(text) for text in options["shares"]))
            if options["population"]:
                found = replace(found, stated={})
        except DimensionError as error:
            self.stderr.write(" ".join(str(error).split()))
            sys.exit(2)
        self.stdout.write(json.dumps(_plain(found), ensure_ascii=False) if options["json"] else _table(found))


def _share(text: str) -> tuple[str, float]:
    """NAME=VALUE."""
    name, _equals, number = text.partition("=")
    try:
        return name, float(number)
    except ValueError as error:
        raise DimensionError("share_pair", text=text) from error


def _plain(found: Dimension) -> dict[str, Any]:
    """What scripts read: persons rounded once, crews with two decimals, formulas and keys with their sources."""
    return {
        **asdict(found),
        "segments": {name: round(n) for name, n in found.segments.items()},
        "intervals": {name: [round(low), round(high)] for name, (low, high) in found.intervals.items()},
        "crews": _rounded(asdict(found.crews)),
        "formulas": {formula.name: formula.text for formula in FORMULAS},
        "keys": {name: asdict(key) for name, key in {**SHARES, **KEYS}.items()},
    }


def _rounded(value: Any) -> Any:
    if isinstance(value, dict):
        return {name: _rounded(inner) for name, inner in value.items()}
    return round(value, 2) if isinstance(value, float) else value


def _table(found: Dimension) -> str:
    lines = [f"{name:24}{round(n):>8}   stated: {found.stated.get(name, '-')}" for name, n in found.segments.items()]
    for place in found.municipalities.values():
        lines.append(f"{place['name']!s:24}{place['mobile_team']!s:>8}{place['fixed_contact']!s:>8}")
    for name, norm in found.teams.items():
        lines.append(f"{name:24}{norm['exact']!s:>8}   {norm['formula']} ({norm['kind']}; {norm['source']})")
    joined = found.crews.joined
    if joined.cars is not None:
        apart = found.crews.apart
        lines.append(f"{'cars':24}{joined.cars:>8.1f}   joined; each municipality apart: {apart['cars']:g}")
        lines.append(f"{'bases':24}{joined.bases:>8}   joined; each municipality apart: {apart['bases']:g}")
    return "\n".join([*lines, str(found.stated.get("note", ""))]).rstrip()
