"""Random histories of one patient through the ledger's rules, and what must hold of each.

Run many: ``PYTHONPATH=src python -m narvard.care.tests.histories 100000``.
"""

import os
import random
import sys
import uuid
from collections import Counter
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta

import django

from narvard.care import ledger as rules
from narvard.care import ward
from narvard.care.ledger import ADMISSION_KINDS, MAIN_KINDS, Change, Ledger

START = datetime(2026, 11, 23, 6, 30, tzinfo=UTC)
HOUR = timedelta(hours=1)
TEAM, HOME_NURSING, HEALTH_CENTRE, OTHER_TEAM, WARD, NEW_NURSING = (uuid.UUID(int=n) for n in range(1, 7))
UNITS = [TEAM, HOME_NURSING, HEALTH_CENTRE, OTHER_TEAM]


@dataclass
class History:
    """A patient's life as random acts make it, with a record of who should hold, kept without the rules' code.

    ``now`` never goes back. ``expected`` is the sequence of (from, kind, holder) that the acts mean.
    """

    dice: random.Random
    ledger: Ledger = field(default_factory=Ledger)
    now: datetime = START
    enrolments: list[list] = field(default_factory=list)
    proposals: list[tuple] = field(default_factory=list)
    stay: uuid.UUID | None = None
    left: uuid.UUID | None = None
    earliest: datetime = START
    on_ward: set = field(default_factory=set)
    given_by_ward: set = field(default_factory=set)
    death: uuid.UUID | None = None
    before_death: list | None = None
    done: int = 0
    # Units that work only where the person has moved from, and the acts written before the move.
    left_behind: set = field(default_factory=set)
    before_move: set = field(default_factory=set)
    moved: int = 0

    def open_units(self) -> set:
        return {unit for unit, _start, end in self.enrolments if end is None or end > self.now}

    def write(self, change: Change) -> None:
        self.ledger = self.ledger.after(change)
        self.done += 1

    def past(self) -> datetime:
        return self.now - self.dice.choice([0, 0, 1, 5]) * HOUR

    def enrol(self) -> None:
        """During a stay the holders are those at home: now and then the ward, which means "as it is"."""
        unit = self.dice.choice(UNITS)
        if unit in self.open_units():
            return
        bound = self.open_units() | ({WARD} if self.stay else set())
        home = ward.at_home(self.ledger, self.stay) if self.stay else self.ledger
        holders = {}
        for kind in MAIN_KINDS:
            last = home.last_holder(kind)
            free = [unit, HEALTH_CENTRE, last or unit]
            if self.stay and self.dice.random() < 0.05:
                free.append(WARD)
            holders[kind] = last if last in bound else self.dice.choice(free)
        new = [holder for kind, holder in holders.items() if holder != home.last_holder(kind)]
        rules.refuse_left_behind(new, self.left_behind)
        source = uuid.uuid4()
        if self.stay:
            lying = ward.Stay(WARD, self.stay)
            change = ward.enrol_on_ward(self.ledger, holders, at=self.now, source=source, stay=lying, bound=bound)
        else:
            change = rules.enrol(self.ledger, holders, at=self.now, source=source, bound=bound)
        self.write(change)
        self.enrolments.append([unit, self.now, None])
        if self.stay:
            self.on_ward.add("enrol")

    def propose(self) -> None:
        """Mostly by one who holds what it offers; now and then by one who does not."""
        holder = self.ledger.last_holder(self.dice.choice(MAIN_KINDS))
        giver = holder if holder and self.dice.random() < 0.8 else self.dice.choice([*UNITS, WARD])
        held = [kind for kind, _scope in self.ledger.held_by(giver)]
        offered = held if held and self.dice.random() < 0.8 else MAIN_KINDS
        kinds = self.dice.sample(offered, self.dice.randint(1, len(offered)))
        receiver = self.dice.choice([*UNITS, NEW_NURSING] if self.left_behind else UNITS)
        rules.refuse_left_behind([receiver], self.left_behind)
        rules.refuse_unless_held(self.ledger, kinds, giver)
        self.proposals.append((giver, receiver, kinds))

    def accept(self) -> None:
        if not self.proposals:
            return
        giver, receiver, kinds = self.proposals.pop()
        starts = self.now + self.dice.choice([0, 0, 3, 20]) * HOUR
        self.write(rules.hand_over(self.ledger, kinds, giver=giver, receiver=receiver, at=starts, source=uuid.uuid4()))
        if giver == WARD:
            self.given_by_ward |= set(kinds)

    def decline(self) -> None:
        if self.proposals:
            self.proposals.pop()

    def move(self) -> None:
        """Home nursing stays behind and is responsible until the new one has accepted what it is asked."""
        if self.stay or self.left_behind:
            return
        self.left_behind, self.moved = {HOME_NURSING}, self.moved + 1
        self.before_move = {row.source for row in self.ledger.rows}
        self.proposals = [row for row in self.proposals if row[1] not in self.left_behind]
        for (giver, _scope), kinds in rules.held_among(self.ledger, self.left_behind).items():
            self.proposals.append((giver, NEW_NURSING, kinds))

    def undo_move(self) -> None:
        if NEW_NURSING not in {row.holder for row in self.ledger.rows if not row.voided}:
            self.left_behind, self.before_move = set(), set()
            self.proposals = [row for row in self.proposals if row[1] != NEW_NURSING]

    def admit(self) -> None:
        if self.stay:
            return
        source = uuid.uuid4()
        self.write(ward.admit(self.ledger, WARD, at=max(self.past(), self.earliest), source=source))
        self.stay, self.left, self.given_by_ward = source, None, set()

    def discharge(self) -> None:
        if not self.stay:
            return
        self.write(ward.discharge(self.ledger, WARD, at=self.past(), source=self.stay))
        self.stay, self.left, self.earliest = None, self.stay, self.now

    def undo_admission(self) -> None:
        if not self.stay:
            return
        self.write(ward.undo_admission(self.ledger, stay=self.stay, source=uuid.uuid4()))
        self.stay, self.left = None, None
        self.on_ward.add("undo_admission")

    def undo_discharge(self) -> None:
        if not self.left or self.stay:
            return
        lying = ward.Stay(WARD, self.left)
        self.write(ward.undo_discharge(self.ledger, lying, at=self.now, source=uuid.uuid4()))
        self.stay, self.left = self.left, None
        self.on_ward.add("undo_discharge")

    def die(self) -> None:
        source, died = uuid.uuid4(), self.past()
        self.before_death = [list(row) for row in self.enrolments]
        self.write(rules.die(self.ledger, at=died, source=source))
        self.death = source
        for row in self.enrolments:
            if row[2] is None or row[2] > died:
                row[2] = max(died, row[1])

    def undo(self) -> None:
        if self.death is None:
            return
        self.write(rules.undo(self.ledger, source=self.death))
        self.death, self.enrolments = None, self.before_death

    def end(self) -> None:
        running = [row for row in self.enrolments if row[2] is None]
        if not running:
            return
        row = self.dice.choice(running)
        if not self.ledger.held_by(row[0]):
            changes = [self.ledger.next_change(kind, self.now) for kind in MAIN_KINDS]
            row[2] = max([self.now, *(change.starts_at for change in changes if change)])

    def play(self, acts: int) -> None:
        for _ in range(acts):
            self.now += self.dice.choice([0, 1, 2, 30]) * HOUR
            if self.death:
                name = self.dice.choice(["undo", "wait", "wait"])
            else:
                name = self.dice.choices(
                    ["enrol", "propose", "accept", "decline", "admit", "discharge", "undo_admission", "undo_discharge",
                     "die", "end", "move", "undo_move", "wait"],
                    [6, 6, 6, 1, 4, 4, 1, 2, 1, 3, 2, 1, 1],
                )[0]  # fmt: skip
            before = self.ledger
            try:
                getattr(self, name, lambda: None)()
            except rules.LedgerRefused:
                assert self.ledger == before


