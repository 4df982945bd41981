"""The heads of the chains, exported to a file that lies outside the database, at best on another machine.

Whoever can write in the database can cut the newest batches off together with the row that names them. They cannot
take back what has been written elsewhere: the chain must still hold every link that the file names.
"""

import json
import os
import uuid
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from datetime import datetime
from pathlib import Path
from tempfile import NamedTemporaryFile
from typing import Any

from django.conf import settings

from narvard.core import audit
from narvard.core.errors import NarvardError
from narvard.core.models import AuditBatch, AuditChain

FILE_NAME = "audit-heads.json"


class HeadsUnreadable(NarvardError):
    """The file is no file of heads, or has been altered."""


class HeadsDisagree(NarvardError):
    """The file names a link that the database does not hold; it is not written over."""


@dataclass(frozen=True, slots=True)
class Head:
    """The newest link of one chain, as it was when exported."""

    provider: str
    sequence: int
    head: str

    @property
    def chain(self) -> uuid.UUID:
        """The key of the chain."""
        return uuid.UUID(self.provider)


def place() -> Path:
    """The file that ``NARVARD_AUDIT_HEADS`` names; in a folder, the file of our name."""
    named = Path(settings.AUDIT_HEADS)
    return named / FILE_NAME if named.is_dir() else named


def current() -> list[Head]:
    """The newest link of each chain in the database."""
    rows = AuditChain.objects.filter(sequence__gt=0).order_by("provider")
    return [Head(str(row.provider), row.sequence, row.head) for row in rows]


def export(path: Path, at: datetime) -> list[Head]:
    """Write the heads to ``path``, never backwards.

    Raises :class:`HeadsDisagree` rather than write over a file that names what the database lacks,
    :class:`HeadsUnreadable` rather than write over one that was altered, :class:`OSError` when it cannot write.
    """
    before = read(path) if path.exists() else []
    if lost := missing(before):
        raise HeadsDisagree(f"{path} names batch {lost[0].sequence} of chain {lost[0].provider}, which is gone")
    heads = current()
    if heads != before or not path.exists():
        _replace(path, _signed(heads, at))
    return heads


def missing(heads: Sequence[Head]) -> list[Head]:
    """Those of the heads that the database does not hold."""
    return [
        each
        for each in heads
        if not AuditBatch.objects.filter(chain=each.chain, sequence=each.sequence, head=each.head).exists()
    ]


def read(path: Path) -> list[Head]:
    """The heads in an exported file. Raises :class:`HeadsUnreadable` and, for its key, ``audit.MissingKey``."""
    try:
        told: dict[str, Any] = json.loads(path.read_text(encoding="utf-8"))
        heads = [Head(str(uuid.UUID(row["provider"])), int(row["sequence"]), str(row["head"])) for row in told["heads"]]
        exported_at, key_id, mac = str(told["exported_at"]), str(told["key_id"]), told["mac"]
    except (OSError, ValueError, KeyError, TypeError, AttributeError) as error:
        raise HeadsUnreadable(f"{path} is not a file of exported heads") from error
    if _mac(heads, exported_at, key_id) != mac:
        raise HeadsUnreadable(f"{path} has been altered since it was exported")
    return heads


def _signed(heads: Sequence[Head], at: datetime) -> str:
    key_id, exported_at = settings.AUDIT_KEY_ID, at.isoformat()
    told = {
        "exported_at": exported_at,
        "heads": [asdict(each) for each in heads],
        "key_id": key_id,
        "mac": _mac(heads, exported_at, key_id),
    }
    return json.dumps(told, indent=1) + "\n"


def _mac(heads: Sequence[Head], exported_at: str, key_id: str) -> str:
    rows = (part for each in heads for part in (each.provider, each.sequence, each.head))
    return audit.mac(key_id, ("heads", exported_at, *rows))


def _replace(path: Path, text: str) -> None:
    """Write the file whole or not at all."""
    path.parent.mkdir(parents=True, exist_ok=True)
    with NamedTemporaryFile("w", encoding="utf-8", dir=path.parent, prefix=f".{path.name}.", delete=False) as file:
        file.write(text)
        file.flush()
        os.fsync(file.fileno())
    os.replace(file.name, path)
