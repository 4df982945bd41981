"""The indicators' figures by municipality, from what the work itself has registered. Numbers only, never persons."""

import uuid
from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from statistics import mean
from typing import Any

import pandas as pd
from django.db.models import Count, Max, Min, Q, QuerySet, Sum
from django.utils import timezone

from narvard.capacity.models import NeedCell
from narvard.care.models import DesignatedContact, Episode, Handover, HandoverEvent
from narvard.care.queries import in_force
from narvard.core.calendar import at_local, next_working_day
from narvard.engines.evidence import Estimate, continuity, coverage, may_show, share, time_to_event
from narvard.engines.evidence.continuity import LEAST_VISITS
from narvard.engines.evidence.intervals import LEAST_SHOWN
from narvard.intake.models import CareRequest, Urgency
from narvard.organisation.models import Municipality, Profession
from narvard.visits.models import Visit, VisitRole

MADE = (Visit.State.STARTED, Visit.State.DONE)
ANSWERS = (Handover.State.ACCEPTED, Handover.State.DECLINED)
NURSES = (Profession.NURSE, Profession.DISTRICT_NURSE)
NOT_TO_VISIT = (CareRequest.Outcome.WITHDRAWN, CareRequest.Outcome.DIED)
HOUR = 3600.0


class WrongPeriod(ValueError):
    """A period that ends before it begins, or begins after today."""


@dataclass(frozen=True, slots=True)
class Period:
    """Days [start, end) in one care area, read at `at`. Raises `WrongPeriod`."""

    care_area: str
    start: date
    end: date
    at: datetime
    scenario: str = "population2021"

    def __post_init__(self) -> None:
        """A day at least, begun by now."""
        if self.start >= self.end:
            raise WrongPeriod(f"a period must end after it begins, not {self.start} to {self.end}")
        if at_local(self.start) > self.at:
            raise WrongPeriod(f"the period begins on {self.start}, which is not yet")

    @property
    def first(self) -> datetime:
        """The instant it begins."""
        return at_local(self.start)

    @property
    def last(self) -> datetime:
        """The instant it ends, or now if that is earlier."""
        return min(at_local(self.end), self.at)


@dataclass(frozen=True, slots=True)
class Figure:
    """One indicator in one municipality (its name; "" is the whole area). `hidden` figures have no values: they would
    tell of too few. `low` and `high` are a 95 % interval; None where there is none."""

    indicator: str
    place: str
    count: int | None = None
    of: int | None = None
    value: float | None = None
    low: float | None = None
    high: float | None = None
    hidden: bool = False


Met = Iterable[tuple[str, bool]]


def figures(period: Period) -> list[Figure]:
    """Every indicator of `definitions`, for each municipality and the whole area, in that order."""
    names = [row.name for row in Municipality.objects.filter(care_area=period.care_area)]
    shares: dict[str, Callable[[Period], Met]] = {
        "next_weekday": next_weekday,
        "handover_accepted": handover_accepted,
        "joint": joint,
        "named_physician": named_physician,
    }
    found = _coverage(period, names)
    for indicator, rows in shares.items():
        found += _shares(indicator, rows(period), names)
    found += _covered(_first_visit(period, names))
    found += _covered(_continuity("nurse_continuity", period, NURSES, names))
    return found + _covered(_continuity("physician_continuity", period, (Profession.PHYSICIAN,), names))


def _covered(found: list[Figure]) -> list[Figure]:
    """The figures of one indicator, the last one the whole area's: where a single municipality is hidden the next
    smallest is too, so that it cannot be reckoned from the whole."""
    places = found[:-1]
    others = [row for row in places if not row.hidden and row.of]
    if sum(row.hidden for row in places) != 1 or not others:
        return found
    least = min(others, key=lambda row: row.of or 0)
    return [Figure(row.indicator, row.place, hidden=True) if row is least else row for row in found]


