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
from narvard.intake.models import CareRequest, RequestEvent, Rung
from narvard.intake.queries import pace_of, programme_has_ended
from narvard.intake.relations import keep_relations
from narvard.intake.rights import lasting_parties
from narvard.intake.states import Act, Situation
from narvard.organisation.models import CareUnit, Commission
from narvard.organisation.queries import is_closed_down

Kind = RequestEvent.Kind

# The acts that only the asked or accepting team can do.
_TEAMS_OWN = frozenset({Act.DECLINE, Act.FORWARD, Act.MISSENT, Act.START_CARE})
# The acts that the clock of the awaited step asks for.
_ANSWERS = frozenset(
    {Act.ASSIGN, Act.TAKE, Act.DECLINE, Act.FORWARD, Act.MISSENT, Act.ADVISE, Act.REFUSE, Act.NOT_OURS, Act.START_CARE}
)
_MOVED = (
    *("state", "outcome", "keeper", "team", "due_at", "step_due_at", "first_contact_due_at"),
    *("waiting_since", "risk", "assessed_at", "reassess_due_at", "escalation", "backup"),
)


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
    """The request, locked until the transaction ends; refused when the page that it was seen on is old."""
    return once.lock(CareRequest.objects.all(), request, version)


def owner_only(row: CareRequest, by: Commission) -> None:
    """Refuse anybody but the joint intake, and the fallback unit when a clock has been escalated to it."""
    if by.unit_id not in {row.owner_unit_id, row.backup_id}:
        raise NotYourRequest(_("Bara det gemensamma intaget kan göra det."))


def lasting_only(row: CareRequest, by: Commission) -> None:
    """Refuse anybody but the intake, the sender and the unit that wrote the request down."""
    if by.unit_id not in lasting_parties(row):
        raise NotYourRequest(_("Bara den som skickade eller skrev begäran, eller intaget, kan göra det."))


def words(reason: str, next_step: str | None = None) -> None:
    """Refuse an act without its reason, or without its next step when one is asked for."""
    if not reason.strip():
        raise ReasonMissing(_("Skriv skälet. Den som väntar på besked läser det."))
    if next_step is not None and not next_step.strip():
        raise ReasonMissing(_("Skriv nästa steg: vem som gör vad nu."))


def check_team(unit: CareUnit, at: datetime) -> None:
    """Refuse a unit that is no team, that does not exist at ``at``, or whose programme has ended."""
    if unit.kind != CareUnit.Kind.TEAM:
        raise TeamCannotReceive(_("%(unit)s är inget mobilt team.") % {"unit": unit.name})
    if is_closed_down(unit, timezone.localdate(at)):
        raise TeamCannotReceive(_("%(unit)s är nedlagt eller inte öppnat än. Välj ett annat team.") % {"unit": unit})
    if programme_has_ended(unit.pk, timezone.localdate(at)):
        raise TeamCannotReceive(
            _("%(unit)s arbetar efter ett program som har upphört. Välj ett annat team.") % {"unit": unit}
        )


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
    risk: int | None = None,
) -> CareRequest:
    """Move the locked request one step: state, keeper, clock, history, relations and audit together.

    ``risk`` is how the person was found, for acts that put somebody in the waiting room or look at them again.
    """
    before = states.situation(row)
    after = states.follow(before, act, intake=row.owner_unit_id, team=team.pk if team else None)
    if act in _TEAMS_OWN and by.unit_id != row.team_id:
        raise NotYourRequest(_("Begäran ligger inte hos er enhet."))
    answered = _answered(row, act)
    row.state, row.outcome, row.keeper_id, row.team_id = after.state, after.outcome, after.keeper, after.team
    _set_clocks(row, act, after, at)
    _set_waiting(row, act, after, at, risk)
    row.due_at = _nearest(row)
    _set_escalation(row, act, after, at)
    once.save(row, *_MOVED)
    met = None if answered is None else at <= answered
    note(row, kind, by=by, at=at, reason=reason, next_step=next_step, seen=seen, met=met, risk=risk)
    keep_relations(row, before, by=by, at=at)
    log(row, act.value, by=by, at=at)
    return row


