"""``narvard route``: solve a routing instance file with the engine alone. Needs no database."""

import json
import sys
from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand


class Command(BaseCommand):
    """Read a Mankowska, Kummer or UHHC instance, plan it, write the solution."""

    help = "Plan a home health care routing instance (Mankowska, Kummer or UHHC format, plain or gzipped)."
    requires_system_checks: list[str] = []
    requires_migrations_checks = False

    def add_arguments(self, parser: ArgumentParser) -> None:
        """The file, how long, which seed, where to write."""
        parser.add_argument("instance", type=Path, help="the instance file, .json or .json.gz")
        parser.add_argument("--seconds", type=float, default=60.0, help="how long to search (60)")
        parser.add_argument("--seed", type=int, default=1, help="the same seed begins the same search (1)")
        parser.add_argument("--out", type=Path, help="where to write the solution")
        parser.add_argument("--json", action="store_true", help="print one JSON object on the last line")

    def handle(self, *args: Any, **options: Any) -> None:
        """Plan; a broken file or number gives one line and exit code 2."""
        from narvard.engines.routing.errors import RoutingError
        from narvard.engines.routing.files import route_file

        try:
            figures = route_file(
                options["instance"],
                seconds=options["seconds"],
                seed=options["seed"],
                out=options["out"],
                progress=self._progress(options),
            )
        except RoutingError as error:
            self.stderr.write(str(error).replace("\n", " "))
            sys.exit(2)
        if options["json"]:
            self.stdout.write(json.dumps(figures))
        else:
            self.stdout.write("\n".join(f"{name}: {value}" for name, value in figures.items()))

    def _progress(self, options: dict[str, Any]) -> Any:
        """A line on the terminal that follows the search; silent in pipes and for machines."""
        if options["json"] or not self.stderr.isatty():
            return None

        def tell(progress: Any) -> None:
            self.stderr.write(f"\r{progress.seconds:6.1f} s  {progress.cost:14.3f}  {progress.share:5.0%}", ending="")

        return tell
