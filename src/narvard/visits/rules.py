"""Rules that several actions share: how long a visit may be, what kind of information a note holds."""

from collections.abc import Sequence
from datetime import date

from django.utils.translation import gettext as _

from narvard.core import audit
from narvard.core.errors import Refused
from narvard.organisation.models import CareUnit, Commission, Profession
from narvard.people.models import InformationKind
from narvard.visits import queries
from narvard.visits.roles import RoleSpec


class LongerThanShifts(Refused):
    """The visit is longer than any working day of a unit that is asked for."""


def check_length(minutes: int, roles: Sequence[RoleSpec], day: date) -> None:
    """Raise :class:`LongerThanShifts` if a unit that has shifts from ``day`` on has none that is long enough."""
    for role in roles:
        longest = queries.longest_shift_minutes(role.unit, day)
        if longest is not None and minutes > longest:
            raise LongerThanShifts(
                _("Besöket är %(minutes)d min, längre än något arbetspass på %(unit)s (längst %(longest)d min).")
                % {"minutes": minutes, "unit": role.unit.name, "longest": longest}
            )


class NotYourNeed(Refused):
    """Only the unit that asks for visits, and who plans its care area, changes what is asked for."""


class NotYourArea(Refused):
    """Only who plans a care area moves its visits."""


PLANNERS = frozenset({Commission.Role.PLANNER, Commission.Role.COORDINATOR})


def plans(by: Commission, unit: CareUnit) -> bool:
    """Whether the person plans the care area of ``unit``."""
    return plans_area(by, unit.care_area)


def plans_area(by: Commission, care_area: str) -> bool:
    """Whether the person plans ``care_area``: planners and coordinators do for that of their own unit."""
    return by.role in PLANNERS and bool(care_area) and by.unit.care_area == care_area


def check_asks(unit: CareUnit, by: Commission) -> None:
    """Raise :class:`NotYourNeed` unless ``by`` works at the asking ``unit`` or plans its care area."""
    if by.unit_id != unit.pk and not plans(by, unit):
        # Nameless: which unit it is may be hidden from who is refused (access.naming).
        raise NotYourNeed(_("Bara enheten som bad om besöket och de som planerar området kan ändra det."))


def check_plans(unit: CareUnit, by: Commission) -> None:
    """Raise :class:`NotYourArea` unless ``by`` plans the care area of ``unit``."""
    if not plans(by, unit):
        raise NotYourArea(_("Bara de som planerar området kan flytta eller låsa besök."))


def check_plans_area(care_area: str, by: audit.Actor) -> None:
    """Raise :class:`NotYourArea` unless ``by`` plans ``care_area``; the system itself (clock, loader) may."""
    if by is not audit.SYSTEM and not (isinstance(by, Commission) and plans_area(by, care_area)):
        raise NotYourArea(_("Bara de som planerar området kan ändra dagens pass och plan."))


_REHABILITATION = frozenset(
    {
        Profession.PHYSIOTHERAPIST,
        Profession.OCCUPATIONAL_THERAPIST,
        Profession.SPEECH_THERAPIST,
        Profession.DIETITIAN,
        Profession.COUNSELLOR,
    }
)


def kind_of_note(by: Commission) -> InformationKind:
    """What kind of information a person's note holds, from their purpose and profession."""
    if by.purpose == Commission.Purpose.SOCIAL:
        return InformationKind.SOCIAL
    if by.staff.profession == Profession.PHYSICIAN:
        return InformationKind.MEDICAL
    if by.staff.profession == Profession.PSYCHOLOGIST:
        return InformationKind.PSYCHIATRY
    if by.staff.profession in _REHABILITATION:
        return InformationKind.REHABILITATION
    return InformationKind.NURSING