def _shares(indicator: str, rows: Met, names: list[str]) -> list[Figure]:
    counted: dict[str, list[int]] = defaultdict(lambda: [0, 0])
    for place, met in rows:
        for key in (place, ""):
            counted[key][0] += met
            counted[key][1] += 1
    return _covered([_share(indicator, place, *counted[place]) for place in (*names, "")])


def _share(indicator: str, place: str, count: int, of: int) -> Figure:
    if of == 0:
        return Figure(indicator, place, 0, 0)
    if not may_show(count, of):
        return Figure(indicator, place, hidden=True)
    return _figure(indicator, place, share(count, of), count, of)


def _figure(indicator: str, place: str, result: Estimate, count: int | None, of: int) -> Figure:
    return Figure(indicator, place, count, of, result.estimate, result.interval.low, result.interval.high)


def _coverage(period: Period, names: list[str]) -> list[Figure]:
    overlap = Q(started_at__lt=period.last) & (Q(ended_at=None) | Q(ended_at__gt=period.first))
    enrolled: dict[str, int] = {
        row["patient__municipality__name"]: row["people"]
        for row in Episode.objects.filter(
            overlap, kind=Episode.Kind.ENROLMENT, patient__municipality__care_area=period.care_area
        )
        .values("patient__municipality__name")
        .annotate(people=Count("patient", distinct=True))
    }
    cells = NeedCell.objects.filter(scenario=period.scenario, municipality__care_area=period.care_area)
    need: Mapping[str, float] = {
        row["municipality__name"]: row["need"]
        for row in cells.values("municipality__name").annotate(need=Sum("in_need"))
    }
    rows = [(name, enrolled.get(name, 0), need.get(name, 0.0)) for name in names]
    rows.append(("", sum(row[1] for row in rows), sum(row[2] for row in rows)))
    found = []
    for place, people, wanted in rows:
        if wanted <= 0:
            found.append(Figure("coverage", place))
        elif 0 < people < LEAST_SHOWN:
            found.append(Figure("coverage", place, hidden=True))
        else:
            found.append(_figure("coverage", place, coverage(people, (wanted,))[0], people, round(wanted)))
    return _covered(found)


def next_weekday(period: Period) -> Met:
    """Of each acute request, whether somebody came by the next weekday; only those whose time is out, or who came."""
    requests = _requests(period).filter(urgency=Urgency.ACUTE).exclude(outcome__in=NOT_TO_VISIT)
    today = timezone.localdate(period.at)
    for place, registered, came in requests.values_list("patient__municipality__name", "registered_at", "came"):
        limit = next_working_day(timezone.localdate(registered))
        met = came is not None and timezone.localdate(came) <= limit
        if met or limit < today:
            yield place, met


def _requests(period: Period) -> Any:
    """Requests of the period, with when somebody came (`came`)."""
    made = Q(episode__visits__state__in=MADE)
    return CareRequest.objects.filter(
        registered_at__gte=period.first,
        registered_at__lt=period.last,
        patient__municipality__care_area=period.care_area,
    ).annotate(came=Min("episode__visits__starts_at", filter=made))


def handover_accepted(period: Period) -> Met:
    """Of each hand-over sent in the period, whether it was accepted by the next weekday."""
    sent: dict[uuid.UUID, tuple[str, datetime]] = {}
    answered: dict[uuid.UUID, tuple[str, datetime]] = {}
    withdrawn = set()
    events = HandoverEvent.objects.filter(
        handover__created_at__lt=period.last, handover__patient__municipality__care_area=period.care_area
    ).order_by("handover", "sequence")
    for key, state, at, place in events.values_list("handover", "state", "at", "handover__patient__municipality__name"):
        if state == Handover.State.PROPOSED:
            sent.setdefault(key, (place, at))
        elif state in ANSWERS:
            answered.setdefault(key, (state, at))
        elif state == Handover.State.WITHDRAWN:
            withdrawn.add(key)
    today = timezone.localdate(period.at)
    for key, (place, at) in sent.items():
        if not period.first <= at < period.last or (key in withdrawn and key not in answered):
            continue
        limit = next_working_day(timezone.localdate(at))
        state, when = answered.get(key, ("", period.at))
        if state or limit < today:
            yield place, state == Handover.State.ACCEPTED and timezone.localdate(when) <= limit


