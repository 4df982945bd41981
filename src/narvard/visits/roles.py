"""Who must come to a visit, as callers ask for it."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from typing import TypeVar

from django.utils.translation import gettext as _

from narvard.core.errors import Refused
from narvard.organisation.models import CareUnit, Competence, Staff
from narvard.organisation.queries import is_closed_down
from narvard.visits.models import NeedRole, VisitRole

Role = TypeVar("Role", NeedRole, VisitRole)


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


def role_rows(kind: type[Role], roles: Iterable[RoleSpec], **of: object) -> Iterator[Role]:
    """Unsaved rows of ``kind`` for a need or a visit (``need=…`` or ``visit=…``), in the order asked for."""
    for position, role in enumerate(roles, start=1):
        yield kind(
            position=position,
            unit=role.unit,
            profession=role.profession,
            competence=role.competence,
            preferred_staff=role.preferred_staff,
            **of,
        )
