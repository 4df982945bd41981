"""Reads of the organisation room: opening hours, whom to call, the units of an area."""

import uuid
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from django.db.models import Q, QuerySet
from django.utils import timezone

from narvard.core import calendar
from narvard.organisation.models import CallingRule, CareUnit, Commission, OpeningHours


@dataclass(frozen=True)
class Call:
    """Whom to call: what the line is, its number, the unit that answers, and the rule it follows from."""

    label: str
    phone: str
    answered_by: CareUnit
    rule: str


def with_hours(units: QuerySet[CareUnit]) -> QuerySet[CareUnit]:
    """Units with what :func:`is_open` and :func:`whom_to_call` read, fetched at once."""
    return units.select_related("provider", "municipality").prefetch_related(
        "opening_hours", "calling_rules__answered_by"
    )


def is_closed_down(unit: CareUnit, day: date) -> bool:
    """Whether the unit does not exist on ``day``: not opened yet, or closed for good."""
    return (unit.opened_on is not None and day < unit.opened_on) or (
        unit.closed_on is not None and day >= unit.closed_on
    )


def in_service(day: date) -> QuerySet[CareUnit]:
    """The units that exist on ``day``."""
    return CareUnit.objects.filter(Q(opened_on=None) | Q(opened_on__lte=day), Q(closed_on=None) | Q(closed_on__gt=day))


def _day_code(day: date) -> str:
    return OpeningHours.Day.HOLIDAY if calendar.is_holiday(day) or calendar.is_eve(day) else str(day.weekday())


def opening_spans(unit: CareUnit, day: date) -> list[tuple[datetime, datetime]]:
    """The unit's half-open spans on ``day``; a unit without any hours at all is open round the clock."""
    hours = list(unit.opening_hours.all())
    if is_closed_down(unit, day):
        return []
    if not hours:
        return [(calendar.at_local(day), calendar.at_local(day + timedelta(days=1)))]
    return [
        (calendar.at_local(day, row.opens_minute), calendar.at_local(day, row.closes_minute))
        for row in hours
        if row.day == _day_code(day)
    ]


def is_open(unit: CareUnit, at: datetime) -> bool:
    """Whether the unit works at ``at``."""
    return any(start <= at < end for start, end in opening_spans(unit, timezone.localdate(at)))


def opens_next(unit: CareUnit, at: datetime, *, days: int = 14) -> datetime | None:
    """When the unit works next: ``at`` itself if it is open, None if not within ``days``."""
    if is_open(unit, at):
        return at
    first = timezone.localdate(at)
    for offset in range(days + 1):
        starts = [s for s, _e in opening_spans(unit, first + timedelta(days=offset)) if s > at]
        if starts:
            return min(starts)
    return None


def whom_to_call(unit: CareUnit, at: datetime) -> Call | None:
    """The first calling rule that covers ``at``, else the unit's own number; None when nobody can be called."""
    open_now = is_open(unit, at)
    for rule in unit.calling_rules.all():
        if rule.when == CallingRule.When.ALWAYS or (rule.when == CallingRule.When.OPEN) == open_now:
            return Call(rule.label, rule.phone, rule.answered_by or unit, rule.when)
    if unit.phone and open_now:
        return Call(unit.name, unit.phone, unit, "unit")
    return None


def fallback_unit(unit: CareUnit) -> CareUnit | None:
    """The other unit that answers for ``unit`` when it does not: the first one its calling rules name."""
    rules = unit.calling_rules.exclude(answered_by=None).exclude(answered_by=unit.pk).select_related("answered_by")
    rule = rules.order_by("order").first()
    return rule.answered_by if rule else None


def intake_unit(care_area: str) -> CareUnit | None:
    """The joint intake and planning unit of a care area."""
    return CareUnit.objects.filter(kind=CareUnit.Kind.INTAKE, care_area=care_area).first()


def managers_of(unit: CareUnit, day: date) -> list[Commission]:
    """The unit's managers in person: its own, else those above it, else those of the joint management of its area."""
    area = Q(unit__kind=CareUnit.Kind.MANAGEMENT, unit__care_area=unit.care_area) & ~Q(unit__care_area="")
    for where in (Q(unit=unit), Q(unit=unit.part_of_id), area):
        rows = Commission.objects.filter(Q(until=None) | Q(until__gt=day), where, role=Commission.Role.MANAGER)
        found = list(rows.filter(since__lte=day).select_related("staff", "unit").order_by("staff__sort_key", "pk"))
        if found:
            return found
    return []


def on_duty_commissions(units: Iterable[uuid.UUID], day: date) -> QuerySet[Commission]:
    """The commissions in force on ``day`` at ``units``."""
    return (
        Commission.objects.filter(Q(until=None) | Q(until__gt=day), unit__in=units, since__lte=day)
        .select_related("staff", "unit__provider")
        .order_by("staff__sort_key")
    )
