"""Reads of the intake room: inboxes by clock, counts, history, programme definitions in force."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from functools import lru_cache
from uuid import UUID

from django.db.models import Case, Count, Q, QuerySet, When

from narvard.intake import clocks
from narvard.intake.clocks import DEFAULT_PACE, Pace
from narvard.intake.definitions import Definition, stored_definition
from narvard.intake.models import CareRequest, ProgrammeVersion, RequestEvent, Urgency
from narvard.organisation.models import CareUnit, Team
from narvard.people.models import Patient

State = CareRequest.State


def requests() -> QuerySet[CareRequest]:
    """Requests with everything that a list or a page shows of them, fetched at once."""
    return CareRequest.objects.select_related(
        *("patient__municipality", "sender_unit", "keeper", "team", "owner_unit", "registered_by__staff", "backup")
    )


def open_requests() -> QuerySet[CareRequest]:
    """Requests that have not ended, the clock that runs out first at the top."""
    return requests().exclude(state=State.CLOSED).order_by("due_at", "pk")


def inbox(intake: CareUnit) -> QuerySet[CareRequest]:
    """What the joint intake watches: all its open requests, whoever keeps them."""
    return open_requests().filter(owner_unit=intake)


def to_do(intake: CareUnit, at: datetime) -> QuerySet[CareRequest]:
    """What the coordinator must act on: no team has been asked, or a clock has run out."""
    return inbox(intake).filter(_to_do(at))


def _to_do(at: datetime) -> Q:
    return Q(state=State.NEW) | Q(due_at__lt=at)


_SOONEST = Case(*(When(urgency=urgency, then=place) for place, urgency in enumerate(Urgency.values)))


def waiting(unit: CareUnit) -> QuerySet[CareRequest]:
    """Those in the waiting room whom the unit watches over, keeps, is asked to visit or backs up, risk first."""
    takes_part = Q(owner_unit=unit) | Q(keeper=unit) | Q(team=unit) | Q(backup=unit)
    rows = requests().filter(takes_part, waiting_since__isnull=False)
    return rows.order_by("-risk", _SOONEST, "reassess_due_at", "pk")


def team_inbox(team: CareUnit) -> QuerySet[CareRequest]:
    """What waits for the team's answer."""
    return open_requests().filter(team=team, state=State.ASKED)


def accepted_by(team: CareUnit) -> QuerySet[CareRequest]:
    """What the team has accepted and care has not yet begun on."""
    return open_requests().filter(team=team, state=State.ACCEPTED)


def sent_by(unit: CareUnit, *, since: datetime) -> QuerySet[CareRequest]:
    """What the unit has sent: the open ones, and those registered at or after ``since``; newest first."""
    rows = requests().filter(Q(registered_at__gte=since) | ~Q(state=State.CLOSED), sender_unit=unit)
    return rows.order_by("-registered_at", "pk")


def open_of(patient: Patient) -> QuerySet[CareRequest]:
    """The patient's open requests."""
    return open_requests().filter(patient=patient)


def history(request: CareRequest) -> QuerySet[RequestEvent]:
    """The request's steps in order."""
    return request.events.select_related("by__staff", "by__unit", "team", "keeper", "told").order_by("sequence")


def declined_by(request: CareRequest) -> frozenset[UUID]:
    """The teams that have said no to the request, or that it was not for them."""
    noes = request.events.filter(kind__in=[RequestEvent.Kind.DECLINED, RequestEvent.Kind.MISSENT])
    return frozenset(noes.values_list("by__unit", flat=True))


def has_been_asked(request: UUID, team: CareUnit) -> bool:
    """Whether the team was asked about the request at some time."""
    return RequestEvent.objects.filter(request=request, team=team).exists()


@dataclass(frozen=True)
class OpenCounts:
    """How many requests wait, by step; how many are late or nearly so; how many the coordinator must act on."""

    to_assign: int
    asked: int
    accepted: int
    late: int
    nearly: int
    to_do: int


def open_counts(at: datetime, *, intake: CareUnit | None = None, team: CareUnit | None = None) -> OpenCounts:
    """Counts of open requests of an intake, of a team, or of all; one query."""
    rows = CareRequest.objects.exclude(state=State.CLOSED)
    if intake is not None:
        rows = rows.filter(owner_unit=intake)
    if team is not None:
        rows = rows.filter(team=team)
    counts = rows.aggregate(
        to_assign=Count("pk", filter=Q(state=State.NEW)),
        asked=Count("pk", filter=Q(state=State.ASKED)),
        accepted=Count("pk", filter=Q(state=State.ACCEPTED)),
        late=Count("pk", filter=Q(due_at__lt=at)),
        nearly=Count("pk", filter=nearly_late(at)),
        to_do=Count("pk", filter=_to_do(at)),
    )
    return OpenCounts(**counts)


