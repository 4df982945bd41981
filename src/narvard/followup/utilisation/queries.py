"""Reads of the utilisation data: what days it tells of, and the facts that it offers of a patient."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from uuid import UUID

from django.db.models import Exists, OuterRef, QuerySet
from django.utils.translation import gettext as _

from narvard.access.guard import OpenPatient
from narvard.core.calendar import at_local
from narvard.followup.utilisation.models import Delivery, QuarantinedRow, UtilisationEvent
from narvard.organisation.models import CareUnit, Commission
from narvard.people.models import Fact, InformationKind, Patient, PatientIdentifier

Kind = UtilisationEvent.Kind
YEAR = 365
# A stay that begins within a day of another's end is a transfer.
TRANSFER = timedelta(days=1)


def may_import(by: Commission) -> bool:
    """Whether the commission takes in utilisation data: follow-up at the management, and nobody who gives care."""
    return by.role == Commission.Role.MANAGER and by.purpose == Commission.Purpose.FOLLOW_UP


@dataclass(frozen=True)
class Covered:
    """The days [since, until) without a gap that the deliveries tell of, the newest such span."""

    since: date
    until: date
    synthetic: bool


def covered(unit: CareUnit | None = None, *, provider: UUID | None = None) -> Covered | None:
    """What days the data tell everything about, of a unit, a provider or all; none when nothing has come."""
    rows = Delivery.objects.filter(unit=unit) if unit else Delivery.objects.all()
    rows = rows.filter(unit__provider=provider) if provider else rows
    spans = sorted(rows.values_list("covers_from", "covers_until", "synthetic"), reverse=True, key=lambda row: row[1])
    if not spans:
        return None
    since, until, synthetic = spans[0]
    for start, end, made_up in spans[1:]:
        if end >= since:
            since, synthetic = min(since, start), synthetic or made_up
    return Covered(since, until, synthetic)


def events(*kinds: str) -> QuerySet[UtilisationEvent]:
    """The events that count, of some kinds."""
    return UtilisationEvent.objects.filter(cancelled=False, kind__in=kinds)


def deliveries() -> QuerySet[Delivery]:
    """What has come, the newest first."""
    return Delivery.objects.select_related("unit", "imported_by__staff").order_by("-at")


def quarantined(delivery: Delivery | None = None) -> QuerySet[QuarantinedRow]:
    """The rows that wait to be sent right."""
    rows = QuarantinedRow.objects.filter(settled_by=None).select_related("delivery")
    return rows.filter(delivery=delivery) if delivery else rows


def settled_before(limit: datetime) -> QuerySet[QuarantinedRow]:
    """Wrong rows that came right before ``limit``: they hold identities, and nobody needs them any more."""
    return QuarantinedRow.objects.filter(settled_by__at__lte=limit)


@dataclass(frozen=True)
class Offer:
    """A fact that the data can tell of a patient, not yet part of the record."""

    name: str
    value: int
    true_at: datetime
    source_text: str
    unit: CareUnit

    def as_fact(self, patient: Patient) -> Fact:
        """The row that it would become, so that access can judge it beforehand."""
        return Fact(
            patient=patient,
            name=self.name,
            value=self.value,
            at=self.true_at,
            recorded_at=self.true_at,
            source=Fact.Source.REGISTER,
            source_text=self.source_text,
            owner_unit=self.unit,
            information_kind=InformationKind.MEDICAL,
        )


def offered_facts(opened: OpenPatient) -> list[Offer]:
    """Admissions and emergency visits of the twelve months to the end of the data, where the reader may know.

    Nothing is offered of somebody whom the data do not know, or when they tell of less than a year: unknown
    is not nought. A newer fact in the record makes the offer needless.
    """
    ours = PatientIdentifier.objects.filter(
        patient=opened.patient, system=OuterRef("person__system"), value=OuterRef("person__value")
    )
    rows = events(Kind.INPATIENT, Kind.EMERGENCY).filter(Exists(ours)).select_related("delivery__unit__provider")
    by_unit: dict[CareUnit, list[UtilisationEvent]] = {}
    for event in rows.order_by("starts_at"):
        by_unit.setdefault(event.delivery.unit, []).append(event)
    found = [offer for unit, told in by_unit.items() for offer in _of_unit(unit, told)]
    readable = [offer for offer in found if opened.may_read(offer.as_fact(opened.patient))]
    known = _newest(opened.patient) if readable else {}
    return [offer for offer in readable if offer.name not in known or known[offer.name] < offer.true_at]


def _of_unit(unit: CareUnit, told: Sequence[UtilisationEvent]) -> list[Offer]:
    days = covered(unit)
    if days is None or (days.until - days.since).days < YEAR:
        return []
    until = at_local(days.until)
    since = at_local(days.until - timedelta(days=YEAR))
    last = days.until - timedelta(days=1)
    text = _("vårddata till och med %(day)s, %(unit)s") % {"day": last.isoformat(), "unit": unit.name}
    if days.synthetic:
        text = _("påhittade %(text)s") % {"text": text}
    year = [event for event in told if since <= event.starts_at < until]
    visits = sum(event.kind == Kind.EMERGENCY for event in year)
    stays = [event for event in told if event.kind == Kind.INPATIENT]
    return [
        Offer("admissions_12_months", sum(since <= start < until for start in admissions(stays)), until, text, unit),
        Offer("emergency_visits_12_months", visits, until, text, unit),
    ]


def admissions(stays: Iterable[UtilisationEvent]) -> list[datetime]:
    """When each admission of one person began; a transfer is none of its own."""
    found: list[datetime] = []
    last: datetime | None = None
    for stay in sorted(stays, key=lambda row: row.starts_at):
        if last is None or stay.starts_at - last >= TRANSFER:
            found.append(stay.starts_at)
        end = stay.ends_at or stay.starts_at
        last = end if last is None else max(last, end)
    return found


def _newest(patient: Patient) -> dict[str, datetime]:
    rows = Fact.objects.filter(patient=patient, voided_at=None, name__endswith="_12_months").order_by("at")
    return dict(rows.values_list("name", "at"))
