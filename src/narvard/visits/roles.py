"""Who must come to a visit, as callers ask for it."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from django.utils.translation import gettext as _

from narvard.core.errors import Refused
from narvard.organisation.models import CareUnit, Competence, Staff
from narvard.organisation.queries import is_closed_down


class BadRoles(Refused):
    """A visit asks for nobody, or for a unit that is closed."""


@dataclass(frozen=True, slots=True)
class RoleSpec:
    """One of the people who must come: from which unit, of which profession and with which competence."""

    unit: CareUnit
    profession: str = ""
    competence: Competence | None = None
    preferred_staff: Staff | None = None


def check_roles(roles: Sequence[RoleSpec], day: date) -> None:
    """Raise :class:`BadRoles` unless somebody is asked for and every asked unit exists on ``day``."""
    if not roles:
        raise BadRoles(_("Välj vem som ska komma."))
    for role in roles:
        if is_closed_down(role.unit, day):
            raise BadRoles(_("%(unit)s finns inte den dagen och kan inte göra besök.") % {"unit": role.unit.name})
