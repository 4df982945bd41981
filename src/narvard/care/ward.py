"""The ledger's rules while the person lies on a ward: pure, as :mod:`narvard.care.ledger` is.

A stay lies on top of what was decided for the home. Admission rows and discharge rows have the stay as their source;
the *home ledger* is the ledger without them, with what the admission put off. Whoever enrols the person during the
stay takes over at home: the ward holds until the discharge.
"""

from collections.abc import Collection, Mapping
from dataclasses import dataclass, replace
from datetime import datetime

from django.utils.translation import gettext as _

from narvard.care.ledger import (
    ADMISSION_KINDS,
    MAIN_KINDS,
    Change,
    LaterFollows,
    Ledger,
    MissingHolder,
    Source,
    TimeRunsBackwards,
    Transition,
    Unit,
    enrol,
)


@dataclass(frozen=True, slots=True)
class Stay:
    """A stay on ``ward``; ``source`` is the row that its transitions follow from."""

    ward: Unit
    source: Source


def at_home(ledger: Ledger, stay: Source) -> Ledger:
    """What would hold without the stay: what was decided before it, what it put off, and what was decided since."""
    return Ledger(
        tuple(
            replace(row, voided=False, voided_by=None)
            for row in ledger.rows
            if row.source != stay and (not row.voided or row.voided_by == stay)
        )
    )


def is_held_by_stay(ledger: Ledger, kind: str, stay: Stay) -> bool:
    """Whether the ward holds the kind by the stay alone, once everything decided has come true."""
    last = ledger.last(kind)
    return last is not None and last.holder == stay.ward and _is_admission(last, stay.source)


def _is_admission(row: Transition, stay: Source) -> bool:
    return row.source == stay and row.because == "admission"


def admit(ledger: Ledger, ward: Unit, *, at: datetime, source: Source) -> Change:
    """An acute admission at ``at``: the ward holds what hospitals take over, whatever was decided for later."""
    void: list[Transition] = []
    add = []
    for kind in ADMISSION_KINDS:
        if not ledger.line(kind):
            continue
        later = [row for row in ledger.line(kind) if row.starts_at > at]
        before = ledger.after(Change(source, void=tuple(later)))
        void += later
        add.append(before.step((kind, ""), ward, at=at, because="admission", source=source))
    return Change(source, tuple(add), tuple(void))


def enrol_on_ward(
    ledger: Ledger, holders: Mapping[str, Unit], *, at: datetime, source: Source, stay: Stay, bound: Collection[Unit]
) -> Change:
    """An enrolment during a stay: ``holders`` are those at home; the ward goes on holding until the discharge.

    What the ward has itself handed over meanwhile it does not get back. The ward as holder means "as it is": it
    needs somebody at home to send the person home to.
    """
    home = at_home(ledger, stay.source)
    wanted = dict(holders)
    for kind in ADMISSION_KINDS:
        if wanted.get(kind) == stay.ward and home.last_holder(kind) != stay.ward:
            kept = home.last_holder(kind)
            if kept is None:
                raise MissingHolder(
                    _("Välj vem som ansvarar hemma. Avdelningen ansvarar fram till utskrivningen."), [kind]
                )
            wanted[kind] = kept
    add: list[Transition] = []
    for row in enrol(home, wanted, at=at, source=source, bound=bound).add:
        ward_holds = row.kind in ADMISSION_KINDS and (
            not ledger.line(row.kind) or is_held_by_stay(ledger, row.kind, stay)
        )
        taken = ledger.step(row.line, row.holder, at=at, because=row.because, source=source)
        add.append(taken)
        if ward_holds:
            add.append(replace(taken, sequence=taken.sequence + 1, holder=stay.ward, because="admission",
                               source=stay.source))  # fmt: skip
    return Change(source, tuple(add))


def discharge(ledger: Ledger, ward: Unit, *, at: datetime, source: Source) -> Change:
    """Home again: what the stay ``source`` took goes to whoever would have held it, with what lies ahead.

    What the ward holds for another reason must first be handed over: somebody must be there to receive it.
    """
    stay, home = Stay(ward, source), at_home(ledger, source)
    add: list[Transition] = []
    stuck = []
    for kind in MAIN_KINDS:
        last = ledger.last(kind)
        if last is None or last.holder != ward:
            continue
        returning = _returning(home, last, at, source) if is_held_by_stay(ledger, kind, stay) else []
        if not returning or returning[0].holder is None:
            stuck.append(kind)
            continue
        if at < last.starts_at:
            raise TimeRunsBackwards(
                _("Patienten skrevs in på avdelningen av ett team efter den tiden. Ange en senare tid."), [kind]
            )
        add += returning
    if stuck:
        raise MissingHolder(_("Avdelningen bär ansvar som ingen annan har tagit över. Lämna över det först."), stuck)
    return Change(source, tuple(add))


def _returning(home: Ledger, admission: Transition, at: datetime, source: Source) -> list[Transition]:
    """The transitions that follow ``admission``: who holds at home at ``at``, then what lies ahead."""
    decided = home.line(*admission.line)
    past = [row for row in decided if row.starts_at <= at]
    found: list[Transition] = []
    for row in past[-1:] + [row for row in decided if row.starts_at > at]:
        starts = max(row.starts_at, at)
        because, cause = ("discharge", source) if starts == at else (row.because, row.source)
        sequence = admission.sequence + len(found) + 1
        found.append(Transition(*row.line, sequence, starts, row.holder, because, cause))
    return found


def undo_admission(ledger: Ledger, *, stay: Source, source: Source) -> Change:
    """The person never was on the ward: all holds as if the stay had not been, enrolments during it too."""
    home = at_home(ledger, stay)
    add: list[Transition] = []
    void: list[Transition] = []
    for kind in MAIN_KINDS:
        line = ledger.line(kind)
        first = next((row.sequence for row in line if row.source == stay), None)
        if first is None:
            continue
        if not _is_admission(line[-1], stay):
            raise LaterFollows(_("Ansvaret har ändrats efteråt. Rätta det senaste först."), [kind])
        void += [row for row in line if row.sequence >= first]
        kept = sum(row.sequence < first for row in line)
        back = home.line(kind)[kept:]
        add += [replace(row, sequence=first + place) for place, row in enumerate(back)]
    return Change(source, tuple(add), tuple(void))


def undo_discharge(ledger: Ledger, stay: Stay, *, at: datetime, source: Source) -> Change:
    """The person is still on the ward: it holds again what it held, as if the discharge had not been.

    Where something has been decided since, that stays as history and the ward holds from ``at``; what it had handed
    over itself it does not get back.
    """
    put_off = {(row.line, row.source, row.starts_at) for row in ledger.rows if row.voided_by == stay.source}
    void: list[Transition] = []
    add: list[Transition] = []
    for kind in ADMISSION_KINDS:
        line = ledger.line(kind)
        if not line or is_held_by_stay(ledger, kind, stay):
            continue
        place = max((place for place, row in enumerate(line) if _is_admission(row, stay.source)), default=None)
        after = line if place is None else line[place + 1 :]
        came = [row.source == stay.source or (row.line, row.source, row.starts_at) in put_off for row in after]
        if place is not None and all(came):
            void += after
        elif place is None or came[0]:
            add.append(ledger.step((kind, ""), stay.ward, at=at, because="admission", source=stay.source))
    return Change(source, tuple(add), tuple(void))
