"""Writes about conferences: begun, a patient put up or taken back, held, decided with what follows, closed."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from narvard.access.actions import end_relations, relate
from narvard.access.models import CareRelation, Consent
from narvard.care import book, rules
from narvard.care.conference.models import Conference, ConferenceCase, ConferenceMeeting
from narvard.care.models import Duty
from narvard.core import audit, once
from narvard.core.calendar import at_local
from narvard.core.errors import Refused
from narvard.organisation.models import CareUnit, Commission, Profession, Programme
from narvard.people.models import Patient

SOURCE = "conferencecase"
# Stored as the reason that a case was taken back.
DIED = gettext_noop("personen har avlidit")
HELD_BY = (Programme.Kind.CONFERENCE, Programme.Kind.CONSULT)
# Who may sign what was decided: a conference decides on treatment, a consult round gives advice.
SIGNERS = {
    Programme.Kind.CONFERENCE: frozenset({Profession.PHYSICIAN}),
    Programme.Kind.CONSULT: frozenset({Profession.PHYSICIAN, Profession.NURSE, Profession.DISTRICT_NURSE}),
}
NOT_OWN_WORD = (Consent.How.GUARDIAN, Consent.How.CANNOT)
# How long the unit that decided may read on, as one whose part in the care has ended.
READS_ON = timedelta(days=7)
_DAY_ENDS = 16 * 60


class NotAConference(Refused):
    """The programme holds no conference, or it is closed."""


class AlreadyPutUp(Refused):
    """The patient already stands on that list, or the day already has a meeting."""


class NoYesToConference(Refused):
    """The person has not said yes to being discussed there."""


class NotToBeDiscussed(Refused):
    """The case has been decided or taken back."""


class StillWaited(Refused):
    """Patients stand on the list, so that the conference cannot be closed."""


class NoRightToDecide(Refused):
    """The profession may not sign a decision of that conference."""


@dataclass(frozen=True)
class FollowUp:
    """Something that a unit has to do by the decision, and the last day."""

    unit: CareUnit
    what: str
    due_on: date


def _log(what: str, kind: str, row: Conference | ConferenceCase, by: Commission, at: datetime, reason: str) -> None:
    patients = [row.patient_id] if isinstance(row, ConferenceCase) else []
    audit.write(what, by=by, at=at, patients=patients, object_kind=kind, object_id=row.pk, reason=reason)


@transaction.atomic
def open_conference(*, programme: Programme, name: str, next_on: date, by: Commission, at: datetime) -> Conference:
    """The acting unit begins to hold a conference by ``programme``."""
    if programme.kind not in HELD_BY:
        raise NotAConference(_("Programmet är varken konferens eller konsultstöd."))
    name = rules.required(name, _("Skriv vad konferensen heter."))
    if Conference.objects.filter(unit=by.unit, name=name, closed_at=None).exists():
        raise AlreadyPutUp(_("Ni har redan en konferens med det namnet."))
    row = Conference.objects.create(
        programme=programme, unit=by.unit, name=name, next_on=next_on, opened_at=at, opened_by=by
    )
    _log("care.open_conference", "conference", row, by, at, programme.key)
    return row


@transaction.atomic
def close_conference(*, conference: Conference, reason: str, by: Commission, at: datetime) -> Conference:
    """The unit holds it no longer. Nobody is lost with it: first those on the list are decided or taken back."""
    row = once.lock(Conference.objects.all(), conference.pk)
    rules.refuse_other(row.unit, by)
    if row.closed_at is not None:
        raise NotAConference(_("Konferensen hålls inte längre."))
    if row.cases.filter(decided_at=None, removed_at=None).exists():
        raise StillWaited(_("Det står personer på listan. Skriv besluten, eller ta tillbaka frågorna, först."))
    row.close_reason = rules.required(reason, _("Skriv varför konferensen inte hålls längre."))[:400]
    row.closed_at, row.closed_by = at, by
    once.save(row, "closed_at", "closed_by", "close_reason")
    _log("care.close_conference", "conference", row, by, at, "")
    return row


@transaction.atomic
def put_up(
    *,
    patient: Patient,
    conference: Conference,
    question: str,
    documents: str,
    how: str,
    given_by: str = "",
    by: Commission,
    at: datetime,
) -> ConferenceCase:
    """A unit that cares for the person puts them on the list; the one that holds the conference may then read."""
    locked = book.open_book(patient).patient
    rules.refuse_dead(locked)
    rules.refuse_not_meeting(locked, by, at)
    row = once.lock(Conference.objects.all(), conference.pk)
    if row.closed_at is not None:
        raise NotAConference(_("Konferensen hålls inte längre."))
    if how not in Consent.How.values or (how in NOT_OWN_WORD and not given_by.strip()):
        raise NoYesToConference(_("Skriv vem som sa ja till att personen tas upp."))
    if row.cases.filter(patient=locked, decided_at=None, removed_at=None).exists():
        raise AlreadyPutUp(_("Personen står redan på listan."))
    case = ConferenceCase.objects.create(
        patient=locked,
        owner_unit=by.unit,
        conference=row,
        question=rules.required(question, _("Skriv frågan till konferensen."))[:400],
        documents=documents.strip(),
        consent_how=how,
        consent_given_by=given_by.strip(),
        put_at=at,
        put_by=by,
    )
    relate(
        patient=locked,
        unit=row.unit,
        kind=CareRelation.Kind.REQUEST,
        source_kind=SOURCE,
        source_id=case.pk,
        by=by,
        at=at,
    )
    _log("care.put_up", SOURCE, case, by, at, how)
    return case


@transaction.atomic
def take_back(*, case: ConferenceCase, reason: str, by: Commission, at: datetime) -> ConferenceCase:
    """The patient is taken off the list undiscussed, by who put them there or who holds the conference."""
    row = _waiting(case)
    if by.unit_id not in {row.owner_unit_id, row.conference.unit_id}:
        raise rules.NotYourUnit(_("Bara den som tog upp personen, eller den som håller konferensen, kan göra det."))
    reason = rules.required(reason, _("Skriv varför personen inte ska tas upp."))
    row.removed_at, row.removed_by, row.remove_reason = at, by, reason[:400]
    once.save(row, "removed_at", "removed_by", "remove_reason")
    end_relations(source_id=row.pk, by=by, at=at)
    _log("care.take_back_case", SOURCE, row, by, at, "")
    return row


@transaction.atomic
def leave_lists(*, patient: Patient, by: Commission, at: datetime) -> list[ConferenceCase]:
    """The person has died: nobody discusses them any more, and the reason to read ends."""
    rows = list(ConferenceCase.objects.filter(patient=patient, decided_at=None, removed_at=None))
    for row in rows:
        row.removed_at, row.removed_by, row.remove_reason = at, by, DIED
        once.save(row, "removed_at", "removed_by", "remove_reason")
        end_relations(source_id=row.pk, by=by, at=at)
        _log("care.leave_lists", SOURCE, row, by, at, "death")
    return rows


def _waiting(case: ConferenceCase) -> ConferenceCase:
    book.open_book(case.patient)
    row = once.lock(ConferenceCase.objects.select_related("conference__unit", "conference__programme"), case.pk)
    if not row.waits:
        raise NotToBeDiscussed(_("Personen står inte längre på listan."))
    return row


@transaction.atomic
def hold_conference(
    *, conference: Conference, held_on: date, participants: str, next_on: date, by: Commission, at: datetime
) -> ConferenceMeeting:
    """The conference was held on a day, with those who took part; the next one is on ``next_on``."""
    row = once.lock(Conference.objects.all(), conference.pk)
    rules.refuse_other(row.unit, by)
    if row.closed_at is not None:
        raise NotAConference(_("Konferensen hålls inte längre."))
    if held_on > timezone.localdate(at) or next_on <= held_on:
        raise NotAConference(_("Dagen ska ha varit, och nästa ska ligga efter den."))
    if row.meetings.filter(held_on=held_on).exists():
        raise AlreadyPutUp(_("Den dagens konferens är redan registrerad."))
    meeting = ConferenceMeeting.objects.create(
        conference=row,
        held_on=held_on,
        participants=rules.required(participants, _("Skriv vilka som var med.")),
        recorded_at=at,
        recorded_by=by,
    )
    row.next_on = next_on
    once.save(row, "next_on")
    _log("care.hold_conference", "conference", row, by, at, f"{held_on}")
    return meeting


@transaction.atomic
def decide_case(
    *,
    case: ConferenceCase,
    meeting: ConferenceMeeting,
    decision: str,
    tasks: Iterable[FollowUp] = (),
    by: Commission,
    at: datetime,
) -> ConferenceCase:
    """What was decided, signed; units that care for the person get what follows to do. It leaves the list."""
    row = _waiting(case)
    rules.refuse_dead(row.patient)
    rules.refuse_other(row.conference.unit, by)
    if meeting.conference_id != row.conference_id:
        raise NotAConference(_("Mötet hör till en annan konferens."))
    if by.staff.profession not in SIGNERS[Programme.Kind(row.conference.programme.kind)]:
        raise NoRightToDecide(_("Du kan inte signera konferensens beslut med ditt yrke."))
    row.decision = rules.required(decision, _("Skriv vad ni beslutade."))
    row.meeting, row.decided_at, row.decided_by = meeting, at, by
    once.save(row, "decision", "meeting", "decided_at", "decided_by")
    for task in tasks:
        _impose(row, task, by, at)
    end_relations(source_id=row.pk, by=by, at=at, until=at + READS_ON)
    audit.write(
        "care.decide_case",
        by=by,
        at=at,
        action=audit.Action.SIGN,
        patients=[row.patient_id],
        object_kind=SOURCE,
        object_id=row.pk,
    )
    return row


def _impose(case: ConferenceCase, task: FollowUp, by: Commission, at: datetime) -> Duty:
    """The unit has something to do by the decision, and a care relation until it is done."""
    rules.refuse_closed(task.unit, at)
    rules.refuse_not_meeting(case.patient, Commission(staff=by.staff, unit=task.unit, role=by.role), at)
    duty = Duty.objects.create(
        patient=case.patient,
        owner_unit=case.conference.unit,
        kind=Duty.Kind.CONFERENCE,
        unit=task.unit,
        source_id=case.pk,
        what=rules.required(task.what, _("Skriv vad enheten ska göra."))[:400],
        created_at=at,
        due_at=at_local(task.due_on, _DAY_ENDS),
    )
    case.units.add(task.unit)
    relate(
        patient=case.patient,
        unit=task.unit,
        kind=CareRelation.Kind.RESPONSIBILITY,
        source_kind="duty",
        source_id=duty.pk,
        by=by,
        at=at,
    )
    return duty
