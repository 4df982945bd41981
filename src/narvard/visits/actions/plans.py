"""Writes to plans: asking for a planning run, and fixing people to visits."""

from datetime import date, datetime

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from narvard.core import audit, once, runs
from narvard.core.errors import Refused
from narvard.core.models import Run
from narvard.organisation.models import Commission
from narvard.visits import queries
from narvard.visits.models import Visit, VisitRole
from narvard.visits.planner import insert
from narvard.visits.rules import check_plans, check_plans_area

PLAN_DAY = "plan-day"


class PastDay(Refused):
    """A day that is over is not planned."""


class DayChanged(Refused):
    """The place that the page showed is no longer there."""


class NotOpen(Refused):
    """The visit has begun, ended or been called off; it is not moved."""


class NothingToPin(Refused):
    """Only a visit that has somebody can be fixed to them."""


@transaction.atomic
def request_plan(
    *,
    care_area: str,
    date: date,
    by: Commission,
    at: datetime,
    seconds: float | None = 10.0,
    evaluations: int | None = None,
    seed: int = 1,
) -> tuple[Run, bool]:
    """Ask for a day to be planned in the background; returns the run and whether it is new.

    Two planners who ask at once share one run. Enqueue the task for a new one in the same transaction.
    Raises ``NotYourArea`` and :class:`PastDay`.
    """
    check_plans_area(care_area, by)
    if date < timezone.localdate(at):
        raise PastDay(_("Dagen har passerat och kan inte planeras."))
    run, new = runs.request(
        PLAN_DAY,
        queries.plan_key(care_area, date),
        at=at,
        params={
            "care_area": care_area,
            "date": date.isoformat(),
            "seconds": seconds,
            "evaluations": evaluations,
            "seed": seed,
        },
        commission=by.pk,
    )
    audit.write("visits.request_plan", by=by, at=at, object_kind="run", object_id=run.pk)
    return run, new


@transaction.atomic
def pin_visit(*, visit: Visit, pinned: bool, by: Commission, at: datetime, expected: int | None = None) -> Visit:
    """Fix the people who are planned for a visit to it, or let them go; the next plan keeps to it."""
    row = once.lock(Visit.objects.select_related("owner_unit"), visit.pk, expected)
    check_plans(row.owner_unit, by)
    if row.state != Visit.State.PLANNED:
        raise NothingToPin(_("Bara ett planerat besök kan låsas."))
    VisitRole.objects.filter(visit=row, shift__isnull=False).update(pinned=pinned)
    once.save(row)
    audit.write(
        "visits.pin_visit" if pinned else "visits.unpin_visit",
        by=by,
        at=at,
        patients=[row.patient_id],
        object_kind="visit",
        object_id=row.pk,
    )
    return row


@transaction.atomic
def place_visit(*, visit: Visit, token: str, by: Commission, at: datetime, expected: int | None = None) -> list[Visit]:
    """Take a visit into the plan (or move it) the way ``planner.insert.options`` showed, and hold its people to it.

    Returns the visits that changed, the visit itself first. Raises :class:`NotOpen`, :class:`DayChanged` and
    ``Stale``.
    """
    row = once.lock(Visit.objects.select_related("owner_unit"), visit.pk, expected)
    check_plans(row.owner_unit, by)
    if row.state not in queries.OPEN_STATES:
        raise NotOpen(_("Besöket är redan %(state)s.") % {"state": row.get_state_display()})
    changed = insert.take_in(row, token, at=at)
    if changed is None:
        raise DayChanged(_("Dagen har ändrats sedan förslaget visades. Se de nya förslagen."))
    audit.write(
        "visits.place_visit",
        by=by,
        at=at,
        patients=[each.patient_id for each in changed],
        object_kind="visit",
        object_id=row.pk,
    )
    return changed
