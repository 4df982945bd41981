"""Reads of needs kits: a person's, and those of a unit that expire or lack something."""

import uuid
from dataclasses import dataclass
from datetime import datetime

from django.db.models import Prefetch, Q, QuerySet
from django.utils import timezone

from narvard.care.kits.contents import templates
from narvard.care.kits.models import KitEvent, KitItem, NeedsKit
from narvard.care.kits.stock import Stock, stock_of


def with_content(rows: QuerySet[NeedsKit]) -> QuerySet[NeedsKit]:
    """Kits with units, items and events fetched."""
    items = KitItem.objects.select_related("prescribed_by__staff", "prescribed_by__unit")
    events = KitEvent.objects.select_related("by__staff", "by__unit", "item")
    prefetched = ("units", Prefetch("items", items), Prefetch("events", events))
    return rows.select_related("owner_unit", "patient").prefetch_related(*prefetched)


def kits_of(patient: uuid.UUID) -> QuerySet[NeedsKit]:
    """The kits that lie in the person's home."""
    return with_content(NeedsKit.objects.filter(patient=patient, returned_at=None)).order_by("created_at")


def all_kits_of(patient: uuid.UUID) -> QuerySet[NeedsKit]:
    """The kits that lie or have lain in the person's home."""
    return with_content(NeedsKit.objects.filter(patient=patient)).order_by("created_at")


def stock(kit: NeedsKit) -> list[Stock]:
    """What lies in the kit (fetched with its content), in the order of its kind."""
    known = templates().get(kit.template)
    order = [row.key for row in known.items] if known else []
    items = sorted(kit.items.all(), key=lambda row: order.index(row.key) if row.key in order else len(order))
    return stock_of(kit, items, list(kit.events.all()))


def taught(kit: NeedsKit) -> list[KitEvent]:
    """Who among the relatives has been taught."""
    return [row for row in kit.events.all() if row.kind == KitEvent.Kind.TAUGHT]


@dataclass(frozen=True)
class Lack:
    """A kit that must be seen to, with the medicines it is about."""

    kit: NeedsKit
    lacking: list[Stock]
    expiring: list[Stock]
    # The person has died: the kit goes back.
    to_return: bool

    @property
    def due_at(self) -> datetime | None:
        """The nearest clock of what is lacking."""
        return min((row.due_at for row in self.lacking if row.due_at), default=None)


def lack_of(kit: NeedsKit, at: datetime) -> Lack:
    """What a kit (fetched with its content) lacks; nothing more is filled for one who has died."""
    today, rows, died = timezone.localdate(at), stock(kit), kit.patient.died_at is not None
    lacking = [row for row in rows if row.lacks and not died]
    return Lack(kit, lacking, [row for row in rows if row.expires_soon(today) and not died], died)


def to_see_to(unit: uuid.UUID, at: datetime) -> list[Lack]:
    """Kits that the unit opens and that lack something, expire within three weeks or are to go back; by clock."""
    mine = Q(owner_unit=unit) | Q(units=unit)
    kits = with_content(NeedsKit.objects.filter(mine, returned_at=None).distinct())
    found = [row for row in (lack_of(kit, at) for kit in kits) if row.lacking or row.expiring or row.to_return]
    return sorted(found, key=lambda row: (row.due_at is None, row.due_at or at, str(row.kit.pk)))
