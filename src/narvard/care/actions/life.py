"""Facts of life that move responsibility without a click: a ward stay, a death, and a death taken back."""

from collections.abc import Iterator
from datetime import date, datetime, timedelta

from django.db import transaction
from django.db.models import Q
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from narvard.access.actions import end_relations, relate, reopen_relations
from narvard.access.models import CareRelation
from narvard.care import asking, book, ledger, rules
from narvard.care import ward as on_ward
from narvard.care.actions import duties
from narvard.care.actions.episodes import AFTERWARDS, end_episode_if_released
from narvard.care.models import (
    Death,
    DesignatedContact,
    Duty,
    Episode,
    Handover,
    HospitalStay,
    ResponsibilityKind,
)
from narvard.core import audit, once
from narvard.core.errors import Refused
from narvard.organisation.models import CareUnit, Commission
from narvard.people.models import ClinicalRecord, Patient

# What a death makes due: the kind of responsibility whose holder does it, and within what time of registering.
# Our own working times, to be agreed by each area.
DUTIES = {
    Duty.Kind.CONFIRM_DEATH: (ResponsibilityKind.MEDICAL, timedelta(hours=12)),
    Duty.Kind.RETURN_MEDICINES: (ResponsibilityKind.NURSING, timedelta(days=7)),
    Duty.Kind.TALK_WITH_RELATIVES: (ResponsibilityKind.COORDINATION, timedelta(weeks=6)),
}


class InTheFuture(Refused):
    """It is said to have happened at a time that has not been."""


class BeforeAdmission(Refused):
    """The stay would end before it began."""


class AlreadyOnWard(Refused):
    """The patient is registered on a ward already, or was at that time."""


class NotOnWard(Refused):
    """The stay has ended."""


class DeathRegistered(Refused):
    """The death has been registered already."""


class NoDeath(Refused):
    """No registered death to take back."""


class DutyDone(Refused):
    """The duty has been done or has lapsed."""


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


@transaction.atomic
def admit_patient(
    *, patient: Patient, ward: CareUnit, admitted_at: datetime, by: Commission, at: datetime
) -> HospitalStay:
    """The patient is on the ward since ``admitted_at``: the ward holds medical, nursing and rehabilitation."""
    opened = book.open_book(patient)
    _refuse_admission(opened.patient, ward, admitted_at, by, at)
    stay = HospitalStay.objects.create(
        patient=patient, owner_unit=ward, ward=ward, admitted_at=admitted_at, registered_at=at, registered_by=by
    )
    change = on_ward.admit(opened.ledger, ward.pk, at=admitted_at, source=stay.pk)
    after = book.write(opened, change, reason=gettext_noop("inläggning"), by=by, at=at)
    relate(
        patient=patient,
        unit=ward,
        kind=CareRelation.Kind.WARD,
        source_kind="hospitalstay",
        source_id=stay.pk,
        by=by,
        at=at,
        since=admitted_at,
    )
    _withdraw_empty(after, by, at)
    duties.ask_for_notice(stay=stay, by=by, at=at)
    _log("care.admit_patient", stay, by, at)
    return stay


def _refuse_admission(patient: Patient, ward: CareUnit, admitted_at: datetime, by: Commission, at: datetime) -> None:
    rules.refuse_dead(patient)
    rules.refuse_other(ward, by)
    rules.refuse_closed(ward, at)
    if admitted_at > at:
        raise InTheFuture(_("Inläggningen kan inte ha skett i framtiden."))
    stays = HospitalStay.objects.filter(patient=patient)
    if stays.filter(Q(discharged_at=None) | Q(discharged_at__gt=admitted_at)).exists():
        raise AlreadyOnWard(_("Patienten är redan inskriven på en avdelning vid den tiden."))


def _withdraw_empty(opened: book.Book, by: Commission, at: datetime) -> None:
    """Hand-overs whose giver holds no longer what it offered are withdrawn, and asks for a bed: nothing to accept."""
    states = [*Handover.OPEN_STATES, *([] if opened.patient.died_at is None else [Handover.State.PREPARED])]
    for handover in Handover.objects.filter(patient=opened.patient, state__in=states):
        held = not handover.bed and all(
            opened.ledger.last_holder(kind, handover.scope) == handover.giver_id for kind in handover.kinds
        )
        if not held:
            asking.withdraw(handover, _("Ansvaret flyttades av en händelse: inläggning eller dödsfall."), by, at)


