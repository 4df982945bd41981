"""One page for a stay that the ward, the health centre, the municipality and the team share."""

import uuid
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from django.db.models import QuerySet
from django.urls import reverse
from django.utils import timezone
from django.utils.text import capfirst
from django.utils.translation import gettext as _

from narvard.access.guard import OpenPatient
from narvard.access.pages import Role
from narvard.care import rules
from narvard.care.actions.duties import NOTICE_WITHIN
from narvard.care.models import Duty, HospitalStay, Supply
from narvard.care.queries import contacts_of
from narvard.care.stays import queries
from narvard.care.stays.actions import CALL_WITHIN
from narvard.organisation.models import CareUnit, Commission
from narvard.organisation.queries import in_service
from narvard.people.models import Patient
from narvard.people.queries import age, shown_identifier

Kind = Duty.Kind
RECEIVERS = (Role.TEAM, Role.PHYSICIAN, Role.MUNICIPAL, Role.SOCIAL)
READERS = (Role.WARD, *RECEIVERS, Role.COORDINATOR)


@dataclass(frozen=True)
class Step:
    """A step on the way home: when it was done, else by when it is due."""

    label: str
    done_at: datetime | None = None
    due_at: datetime | None = None
    note: str = ""


@dataclass(frozen=True)
class PartShown:
    """What a unit owes or has done: its badge, its words and what it has told."""

    unit: str
    what: str
    duty: Duty
    done: bool
    note: str
    mine: bool


@dataclass(frozen=True)
class SupplyShown:
    """What is to be brought."""

    row: Supply
    unit: str
    late: bool
    may_act: bool


@dataclass(frozen=True)
class Act:
    """Something to do next."""

    label: str
    url: str
    primary: bool = False


@dataclass(frozen=True)
class Sheet:
    """Everything on the page."""

    stay: HospitalStay
    patient: Patient
    years: int
    identifier: str
    steps: list[Step]
    receivers: list[PartShown]
    others: list[PartShown]
    missing: list[str]
    supplies: list[SupplyShown]
    contact: str
    acts: list[Act]
    order_url: str


def sheet_of(stay: HospitalStay, opened: OpenPatient, at: datetime) -> Sheet:
    """The page, as giver and receivers see it alike; only what each may do differs."""
    parts = list(queries.parts_of(stay))
    supplies = opened.readable(queries.supplies_of(opened.patient))
    shown = [_part(part, opened) for part in parts]
    return Sheet(
        stay=stay,
        patient=opened.patient,
        years=age(opened.patient, timezone.localdate(at)),
        identifier=shown_identifier(opened.patient),
        steps=_steps(stay, parts, opened.names_units),
        receivers=[row for row in shown if row.duty.kind == Kind.PREPARE_HOME],
        others=[row for row in shown if row.duty.kind in {Kind.MEET_ON_WARD, Kind.TAKE_PART}],
        missing=_in_words(queries.missing(stay, parts, supplies, at), opened) if _is_open(stay) else [],
        supplies=[_supply(row, opened, at) for row in supplies],
        contact=_contact(opened, at),
        acts=_acts(stay, parts, opened.by),
        order_url=reverse("discharge:order", args=[opened.patient.pk]) if opened.by.role in ORDERERS else "",
    )


ORDERERS = (Role.WARD, Role.TEAM, Role.PHYSICIAN, Role.MUNICIPAL)


def _is_open(stay: HospitalStay) -> bool:
    return stay.discharged_at is None


def _part(part: Duty, opened: OpenPatient) -> PartShown:
    unit = opened.name_of(part.unit)
    what = str(part.get_kind_display())
    mine = part.unit_id == opened.by.unit_id
    # What is written freely may tell where the patient lives.
    note = part.note if mine or opened.names_units else ""
    return PartShown(unit, capfirst(what), part, part.done_at is not None, note, mine)


def _steps(stay: HospitalStay, parts: Iterable[Duty], tells_place: bool) -> list[Step]:
    """The stay's own steps, each with its clock."""
    by_kind = {part.kind: part for part in parts}
    notice_due = stay.admitted_at + NOTICE_WITHIN if Kind.SEND_NOTICE in by_kind else None
    called = by_kind.get(Kind.CALL_MEETING)
    call_due = stay.ready_told_at + CALL_WITHIN if stay.ready_told_at and called and not stay.meeting_at else None
    where = stay.meeting_where if tells_place else ""
    if stay.meeting_at is None:
        where = _("inom tre dagar från utskrivningsklar")
    return [
        Step(_("Inlagd"), stay.admitted_at),
        Step(_("Inskrivningsmeddelande"), stay.notice_sent_at, notice_due, _("inom 24 timmar")),
        Step(_("Utskrivningsklar"), stay.ready_at),
        Step(_("Kallad till planeringsmöte"), stay.meeting_at, call_due, where),
        Step(_("Hem"), stay.discharged_at, stay.home_at),
    ]


