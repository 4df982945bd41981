"""Reads of the effect studies: those made, and which design the data would carry."""

from dataclasses import dataclass
from datetime import date
from uuid import UUID

from django.db.models import Count, Q, QuerySet
from django.db.models.functions import TruncMonth

from narvard.care.models import Episode
from narvard.core.calendar import at_local
from narvard.followup.effect.models import EffectStudy
from narvard.followup.utilisation.models import UtilisationEvent
from narvard.followup.utilisation.queries import Covered, covered, events
from narvard.organisation.models import Commission, Programme

MONTHS = 24
ENOUGH = 20


@dataclass(frozen=True)
class Suggestion:
    """How the programme might be studied: the design, and what it rests on. ``design`` is ``matched`` (people against
    alike people), ``series`` (the area's months, with a control series), or ``none``."""

    design: str
    enrolled: int
    discharged: int
    span: Covered | None
    starts: int


def studies(by: Commission) -> QuerySet[EffectStudy]:
    """The studies of the own provider's data, without their tables."""
    rows = EffectStudy.objects.filter(provider=by.unit.provider_id).defer("table")
    return rows.select_related("programme", "run", "made_by__staff")


def may_study(by: Commission) -> bool:
    """Whether the commission may have a study reckoned, and fetch the table behind it."""
    return by.role == Commission.Role.MANAGER and by.purpose == Commission.Purpose.FOLLOW_UP


def programmes() -> QuerySet[Programme]:
    """The programmes that people are enrolled in."""
    enrolled = Episode.objects.filter(kind=Episode.Kind.ENROLMENT)
    own = Q(pk__in=enrolled.exclude(programme=None).values("programme"))
    return Programme.objects.filter(own | Q(pk__in=enrolled.values("unit__team__programme"))).order_by("sort_key")


def suggest(programme: Programme, provider: UUID, since: date, until: date) -> Suggestion:
    """The design that the data could carry, counted before anything is compared."""
    own = Q(programme=programme) | Q(programme=None, unit__team__programme=programme)
    rows = Episode.objects.filter(
        own, kind=Episode.Kind.ENROLMENT, started_at__gte=at_local(since), started_at__lt=at_local(until)
    )
    enrolled = rows.aggregate(people=Count("patient", distinct=True))["people"]
    starts = rows.annotate(month=TruncMonth("started_at")).values("month").distinct().count()
    stays = events(UtilisationEvent.Kind.INPATIENT).filter(
        delivery__unit__provider=provider, ends_at__gte=at_local(since), ends_at__lt=at_local(until)
    )
    discharged = stays.aggregate(people=Count("person", distinct=True))["people"]
    span = covered(provider=provider)
    months = 0 if span is None else (span.until - span.since).days // 30
    if enrolled >= ENOUGH and discharged - enrolled >= ENOUGH:
        design = "matched"
    elif months >= MONTHS:
        design = "series"
    else:
        design = "none"
    return Suggestion(design, enrolled, discharged, span, starts)