def nearly_late(at: datetime) -> Q:
    """Open requests whose clock is about to run out, by the same limits as lists show it."""
    soon = {
        Q(urgency=Urgency.PLANNED): clocks.WARN_MINUTES_PLANNED,
        ~Q(urgency=Urgency.PLANNED) & Q(state=State.ACCEPTED): clocks.WARN_MINUTES_ACCEPTED,
        ~Q(urgency=Urgency.PLANNED) & ~Q(state=State.ACCEPTED): clocks.WARN_MINUTES,
    }
    within = Q(pk__in=[])
    for kind, minutes in soon.items():
        within |= kind & Q(due_at__lt=at + timedelta(minutes=minutes))
    return Q(due_at__gte=at) & within


@dataclass(frozen=True)
class Kept:
    """How many clocks were met by an act in time, and how many only after they had run out."""

    met: int
    late: int


def clocks_kept(*, since: datetime, intake: CareUnit | None = None, team: CareUnit | None = None) -> Kept:
    """The clocks answered since an instant: by all, in an intake's requests, or by a team's own people."""
    rows = RequestEvent.objects.filter(at__gte=since, met__isnull=False)
    if intake is not None:
        rows = rows.filter(request__owner_unit=intake)
    if team is not None:
        rows = rows.filter(by__unit=team)
    counts = rows.aggregate(in_time=Count("pk", filter=Q(met=True)), after=Count("pk", filter=Q(met=False)))
    return Kept(met=counts["in_time"], late=counts["after"])


def unmet(*, since: datetime) -> QuerySet[RequestEvent]:
    """Ends that show where capacity or criteria are wrong: no team took it, or a choice against the criteria."""
    refused = Q(kind=RequestEvent.Kind.CLOSED, request__outcome=CareRequest.Outcome.DECLINED)
    rows = RequestEvent.objects.filter(refused | Q(override=True), at__gte=since)
    return rows.select_related("request__patient__municipality", "team", "by__staff").order_by("-at")


def versions_in_force(day: date, programmes: Iterable[UUID] | None = None) -> dict[UUID, ProgrammeVersion]:
    """The version in force on ``day`` by programme id; one that has none, or has ended, is left out."""
    rows = ProgrammeVersion.objects.filter(valid_from__lte=day).defer("definition", "text")
    if programmes is not None:
        rows = rows.filter(programme__in=programmes)
    newest = {row.programme_id: row for row in rows.order_by("valid_from")}
    return {key: row for key, row in newest.items() if row.ends_on is None or day < row.ends_on}


def programme_has_ended(team: UUID, day: date) -> bool:
    """Whether the team's programme was in force and is no longer; a programme without versions has not ended."""
    programme = Team.objects.filter(pk=team).values_list("programme", flat=True).first()
    begun = ProgrammeVersion.objects.filter(programme=programme, valid_from__lte=day)
    return programme is not None and begun.exists() and not versions_in_force(day, [programme])


@lru_cache(maxsize=512)
def _definition(version: UUID) -> Definition:
    """A version never changes, so its definition is read once per process."""
    return stored_definition(ProgrammeVersion.objects.get(pk=version).definition)


def definitions_in_force(day: date, programmes: Iterable[UUID] | None = None) -> dict[UUID, Definition]:
    """The definition in force on ``day`` by programme id."""
    return {programme: _definition(row.pk) for programme, row in versions_in_force(day, programmes).items()}


def definition_of_team(unit: UUID, day: date) -> Definition | None:
    """The definition in force of the team's programme; None for a unit that is no team, or whose programme ended."""
    programme = Team.objects.filter(pk=unit).values_list("programme", flat=True).first()
    return definitions_in_force(day, [programme]).get(programme) if programme else None


def abilities_of(unit: UUID, day: date) -> frozenset[str]:
    """What the unit's programme in force can do (``intake.schema.ABILITIES``); nothing for one that is no team."""
    definition = definition_of_team(unit, day)
    return definition.abilities if definition else frozenset()


def pace_of(team: UUID, day: date) -> Pace:
    """The times of the team's programme, or the joint ones."""
    definition = definition_of_team(team, day)
    return definition.pace if definition else DEFAULT_PACE
