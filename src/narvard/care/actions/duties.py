"""What a stay, advice and a temporary take-over make due: to call, to come home, to hand back; what is late of it."""

import uuid
from datetime import datetime, timedelta

from django.db import transaction
from django.utils.translation import gettext_noop

from narvard.access.actions import end_relations, relate, reopen_relations
from narvard.access.models import CareRelation
from narvard.care import queries
from narvard.care.actions.episodes import AFTERWARDS
from narvard.care.models import Duty, Episode, Handover, HandoverEvent, HospitalStay, Move
from narvard.core import audit, once
from narvard.organisation.models import CareUnit, Commission
from narvard.people.models import ClinicalRecord, Patient

# Lag (2017:612) 2 kap.: the admission notice.
NOTICE_WITHIN = timedelta(hours=24)


@transaction.atomic
def impose_after_discharge(
    *, stay: HospitalStay, unit: CareUnit, kind: str, due_at: datetime, by: audit.Actor, at: datetime
) -> Duty:
    """The unit owes the discharged person something, by a clock; it has a care relation until that is done.

    What lapsed because the discharge was a mistake is owed anew after the next one.
    """
    duty = _again(stay, unit, kind, due_at, by, at) or _impose(stay, unit, Duty.Kind(kind), due_at, by, at)
    _log("care.impose_after_discharge", duty, by, at)
    return duty


@transaction.atomic
def impose_after_move(
    *, move: Move, unit: CareUnit, kind: Duty.Kind, due_at: datetime, by: audit.Actor, at: datetime
) -> Duty:
    """The unit owes something because the person lives in another municipality."""
    duty = _impose(move, unit, kind, due_at, by, at)
    _log("care.impose_after_move", duty, by, at)
    return duty


@transaction.atomic
def lapse_with_move(*, move: Move, by: audit.Actor, at: datetime) -> list[Duty]:
    """The move was a mistake: what it made due and is not done is not owed any more."""
    rows = list(Duty.objects.filter(source_id=move.pk, done_at=None, voided_at=None))
    for row in rows:
        _lapse(row, by, at)
        _log("care.lapse_with_move", row, by, at)
    return rows


@transaction.atomic
def impose_hand_back(*, handover: Handover, due_at: datetime, by: audit.Actor, at: datetime) -> Duty:
    """The receiver of a temporary take-over owes to offer it back, by the day that was agreed."""
    duty = _impose(handover, handover.receiver, Duty.Kind.HAND_BACK, due_at, by, at)
    _log("care.impose_hand_back", duty, by, at)
    return duty


@transaction.atomic
def impose_call_back(
    *, told: ClinicalRecord, unit: CareUnit, due_at: datetime, by: audit.Actor, at: datetime, turn: int = 0
) -> Duty:
    """The unit gave advice or a consult (``told``, a request or a contact) and calls back, to hear whether it helped.

    ``turn`` tells the advices in one request apart, when it was opened again.
    """
    duty = _impose(told, unit, Duty.Kind.CALL_BACK, due_at, by, at, uuid.uuid5(told.pk, str(turn)))
    _log("care.impose_call_back", duty, by, at)
    return duty


@transaction.atomic
def impose_planning(
    *, stay: HospitalStay, unit: CareUnit, kind: str, due_at: datetime, by: audit.Actor, at: datetime
) -> Duty:
    """A part in the discharge that is done together; asked again it is due anew, and what was done stays done.

    The unit may read as a receiver of a hand-over may; it carries nothing yet.
    """
    duty = _again(stay, unit, kind, due_at, by, at)
    if duty is None:
        duty = _impose(stay, unit, Duty.Kind(kind), due_at, by, at, relation=CareRelation.Kind.HANDOVER)
    _log("care.impose_planning", duty, by, at)
    return duty


def _again(
    stay: HospitalStay, unit: CareUnit, kind: str, due_at: datetime, by: audit.Actor, at: datetime
) -> Duty | None:
    earlier = Duty.objects.filter(source_id=stay.pk, kind=kind, unit=unit).first()
    if earlier is None:
        return None
    if earlier.voided_at is not None and earlier.done_at is None:
        reopen_relations(source_id=earlier.pk, by=by, at=at)
    earlier.due_at, earlier.voided_at, earlier.escalated_at = due_at, None, None
    once.save(earlier, "due_at", "voided_at", "escalated_at")
    return earlier


@transaction.atomic
def ask_for_notice(*, stay: HospitalStay, by: Commission, at: datetime) -> Duty | None:
    """The ward owes an admission notice when somebody cares for the patient at home; nobody is told of a stranger."""
    patient = stay.patient
    enrolled = Episode.objects.filter(queries.in_force(at), patient=patient, kind=Episode.Kind.ENROLMENT).exists()
    if not (patient.home_nursing or patient.lives_at_id or enrolled):
        return None
    due = stay.admitted_at + NOTICE_WITHIN
    return impose_planning(stay=stay, unit=stay.ward, kind=Duty.Kind.SEND_NOTICE, due_at=due, by=by, at=at)


@transaction.atomic
def lapse_at_discharge(*, stay: HospitalStay, by: audit.Actor, at: datetime) -> list[Duty]:
    """The patient has gone home: no notice, meeting on the ward or planning of this stay is owed any more."""
    rows = list(Duty.objects.filter(source_id=stay.pk, kind__in=Duty.UNTIL_DISCHARGE, done_at=None, voided_at=None))
    for row in rows:
        _lapse(row, by, at)
        _log("care.lapse_at_discharge", row, by, at)
    return rows


