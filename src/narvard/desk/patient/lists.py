"""The unit's patients as a list: who they are, why they are here, who is responsible, when the next visit is."""

import uuid
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from django.db.models import Min, Q, QuerySet
from django.utils import timezone

from narvard.access.guard import OpenPatient
from narvard.access.queries import patients_of
from narvard.care import queries
from narvard.care.models import Episode
from narvard.organisation.models import CareUnit, Commission
from narvard.people.models import Patient
from narvard.people.queries import age
from narvard.visits.models import Visit
from narvard.visits.queries import LIVE_STATES

PER_PAGE = 50


@dataclass(frozen=True)
class Row:
    """One patient of the list; of one who is ``veiled``, a colleague not chosen yet, only that the row is there."""

    patient: Patient
    age: int
    place: str
    episode: Episode | None
    nursing: str
    medical: str
    next_visit: datetime | None
    veiled: bool = False


def own_patients(by: Commission, at: datetime, *, group: str) -> QuerySet[Patient]:
    """The unit's patients in a group (``enrolled``, ``contact`` or all)."""
    rows = patients_of(by, at).select_related("municipality").order_by("sort_key", "pk")
    if group in {Episode.Kind.ENROLMENT, Episode.Kind.CONTACT}:
        running = Episode.objects.filter(queries.in_force(at), unit=by.unit_id, kind=group)
        rows = rows.filter(pk__in=running.values("patient"))
    return rows


def rows_of(opened: Sequence[OpenPatient], by: Commission, at: datetime) -> list[Row]:
    """The page's rows in four queries, however many patients."""
    patients, by_key = [row.patient for row in opened], {row.patient.pk: row for row in opened}
    veiled = {row.patient.pk for row in opened if row.awaits_choice}
    keys = [patient.pk for patient in patients]
    day = timezone.localdate(at)
    holders = queries.main_holders(keys, at)
    episodes = _episodes(keys, by, at)
    visits = _next_visits(keys, at)
    return [
        Row(
            patient=patient,
            age=age(patient, day),
            place="" if patient.hidden or patient.municipality is None else patient.municipality.name,
            episode=episodes.get(patient.pk),
            nursing=_called(by_key[patient.pk], holders.get((patient.pk, "nursing"))),
            medical=_called(by_key[patient.pk], holders.get((patient.pk, "medical"))),
            next_visit=visits.get(patient.pk),
            veiled=patient.pk in veiled,
        )
        for patient in patients
    ]


def _called(opened: OpenPatient, unit: CareUnit | None) -> str:
    return opened.name_of(unit) if unit else ""


def _episodes(keys: Sequence[uuid.UUID], by: Commission, at: datetime) -> dict[uuid.UUID, Episode]:
    rows = Episode.objects.filter(queries.in_force(at), patient__in=keys, unit=by.unit_id)
    return {row.patient_id: row for row in rows.order_by("-kind", "started_at")}


def _next_visits(keys: Sequence[uuid.UUID], at: datetime) -> dict[uuid.UUID, datetime]:
    rows = (
        Visit.objects.filter(Q(starts_at__gte=at), patient__in=keys, state__in=LIVE_STATES)
        .values("patient")
        .annotate(first=Min("starts_at"))
    )
    return {row["patient"]: row["first"] for row in rows}
