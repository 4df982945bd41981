"""Which designs the data would carry, counted before anything is compared, and which of them is the best."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from uuid import UUID

from django.db.models import Count, Min, Q
from django.utils import timezone

from narvard.care.models import Episode
from narvard.core.calendar import at_local
from narvard.followup.effect.models import EffectStudy
from narvard.followup.utilisation.models import UtilisationEvent
from narvard.followup.utilisation.queries import Covered, covered, events
from narvard.organisation.models import Municipality, Programme

Design = EffectStudy.Design
ENOUGH = 20
"""Fewer enrolled people, or others, than this are not compared."""
LEAST_BEFORE, LEAST_AFTER = 8, 3
"""Whole months that a time series wants (Bernal et al. 2017)."""
LEAD = 4
"""Whole months before a start that a stepped roll-out wants."""
LEAST_UNITS = 4


@dataclass(frozen=True)
class Suggestion:
    """The design that answers best (empty: none), all that the data carry, and what was counted.

    A roll-out known by municipality is best, for nobody chose those who were ill just then; then people against alike
    people; a series alone where there is nobody to compare with.
    """

    design: str
    possible: tuple[str, ...]
    enrolled: int
    others: int
    begun: int
    municipalities: int
    months: int
    months_before: int
    months_after: int


def of_programme(programme: Programme) -> Q:
    """The episodes of a programme: named by it, or held by its team."""
    return Q(programme=programme) | Q(programme=None, unit__team__programme=programme)


def places(provider: UUID) -> dict[str, str]:
    """The municipalities that the provider's hospital data tell of, by code."""
    told = events(UtilisationEvent.Kind.INPATIENT).filter(delivery__unit__provider=provider)
    rows = Municipality.objects.filter(pk__in=told.values("municipality")).order_by("sort_key")
    return dict(rows.values_list("code", "name"))


def first_enrolments(programme: Programme, among: Mapping[str, str]) -> dict[str, date]:
    """By municipality, the day on which the first person living there was enrolled: when the programme started, as far
    as the work itself has registered it."""
    rows = Episode.objects.filter(of_programme(programme), kind=Episode.Kind.ENROLMENT)
    found = rows.order_by().values_list("patient__municipality").annotate(first=Min("started_at"))
    return {code: timezone.localdate(first) for code, first in found if code in among}


def whole_months(span: Covered) -> list[date]:
    """The first days of the months that the data tell everything about."""
    first = span.since if span.since.day == 1 else _next(span.since)
    found = []
    while _next(first) <= span.until:
        found.append(first)
        first = _next(first)
    return found


def _next(day: date) -> date:
    months = day.year * 12 + day.month
    return date(months // 12, months % 12 + 1, 1)


def suggest(
    programme: Programme, provider: UUID, since: date, until: date, starts: Mapping[str, date] | None = None
) -> Suggestion:
    """The designs that the data could carry; ``starts`` instead of the first enrolments."""
    enrolled, discharged = _people(programme, provider, since, until)
    span, known = covered(provider=provider), places(provider)
    months = [] if span is None else whole_months(span)
    begun = first_enrolments(programme, known) if starts is None else {code: starts[code] for code in starts}
    begun = {code: day for code, day in begun.items() if months and code in known and day < _next(months[-1])}
    first = min(begun.values(), default=None)
    before = sum(first is not None and _next(month) <= first for month in months)
    after = len(months) - before if first else 0
    possible = []
    if _steps(begun, len(known), months):
        possible.append(Design.STEPPED)
    if enrolled >= ENOUGH and discharged - enrolled >= ENOUGH:
        possible.append(Design.MATCHED)
    if before >= LEAST_BEFORE and after >= LEAST_AFTER:
        possible.append(Design.SERIES)
    return Suggestion(
        design=possible[0] if possible else "",
        possible=tuple(possible),
        enrolled=enrolled,
        others=max(0, discharged - enrolled),
        begun=len(begun),
        municipalities=len(known),
        months=len(months),
        months_before=before,
        months_after=after,
    )


def _people(programme: Programme, provider: UUID, since: date, until: date) -> tuple[int, int]:
    rows = Episode.objects.filter(of_programme(programme), kind=Episode.Kind.ENROLMENT)
    rows = rows.filter(started_at__gte=at_local(since), started_at__lt=at_local(until))
    enrolled: int = rows.aggregate(people=Count("patient", distinct=True))["people"]
    stays = events(UtilisationEvent.Kind.INPATIENT).filter(
        delivery__unit__provider=provider, ends_at__gte=at_local(since), ends_at__lt=at_local(until)
    )
    discharged: int = stays.aggregate(people=Count("person", distinct=True))["people"]
    return enrolled, discharged


def _steps(begun: Mapping[str, date], municipalities: int, months: list[date]) -> bool:
    """Whether some start has months enough before it and, the month after it, somewhere that has not started."""
    if municipalities < LEAST_UNITS:
        return False
    places_of = {day: index for index, day in enumerate(months)}
    starts = [places_of.get(day.replace(day=1), -1) for day in begun.values()]
    return any(
        start >= LEAD and (len(starts) < municipalities or any(other > start + 1 for other in starts))
        for start in starts
    )
