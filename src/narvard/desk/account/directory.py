"""Units and phones as a page shows them."""

from dataclasses import dataclass
from datetime import datetime

from django.db.models import Q
from django.utils import timezone

from narvard.core.sorting import sort_key
from narvard.organisation.models import CareUnit
from narvard.organisation.queries import Call, in_service, is_open, opens_next, whom_to_call, with_hours


@dataclass(frozen=True)
class Row:
    """One unit: whether it is open, when it opens next, and whom to call."""

    unit: CareUnit
    open: bool
    opens: datetime | None
    call: Call | None


def directory_rows(text: str, at: datetime) -> list[Row]:
    """Units whose name, kind or municipality holds every word of ``text``, in Swedish order."""
    units = with_hours(in_service(timezone.localdate(at))).order_by("sort_key")
    for word in text.split():
        units = units.filter(_matches(word))
    return [Row(unit, is_open(unit, at), opens_next(unit, at), whom_to_call(unit, at)) for unit in units]


def _matches(word: str) -> Q:
    kinds = [value for value, label in CareUnit.Kind.choices if word.casefold() in str(label).casefold()]
    key = sort_key(word)
    return Q(sort_key__contains=key) | Q(kind__in=kinds) | Q(municipality__sort_key__startswith=key)
