"""Reads of conferences: those that are held, who waits to be discussed, and what was decided."""

import uuid
from collections import defaultdict
from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta

from django.db.models import Count, Q, QuerySet

from narvard.care.conference.models import Conference, ConferenceCase, ConferenceMeeting
from narvard.care.models import Duty

# How long an answer stands in the list of those who asked.
ANSWERED_WITHIN = timedelta(days=14)
_WAITING = Q(cases__decided_at=None, cases__removed_at=None, cases__patient__died_at=None)


def open_conferences() -> QuerySet[Conference]:
    """Every conference that is held, the nearest first."""
    return Conference.objects.filter(closed_at=None).select_related("unit", "programme").order_by("next_on", "name")


def conferences_of(unit: uuid.UUID) -> QuerySet[Conference]:
    """The conferences that the unit holds, with how many patients wait in ``waiting``."""
    return open_conferences().filter(unit=unit).annotate(waiting=Count("cases", filter=_WAITING))


def closed_of(unit: uuid.UUID) -> QuerySet[Conference]:
    """The conferences that the unit held and holds no longer, the last closed first."""
    rows = Conference.objects.filter(unit=unit).exclude(closed_at=None)
    return rows.select_related("unit", "programme").order_by("-closed_at")


def with_all(rows: QuerySet[ConferenceCase]) -> QuerySet[ConferenceCase]:
    """Cases ready for the guard and the page."""
    people = ("put_by__staff", "decided_by__staff", "removed_by__staff", "meeting", "patient", "owner_unit")
    return rows.select_related("conference__unit", "conference__programme", *people).prefetch_related("units")


def waiting_at(conference: Conference) -> QuerySet[ConferenceCase]:
    """Who is to be discussed, the longest waiting first; nobody who has died."""
    rows = conference.cases.filter(decided_at=None, removed_at=None, patient__died_at=None)
    return with_all(rows).order_by("put_at", "pk")


def put_up_by(unit: uuid.UUID) -> QuerySet[ConferenceCase]:
    """What the unit has put up and that waits, by the day of the conference."""
    rows = ConferenceCase.objects.filter(owner_unit=unit, decided_at=None, removed_at=None, patient__died_at=None)
    return with_all(rows).order_by("conference__next_on", "put_at", "pk")


def answered_to(unit: uuid.UUID, at: datetime) -> QuerySet[ConferenceCase]:
    """What the unit has put up and that was decided in the last two weeks, the newest first."""
    rows = ConferenceCase.objects.filter(owner_unit=unit, decided_at__gt=at - ANSWERED_WITHIN)
    return with_all(rows).order_by("-decided_at", "pk")


def cases_of(patient: uuid.UUID) -> QuerySet[ConferenceCase]:
    """All that has been or is to be discussed about the person, newest first."""
    return with_all(ConferenceCase.objects.filter(patient=patient)).order_by("-put_at", "pk")


def tasks_of(case: ConferenceCase) -> QuerySet[Duty]:
    """What follows from the decision, and whether it is done."""
    return Duty.objects.filter(source_id=case.pk, kind=Duty.Kind.CONFERENCE, voided_at=None).select_related(
        "unit", "owner_unit", "done_by__staff"
    )


def meetings_of(conference: Conference) -> QuerySet[ConferenceMeeting]:
    """The meetings that were held, newest first, with how many cases each decided."""
    return conference.meetings.annotate(decided=Count("cases"))


def decided_at(meetings: Sequence[ConferenceMeeting]) -> Mapping[uuid.UUID, list[ConferenceCase]]:
    """What was decided at each of the meetings, in the order it was signed."""
    found = defaultdict(list)
    for row in with_all(ConferenceCase.objects.filter(meeting__in=meetings)).order_by("decided_at", "pk"):
        if row.meeting_id is not None:
            found[row.meeting_id].append(row)
    return found
