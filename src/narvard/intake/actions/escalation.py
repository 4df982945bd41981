"""A clock that has run out is told further: to the one who should act, the coordinator, the fallback unit."""

from collections.abc import Iterator
from datetime import datetime

from django.db import transaction

from narvard.core import audit
from narvard.intake import clocks, states, steps
from narvard.intake.models import CareRequest, RequestEvent, Rung
from narvard.intake.relations import keep_relations
from narvard.intake.states import Clock
from narvard.organisation.models import CareUnit
from narvard.organisation.queries import fallback_unit


@transaction.atomic
def escalate_late(*, by: audit.Actor, at: datetime) -> list[RequestEvent]:
    """Escalate every open request as far as its clock has come; returns the new events, each with the unit told.

    What an answer depends on has not changed, so no open page goes stale by it. State, keeper and clock stay:
    only an act ends an escalation.
    """
    late = CareRequest.objects.exclude(state=states.State.CLOSED).filter(due_at__lt=at, escalation__lt=Rung.FALLBACK)
    rows = late.select_for_update(of=("self",)).select_related("owner_unit", "patient").order_by("pk")
    return [event for row in rows for event in _escalate(row, by, at)]


def _escalate(row: CareRequest, by: audit.Actor, at: datetime) -> Iterator[RequestEvent]:
    clock = states.running_clock(row)
    if clock is None or row.due_at is None:
        raise ValueError(f"{row} is open and has no clock")
    for rung in clocks.reached(clock, row.urgency, row.due_at, at):
        told = _told(row, rung, clock)
        if rung <= row.escalation or told is None:
            continue
        before = states.situation(row)
        row.escalation = rung
        row.backup = told if rung == Rung.FALLBACK else None
        row.save(update_fields=["escalation", "backup"])
        keep_relations(row, before, by=by, at=at)
        steps.log(row, "escalate_late", by=by, at=at)
        yield steps.note(row, RequestEvent.Kind.ESCALATED, by=None, at=at, rung=rung, told=told)


def _told(row: CareRequest, rung: Rung, clock: Clock) -> CareUnit | None:
    """The unit on a rung; None where the area has no unit that answers when the intake does not."""
    if rung == Rung.COORDINATOR:
        return row.owner_unit
    if rung == Rung.FALLBACK:
        return fallback_unit(row.owner_unit)
    return row.keeper if clock is Clock.REASSESS else row.team
