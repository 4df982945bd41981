"""From utilisation data to the table of a time series or a roll-out: hospital care by municipality and whole month."""

from collections import defaultdict
from collections.abc import Mapping
from datetime import date, timedelta
from uuid import UUID

import pandas as pd
from django.utils import timezone

from narvard.engines.evidence import join_stays
from narvard.followup.effect.designs import places, whole_months
from narvard.followup.utilisation.models import UtilisationEvent
from narvard.followup.utilisation.queries import covered, events

COLUMNS = ["unit", "month", "start", "days", "bed_days", "admissions"]


def table(provider: UUID, starts: Mapping[str, date]) -> tuple[pd.DataFrame, dict[str, int]]:
    """One row for each municipality and month, and how many stays were counted and how many had no municipality."""
    span = covered(provider=provider)
    if span is None:
        return pd.DataFrame(columns=COLUMNS), {"stays": 0, "without_municipality": 0}
    months, names = whole_months(span), places(provider)
    stays, nowhere = _stays(provider, span.since, span.until, names)
    firsts = [(month - span.since).days for month in months]
    lasts = [*firsts[1:], firsts[-1] + _length(months[-1])] if firsts else []
    rows = []
    for code, name in names.items():
        mine = stays[stays["municipality"] == code]
        for index, (low, high) in enumerate(zip(firsts, lasts, strict=True)):
            nights = mine["end"].clip(upper=high) - mine["start"].clip(lower=low)
            began = int(mine["start"].between(low, high, inclusive="left").sum())
            rows.append(
                (name, index, _start(starts.get(code), months), high - low, int(nights.clip(lower=0).sum()), began)
            )
    made = pd.DataFrame(rows, columns=COLUMNS).astype({"start": "Int64"})
    return made, {"stays": len(stays) + nowhere, "without_municipality": nowhere}


def _length(month: date) -> int:
    return ((month + timedelta(days=32)).replace(day=1) - month).days


def _start(day: date | None, months: list[date]) -> int | None:
    """The month in which it started, counted from the first one; below nought is before them all."""
    if day is None:
        return None
    place = (day.year - months[0].year) * 12 + day.month - months[0].month
    return place if place < len(months) else None


def _stays(provider: UUID, since: date, until: date, names: Mapping[str, str]) -> tuple[pd.DataFrame, int]:
    """Stays with transfers joined, in days from ``since``, by where the person lived when each began."""
    rows = events(UtilisationEvent.Kind.INPATIENT).filter(delivery__unit__provider=provider).order_by("starts_at")
    told, lived = [], defaultdict[tuple[str, int], str](str)
    for person, start, end, place in rows.values_list("person", "starts_at", "ends_at", "municipality"):
        low = (timezone.localdate(start) - since).days
        high = (timezone.localdate(end) if end else until) - since
        told.append((str(person), low, max(low, high.days)))
        lived[str(person), low] = lived[str(person), low] or place or ""
    joined = join_stays(pd.DataFrame(told, columns=["person", "start", "end"]))
    joined["municipality"] = [lived[row.person, int(row.start)] for row in joined.itertuples()]
    known = joined["municipality"].isin(list(names))
    return joined[known], int((~known).sum())
