"""Who saw what: reads over the audit log, in words that a reviewer and a patient understand.

Each care provider answers for its own log (PDL 2008:355 4 kap. 3 §), so every read here is of one provider's rows.
The patient's extract (8 kap. 5 §; HSLF-FS 2016:40 4 kap. 10 §) tells when and from which unit, without names of staff.
"""

import uuid
from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from django.db.models import Count, QuerySet

from narvard.access import logwords
from narvard.core.models import AuditEvent, AuditSubject
from narvard.organisation.models import CareProvider, CareUnit, Staff
from narvard.people.models import Patient

Action = AuditEvent.Action
# An event about more persons than this tells how many, not who.
MOST_NAMES = 3


@dataclass(frozen=True)
class Span:
    """What to look at: the half-open period [since, until) and, where given, one unit and one person."""

    since: datetime
    until: datetime
    unit: uuid.UUID | None = None
    staff: uuid.UUID | None = None


@dataclass(frozen=True)
class Line:
    """One row of the log in words. ``subjects`` are the persons it is about, ``more`` how many it does not name."""

    event: AuditEvent
    who: str
    profession: str
    unit: str
    provider: str
    done: str
    thing: str
    why: str
    subjects: tuple[Patient, ...]
    more: int

    @property
    def state(self) -> str:
        """How the row is marked: what a reviewer looks at first stands out."""
        return {Action.EMERGENCY: "late", Action.DENIED: "nearly"}.get(Action(self.event.action), "")


def of_patient(patient: uuid.UUID, provider: uuid.UUID, span: Span) -> QuerySet[AuditSubject]:
    """The provider's rows about a patient, newest first; each with its event."""
    rows = AuditSubject.objects.filter(
        patient=patient, at__gte=span.since, at__lt=span.until, event__provider=provider, event__staff__isnull=False
    )
    if span.unit:
        rows = rows.filter(event__unit=span.unit)
    if span.staff:
        rows = rows.filter(event__staff=span.staff)
    return rows.select_related("event").order_by("-at", "-pk")


def of_staff(staff: uuid.UUID, provider: uuid.UUID, span: Span) -> QuerySet[AuditEvent]:
    """What a member of staff did for the provider, newest first."""
    rows = AuditEvent.objects.filter(staff=staff, provider=provider, at__gte=span.since, at__lt=span.until)
    return (rows.filter(unit=span.unit) if span.unit else rows).order_by("-at", "-pk")


def of_unit(unit: uuid.UUID, provider: uuid.UUID, span: Span) -> QuerySet[AuditEvent]:
    """What a unit of the provider did, newest first."""
    rows = AuditEvent.objects.filter(unit=unit, provider=provider, at__gte=span.since, at__lt=span.until)
    return (rows.filter(staff=span.staff) if span.staff else rows).order_by("-at", "-pk")


def lines(events: Iterable[AuditEvent]) -> list[Line]:
    """The events in words, in five queries however many they are."""
    events = list(events)
    staff = Staff.objects.in_bulk({event.staff for event in events if event.staff})
    units = CareUnit.objects.select_related("provider").in_bulk({event.unit for event in events if event.unit})
    subjects, counts = _subjects(events)
    return [
        _line(event, staff.get(event.staff), units.get(event.unit), subjects[event.pk], counts.get(event.pk, 0))
        for event in events
    ]


def _line(
    event: AuditEvent, staff: Staff | None, unit: CareUnit | None, subjects: Sequence[Patient], count: int
) -> Line:
    return Line(
        event=event,
        who=staff.name if staff else "",
        profession=str(staff.get_profession_display()) if staff else "",
        unit=unit.name if unit else "",
        provider=unit.provider.name if unit else "",
        done=str(event.get_action_display()),
        thing=logwords.thing(event.object_kind),
        why=logwords.why(event),
        subjects=tuple(subjects),
        more=max(0, count - len(subjects)),
    )


