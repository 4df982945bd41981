"""Writes to visits: made from needs or asked for at once, then started, done, failed or cancelled."""

from collections.abc import Iterator, Sequence
from datetime import date, datetime

from django.db import transaction
from django.db.models import QuerySet
from django.utils import timezone
from django.utils.translation import gettext as _

from narvard.care.models import Episode
from narvard.core import audit, once
from narvard.core.calendar import at_local
from narvard.core.errors import Refused
from narvard.organisation.models import Commission
from narvard.people.models import InformationKind, Patient
from narvard.visits import codes, queries, relations, times
from narvard.visits.frequency import is_due
from narvard.visits.models import Mode, Priority, Visit, VisitNeed, VisitRole
from narvard.visits.roles import RoleSpec, check_roles, role_rows
from narvard.visits.rows import locked
from narvard.visits.rules import check_asks, check_length, check_plans_area

State = Visit.State
CANCELLED = "cancelled"


class BadVisit(Refused):
    """What is asked for contradicts itself; nobody could plan it."""


class EpisodeEnded(Refused):
    """The contact or enrolment has ended; no more visits are made in it."""


class NotYourVisit(Refused):
    """Only those who come to a visit start it, end it and write in it."""


class WrongState(Refused):
    """The visit has already begun, ended or been cancelled."""


class BadTime(Refused):
    """A stated time lies in the future, or an end before its start."""


class ReasonMissing(Refused):
    """What was not made needs a reason, so that the next person knows."""


@transaction.atomic
def generate_day(*, care_area: str, date: date, by: audit.Actor, at: datetime) -> list[Visit]:
    """Make the visits that the area's needs ask for on ``date``; those that exist, also cancelled ones, stay.

    Returns the new visits. Run twice, the second run makes none. Raises ``NotYourArea``.
    """
    check_plans_area(care_area, by)
    due = [need for need in _locked_needs(care_area, date) if is_due(need, date)]
    made = set(Visit.objects.filter(date=date, need__in=due).values_list("need", "occasion"))
    visits = [visit for need in due for visit in _visits_of(need, date) if (need.pk, visit.occasion) not in made]
    Visit.objects.bulk_create(visits)
    roles = {need.pk: list(need.roles.all()) for need in due}
    VisitRole.objects.bulk_create(
        VisitRole(
            visit=visit,
            position=role.position,
            unit_id=role.unit_id,
            profession=role.profession,
            competence_id=role.competence_id,
            preferred_staff_id=role.preferred_staff_id,
        )
        for visit in visits
        if visit.need_id is not None
        for role in roles[visit.need_id]
    )
    if visits:
        patients = [visit.patient_id for visit in visits]
        audit.write(
            "visits.generate_day",
            by=by,
            at=at,
            patients=patients,
            object_kind="day",
            object_id=queries.plan_key(care_area, date)[:64],
        )
    return visits


def _locked_needs(care_area: str, day: date) -> list[VisitNeed]:
    """The needs that may be due, locked so that two planners do not both make the day."""
    keys = queries.open_needs(care_area, day).values_list("pk", flat=True)
    locked = VisitNeed.objects.select_for_update().filter(pk__in=list(keys)).order_by("pk")
    return list(locked.prefetch_related("roles"))


def _visits_of(need: VisitNeed, day: date) -> Iterator[Visit]:
    windows = times.split_window(need.window_from, need.window_until, need.times_a_day)
    for occasion, (start, end) in enumerate(windows, start=1):
        yield Visit(
            patient_id=need.patient_id,
            owner_unit_id=need.owner_unit_id,
            information_kind=need.information_kind,
            episode_id=need.episode_id,
            need=need,
            occasion=occasion,
            date=day,
            what=need.what,
            code=need.code,
            mode=need.mode,
            minutes=need.minutes,
            priority=need.priority,
            window_start=at_local(day, start),
            window_end=at_local(day, end),
            bring=need.bring,
        )


