"""``narvard evidence check``: find the published answers again, and none where there is none. Needs no database."""

import json
import sys
from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand


class Command(BaseCommand):
    """Hold the methods of follow-up to published data sets, and to programmes without any effect."""

    help = "Check the methods against published data sets and against simulated programmes without effect."
    requires_system_checks: list[str] = []
    requires_migrations_checks = False

    def add_arguments(self, parser: ArgumentParser) -> None:
        """How many simulated studies, from which seed, on how many processors."""
        parser.add_argument("what", choices=["check"], help="check: every data set and the zero-effect studies")
        parser.add_argument("--studies", type=int, default=1000, help="simulated studies without effect (1000)")
        parser.add_argument("--seed", type=int, default=1, help="the same seed gives the same studies (1)")
        parser.add_argument("--jobs", type=int, default=1, help="processes (1); the answer is the same")
        parser.add_argument(
            "--json", action="store_true", help="a JSON object for each row, all of them on the last line"
        )

    def handle(self, *args: Any, **options: Any) -> None:
        """Tell each row as it is ready; a wrong one ends with exit code 1, bad input with one line and 2."""
        from narvard.engines.evidence import EvidenceError, check

        try:
            rows = check(
                options["studies"], options["seed"], options["jobs"], self._json if options["json"] else self._say
            )
        except EvidenceError as error:
            self.stderr.write(str(error).replace("\n", " "))
            sys.exit(2)
        right = all(row.ok for row in rows)
        if options["json"]:
            self.stdout.write(json.dumps({"ok": right, "rows": [row.as_dict() for row in rows]}))
        if not right:
            sys.exit(1)

    def _json(self, row: Any) -> None:
        self.stdout.write(json.dumps(row.as_dict()))

    def _say(self, row: Any) -> None:
        sign = "ok   " if row.ok else "WRONG"
        self.stdout.write(f"{sign} {row.id}: {row.estimate:.4f}, published {row.expected:g} ± {row.tolerance:g}")
