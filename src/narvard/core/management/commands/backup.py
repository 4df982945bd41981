"""``narvard backup``: everything of one instant, into one file."""

import json
import sys
from argparse import ArgumentParser
from contextlib import nullcontext
from datetime import UTC, datetime
from pathlib import Path
from typing import IO, Any

from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone

from narvard.core import runs
from narvard.core.backup import KIND, BackupError, make
from narvard.core.backup.dump import published, summary
from narvard.core.errors import NarvardError
from narvard.core.models import Run


class Command(BaseCommand):
    """Write a backup while the server goes on working."""

    help = "Write a backup of the database and the files beside it, while the server goes on working."

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Where to."""
        parser.add_argument("--out", required=True, help="a folder, a file that is not there yet, or - to write out")
        parser.add_argument("--json", action="store_true", help="print one JSON object on the last line")

    def handle(self, *args: Any, **options: Any) -> None:
        """Make one backup, as a run that ``/health`` knows of."""
        at = timezone.now()  # the machine's clock: a demonstration's backup is as old as it is
        for run in runs.revive(KIND):
            self.stderr.write(f"An earlier backup never ended; trying again in its place ({run.pk}).")
        run, _made = runs.request(KIND, KIND, at=at, params={}, commission=None)
        if run.state != Run.State.WAITING:
            raise CommandError("A backup is being made already.", returncode=2)
        told: dict[str, Any] = {}

        def work(_run: Run, progress: runs.Progress) -> dict[str, Any]:
            told.update(self._make(options["out"], at, progress))
            return told

        run = runs.execute(run.pk, work)
        if run.state != Run.State.DONE:
            raise CommandError(run.error, returncode=2)
        self._tell(told, options)

    def _make(self, out: str, at: datetime, progress: runs.Progress) -> dict[str, Any]:
        def shown(share: float, message: str) -> None:
            progress(share, message)
            self.stderr.write(f"{share:5.0%} {message}")

        target = None if out == "-" else _target(out, at)
        try:
            with published(target) if target else nullcontext(_stdout()) as stream:
                manifest = make(stream, at=at, progress=shown)
        except BackupError:
            raise
        except OSError as error:
            raise BackupError(f"The backup could not be written: {error}") from None
        return {"file": str(target) if target else "-", **summary(manifest)}

    def _tell(self, told: dict[str, Any], options: dict[str, Any]) -> None:
        where = self.stderr if told["file"] == "-" else self.stdout
        if options["json"]:
            where.write(json.dumps(told))
        else:
            where.write(f"{told['file']}: {told['rows']} rows in {told['tables']} tables, {told['files']} files")


def _target(out: str, at: datetime) -> Path:
    path = Path(out)
    if path.is_dir() or out.endswith("/"):
        path.mkdir(parents=True, exist_ok=True)
        path /= f"narvard-{at.astimezone(UTC):%Y%m%dT%H%M%SZ}.tar"
    if not path.parent.is_dir():
        raise NarvardError(f"There is no folder {path.parent}.")
    return path


def _stdout() -> IO[bytes]:
    return sys.stdout.buffer
