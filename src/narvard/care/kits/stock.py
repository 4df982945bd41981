"""What lies in a kit: how many of each, the earliest day they expire, and since when something is lacking. Pure."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from narvard.care.kits.contents import templates
from narvard.care.kits.models import KitEvent, KitItem, NeedsKit
from narvard.core import calendar

Kind = KitEvent.Kind
# How long before the day a medicine stands in the list of what expires.
AHEAD = timedelta(days=21)


@dataclass(frozen=True)
class Lot:
    """What is left of one batch."""

    expires_on: date | None
    batch: str
    left: int


@dataclass(frozen=True)
class Stock:
    """One medicine of a kit as it is now."""

    item: KitItem
    left: int
    least: int
    expires_on: date | None
    batch: str
    # When what is lacking must have been filled up; none while nothing is.
    due_at: datetime | None

    @property
    def lacks(self) -> bool:
        """Whether there is less than there ought to be."""
        return self.left < self.least

    def expires_soon(self, today: date) -> bool:
        """Whether it expires within three weeks, or has."""
        return self.expires_on is not None and self.expires_on <= today + AHEAD

    def expired(self, today: date) -> bool:
        """Whether it has expired (it may be used through its last day)."""
        return self.expires_on is not None and self.expires_on < today


def stock_of(kit: NeedsKit, items: Iterable[KitItem], events: Sequence[KitEvent]) -> list[Stock]:
    """Each medicine that is prescribed now, oldest batch used first."""
    return [_of(kit, item, [row for row in events if row.item_id == item.pk]) for item in items if not item.stopped_at]


def _of(kit: NeedsKit, item: KitItem, events: Sequence[KitEvent]) -> Stock:
    least, lots = _least(kit, item), lots_of(events)
    first = lots[0] if lots else None
    left = sum(lot.left for lot in lots)
    due = _due(item, events, least)
    return Stock(item, left, least, first.expires_on if first else None, first.batch if first else "", due)


def lots_of(events: Iterable[KitEvent]) -> list[Lot]:
    """What is left of each batch of one medicine, the one that expires first used first."""
    rows = list(events)
    out = -sum(row.amount for row in rows if row.amount < 0)
    filled = [row for row in rows if row.kind == Kind.FILLED]
    lots = []
    for row in sorted(filled, key=lambda row: row.expires_on or date.max):
        used = min(out, row.amount)
        out -= used
        if row.amount > used:
            lots.append(Lot(row.expires_on, row.batch, row.amount - used))
    return lots


def _least(kit: NeedsKit, item: KitItem) -> int:
    known = templates().get(kit.template)
    return next((row.least for row in known.items if row.key == item.key), 1) if known else 1


def _due(item: KitItem, events: Sequence[KitEvent], least: int) -> datetime | None:
    """The end of the working day after the one when it fell below what ought to be there."""
    left, since = 0, item.prescribed_at
    for row in events:
        before, left = left, max(left + row.amount, 0)
        if left < least <= before:
            since = row.happened_at
    if left >= least:
        return None
    return calendar.end_of_next_working_day(since)
