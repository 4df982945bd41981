"""``narvard report monthly``: the steering group's report, made once and written to a folder."""

import json
import sys
from argparse import ArgumentParser
from datetime import date, datetime
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand
from django.utils import timezone

from narvard.core import audit, clock
from narvard.core.spreadsheets import packed
from narvard.followup.indicators.models import Snapshot
from narvard.followup.indicators.periods import month_start
from narvard.followup.report.actions import AlreadyMade, NoFigures, NotYetOver, make_report
from narvard.followup.report.document import pdf_of, sheets_of
from narvard.followup.report.models import MonthlyReport


class Command(BaseCommand):
    """Make a month's report, or take the one that is kept, and write it as PDF and XLSX."""

    help = "Make the monthly report of a care area, once, and write it as PDF and XLSX."

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Which report, of which area and month, and where to."""
        parser.add_argument("report", choices=["monthly"], help="which report")
        parser.add_argument("area", nargs="?", default="", help="the care area (the only one that has figures)")
        parser.add_argument("--month", type=_month, help="e.g. 2026-10 (the month before this one)")
        parser.add_argument("--to", type=Path, help="folder to write the PDF and the XLSX in (none: only make it)")
        parser.add_argument("--json", action="store_true", help="print one JSON object on the last line")

    def handle(self, *args: Any, **options: Any) -> None:
        """Make or fetch, and write; bad input gives one line and exit code 2."""
        at = clock.now()
        areas = sorted(set(Snapshot.objects.values_list("care_area", flat=True)))
        area = options["area"] or (areas[0] if len(areas) == 1 else "")
        if area not in areas:
            self._end(f"no such care area with figures; there are: {', '.join(areas) or 'none'}")
        month = options["month"] or month_start(clock.today(), 1)
        row, made = self._row(area, month, at)
        files = _written(row, options["to"]) if options["to"] else []
        told = {"area": area, "month": f"{row.month:%Y-%m}", "made": made, "files": [str(each) for each in files]}
        if options["json"]:
            self.stdout.write(json.dumps(told))
        else:
            when = f"{timezone.localtime(row.made_at):%Y-%m-%d %H:%M}"
            self.stdout.write(f"{'made' if made else 'kept since'} {when}: {area} {told['month']}")
            self.stdout.writelines(f"{each}\n" for each in files)

    def _row(self, area: str, month: date, at: datetime) -> tuple[MonthlyReport, bool]:
        try:
            return make_report(care_area=area, month=month, by=audit.SYSTEM, at=at), True
        except AlreadyMade:
            return MonthlyReport.objects.get(care_area=area, month=month), False
        except (NoFigures, NotYetOver) as error:
            self._end(str(error))
            raise

    def _end(self, line: str) -> None:
        self.stderr.write(line)
        sys.exit(2)


def _written(row: MonthlyReport, folder: Path) -> list[Path]:
    """The two files, under the names that the page gives them."""
    folder.mkdir(parents=True, exist_ok=True)
    stem = f"manadsrapport-{row.care_area}-{row.month:%Y-%m}"
    pdf, sheet = folder / f"{stem}.pdf", folder / f"{stem}.xlsx"
    pdf.write_bytes(pdf_of(row))
    sheet.write_bytes(packed(sheets_of(row)))
    return [pdf, sheet]


def _month(text: str) -> date:
    return date.fromisoformat(f"{text}-01")
