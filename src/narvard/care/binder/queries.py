"""Reads of binders: those that were made, the one in the home, and whether it is out of date."""

import uuid
from collections.abc import Iterable
from datetime import datetime

from django.db.models import QuerySet

from narvard.access.guard import OpenPatient
from narvard.care.binder.contents import gather
from narvard.care.binder.models import Binder


def binders_of(patient: uuid.UUID) -> QuerySet[Binder]:
    """The versions that were made, newest first, ready for the guard."""
    rows = Binder.objects.filter(patient=patient).select_related("owner_unit", "made_by__staff", "placed_by__staff")
    return rows.prefetch_related("units").order_by("-number")


def in_home(binders: Iterable[Binder]) -> Binder | None:
    """The version that lies in the home: the one that was put there last."""
    placed = [row for row in binders if row.placed_at is not None]
    return max(placed, key=lambda row: row.number, default=None)


def is_out_of_date(binder: Binder, opened: OpenPatient, at: datetime) -> bool:
    """Whether something that stands in the binder has changed since it was made."""
    return bool(binder.basis != gather(opened, at).basis)
