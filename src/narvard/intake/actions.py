"""Writes of the intake room: what happens to a request, each step with its history, audit row and care relations."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from uuid import UUID

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from narvard.core import audit, once
from narvard.intake import clocks, states
from narvard.intake.definitions import Definition, packaged
from narvard.intake.errors import NotYourRequest, ReasonMissing, RequestNotValid, TeamCannotReceive, VersionNotValid
from narvard.intake.models import CareRequest, Channel, ProgrammeVersion, RequestEvent, Urgency
from narvard.intake.queries import pace_of
from narvard.intake.references import free_reference
from narvard.intake.relations import keep_relations
from narvard.intake.rights import lasting_parties
from narvard.intake.states import Act, Situation
from narvard.organisation.models import CareUnit, Commission, Programme
from narvard.organisation.queries import is_closed_down
from narvard.people.models import Patient

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


@transaction.atomic
def register_request(
    *,
    patient: Patient,
    intake: CareUnit,
    sender_unit: CareUnit,
    channel: str,
    urgency: str,
    question: str,
    by: Commission,
    at: datetime,
    background: str = "",
    caller_name: str = "",
    caller_phone: str = "",
    wished_from: datetime | None = None,
    wished_until: datetime | None = None,
) -> CareRequest:
    """Register a request; one line (``question``) is enough. The joint ``intake`` owns it."""
    _check_request(patient, question, wished_from, wished_until)
    begun = states.begin(Channel(channel), sender_unit.pk, intake.pk)
    first_contact = clocks.first_contact_due(Urgency(urgency), at)
    row = CareRequest(
        patient=patient,
        owner_unit=intake,
        sender_unit=sender_unit,
        channel=channel,
        urgency=urgency,
        question=question.strip(),
        background=background.strip(),
        caller_name=caller_name.strip(),
        caller_phone=caller_phone.strip(),
        wished_from=wished_from,
        wished_until=wished_until,
        registered_by=by,
        registered_at=at,
        keeper_id=begun.keeper,
        first_contact_due_at=first_contact,
        due_at=clocks.running(begun.clock, channel, urgency, at, first_contact),
    )
    row.reference = free_reference(row.pk)
    row.save(force_insert=True)
    _note(row, Kind.REGISTERED, by=by, at=at)
    keep_relations(row, None, by=by, at=at)
    _audit(row, "register_request", by=by, at=at)
    return row


def _check_request(patient: Patient, question: str, start: datetime | None, end: datetime | None) -> None:
    if not question.strip():
        raise RequestNotValid(_("Skriv en rad om vad begäran gäller."))
    if patient.died_at is not None:
        raise RequestNotValid(_("Personen är registrerad som avliden. Kontrollera numret."))
    if start is not None and end is not None and end < start:
        raise RequestNotValid(_("Önskad tid slutar innan den börjar."))


@transaction.atomic
def register_taken_request(*, by: Commission, at: datetime, **request: Any) -> CareRequest:
    """A team that was phoned registers what it took: registered and accepted in one act."""
    row = register_request(by=by, at=at, **request)
    return take_request(request=row.pk, by=by, at=at)


@transaction.atomic
def assign_request(
    *,
    request: UUID,
    team: CareUnit,
    suggestion: Suggestion,
    by: Commission,
    at: datetime,
    reason: str = "",
    version: int | None = None,
) -> CareRequest:
    """The coordinator asks ``team``; a team whose criteria are not met needs a reason, which is counted."""
    row = _locked(request, version)
    _owner_only(row, by)
    if suggestion.is_override and not reason.strip():
        raise ReasonMissing(_("Teamets krav är inte uppfyllda. Skriv varför teamet ändå ska få begäran."))
    _check_team(team, at)
    return _step(row, Act.ASSIGN, Kind.ASSIGNED, by=by, at=at, team=team, reason=reason, seen=suggestion)


@transaction.atomic
def take_request(*, request: UUID, by: Commission, at: datetime, version: int | None = None) -> CareRequest:
    """The asked team accepts, or a team takes a request that nobody has been asked about (a phone call)."""
    row = _locked(request, version)
    if row.state == states.State.ASKED and row.team_id != by.unit_id:
        raise NotYourRequest(_("Ett annat team har fått frågan. Be koordinatorn fördela om."))
    _check_team(by.unit, at)
    return _step(row, Act.TAKE, Kind.ACCEPTED, by=by, at=at, team=by.unit)


@transaction.atomic
def decline_request(
    *, request: UUID, reason: str, next_step: str, by: Commission, at: datetime, version: int | None = None
) -> CareRequest:
    """The team says no, with a reason and a next step; the request goes back to the intake."""
    row = _locked(request, version)
    _words(reason, next_step)
    return _step(row, Act.DECLINE, Kind.DECLINED, by=by, at=at, reason=reason, next_step=next_step)


@transaction.atomic
def forward_request(
    *, request: UUID, team: CareUnit, reason: str, by: Commission, at: datetime, version: int | None = None
) -> CareRequest:
    """The team sends the request on to another team; whoever kept the case keeps it until that team accepts."""
    row = _locked(request, version)
    _words(reason)
    _check_team(team, at)
    return _step(row, Act.FORWARD, Kind.FORWARDED, by=by, at=at, team=team, reason=reason)


@transaction.atomic
def mark_missent(
    *, request: UUID, reason: str, by: Commission, at: datetime, next_step: str = "", version: int | None = None
) -> CareRequest:
    """Not for us: a team gives it back to the intake; the intake gives it back to the sender, with a next step."""
    row = _locked(request, version)
    _words(reason)
    if row.state != states.State.NEW:
        return _step(row, Act.MISSENT, Kind.MISSENT, by=by, at=at, reason=reason, next_step=next_step)
    _owner_only(row, by)
    _words(reason, next_step)
    return _step(row, Act.NOT_OURS, Kind.MISSENT, by=by, at=at, reason=reason, next_step=next_step)


@transaction.atomic
def withdraw_request(
    *, request: UUID, reason: str, by: Commission, at: datetime, version: int | None = None
) -> CareRequest:
    """The sender (or the intake, told by the sender) takes the request back."""
    row = _locked(request, version)
    _words(reason)
    _lasting_only(row, by)
    return _step(row, Act.WITHDRAW, Kind.WITHDRAWN, by=by, at=at, reason=reason)


@transaction.atomic
def reopen_request(
    *, request: UUID, reason: str, by: Commission, at: datetime, version: int | None = None
) -> CareRequest:
    """Open an ended request again; it starts over at the intake with new clocks."""
    row = _locked(request, version)
    _words(reason)
    _lasting_only(row, by)
    if row.patient.died_at is not None:
        raise RequestNotValid(_("Personen är registrerad som avliden."))
    return _step(row, Act.REOPEN, Kind.REOPENED, by=by, at=at, reason=reason)


@transaction.atomic
def close_with_advice(
    *, request: UUID, advice: str, by: Commission, at: datetime, version: int | None = None
) -> CareRequest:
    """Advice was enough: what was said is kept, and the request ends."""
    row = _locked(request, version)
    _words(advice)
    if by.unit_id not in {row.owner_unit_id, row.team_id}:
        raise NotYourRequest(_("Bara intaget och teamet som har begäran kan avsluta den med råd."))
    return _step(row, Act.ADVISE, Kind.CLOSED, by=by, at=at, reason=advice)


@transaction.atomic
def refuse_request(
    *, request: UUID, reason: str, next_step: str, by: Commission, at: datetime, version: int | None = None
) -> CareRequest:
    """The intake finds no team that can take it: back to the sender with a next step, and counted as unmet need."""
    row = _locked(request, version)
    _owner_only(row, by)
    _words(reason, next_step)
    return _step(row, Act.REFUSE, Kind.CLOSED, by=by, at=at, reason=reason, next_step=next_step)


@transaction.atomic
def end_with_episode(*, request: UUID, by: Commission, at: datetime, version: int | None = None) -> CareRequest:
    """Care has begun a contact or an enrolment: the request has led to what it asked for."""
    return _step(_locked(request, version), Act.START_CARE, Kind.CLOSED, by=by, at=at)


@transaction.atomic
def close_for_death(*, patient: Patient, by: Commission, at: datetime) -> list[CareRequest]:
    """End every open request of a person who has died."""
    rows = CareRequest.objects.filter(patient=patient).exclude(state=states.State.CLOSED).order_by("pk")
    return [_step(_locked(pk, None), Act.DIE, Kind.CLOSED, by=by, at=at) for pk in rows.values_list("pk", flat=True)]


@transaction.atomic
def reopen_after_death(*, patient: Patient, reason: str, by: Commission, at: datetime) -> list[CareRequest]:
    """A death was registered by mistake: the requests it ended start over at the intake with new clocks."""
    _words(reason)
    rows = CareRequest.objects.filter(patient=patient, outcome=CareRequest.Outcome.DIED).order_by("pk")
    keys = list(rows.values_list("pk", flat=True))
    return [_step(_locked(pk, None), Act.LIVES, Kind.REOPENED, by=by, at=at, reason=reason) for pk in keys]


@transaction.atomic
def load_programmes(
    *, decided_by: str, valid_from: date, by: audit.Actor, at: datetime, definitions: Iterable[Definition] | None = None
) -> list[ProgrammeVersion]:
    """Put definitions (the packaged ones, if none are given) in force from a date; unchanged ones are left alone.

    Returns the new versions. A version is never changed: another text on the same day is refused.
    """
    chosen = packaged() if definitions is None else definitions
    made = [_new_version(row, decided_by=decided_by, valid_from=valid_from) for row in chosen]
    versions = [version for version in made if version is not None]
    for version in versions:
        audit.write("intake.load_programmes", by=by, at=at, object_kind="programmeversion", object_id=version.pk)
    return versions


def _new_version(definition: Definition, *, decided_by: str, valid_from: date) -> ProgrammeVersion | None:
    names = {"name": definition.name, "kind": definition.kind}
    programme, _created = Programme.objects.update_or_create(key=definition.key, defaults=names)
    latest = programme.versions.order_by("-number").first()
    if latest is not None and latest.definition == definition.data:
        return None
    if latest is not None and latest.valid_from >= valid_from:
        raise VersionNotValid(
            _("%(name)s har redan en version från %(day)s. Välj ett senare datum.")
            % {"name": definition.name, "day": latest.valid_from}
        )
    number = latest.number + 1 if latest else 1
    return ProgrammeVersion.objects.create(
        programme=programme,
        number=number,
        valid_from=valid_from,
        decided_by=decided_by,
        definition=dict(definition.data),
    )


def _locked(request: UUID, version: int | None) -> CareRequest:
    return once.lock(CareRequest.objects.all(), request, version)


def _owner_only(row: CareRequest, by: Commission) -> None:
    if by.unit_id != row.owner_unit_id:
        raise NotYourRequest(_("Bara det gemensamma intaget kan göra det."))


def _lasting_only(row: CareRequest, by: Commission) -> None:
    if by.unit_id not in lasting_parties(row):
        raise NotYourRequest(_("Bara den som skickade eller skrev begäran, eller intaget, kan göra det."))


def _words(reason: str, next_step: str | None = None) -> None:
    if not reason.strip():
        raise ReasonMissing(_("Skriv skälet. Den som väntar på besked läser det."))
    if next_step is not None and not next_step.strip():
        raise ReasonMissing(_("Skriv nästa steg: vem som gör vad nu."))


def _check_team(unit: CareUnit, at: datetime) -> None:
    if unit.kind != CareUnit.Kind.TEAM:
        raise TeamCannotReceive(_("%(unit)s är inget mobilt team.") % {"unit": unit.name})
    if is_closed_down(unit, timezone.localdate(at)):
        raise TeamCannotReceive(_("%(unit)s är nedlagt eller inte öppnat än. Välj ett annat team.") % {"unit": unit})


def _step(
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
    _note(row, kind, by=by, at=at, reason=reason, next_step=next_step, seen=seen)
    keep_relations(row, before, by=by, at=at)
    _audit(row, act.value, by=by, at=at)
    return row


def _set_clocks(row: CareRequest, act: Act, after: Situation, at: datetime) -> None:
    pace = pace_of(after.team, timezone.localdate(at)) if after.clock and after.team else clocks.DEFAULT_PACE
    if act in {Act.REOPEN, Act.LIVES} or row.urgency in pace.first_contact_working_days:
        row.first_contact_due_at = clocks.first_contact_due(row.urgency, at, pace)
    row.due_at = clocks.running(after.clock, row.channel, row.urgency, at, row.first_contact_due_at, pace)


def _note(
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


def _audit(row: CareRequest, act: str, *, by: Commission, at: datetime) -> None:
    audit.write(f"intake.{act}", by=by, at=at, patients=[row.patient_id], object_kind="carerequest", object_id=row.pk)