@transaction.atomic
def add_visit(
    *,
    episode: Episode,
    what: str,
    minutes: int,
    window_start: datetime,
    window_end: datetime,
    roles: Sequence[RoleSpec],
    by: Commission,
    at: datetime,
    mode: str = Mode.HOME,
    priority: int = Priority.HIGH,
    acute: bool = False,
    code: str = "",
    bring: str = "",
    place: str = "",
    latitude: float | None = None,
    longitude: float | None = None,
) -> Visit:
    """Ask for one visit that no need stands behind; its start is to lie within the window.

    Raises :class:`BadVisit`, :class:`EpisodeEnded`, ``LongerThanShifts`` and ``BadRoles``.
    """
    if episode.ended_at is not None:
        raise EpisodeEnded(_("Kontakten är avslutad. Öppna en ny innan du planerar besök."))
    check_asks(episode.unit, by)
    check_roles(roles, timezone.localdate(window_start))
    visit = Visit(
        patient_id=episode.patient_id,
        owner_unit=episode.unit,
        information_kind=InformationKind.COORDINATION,
        episode=episode,
        date=timezone.localdate(window_start),
        what=what.strip(),
        code=code,
        mode=mode,
        minutes=minutes,
        priority=priority,
        window_start=window_start,
        window_end=window_end,
        bring=bring.strip(),
        acute=acute,
        place=place.strip(),
        latitude=latitude,
        longitude=longitude,
    )
    _check_new(visit, at)
    check_length(minutes, roles, visit.date)
    _store_new(visit, roles, by=by, at=at)
    return visit


def _check_new(visit: Visit, at: datetime) -> None:
    if not visit.what:
        raise BadVisit(_("Skriv vad besöket gäller."))
    if not 5 <= visit.minutes <= 600:
        raise BadVisit(_("Ett besök tar mellan 5 minuter och 10 timmar."))
    if visit.window_end <= visit.window_start:
        raise BadVisit(_("Tiden måste sluta efter att den börjar."))
    if visit.window_end < at:
        raise BadVisit(_("Tiden har redan passerat."))
    if visit.mode == Mode.OTHER_PLACE and (visit.latitude is None or visit.longitude is None):
        raise BadVisit(_("Peka ut platsen på kartan, annars kan ingen åka dit."))
    if visit.code:
        codes.check([visit.code])


def _store_new(visit: Visit, roles: Sequence[RoleSpec], *, by: Commission, at: datetime) -> None:
    visit.save(force_insert=True)
    VisitRole.objects.bulk_create(role_rows(VisitRole, roles, visit=visit))
    relations.relate_visit(visit, [role.unit for role in roles], by=by, at=at)
    _log("visits.add_visit", visit, by=by, at=at)


@transaction.atomic
def start_visit(
    *,
    visit: Visit,
    by: Commission,
    at: datetime,
    happened_at: datetime | None = None,
    expected: int | None = None,
) -> Visit:
    """Note that the visit has begun (at ``happened_at`` if it is registered afterwards).

    A visit that nobody was planned for is taken by the person who starts it.
    """
    row = once.lock(Visit.objects.all(), visit.pk, expected)
    if row.state not in queries.OPEN_STATES:
        raise WrongState(_("Besöket är redan %(state)s.") % {"state": row.get_state_display()})
    _must_come(row, by)
    row.starts_at = _past(happened_at, at)
    row.ends_at = None
    row.state, row.reason, row.reason_code = State.STARTED, "", ""
    _take(row, by)
    once.save(row, "state", "starts_at", "ends_at", "reason", "reason_code")
    _log("visits.start_visit", row, by=by, at=at)
    return row


@transaction.atomic
def finish_visit(
    *,
    visit: Visit,
    by: Commission,
    at: datetime,
    happened_at: datetime | None = None,
    expected: int | None = None,
) -> Visit:
    """Note that the visit is done."""
    row = once.lock(Visit.objects.all(), visit.pk, expected)
    if row.state != State.STARTED:
        raise WrongState(_("Besöket är %(state)s och kan inte avslutas.") % {"state": row.get_state_display()})
    _must_come(row, by)
    row.ends_at = _past(happened_at, at)
    if row.starts_at is not None and row.ends_at < row.starts_at:
        raise BadTime(_("Besöket kan inte sluta innan det började."))
    row.state = State.DONE
    once.save(row, "state", "ends_at")
    _log("visits.finish_visit", row, by=by, at=at)
    return row


