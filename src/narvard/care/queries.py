"""Reads of the care room: who is responsible and whom to call, episodes, hand-overs, duties, worklists."""

import uuid
from collections import defaultdict
from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from itertools import groupby, pairwise

from django.db.models import F, Q, QuerySet
from django.utils import timezone

from narvard.access.models import CareRelation
from narvard.access.queries import current
from narvard.care.book import as_transition
from narvard.care.ledger import MAIN_KINDS, Ledger, Transition, gaps
from narvard.care.models import (
    ContactLeave,
    DesignatedContact,
    Duty,
    Episode,
    Handover,
    HospitalStay,
    Move,
    Responsibility,
)
from narvard.care.ward import at_home
from narvard.core import calendar
from narvard.intake.models import CareRequest
from narvard.organisation.models import CareUnit, Commission, Staff
from narvard.organisation.queries import Call, whom_to_call, with_hours
from narvard.people.models import Patient

NIGHT_MINUTE = 2 * 60
# Relations that another decision than ours has made: the unit carries the patient anyway.
CARRYING = (
    CareRelation.Kind.LISTED,
    CareRelation.Kind.LIVES_AT,
    CareRelation.Kind.HOME_NURSING,
    CareRelation.Kind.SOCIAL,
    CareRelation.Kind.WARD,
)
# Relations of a unit that carries the patient's care, and of one that has met the patient.
CARING = (
    CareRelation.Kind.ENROLMENT,
    CareRelation.Kind.RESPONSIBILITY,
    CareRelation.Kind.WARD,
    CareRelation.Kind.LISTED,
    CareRelation.Kind.LIVES_AT,
    CareRelation.Kind.HOME_NURSING,
)
MEETING = (CareRelation.Kind.ENROLMENT, CareRelation.Kind.CONTACT, CareRelation.Kind.VISIT)


def in_force(at: datetime) -> Q:
    """Episodes whose period [started_at, ended_at) holds ``at``."""
    return Q(started_at__lte=at) & (Q(ended_at=None) | Q(ended_at__gt=at))


def enrolments_at(patient: Patient, at: datetime) -> QuerySet[Episode]:
    """The patient's enrolments in force."""
    return Episode.objects.filter(in_force(at), patient=patient, kind=Episode.Kind.ENROLMENT).select_related("unit")


def episodes_of(patient: Patient) -> QuerySet[Episode]:
    """All episodes of the patient, newest first."""
    return (
        Episode.objects.filter(patient=patient)
        .select_related("unit", "owner_unit", "programme", "consent", "request__sender_unit", "started_by__staff")
        .order_by("-started_at")
    )


def enrolled_at(unit: uuid.UUID, at: datetime) -> QuerySet[Episode]:
    """Episodes in force at a unit, with their patients."""
    return Episode.objects.filter(in_force(at), unit=unit).select_related("patient__municipality", "programme")


def ledger_of(patient: Patient) -> Ledger:
    """The patient's ledger, for reading."""
    return Ledger(tuple(map(as_transition, Responsibility.objects.filter(patient=patient))))


@dataclass(frozen=True)
class Answer:
    """Who is responsible for one line at an instant, whom to call then and at night, and what comes next."""

    kind: str
    scope: str
    row: Transition | None
    holder: CareUnit | None
    call: Call | None
    call_at_night: Call | None
    following: Transition | None
    next_holder: CareUnit | None


def next_night(at: datetime) -> datetime:
    """The next 02:00 by the Swedish clock."""
    local = timezone.localtime(at)
    day = local.date() if calendar.local_minute(at) < NIGHT_MINUTE else local.date() + timedelta(days=1)
    return calendar.at_local(day, NIGHT_MINUTE)


def responsible(patient: Patient, at: datetime) -> list[Answer]:
    """Who is responsible at ``at`` and whom to call: the main kinds in order, then scoped holders in force."""
    ledger = ledger_of(patient)
    units = {unit.pk: unit for unit in with_hours(CareUnit.objects.filter(pk__in=_holders(ledger)))}
    main = [(kind, "") for kind in MAIN_KINDS]
    scoped = [line for line in ledger.lines if line[1] and ledger.holder(line[0], at, line[1])]
    if not any(ledger.line(*line) for line in main):
        main = []
    return [_answer(ledger, units, kind, scope, at) for kind, scope in [*main, *scoped]]


def _holders(ledger: Ledger) -> set[uuid.UUID]:
    return {row.holder for row in ledger.rows if row.holder and not row.voided}


