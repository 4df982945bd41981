"""The rule that no visit is longer than a working day of those who are asked to make it."""

from collections.abc import Sequence
from datetime import date

from django.utils.translation import gettext as _

from narvard.core.errors import Refused
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
