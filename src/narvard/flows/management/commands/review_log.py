"""``narvard review_log``: go through the log of a day and pick the accesses that reviewers are to look at."""

import json
import sys
from argparse import ArgumentParser
from datetime import date, timedelta
from typing import Any

from django.core.management.base import BaseCommand
from django.utils import timezone

from narvard.access.review.models import LogReview
from narvard.core import clock
from narvard.flows.log_review import go_through


class Command(BaseCommand):
    """Pick a day's accesses for review."""

    help = (
        "Go through every provider's log of a day (yesterday) and pick accesses to review. Once per day and provider."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Which day, and ``--json`` for machines."""
        parser.add_argument("--day", default="", help="a day that has passed, such as 2026-11-22 (yesterday)")
        parser.add_argument("--json", action="store_true", help="print one JSON object on the last line")

    def handle(self, *args: Any, **options: Any) -> None:
        """Go through the day; one that cannot be read or has not passed gives one line and exit code 2."""
        at = clock.now()
        today = timezone.localdate(at)
        try:
            day = date.fromisoformat(options["day"]) if options["day"] else today - timedelta(days=1)
        except ValueError:
            self._stop(f"--day is a date such as 2026-11-22, not {options['day']!r}")
        if day >= today:
            self._stop(f"{day} has not passed yet")
        pickings = go_through(day, at=at)
        counts = {
            "day": day.isoformat(),
            "providers": len(pickings),
            "accesses": sum(row.accesses for row in pickings),
            "to_review": LogReview.objects.filter(provider__in=[row.provider_id for row in pickings], day=day).count(),
        }
        self.stdout.write(
            json.dumps(counts) if options["json"] else ", ".join(f"{name}: {value}" for name, value in counts.items())
        )

    def _stop(self, message: str) -> None:
        self.stderr.write(message)
        sys.exit(2)
