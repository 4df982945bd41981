"""``narvard audit``: seal the audit log, verify it, export the heads of its chains."""

import json
import sys
import uuid
from argparse import ArgumentParser, ArgumentTypeError
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand

from narvard.core import clock, heads, seal
from narvard.core.errors import NarvardError
from narvard.core.heads import Head
from narvard.core.verify import verify
from narvard.core.verify.report import Report


def chain(text: str) -> uuid.UUID:
    """A care provider's id, or ``system`` for the chain of the system's own acts."""
    if text == "system":
        return seal.SYSTEM_CHAIN
    try:
        return uuid.UUID(text)
    except ValueError:
        raise ArgumentTypeError(f"{text!r} is neither a care provider's id nor 'system'") from None


class Command(BaseCommand):
    """Exit code 0 when all is well, 1 when the log is not as it was written, 2 when that cannot be told."""

    help = "Seal the audit log, verify that nothing in it was changed, removed or put in, export its heads."

    def add_arguments(self, parser: ArgumentParser) -> None:
        """One act: seal, verify or heads."""
        acts = parser.add_subparsers(dest="act", required=True)
        sealing = acts.add_parser("seal", help="seal what is not yet sealed and export the heads")
        verifying = acts.add_parser("verify", help="find what was changed, removed or put in")
        verifying.add_argument("--provider", type=chain, help="one care provider's chain, or 'system' (all)")
        verifying.add_argument("--heads", type=Path, help="exported heads to compare with (NARVARD_AUDIT_HEADS)")
        exporting = acts.add_parser("heads", help="export the heads of the chains, signed")
        exporting.add_argument("--out", type=Path, help="the file to write (NARVARD_AUDIT_HEADS)")
        for each in (sealing, verifying, exporting):
            each.add_argument("--json", action="store_true", help="print one JSON object on the last line")

    def handle(self, *args: Any, **options: Any) -> None:
        """Do the act; what stands in its way is one line and code 2."""
        try:
            {"seal": self._seal, "verify": self._verify, "heads": self._export}[options["act"]](options)
        except (NarvardError, OSError) as error:
            self.stderr.write(str(error).replace("\n", " "))
            sys.exit(2)

    def _seal(self, options: dict[str, Any]) -> None:
        at = clock.now()
        sealed = seal.seal(at)
        path = heads.place()
        heads.export(path, at)
        told = {"sealed": sealed.events, "batches": sealed.batches, "heads": str(path)}
        self._tell(options, told, f"{sealed.events} rows sealed in {sealed.batches} batches. Heads: {path}")

    def _export(self, options: dict[str, Any]) -> None:
        path = options["out"] or heads.place()
        exported = heads.export(path, clock.now())
        self._tell(options, {"heads": str(path), "chains": len(exported)}, f"{len(exported)} heads: {path}")

    def _verify(self, options: dict[str, Any]) -> None:
        path, known = _exported(options["heads"])
        report = verify(provider=options["provider"], heads=known)
        self._tell(options, {**report.as_json(), "heads": path and str(path)}, _words(report, path))
        if not report.ok:
            sys.exit(1)

    def _tell(self, options: dict[str, Any], told: dict[str, Any], words: str) -> None:
        self.stdout.write(json.dumps(told) if options["json"] else words)


def _exported(named: Path | None) -> tuple[Path | None, list[Head]]:
    """The exported heads to compare with and where they lie; none when nobody named a file and none was exported."""
    path = named or heads.place()
    if named is None and not path.exists():
        return None, []
    return path, heads.read(path)


def _words(report: Report, path: Path | None) -> str:
    lines = [str(finding) for finding in report.findings]
    if report.found > len(lines):
        lines.append(f"and {report.found - len(lines)} more")
    counted = f"{report.rows} rows about {report.subjects} subjects in {report.batches} batches"
    lines.append(f"{counted}, {report.unsealed} not yet sealed, {report.forgotten} forgotten by the rule of retention")
    if path is None:
        lines.append("No exported heads to compare with: a cut made together with the chain's row would not be seen.")
    lines.append("Nothing was changed, removed or put in." if report.ok else f"{report.found} things are wrong.")
    return "\n".join(lines)
