"""``narvard tick``: what must happen though nobody looks. Safe to run as often as you like; run it every minute."""

import json
from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand
from django.utils.module_loading import import_string

from narvard.core import clock

# Each entry is a function of the instant that does its room's part and returns how many things it did.
# Dotted names, because core lies below the rooms that own them.
TICKS = {
    "requests_escalated": "narvard.flows.notices.escalate_requests",
    "handovers_escalated": "narvard.flows.notices.escalate_handovers",
    "duties_escalated": "narvard.flows.notices.escalate_duties",
    "early_signs_found": "narvard.flows.early.find_frequent_visits",
    "early_signs_escalated": "narvard.flows.notices.escalate_early_signs",
    "notices_to_send": "narvard.flows.notices.send_due",
    "logs_gone_through": "narvard.flows.log_review.go_through_due",
    "plans_revived": "narvard.visits.tasks.revive_plans",
    "scenarios_revived": "narvard.capacity.scenarios.tasks.revive_scenarios",
    "downtime_packs_written": "narvard.flows.downtime.refresh",
    "figures_reckoned": "narvard.followup.indicators.tasks.reckon_due",
    "studies_revived": "narvard.followup.effect.tasks.revive",
    "payouts_revived": "narvard.followup.payment.tasks.revive",
    "reports_made": "narvard.followup.report.tasks.make_due",
    # Last: it seals what the others have logged, and what is done to the log stops no care.
    "audit_rows_sealed": "narvard.core.tasks.seal_audit",
}


class Command(BaseCommand):
    """Seal the audit log; revive work whose worker died; escalate what nobody answered; pick accesses to review."""

    help = (
        "Do what must happen though nobody looks: seal the audit log, revive lost background runs, "
        "escalate late requests, hand-overs and duties, send notices of them, pick accesses to review, "
        "write downtime packs."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        """``--json`` for machines."""
        parser.add_argument("--json", action="store_true", help="print one JSON object on the last line")

    def handle(self, *args: Any, **options: Any) -> None:
        """Run every room's tick at one instant."""
        at = clock.now()
        counts: dict[str, int] = {name: import_string(path)(at) for name, path in TICKS.items()}
        if options["json"]:
            self.stdout.write(json.dumps(counts))
        else:
            self.stdout.write(", ".join(f"{name}: {count}" for name, count in counts.items()))
