"""The discharge done together (samverkan vid utskrivning, lag 2017:612), and what must be brought to the home.

The clocks: the admission notice within 24 hours (2 kap.), the call to the planning meeting within three days of the
word that the patient is ready (4 kap.). Where the law gives no time the agreed hour of going home is the clock.
"""

from collections.abc import Collection, Sequence
from datetime import date, datetime, timedelta

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from narvard.access.actions import end_relations
from narvard.care import book, rules
from narvard.care.actions.duties import impose_planning
from narvard.care.actions.episodes import AFTERWARDS
from narvard.care.models import Duty, HospitalStay, Supply
from narvard.care.stays.queries import confirm_by, parts_of
from narvard.core import audit, once
from narvard.core.errors import Refused
from narvard.organisation.models import CareUnit, Commission
from narvard.people.models import ClinicalRecord, Patient

Kind = Duty.Kind
CALL_WITHIN = timedelta(days=3)
MOST_WORDS = 400


class StayEnded(Refused):
    """The patient has left the ward."""


class NobodyTold(Refused):
    """No unit was chosen."""


class DayHasBeen(Refused):
    """The day or hour has been already."""


class NotReady(Refused):
    """The patient has not been said to be ready to go home, or it lies in the future."""


class AlreadyDone(Refused):
    """It has been confirmed, brought or called off already."""


def _log(what: str, row: ClinicalRecord, by: Commission, at: datetime, reason: str = "") -> None:
    audit.write(
        what,
        by=by,
        at=at,
        patients=[row.patient_id],
        object_kind=row._meta.model_name or "",
        object_id=row.pk,
        reason=reason,
    )


def _lock(stay: HospitalStay, version: int | None) -> HospitalStay:
    """The stay, locked after its patient; refused when it has ended."""
    book.open_book(stay.patient)
    row = once.lock(HospitalStay.objects.all(), stay.pk, version)
    if row.discharged_at is not None:
        raise StayEnded(_("Patienten är redan utskriven från avdelningen."))
    return row


def _refuse_past(when: datetime, at: datetime) -> None:
    if when <= at:
        raise DayHasBeen(_("Tiden har redan varit."))


@transaction.atomic
def send_notice(
    *,
    stay: HospitalStay,
    units: Sequence[CareUnit],
    on_ward: Collection[CareUnit] = (),
    expected_on: date | None = None,
    by: Commission,
    at: datetime,
    version: int | None = None,
) -> HospitalStay:
    """Tell ``units`` of the stay and the expected day; ``on_ward`` are teams that come to the ward before."""
    row = _lock(stay, version)
    rules.refuse_other(row.ward, by)
    told = [unit for unit in units if unit.pk != row.ward_id]
    if not told:
        raise NobodyTold(_("Välj minst en enhet som behöver veta."))
    if expected_on is not None and expected_on < timezone.localdate(at):
        raise DayHasBeen(_("Dagen har redan varit."))
    for unit in (*told, *on_ward):
        rules.refuse_closed(unit, at)
    row.notice_sent_at = row.notice_sent_at or at
    row.planned_discharge_on = expected_on or row.planned_discharge_on
    once.save(row, "notice_sent_at", "planned_discharge_on")
    for unit in told:
        _ask(row, unit, Kind.PREPARE_HOME, confirm_by(row, at), by, at)
    for unit in on_ward:
        _ask(row, unit, Kind.MEET_ON_WARD, confirm_by(row, at), by, at)
    _finish(row, Kind.SEND_NOTICE, by, at)
    _log("care.send_notice", row, by, at)
    return row


def _ask(stay: HospitalStay, unit: CareUnit, kind: Kind, due_at: datetime, by: Commission, at: datetime) -> Duty:
    return impose_planning(stay=stay, unit=unit, kind=kind, due_at=due_at, by=by, at=at)


def _finish(stay: HospitalStay, kind: Kind, by: Commission, at: datetime) -> None:
    for duty in Duty.objects.filter(source_id=stay.pk, kind=kind, done_at=None, voided_at=None):
        duty.done_at, duty.done_by = at, by
        once.save(duty, "done_at", "done_by")
        end_relations(source_id=duty.pk, by=by, at=at, until=at + AFTERWARDS)


@transaction.atomic
def confirm_receiving(
    *,
    stay: HospitalStay,
    first_visit_at: datetime | None = None,
    note: str = "",
    by: Commission,
    at: datetime,
) -> Duty:
    """The acting unit is ready to receive the patient at home, with its first visit if it makes one.

    It may say so again with another time. A unit that was not told of the stay has nothing to confirm.
    """
    book.open_book(stay.patient)
    row = (
        Duty.objects.select_for_update(of=("self",))
        .filter(source_id=stay.pk, kind=Kind.PREPARE_HOME, unit=by.unit_id, voided_at=None)
        .first()
    )
    if row is None:
        raise rules.NotYourUnit(_("Er enhet har inte fått frågan om att ta emot hemma."))
    if first_visit_at is not None:
        _refuse_past(first_visit_at, at)
    first = row.done_at is None
    row.done_at, row.done_by = row.done_at or at, by
    row.agreed_at, row.note = first_visit_at, note.strip()[:MOST_WORDS]
    once.save(row, "done_at", "done_by", "agreed_at", "note")
    if first:
        # It may read on until it has taken over, or for a week after the patient has come home.
        end_relations(source_id=row.pk, by=by, at=at, until=confirm_by(stay, at) + AFTERWARDS)
    _log("care.confirm_receiving", row, by, at)
    return row


