"""The rules of the responsibility ledger: pure, over transitions. No database, no clock.

A ledger is the transitions of one patient. Each line (kind and scope) is a sequence of transitions whose
instants never decrease; a period ends where the next begins, so gaps and overlaps cannot be written. The
holder at an instant is that of the last transition at or before it. What a move adds and voids is a
:class:`Change`; ``Ledger.after(change)`` is the ledger that follows.
"""

import uuid
from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime
from itertools import pairwise, zip_longest

from django.utils.translation import gettext as _

from narvard.core.errors import Refused

Unit = uuid.UUID
Source = uuid.UUID
Line = tuple[str, str]

MAIN_KINDS = ("medical", "nursing", "rehabilitation", "coordination")
# An admission moves what a hospital takes over; who coordinates around the person stays.
ADMISSION_KINDS = ("medical", "nursing", "rehabilitation")


class LedgerRefused(Refused):
    """A move that the ledger's rules do not allow; ``kinds`` are the kinds it concerns."""

    def __init__(self, message: str, kinds: Iterable[str] = ()) -> None:
        super().__init__(message)
        self.kinds = tuple(kinds)


class TimeRunsBackwards(LedgerRefused):
    """The move would start before something that has already been written."""


class MissingHolder(LedgerRefused):
    """A kind of responsibility would have no main holder."""


class HeldByAnother(LedgerRefused):
    """Another unit holds the responsibility and has not handed it over."""


class NotHolder(LedgerRefused):
    """The giver does not hold what it would hand over."""


class AlreadyHolder(LedgerRefused):
    """The receiver already holds it."""


class WorksElsewhere(LedgerRefused):
    """The unit works only in the municipality that the person has left."""


class LaterFollows(LedgerRefused):
    """Later transitions rest on the one that would be taken back."""


@dataclass(frozen=True, slots=True)
class Transition:
    """From ``starts_at`` the ``holder`` holds the line (or nobody does). ``source`` is the act it follows from."""

    kind: str
    scope: str
    sequence: int
    starts_at: datetime
    holder: Unit | None
    because: str
    source: Source | None = None
    voided: bool = False
    voided_by: Source | None = None

    @property
    def line(self) -> Line:
        """Kind and scope."""
        return self.kind, self.scope


@dataclass(frozen=True, slots=True)
class Period:
    """Half-open [start, end) during which ``holder`` holds a line; ``end`` is None while it lasts."""

    start: datetime
    end: datetime | None
    holder: Unit | None
    row: Transition


@dataclass(frozen=True, slots=True)
class Change:
    """What a move does: transitions voided by ``source``, then transitions added."""

    source: Source | None
    add: tuple[Transition, ...] = ()
    void: tuple[Transition, ...] = ()


@dataclass(frozen=True)
class Ledger:
    """All transitions of one patient, voided ones too."""

    rows: tuple[Transition, ...] = ()
    _lines: dict[Line, list[Transition]] = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        lines: dict[Line, list[Transition]] = {}
        for row in sorted(self.rows, key=lambda row: row.sequence):
            if not row.voided:
                lines.setdefault(row.line, []).append(row)
        object.__setattr__(self, "_lines", lines)

    def line(self, kind: str, scope: str = "") -> list[Transition]:
        """The transitions in force of a line, in sequence."""
        return self._lines.get((kind, scope), [])

    @property
    def lines(self) -> list[Line]:
        """Every line that has a transition in force: main kinds first, then scoped ones by name."""
        order = {kind: place for place, kind in enumerate(MAIN_KINDS)}
        return sorted(self._lines, key=lambda line: (bool(line[1]), order.get(line[0], 9), line[1]))

    def current(self, kind: str, at: datetime, scope: str = "") -> Transition | None:
        """The transition that holds at ``at``."""
        return next((row for row in reversed(self.line(kind, scope)) if row.starts_at <= at), None)

    def holder(self, kind: str, at: datetime, scope: str = "") -> Unit | None:
        """Who holds the line at ``at``."""
        row = self.current(kind, at, scope)
        return row.holder if row else None

    def last(self, kind: str, scope: str = "") -> Transition | None:
        """The last transition of the line, which may lie ahead."""
        line = self.line(kind, scope)
        return line[-1] if line else None

    def last_holder(self, kind: str, scope: str = "") -> Unit | None:
        """Who holds the line once everything decided has come true."""
        row = self.last(kind, scope)
        return row.holder if row else None

    def next_change(self, kind: str, at: datetime, scope: str = "") -> Transition | None:
        """The first transition after ``at``."""
        return next((row for row in self.line(kind, scope) if row.starts_at > at), None)

    def periods(self, kind: str, scope: str = "") -> Iterator[Period]:
        """The line's periods in order."""
        line = self.line(kind, scope)
        for row, following in zip_longest(line, line[1:]):
            yield Period(row.starts_at, following.starts_at if following else None, row.holder, row)

    def held_by(self, unit: Unit) -> list[Line]:
        """The lines whose last holder is ``unit``."""
        return [line for line in self.lines if self.last_holder(*line) == unit]

    def step(self, line: Line, holder: Unit | None, *, at: datetime, because: str, source: Source | None) -> Transition:
        """The transition that would follow in a line; refuses time that runs backwards."""
        last = self.last(*line)
        if last and at < last.starts_at:
            raise TimeRunsBackwards(_("Det finns redan en senare ändring av ansvaret."), [line[0]])
        return Transition(*line, last.sequence + 1 if last else 1, at, holder, because, source)

    def after(self, change: Change) -> "Ledger":
        """The ledger when ``change`` has been written."""
        voided = {id(row) for row in change.void}
        kept = tuple(
            replace(row, voided=True, voided_by=change.source) if id(row) in voided else row for row in self.rows
        )
        return Ledger(kept + change.add)


