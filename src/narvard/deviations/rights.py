"""Who takes part in a deviation: the reporter's unit, the unit that it concerns, and the overseers of both providers.

Overseers are the patient-safety units (MAS, MAR) and the management of a care provider. A role decides nothing
about patients here: a deviation is no record, and its patient is opened through ``access`` or not named.
"""

import uuid

from django.db.models import Q

from narvard.deviations.models import Deviation
from narvard.deviations.states import ACTS, Side, is_possible, side_of, situation
from narvard.organisation.models import Commission

Role = Commission.Role
OVERSEERS = frozenset({Role.SAFETY, Role.MANAGER})
# Runs the system and takes part in no case; sees what they reported themselves.
_NO_PART = frozenset({Role.ADMINISTRATOR})


def oversees(by: Commission, provider: uuid.UUID) -> bool:
    """Whether ``by`` is one of the provider's overseers."""
    return by.role in OVERSEERS and by.provider_id == provider


def received_by(by: Commission) -> Q:
    """Deviations that concern the acting unit, or for an overseer any unit of the provider."""
    if by.role in _NO_PART:
        return Q(pk__in=[])
    return Q(unit__provider=by.provider_id) if by.role in OVERSEERS else Q(unit=by.unit_id)


def reported_by(by: Commission) -> Q:
    """Deviations that the acting unit reported, or for an overseer any unit of the provider."""
    if by.role in _NO_PART:
        return Q(reporter=by)
    own = Q(reporter_unit=by.unit_id) | Q(reporter=by)
    return own | Q(reporter_unit__provider=by.provider_id) if by.role in OVERSEERS else own


def sides(row: Deviation, by: Commission) -> frozenset[Side]:
    """The sides that ``by`` acts for; ``unit`` and ``reporter_unit`` are fetched. Empty for an outsider."""
    found = set()
    if by.role not in _NO_PART:
        if by.unit_id == row.unit_id or oversees(by, row.unit.provider_id):
            found.add(Side.RECEIVER)
        if by.unit_id == row.reporter_unit_id or oversees(by, row.reporter_unit.provider_id):
            found.add(Side.REPORTER)
    if by.pk == row.reporter_id:
        found.add(Side.REPORTER)
    return frozenset(found)


def offered(row: Deviation, by: Commission) -> frozenset[str]:
    """The acts that ``by`` may do now."""
    now, own = situation(row), sides(row, by)
    return frozenset(act for act in ACTS if side_of(act) in own and is_possible(now, act))


def may_mark(row: Deviation, by: Commission) -> bool:
    """Whether ``by`` may mark it for assessment as lex Maria or lex Sarah: an overseer of either provider."""
    return oversees(by, row.unit.provider_id) or oversees(by, row.reporter_unit.provider_id)


def sees_reporter(row: Deviation, by: Commission, *, has_safety: bool) -> bool:
    """Whether ``by`` may see who reported: the reporter, and the patient-safety unit of the receiving provider.

    ``has_safety`` tells whether that provider has such a unit; where it has none its management stands in.
    """
    if by.staff_id == row.reporter.staff_id:
        return True
    wanted = Role.SAFETY if has_safety else Role.MANAGER
    return by.role == wanted and by.provider_id == row.unit.provider_id
