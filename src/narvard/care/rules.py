"""What every act of the care room is held to: the living patient, the unit that exists, the unit that acts."""

from collections.abc import Iterable
from datetime import datetime

from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from narvard.access import guard
from narvard.access.queries import patients_of
from narvard.care import queries
from narvard.care.ledger import Ledger, Unit
from narvard.care.ledger import refuse_left_behind as refuse_units_left
from narvard.care.models import ResponsibilityKind
from narvard.core.errors import Refused
from narvard.organisation.models import CareProvider, CareUnit, Commission
from narvard.organisation.queries import is_closed_down
from narvard.people.models import ClinicalRecord, Patient

# Stored as the reason that an enrolment ended.
HANDED_OVER = gettext_noop("överlämnad till %(unit)s")
# They send and answer calls; they never carry a patient's care.
NEVER_HOLDS = frozenset(
    {
        CareUnit.Kind.INTAKE,
        CareUnit.Kind.ALARM_CENTRE,
        CareUnit.Kind.SOS,
        CareUnit.Kind.ADVICE_1177,
        CareUnit.Kind.AMBULANCE,
        CareUnit.Kind.MANAGEMENT,
        CareUnit.Kind.SAFETY,
    }
)


# Their work ends at the municipality's border.
LOCAL_KINDS = frozenset(
    {
        CareUnit.Kind.HOME_NURSING,
        CareUnit.Kind.MUNICIPAL_REHAB,
        CareUnit.Kind.HOME_HELP,
        CareUnit.Kind.NEEDS_ASSESSMENT,
        CareUnit.Kind.HOUSING_SUPPORT,
        CareUnit.Kind.SPECIAL_HOUSING,
        CareUnit.Kind.SHORT_TERM,
    }
)


class PatientHasDied(Refused):
    """The patient has died; what was to be done is stopped."""


class UnitClosed(Refused):
    """The unit does not exist any more, or not yet."""


class NotYourUnit(Refused):
    """Only the unit that it concerns may do this."""


class NotYourPatient(Refused):
    """The unit has no such part in the patient's care that it may do this."""


class NotYourRecord(Refused):
    """A row of the record is corrected by the unit that wrote it, or one of its provider that carries the patient."""


class CannotHold(Refused):
    """A unit of this kind cannot carry that responsibility."""


class ReasonMissing(Refused):
    """The act needs a reason in words."""


def refuse_dead(patient: Patient) -> None:
    """Nothing new starts for a patient who has died."""
    if patient.died_at is not None:
        raise PatientHasDied(_("Patienten har avlidit. Det går inte att göra detta."))


def refuse_closed(unit: CareUnit, at: datetime) -> None:
    """A unit that has closed down (or is not opened yet) takes nothing over."""
    if is_closed_down(unit, timezone.localdate(at)):
        raise UnitClosed(_("%(unit)s finns inte längre. Välj en annan enhet.") % {"unit": unit.name})


def refuse_other(unit: CareUnit, by: Commission) -> None:
    """The act belongs to ``unit``."""
    if by.unit_id != unit.pk:
        # Nameless: which unit it is may be hidden from who is refused (access.naming).
        raise NotYourUnit(_("Bara den enhet som det gäller kan göra detta."))


def refuse_not_carrying(patient: Patient, by: Commission, at: datetime) -> None:
    """The act belongs to a unit that carries the patient: responsible, enrolled, ward, listed, living there."""
    if not queries.carries(patient, by.unit_id, at):
        raise NotYourPatient(_("Bara en enhet som ansvarar för patienten kan göra detta."))


def refuse_not_meeting(patient: Patient, by: Commission, at: datetime) -> None:
    """The act belongs to a unit that meets the patient; having sent or been asked about a request is not enough."""
    if not queries.meets(patient, by.unit_id, at):
        raise NotYourPatient(_("Bara en enhet som vårdar patienten nu kan göra detta."))


def refuse_unrelated(patient: Patient, by: Commission, at: datetime) -> None:
    """Whoever writes about the patient has a care relation that opens the patient."""
    if not patients_of(by, at).filter(pk=patient.pk).exists():
        raise NotYourPatient(_("Bara en enhet med en vårdrelation kan skriva om patienten."))


def keeps(row: ClinicalRecord, by: Commission, at: datetime) -> bool:
    """Whether the unit keeps the row: it wrote it, or carries the patient for the same care provider."""
    if row.owner_unit_id == by.unit_id:
        return True
    return row.owner_unit.provider_id == by.provider_id and queries.carries(row.patient, by.unit_id, at)


def refuse_not_keeping(row: ClinicalRecord, by: Commission, at: datetime) -> None:
    """Whoever corrects a row may read it, and works at a unit that keeps it."""
    guard.refuse_unreadable(row, by=by, at=at)
    if not keeps(row, by, at):
        raise NotYourRecord(_("Uppgiften hör till %(unit)s. Be dem att rätta.") % {"unit": row.owner_unit.name})


def refuse_not_knowing(patient: Patient, by: Commission, at: datetime) -> None:
    """Without an accepted request care begins only at a unit that carries the patient or has met the patient before."""
    if not queries.knows(patient, by.unit_id, at):
        raise NotYourPatient(
            _("Er enhet har inte mött patienten förut. Registrera en vårdbegäran och ta emot den, så går det direkt.")
        )


def required(text: str, message: str) -> str:
    """The stripped text, which must not be empty."""
    if not text.strip():
        raise ReasonMissing(message)
    return text.strip()


def can_hold(unit: CareUnit, kind: str) -> bool:
    """Whether a unit of this kind may carry the responsibility.

    Municipal health care holds no care given by physicians: HSL (2017:30) 12 kap. 3 §.
    """
    if unit.kind in NEVER_HOLDS:
        return False
    if kind == ResponsibilityKind.COORDINATION:
        return True
    if unit.kind in CareUnit.SOCIAL_KINDS:
        return False
    return not (kind == ResponsibilityKind.MEDICAL and unit.provider.kind == CareProvider.Kind.MUNICIPALITY)


def works_only_in(unit: CareUnit, municipality: str | None) -> bool:
    """Whether the unit's work ends at the border of ``municipality``; regional units follow the person."""
    return municipality is not None and unit.kind in LOCAL_KINDS and unit.municipality_id == municipality


def refuse_left_behind(patient: Patient, units: Iterable[CareUnit]) -> None:
    """After a move nobody who works only in the municipality that was left takes anything over."""
    move = queries.latest_move(patient)
    if move is not None and move.from_municipality_id != patient.municipality_id:
        found = list(units)
        left = {unit.pk for unit in found if works_only_in(unit, move.from_municipality_id)}
        refuse_units_left([unit.pk for unit in found], left)


def refuse_unable(unit: CareUnit, kinds: Iterable[str]) -> None:
    """Refuse a holder that cannot carry one of ``kinds``."""
    unable = [ResponsibilityKind(kind).label for kind in kinds if not can_hold(unit, kind)]
    if unable:
        raise CannotHold(
            _("%(unit)s kan inte ha detta ansvar: %(kinds)s.")
            % {"unit": unit.name, "kinds": ", ".join(str(label) for label in unable)}
        )


def free_from(ledger: Ledger, unit: Unit, at: datetime) -> datetime | None:
    """From when ``unit`` holds nothing (``at`` or later); None when it will still hold something."""
    if ledger.held_by(unit):
        return None
    held = [line for line in ledger.lines if ledger.holder(line[0], at, line[1]) == unit]
    leaving = (ledger.next_change(kind, at, scope) for kind, scope in held)
    return max([at, *(row.starts_at for row in leaving if row)])