@transaction.atomic
def plan_discharge(
    *, stay: HospitalStay, on: date | None, by: Commission, at: datetime, version: int | None = None
) -> HospitalStay:
    """The ward says on which day the patient is expected home (planerat utskrivningsdatum)."""
    book.open_book(stay.patient)
    row = _open_stay(stay, version)
    rules.refuse_other(row.ward, by)
    row.planned_discharge_on = on
    once.save(row, "planned_discharge_on")
    _log("care.plan_discharge", row, by, at, reason=str(on or ""))
    return row


def _open_stay(stay: HospitalStay, version: int | None) -> HospitalStay:
    row = once.lock(HospitalStay.objects.all(), stay.pk, version)
    if row.discharged_at is not None:
        raise NotOnWard(_("Patienten är redan utskriven från avdelningen."))
    return row


@transaction.atomic
def discharge_patient(
    *, stay: HospitalStay, discharged_at: datetime, by: Commission, at: datetime, version: int | None = None
) -> HospitalStay:
    """Home again: responsibility goes back to those who held it, with what they decided meanwhile."""
    opened = book.open_book(stay.patient)
    row = _open_stay(stay, version)
    rules.refuse_other(row.ward, by)
    if discharged_at > at:
        raise InTheFuture(_("Utskrivningen kan inte ha skett i framtiden."))
    if discharged_at < row.admitted_at:
        raise BeforeAdmission(_("Utskrivningen kan inte ha skett före inläggningen."))
    change = on_ward.discharge(opened.ledger, row.ward_id, at=discharged_at, source=row.pk)
    row.discharged_at = discharged_at
    row.discharged_by = by
    once.save(row, "discharged_at", "discharged_by")
    book.write(opened, change, by=by, at=at)
    end_relations(source_id=row.pk, by=by, at=at, until=at + AFTERWARDS)
    duties.lapse_at_discharge(stay=row, by=by, at=at)
    _log("care.discharge_patient", row, by, at)
    return row


@transaction.atomic
def end_for_death(*, patient: Patient, died_at: datetime, by: Commission, at: datetime) -> Death:
    """Death ends responsibility, hand-overs, episodes, the ward stay and named contacts; what is then due begins."""
    opened = book.open_book(patient)
    rules.refuse_not_meeting(opened.patient, by, at)
    if died_at > at:
        raise InTheFuture(_("Dödsfallet kan inte ha skett i framtiden."))
    if Death.objects.filter(patient=patient, undone_at=None).exists():
        raise DeathRegistered(_("Dödsfallet är redan registrerat."))
    death = Death.objects.create(
        patient=patient, owner_unit=by.unit, died_at=died_at, registered_at=at, registered_by=by
    )
    before = opened.ledger
    change = ledger.die(opened.ledger, at=died_at, source=death.pk)
    _withdraw_empty(book.write(opened, change, reason=gettext_noop("dödsfall"), by=by, at=at), by, at)
    for kind, (responsibility, within) in DUTIES.items():
        holder = before.holder(responsibility, died_at) or before.last_holder(responsibility)
        unit = CareUnit.objects.get(pk=holder) if holder else by.unit
        _impose(death, kind, unit, at + within, by, at)
    _end_all(death, by, at)
    _log("care.end_for_death", death, by, at)
    return death


def _impose(death: Death, kind: str, unit: CareUnit, due_at: datetime, by: Commission, at: datetime) -> None:
    duty = Duty.objects.create(
        patient=death.patient,
        owner_unit=unit,
        kind=kind,
        unit=unit,
        source_id=death.pk,
        created_at=at,
        due_at=due_at,
    )
    relate(
        patient=death.patient,
        unit=unit,
        kind=CareRelation.Kind.RESPONSIBILITY,
        source_kind="duty",
        source_id=duty.pk,
        by=by,
        at=at,
    )


