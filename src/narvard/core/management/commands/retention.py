"""``narvard retention``: remove what has been kept long enough, by the rules of :mod:`narvard.core.retention`."""

import json
from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand
from django.utils import timezone

from narvard.core import audit, clock
from narvard.core.retention import RULES, Clocks, Rule, idle_records


class Command(BaseCommand):
    """Remove what has been kept long enough; of patients' records only tell which. Run it each night."""

    help = "Remove what has been kept long enough. Patients' records are only listed, never removed."

    def add_arguments(self, parser: ArgumentParser) -> None:
        """``--dry-run`` to look first."""
        parser.add_argument("--dry-run", action="store_true", help="count and remove nothing")
        parser.add_argument("--json", action="store_true", help="print one JSON object on the last line")

    def handle(self, *args: Any, **options: Any) -> None:
        """Apply every rule at one instant."""
        clocks = Clocks(care=clock.now(), machine=timezone.now())
        told = {rule.name: self._apply(rule, clocks, dry=options["dry_run"]) for rule in RULES}
        if options["json"]:
            self.stdout.write(json.dumps({"dry_run": options["dry_run"], **told, "patients": idle_records(clocks)}))
            return
        for rule in RULES:
            words = "may be culled" if rule.cull is None else "to remove" if options["dry_run"] else "removed"
            self.stdout.write(f"{rule.name:<16}{told[rule.name]:>9} {words} ({rule.what}; kept {rule.kept})")

    def _apply(self, rule: Rule, clocks: Clocks, *, dry: bool) -> int:
        if dry or rule.cull is None:
            return rule.due(clocks)
        removed = rule.cull(clocks)
        if removed:
            audit.write(
                "core.retention",
                by=audit.SYSTEM,
                at=clocks.care,
                action=audit.Action.DELETE,
                object_kind=rule.name,
                reason=f"{removed}: {rule.kept}",
            )
        return removed
