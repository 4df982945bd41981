"""What is missing: visits without code, who came, programme or place; notices not sent; no named physician."""

import uuid
from collections import defaultdict
from dataclasses import dataclass, field
from datetime import date, datetime
from enum import Enum

from django.db.models import Count, Exists, OuterRef, Q, QuerySet
from django.utils.translation import gettext_lazy as _

from narvard.access.models import CareRelation
from narvard.access.queries import current
from narvard.care.models import DesignatedContact, Episode
from narvard.care.queries import in_force
from narvard.core.calendar import at_local
from narvard.followup.indicators.continuity import MADE
from narvard.followup.indicators.counting.enrolled import NAMED
from narvard.followup.registration.models import HomeNursingNotice
from narvard.organisation.models import CareUnit
from narvard.visits.models import Mode, Visit, VisitNote, VisitRole


class Gap(Enum):
    """What may be missing."""

    CODE = "code"
    WHO = "who"
    PLACE = "place"
    PROGRAMME = "programme"
    NOTICE = "notice"
    PHYSICIAN = "physician"

    @property
    def label(self) -> object:
        """What is missing, in words."""
        return _LABELS[self]


_LABELS = {
    Gap.CODE: _("besök utan kod"),
    Gap.WHO: _("besök utan uppgift om vem som kom"),
    Gap.PLACE: _("besök på annan plats utan uppgift om var"),
    Gap.PROGRAMME: _("besök utan program"),
    Gap.NOTICE: _("inskrivning i hemsjukvård som inte är sänd till hälsocentralen"),
    Gap.PHYSICIAN: _("inskrivna utan fast läkare"),
}


def made_visits(start: date, end: date) -> "QuerySet[Visit]":
    """Visits that took place on the days [start, end)."""
    return Visit.objects.filter(state__in=MADE, date__gte=start, date__lt=end).order_by()


def visits_lacking(gap: Gap, start: date, end: date) -> "QuerySet[Visit]":
    """The visits of the days that lack something."""
    rows = made_visits(start, end)
    if gap is Gap.CODE:
        coded = VisitNote.objects.filter(visit=OuterRef("pk")).exclude(codes=[])
        return rows.filter(code="").exclude(Exists(coded))
    if gap is Gap.WHO:
        unknown = VisitRole.objects.filter(shift=None, visit__date__gte=start, visit__date__lt=end)
        return rows.filter(pk__in=unknown.values("visit"))
    if gap is Gap.PLACE:
        return rows.filter(mode=Mode.OTHER_PLACE, place="")
    return rows.filter(episode__programme=None)


def unsent(at: datetime) -> "QuerySet[CareRelation]":
    """Home nursing's relations to persons listed at a health centre that has not been told."""
    told = HomeNursingNotice.objects.filter(patient=OuterRef("patient"), health_centre=OuterRef("patient__listed_at"))
    return (
        CareRelation.objects.filter(
            current(at), kind=CareRelation.Kind.HOME_NURSING, patient__listed_at__isnull=False, patient__died_at=None
        )
        .exclude(Exists(told))
        .order_by()
    )


def without_physician(at: datetime) -> "QuerySet[Episode]":
    """Enrolments in force of persons who have no named physician."""
    named = DesignatedContact.objects.filter(
        Q(until=None) | Q(until__gt=at), patient=OuterRef("patient"), kind__in=NAMED, since__lte=at
    )
    return Episode.objects.filter(in_force(at), ~Exists(named), kind=Episode.Kind.ENROLMENT).order_by()


VISIT_GAPS = (Gap.CODE, Gap.WHO, Gap.PLACE, Gap.PROGRAMME)


@dataclass
class UnitGaps:
    """How many of each are missing at a unit."""

    unit: CareUnit
    counts: dict[Gap, int] = field(default_factory=dict)


def gaps_by_unit(care_area: str, start: date, end: date) -> list[UnitGaps]:
    """What the area's units lack: visits of the days [start, end), the rest as it stood when they ended."""
    at = at_local(end)
    found: dict[uuid.UUID, dict[Gap, int]] = defaultdict(dict)
    for gap in VISIT_GAPS:
        rows = visits_lacking(gap, start, end).filter(episode__unit__care_area=care_area)
        for unit, count in rows.values_list("episode__unit").annotate(n=Count("pk")):
            found[unit][gap] = count
    for gap, others in ((Gap.NOTICE, unsent(at)), (Gap.PHYSICIAN, without_physician(at))):
        rows_of = others.filter(unit__care_area=care_area).values_list("unit")
        for unit, count in rows_of.annotate(n=Count("patient", distinct=True)):
            found[unit][gap] = count
    units = CareUnit.objects.filter(pk__in=found).order_by("sort_key")
    return [UnitGaps(unit, found[unit.pk]) for unit in units]


def notices_to(unit: CareUnit) -> "QuerySet[HomeNursingNotice]":
    """The notices that a health centre has not read."""
    rows = HomeNursingNotice.objects.filter(health_centre=unit, read_at=None)
    return rows.select_related("owner_unit").order_by("sent_at")
