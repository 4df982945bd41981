"""``narvard ledger check``: go through every patient's ledger; there must be no gap and no overlap."""

import json
import sys
from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand

from narvard.care.queries import LedgerFault, check_ledgers


class Command(BaseCommand):
    """Check the whole ledger."""

    help = "Checks that each enrolled patient has exactly one main holder per kind at each instant."

    def add_arguments(self, parser: ArgumentParser) -> None:
        """``check``, and ``--json`` for machines."""
        parser.add_argument("what", choices=["check"], help="what to do with the ledger")
        parser.add_argument("--json", action="store_true", help="print one JSON object on the last line")

    def handle(self, *args: Any, **options: Any) -> None:
        """Count; each fault is a line on standard error, and any fault gives exit code 1."""
        patients, faults = check_ledgers()
        for fault in faults:
            self.stderr.write(f"{fault.what} {fault.kind}: patient {fault.patient}, {fault.at.isoformat()}")
        counts = {
            "patients": patients,
            "gaps": sum(fault.what == LedgerFault.GAP for fault in faults),
            "overlaps": sum(fault.what == LedgerFault.OVERLAP for fault in faults),
        }
        if options["json"]:
            self.stdout.write(json.dumps(counts))
        else:
            self.stdout.write(", ".join(f"{name}: {count}" for name, count in counts.items()))
        if faults:
            sys.exit(1)
