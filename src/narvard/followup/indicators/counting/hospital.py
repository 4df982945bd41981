"""What the enrolled had of hospital care, from utilisation data, by the days on which they were enrolled."""

import uuid
from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from django.db.models import Q
from django.utils import timezone

from narvard.care.models import Episode
from narvard.core.calendar import at_local
from narvard.followup.indicators.tally import Programme, Sums, Tally
from narvard.followup.utilisation.models import UtilisationEvent
from narvard.followup.utilisation.queries import covered, events

Kind = UtilisationEvent.Kind
HALF_YEAR = 182.5
"""Days; the period that the evaluations of seed 004 counted in."""
TRANSFER, AFTER_VISIT, BACK_WITHIN = timedelta(days=1), timedelta(hours=24), timedelta(days=30)
RATES = ("bed_days", "emergency_visits", "specialist_visits")


@dataclass(frozen=True, slots=True)
class Days:
    """Days [start, end)."""

    start: date
    end: date

    @property
    def count(self) -> int:
        """How many."""
        return max(0, (self.end - self.start).days)

    def within(self, other: "Days") -> "Days":
        """The days that both have."""
        return Days(max(self.start, other.start), min(self.end, other.end))

    def holds(self, day: date) -> bool:
        """Whether the day is one of them."""
        return self.start <= day < self.end


@dataclass(slots=True)
class Stay:
    """An admission to its discharge, transfers joined; `end` None while it goes on."""

    start: datetime
    end: datetime | None
    acute: bool
    died: bool


@dataclass(frozen=True, slots=True)
class Used:
    """One person's events, in order of time."""

    stays: list[Stay]
    admitted: list[datetime]
    emergency: list[datetime]
    specialist: list[datetime]


def count_hospital(tally: Tally) -> None:
    """Bed days, emergency visits without admission, specialist visits, and unplanned readmissions of the enrolled.

    Nothing is counted outside the days that the data tell everything about: unknown is not nought.
    """
    known = covered()
    if known is None:
        return
    span = Days(tally.period.start, min(tally.period.end, timezone.localdate(tally.period.last)))
    span = span.within(Days(known.since, known.until))
    if span.count <= 0:
        return
    used = _used(span)
    for (patient, programme), spans in _enrolled(tally, span).items():
        mine = used.get(patient, Used([], [], [], []))
        _rates(tally, programme, patient, spans, mine)
        _readmissions(tally, programme, patient, spans, mine, at_local(known.until))


def _enrolled(tally: Tally, span: Days) -> dict[tuple[uuid.UUID, Programme], list[Days]]:
    """The days on which each person was enrolled, in each programme and in any."""
    rows = Episode.objects.filter(
        Q(ended_at=None) | Q(ended_at__gt=at_local(span.start)),
        started_at__lt=at_local(span.end),
        kind=Episode.Kind.ENROLMENT,
        patient__municipality__care_area=tally.period.care_area,
    ).order_by("started_at")
    found: dict[tuple[uuid.UUID, Programme], list[Days]] = defaultdict(list)
    for patient, programme, started, ended in rows.values_list("patient", "programme__key", "started_at", "ended_at"):
        end = timezone.localdate(ended) if ended else span.end
        mine = Days(timezone.localdate(started), end).within(span)
        for each in {programme or "", ""}:
            _join(found[patient, each], mine)
    return found


def _join(spans: list[Days], more: Days) -> None:
    """Add days to those there are; they begin no earlier than any of them."""
    if spans and more.start <= spans[-1].end:
        spans[-1] = Days(spans[-1].start, max(spans[-1].end, more.end))
    elif more.count > 0:
        spans.append(more)


def _used(span: Days) -> dict[uuid.UUID, Used]:
    """What each patient of ours used near the days: a stay may have begun long before, a readmission comes after."""
    until = at_local(span.end) + BACK_WITHIN
    rows = (
        events(Kind.INPATIENT, Kind.EMERGENCY, Kind.OUTPATIENT)
        .filter(
            Q(starts_at__gte=at_local(span.start))
            | Q(ends_at__gte=at_local(span.start))
            | Q(kind=Kind.INPATIENT, ends_at=None),
            starts_at__lt=until,
            person__patient__isnull=False,
        )
        .order_by("starts_at")
    )
    found: dict[uuid.UUID, Used] = defaultdict(lambda: Used([], [], [], []))
    fields = ("person__patient", "kind", "starts_at", "ends_at", "acute", "died")
    for patient, kind, start, end, acute, died in rows.values_list(*fields):
        mine = found[patient]
        if kind == Kind.INPATIENT:
            mine.admitted.append(start)
            _admit(mine.stays, Stay(start, end, bool(acute), died))
        else:
            (mine.emergency if kind == Kind.EMERGENCY else mine.specialist).append(start)
    return found


def _admit(stays: list[Stay], stay: Stay) -> None:
    """A stay within a day of the one before is a transfer: the same stay goes on."""
    last = stays[-1] if stays else None
    if last is not None and last.end is not None and stay.start - last.end < TRANSFER:
        last.end = None if stay.end is None else max(last.end, stay.end)
        last.died = stay.died
    elif last is None or last.end is not None:
        stays.append(stay)


def _rates(tally: Tally, programme: Programme, patient: uuid.UUID, spans: list[Days], used: Used) -> None:
    """Counts by half a year of enrolled days; nights count as bed days, so a stay of the same day is none."""
    time = sum(span.count for span in spans) / HALF_YEAR
    counts = {
        "bed_days": sum(_nights(stay, span) for stay in used.stays for span in spans),
        "emergency_visits": sum(not _led_in(at, used.admitted) for at in _within(used.emergency, spans)),
        "specialist_visits": sum(1 for _ in _within(used.specialist, spans)),
    }
    for indicator in RATES:
        sums = tally.of_person(indicator, programme, patient)
        if sums is not None:
            sums.add(Sums(counts[indicator], time, people=bool(counts[indicator])))


def _nights(stay: Stay, span: Days) -> int:
    end = timezone.localdate(stay.end) if stay.end else span.end
    return Days(timezone.localdate(stay.start), end).within(span).count


def _within(times: Iterable[datetime], spans: list[Days]) -> Iterator[datetime]:
    return (at for at in times if any(span.holds(timezone.localdate(at)) for span in spans))


def _led_in(visit: datetime, admitted: list[datetime]) -> bool:
    """Whether an admission followed within a day of an emergency visit."""
    return any(visit <= at <= visit + AFTER_VISIT for at in admitted)


def _readmissions(
    tally: Tally, programme: Programme, patient: uuid.UUID, spans: list[Days], used: Used, until: datetime
) -> None:
    """Of each discharge alive that could be followed up in full, whether an acute admission came within 30 days."""
    for number, stay in enumerate(used.stays):
        if stay.end is None or stay.died or stay.end + BACK_WITHIN > until:
            continue
        if not any(span.holds(timezone.localdate(stay.end)) for span in spans):
            continue
        following = used.stays[number + 1 :]
        sums = tally.of_person("readmissions", programme, patient)
        if sums is not None:
            back = bool(following) and following[0].acute and following[0].start - stay.end <= BACK_WITHIN
            sums.add(Sums(int(back), 1, people=int(back)))
