"""Reads of the access room: the session's commission, relations, consent."""

import uuid
from collections import defaultdict
from collections.abc import Sequence
from datetime import datetime

from django.db.models import Exists, OuterRef, Q, QuerySet
from django.http import HttpRequest
from django.utils import timezone

from narvard.access.models import CareRelation, Consent
from narvard.access.policy import Circumstances
from narvard.core.models import User
from narvard.organisation.models import Commission
from narvard.people.models import Patient

SESSION_KEY = "commission"


def current(at: datetime) -> Q:
    """Rows whose half-open period [since, until) holds ``at``."""
    return Q(since__lte=at) & (Q(until__isnull=True) | Q(until__gt=at))


def commissions_of(user: User, at: datetime) -> QuerySet[Commission]:
    """The commissions a user may act under at ``at``."""
    day = timezone.localdate(at)
    return (
        Commission.objects.filter(staff__user=user, since__lte=day)
        .filter(Q(until__isnull=True) | Q(until__gt=day))
        .select_related("staff", "unit__provider", "unit__municipality")
        .order_by("unit__sort_key")
    )


def session_commission(request: HttpRequest) -> Commission | None:
    """The commission this session acts under, if it still holds for this user."""
    if not isinstance(request.user, User):
        return None
    chosen = request.session.get(SESSION_KEY)
    if not chosen:
        return None
    return commissions_of(request.user, request.at).filter(pk=chosen).first()  # type: ignore[attr-defined]


def circumstances(patient: Patient, *, by: Commission, at: datetime) -> Circumstances:
    """The facts the policy decides over, in two queries."""
    relations = CareRelation.objects.filter(current(at), patient=patient, unit=by.unit_id)
    consents = Consent.objects.filter(
        current(at), Q(provider=None) | Q(provider=by.provider_id), patient=patient
    ).exclude(withdrawn_at__lte=at)
    return Circumstances(
        relations=frozenset(relations.values_list("kind", flat=True)),
        consents=frozenset(consents.values_list("kind", flat=True)),
        hidden=patient.hidden,
    )


def circumstances_of(patients: Sequence[Patient], *, by: Commission, at: datetime) -> dict[uuid.UUID, Circumstances]:
    """The facts the policy decides over for each of ``patients``, by id, in two queries however many they are."""
    keys = [patient.pk for patient in patients]
    relations, consents = defaultdict(set), defaultdict(set)
    held = CareRelation.objects.filter(current(at), patient__in=keys, unit=by.unit_id)
    for patient, kind in held.values_list("patient", "kind"):
        relations[patient].add(kind)
    given = Consent.objects.filter(current(at), Q(provider=None) | Q(provider=by.provider_id), patient__in=keys)
    for patient, kind in given.exclude(withdrawn_at__lte=at).values_list("patient", "kind"):
        consents[patient].add(kind)
    return {
        patient.pk: Circumstances(frozenset(relations[patient.pk]), frozenset(consents[patient.pk]), patient.hidden)
        for patient in patients
    }


def patients_of(by: Commission, at: datetime) -> QuerySet[Patient]:
    """The patients whom the acting unit has a current care relation to: all that it may list or search."""
    if by.purpose not in {Commission.Purpose.CARE, Commission.Purpose.SOCIAL}:
        return Patient.objects.none()
    return Patient.objects.filter(related_to(by.unit_id, at))


def related_to(unit: uuid.UUID, at: datetime, patient: str = "pk") -> Exists:
    """A condition: ``unit`` has a current care relation to the patient in field ``patient`` of the outer row."""
    return Exists(CareRelation.objects.filter(current(at), unit=unit, patient=OuterRef(patient)))
