"""Writes that open beyond the usual: an emergency, an active choice; and who is whose own patient."""

from collections.abc import Collection
from datetime import datetime, timedelta

from django.db import transaction
from django.utils.translation import gettext as _

from narvard.access import guard
from narvard.access.models import (
    ActiveChoice,
    EmergencyOpening,
    OwnRecord,
)
from narvard.core import audit
from narvard.core.errors import Refused
from narvard.organisation.models import Commission, Staff
from narvard.people.models import InformationKind, Patient

EMERGENCY_LASTS = timedelta(hours=24)
CHOICE_LASTS = timedelta(hours=12)
SHORTEST_REASON = 10


class EmergencyRefused(Refused):
    """An emergency opening lacks what the law asks for."""


class ChoiceNotMade(Refused):
    """A choice to read beyond the own unit lacks its reason."""


@transaction.atomic
def open_emergency(
    *,
    patient: Patient,
    danger: EmergencyOpening.Danger,
    kinds: Collection[str],
    reason: str,
    by: Commission,
    at: datetime,
) -> EmergencyOpening:
    """Open some kinds of information at once, for the acting person and 24 hours, though relation, consent or block
    would close them: life or health is in danger and the patient cannot be asked (PDL 4 kap. 5 §, lag 2022:913).

    Seen at once by those who review the log. Social services' data and the own record never open so.
    """
    known = sorted(set(kinds) & set(InformationKind.values) - {InformationKind.SOCIAL})
    if not by.gives_care:
        raise EmergencyRefused(_("Bara den som vårdar patienten kan nödöppna."))
    if OwnRecord.objects.filter(staff=by.staff_id, patient=patient).exists():
        raise EmergencyRefused(_("Ingen öppnar sin egen journal i arbetet."))
    if not known or len(known) != len(set(kinds)):
        raise EmergencyRefused(
            _("Välj vilka slags uppgifter som behövs. Socialtjänstens uppgifter kan inte nödöppnas.")
        )
    if len(reason.strip()) < SHORTEST_REASON:
        raise EmergencyRefused(_("Skriv varför: vad är faran, och varför kan patienten inte tillfrågas?"))
    row = EmergencyOpening.objects.create(
        patient=patient,
        commission=by,
        danger=danger,
        kinds=known,
        reason=reason.strip(),
        since=at,
        until=at + EMERGENCY_LASTS,
    )
    audit.write(
        "access.open_emergency",
        by=by,
        at=at,
        action=audit.Action.EMERGENCY,
        patients=[patient.pk],
        object_kind="emergencyopening",
        object_id=row.pk,
        reason=f"{danger} {','.join(known)}: {reason.strip()}",
    )
    return row


@transaction.atomic
def choose(*, patient: Patient, why: ActiveChoice.Why, by: Commission, at: datetime, note: str = "") -> ActiveChoice:
    """Choose, with a reason, to read of the patient beyond the own unit; it holds for the working day (12 hours).

    A choice opens nothing to one without a care relation, and is refused.
    """
    guard.refuse_unrelated(patient, by=by, at=at)
    if why == ActiveChoice.Why.OTHER and not note.strip():
        raise ChoiceNotMade(_("Skriv varför du behöver uppgifterna."))
    row = ActiveChoice.objects.create(
        patient=patient, commission=by, why=why, note=note.strip(), since=at, until=at + CHOICE_LASTS
    )
    reason = f"{why} {note.strip()}".strip()
    audit.write(
        "access.choose",
        by=by,
        at=at,
        patients=[patient.pk],
        object_kind="activechoice",
        object_id=row.pk,
        reason=reason,
    )
    return row


@transaction.atomic
def mark_own_record(*, staff: Staff, patient: Patient, by: audit.Actor, at: datetime) -> OwnRecord:
    """Note that a member of staff is this patient, so that neither they nor colleagues look by habit."""
    row, created = OwnRecord.objects.get_or_create(staff=staff, defaults={"patient": patient})
    if created:
        audit.write(
            "access.mark_own_record",
            by=by,
            at=at,
            patients=[patient.pk],
            object_kind="ownrecord",
            object_id=row.pk,
        )
    return row
