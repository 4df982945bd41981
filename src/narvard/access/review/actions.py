"""Writes of the log review: picking, deciding, handing out a patient's extract."""

import uuid
from datetime import date, datetime
from typing import Any

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from narvard.access.review import rules
from narvard.access.review.daylog import Access, DayLog, WorkingTimes
from narvard.access.review.models import LogDecision, LogPicking, LogReview, Outcome, ReviewReason
from narvard.core import audit, once
from narvard.core.errors import Refused
from narvard.core.models import AuditEvent
from narvard.organisation.models import CareProvider, Commission
from narvard.people.models import Patient


class OwnAccess(Refused):
    """Nobody reviews what they have done themselves."""


class NothingToReview(Refused):
    """An event that nobody in particular did."""


class AlreadyClosed(Refused):
    """A review that is concluded is history."""


class DecisionIncomplete(Refused):
    """A decision lacks what makes it possible to follow up."""


@transaction.atomic
def pick_reviews(
    *, provider: CareProvider, day: date, working: WorkingTimes, by: audit.Actor, at: datetime
) -> LogPicking:
    """Go through the provider's log of a whole day and pick what is to be reviewed.

    Once per day: gone through again, the day gives the same items and nothing new is written.
    """
    picking, new = LogPicking.objects.select_for_update().get_or_create(provider=provider, day=day, defaults={"at": at})
    if not new:
        return picking
    log = DayLog(provider, day, working)
    picked = sum(_pick(log, rule, at) for rule in rules.RULES)
    picking.accesses = len({(row.staff, row.patient) for row in log.opened})
    picking.save(update_fields=["accesses"])
    audit.write("access.pick_reviews", by=by, at=at, object_kind="logreview", reason=f"{provider.pk} {day} {picked}")
    return picking


def _pick(log: DayLog, rule: rules.Rule, at: datetime) -> int:
    return sum(_add(log.provider.pk, log.day, rule.key, pick, at) for pick in rule.pick(log))


def _add(provider: uuid.UUID, day: date, rule: str, pick: rules.Pick, at: datetime) -> bool:
    """Put an access in the queue with its reason; whether it was not there for that reason before."""
    access, rank = pick.access, rules.RANKS[rule]
    patient = None if pick.whole_day else access.patient
    key: dict[str, Any] = {"provider_id": provider, "staff_id": access.staff, "day": day, "patient_id": patient}
    review, _created = LogReview.objects.get_or_create(
        **key,
        defaults={"unit_id": access.unit, "event": access.event, "at": access.at, "picked_at": at, "rank": rank},
    )
    if rank < review.rank:
        review.rank = rank
        review.save(update_fields=["rank"])
    _reason, new = ReviewReason.objects.get_or_create(review=review, rule=rule, defaults={"params": pick.params})
    return new


@transaction.atomic
def take_up(*, event: AuditEvent, patient: Patient, by: Commission, at: datetime) -> LogReview:
    """Put an emergency opening in the queue at once, before the day's log is gone through. A repeat gives the same."""
    if event.staff is None or event.unit is None or event.provider is None:
        raise NothingToReview(_("Händelsen gjordes av systemet: det finns ingen att granska."))
    if event.staff == by.staff_id:
        raise OwnAccess(_("Du kan inte granska det du själv har gjort."))
    access = Access(
        event.event_id, event.at, event.action, event.what, event.object_kind, event.object_id, event.reason,
        event.staff, event.unit, patient.pk,
    )  # fmt: skip
    day = timezone.localdate(event.at)
    _add(event.provider, day, "emergency", rules.Pick(access), at)
    review = LogReview.objects.get(provider=event.provider, staff=event.staff, day=day, patient=patient)
    audit.write(
        "access.take_up_review", by=by, at=at, patients=[patient.pk], object_kind="logreview", object_id=review.pk
    )
    return review


@transaction.atomic
def decide_review(
    *,
    review: LogReview,
    outcome: Outcome,
    by: Commission,
    at: datetime,
    note: str = "",
    follow_up_on: date | None = None,
    closes: bool = False,
    expected: int | None = None,
) -> LogDecision:
    """Decide on an access: in order (which closes it), ask the person, or a suspected breach until it is closed."""
    row = once.lock(LogReview.objects.all(), review.pk, expected)
    note = note.strip()
    closes = closes or outcome == Outcome.IN_ORDER
    _refuse(row, outcome, note, follow_up_on, closes, by, at)
    decision = LogDecision.objects.create(
        review=row,
        outcome=outcome,
        note=note,
        follow_up_on=None if closes else follow_up_on,
        closes=closes,
        at=at,
        decided_by=by,
    )
    row.outcome, row.follow_up_on, row.closed_at = outcome, decision.follow_up_on, at if closes else None
    once.save(row, "outcome", "follow_up_on", "closed_at")
    audit.write(
        "access.decide_review",
        by=by,
        at=at,
        patients=[row.patient_id] if row.patient_id else [],
        object_kind="logreview",
        object_id=row.pk,
        reason=outcome,
    )
    return decision


def _refuse(
    row: LogReview,
    outcome: Outcome,
    note: str,
    follow_up_on: date | None,
    closes: bool,
    by: Commission,
    at: datetime,
) -> None:
    if row.staff_id == by.staff_id:
        raise OwnAccess(_("Du kan inte granska det du själv har gjort."))
    if row.closed_at is not None:
        raise AlreadyClosed(_("Granskningen är redan avslutad."))
    if outcome == Outcome.ASK and closes:
        raise DecisionIncomplete(_("Skriv vad svaret visade: i sin ordning eller misstänkt intrång."))
    if (outcome != Outcome.IN_ORDER or row.outcome) and not note:
        raise DecisionIncomplete(_("Skriv vad som kom fram."))
    if not closes and (follow_up_on is None or follow_up_on < timezone.localdate(at)):
        raise DecisionIncomplete(_("Välj en dag framåt då det följs upp."))


@transaction.atomic
def issue_extract(
    *,
    patient: Patient,
    since: date,
    until: date,
    by: Commission,
    at: datetime,
    action: audit.Action,
) -> None:
    """Log that a patient's log extract for the days ``since`` to ``until`` (included) was printed or taken out."""
    audit.write(
        "access.issue_extract",
        by=by,
        at=at,
        action=action,
        patients=[patient.pk],
        object_kind="logextract",
        object_id=f"{since} {until}",
        reason="log-extract",
    )
