"""``narvard utilisation import FILE``: take in hospital care, deaths and moves from another system."""

import json
import sys
from argparse import ArgumentParser
from datetime import date
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand

from narvard.core import audit, clock
from narvard.core.errors import Refused
from narvard.followup.utilisation import actions
from narvard.followup.utilisation.reading import REASONS
from narvard.organisation.models import CareUnit


class Command(BaseCommand):
    """Import a file of utilisation data; what cannot be read is kept with the reasons."""

    help = "Import hospital stays, visits, deaths and moves from a CSV file."

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Which file, whose data, and for which days it tells everything."""
        parser.add_argument("what", choices=["import"])
        parser.add_argument("file", type=Path, help="the CSV file (columns: docs/utilisation.md)")
        parser.add_argument("--unit", default="", help="HSA-id of the unit whose data it is (the only management)")
        parser.add_argument("--from", dest="start", type=date.fromisoformat, help="first day it tells of")
        parser.add_argument("--until", dest="end", type=date.fromisoformat, help="the day after the last")
        parser.add_argument("--json", action="store_true", help="print one JSON object on the last line")

    def handle(self, *args: Any, **options: Any) -> None:
        """Import and tell what became of the rows; a wrong file or unit gives one line and exit code 2."""
        unit = self._unit(options["unit"])
        start, end = options["start"], options["end"]
        if (start is None) != (end is None):
            self._end("give both --from and --until, or neither")
        try:
            delivery = actions.import_utilisation(
                data=options["file"].read_bytes(),
                file_name=options["file"].name,
                unit=unit,
                days=(start, end) if start else None,
                by=audit.SYSTEM,
                at=clock.now(),
            )
        except (Refused, OSError) as error:
            self._end(str(error))
        counts = {name: getattr(delivery, name) for name in ("rows", "added", "changed", "unchanged", "quarantined")}
        if options["json"]:
            self.stdout.write(json.dumps({"delivery": str(delivery.pk), **counts}))
            return
        self.stdout.write(", ".join(f"{name} {count}" for name, count in counts.items()))
        for row in delivery.quarantine.all():
            self.stdout.write(f"line {row.line}: {' '.join(str(REASONS[reason]) for reason in row.reasons)}")

    def _unit(self, hsa_id: str) -> CareUnit:
        units = CareUnit.objects.filter(kind=CareUnit.Kind.MANAGEMENT)
        found = list(CareUnit.objects.filter(hsa_id=hsa_id) if hsa_id else units[:2])
        if len(found) != 1:
            self._end("name the unit whose data it is with --unit and its HSA-id")
        return found[0]

    def _end(self, line: str) -> None:
        self.stderr.write(line.replace("\n", " "))
        sys.exit(2)