def _answer(ledger: Ledger, units: dict[uuid.UUID, CareUnit], kind: str, scope: str, at: datetime) -> Answer:
    night = next_night(at)
    row, following = ledger.current(kind, at, scope), ledger.next_change(kind, at, scope)
    holder = units.get(row.holder) if row and row.holder else None
    at_night = ledger.holder(kind, night, scope)
    night_unit = units.get(at_night) if at_night else None
    return Answer(
        kind=kind,
        scope=scope,
        row=row,
        holder=holder,
        call=whom_to_call(holder, at) if holder else None,
        call_at_night=whom_to_call(night_unit, night) if night_unit else None,
        following=following,
        next_holder=units.get(following.holder) if following and following.holder else None,
    )


def main_holders(patients: Iterable[uuid.UUID], at: datetime) -> dict[tuple[uuid.UUID, str], CareUnit]:
    """The main holder by patient and kind at ``at``, for lists; one query."""
    rows = (
        Responsibility.objects.filter(patient__in=patients, scope="", voided_at=None, starts_at__lte=at)
        .select_related("holder")
        .order_by("sequence")
    )
    latest = {(row.patient_id, row.kind): row.holder for row in rows}
    return {key: holder for key, holder in latest.items() if holder is not None}


@dataclass(frozen=True)
class LedgerFault:
    """What the ledger promises never to hold: nobody, or two, responsible for a kind from an instant."""

    GAP = "gap"
    OVERLAP = "overlap"

    what: str
    patient: uuid.UUID
    kind: str
    at: datetime


def check_ledgers() -> tuple[int, list[LedgerFault]]:
    """How many patients there are, and every fault in their ledgers; three queries, read a patient at a time."""
    enrolled: dict[uuid.UUID, list[tuple[datetime, datetime | None]]] = defaultdict(list)
    for episode in Episode.objects.filter(kind=Episode.Kind.ENROLMENT).only("patient", "started_at", "ended_at"):
        enrolled[episode.patient_id].append((episode.started_at, episode.ended_at))
    faults: list[LedgerFault] = []
    seen = set()
    rows = Responsibility.objects.order_by("patient_id", "kind", "scope", "sequence").iterator()
    for patient, own in groupby(rows, key=lambda row: row.patient_id):
        seen.add(patient)
        faults += _faults(patient, Ledger(tuple(map(as_transition, own))), enrolled[patient])
    for patient in enrolled.keys() - seen:
        faults += _faults(patient, Ledger(), enrolled[patient])
    return Patient.objects.count(), faults


def _faults(
    patient: uuid.UUID, ledger: Ledger, enrolled: list[tuple[datetime, datetime | None]]
) -> Iterable[LedgerFault]:
    for kind, at in gaps(ledger, enrolled):
        yield LedgerFault(LedgerFault.GAP, patient, kind, at)
    for line in ledger.lines:
        for earlier, later in pairwise(ledger.line(*line)):
            if later.starts_at < earlier.starts_at or later.sequence == earlier.sequence:
                yield LedgerFault(LedgerFault.OVERLAP, patient, line[0], later.starts_at)


def unit_of_the_unheld(patient: Patient, at: datetime) -> CareUnit | None:
    """Who carries a patient for whom nobody is responsible: the ward, else the health centre; with its hours."""
    stays = HospitalStay.objects.filter(patient=patient, admitted_at__lte=at)
    stay = stays.filter(Q(discharged_at=None) | Q(discharged_at__gt=at)).first()
    carrier = stay.ward_id if stay else patient.listed_at_id
    return with_hours(CareUnit.objects.filter(pk=carrier)).first() if carrier else None


def units_carrying(patient: Patient, at: datetime) -> set[uuid.UUID]:
    """Units that carry the patient by another decision: listing, housing, home nursing, a ward stay."""
    related = CareRelation.objects.filter(current(at), patient=patient, kind__in=CARRYING)
    listed = {unit for unit in (patient.listed_at_id, patient.lives_at_id) if unit}
    return set(related.values_list("unit", flat=True)) | listed | set(_home_nursing(patient))


def carries(patient: Patient, unit: uuid.UUID, at: datetime) -> bool:
    """Whether the unit carries the patient's care now: responsible, enrolled, on its ward, listed or living there."""
    held = CareRelation.objects.filter(current(at), patient=patient, unit=unit, kind__in=CARING)
    return held.exists() or unit in units_carrying(patient, at)


def meets(patient: Patient, unit: uuid.UUID, at: datetime) -> bool:
    """Whether the unit meets the patient now: it carries the care, has a contact, or comes to a visit."""
    held = CareRelation.objects.filter(current(at), patient=patient, unit=unit, kind__in=MEETING)
    return held.exists() or carries(patient, unit, at)


