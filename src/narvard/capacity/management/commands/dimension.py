"""``narvard dimension``: persons by need and municipality, and the teams that norms and keys make of them."""

import json
import sys
from argparse import ArgumentParser
from dataclasses import asdict, replace
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand

from narvard.capacity.dimension import SCENARIOS, Dimension, DimensionError, dimension, packaged, read_places


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
        parser.add_argument("--json", action="store_true", help="print one JSON object on the last line")

    def handle(self, *args: Any, **options: Any) -> None:
        """Answer; a population that cannot be used gives one line and exit code 2."""
        scenario = options["scenario"]
        try:
            places = packaged(scenario)
            if options["population"]:
                places = read_places(options["population"])
            found = dimension(scenario, places)
            if options["population"]:
                found = replace(found, stated={})
        except DimensionError as error:
            self.stderr.write(" ".join(str(error).split()))
            sys.exit(2)
        shown = asdict(found) | {"segments": {name: round(n) for name, n in found.segments.items()}}
        self.stdout.write(json.dumps(shown, ensure_ascii=False) if options["json"] else _table(found))


def _table(found: Dimension) -> str:
    lines = [f"{name:24}{round(n):>8}   stated: {found.stated.get(name, '-')}" for name, n in found.segments.items()]
    for place in found.municipalities.values():
        lines.append(f"{place['name']!s:24}{place['mobile_team']!s:>8}{place['fixed_contact']!s:>8}")
    for name, norm in found.teams.items():
        lines.append(f"{name:24}{norm['exact']!s:>8}   {norm['formula']} ({norm['kind']}; {norm['source']})")
    return "\n".join([*lines, str(found.stated.get("note", ""))]).rstrip()
