"""What becomes of visits when care passes on, ends, stops or runs on again; ``flows`` orders these."""

from datetime import date, datetime, timedelta

from django.db import transaction
from django.utils import timezone

from narvard.care.models import Episode
from narvard.core import audit, once
from narvard.organisation.models import Commission
from narvard.people.models import Patient
from narvard.visits import queries, relations, sentences
from narvard.visits.actions.needs import move_needs, stop_need
from narvard.visits.actions.visits import cancel_open_visits
from narvard.visits.frequency import next_start
from narvard.visits.models import NeedRole, Visit, VisitNeed
from narvard.visits.rows import locked, release

DIED = "died"


@transaction.atomic
def end_needs(*, episode: Episode, until: date, reason: str, by: Commission, at: datetime) -> list[VisitNeed]:
    """End what an episode asks for: at once, or after the day ``until`` when the episode ends later."""
    needs = list(VisitNeed.objects.filter(episode=episode, ended_at=None))
    if until <= timezone.localdate(at):
        return [stop_need(need=need, reason=reason, by=by, at=at) for need in needs]
    return [_last_on(need, until, reason, by=by, at=at) for need in needs]


def _last_on(need: VisitNeed, until: date, reason: str, *, by: Commission, at: datetime) -> VisitNeed:
    if need.first_on > until:
        return stop_need(need=need, reason=reason, by=by, at=at)
    row = once.lock(VisitNeed.objects.all(), need.pk)
    row.last_on = min(row.last_on or until, until)
    row.end_reason = reason.strip()[:200]
    once.save(row, "last_on", "end_reason")
    cancel_open_visits(visits=row.visits.filter(date__gt=until), reason=reason, by=by, at=at)
    _log("visits.limit_need", row, by, at)
    return row


def _log(what: str, need: VisitNeed, by: Commission, at: datetime, reason: str = "") -> None:
    audit.write(
        what,
        by=by,
        at=at,
        patients=[need.patient_id],
        object_kind="visitneed",
        object_id=need.pk,
        reason=reason,
    )


@transaction.atomic
def move_needs_from(
    *, giver: Episode, receiver: Episode, from_on: date, by: Commission, at: datetime
) -> list[VisitNeed]:
    """The receiver goes from the day ``from_on``; until then the giver does. Returns the receiver's needs."""
    if from_on <= timezone.localdate(at):
        return move_needs(giver=giver, receiver=receiver, by=by, at=at)
    needs = VisitNeed.objects.filter(episode=giver, ended_at=None).select_related("patient", "owner_unit")
    continued = [_continue(need, receiver, from_on, by, at) for need in needs]
    reason = sentences.TAKES_OVER % {"unit": receiver.unit.name}
    end_needs(episode=giver, until=from_on - timedelta(days=1), reason=reason, by=by, at=at)
    return [need for need in continued if need is not None]


def _continue(need: VisitNeed, receiver: Episode, from_on: date, by: Commission, at: datetime) -> VisitNeed | None:
    """A copy of ``need`` for the receiver, in step with the giver's, and the visits made for those days."""
    starts = next_start(need, from_on)
    if starts is None:
        return None
    roles = list(need.roles.select_related("unit"))
    fields = {field.name: getattr(need, field.name) for field in VisitNeed._meta.fields if field.name != "id"}
    fields |= {"episode": receiver, "owner_unit": receiver.unit, "first_on": starts, "end_reason": "", "version": 1}
    copy = VisitNeed.objects.create(**fields)
    giver = need.episode.unit_id
    for role in roles:
        mine = role.unit_id == giver
        role.pk, role.need = None, copy
        role._state.adding = True
        if mine:
            role.unit, role.preferred_staff = receiver.unit, None
    NeedRole.objects.bulk_create(roles)
    for visit in locked(need.visits.filter(date__gte=from_on, state__in=queries.OPEN_STATES)):
        visit.need, visit.episode, visit.owner_unit = copy, receiver, receiver.unit
        visit.roles.filter(unit=giver).update(unit=receiver.unit, preferred_staff=None, shift=None, pinned=False)
        release(visit, "need", "episode", "owner_unit")
    relations.relate_need(copy, [role.unit for role in roles], by=by, at=at)
    _log("visits.continue_need", copy, by, at, reason=str(need.pk))
    return copy


@transaction.atomic
def cancel_visits_of(*, patient: Patient, reason: str, by: Commission, at: datetime) -> list[Visit]:
    """Call off the patient's visits that have not begun (an admission); what is needed stays needed."""
    stopped = cancel_open_visits(visits=Visit.objects.filter(patient=patient), reason=reason, by=by, at=at)
    audit.write("visits.cancel_visits_of", by=by, at=at, patients=[patient.pk])
    return stopped


@transaction.atomic
def resume_visits(*, patient: Patient, stopped_at: datetime, by: Commission, at: datetime) -> list[VisitNeed]:
    """Take back a stop for a death that was a mistake: its needs run on, and visits from today are to be planned."""
    needs = list(
        VisitNeed.objects.select_for_update(of=("self",))
        .filter(patient=patient, ended_at=stopped_at)
        .select_related("patient", "owner_unit")
    )
    for need in needs:
        need.ended_at, need.end_reason = None, ""
        once.save(need, "ended_at", "end_reason")
        units = [role.unit for role in need.roles.select_related("unit")]
        relations.relate_need(need, units, by=by, at=at)
    today = timezone.localdate(at)
    cancelled = Visit.State.CANCELLED
    for visit in locked(Visit.objects.filter(patient=patient, state=cancelled, reason_code=DIED, date__gte=today)):
        release(visit)
        if visit.need_id is None:
            relations.relate_visit(visit, [role.unit for role in visit.roles.select_related("unit")], by=by, at=at)
    audit.write("visits.resume_visits", by=by, at=at, patients=[patient.pk], object_kind="patient")
    return needs
