"""The plain values that presenters hand to the parts of a page (`templates/ui/parts/`)."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime

from narvard.ui.figures import percentage

STATES = ("late", "nearly", "waiting", "done", "neutral")


@dataclass(frozen=True)
class Holder:
    """One line of *Vem ansvarar nu*: a kind of responsibility, who holds it, since when, and what comes next.

    `upcoming` is a sentence ("Lämnas till hemsjukvården när de tar emot"); `scoped` marks a holder beside the
    main one. No holder (None) is shown as missing, in the state late.
    """

    kind: str
    holder: str | None
    since: datetime | None = None
    upcoming: str = ""
    scoped: bool = False
    url: str = ""


@dataclass(frozen=True)
class Phone:
    """A number to call with one tap: who answers, and when ("dygnet runt", "i natt 21–07")."""

    label: str
    number: str
    answers: str = ""
    when: str = ""
    primary: bool = False


@dataclass(frozen=True)
class Entry:
    """One happening in a timeline. `state` gives its mark shape and colour."""

    at: datetime
    title: str
    text: str = ""
    who: str = ""
    state: str = "neutral"
    url: str = ""


@dataclass(frozen=True)
class Tab:
    """One tab, a plain link. `count` None shows no number."""

    label: str
    url: str
    current: bool = False
    count: int | None = None


@dataclass(frozen=True)
class Progress:
    """How a background run stands: `share` is 0 to 1, `text` what it does now or what came of it.

    While `running`, the part asks `poll_url` for itself every other second.
    """

    title: str
    running: bool
    share: float = 0.0
    text: str = ""
    failed: bool = False
    poll_url: str = ""

    @property
    def percent(self) -> int:
        """Whole percent done, 0 to 100."""
        return round(100 * min(1.0, max(0.0, self.share)))

    @property
    def percent_text(self) -> str:
        """The same as the language writes it."""
        return percentage(min(1.0, max(0.0, self.share)))


@dataclass(frozen=True)
class Table:
    """The figures behind a picture: a caption, column heads and rows of text; `numeric` are column indices.

    `urls`, when given, holds one address per row (or "") that the row's first cell leads to.
    """

    caption: str
    head: Sequence[str]
    rows: Sequence[Sequence[str]] = field(default_factory=tuple)
    numeric: frozenset[int] = frozenset()
    urls: Sequence[str] = ()

    def __post_init__(self) -> None:
        if self.urls and len(self.urls) != len(self.rows):
            raise ValueError("give one address per row, or none at all")

    @property
    def lines(self) -> list[tuple[str, Sequence[str]]]:
        """Each row with its address, "" where it has none."""
        return list(zip(self.urls or [""] * len(self.rows), self.rows, strict=True))
