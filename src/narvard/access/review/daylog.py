"""One day of one provider's log with the facts that the picking rules read, each fetched at most once."""

import uuid
from collections import defaultdict
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from functools import cached_property

from django.db.models import Count, Q
from django.db.models.functions import ExtractHour, TruncDate
from django.utils import timezone

from narvard.access.models import CareRelation, Consent, OwnRecord
from narvard.access.policy import FOLLOWS
from narvard.core import calendar
from narvard.core.models import AuditEvent, AuditSubject
from narvard.organisation.models import CareProvider, CareUnit, Commission, Staff
from narvard.organisation.queries import opening_spans, with_hours
from narvard.people.models import Patient, Relative

Action = AuditEvent.Action
Key = uuid.UUID
Period = tuple[datetime, datetime]
# The planned working times of some staff on a day, by person; the rooms above know them.
WorkingTimes = Callable[[Collection[Key], date], Mapping[Key, Sequence[Period]]]

# With the record open: looking and acting, not seeing a name in a list.
OPENING = frozenset(
    {Action.READ, Action.WRITE, Action.SIGN, Action.PRINT, Action.EXPORT, Action.DELETE, Action.EMERGENCY}
)
NOT_OPENED = frozenset({"identifier", "list", "log", "logextract", "logreview"})
# How far back a person's usual hours and volumes are learnt.
HISTORY = timedelta(days=28)


@dataclass(frozen=True)
class Access:
    """One audit event about one patient (or about none), as the rules read it."""

    event: Key
    at: datetime
    action: str
    what: str
    kind: str
    object_id: str
    reason: str
    staff: Key
    unit: Key
    patient: Key | None

    @property
    def opens(self) -> bool:
        """Whether a patient's record was open."""
        return self.patient is not None and self.action in OPENING and self.kind not in NOT_OPENED


_COLUMNS = ("event_id", "at", "action", "what", "object_kind", "object_id", "reason", "staff", "unit")


