"""One step of a request: state, keeper, clock, history, care relations and audit row, moved together."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from django.utils import timezone
from django.utils.translation import gettext as _

from narvard.core import audit, once
from narvard.intake import clocks, states
from narvard.intake.errors import NotYourRequest, ReasonMissing, TeamCannotReceive
from narvard.intake.models import CareRequest, RequestEvent
from narvard.intake.queries import pace_of
from narvard.intake.relations import keep_relations
from narvard.intake.rights import lasting_parties
from narvard.intake.states import Act, Situation
from narvard.organisation.models import CareUnit, Commission
from narvard.organisation.queries import is_closed_down

Kind = RequestEvent.Kind

# The acts that only the asked or accepting team can do.
_TEAMS_OWN = frozenset({Act.DECLINE, Act.FORWARD, Act.MISSENT, Act.START_CARE})


@dataclass(frozen=True)
class Suggestion:
    """What the coordinator saw when a team was chosen: the chosen team's verdict and all options, as plain data."""

    verdict: str
    options: Sequence[dict[str, Any]] = ()

    @property
    def is_override(self) -> bool:
        """Whether the choice goes against the criteria; unknown is not no."""
        return self.verdict == "not"


def locked(request: UUID, version: int | None) -> CareRequest:
    return once.lock(CareRequest.objects.all(), request, version)


def owner_only(row: CareRequest, by: Commission) -> None:
    if by.unit_id != row.owner_unit_id:
        raise NotYourRequest(_("Bara det gemensamma intaget kan göra det."))


def lasting_only(row: CareRequest, by: Commission) -> None:
    if by.unit_id not in lasting_parties(row):
        raise NotYourRequest(_("Bara den som skickade eller skrev begäran, eller intaget, kan göra det."))


def words(reason: str, next_step: str | None = None) -> None:
    if not reason.strip():
        raise ReasonMissing(_("Skriv skälet. Den som väntar på besked läser det."))
    if next_step is not None and not next_step.strip():
        raise ReasonMissing(_("Skriv nästa steg: vem som gör vad nu."))


def check_team(unit: CareUnit, at: datetime) -> None:
    if unit.kind != CareUnit.Kind.TEAM:
        raise TeamCannotReceive(_("%(unit)s är inget mobilt team.") % {"unit": unit.name})
    if is_closed_down(unit, timezone.localdate(at)):
        raise TeamCannotReceive(_("%(unit)s är nedlagt eller inte öppnat än. Välj ett annat team.") % {"unit": unit})


def step(
    row: CareRequest,
    act: Act,
    kind: Kind,
    *,
    by: Commission,
    at: datetime,
    team: CareUnit | None = None,
    reason: str = "",
    next_step: str = "",
    seen: Suggestion | None = None,
) -> CareRequest:
    """Move the locked request one step: state, keeper, clock, history, relations and audit together."""
    before = states.situation(row)
    after = states.follow(before, act, intake=row.owner_unit_id, team=team.pk if team else None)
    if act in _TEAMS_OWN and by.unit_id != row.team_id:
        raise NotYourRequest(_("Begäran ligger inte hos er enhet."))
    row.state, row.outcome, row.keeper_id, row.team_id = after.state, after.outcome, after.keeper, after.team
    _set_clocks(row, act, after, at)
    once.save(row, "state", "outcome", "keeper", "team", "due_at", "first_contact_due_at")
    note(row, kind, by=by, at=at, reason=reason, next_step=next_step, seen=seen)
    keep_relations(row, before, by=by, at=at)
    log(row, act.value, by=by, at=at)
    return row


def _set_clocks(row: CareRequest, act: Act, after: Situation, at: datetime) -> None:
    pace = pace_of(after.team, timezone.localdate(at)) if after.clock and after.team else clocks.DEFAULT_PACE
    if act in {Act.REOPEN, Act.LIVES} or row.urgency in pace.first_contact_working_days:
        row.first_contact_due_at = clocks.first_contact_due(row.urgency, at, pace)
    row.due_at = clocks.running(after.clock, row.channel, row.urgency, at, row.first_contact_due_at, pace)


def note(
    row: CareRequest,
    kind: Kind,
    *,
    by: Commission,
    at: datetime,
    reason: str = "",
    next_step: str = "",
    seen: Suggestion | None = None,
) -> None:
    RequestEvent.objects.create(
        request=row,
        sequence=row.events.count() + 1,
        kind=kind,
        at=at,
        by=by,
        state=row.state,
        keeper_id=row.keeper_id,
        team_id=row.team_id,
        due_at=row.due_at,
        reason=reason.strip(),
        next_step=next_step.strip(),
        override=bool(seen and seen.is_override),
        options=list(seen.options) if seen and seen.options else None,
    )


def log(row: CareRequest, act: str, *, by: Commission, at: datetime) -> None:
    audit.write(f"intake.{act}", by=by, at=at, patients=[row.patient_id], object_kind="carerequest", object_id=row.pk)
