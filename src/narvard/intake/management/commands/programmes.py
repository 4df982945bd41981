"""``narvard programmes``: every programme with its kind and version; ``--load`` puts the packaged ones in force."""

import json
import sys
from argparse import ArgumentParser
from datetime import date
from typing import Any

from django.core.management.base import BaseCommand
from django.utils import timezone

from narvard.core import audit, clock
from narvard.core.errors import NarvardError
from narvard.intake.actions import load_programmes
from narvard.intake.versions import ProgrammeRow, programme_rows


class Command(BaseCommand):
    """List the programmes, or put those that come with the product in force."""

    help = "Lists every programme with its kind and version. --load puts the packaged definitions in force."

    def add_arguments(self, parser: ArgumentParser) -> None:
        """What to do, and ``--json`` for machines."""
        parser.add_argument("--load", action="store_true", help="put the packaged definitions in force")
        parser.add_argument("--from", dest="valid_from", default="", help="with --load: from which day (today)")
        parser.add_argument("--decided-by", default="", help="with --load: who decided")
        parser.add_argument("--json", action="store_true", help="print one JSON object on the last line")

    def handle(self, *args: Any, **options: Any) -> None:
        """Load if asked to, then list."""
        at = clock.now()
        today = timezone.localdate(at)
        if options["load"]:
            try:
                self._load(options, today)
            except (NarvardError, ValueError) as error:
                self.stderr.write(str(error).replace("\n", "; "))
                sys.exit(2)
        rows = programme_rows(today)
        if options["json"]:
            self.stdout.write(json.dumps({"programmes": [_data(row) for row in rows]}, ensure_ascii=False))
        else:
            self.stdout.write("\n".join(_line(row) for row in rows))

    def _load(self, options: dict[str, Any], today: date) -> None:
        if not options["decided_by"].strip():
            raise ValueError("--load needs --decided-by: who decided that the programmes are in force")
        day = date.fromisoformat(options["valid_from"]) if options["valid_from"] else today
        load_programmes(decided_by=options["decided_by"].strip(), valid_from=day, by=audit.SYSTEM, at=clock.now())


def _data(row: ProgrammeRow) -> dict[str, Any]:
    """What scripts read; ``version`` is null when no version is in force."""
    return {
        "key": row.key,
        "name": row.name,
        "kind": row.kind,
        "version": row.version.number if row.version else None,
        "valid_from": row.version.valid_from.isoformat() if row.version else None,
        "decided_by": row.version.decided_by if row.version else None,
    }


def _line(row: ProgrammeRow) -> str:
    version = f"version {row.version.number} from {row.version.valid_from}" if row.version else "not in force"
    return f"{row.key:30} {row.kind:11} {version:28} {row.name}"
