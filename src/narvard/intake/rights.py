"""Which acts a unit may do on a request as it stands: what the page offers. The actions check for themselves."""

from uuid import UUID

from django.utils.translation import gettext as _

from narvard.intake.errors import NotYourRequest
from narvard.intake.models import CareRequest
from narvard.intake.states import Act, is_possible, situation
from narvard.organisation.models import CareUnit, Commission

_TEAM = frozenset({Act.DECLINE, Act.FORWARD, Act.MISSENT})
_INTAKE = frozenset({Act.ASSIGN, Act.REFUSE, Act.NOT_OURS})
_ENDS = frozenset({Act.WITHDRAW, Act.REOPEN})
_ROOM = frozenset({Act.WAIT, Act.REASSESS, Act.LEAVE})
# Roles that read requests without deciding on them.
_READERS = frozenset({Commission.Role.PLANNER, Commission.Role.MANAGER, Commission.Role.SAFETY})


def lasting_parties(row: CareRequest) -> frozenset[UUID]:
    """The units that take part from first to last: the intake, the sender, and the unit that wrote it down."""
    return frozenset({row.owner_unit_id, row.sender_unit_id, row.registered_by.unit_id})


def refuse_outsider(row: CareRequest, by: Commission) -> None:
    """Refuse a unit that takes no part in the request as it stands."""
    if by.unit_id not in lasting_parties(row) | {row.team_id, row.keeper_id, row.backup_id}:
        raise NotYourRequest(_("Begäran ligger inte hos er enhet."))


def offered(row: CareRequest, by: Commission) -> frozenset[Act]:
    """The acts that ``by`` may do now."""
    if by.role in _READERS:
        return frozenset()
    now = situation(row)
    return frozenset(act for act in _parts_of(row, by) if is_possible(now, act))


def _parts_of(row: CareRequest, by: Commission) -> frozenset[Act]:
    """The acts that the unit's part in the request gives, whatever its state."""
    acts: frozenset[Act] = frozenset()
    if by.unit_id == row.team_id:
        acts |= _TEAM | {Act.TAKE, Act.ADVISE}
    if by.unit.kind == CareUnit.Kind.TEAM and row.state == CareRequest.State.NEW:
        acts |= {Act.TAKE}
    if by.unit_id == row.owner_unit_id:
        acts |= _INTAKE | {Act.ADVISE}
    if by.unit_id == row.backup_id:
        acts |= {Act.ASSIGN, Act.ADVISE}
    if by.unit_id in {row.owner_unit_id, row.keeper_id, row.team_id, row.backup_id}:
        acts |= _ROOM | {Act.ACKNOWLEDGE}
    if by.unit_id in {row.keeper_id, row.team_id}:
        acts |= {Act.DISPATCH}
    if by.unit_id in lasting_parties(row):
        acts |= _ENDS
    return acts | {Act.DETERIORATE}
