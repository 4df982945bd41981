"""Who must come to a visit, as callers ask for it."""

from collections.abc import Sequence
from dataclasses import dataclass

from django.utils.translation import gettext as _

from narvard.core.errors import Refused
from narvard.organisation.models import CareUnit, Competence, Staff


class BadRoles(Refused):
    """A visit asks for nobody, or for a unit that is closed."""


@dataclass(frozen=True, slots=True)
class RoleSpec:
    """One of the people who must come: from which unit, of which profession and with which competence."""

    unit: CareUnit
    profession: str = ""
    competence: Competence | None = None
    preferred_staff: Staff | None = None


def check_roles(roles: Sequence[RoleSpec]) -> None:
    """Raise :class:`BadRoles` unless somebody is asked for and every asked unit is open for good."""
    if not roles:
        raise BadRoles(_("Välj vem som ska komma."))
    for role in roles:
        if role.unit.closed_on is not None:
            raise BadRoles(_("%(unit)s är nedlagd och kan inte göra besök.") % {"unit": role.unit.name})
