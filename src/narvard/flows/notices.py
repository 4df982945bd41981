"""What runs late is told further by the clock, and whoever is told gets a notice; parts of ``narvard tick``.

An escalation and its notices are one transaction: nothing is escalated that nobody is told of.
"""

from datetime import datetime
from uuid import UUID

from django.conf import settings
from django.db import transaction
from django.urls import reverse
from django.utils import timezone
from django_tasks import task

from narvard.care import actions as care
from narvard.care.models import Duty, Handover
from narvard.core import audit, clock
from narvard.intake.actions import escalate_late
from narvard.intake.early.actions import escalate_early_cases
from narvard.organisation.models import CareUnit, Commission
from narvard.organisation.notices import sending
from narvard.organisation.notices.actions import notify
from narvard.organisation.notices.models import Delivery, Notice
from narvard.organisation.queries import intake_unit, managers_of

Kind = Notice.Kind
_PAGES = {
    Kind.REQUEST: "intake:request",
    Kind.HANDOVER: "handover:page",
    Kind.DUTY: "patient:duty",
    Kind.HAND_BACK: "handover:page",
    Kind.EARLY: "intake:early-accept",
}


def page_of(notice: Notice) -> str:
    """The page of what waits, within the site."""
    return reverse(_PAGES[Kind(notice.kind)], args=[notice.object_id])


@transaction.atomic
def escalate_requests(at: datetime) -> int:
    """Escalate requests whose clock has run out; returns how many times somebody was told."""
    events = escalate_late(by=audit.SYSTEM, at=at)
    for event in events:
        if event.told is not None:
            _tell(event.told, Kind.REQUEST, event.request_id, f"request-event {event.pk}", at)
    return len(events)


@transaction.atomic
def escalate_handovers(at: datetime) -> int:
    """Escalate hand-overs and asks for a bed that nobody has answered in time; both sides and their chiefs are told."""
    rows = care.escalate_unanswered(by=audit.SYSTEM, at=at)
    for row in rows:
        _tell_both(row, Kind.HANDOVER, at)
    return len(rows)


@transaction.atomic
def escalate_handover(
    *, handover: Handover, reason: str, by: Commission, at: datetime, version: int | None = None
) -> Handover:
    """Either side calls in both chiefs, who are told by name; the giver stays responsible meanwhile."""
    row = care.escalate_handover(handover=handover, reason=reason, by=by, at=at, version=version)
    _tell_both(row, Kind.HANDOVER, at)
    return row


def _tell_both(row: Handover, kind: Kind, at: datetime) -> None:
    """Both units, and the managers of both in person; each once for each hand-over and clock."""
    for unit in (row.receiver, row.giver):
        _tell(unit, kind, row.pk, f"handover {row.pk} {row.due_at} {unit.pk}"[:80], at)
        for chief in managers_of(unit, timezone.localdate(at)):
            key = f"{'late' if kind == Kind.HAND_BACK else 'chief'} {row.pk} {chief.pk}"
            notify(unit=chief.unit, told=chief, kind=kind, object_id=row.pk, key=key, by=audit.SYSTEM, at=at)


@transaction.atomic
def escalate_duties(at: datetime) -> int:
    """Escalate what was due and nobody did in time: the unit is told, and the joint intake of its area.

    Of a late hand-back both sides are told, and their chiefs.
    """
    rows = care.escalate_late_duties(by=audit.SYSTEM, at=at)
    for row in rows:
        if row.kind == Duty.Kind.HAND_BACK:
            taken = Handover.objects.select_related("giver", "receiver").get(pk=row.source_id)
            _tell_both(taken, Kind.HAND_BACK, at)
        _tell(row.unit, Kind.DUTY, row.pk, f"duty {row.pk}", at)
        intake = intake_unit(row.unit.care_area)
        if intake is not None:
            _tell(intake, Kind.DUTY, row.pk, f"duty {row.pk} intake", at)
    return len(rows)


@transaction.atomic
def escalate_early_signs(at: datetime) -> int:
    """Escalate cases of early signs that nobody has answered in time; the health centre is told."""
    rows = escalate_early_cases(by=audit.SYSTEM, at=at)
    for row in rows:
        _tell(row.owner_unit, Kind.EARLY, row.pk, f"early {row.pk} {row.state}", at)
    return len(rows)


def _tell(unit: CareUnit, kind: Kind, object_id: UUID, key: str, at: datetime) -> None:
    notify(unit=unit, kind=kind, object_id=object_id, key=key, by=audit.SYSTEM, at=at)


def send_due(at: datetime) -> int:
    """Ask the worker to send what waits; returns how many."""
    keys = sending.due(at)
    for key in keys:
        send_notice.enqueue(str(key))
    return len(keys)


@task()
def send_notice(delivery: str) -> None:
    """Send one notice; one that has been sent, or that another worker has, is left alone."""
    row = Delivery.objects.select_related("notice").get(pk=UUID(delivery))
    sending.send(row.pk, f"{settings.NARVARD_SITE_URL}{page_of(row.notice)}", clock.now())
