"""Locked rows: what several actions do to visits before they say so in the audit log."""

from django.db.models import QuerySet

from narvard.core import once
from narvard.visits.models import Visit


def locked(visits: "QuerySet[Visit]") -> "QuerySet[Visit]":
    """The rows, locked in one order so that two writers never wait for each other."""
    keys = list(visits.values_list("pk", flat=True))
    return Visit.objects.select_for_update().filter(pk__in=keys).order_by("pk")


def release(visit: Visit, *also: str) -> None:
    """Give a locked visit back to be planned: no time, and nobody who is not pinned to it."""
    visit.roles.filter(pinned=False).update(shift=None)
    visit.roles.update(order=None, travel_minutes=None)
    visit.state, visit.starts_at, visit.ends_at, visit.plan = Visit.State.TO_PLAN, None, None, None
    visit.reason, visit.reason_code = "", ""
    once.save(visit, "state", "starts_at", "ends_at", "plan", "reason", "reason_code", *also)
