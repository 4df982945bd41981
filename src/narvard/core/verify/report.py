"""What a verification of the audit log came to."""

from dataclasses import asdict, dataclass, field
from typing import Any

# So many findings are told; all are counted.
TOLD = 100


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing that is wrong: what, in words, and where."""

    kind: str
    words: str
    provider: str = ""
    batch: int | None = None
    event: int | None = None
    subject: int | None = None

    def __str__(self) -> str:
        places = {"chain": self.provider, "batch": self.batch, "event": self.event, "subject": self.subject}
        where = ", ".join(f"{name} {value}" for name, value in places.items() if value not in {None, ""})
        return f"{where}: {self.words}" if where else self.words


@dataclass(slots=True)
class Report:
    """What a verification came to. ``rows`` are events; ``unsealed`` of them are in no batch yet."""

    rows: int = 0
    subjects: int = 0
    batches: int = 0
    unsealed: int = 0
    forgotten: int = 0
    # Ids that were given out and that no row, sealed or not, has; see :func:`_check_tail`.
    unused_ids: int = 0
    found: int = 0
    findings: list[Finding] = field(default_factory=list)
    # Where each key that is not at hand was first met; events that cannot be read.
    missing_keys: dict[str, str] = field(default_factory=dict)
    unreadable: set[int] = field(default_factory=set)

    @property
    def ok(self) -> bool:
        """Whether nothing is wrong."""
        return not self.found

    def add(self, finding: Finding) -> None:
        """Count the finding and keep the first of them."""
        self.found += 1
        if len(self.findings) < TOLD:
            self.findings.append(finding)

    def as_json(self) -> dict[str, Any]:
        """For machines."""
        told = asdict(self)
        told["findings"] = [
            {name: value for name, value in row.items() if value not in {None, ""}} for row in told["findings"]
        ]
        del told["missing_keys"], told["unreadable"]
        return {"ok": self.ok, **told}