def _answered(row: CareRequest, act: Act) -> datetime | None:
    """When the clock that ``act`` answers would have run out; None for acts that no clock asks for."""
    if act is Act.REASSESS:
        return row.reassess_due_at
    return row.step_due_at if act in _ANSWERS else None


def _set_clocks(row: CareRequest, act: Act, after: Situation, at: datetime) -> None:
    """Start the clock of the next step; acts that leave state and team alone leave it running."""
    if act in states.STAYING:
        return
    pace = _pace_of(after.team if after.clock else None, at)
    if act in {Act.REOPEN, Act.LIVES}:
        row.first_contact_due_at = clocks.first_contact_due(row.urgency, at, pace)
    elif row.urgency in pace.first_contact_working_days:
        row.first_contact_due_at = clocks.first_contact_due(row.urgency, _counted_from(row), pace)
    row.step_due_at = clocks.running(after.clock, row.channel, row.urgency, at, row.first_contact_due_at, pace)


def _pace_of(unit: UUID | None, at: datetime) -> clocks.Pace:
    return pace_of(unit, timezone.localdate(at)) if unit else clocks.DEFAULT_PACE


def _counted_from(row: CareRequest) -> datetime:
    """From when the patient has waited: being sent from team to team never starts the clock over."""
    reopened = row.events.filter(kind=Kind.REOPENED).order_by("-sequence").values_list("at", flat=True).first()
    return reopened or row.registered_at


def _set_waiting(row: CareRequest, act: Act, after: Situation, at: datetime, risk: int | None) -> None:
    """In the waiting room: since when, how the person is, and when somebody looks again."""
    if not after.waits:
        row.waiting_since = row.risk = row.assessed_at = row.reassess_due_at = None
    elif act in {Act.WAIT, Act.REASSESS}:
        if risk is None:
            raise ValueError(f"{act} needs the risk that was found")
        row.waiting_since = row.waiting_since or at
        row.risk, row.assessed_at = risk, at
        row.reassess_due_at = clocks.reassess_due(row.urgency, risk, at, _pace_of(after.keeper, at))
    elif act is Act.TAKE and row.assessed_at and row.risk and row.reassess_due_at:
        # The team that now keeps the case may look more often; a clock that runs is never put off by it.
        own = clocks.reassess_due(row.urgency, row.risk, row.assessed_at, _pace_of(after.keeper, at))
        row.reassess_due_at = min(row.reassess_due_at, own)


def _nearest(row: CareRequest) -> datetime | None:
    """When the next thing must have happened: the awaited step, or the next look at one who waits."""
    return min((due for due in (row.step_due_at, row.reassess_due_at) if due is not None), default=None)


def _set_escalation(row: CareRequest, act: Act, after: Situation, at: datetime) -> None:
    """An escalation ends with an act that starts another clock, or leaves nothing late; never by being looked at."""
    row.backup_id = after.backup
    if act not in states.STAYING or (row.due_at is not None and row.due_at > at):
        row.escalation, row.backup_id = Rung.NONE, None


def note(row: CareRequest, kind: Kind, *, by: Commission | None, at: datetime, **told: Any) -> RequestEvent:
    """Add to the history; ``told`` holds the event's other fields, and ``seen`` for what the coordinator saw."""
    seen: Suggestion | None = told.pop("seen", None)
    words = {name: told.pop(name, "").strip() for name in ("reason", "next_step")}
    return RequestEvent.objects.create(
        request=row,
        sequence=row.events.count() + 1,
        kind=kind,
        at=at,
        by=by,
        state=row.state,
        keeper_id=row.keeper_id,
        team_id=row.team_id,
        due_at=row.due_at,
        override=bool(seen and seen.is_override),
        options=list(seen.options) if seen and seen.options else None,
        **words,
        **told,
    )


def log(row: CareRequest, act: str, *, by: audit.Actor, at: datetime) -> None:
    """Write the act's audit row."""
    audit.write(f"intake.{act}", by=by, at=at, patients=[row.patient_id], object_kind="carerequest", object_id=row.pk)