def enrol(
    ledger: Ledger, holders: Mapping[str, Unit], *, at: datetime, source: Source, bound: Collection[Unit] = ()
) -> Change:
    """Main responsibility at an enrolment: a holder for each kind.

    ``bound`` are units that must themselves hand over what they hold (another enrolment, a ward stay).
    """
    missing = [kind for kind in MAIN_KINDS if kind not in holders]
    if missing:
        raise MissingHolder(_("Varje slags ansvar måste ha någon som bär det."), missing)
    add = []
    for kind in MAIN_KINDS:
        last = ledger.last(kind)
        if last and last.holder == holders[kind]:
            continue
        if last and last.holder in bound:
            raise HeldByAnother(
                _("Ansvaret bärs av en annan enhet som har patienten inskriven. Be den lämna över."), [kind]
            )
        add.append(ledger.step((kind, ""), holders[kind], at=at, because="enrolment", source=source))
    return Change(source, tuple(add))


def hand_over(
    ledger: Ledger,
    kinds: Collection[str],
    *,
    giver: Unit,
    receiver: Unit,
    at: datetime,
    source: Source,
    scope: str = "",
) -> Change:
    """``receiver`` takes ``kinds`` from ``giver`` at ``at``."""
    refuse_unless_held(ledger, kinds, giver, scope)
    steps = (ledger.step((kind, scope), receiver, at=at, because="handover", source=source) for kind in kinds)
    return Change(source, tuple(steps))


def refuse_unless_held(ledger: Ledger, kinds: Collection[str], giver: Unit, scope: str = "") -> None:
    """Only what the giver holds, and has not already given away, can be handed over."""
    other = [kind for kind in kinds if ledger.last_holder(kind, scope) != giver]
    if other:
        raise NotHolder(_("Enheten bär inte det ansvar som skulle lämnas över."), other)


def held_among(ledger: Ledger, units: Collection[Unit]) -> dict[tuple[Unit, str], list[str]]:
    """What each of ``units`` holds once everything decided has come true: kinds by holder and scope.

    What they must be asked to hand over when they cannot go on; each stays responsible until somebody accepts.
    """
    found: dict[tuple[Unit, str], list[str]] = {}
    for kind, scope in ledger.lines:
        holder = ledger.last_holder(kind, scope)
        if holder is not None and holder in units:
            found.setdefault((holder, scope), []).append(kind)
    return found


def refuse_left_behind(holders: Iterable[Unit], left: Collection[Unit]) -> None:
    """Units that work only where the person no longer lives take nothing over."""
    if any(holder in left for holder in holders):
        raise WorksElsewhere(_("Enheten arbetar bara i kommunen som personen har flyttat från."))


def share(ledger: Ledger, kind: str, scope: str, unit: Unit | None, *, at: datetime, source: Source) -> Change:
    """A scoped holder (dialysis, wound) beside the main one, or its end when ``unit`` is None."""
    if ledger.last_holder(kind, scope) == unit:
        raise AlreadyHolder(_("Det är redan så ansvaret är fördelat."), [kind])
    because = "enrolment" if unit else "end"
    return Change(source, (ledger.step((kind, scope), unit, at=at, because=because, source=source),))


def die(ledger: Ledger, *, at: datetime, source: Source) -> Change:
    """Death at ``at``: nobody holds anything from then on; what was written for later is voided."""
    later = tuple(row for line in ledger.lines for row in ledger.line(*line) if row.starts_at > at)
    before = ledger.after(Change(source, void=later))
    held = [line for line in before.lines if before.last_holder(*line) is not None]
    add = tuple(before.step(line, None, at=at, because="death", source=source) for line in held)
    return Change(source, add, later)


def undo(ledger: Ledger, *, source: Source) -> Change:
    """Take back what ``source`` wrote, and restore what it voided; refused when later rows rest on it."""
    mistaken = [row for row in ledger.rows if row.source == source and not row.voided]
    for row in mistaken:
        if any(later.sequence > row.sequence and later not in mistaken for later in ledger.line(*row.line)):
            raise LaterFollows(_("Ansvaret har ändrats efteråt. Rätta det senaste först."), [row.kind])
    cleared = ledger.after(Change(source, void=tuple(mistaken)))
    restored: list[Transition] = []
    lost = [row for row in ledger.rows if row.voided and row.voided_by == source]
    for row in sorted(lost, key=lambda row: (row.starts_at, row.sequence)):
        last = cleared.after(Change(None, tuple(restored))).last(*row.line)
        restored.append(replace(row, sequence=last.sequence + 1 if last else 1, voided=False, voided_by=None))
    return Change(source, tuple(restored), tuple(mistaken))


def gaps(ledger: Ledger, enrolled: Iterable[tuple[datetime, datetime | None]]) -> list[tuple[str, datetime]]:
    """Kinds and instants where an enrolled patient has no main holder (it must be empty).

    Holders only change at transitions, so the start of each enrolment and each transition within it tell all.
    """
    found = []
    for start, end in enrolled:
        for kind in MAIN_KINDS:
            inside = [row.starts_at for row in ledger.line(kind) if start < row.starts_at and _before(row, end)]
            instants = [start, *inside] if end is None or start < end else []
            found += [(kind, instant) for instant in instants if ledger.holder(kind, instant) is None]
    return found


def _before(row: Transition, end: datetime | None) -> bool:
    return end is None or row.starts_at < end


def disorders(ledger: Ledger) -> list[Line]:
    """Lines whose instants decrease along the sequence (it must be empty)."""
    pairs = ((line, ledger.line(*line)) for line in ledger.lines)
    return [line for line, rows in pairs if any(b.starts_at < a.starts_at for a, b in pairwise(rows))]
