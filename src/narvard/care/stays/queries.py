"""Reads of the discharge done together: who takes part, what is missing, what must be brought, and in which car."""

import uuid
from collections.abc import Collection
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from django.db.models import Q, QuerySet

from narvard.care.models import DesignatedContact, Duty, HospitalStay, Responsibility, Supply
from narvard.care.queries import enrolments_at, units_carrying
from narvard.core import calendar
from narvard.organisation.models import CareUnit
from narvard.organisation.queries import in_service
from narvard.people.models import Patient

Kind = Duty.Kind
# Ours: a unit that has been told but no day of going home is known confirms within this time.
CONFIRM_WITHIN = timedelta(days=3)
# Those who must be ready when the patient comes home are so by this hour of the planned day.
CONFIRM_HOUR = 12


def parts_of(stay: HospitalStay) -> QuerySet[Duty]:
    """Everything that somebody owes or has done in the discharge, in the order it was asked."""
    rows = Duty.objects.filter(source_id=stay.pk, kind__in=Duty.PLANNING, voided_at=None)
    return rows.select_related("unit", "owner_unit", "done_by__staff", "done_by__unit").order_by("created_at", "kind")


def confirm_by(stay: HospitalStay, at: datetime) -> datetime:
    """When the receivers must have confirmed: the agreed hour, noon of the planned day, else our own three days."""
    if stay.home_at is not None:
        return stay.home_at
    if stay.planned_discharge_on is not None:
        return max(at, calendar.end_of_working_day(stay.planned_discharge_on, hour=CONFIRM_HOUR))
    return at + CONFIRM_WITHIN


def involved(patient: Patient, at: datetime) -> set[uuid.UUID]:
    """Whom an admission concerns: enrolled at, listed at, cared for or living at, and who holds responsibility."""
    enrolled = enrolments_at(patient, at).values_list("unit", flat=True)
    held = Responsibility.objects.filter(patient=patient, voided_at=None).exclude(holder=None)
    return units_carrying(patient, at) | set(enrolled) | set(held.values_list("holder", flat=True))


def near(patient: Patient, day: date) -> QuerySet[CareUnit]:
    """Units that may be needed at home: the municipality's own, and teams that come there."""
    kinds = CareUnit.Kind
    own = Q(
        municipality=patient.municipality_id,
        kind__in=[kinds.HOME_NURSING, kinds.MUNICIPAL_REHAB, kinds.HOME_HELP, kinds.NEEDS_ASSESSMENT,
                  kinds.HOUSING_SUPPORT, kinds.SHORT_TERM],
    )  # fmt: skip
    teams = Q(kind=kinds.TEAM, team__municipalities=patient.municipality_id)
    return in_service(day).filter(own | teams).distinct().order_by("sort_key")


@dataclass(frozen=True)
class Missing:
    """What is not in place before going home, by name; ``unit`` is who it waits for, if somebody."""

    what: str
    unit: CareUnit | None = None


def missing(stay: HospitalStay, parts: Collection[Duty], supplies: Collection[Supply], at: datetime) -> list[Missing]:
    """What is missing before the patient can go home safely."""
    found = [] if stay.notice_sent_at else [Missing("notice")]
    if stay.home_at is None:
        found.append(Missing("home"))
    if not has_care_contact(stay.patient, at):
        found.append(Missing("contact"))
    found += [Missing(str(part.kind), part.unit) for part in parts if part.done_at is None and part.kind in AWAITED]
    receivers = [part for part in parts if part.kind == Kind.PREPARE_HOME]
    if receivers and not any(part.agreed_at for part in receivers):
        found.append(Missing("first_visit"))
    found += [Missing("supply", row.unit) for row in supplies if row.delivered_at is None]
    return found


AWAITED = frozenset({Kind.PREPARE_HOME, Kind.MEET_ON_WARD, Kind.CALL_MEETING, Kind.TAKE_PART})


def has_care_contact(patient: Patient, at: datetime) -> bool:
    """Whether a fixed care contact is named: the region's open care names one before discharge (2017:612 3 kap.)."""
    rows = DesignatedContact.objects.filter(patient=patient, kind=DesignatedContact.Kind.CARE_CONTACT, since__lte=at)
    return rows.filter(Q(until=None) | Q(until__gt=at)).exists()


def stays_of(unit: uuid.UUID, at: datetime) -> QuerySet[HospitalStay]:
    """Stays that a unit takes part in: on its ward, or with a part of its own that is not over; next home first."""
    owed = Duty.objects.filter(unit=unit, kind__in=Duty.PLANNING, voided_at=None).values("source_id")
    open_owed = Duty.objects.filter(unit=unit, kind=Kind.PREPARE_HOME, done_at=None, voided_at=None).values("source_id")
    mine = Q(discharged_at=None) & (Q(ward=unit) | Q(pk__in=owed))
    rows = HospitalStay.objects.filter(mine | Q(pk__in=open_owed), admitted_at__lte=at)
    return rows.select_related("patient", "ward", "owner_unit").order_by(
        "home_at", "planned_discharge_on", "admitted_at"
    )


def owed_in(stays: Collection[uuid.UUID], unit: uuid.UUID) -> dict[uuid.UUID, list[Duty]]:
    """What ``unit`` has left to do in each stay, by clock; one query."""
    rows = Duty.objects.filter(source_id__in=stays, unit=unit, kind__in=Duty.PLANNING, done_at=None, voided_at=None)
    found: dict[uuid.UUID, list[Duty]] = {}
    for row in rows.order_by("due_at"):
        found.setdefault(row.source_id, []).append(row)
    return found


def supplies_of(patient: Patient) -> QuerySet[Supply]:
    """What has been ordered to the home and not called off; what has been brought stays in the list."""
    rows = Supply.objects.filter(patient=patient, cancelled_at=None)
    return rows.select_related("unit", "owner_unit", "delivered_by__staff")


def to_bring(patients: Collection[uuid.UUID], unit: uuid.UUID) -> QuerySet[Supply]:
    """What ``unit`` has to bring to these patients: what must lie in the car when it drives there."""
    rows = Supply.objects.filter(patient__in=patients, unit=unit, delivered_at=None, cancelled_at=None)
    return rows.select_related("owner_unit", "unit")