def _subjects(events: Sequence[AuditEvent]) -> tuple[dict[int, list[Patient]], dict[int, int]]:
    """The persons of each event that is about few of them, and how many each event is about."""
    rows = AuditSubject.objects.filter(event__in=[event.pk for event in events])
    counts = dict(rows.values_list("event").annotate(n=Count("pk")).order_by())
    few = [event for event, count in counts.items() if count <= MOST_NAMES]
    subjects = list(AuditSubject.objects.filter(event__in=few).order_by("pk"))
    patients = Patient.objects.in_bulk({subject.patient for subject in subjects})
    named: dict[int, list[Patient]] = defaultdict(list)
    for subject in subjects:
        if subject.patient in patients:
            named[subject.event_id].append(patients[subject.patient])
    return named, counts


# The patient's extract.

# Looking and acting; an attempt that was stopped gave no access and is left out.
ACCESS = frozenset(logwords.FOR_THE_PATIENT)


@dataclass
class ExtractRow:
    """One kind of access from one unit: first at ``at``, ``times`` times up to ``last``."""

    at: datetime
    last: datetime
    unit: str
    kind: str
    times: int = 1


@dataclass(frozen=True)
class ProviderExtract:
    """One care provider's rows, newest first."""

    provider: str
    rows: list[ExtractRow] = field(default_factory=list)


@dataclass(frozen=True)
class Extract:
    """The log extract of a patient for the half-open period [since, until), by care provider."""

    patient: Patient
    since: datetime
    until: datetime
    providers: tuple[ProviderExtract, ...]

    @property
    def rows(self) -> list[ExtractRow]:
        """Every row of every provider, provider by provider."""
        return [row for part in self.providers for row in part.rows]


def extract(patient: Patient, since: datetime, until: datetime, provider: CareProvider | None = None) -> Extract:
    """Who has had access to the patient's record during [since, until): when, from which unit, and what was done.

    Names of staff are left out: the law asks for unit and time. ``provider`` gives one care provider's part; without
    one every provider's is given, which is for the patient's own page. Rows of one unit and kind within the same
    minute (lists and log control: hour) are told as one, with how many they were. Whoever hands it out logs that.
    """
    found = AuditSubject.objects.filter(
        patient=patient.pk, at__gte=since, at__lt=until, event__staff__isnull=False, event__action__in=ACCESS
    )
    if provider is not None:
        found = found.filter(event__provider=provider.pk)
    columns = ("at", "event__unit", "event__action", "event__object_kind", "event__what")
    rows = list(found.order_by("-at", "-pk").values_list(*columns))
    units = CareUnit.objects.select_related("provider").in_bulk({row[1] for row in rows if row[1]})
    parts: dict[str, list[tuple[datetime, str, str]]] = defaultdict(list)
    for at, key, action, kind, what in rows:
        unit = units.get(key)
        said = logwords.for_the_patient(action, kind, what)
        parts[unit.provider.name if unit else ""].append((at, unit.name if unit else "", said))
    order = {unit.provider.name: unit.provider.sort_key for unit in units.values()}
    names = sorted(parts, key=lambda name: order.get(name, ""))
    return Extract(patient, since, until, tuple(ProviderExtract(name, _merged(parts[name])) for name in names))


def _merged(rows: Iterable[tuple[datetime, str, str]]) -> list[ExtractRow]:
    """Rows (newest first) of one unit and kind within the same minute or hour as one."""
    merged: dict[tuple[datetime, str, str], ExtractRow] = {}
    for at, unit, kind in rows:
        key = (_bucket(at, kind), unit, kind)
        if key in merged:
            merged[key].at = at
            merged[key].times += 1
        else:
            merged[key] = ExtractRow(at, at, unit, kind)
    return list(merged.values())


def _bucket(at: datetime, kind: str) -> datetime:
    minute = at.replace(second=0, microsecond=0)
    by_hour = kind in {str(logwords.SAW_IN_LIST), str(logwords.LOG_CONTROL)}
    return minute - timedelta(minutes=minute.minute) if by_hour else minute
