"""Reads of the effect studies: those made, of which programmes, and who may ask."""

from django.db.models import Q, QuerySet

from narvard.care.models import Episode
from narvard.followup.effect.models import EffectStudy
from narvard.organisation.models import Commission, Programme


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
