"""The area as the joint management sees it: need, enrolled, coverage, waiting. Numbers only, never persons."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime

from django.db.models import Count, Exists, OuterRef, Q, QuerySet, Sum

from narvard.capacity.models import NeedCell
from narvard.care.models import Episode, Handover
from narvard.intake.models import CareRequest, RequestEvent
from narvard.organisation.models import Municipality
from narvard.visits.models import Visit

OPEN = ~Q(state=CareRequest.State.CLOSED)
WAITING_HANDOVERS = (Handover.State.PROPOSED, Handover.State.READ)
NO_TEAM = (RequestEvent.Kind.DECLINED, RequestEvent.Kind.MISSENT)


@dataclass(frozen=True)
class Place:
    """One municipality: persons in need (estimate), enrolled, coverage (0 to 1, None without need), requests."""

    municipality: Municipality
    aged_65plus: float
    in_need: float
    enrolled: int
    waiting: int
    late: int

    @property
    def coverage(self) -> float | None:
        """Enrolled per person in need."""
        return self.enrolled / self.in_need if self.in_need else None


@dataclass(frozen=True)
class Day:
    """Today's visits: all that should be made, and how many have no time."""

    visits: int
    unplanned: int

    @property
    def planned_share(self) -> float | None:
        """Share with a time, 0 to 1; None on a day without visits."""
        return (self.visits - self.unplanned) / self.visits if self.visits else None


def places(care_area: str, *, scenario: str, at: datetime) -> list[Place]:
    """Each municipality of the area, in Swedish order; five queries however many there are."""
    municipalities = Municipality.objects.filter(care_area=care_area)
    need = _need(scenario)
    current = enrolled(care_area, at)
    waiting = _count(CareRequest.objects.filter(OPEN))
    late = _count(CareRequest.objects.filter(OPEN, due_at__lt=at))
    return [
        Place(
            municipality=row,
            aged_65plus=need.get(row.code, (0.0, 0.0))[0],
            in_need=need.get(row.code, (0.0, 0.0))[1],
            enrolled=current.get(row.code, 0),
            waiting=waiting.get(row.code, 0),
            late=late.get(row.code, 0),
        )
        for row in municipalities
    ]


def enrolled(care_area: str, at: datetime) -> Mapping[str, int]:
    """Persons with an open enrolment at ``at``, by the code of the municipality where they live."""
    return _count(
        Episode.objects.filter(_open_enrolment(at), patient__municipality__care_area=care_area), distinct="patient"
    )


def _open_enrolment(at: datetime) -> Q:
    return Q(kind=Episode.Kind.ENROLMENT, started_at__lte=at) & (Q(ended_at=None) | Q(ended_at__gt=at))


def _need(scenario: str) -> dict[str, tuple[float, float]]:
    rows = NeedCell.objects.filter(scenario=scenario).values("municipality")
    sums = rows.annotate(all=Sum("persons"), need=Sum("in_need"))
    return {row["municipality"]: (row["all"], row["need"]) for row in sums}


def _count(rows: "QuerySet[Episode] | QuerySet[CareRequest]", distinct: str = "pk") -> Mapping[str, int]:
    """Rows (or distinct patients) by the patient's municipality."""
    counted = rows.values("patient__municipality").annotate(n=Count(distinct, distinct=True))
    return {row["patient__municipality"]: row["n"] for row in counted if row["patient__municipality"]}


def scenario_source(scenario: str) -> str:
    """What the need of the scenario was estimated from."""
    return NeedCell.objects.filter(scenario=scenario).values_list("source", flat=True).first() or ""


def late_requests(care_area: str, at: datetime, limit: int = 10) -> list[CareRequest]:
    """The requests whose clock has run out, longest overdue first."""
    return list(_open_requests(care_area).filter(due_at__lt=at).order_by("due_at")[:limit])


def unmet_requests(care_area: str, limit: int = 10) -> list[CareRequest]:
    """Open requests that a team has declined or sent back, oldest first: where criteria and capacity are wrong."""
    back = RequestEvent.objects.filter(request=OuterRef("pk"), kind__in=NO_TEAM)
    unmet = _open_requests(care_area).filter(Exists(back), state=CareRequest.State.NEW)
    return list(unmet.order_by("registered_at")[:limit])


def _open_requests(care_area: str) -> QuerySet[CareRequest]:
    return CareRequest.objects.filter(OPEN, patient__municipality__care_area=care_area).select_related(
        "keeper", "patient__municipality"
    )


def waiting_handovers(care_area: str, limit: int = 10) -> list[Handover]:
    """Hand-overs without an answer, the nearest clock first."""
    rows = Handover.objects.filter(state__in=WAITING_HANDOVERS, patient__municipality__care_area=care_area)
    return list(rows.select_related("giver", "receiver").order_by("due_at")[:limit])


def handover_counts(care_area: str, at: datetime) -> tuple[int, int]:
    """Hand-overs that wait for an answer, and how many of them are late."""
    rows = Handover.objects.filter(state__in=WAITING_HANDOVERS, patient__municipality__care_area=care_area)
    counts = rows.aggregate(n=Count("pk"), late=Count("pk", filter=Q(due_at__lt=at)))
    return counts["n"], counts["late"]


def day(care_area: str, day: date) -> Day:
    """The area's visits of a day."""
    rows = Visit.objects.filter(date=day, patient__municipality__care_area=care_area)
    counts = rows.exclude(state=Visit.State.CANCELLED).aggregate(
        n=Count("pk"), unplanned=Count("pk", filter=Q(state__in=[Visit.State.TO_PLAN, Visit.State.UNPLANNED]))
    )
    return Day(counts["n"], counts["unplanned"])