def knows(patient: Patient, unit: uuid.UUID, at: datetime) -> bool:
    """Whether the unit carries the patient, or has met the patient before: known patients come back directly."""
    met = CareRelation.objects.filter(patient=patient, unit=unit, kind__in=MEETING, since__lte=at)
    return met.exists() or carries(patient, unit, at)


def _home_nursing(patient: Patient) -> Iterable[uuid.UUID]:
    if not patient.home_nursing or patient.municipality_id is None:
        return []
    units = CareUnit.objects.filter(kind=CareUnit.Kind.HOME_NURSING, municipality=patient.municipality_id)
    return units.values_list("pk", flat=True)


def open_stay(patient: Patient) -> HospitalStay | None:
    """The ward stay that the patient is in."""
    stay = latest_stay(patient)
    return stay if stay and stay.discharged_at is None else None


def latest_stay(patient: Patient) -> HospitalStay | None:
    """The newest ward stay, open or ended; never one that was registered by mistake."""
    rows = HospitalStay.objects.filter(patient=patient, undone_at=None).select_related("ward")
    return rows.order_by(F("discharged_at").desc(nulls_first=True), "-admitted_at").first()


def latest_move(patient: Patient) -> Move | None:
    """The newest move to another municipality; never one that was registered by mistake."""
    rows = Move.objects.filter(patient=patient, undone_at=None)
    return rows.select_related("owner_unit", "from_municipality", "lived_at").order_by("-moved_at").first()


def home_holders(patient: Patient, at: datetime) -> dict[str, CareUnit]:
    """Who holds each kind at ``at``, or would if the patient did not lie on a ward."""
    ledger, stay = ledger_of(patient), open_stay(patient)
    home = at_home(ledger, stay.pk) if stay else ledger
    held = {kind: home.holder(kind, at) for kind in MAIN_KINDS}
    units = CareUnit.objects.in_bulk([unit for unit in held.values() if unit])
    return {kind: units[unit] for kind, unit in held.items() if unit}


def in_hospital(patients: Collection[uuid.UUID], at: datetime) -> set[uuid.UUID]:
    """Those of ``patients`` who are on a ward at ``at``: nobody visits them at home."""
    stays = HospitalStay.objects.filter(patient__in=patients, admitted_at__lte=at)
    return set(stays.filter(Q(discharged_at=None) | Q(discharged_at__gt=at)).values_list("patient", flat=True))


def to_start(unit: uuid.UUID) -> QuerySet[CareRequest]:
    """Accepted requests that have not become an episode: the worklist "Att påbörja", by clock."""
    return (
        CareRequest.objects.filter(state=CareRequest.State.ACCEPTED, team=unit, episode=None)
        .select_related("patient", "sender_unit", "owner_unit")
        .order_by("due_at")
    )


def open_handovers(patient: Patient) -> QuerySet[Handover]:
    """The patient's hand-overs that wait for an answer."""
    return _with_units(Handover.objects.filter(patient=patient, state__in=Handover.OPEN_STATES))


def handovers_to(unit: uuid.UUID) -> QuerySet[Handover]:
    """Hand-overs that wait for ``unit``'s answer, by clock."""
    return _with_units(Handover.objects.filter(receiver=unit, state__in=Handover.OPEN_STATES))


def handovers_from(unit: uuid.UUID) -> QuerySet[Handover]:
    """Hand-overs that ``unit`` waits for an answer to, by clock."""
    return _with_units(Handover.objects.filter(giver=unit, state__in=Handover.OPEN_STATES))


def prepared_handovers(unit: uuid.UUID) -> QuerySet[Handover]:
    """What ``unit`` is preparing to hand over; nobody else knows of it."""
    return _with_units(Handover.objects.filter(giver=unit, state=Handover.State.PREPARED)).order_by("created_at")


def bundled_with(handover: Handover) -> QuerySet[Handover]:
    """The hand-overs to other receivers that were proposed together with this one."""
    rows = Handover.objects.filter(bundle=handover.bundle).exclude(pk=handover.pk)
    if handover.sent_at is not None:
        rows = rows.exclude(sent_at=None)
    return _with_units(rows).order_by("created_at")


def hand_back_of(handover: Handover) -> Duty | None:
    """What is owed by a temporary take-over that has not been given back."""
    owed = Duty.objects.filter(source_id=handover.pk, kind=Duty.Kind.HAND_BACK, done_at=None, voided_at=None)
    return owed.select_related("unit", "patient").first()


def is_to_hand_back(handover: Handover) -> bool:
    """Whether it is a temporary take-over that has not been given back."""
    return hand_back_of(handover) is not None


