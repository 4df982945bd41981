"""``narvard restore``: a backup in place of what is there."""

import json
import shutil
import sys
import tempfile
from argparse import ArgumentParser
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import IO, Any

from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone

from narvard.core.backup import BackupError, restore
from narvard.core.backup.dump import summary


class Command(BaseCommand):
    """Check a backup, then put it in place in one step."""

    help = "Check a backup and put it in place of the database and the files beside it. Stop the server first."

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Which one."""
        parser.add_argument("file", help="a file that narvard backup made, or - to read one in")
        parser.add_argument("--force", action="store_true", help="replace a database that is not empty")
        parser.add_argument("--json", action="store_true", help="print one JSON object on the last line")

    def handle(self, *args: Any, **options: Any) -> None:
        """Restore, or say in one line why not (code 2). Code 1: restored, but the log was altered before the backup."""
        try:
            with _opened(options["file"]) as stream:
                restored = restore(stream, force=options["force"], at=timezone.now(), say=self.stderr.write)
        except (BackupError, OSError) as error:
            raise CommandError(str(error), returncode=2) from None
        told = {"file": options["file"], **summary(restored.manifest), "audit": restored.log}
        if options["json"]:
            self.stdout.write(json.dumps(told))
        else:
            self.stdout.write(f"Restored {told['rows']} rows of {told['created_at']}, and {told['files']} files.")
        if restored.log != "ok":
            raise CommandError(f"All is restored, but the audit log does not verify: {restored.log}", returncode=1)


@contextmanager
def _opened(name: str) -> Iterator[IO[bytes]]:
    """The file, or what is piped in, kept aside while it is read twice."""
    if name != "-":
        with Path(name).open("rb") as stream:
            yield stream
        return
    with tempfile.TemporaryFile(prefix="narvard-restore-") as spool:
        shutil.copyfileobj(sys.stdin.buffer, spool)
        spool.seek(0)
        yield spool
