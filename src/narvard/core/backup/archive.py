"""The backup file: its parts, its manifest, and the check that both are whole."""

import hashlib
import hmac
import json
import tarfile
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import IO

from django.conf import settings

from narvard.core.errors import NarvardError
from narvard.core.heads import Head

FORMAT = 1
MANIFEST = "manifest.json"
TABLES = "tables"
FILES = "files"
_CHUNK = 1024 * 1024
# What the MAC is about, so that no other use of the same key gives the same MAC.
_PURPOSE = b"narvard backup manifest\n"


class BackupError(NarvardError):
    """A backup that could not be made or may not be restored; the message says why, in one line."""


@dataclass(frozen=True)
class Part:
    """One file in the archive."""

    name: str
    bytes: int
    sha256: str


@dataclass(frozen=True)
class Table:
    """One table: its columns in the order of each row, and how many rows there are."""

    name: str
    columns: list[str]
    rows: int


@dataclass(frozen=True)
class Manifest:
    """What the archive holds. ``created_at`` is the machine's clock; ``sequences`` the last id given per table.

    ``heads`` are the newest links of the audit log's chains among the rows of the backup.
    """

    version: str
    database: str
    created_at: str
    migrations: list[str]
    tables: list[Table]
    sequences: dict[str, int]
    heads: list[Head]
    parts: list[Part]
    key_id: str
    format: int = FORMAT
    mac: str = field(default="")

    def sealed(self) -> "Manifest":
        """The same with its MAC."""
        return Manifest(**{**vars(self), "mac": self._mac()})

    def check(self) -> None:
        """Raise :class:`BackupError` unless this is a manifest of ours that nobody has changed."""
        if self.format != FORMAT:
            raise BackupError(f"The backup has format {self.format}; this version reads format {FORMAT}.")
        if self.key_id not in settings.AUDIT_KEYS:
            raise BackupError(
                f"The backup was made with the audit key {self.key_id!r}, which NARVARD_AUDIT_KEYS does not hold: "
                "its log could not be verified."
            )
        if not hmac.compare_digest(self.mac, self._mac()):
            raise BackupError("The backup's manifest has been changed, or the audit key is another one.")

    def _mac(self) -> str:
        told = {**asdict(self), "mac": ""}
        text = _PURPOSE + json.dumps(told, sort_keys=True).encode()
        return hmac.digest(settings.AUDIT_KEYS[self.key_id].encode(), text, "sha256").hex()

    def dumps(self) -> bytes:
        """As the archive holds it."""
        return json.dumps(asdict(self), indent=1, ensure_ascii=False).encode()


def read_manifest(data: bytes) -> Manifest:
    """The manifest from its bytes. Raises :class:`BackupError`."""
    try:
        told = json.loads(data)
        tables = [Table(**row) for row in told.pop("tables")]
        parts = [Part(**row) for row in told.pop("parts")]
        heads = [Head(**row) for row in told.pop("heads")]
        return Manifest(**told, tables=tables, parts=parts, heads=heads)
    except (ValueError, TypeError, KeyError, AttributeError) as error:
        raise BackupError(f"The backup's manifest cannot be read: {error}") from None


def table_part(table: str) -> str:
    """The name of the part that holds a table's rows."""
    return f"{TABLES}/{table}.jsonl.gz"


def fingerprint(stream: IO[bytes]) -> tuple[str, int]:
    """SHA-256 in hexadecimal and the number of bytes of what is left of ``stream``."""
    digest, size = hashlib.sha256(), 0
    while piece := stream.read(_CHUNK):
        digest.update(piece)
        size += len(piece)
    return digest.hexdigest(), size


def part_of(path: Path, name: str) -> Part:
    """The part that the file at ``path`` makes."""
    with path.open("rb") as stream:
        sha256, size = fingerprint(stream)
    return Part(name, size, sha256)


def pack(folder: Path, manifest: Manifest, out: IO[bytes]) -> None:
    """Write the archive to ``out``: the manifest, then each part from its file below ``folder``."""
    (folder / MANIFEST).write_bytes(manifest.dumps())
    with tarfile.open(fileobj=out, mode="w|", format=tarfile.PAX_FORMAT) as archive:
        for name in (MANIFEST, *(part.name for part in manifest.parts)):
            archive.add(folder / name, arcname=name, recursive=False, filter=_plain)


def _plain(member: tarfile.TarInfo) -> tarfile.TarInfo:
    """Nothing of the machine: no owner, and readable by the owner alone."""
    member.uid = member.gid = 0
    member.uname = member.gname = ""
    member.mode = 0o600
    return member


class Archive:
    """An opened backup file. Nothing is read from it but what the manifest names."""

    def __init__(self, stream: IO[bytes]) -> None:
        """Open it; raises :class:`BackupError` when it is no backup of ours."""
        try:
            self._tar = tarfile.open(fileobj=stream, mode="r:")  # noqa: SIM115 - it lives as long as this
            self._members = {member.name: member for member in self._tar}
        except (tarfile.TarError, OSError, EOFError) as error:
            raise BackupError(f"This is not a backup of ours, or not a whole one: {error}") from None
        self.manifest = read_manifest(self.open(MANIFEST).read())

    def open(self, name: str) -> IO[bytes]:
        """A part as a stream; raises :class:`BackupError` when it is missing."""
        member = self._members.get(name)
        stream = self._tar.extractfile(member) if member is not None and member.isreg() else None
        if stream is None:
            raise BackupError(f"The backup has no part {name}: it is not whole.")
        return stream

    def check(self) -> None:
        """Read every part and compare it with the manifest; raises :class:`BackupError` at the first that differs."""
        self.manifest.check()
        named = {MANIFEST, *(part.name for part in self.manifest.parts)}
        if strangers := sorted(self._members.keys() - named):
            raise BackupError(f"The backup holds {strangers[0]}, which its manifest does not know.")
        for part in self.manifest.parts:
            if fingerprint(self.open(part.name)) != (part.sha256, part.bytes):
                raise BackupError(f"The part {part.name} is not what it was when the backup was made.")