def joint(period: Period) -> Met:
    """Of each visit made, whether two care providers or more came together."""
    visits = _visits(period).annotate(providers=Count("roles__unit__provider", distinct=True))
    for place, providers in visits.order_by().values_list("patient__municipality__name", "providers"):
        yield place, providers > 1


def _visits(period: Period) -> "QuerySet[Visit]":
    return Visit.objects.filter(
        state__in=MADE,
        date__gte=period.start,
        date__lt=period.end,
        patient__municipality__care_area=period.care_area,
    )


def named_physician(period: Period) -> Met:
    """Of each person enrolled when the period ends, whether a physician is named."""
    at = period.last
    kinds = (DesignatedContact.Kind.PHYSICIAN_CONTACT, DesignatedContact.Kind.PAL)
    named = set(
        DesignatedContact.objects.filter(Q(until=None) | Q(until__gt=at), kind__in=kinds, since__lte=at)
        .filter(patient__municipality__care_area=period.care_area)
        .values_list("patient", flat=True)
    )
    enrolled = Episode.objects.filter(
        in_force(at), kind=Episode.Kind.ENROLMENT, patient__municipality__care_area=period.care_area
    )
    people = enrolled.order_by().values_list("patient__municipality__name", "patient").distinct()
    return [(place, patient in named) for place, patient in people]


def _first_visit(period: Period, names: list[str]) -> list[Figure]:
    requests = _requests(period).exclude(urgency=Urgency.ADVICE).annotate(left=Max("events__at"))
    rows = []
    for place, registered, came, outcome, left in requests.values_list(
        "patient__municipality__name", "registered_at", "came", "outcome", "left"
    ):
        open_still = outcome in (CareRequest.Outcome.OPEN, CareRequest.Outcome.EPISODE)
        until = came or (period.at if open_still else left) or period.at
        rows.append((place, max(0.0, (until - registered).total_seconds() / HOUR), came is not None))
    table = pd.DataFrame(rows, columns=["place", "hours", "came"])
    found = []
    for place in (*names, ""):
        mine = table if place == "" else table[table["place"] == place]
        came = int(mine["came"].sum()) if len(mine) else 0
        if len(mine) == 0:
            found.append(Figure("first_visit", place, 0, 0))
        elif came < LEAST_SHOWN:
            found.append(Figure("first_visit", place, hidden=True))
        else:
            times = time_to_event(mine.astype({"came": int}), "hours", "came")
            found.append(_figure("first_visit", place, times.median, came, len(mine)))
    return found


def _continuity(indicator: str, period: Period, professions: Iterable[str], names: list[str]) -> list[Figure]:
    roles = VisitRole.objects.filter(
        visit__in=_visits(period), shift__isnull=False, shift__commission__staff__profession__in=tuple(professions)
    ).order_by("visit__starts_at", "position")
    carers: dict[tuple[str, object], list[object]] = defaultdict(list)
    for place, patient, staff in roles.values_list(
        "visit__patient__municipality__name", "visit__patient", "shift__commission__staff"
    ):
        carers[place, patient].append(staff)
    measured: dict[str, list[float]] = defaultdict(list)
    for (place, _), seen in carers.items():
        if len(seen) >= LEAST_VISITS:
            value = continuity(seen).coc
            measured[place].append(value)
            measured[""].append(value)
    found = []
    for place in (*names, ""):
        values = measured[place]
        if 0 < len(values) < LEAST_SHOWN:
            found.append(Figure(indicator, place, hidden=True))
        else:
            found.append(Figure(indicator, place, None, len(values), mean(values) if values else None))
    return found
