"""Reads of plans: a person's, what a unit has to look over, to write in, to read."""

import uuid
from datetime import datetime, timedelta

from django.db.models import Exists, OuterRef, Prefetch, Q, QuerySet
from django.utils import timezone

from narvard.care.plans.definitions import kinds
from narvard.care.plans.models import Contribution, Plan, PlanEvent, PlanVersion

# How long before the day a plan stands in the list of what is to be looked over.
AHEAD = timedelta(days=7)


def plans_of(patient: uuid.UUID) -> QuerySet[Plan]:
    """The person's plans, open ones first, ready for the guard and the page."""
    return with_versions(Plan.objects.filter(patient=patient)).order_by("ended_at", "-created_at")


def on_own_page(patient: uuid.UUID) -> list[Plan]:
    """The plans in force that the person reads on the own page: those that are made together with the person."""
    told = [key for key, kind in kinds().items() if kind.on_own_page]
    rows = with_versions(Plan.objects.filter(patient=patient, ended_at=None, kind__in=told)).order_by(
        "created_at", "pk"
    )
    return [row for row in rows if current_of(row) is not None]


def with_versions(rows: QuerySet[Plan]) -> QuerySet[Plan]:
    """Plans with units and versions fetched."""
    versions = PlanVersion.objects.select_related("adopted_by__staff", "adopted_by__unit", "begun_by__unit")
    return rows.select_related("owner_unit", "patient").prefetch_related("units", Prefetch("versions", versions))


def with_events(rows: QuerySet[Plan]) -> QuerySet[Plan]:
    """Plans with what has happened to them fetched as well."""
    return rows.prefetch_related(Prefetch("events", PlanEvent.objects.select_related("by__staff", "by__unit")))


def contributions_of(version: PlanVersion) -> QuerySet[Contribution]:
    """What stands in a version, ready for the guard and the page."""
    rows = Contribution.objects.filter(plan_version=version).prefetch_related("plan__units")
    return rows.select_related("owner_unit__provider", "plan", "written_by__staff", "signed_by__staff")


def latest_of(plan: Plan) -> PlanVersion | None:
    """The version that came into force last, whether or not it still is."""
    return next((row for row in plan.versions.all() if row.adopted_at is not None), None)


def current_of(plan: Plan) -> PlanVersion | None:
    """The version in force (the last one that was, when the plan has ended); none when the yes is taken back."""
    return latest_of(plan) if plan.consent_withdrawn_at is None else None


def draft_of(plan: Plan) -> PlanVersion | None:
    """The version that is being written."""
    return next((row for row in plan.versions.all() if row.is_draft), None)


def events_of(plan: Plan) -> QuerySet[PlanEvent]:
    """What has happened to the plan, oldest first."""
    return PlanEvent.objects.filter(plan=plan).select_related("by__staff", "by__unit")


def open_at(unit: uuid.UUID) -> QuerySet[Plan]:
    """Open plans of living persons that the unit takes part in."""
    mine = Q(owner_unit=unit) | Q(units=unit)
    return with_versions(Plan.objects.filter(mine, ended_at=None, patient__died_at=None)).distinct()


def withdrawn_at(unit: uuid.UUID) -> QuerySet[Plan]:
    """Plans that the person has taken the yes back to, latest first: the units are told, until it ends or a new yes."""
    return open_at(unit).exclude(consent_withdrawn_at=None).order_by("-consent_withdrawn_at", "pk")


def to_look_over(unit: uuid.UUID, at: datetime) -> QuerySet[Plan]:
    """Plans that must be looked at again within a week, or should have been, by day."""
    last = timezone.localdate(at) + AHEAD
    return open_at(unit).filter(review_on__lte=last, consent_withdrawn_at=None).order_by("review_on", "pk")


def to_write(unit: uuid.UUID) -> QuerySet[Plan]:
    """Plans with a draft that the unit has not signed its part of, oldest first."""
    drafts = PlanVersion.objects.filter(plan=OuterRef("pk"), adopted_at=None, dropped_at=None)
    signed = Contribution.objects.filter(plan_version=OuterRef("pk"), owner_unit=unit)
    waiting = drafts.exclude(Exists(signed.exclude(signed_at=None)) & ~Exists(signed.filter(signed_at=None)))
    return open_at(unit).filter(Exists(waiting)).order_by("created_at", "pk")


def to_read(unit: uuid.UUID) -> QuerySet[Plan]:
    """Plans whose version in force nobody at the unit has read or brought into force."""
    newer = PlanVersion.objects.filter(plan=OuterRef("plan"), number__gt=OuterRef("number")).exclude(adopted_at=None)
    read = PlanEvent.objects.filter(
        plan=OuterRef("plan"),
        number=OuterRef("number"),
        by__unit=unit,
        kind__in=[PlanEvent.Kind.READ, PlanEvent.Kind.ADOPTED],
    )
    unread = PlanVersion.objects.filter(plan=OuterRef("pk")).exclude(adopted_at=None).exclude(Exists(newer))
    rows = open_at(unit).filter(Exists(unread.exclude(Exists(read))), consent_withdrawn_at=None)
    return rows.order_by("created_at", "pk")
