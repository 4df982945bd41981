"""Reads of the log review: the queue, emergencies at once, and how much has been reviewed."""

import uuid
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from django.db.models import Count, Q, QuerySet, Sum
from django.db.models.functions import TruncMonth
from django.utils import timezone

from narvard.access.queries import blocks_in_force
from narvard.access.review.models import LogDecision, LogPicking, LogReview, Outcome
from narvard.core.models import AuditEvent, AuditSubject
from narvard.organisation.models import Commission
from narvard.people.models import Patient

# How far back an emergency opening that nobody has taken up is shown.
EMERGENCIES_FOR = timedelta(days=30)
MOST_EMERGENCIES = 50
TO_DECIDE, FOLLOWED_UP, CLOSED = "granska", "folj-upp", "avslutade"
GROUPS = {
    TO_DECIDE: Q(closed_at__isnull=True, outcome=""),
    FOLLOWED_UP: Q(closed_at__isnull=True) & ~Q(outcome=""),
    CLOSED: Q(closed_at__isnull=False),
}
_ORDER = {TO_DECIDE: ("rank", "at"), FOLLOWED_UP: ("follow_up_on", "rank"), CLOSED: ("-closed_at",)}


def queue(by: Commission, group: str) -> QuerySet[LogReview]:
    """A group of the provider's reviews, the reviewer's own accesses left out; each with what its row shows."""
    return (
        for_reviewer(by)
        .filter(GROUPS[group])
        .select_related("staff", "unit", "patient")
        .prefetch_related("reasons")
        .order_by(*_ORDER[group], "pk")
    )


def for_reviewer(by: Commission) -> QuerySet[LogReview]:
    """The reviews that somebody may see: the own provider's, of what others have done."""
    return LogReview.objects.filter(provider=by.provider_id).exclude(staff=by.staff_id)


def counts(by: Commission) -> dict[str, int]:
    """How many reviews each group holds."""
    found: dict[str, int] = for_reviewer(by).aggregate(**{key: Count("pk", filter=q) for key, q in _NAMED.items()})
    return {group: found[name] for group, name in zip(GROUPS, _NAMED, strict=True)}


_NAMED = {f"n{place}": condition for place, condition in enumerate(GROUPS.values())}


@dataclass(frozen=True)
class Emergency:
    """An emergency opening that nobody has taken up for review: the event and whom it opened."""

    event: AuditEvent
    patient: Patient


def new_emergencies(by: Commission, at: datetime) -> list[Emergency]:
    """The provider's emergency openings without a review, read from the log itself: seen at once, by no job."""
    rows = AuditSubject.objects.filter(
        event__provider=by.provider_id,
        event__action=AuditEvent.Action.EMERGENCY,
        event__staff__isnull=False,
        event__at__gt=at - EMERGENCIES_FOR,
    ).exclude(event__staff=by.staff_id)
    subjects = list(rows.select_related("event").order_by("-event__at", "-pk")[:MOST_EMERGENCIES])
    known = _taken_up(subjects)
    patients = Patient.objects.in_bulk({row.patient for row in subjects})
    return [
        Emergency(row.event, patients[row.patient])
        for row in subjects
        if row.patient in patients and (row.event.staff, row.patient, timezone.localdate(row.event.at)) not in known
    ]


def emergencies_past_our_blocks(by: Commission, at: datetime) -> list[Emergency]:
    """Other providers' emergency openings of patients who have blocked something of ours: for us to know of.

    They are reviewed where they were made; the provider that blocked sees them at once all the same.
    """
    blocked = blocks_in_force(at).filter(provider=by.provider_id).values("patient")
    rows = AuditSubject.objects.filter(
        patient__in=blocked, event__action=AuditEvent.Action.EMERGENCY, event__at__gt=at - EMERGENCIES_FOR
    ).exclude(event__provider=by.provider_id)
    subjects = list(rows.select_related("event").order_by("-event__at", "-pk")[:MOST_EMERGENCIES])
    patients = Patient.objects.in_bulk({row.patient for row in subjects})
    return [Emergency(row.event, patients[row.patient]) for row in subjects if row.patient in patients]


def _taken_up(subjects: Iterable[AuditSubject]) -> set[tuple[uuid.UUID, uuid.UUID | None, date]]:
    people, patients = {row.event.staff for row in subjects}, {row.patient for row in subjects}
    rows = LogReview.objects.filter(staff__in=people, patient__in=patients)
    return set(rows.values_list("staff", "patient", "day"))


def decisions_of(review: LogReview) -> QuerySet[LogDecision]:
    """What has been decided, newest first."""
    return review.decisions.select_related("decided_by__staff", "decided_by__unit")


@dataclass(frozen=True)
class Month:
    """A month of a provider's log: pairs of person and patient, how many were picked, and how many concluded."""

    first: date
    accesses: int
    picked: int
    reviewed: int
    breaches: int

    @property
    def share(self) -> float | None:
        """The share of all accesses that somebody has reviewed; None when there were none."""
        return self.reviewed / self.accesses if self.accesses else None

    @property
    def done(self) -> float | None:
        """The share of the picked ones that somebody has reviewed."""
        return self.reviewed / self.picked if self.picked else None


def coverage(provider: uuid.UUID, until: date, *, months: int = 6) -> list[Month]:
    """The latest months whose log has been gone through, newest first, in two queries."""
    since = until - timedelta(days=31 * months)
    pickings = LogPicking.objects.filter(provider=provider, day__gte=since)
    accesses = dict(
        pickings.annotate(month=TruncMonth("day")).values_list("month").annotate(n=Sum("accesses")).order_by("-month")
    )
    reviews = LogReview.objects.filter(provider=provider, day__gte=since).annotate(month=TruncMonth("day"))
    found = {
        month: counts
        for month, *counts in reviews.values_list("month")
        .annotate(
            picked=Count("pk"),
            reviewed=Count("pk", filter=Q(closed_at__isnull=False)),
            breaches=Count("pk", filter=Q(outcome=Outcome.BREACH)),
        )
        .order_by()
    }
    return [Month(month, count, *found.get(month, (0, 0, 0))) for month, count in accesses.items()][:months]
