"""Reads of the visits room. Lists are made in a fixed number of queries, however many rows they have."""

import uuid
from collections.abc import Collection, Iterable
from datetime import date, datetime, timedelta

from django.db.models import Max, Prefetch, Q, QuerySet
from django.utils import timezone

from narvard.care.models import HospitalStay
from narvard.core.models import Run
from narvard.organisation.models import CareUnit, Commission, Staff
from narvard.people.models import Patient
from narvard.visits import times
from narvard.visits.models import Activity, DayPlan, Shift, Visit, VisitNeed, VisitNote, VisitRole

State = Visit.State
OPEN_STATES = (State.TO_PLAN, State.PLANNED, State.UNPLANNED)
LIVE_STATES = (*OPEN_STATES, State.STARTED)
HAPPENED_STATES = (State.STARTED, State.DONE, State.FAILED)


def with_roles(visits: "QuerySet[Visit]") -> "QuerySet[Visit]":
    """Visits with everything a page shows of who comes."""
    roles = VisitRole.objects.select_related(
        "unit", "competence", "shift__commission__staff", "shift__commission__unit"
    )
    return visits.prefetch_related(Prefetch("roles", roles))


def area_visits(care_area: str, day: date) -> "QuerySet[Visit]":
    """All visits of a care area on a day."""
    return Visit.objects.filter(date=day, owner_unit__care_area=care_area)


def area_shifts(care_area: str, day: date) -> "QuerySet[Shift]":
    """The shifts of a care area on a day, cancelled ones left out."""
    return Shift.objects.filter(date=day, cancelled_at=None, commission__unit__care_area=care_area).select_related(
        "commission__staff", "commission__unit__provider", "base", "car"
    )


def area_activities(care_area: str, day: date) -> "QuerySet[Activity]":
    """The activities of a care area that touch a day, with participants."""
    start, end = times.bounds(day)
    rows = Activity.objects.filter(unit__care_area=care_area, cancelled_at=None, starts_at__lt=end, ends_at__gt=start)
    return rows.select_related("unit", "base").prefetch_related("participants")


def open_needs(care_area: str, day: date) -> "QuerySet[VisitNeed]":
    """Needs of running episodes of a care area whose period holds a day; nobody drives home to one on a ward."""
    _start, end = times.bounds(day)
    staying = HospitalStay.objects.filter(
        Q(planned_discharge_on=None) | Q(planned_discharge_on__gt=day), discharged_at=None, admitted_at__lt=end
    )
    return VisitNeed.objects.exclude(patient__in=staying.values("patient")).filter(
        Q(last_on=None) | Q(last_on__gte=day),
        Q(episode__ended_at=None) | Q(episode__ended_at__gte=end),
        owner_unit__care_area=care_area,
        first_on__lte=day,
        ended_at=None,
    )


def latest_plan(care_area: str, day: date) -> DayPlan | None:
    """The plan that holds for a day, if the day has been planned."""
    return DayPlan.objects.filter(care_area=care_area, date=day).order_by("-number").first()


def planned_days(care_area: str, days: Collection[date]) -> set[date]:
    """Those of the days that a plan stands for."""
    return set(DayPlan.objects.filter(care_area=care_area, date__in=days).values_list("date", flat=True))


def latest_run(care_area: str, day: date) -> Run | None:
    """The newest planning run of a day, live or ended."""
    return Run.objects.filter(kind="plan-day", key=plan_key(care_area, day)).order_by("-requested_at").first()


def plan_key(care_area: str, day: date) -> str:
    """What a planning run is about: the same key never runs twice at once."""
    return f"{care_area}/{day.isoformat()}"


def shifts_of(staff: Staff, day: date) -> "QuerySet[Shift]":
    """A person's shifts on a day, under all commissions."""
    return Shift.objects.filter(commission__staff=staff, date=day, cancelled_at=None).select_related(
        "commission__unit", "base", "car"
    )


def visits_of_shift(shift: Shift) -> "QuerySet[Visit]":
    """The visits of a shift in driving order."""
    rows = Visit.objects.filter(roles__shift=shift).exclude(state=State.CANCELLED).distinct()
    return with_roles(rows.select_related("patient", "owner_unit")).order_by("starts_at")


