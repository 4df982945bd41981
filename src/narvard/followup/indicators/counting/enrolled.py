"""The enrolled: against the need, with a named physician, a plan made together, and their medicines gone through."""

import uuid
from collections import defaultdict

from django.db.models import Q, Sum, TextField
from django.db.models.functions import Cast

from narvard.capacity.models import NeedCell
from narvard.care.models import DesignatedContact, Episode
from narvard.care.plans.models import Plan
from narvard.care.queries import in_force
from narvard.followup.indicators.counting.visits import made
from narvard.followup.indicators.tally import Tally, each_once
from narvard.visits.models import VisitNote

NAMED = (DesignatedContact.Kind.PHYSICIAN_CONTACT, DesignatedContact.Kind.PAL)
# "Läkemedelsgenomgång" in visits.codes, to be replaced with KVÅ by the administrator.
REVIEW_CODES = ("NV206",)
SIP = "sip"

Enrolled = set[tuple[uuid.UUID, str | None]]


def count_enrolled(tally: Tally) -> None:
    """Everything that is counted among the enrolled."""
    period = tally.period
    of_area = Episode.objects.filter(
        kind=Episode.Kind.ENROLMENT, patient__municipality__care_area=period.care_area
    ).order_by()
    overlap = Q(started_at__lt=period.last) & (Q(ended_at=None) | Q(ended_at__gt=period.first))
    any_day: Enrolled = set(of_area.filter(overlap).values_list("patient", "programme__key").distinct())
    at_end: Enrolled = set(of_area.filter(in_force(period.last)).values_list("patient", "programme__key").distinct())
    _coverage(tally, any_day)
    tally.people("medication_reviews", any_day, _reviewed(tally))
    tally.people("named_physician", at_end, _named(tally))
    tally.people("sip", at_end, _with_sip(tally))


def _coverage(tally: Tally, enrolled: Enrolled) -> None:
    """Persons enrolled; the need is the same whatever the programme, and set where anybody could be enrolled."""
    counted = each_once(enrolled)
    programmes = {"", *(programme for _, programme in counted)}
    for (place, segment), need in _need(tally).items():
        for programme in programmes:
            tally.at("coverage", programme, place, segment).of += need
    for patient, programme in counted:
        sums = tally.of_person("coverage", programme, patient)
        if sums is not None:
            sums.count += 1


def _need(tally: Tally) -> dict[tuple[str, str], float]:
    """Estimated persons in need by municipality and segment; the others of 65 and older stand with the unassessed."""
    cells = NeedCell.objects.filter(
        scenario=tally.period.scenario, municipality__care_area=tally.period.care_area
    ).order_by()
    found: dict[tuple[str, str], float] = defaultdict(float)
    for place, segment, need in cells.values_list("municipality", "segment").annotate(need=Sum("in_need")):
        found[place, "" if segment == NeedCell.Segment.OTHER else segment] += need
    return found


def _named(tally: Tally) -> set[uuid.UUID]:
    at = tally.period.last
    rows = DesignatedContact.objects.filter(Q(until=None) | Q(until__gt=at), kind__in=NAMED, since__lte=at)
    return set(rows.order_by().values_list("patient", flat=True))


def _with_sip(tally: Tally) -> set[uuid.UUID]:
    at = tally.period.last
    rows = Plan.objects.filter(Q(ended_at=None) | Q(ended_at__gt=at), kind=SIP, versions__adopted_at__lte=at)
    return set(rows.order_by().values_list("patient", flat=True))


def _reviewed(tally: Tally) -> set[uuid.UUID]:
    """Who had a visit in the period whose code, or the code of whose note, is a review of medicines."""
    by_visit = made(tally).filter(code__in=REVIEW_CODES).values_list("patient", flat=True)
    in_note = Q()
    for code in REVIEW_CODES:
        in_note |= Q(listed__contains=f'"{code}"')
    notes = VisitNote.objects.filter(
        visit__date__gte=tally.period.start, visit__date__lt=tally.period.end, signed_at__isnull=False
    ).annotate(listed=Cast("codes", TextField()))
    return set(by_visit) | set(notes.filter(in_note).order_by().values_list("patient", flat=True))