def _contact(opened: OpenPatient, at: datetime) -> str:
    rows = opened.readable(contacts_of(opened.patient, at).filter(kind="care_contact"))
    return f"{rows[0].staff.name}, {rows[0].unit.name}" if rows else ""


def _in_words(rows: Iterable[queries.Missing], opened: OpenPatient) -> list[str]:
    words = {
        "notice": _("Inskrivningsmeddelandet är inte skickat"),
        "home": _("Dag och klockslag för hemgången är inte bestämt"),
        "contact": _("Ingen fast vårdkontakt är utsedd"),
        "first_visit": _("Inget första besök är bokat"),
        "supply": _("%(unit)s har inte levererat allt som är beställt"),
        Kind.PREPARE_HOME: _("%(unit)s har inte bekräftat"),
        Kind.MEET_ON_WARD: _("%(unit)s har inte träffat patienten på avdelningen"),
        Kind.CALL_MEETING: _("%(unit)s har inte kallat till planeringsmöte"),
        Kind.TAKE_PART: _("%(unit)s har inte deltagit i planeringsmötet"),
    }
    told = [words[row.what] % {"unit": opened.name_of(row.unit) if row.unit else ""} for row in rows]
    return list(dict.fromkeys(told))


def _supply(row: Supply, opened: OpenPatient, at: datetime) -> SupplyShown:
    late = row.delivered_at is None and row.needed_on < timezone.localdate(at)
    mine = opened.by.unit_id in {row.unit_id, row.owner_unit_id} and opened.by.role in ORDERERS
    return SupplyShown(row, opened.name_of(row.unit), late, mine and row.delivered_at is None)


def _acts(stay: HospitalStay, parts: Iterable[Duty], by: Commission) -> list[Act]:
    """What the reader's unit can do now, the next one first."""
    own = {part.kind: part for part in parts if part.unit_id == by.unit_id}
    acts = []
    if Kind.PREPARE_HOME in own and by.role in RECEIVERS:
        first = own[Kind.PREPARE_HOME].done_at is None
        label = _("Bekräfta att ni tar emot") if first else _("Ändra det ni har bekräftat")
        acts.append(Act(label, reverse("discharge:confirm", args=[stay.pk]), first))
    acts += [
        Act(capfirst(str(own[kind].get_kind_display())), reverse("patient:duty", args=[own[kind].pk]))
        for kind in (Kind.MEET_ON_WARD, Kind.TAKE_PART)
        if kind in own and own[kind].done_at is None and by.role in (*RECEIVERS[:3], Role.WARD)
    ]
    if not _is_open(stay):
        return acts
    if by.unit_id == stay.ward_id and by.role == Role.WARD:
        acts += _ward_acts(stay)
    if (own or by.unit_id == stay.ward_id) and by.role != Role.COORDINATOR:
        owed = Kind.CALL_MEETING in own and own[Kind.CALL_MEETING].done_at is None
        acts.append(Act(_("Kalla till planeringsmöte"), reverse("discharge:meeting", args=[stay.pk]), owed))
    return acts


def _ward_acts(stay: HospitalStay) -> list[Act]:
    sent = stay.notice_sent_at is not None
    notice = _("Meddela fler, eller ny dag") if sent else _("Skicka inskrivningsmeddelande")
    acts = [Act(notice, reverse("discharge:notice", args=[stay.pk]), not sent)]
    if stay.ready_at is None:
        acts.append(Act(_("Utskrivningsklar"), reverse("discharge:ready", args=[stay.pk]), sent))
    acts.append(Act(_("Bestäm hem dag och tid"), reverse("discharge:home", args=[stay.pk]), bool(stay.ready_at)))
    return [*acts, Act(_("Utskriven"), reverse("patient:discharge", args=[stay.patient_id]))]


def groups(opened: OpenPatient, giver: CareUnit, at: datetime) -> list[tuple[str, QuerySet[CareUnit]]]:
    """Units to choose among: those who follow the patient, then those near; all of the area where names are kept."""
    day = timezone.localdate(at)
    if not opened.names_units:
        area = in_service(day).filter(care_area=giver.care_area).exclude(kind__in=rules.NEVER_HOLDS)
        return [(_("Enheter i området"), area.exclude(pk=giver.pk).order_by("sort_key"))]
    known: set[uuid.UUID] = queries.involved(opened.patient, at) - {giver.pk}
    following = in_service(day).filter(pk__in=known).order_by("sort_key")
    return [
        (_("Följer redan patienten"), following),
        (_("Andra som kan behövas hemma"), queries.near(opened.patient, day).exclude(pk__in=[*known, giver.pk])),
    ]
