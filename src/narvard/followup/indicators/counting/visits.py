"""Visits made: by how many together, how often, by how many faces, and deviations beside them."""

import uuid
from collections import defaultdict
from collections.abc import Iterable

from django.db.models import Count, Exists, OuterRef, QuerySet

from narvard.deviations.models import Deviation
from narvard.followup.indicators.continuity import MADE, PROFESSIONS, measures
from narvard.followup.indicators.tally import Programme, Tally
from narvard.visits.models import Visit, VisitRole

PER_VISITS = 1000


def made(tally: Tally) -> "QuerySet[Visit]":
    """The visits of the period that took place."""
    period = tally.period
    return Visit.objects.filter(
        state__in=MADE,
        date__gte=period.start,
        date__lt=period.end,
        patient__municipality__care_area=period.care_area,
    ).order_by()


def count_visits(tally: Tally) -> None:
    """Visits per patient, the share made by two care providers, and deviations per thousand visits."""
    visits: dict[tuple[uuid.UUID, Programme], int] = defaultdict(int)
    rows = made(tally).values_list("patient", "episode__programme__key").annotate(visits=Count("pk"))
    for patient, programme, count in rows:
        for each in {programme or "", ""}:
            visits[patient, each] += count
    for (patient, programme), count in visits.items():
        tally.value("visits_per_patient", programme, patient, count, count)
        for indicator, size in (("joint", 1), ("deviations", PER_VISITS)):
            sums = tally.of_person(indicator, programme, patient)
            if sums is not None:
                sums.of += count / size
    _joint(tally)
    _deviations(tally)


def _joint(tally: Tally) -> None:
    """Only visits that more than one came to can be by two providers: the others are not looked at."""
    others = VisitRole.objects.filter(visit=OuterRef("pk"), position__gte=2)
    several = made(tally).filter(Exists(others)).annotate(providers=Count("roles__unit__provider", distinct=True))
    for patient, programme in several.filter(providers__gt=1).values_list("patient", "episode__programme__key"):
        for each in {programme or "", ""}:
            sums = tally.of_person("joint", each, patient)
            if sums is not None:
                sums.count += 1


def _deviations(tally: Tally) -> None:
    period = tally.period
    rows = Deviation.objects.filter(
        happened_at__gte=period.first,
        happened_at__lt=period.last,
        patient__municipality__care_area=period.care_area,
    )
    for patient, programme in rows.values_list("patient", "unit__team__programme__key"):
        for each in {programme or "", ""}:
            sums = tally.of_person("deviations", each, patient)
            if sums is not None:
                sums.count += 1


def count_continuity(tally: Tally) -> None:
    """How few faces a patient meets: the usual provider's share (UPC) and Bice and Boxerman's measure (COC).

    From how often each came: the database has counted.
    """
    for name, professions in PROFESSIONS.items():
        for (patient, programme), times in _faces(tally, professions).items():
            found = measures(times)
            if found is not None:
                tally.value(f"{name}_continuity", programme, patient, found.coc)
                tally.value(f"{name}_upc", programme, patient, found.upc)


def _faces(tally: Tally, professions: Iterable[str]) -> dict[tuple[uuid.UUID, Programme], list[int]]:
    """How often each member of staff came to each patient, in each programme and in all."""
    period = tally.period
    rows = (
        VisitRole.objects.filter(
            visit__state__in=MADE,
            visit__date__gte=period.start,
            visit__date__lt=period.end,
            visit__patient__municipality__care_area=period.care_area,
            shift__commission__staff__profession__in=tuple(professions),
        )
        .order_by()
        .values_list("visit__patient", "visit__episode__programme__key", "shift__commission__staff")
        .annotate(times=Count("pk"))
    )
    found: dict[tuple[uuid.UUID, Programme], dict[uuid.UUID, int]] = defaultdict(lambda: defaultdict(int))
    for patient, programme, staff, times in rows:
        for each in {programme or "", ""}:
            found[patient, each][staff] += times
    return {key: list(times.values()) for key, times in found.items()}
