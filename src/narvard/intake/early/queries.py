"""Reads of early detection: what a unit is to look at, what it has told, whom known visits point to."""

from collections.abc import Iterable
from datetime import date, datetime, timedelta

from django.db.models import QuerySet

from narvard.intake.early.models import OPEN_STATES, EarlyCase
from narvard.intake.queries import definitions_in_force
from narvard.organisation.models import CareUnit, Programme
from narvard.people.facts import REGISTRY, FactKind
from narvard.people.models import Fact

# "Mångbesökare" has no figure in the reports. Four visits to an emergency department in a year is our own.
MANY_VISITS = 4
# One whose case has ended is not found again by the same visits within this time.
_NOT_AGAIN = timedelta(days=365)


def _with_people(rows: QuerySet[EarlyCase]) -> QuerySet[EarlyCase]:
    return rows.select_related("patient__municipality", "owner_unit", "opened_by__unit", "opened_by__staff")


def cases_of(unit: CareUnit) -> QuerySet[EarlyCase]:
    """What the unit is to look at, the clock that runs out first at the top."""
    return _with_people(EarlyCase.objects.filter(owner_unit=unit, state__in=OPEN_STATES)).order_by("due_at", "pk")


def told_by(unit: CareUnit, since: datetime) -> QuerySet[EarlyCase]:
    """What the unit has told others of: the open ones, and those that ended since."""
    rows = EarlyCase.objects.filter(opened_by__unit=unit).exclude(owner_unit=unit).exclude(answered_at__lt=since)
    return _with_people(rows).order_by("-opened_at", "pk")


def markers(day: date) -> tuple[FactKind, ...]:
    """The facts that make a case, by the programmes of kind contact in force."""
    names = dict.fromkeys(
        name
        for definition in definitions_in_force(day).values()
        if definition.kind == Programme.Kind.CONTACT
        for name in definition.markers
    )
    return tuple(REGISTRY[name] for name in names if name in REGISTRY)


def counts(name: str, value: object) -> bool:
    """Whether a fact's value is a sign: a yes, or as many visits as make somebody a frequent visitor."""
    return value is True or (name.endswith("_visits_12_months") and isinstance(value, int) and value >= MANY_VISITS)


def found_by_visits(since: datetime, at: datetime) -> Iterable[Fact]:
    """Facts recorded since then that tell of frequent visits of somebody who has no case, nor had one in a year."""
    names = [kind.name for kind in markers(at.date()) if kind.type is int]
    recent = EarlyCase.objects.filter(opened_at__gt=at - _NOT_AGAIN)
    rows = Fact.objects.filter(name__in=names, recorded_at__gt=since, recorded_at__lte=at, voided_at=None)
    rows = rows.exclude(patient__in=recent.values("patient")).filter(patient__died_at=None)
    seen = set()
    for fact in rows.select_related("patient__listed_at").order_by("-at"):
        if fact.patient_id not in seen and counts(fact.name, fact.value):
            yield fact
        seen.add(fact.patient_id)