def holders_by_hand(ledger: Ledger, kind: str, instant: datetime) -> list:
    """Every holder at an instant, found from raw periods: rows sorted by sequence, each until the next one starts."""
    rows = sorted((r for r in ledger.rows if not r.voided and r.kind == kind), key=lambda r: r.sequence)
    ends = ([row.starts_at for row in rows] + [None])[1:] if rows else []
    return [
        row.holder
        for row, end in zip(rows, ends, strict=True)
        if row.holder and row.starts_at <= instant and (end is None or instant < end)
    ]


def faults(history: History) -> list[str]:
    """What a history must never show; empty for a right one. Counted from the raw rows, not by the rules' code."""
    rows = history.ledger.rows
    instants = {row.starts_at for row in rows}
    instants |= {instant - timedelta(seconds=1) for instant in instants} | {history.now}
    found = []
    for _unit, start, end in history.enrolments:
        inside = [at for at in instants | {start} if start <= at and (end is None or at < end)]
        for at in inside:
            for kind in MAIN_KINDS:
                count = len(holders_by_hand(history.ledger, kind, at))
                if count != 1:
                    found.append(f"{count} holders of {kind} at {at.isoformat()}")
    if history.stay and not history.death:
        for kind in set(ADMISSION_KINDS) - history.given_by_ward:
            if holders_by_hand(history.ledger, kind, history.now) not in ([], [WARD]):
                found.append(f"the ward does not hold {kind} during the stay")
    for row in rows:
        taken = row.because in {"enrolment", "handover"} and row.source not in history.before_move
        if row.holder in history.left_behind and taken and not row.voided:
            found.append("who works only where the person has moved from took something over")
    if rules.gaps(history.ledger, [(start, end) for _unit, start, end in history.enrolments]):
        found.append("the rules' own check sees a gap")
    if rules.disorders(history.ledger):
        found.append("the rules' own check sees a disorder")
    return found


def main(count: int) -> int:
    """Play ``count`` histories, one for each seed from 0; print what was done and return how many were wrong."""
    done: Counter[str] = Counter()
    wrong = 0
    for seed in range(count):
        dice = random.Random(seed)
        history = History(dice)
        history.play(dice.randint(4, 40))
        done.update(row.because for row in history.ledger.rows)
        done.update(
            {
                "moves": history.done,
                "changed municipality": history.moved,
                "voided": sum(row.voided for row in history.ledger.rows),
            }
        )
        found = faults(history)
        if found:
            wrong += 1
            sys.stdout.write(f"seed {seed}: {'; '.join(found)}\n")
    counts = ", ".join(f"{name} {number}" for name, number in sorted(done.items()))
    sys.stdout.write(f"{count} histories, {wrong} wrong; {counts}\n")
    return wrong


if __name__ == "__main__":
    # Refusals are worded, and words need the settings.
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "narvard.config.settings")
    django.setup()
    sys.exit(1 if main(int(sys.argv[1])) else 0)
