"""What happens to a case of early signs: opened, looked at, ended with a contact or with a reason."""

from collections.abc import Mapping
from datetime import datetime, timedelta
from uuid import UUID

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from narvard.access.actions import end_relations, relate
from narvard.access.models import CareRelation
from narvard.core import audit, calendar, once
from narvard.core.errors import Refused
from narvard.intake.early.models import OPEN_STATES, EarlyCase
from narvard.organisation.models import CareUnit, Commission
from narvard.people.models import Patient

State = EarlyCase.State
# Our own, to be agreed: somebody looks within five working days, and a contact is named within ten more.
_LOOK_WORKING_DAYS, _NAME_WORKING_DAYS = 5, 10
# Who told reads the answer this long.
_READABLE = timedelta(days=30)


class CaseNotValid(Refused):
    """What was told makes no case, or may not be told."""


class NotYourCase(Refused):
    """Only the unit that looks at the case may do this."""


class CaseEnded(Refused):
    """The case has a contact, or was ended with a reason."""


@transaction.atomic
def open_early_case(
    *,
    patient: Patient,
    receiver: CareUnit,
    markers: Mapping[str, object],
    by: audit.Actor,
    at: datetime,
    seen: str = "",
    agreed: bool = False,
) -> EarlyCase:
    """Tell ``receiver`` of early signs; what is told while a case is open joins it.

    Social services tell only with the person's yes (``agreed``): OSL 26 kap. 1 §.
    """
    _check(patient, markers, by, agreed)
    teller = by if isinstance(by, Commission) else None
    row = EarlyCase.objects.select_for_update().filter(patient=patient, state__in=OPEN_STATES).first()
    if row is None:
        row = EarlyCase.objects.create(
            patient=patient,
            owner_unit=receiver,
            markers=dict(markers),
            seen=seen.strip(),
            opened_by=teller,
            opened_at=at,
            due_at=_working_days(at, _LOOK_WORKING_DAYS),
        )
        _relate(row, receiver, CareRelation.Kind.REQUEST, by, at)
    else:
        row.markers = {**row.markers, **markers}
        row.seen = "\n".join(filter(None, [row.seen, seen.strip()]))
        once.save(row, "markers", "seen")
    if teller is not None and teller.unit_id != row.owner_unit_id:
        _relate(row, teller.unit, CareRelation.Kind.SENT, by, at)
    _log("intake.open_early_case", row, by, at)
    return row


def _check(patient: Patient, markers: Mapping[str, object], by: audit.Actor, agreed: bool) -> None:
    if patient.died_at is not None:
        raise CaseNotValid(_("Personen är registrerad som avliden. Kontrollera numret."))
    if not markers:
        raise CaseNotValid(_("Skriv vilka tecken ni har sett."))
    if isinstance(by, Commission) and by.unit.kind in CareUnit.SOCIAL_KINDS and not agreed:
        raise CaseNotValid(_("Fråga personen först. Socialtjänsten berättar bara med personens ja."))


@transaction.atomic
def accept_early_case(*, case: UUID, by: Commission, at: datetime, version: int | None = None) -> EarlyCase:
    """The unit has looked, and finds out who is to be the person's contact."""
    row = _own(case, by, version)
    if row.state != State.OPEN:
        raise CaseEnded(_("Någon hos er tittar redan på det."))
    row.state, row.met_look = State.ACCEPTED, row.due_at is not None and at <= row.due_at
    row.due_at, row.escalated_at = _working_days(at, _NAME_WORKING_DAYS), None
    row.answered_by, row.answered_at = by, at
    once.save(row, "state", "met_look", "due_at", "escalated_at", "answered_by", "answered_at")
    _log("intake.accept_early_case", row, by, at)
    return row


@transaction.atomic
def dismiss_early_case(
    *, case: UUID, reason: str, by: Commission, at: datetime, version: int | None = None
) -> EarlyCase:
    """No contact is needed, with the reason; who told reads it."""
    row = _own(case, by, version)
    if not reason.strip():
        raise CaseNotValid(_("Skriv skälet. Den som berättade läser det."))
    return _end(row, State.DISMISSED, by, at, reason.strip()[:400])


@transaction.atomic
def end_with_contact(*, case: UUID, by: Commission, at: datetime, version: int | None = None) -> EarlyCase:
    """A designated contact has been named, so the case has led to what it is for."""
    return _end(_own(case, by, version), State.CONTACT, by, at)


@transaction.atomic
def end_early_case_for_death(*, patient: Patient, by: Commission, at: datetime) -> EarlyCase | None:
    """End the open case of a person who has died."""
    row = EarlyCase.objects.select_for_update().filter(patient=patient, state__in=OPEN_STATES).first()
    return None if row is None else _end(row, State.DISMISSED, by, at, gettext_noop("Personen har avlidit."))


@transaction.atomic
def escalate_early_cases(*, by: audit.Actor, at: datetime) -> list[EarlyCase]:
    """Cases whose clock has run out are escalated by it, once for each clock."""
    late = EarlyCase.objects.filter(state__in=OPEN_STATES, due_at__lt=at, escalated_at=None)
    rows = list(late.select_for_update(of=("self",)).select_related("owner_unit").order_by("pk"))
    for row in rows:
        row.escalated_at = at
        # What an answer depends on has not changed, so no open page goes stale by it.
        row.save(update_fields=["escalated_at"])
        _log("intake.escalate_early_cases", row, by, at)
    return rows


def _own(case: UUID, by: Commission, version: int | None) -> EarlyCase:
    row = once.lock(EarlyCase.objects.all(), case)
    if row.owner_unit_id != by.unit_id:
        raise NotYourCase(_("Ärendet ligger inte hos er enhet."))
    if row.state not in OPEN_STATES:
        raise CaseEnded(_("Ärendet är redan avslutat (%(how)s). Inget ändrades.") % {"how": row.get_state_display()})
    return once.lock(EarlyCase.objects.all(), case, version)


def _end(row: EarlyCase, state: EarlyCase.State, by: Commission, at: datetime, reason: str = "") -> EarlyCase:
    met = row.due_at is not None and at <= row.due_at
    if row.state == State.OPEN:
        row.met_look = met
    row.state, row.met_end, row.due_at, row.reason = state, met, None, reason
    row.answered_by, row.answered_at = by, at
    once.save(row, "state", "met_look", "met_end", "due_at", "reason", "answered_by", "answered_at")
    end_relations(source_id=row.pk, by=by, at=at, until=at + _READABLE)
    _log(f"intake.end_early_case_{state.value}", row, by, at)
    return row


def _working_days(at: datetime, days: int) -> datetime:
    return calendar.end_of_working_day(calendar.add_working_days(timezone.localdate(at), days))


def _relate(row: EarlyCase, unit: CareUnit, kind: CareRelation.Kind, by: audit.Actor, at: datetime) -> None:
    known = CareRelation.objects.filter(source_id=row.pk, unit=unit, kind=kind).exists()
    if not known:
        relate(
            patient=row.patient, unit=unit, kind=kind, source_kind="earlycase", source_id=row.pk, by=by, at=at
        )  # fmt: skip


def _log(what: str, row: EarlyCase, by: audit.Actor, at: datetime) -> None:
    audit.write(what, by=by, at=at, patients=[row.patient_id], object_kind="earlycase", object_id=row.pk)