def _end_all(death: Death, by: Commission, at: datetime) -> None:
    running = Q(ended_at=None) | Q(ended_at__gt=death.died_at)
    for episode in Episode.objects.filter(running, patient=death.patient):
        episode.ended_at = max(death.died_at, episode.started_at)
        episode.ended_by, episode.end_source_id = by, death.pk
        episode.end_reason = gettext_noop("patienten har avlidit")
        once.save(episode, "ended_at", "ended_by", "end_source_id", "end_reason")
        end_relations(source_id=episode.pk, by=by, at=at, until=at + AFTERWARDS)
    for stay in HospitalStay.objects.filter(patient=death.patient, discharged_at=None):
        stay.discharged_at = max(death.died_at, stay.admitted_at)
        stay.discharged_by, stay.end_source_id = by, death.pk
        once.save(stay, "discharged_at", "discharged_by", "end_source_id")
        end_relations(source_id=stay.pk, by=by, at=at, until=at + AFTERWARDS)
    for contact in DesignatedContact.objects.filter(patient=death.patient, until=None):
        contact.until = max(death.died_at, contact.since)
        contact.end_source_id = death.pk
        contact.save(update_fields=["until", "end_source_id"])


@transaction.atomic
def restore_after_death(*, patient: Patient, reason: str, by: Commission, at: datetime) -> Death:
    """Take back a death registered by mistake: everything it ended runs on; its duties lapse; history stays.

    Hand-overs it withdrew are not proposed again: their giver decides.
    """
    opened = book.open_book(patient)
    death = Death.objects.filter(patient=patient, undone_at=None).first()
    if death is None:
        raise NoDeath(_("Det finns inget registrerat dödsfall att ta tillbaka."))
    if death.owner_unit_id != by.unit_id:
        rules.refuse_not_carrying(opened.patient, by, at)
    death.undo_reason = rules.required(reason, _("Skriv varför registreringen var fel."))[:200]
    death.undone_at, death.undone_by = at, by
    death.save(update_fields=["undo_reason", "undone_at", "undone_by"])
    change = ledger.undo(opened.ledger, source=death.pk)
    book.write(opened, change, reason=death.undo_reason, by=by, at=at)
    for duty in Duty.objects.filter(source_id=death.pk, done_at=None):
        duty.voided_at = at
        once.save(duty, "voided_at")
        end_relations(source_id=duty.pk, by=by, at=at)
    _reopen_all(death, by, at)
    _log("care.restore_after_death", death, by, at)
    return death


def _reopen_all(death: Death, by: Commission, at: datetime) -> None:
    DesignatedContact.objects.filter(end_source_id=death.pk).update(until=None, end_source_id=None)
    for stay in HospitalStay.objects.filter(end_source_id=death.pk):
        stay.discharged_at = stay.discharged_by = stay.end_source_id = None
        once.save(stay, "discharged_at", "discharged_by", "end_source_id")
        reopen_relations(source_id=stay.pk, by=by, at=at)
    for episode in Episode.objects.filter(end_source_id=death.pk):
        episode.ended_at = episode.ended_by = episode.end_source_id = None
        episode.end_reason = ""
        once.save(episode, "ended_at", "ended_by", "end_source_id", "end_reason")
        reopen_relations(source_id=episode.pk, by=by, at=at)
        for handover in _finished(episode):
            end_episode_if_released(handover=handover, by=by, at=at)


def _finished(episode: Episode) -> Iterator[Handover]:
    accepted = Handover.State.ACCEPTED
    yield from episode.handovers.filter(state=accepted, ends_episode=True).select_related("receiver", "patient")


@transaction.atomic
def do_duty(*, duty: Duty, by: Commission, at: datetime, note: str = "", version: int | None = None) -> Duty:
    """The unit has done what was due."""
    book.open_book(duty.patient)
    row = once.lock(Duty.objects.all(), duty.pk)
    rules.refuse_other(row.unit, by)
    if row.done_at is not None or row.voided_at is not None:
        raise DutyDone(_("Det är redan gjort eller behövs inte längre."))
    once.lock(Duty.objects.all(), duty.pk, version)
    row.done_at, row.done_by, row.note = at, by, note.strip()[:400]
    once.save(row, "done_at", "done_by", "note")
    end_relations(source_id=row.pk, by=by, at=at, until=at + AFTERWARDS)
    _log("care.do_duty", row, by, at, reason=row.kind)
    return row