@transaction.atomic
def fail_visit(*, visit: Visit, reason: str, by: Commission, at: datetime, expected: int | None = None) -> Visit:
    """Note that the visit could not be made (nobody opened, the patient was at the hospital …), and why."""
    row = once.lock(Visit.objects.all(), visit.pk, expected)
    if row.state not in queries.LIVE_STATES:
        raise WrongState(_("Besöket är redan %(state)s.") % {"state": row.get_state_display()})
    _must_come(row, by)
    row.reason = _reason(reason)
    row.state, row.reason_code, row.ends_at = State.FAILED, "failed", at
    once.save(row, "state", "reason", "reason_code", "ends_at")
    _log("visits.fail_visit", row, by=by, at=at)
    return row


@transaction.atomic
def cancel_visit(*, visit: Visit, reason: str, by: Commission, at: datetime, expected: int | None = None) -> Visit:
    """Call off a visit that has not begun."""
    row = once.lock(Visit.objects.select_related("owner_unit"), visit.pk, expected)
    check_asks(row.owner_unit, by)
    if row.state not in queries.OPEN_STATES:
        raise WrongState(_("Besöket är redan %(state)s.") % {"state": row.get_state_display()})
    _cancel(row, reason, by=by, at=at)
    return row


def cancel_open_visits(
    *, visits: "QuerySet[Visit]", reason: str, by: audit.Actor, at: datetime, code: str = CANCELLED
) -> list[Visit]:
    """Call off those of ``visits`` that have not begun; call inside the transaction of what stops them."""
    rows = list(locked(visits.filter(state__in=queries.OPEN_STATES)))
    for row in rows:
        _cancel(row, reason, by=by, at=at, code=code)
    return rows


@transaction.atomic
def stop_visits(*, patient: Patient, reason: str, by: audit.Actor, at: datetime, code: str = CANCELLED) -> list[Visit]:
    """Stop everything that was planned for a patient (death): needs end, visits not begun are called off.

    A visit under way goes on: those who are there end it themselves. ``code`` tells them apart if it is taken back.
    """
    mine = Visit.objects.filter(patient=patient)
    stopped = cancel_open_visits(visits=mine, reason=reason, by=by, at=at, code=code)
    for need in VisitNeed.objects.select_for_update().filter(patient=patient, ended_at=None):
        need.ended_at, need.end_reason = at, reason.strip()[:200]
        once.save(need, "ended_at", "end_reason")
        relations.end_need(need, by=by, at=at)
    audit.write("visits.stop_visits", by=by, at=at, patients=[patient.pk], reason=code)
    return stopped


def _cancel(row: Visit, reason: str, *, by: audit.Actor, at: datetime, code: str = CANCELLED) -> None:
    row.reason = _reason(reason)
    row.state, row.reason_code = State.CANCELLED, code
    once.save(row, "state", "reason", "reason_code")
    row.roles.update(shift=None, order=None, travel_minutes=None, pinned=False)
    if row.need_id is None:
        relations.end_visit(row, by=by, at=at)
    _log("visits.cancel_visit", row, by=by, at=at, reason=code)


def _must_come(row: Visit, by: Commission) -> None:
    if not row.roles.filter(unit=by.unit_id).exists():
        raise NotYourVisit(_("Besöket görs av en annan enhet."))


def _take(row: Visit, by: Commission) -> None:
    """Put the person who starts an unmanned visit in its first free role of their unit."""
    if row.roles.filter(shift__isnull=False).exists():
        return
    shift = queries.shifts_of(by.staff, row.date).filter(commission__unit=by.unit_id).first()
    role = row.roles.filter(unit=by.unit_id).first()
    if shift is not None and role is not None:
        role.shift = shift
        role.save(update_fields=["shift"])


def _past(happened_at: datetime | None, at: datetime) -> datetime:
    if happened_at is not None and happened_at > at:
        raise BadTime(_("Tiden ligger i framtiden."))
    return happened_at or at


def _reason(reason: str) -> str:
    text = reason.strip()[:200]
    if not text:
        raise ReasonMissing(_("Skriv varför, så att nästa person vet."))
    return text


def _log(what: str, visit: Visit, *, by: audit.Actor, at: datetime, reason: str = "") -> None:
    audit.write(
        what,
        by=by,
        at=at,
        patients=[visit.patient_id],
        object_kind="visit",
        object_id=visit.pk,
        reason=reason,
    )