@transaction.atomic
def mark_ready(
    *, stay: HospitalStay, ready_at: datetime, by: Commission, at: datetime, version: int | None = None
) -> HospitalStay:
    """The patient is ready to go home since ``ready_at``; all who were told see it, and the meeting is called.

    The region's open care calls (the health centre where the patient is listed), within three days; where none is
    known the ward does.
    """
    row = _lock(stay, version)
    rules.refuse_other(row.ward, by)
    if not row.admitted_at <= ready_at <= at:
        raise NotReady(_("Tiden ska ligga efter inläggningen och inte i framtiden."))
    row.ready_at, row.ready_told_at = ready_at, at
    once.save(row, "ready_at", "ready_told_at")
    if row.meeting_at is None and row.notice_sent_at is not None:
        caller = stay.patient.listed_at or row.ward
        _ask(row, caller, Kind.CALL_MEETING, at + CALL_WITHIN, by, at)
    _log("care.mark_ready", row, by, at)
    return row


@transaction.atomic
def call_meeting(
    *,
    stay: HospitalStay,
    meeting_at: datetime,
    where: str,
    units: Sequence[CareUnit],
    by: Commission,
    at: datetime,
    version: int | None = None,
) -> HospitalStay:
    """Call those who must take part to the planning meeting; any unit with a part in the discharge may."""
    row = _lock(stay, version)
    if by.unit_id != row.ward_id and not parts_of(row).filter(unit=by.unit_id).exists():
        raise rules.NotYourUnit(_("Bara en enhet som är med i utskrivningen kan kalla."))
    _refuse_past(meeting_at, at)
    if not units:
        raise NobodyTold(_("Välj vilka som ska vara med."))
    row.meeting_at, row.meeting_where = meeting_at, where.strip()[:120]
    once.save(row, "meeting_at", "meeting_where")
    for unit in units:
        _ask(row, unit, Kind.TAKE_PART, meeting_at, by, at)
    _finish(row, Kind.CALL_MEETING, by, at)
    _log("care.call_meeting", row, by, at)
    return row


@transaction.atomic
def agree_home(
    *, stay: HospitalStay, home_at: datetime, by: Commission, at: datetime, version: int | None = None
) -> HospitalStay:
    """The day and the hour for going home; whoever has not confirmed yet does so by then."""
    row = _lock(stay, version)
    rules.refuse_other(row.ward, by)
    _refuse_past(home_at, at)
    row.home_at, row.planned_discharge_on = home_at, timezone.localdate(home_at)
    once.save(row, "home_at", "planned_discharge_on")
    for duty in parts_of(row).filter(kind__in=[Kind.PREPARE_HOME, Kind.MEET_ON_WARD], done_at=None):
        _ask(row, duty.unit, Kind(duty.kind), home_at, by, at)
    _log("care.agree_home", row, by, at)
    return row


@transaction.atomic
def order_supply(
    *,
    patient: Patient,
    kind: str,
    what: str,
    amount: str,
    unit: CareUnit,
    needed_on: date,
    by: Commission,
    at: datetime,
) -> Supply:
    """Order what the person needs at home: ``unit`` brings it by ``needed_on``."""
    opened = book.open_book(patient)
    rules.refuse_dead(opened.patient)
    rules.refuse_unrelated(opened.patient, by, at)
    rules.refuse_closed(unit, at)
    if needed_on < timezone.localdate(at):
        raise DayHasBeen(_("Dagen har redan varit."))
    row = Supply.objects.create(
        patient=patient,
        owner_unit=by.unit,
        kind=Supply.Kind(kind),
        what=rules.required(what, _("Skriv vad som behövs."))[:120],
        amount=amount.strip()[:40],
        unit=unit,
        needed_on=needed_on,
        ordered_at=at,
        ordered_by=by,
    )
    _log("care.order_supply", row, by, at)
    return row


def _open_supply(supply: Supply, version: int | None) -> Supply:
    book.open_book(supply.patient)
    row = once.lock(Supply.objects.all(), supply.pk, version)
    if row.delivered_at is not None or row.cancelled_at is not None:
        raise AlreadyDone(_("Det är redan levererat eller avbeställt."))
    return row


@transaction.atomic
def deliver_supply(*, supply: Supply, by: Commission, at: datetime, version: int | None = None) -> Supply:
    """It is in the home; whoever brings it says so, or whoever ordered it."""
    row = _open_supply(supply, version)
    if by.unit_id not in {row.unit_id, row.owner_unit_id}:
        rules.refuse_other(row.unit, by)
    row.delivered_at, row.delivered_by = at, by
    once.save(row, "delivered_at", "delivered_by")
    _log("care.deliver_supply", row, by, at)
    return row


@transaction.atomic
def cancel_supply(*, supply: Supply, reason: str, by: Commission, at: datetime, version: int | None = None) -> Supply:
    """It is not needed, with the reason."""
    row = _open_supply(supply, version)
    if by.unit_id not in {row.unit_id, row.owner_unit_id}:
        rules.refuse_other(row.owner_unit, by)
    row.cancel_reason = rules.required(reason, _("Skriv varför det inte behövs."))[:200]
    row.cancelled_at = at
    once.save(row, "cancelled_at", "cancel_reason")
    _log("care.cancel_supply", row, by, at)
    return row