def episode_to_hand_over(patient: Patient, unit: uuid.UUID, at: datetime) -> Episode | None:
    """Within which enrolment a unit hands over: its own, else the patient's newest one."""
    running = sorted(enrolments_at(patient, at), key=lambda row: (row.unit_id == unit, row.started_at))
    return running[-1] if running else None


def answered_handovers(unit: uuid.UUID, since: datetime) -> QuerySet[Handover]:
    """Hand-overs to or from ``unit`` that were answered since ``since``, newest first."""
    closed = (Handover.State.ACCEPTED, Handover.State.DECLINED, Handover.State.WITHDRAWN)
    rows = Handover.objects.filter(
        Q(giver=unit) | Q(receiver=unit),
        state__in=closed,
        sent_at__isnull=False,
        events__at__gte=since,
        events__state__in=closed,
    )
    return _with_units(rows).order_by("-created_at").distinct()


def _with_units(rows: QuerySet[Handover]) -> QuerySet[Handover]:
    return rows.select_related("patient", "giver", "receiver", "owner_unit", "episode").order_by("due_at")


def contacts_of(patient: Patient, at: datetime) -> QuerySet[DesignatedContact]:
    """The designated contacts in force."""
    return DesignatedContact.objects.filter(current(at), patient=patient).select_related("staff", "unit", "owner_unit")


def works_at(staff: Staff, unit: uuid.UUID, day: date) -> bool:
    """Whether the person has a commission at the unit on ``day``."""
    rows = Commission.objects.filter(Q(until=None) | Q(until__gt=day), staff=staff, unit=unit, since__lte=day)
    return rows.exists()


def leave_of(staff: uuid.UUID, since: date, until: date) -> ContactLeave | None:
    """Days on which the person is away, for any patient, that touch ``since`` to ``until``."""
    rows = ContactLeave.objects.filter(contact__staff=staff, since__lte=until, until__gte=since)
    return rows.order_by("-until").first()


@dataclass(frozen=True)
class Answering:
    """Who answers for a named contact: the person, the deputy, or nobody by name, and until when and why."""

    contact: DesignatedContact
    person: Staff | None
    leave: ContactLeave | None = None
    passed_over: Staff | None = None
    """A deputy who is away too."""


def who_answers(contacts: Collection[DesignatedContact], at: datetime) -> list[Answering]:
    """Who answers for each contact at ``at``; two queries however many they are."""
    day = timezone.localdate(at)
    current_leaves = ContactLeave.objects.filter(since__lte=day, until__gte=day).select_related("deputy", "contact")
    own = {row.contact_id: row for row in current_leaves.filter(contact__in=[row.pk for row in contacts])}
    deputies = {row.deputy_id for row in own.values() if row.deputy_id}
    away = set(current_leaves.filter(contact__staff__in=deputies).values_list("contact__staff", flat=True))
    return [_answering(row, own.get(row.pk), away) for row in contacts]


def leaves_ahead(contacts: Collection[DesignatedContact], at: datetime) -> dict[uuid.UUID, list[Answering]]:
    """Leaves running or to come, by contact; a deputy away on any of the days is passed over. Two queries."""
    ahead = ContactLeave.objects.filter(until__gte=timezone.localdate(at)).select_related("contact__unit", "deputy")
    own = list(ahead.filter(contact__in=[row.pk for row in contacts]))
    away = list(ahead.filter(contact__staff__in={row.deputy_id for row in own if row.deputy_id}))
    found: dict[uuid.UUID, list[Answering]] = defaultdict(list)
    for leave in own:
        meanwhile = {row.contact.staff_id for row in away if row.since <= leave.until and leave.since <= row.until}
        found[leave.contact_id].append(_answering(leave.contact, leave, meanwhile))
    return found


def _answering(contact: DesignatedContact, leave: ContactLeave | None, away: Collection[uuid.UUID]) -> Answering:
    if leave is None:
        return Answering(contact, contact.staff)
    if leave.deputy is not None and leave.deputy_id in away:
        return Answering(contact, None, leave, leave.deputy)
    return Answering(contact, leave.deputy, leave)


def duties_of(unit: uuid.UUID) -> QuerySet[Duty]:
    """What a death or a stay has made due for the unit, by clock."""
    return Duty.objects.filter(unit=unit, done_at=None, voided_at=None).select_related("patient", "owner_unit")


def patient_duties(patient: Patient) -> QuerySet[Duty]:
    """The patient's duties, done ones too."""
    return Duty.objects.filter(patient=patient, voided_at=None).select_related("unit", "done_by__staff", "owner_unit")