@transaction.atomic
def lapse_with_stay(*, stay: HospitalStay, by: audit.Actor, at: datetime) -> list[Duty]:
    """The stay was a mistake: nothing of it is owed."""
    rows = list(Duty.objects.filter(source_id=stay.pk, done_at=None, voided_at=None))
    for row in rows:
        _lapse(row, by, at)
        _log("care.lapse_with_stay", row, by, at)
    return rows


@transaction.atomic
def restore_with_stay(*, stay: HospitalStay, by: audit.Actor, at: datetime) -> list[Duty]:
    """The discharge was a mistake: what it ended is owed again, and what it made due is not yet."""
    own = Duty.objects.filter(source_id=stay.pk, done_at=None)
    for row in own.filter(kind__in=Duty.AFTER_DISCHARGE, voided_at=None):
        _lapse(row, by, at)
        _log("care.restore_with_stay", row, by, at)
    rows = list(own.filter(kind__in=Duty.UNTIL_DISCHARGE, voided_at__isnull=False))
    for row in rows:
        row.voided_at = None
        once.save(row, "voided_at")
        reopen_relations(source_id=row.pk, by=by, at=at)
        _log("care.restore_with_stay", row, by, at)
    return rows


def _lapse(row: Duty, by: audit.Actor, at: datetime) -> None:
    row.voided_at = at
    once.save(row, "voided_at")
    end_relations(source_id=row.pk, by=by, at=at)


def _impose(
    source: ClinicalRecord,
    unit: CareUnit,
    kind: Duty.Kind,
    due_at: datetime,
    by: audit.Actor,
    at: datetime,
    source_id: uuid.UUID | None = None,
    relation: CareRelation.Kind = CareRelation.Kind.RESPONSIBILITY,
) -> Duty:
    duty = Duty.objects.create(
        patient=source.patient,
        owner_unit=unit,
        kind=kind,
        unit=unit,
        source_id=source_id or source.pk,
        created_at=at,
        due_at=due_at,
    )
    relate(
        patient=source.patient,
        unit=unit,
        kind=relation,
        source_kind="duty",
        source_id=duty.pk,
        by=by,
        at=at,
    )
    return duty


@transaction.atomic
def finish_hand_back(*, handover: Handover | None, by: Commission, at: datetime) -> Duty | None:
    """What was taken over for a time has been taken back: that duty is done."""
    duty = queries.hand_back_of(handover) if handover else None
    if duty is None:
        return None
    duty.done_at, duty.done_by = at, by
    once.save(duty, "done_at", "done_by")
    end_relations(source_id=duty.pk, by=by, at=at, until=at + AFTERWARDS)
    _log("care.finish_hand_back", duty, by, at)
    return duty


@transaction.atomic
def move_duty(*, duty: Duty, due_at: datetime, by: Commission, at: datetime) -> Duty:
    """It is due at another time; what was late and is not any more can be escalated again."""
    row = once.lock(Duty.objects.all(), duty.pk)
    row.due_at, row.escalated_at = due_at, None
    once.save(row, "due_at", "escalated_at")
    _log("care.move_duty", row, by, at)
    return row


@transaction.atomic
def escalate_late_duties(*, by: audit.Actor, at: datetime) -> list[Duty]:
    """What was due and is not done calls in the managers of both sides, once each."""
    late = Duty.objects.filter(done_at=None, voided_at=None, due_at__lt=at, escalated_at=None)
    rows = list(late.select_for_update(of=("self",)).select_related("unit").order_by("pk"))
    for row in rows:
        row.escalated_at = at
        # What an open page would do has not changed, so none goes stale by it.
        row.save(update_fields=["escalated_at"])
        if row.kind == Duty.Kind.HAND_BACK:
            _escalate_hand_back(row, at)
        _log("care.escalate_late_duties", row, by, at)
    return rows


def _escalate_hand_back(duty: Duty, at: datetime) -> None:
    """Giver and receiver see it on the hand-over's page; who took over for a time stays responsible meanwhile."""
    handover = Handover.objects.select_for_update(of=("self",)).get(pk=duty.source_id)
    handover.escalated_at = at
    handover.save(update_fields=["escalated_at"])
    HandoverEvent.objects.create(
        handover=handover,
        sequence=handover.events.count() + 1,
        state=handover.state,
        at=at,
        reason=gettext_noop("Ansvaret har inte lämnats tillbaka på den dag som var bestämd."),
        escalated=True,
    )


@transaction.atomic
def lapse_duties(*, patient: Patient, by: audit.Actor, at: datetime) -> list[Duty]:
    """The person has died: what a stay or a take-over made due is not owed any more."""
    rows = list(Duty.objects.filter(patient=patient, done_at=None, voided_at=None).exclude(kind__in=Duty.AFTER_DEATH))
    for row in rows:
        _lapse(row, by, at)
        _log("care.lapse_duties", row, by, at)
    return rows


@transaction.atomic
def restore_duties(*, patient: Patient, lapsed_at: datetime, by: audit.Actor, at: datetime) -> list[Duty]:
    """The death was a mistake: what lapsed with it is owed again."""
    rows = list(Duty.objects.filter(patient=patient, voided_at=lapsed_at).exclude(kind__in=Duty.AFTER_DEATH))
    for row in rows:
        row.voided_at = None
        once.save(row, "voided_at")
        reopen_relations(source_id=row.pk, by=by, at=at)
        _log("care.restore_duties", row, by, at)
    return rows


def _log(what: str, duty: Duty, by: audit.Actor, at: datetime) -> None:
    patients = [duty.patient_id]
    audit.write(what, by=by, at=at, patients=patients, object_kind="duty", object_id=duty.pk, reason=duty.kind)
