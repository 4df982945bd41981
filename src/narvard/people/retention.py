"""Which records the law would let somebody cull: those in which nothing has been written for a long time."""

from datetime import datetime

from django.db import models
from django.db.models import Q, QuerySet
from django.utils import timezone

from narvard.core.retention import pointing_at
from narvard.people.models import Patient


def idle_since(limit: datetime) -> QuerySet[Patient]:
    """Patients whose record has no date at or after ``limit`` (10 years back, by PDL 3 kap. 17 §) in any room.

    Every row of every room that names the patient counts, with every date and time it holds, also one to come; a
    contact or an enrolment that has not ended keeps the record too.
    """
    rows = Patient.objects.filter(registered_at__lt=limit).exclude(died_at__gte=limit)
    for relation in pointing_at(Patient):
        if recent := _recent(relation.model, limit):
            held = relation.model._base_manager.filter(recent).exclude(**{relation.name: None})
            rows = rows.exclude(pk__in=held.values(relation.attname))
    return rows


def _recent(model: type[models.Model], limit: datetime) -> Q:
    """A condition: the row holds a date or time from ``limit`` on, or has not ended."""
    found = Q()
    for column in model._meta.concrete_fields:
        if isinstance(column, models.DateTimeField):
            found |= Q(**{f"{column.name}__gte": limit})
        elif isinstance(column, models.DateField):
            found |= Q(**{f"{column.name}__gte": timezone.localdate(limit)})
        if column.name == "ended_at" and column.null:
            found |= Q(**{f"{column.name}__isnull": True})
    return found
