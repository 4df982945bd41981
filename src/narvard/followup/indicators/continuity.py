"""How few faces a patient meets: one definition, for the indicators and for one patient's page."""

from collections import Counter
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from uuid import UUID

from django.db.models import QuerySet

from narvard.organisation.models import Profession
from narvard.people.models import Patient
from narvard.visits.models import Visit, VisitRole

MADE = (Visit.State.STARTED, Visit.State.DONE)
LEAST_VISITS = 3
PROFESSIONS = {
    "nurse": (Profession.NURSE, Profession.DISTRICT_NURSE),
    "physician": (Profession.PHYSICIAN,),
}
# In a month few have three visits by a physician.
LOOKED_BACK = timedelta(days=365)


@dataclass(frozen=True, slots=True)
class Measures:
    """Both from 0 to 1, where 1 is always the same person: the usual one's share, and Bice and Boxerman's measure."""

    visits: int
    people: int
    upc: float
    coc: float


def measures(times: Collection[int]) -> Measures | None:
    """Of how often each came; None with fewer than three visits, which say nothing.

    As :func:`narvard.engines.evidence.continuity` has them: UPC is max nᵢ / N, COC (Σ nᵢ² − N) / (N (N − 1)).
    """
    total = sum(times)
    if total < LEAST_VISITS:
        return None
    squares = sum(n * n for n in times)
    return Measures(total, len(times), max(times) / total, (squares - total) / (total * (total - 1)))


def visits_made(patient: Patient, until: date) -> "QuerySet[Visit]":
    """The visits that were made to the patient in the year before ``until``, for whoever may read them."""
    rows = Visit.objects.filter(patient=patient, state__in=MADE, date__gt=until - LOOKED_BACK, date__lte=until)
    return rows.select_related("owner_unit").order_by("date")


def continuity_of(visits: Iterable[Visit]) -> Mapping[str, Measures]:
    """The measures of one patient's visits, by group of professions; one query."""
    keys = [visit.pk for visit in visits]
    every = [profession for group in PROFESSIONS.values() for profession in group]
    rows = VisitRole.objects.filter(visit__in=keys, shift__commission__staff__profession__in=every).values_list(
        "shift__commission__staff", "shift__commission__staff__profession"
    )
    times: dict[str, Counter[UUID]] = {name: Counter() for name in PROFESSIONS}
    for staff, profession in rows:
        for name, group in PROFESSIONS.items():
            if profession in group:
                times[name][staff] += 1
    found = {name: measures(list(counted.values())) for name, counted in times.items()}
    return {name: each for name, each in found.items() if each is not None}