class DayLog:
    """A provider's log of a local day; ``working`` tells who was planned to work when."""

    def __init__(self, provider: CareProvider, day: date, working: WorkingTimes) -> None:
        self.provider = provider
        self.day = day
        self.start, self.end = calendar.at_local(day), calendar.at_local(day + timedelta(days=1))
        self._working = working

    @cached_property
    def accesses(self) -> list[Access]:
        """What people did that day, lists apart, in order; an event about several patients is there for each."""
        events = AuditEvent.objects.filter(
            provider=self.provider.pk, at__gte=self.start, at__lt=self.end, staff__isnull=False, unit__isnull=False
        ).exclude(object_kind="list")
        rows = events.order_by("at", "pk").values_list(*_COLUMNS, "subjects__patient")
        return [Access(*row) for row in rows]

    @cached_property
    def opened(self) -> list[Access]:
        """The first opening of each patient's record by each person at each unit."""
        first: dict[tuple[Key, Key, Key | None], Access] = {}
        for access in self.accesses:
            if access.opens:
                first.setdefault((access.staff, access.unit, access.patient), access)
        return list(first.values())

    def by_staff(self, accesses: Iterable[Access]) -> dict[Key, list[Access]]:
        """The accesses of each person, in order."""
        found: dict[Key, list[Access]] = defaultdict(list)
        for access in accesses:
            found[access.staff].append(access)
        return found

    @cached_property
    def staff(self) -> dict[Key, Staff]:
        """The people who did something, by id."""
        return Staff.objects.in_bulk({access.staff for access in self.accesses})

    @cached_property
    def workplace_phones(self) -> set[str]:
        """Numbers that several people at work have: a workplace's, so they tell of no kinship."""
        rows = Staff.objects.exclude(phone="").values_list("phone").annotate(people=Count("pk")).order_by()
        return set(rows.filter(people__gt=1).values_list("phone", flat=True))

    @cached_property
    def units(self) -> dict[Key, CareUnit]:
        """The units where something was done, with their hours, by id."""
        return with_hours(CareUnit.objects.all()).in_bulk({access.unit for access in self.accesses})

    @cached_property
    def patients(self) -> dict[Key, Patient]:
        """The patients whose records were opened, by id."""
        return Patient.objects.in_bulk({access.patient for access in self.opened})

    @cached_property
    def relatives(self) -> dict[Key, list[Relative]]:
        """The relatives of those patients."""
        found: dict[Key, list[Relative]] = defaultdict(list)
        for row in Relative.objects.filter(patient__in=self.patients):
            found[row.patient_id].append(row)
        return found

    @cached_property
    def own_records(self) -> dict[Key, Key]:
        """Which of those patients are members of staff: the person at work, by patient."""
        return dict(OwnRecord.objects.filter(patient__in=self.patients).values_list("patient", "staff"))

    @cached_property
    def workplaces(self) -> set[tuple[Key, Key]]:
        """The pairs of person and unit where those members of staff work that day."""
        rows = Commission.objects.filter(
            Q(until=None) | Q(until__gt=self.day), staff__in=self.own_records.values(), since__lte=self.day
        )
        return set(rows.values_list("staff", "unit"))

    @cached_property
    def _relations(self) -> dict[tuple[Key, Key], list[tuple[datetime, datetime | None]]]:
        """The periods of care relation of that day, by patient and unit."""
        rows = CareRelation.objects.filter(
            Q(until=None) | Q(until__gte=self.start), patient__in=self.patients, unit__in=self.units, since__lt=self.end
        )
        found: dict[tuple[Key, Key], list[tuple[datetime, datetime | None]]] = defaultdict(list)
        for patient, unit, since, until in rows.values_list("patient", "unit", "since", "until"):
            found[patient, unit].append((since, until))
        return found

    def related_at(self, patient: Key, unit: Key, at: datetime) -> bool:
        """Whether the unit had a care relation to the patient; the act that ends one is within it."""
        periods = self._relations.get((patient, unit), ())
        return any(since <= at and (until is None or at <= until) for since, until in periods)

    def related_otherwise(self, patient: Key, unit: Key, source: str, at: datetime) -> bool:
        """Whether the unit had a care relation to the patient before ``at`` that follows from something else.

        To have sent a request is none: anybody may send one about anybody.
        """
        rows = CareRelation.objects.filter(patient=patient, unit=unit, since__lt=at).exclude(kind__in=FOLLOWS)
        return rows.exclude(source_id=source).exists()

    def acted_on(self, keys: Collection[str]) -> dict[str, set[Key]]:
        """Who wrote in each of these objects that day, by its id; people of every provider."""
        rows = AuditEvent.objects.filter(
            at__gte=self.start, at__lt=self.end, object_id__in=keys, action__in={Action.WRITE, Action.SIGN}
        )
        found: dict[str, set[Key]] = {key: set() for key in keys}
        for key, staff in rows.values_list("object_id", "staff"):
            if staff is not None:
                found[key].add(staff)
        return found

    @cached_property
    def consents(self) -> dict[Key, Consent]:
        """The consents that were recorded that day, by id."""
        keys = {access.object_id for access in self.accesses if access.what == "access.record_consent"}
        return Consent.objects.in_bulk(keys)

    @cached_property
    def working(self) -> Mapping[Key, Sequence[Period]]:
        """Planned working times of the day and of the night before it, by person."""
        people = {access.staff for access in self.opened}
        found: dict[Key, list[Period]] = defaultdict(list)
        for day in (self.day - timedelta(days=1), self.day):
            for person, periods in self._working(people, day).items():
                found[person].extend(periods)
        return found

    def opening(self, unit: Key) -> list[Period] | None:
        """The hours of the unit that touch the day; None for one without set hours."""
        row = self.units[unit]
        if not row.opening_hours.all():
            return None
        return [span for day in (self.day - timedelta(days=1), self.day) for span in opening_spans(row, day)]

    def usual_hours(self, people: Collection[Key]) -> dict[Key, dict[int, int]]:
        """In how many days of the history each person did something in each local hour, by person and hour."""
        rows = (
            AuditEvent.objects.filter(
                provider=self.provider.pk, staff__in=people, at__gte=self.start - HISTORY, at__lt=self.start
            )
            .annotate(day=TruncDate("at"), hour=ExtractHour("at"))
            .values_list("staff", "hour")
            .annotate(days=Count("day", distinct=True))
            .order_by()
        )
        found: dict[Key, dict[int, int]] = defaultdict(dict)
        for person, hour, days in rows:
            found[person][hour] = days
        return found

    def usual_volumes(self, units: Collection[Key]) -> dict[Key, dict[Key, list[int]]]:
        """How many patients each person opened on each active day of the history, by unit and person."""
        rows = (
            AuditSubject.objects.filter(
                event__unit__in=units,
                event__staff__isnull=False,
                event__action__in=OPENING,
                at__gte=self.start - HISTORY,
                at__lt=self.start,
            )
            .exclude(event__object_kind__in=NOT_OPENED)
            .annotate(day=TruncDate("at"))
            .values_list("event__unit", "event__staff", "day")
            .annotate(patients=Count("patient", distinct=True))
            .order_by()
        )
        found: dict[Key, dict[Key, list[int]]] = defaultdict(lambda: defaultdict(list))
        for unit, person, _day, patients in rows:
            found[unit][person].append(patients)
        return found

    def local_hour(self, at: datetime) -> int:
        """The Swedish hour of the day."""
        return timezone.localtime(at).hour