def shifts_between(by: Commission, first: date, last: date) -> "QuerySet[Shift]":
    """The shifts of a commission from ``first`` to ``last``."""
    return Shift.objects.filter(commission=by, date__range=(first, last), cancelled_at=None).select_related(
        "base", "car"
    )


def activities_of(staff: Staff, first: date, last: date) -> "QuerySet[Activity]":
    """What a person takes part in without a patient, from ``first`` to ``last``."""
    start, end = times.midnight(first), times.bounds(last)[1]
    rows = Activity.objects.filter(participants=staff, cancelled_at=None, starts_at__lt=end, ends_at__gt=start)
    return rows.select_related("base")


def own_note(visit: Visit, by: Commission) -> VisitNote | None:
    """The note of the acting care provider in a visit, signed or not."""
    rows = VisitNote.objects.select_related("visit", "owner_unit", "author__staff")
    return rows.filter(visit=visit, provider=by.provider_id).first()


def longest_shift_minutes(unit: CareUnit, since: date, days: int = 28) -> int | None:
    """Working minutes (without break) of the unit's longest shift in the coming ``days``; None if it has none."""
    rows = Shift.objects.filter(
        commission__unit=unit, cancelled_at=None, date__gte=since, date__lt=since + timedelta(days=days)
    ).values_list("starts_at", "ends_at", "break_minutes")
    return max((round(times.minutes_since(s, e)) - b for s, e, b in rows), default=None)


def stops_of(staff: Staff, first: date, last: date) -> "QuerySet[Visit]":
    """The visits a person goes to from ``first`` to ``last``, in driving order."""
    rows = Visit.objects.filter(
        date__range=(first, last), roles__shift__commission__staff=staff, roles__shift__cancelled_at=None
    ).exclude(state=State.CANCELLED)
    return with_roles(rows.select_related("patient", "owner_unit").distinct()).order_by("date", "starts_at")


def next_visits(patient: Patient, at: datetime, days: int = 14) -> "QuerySet[Visit]":
    """The patient's visits that are to come, nearest first."""
    day = timezone.localdate(at)
    rows = Visit.objects.filter(
        patient=patient, date__gte=day, date__lt=day + timedelta(days=days), state__in=LIVE_STATES
    )
    return with_roles(rows.select_related("owner_unit")).order_by("date", "starts_at", "window_start")


def past_visits(patient: Patient, at: datetime, limit: int = 20) -> "QuerySet[Visit]":
    """The patient's latest visits that happened or failed, newest first."""
    rows = Visit.objects.filter(patient=patient, state__in=[State.DONE, State.FAILED], ends_at__lte=at)
    return with_roles(rows.select_related("owner_unit")).order_by("-ends_at")[:limit]


def notes_of(patient: Patient) -> "QuerySet[VisitNote]":
    """The patient's signed notes, newest first; show only those that ``OpenPatient.readable`` lets through."""
    rows = VisitNote.objects.filter(patient=patient, signed_at__isnull=False)
    rows = rows.select_related("owner_unit", "provider", "author__staff", "visit").prefetch_related("corrections")
    return rows.order_by("-signed_at")


def needs_of(patient: Patient) -> "QuerySet[VisitNeed]":
    """The patient's open visit needs with who is asked for."""
    rows = VisitNeed.objects.filter(patient=patient, ended_at=None).select_related("owner_unit")
    return rows.prefetch_related("roles__unit", "roles__competence").order_by("first_on")


def unsigned_notes(by: Commission) -> "QuerySet[VisitNote]":
    """Notes the person has written under this commission and not signed."""
    return VisitNote.objects.filter(author=by, signed_at=None).select_related("visit", "patient")


def last_staff(
    patients: Iterable[uuid.UUID], before: date, days: int = 60
) -> dict[tuple[uuid.UUID, uuid.UUID], uuid.UUID]:
    """Who came last time: staff id by (patient, unit), from visits done in the ``days`` before a date."""
    rows = (
        VisitRole.objects.filter(
            visit__patient__in=list(patients),
            visit__state=State.DONE,
            visit__date__lt=before,
            visit__date__gte=before - timedelta(days=days),
            shift__isnull=False,
        )
        .values("visit__patient", "unit", "shift__commission__staff")
        .annotate(latest=Max("visit__date"))
        .order_by("latest")
    )
    return {(r["visit__patient"], r["unit"]): r["shift__commission__staff"] for r in rows}
