"""Triage across rooms: gather the outlook that the ranking reads, and assign by what was seen."""

import logging
from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from django.db import transaction
from django.db.models import Count
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from narvard.access.guard import OpenPatient, fetch
from narvard.access.models import CareRelation, Consent
from narvard.care.models import Episode
from narvard.core import calendar
from narvard.engines.criteria import Facts, Settled, Statement, WrongFact, settle, value_text
from narvard.flows.cars import Capacity, free_capacity
from narvard.intake.actions import Suggestion, assign_request, take_request
from narvard.intake.errors import ReasonMissing
from narvard.intake.models import CareRequest
from narvard.intake.queries import declined_by, definitions_in_force, requests
from narvard.intake.triage import Candidate, FactSource, Option, Outlook, Reason, rank, sender_gates
from narvard.intake.vocabulary import vocabulary
from narvard.organisation.models import CareUnit, Commission, Programme, Team
from narvard.organisation.queries import in_service, opens_next
from narvard.people.models import Fact, Patient
from narvard.people.queries import age, newest_segment, stated_facts

logger = logging.getLogger(__name__)

_KNOWS = (CareRelation.Kind.ENROLMENT, CareRelation.Kind.CONTACT, CareRelation.Kind.VISIT)


@dataclass(frozen=True)
class FirstLook:
    """A person of whom only identity is known: what a first contact by exact identifier may use."""

    patient: Patient

    @property
    def sees_municipality(self) -> bool:
        """The municipality, unless the identity is protected."""
        return not self.patient.hidden


def outlook(
    opened: OpenPatient | FirstLook,
    *,
    intake: CareUnit,
    channel: str,
    urgency: str,
    at: datetime,
    declined: frozenset[UUID] = frozenset(),
) -> Outlook:
    """What the reader may know of the person, and how the teams of the intake's area stand at ``at``.

    Facts that the reader may not see are left out: a verdict must not tell what a block or another provider hides.
    """
    patient = opened.patient
    values, sources, contradicted = _facts(opened, channel, at)
    place = patient.municipality
    return Outlook(
        at=at,
        channel=channel,
        urgency=urgency,
        facts=Facts(vocabulary(), values),
        sources=sources,
        contradicted=contradicted,
        # Whom the place is hidden from learns nothing of it from which teams go there.
        municipality=place.code if place and opened.sees_municipality else None,
        municipality_name=place.name if place and opened.sees_municipality else "",
        place_hidden=not opened.sees_municipality,
        candidates=_candidates(opened, intake, at),
        declined=declined,
    )


def options(opened: OpenPatient, request: CareRequest, at: datetime) -> tuple[Outlook, list[Option]]:
    """The outlook of a request and its teams in order."""
    seen = outlook(
        opened,
        intake=request.owner_unit,
        channel=request.channel,
        urgency=request.urgency,
        at=at,
        declined=declined_by(request),
    )
    return seen, rank(seen)


@transaction.atomic
def assign(
    *,
    opened: OpenPatient,
    request: CareRequest,
    team: CareUnit,
    by: Commission,
    at: datetime,
    reason: str = "",
    version: int | None = None,
) -> CareRequest:
    """Ask ``team`` and keep, with the choice, the suggestion as it stands now; nothing is trusted from the page."""
    _seen, ranked = options(opened, request, at)
    verdict = next((option.verdict for option in ranked if option.team == team.pk), "not")
    suggestion = Suggestion(verdict, [option.as_data() for option in ranked])
    return assign_request(
        request=request.pk, team=team, suggestion=suggestion, by=by, at=at, reason=reason, version=version
    )


@transaction.atomic
def take(
    *, request: CareRequest, by: Commission, at: datetime, reason: str = "", version: int | None = None
) -> CareRequest:
    """A team takes a request. One that it was not asked about, a phone call, is held to the sender's conditions.

    A condition that does not hold, or that nobody has answered, needs an answer (a fact) or a reason; what does not
    hold is counted with the choices against the criteria.
    """
    if request.state == CareRequest.State.ASKED:
        return take_request(request=request.pk, by=by, at=at, version=version)
    option, gates = _own(request, by, at)
    if gates and not reason.strip():
        told = {"what": "; ".join(gate.text for gate in gates)}
        raise ReasonMissing(
            _("Innan ni tar emot: %(what)s. Svara på frågan, eller skriv varför ni tar emot ändå.") % told
        )
    if option is None or not gates:
        return take_request(request=request.pk, by=by, at=at, version=version)
    verdict = "not" if any(gate.truth == "not_met" for gate in gates) else "unknown"
    seen = Suggestion(verdict, [option.as_data()])
    return take_request(request=request.pk, by=by, at=at, version=version, reason=reason, against=seen)


def _own(request: CareRequest, by: Commission, at: datetime) -> tuple[Option | None, list[Reason]]:
    """The acting team as an option, and what its programme says against this sender."""
    _row, opened = fetch(requests(), request.pk, by=by, at=at, what="flows.take")
    seen = outlook(opened, intake=request.owner_unit, channel=request.channel, urgency=request.urgency, at=at)
    mine = [candidate for candidate in seen.candidates if candidate.team == by.unit_id]
    if not mine:
        return None, []
    (option,) = rank(replace(seen, candidates=mine))
    return option, sender_gates(seen, mine[0])


def _facts(
    opened: OpenPatient | FirstLook, channel: str, at: datetime
) -> tuple[dict[str, object], dict[str, FactSource], frozenset[str]]:
    """Known facts by name, their sources, and the facts that nobody knows because two statements differ."""
    patient, register = opened.patient, FactSource(str(Fact.Source.REGISTER.label))
    values: dict[str, object] = {"age": age(patient, timezone.localdate(at)), "channel": channel}
    if isinstance(opened, FirstLook):
        return values, {"age": register}, frozenset()
    values |= {} if opened.narrow else _registered(opened)
    sources = {name: register for name, value in values.items() if value is not None}
    for row in opened.readable(newest_segment(patient, at)):
        values["segment"] = row.segment or None
        sources["segment"] = FactSource(str(Fact.Source.ASSESSMENT.label), row.since, row.reason)
    rows, settled = _settled(opened, at)
    for name, statement in settled.known.items():
        fact = rows[name]
        values[name] = statement.value
        against = " · ".join(_said(other) for other in settled.against.get(name, ()))
        text = " · ".join(filter(None, [fact.source_text.rstrip("."), against]))
        sources[name] = FactSource(str(fact.get_source_display()), fact.at, text)
    return values, sources, frozenset(settled.contradicted)


def _settled(opened: OpenPatient, at: datetime) -> tuple[dict[str, Fact], Settled]:
    """The newest readable row of each fact, and what the statements come to.

    A fact whose newest row is hidden from the reader is unknown: an older value must not stand in for it. A stored
    value of the wrong type is unknown too, and logged.
    """
    stated = list(stated_facts(opened.patient, at))
    newest: dict[str, Fact] = {}
    for row in stated:
        newest.setdefault(row.name, row)
    readable = {row.pk for row in opened.readable(stated)}
    shown = {name: row for name, row in newest.items() if row.pk in readable and _fits(row)}
    statements = [
        Statement(row.name, vocabulary()[row.name].check(row.value), row.at, row.source)
        for row in stated
        if row.name in shown and row.pk in readable and (row.pk == shown[row.name].pk or _fits(row))
    ]
    return shown, settle(statements)


def _said(other: Statement) -> str:
    """What another source says: "anhörig 12 nov.: 3"."""
    told = {
        "who": Fact.Source(other.source).label,
        "day": date_format(timezone.localdate(other.at), "j b"),
        "value": value_text(vocabulary()[other.name], other.value, (get_language() or "sv")[:2]),
    }
    return _("men %(who)s sade %(day)s: %(value)s") % told


def _registered(opened: OpenPatient) -> dict[str, object]:
    """What is registered of a patient who is open: not of one whose request the reader only follows."""
    patient = opened.patient
    return {
        "housing": patient.housing,
        "home_nursing": patient.home_nursing,
        "consent_to_enrolment": True if Consent.Kind.ENROLMENT in opened.about.consents else None,
    }


def _fits(fact: Fact) -> bool:
    kind = vocabulary().get(fact.name)
    try:
        return kind is not None and kind.check(fact.value) is not None
    except WrongFact:
        logger.warning("Fact %s (%s) has a value of the wrong type and counts as unknown", fact.pk, fact.name)
        return False


def _candidates(opened: OpenPatient | FirstLook, intake: CareUnit, at: datetime) -> list[Candidate]:
    day = timezone.localdate(at)
    teams = list(
        Team.objects.filter(unit__in=in_service(day), programme__kind=Programme.Kind.TEAM)
        .filter(unit__care_area=intake.care_area)
        .select_related("unit", "programme")
        .prefetch_related("municipalities", "unit__opening_hours")
    )
    definitions = definitions_in_force(day, {team.programme_id for team in teams})
    units = [team.unit_id for team in teams]
    # Which teams the person is with would tell the place of one from whom it is hidden.
    blind = isinstance(opened, FirstLook) or opened.narrow or not opened.names_units
    known = set() if blind else _known(opened.patient, units)
    active = _active(units)
    capacity = free_capacity(intake.care_area, at)
    after = _after_the_plans(teams, capacity)
    return [
        Candidate(
            team=team.unit_id,
            name=team.unit.name,
            programme=team.programme_id,
            definition=definitions[team.programme_id],
            covers=frozenset(place.code for place in team.municipalities.all()),
            opens=after[team.unit_id] if team.unit_id in after else opens_next(team.unit, at),
            **_room(team.unit_id, capacity),
            active=active.get(team.unit_id, 0),
            known=team.unit_id in known,
            phone=team.unit.phone,
        )
        for team in teams
        if team.programme_id in definitions
    ]


def _room(unit: UUID, capacity: Capacity) -> dict[str, Any]:
    """When the plans that stand have room for one more visit, or that they have none."""
    gap = capacity.gaps.get(unit)
    if gap is not None:
        return {"free": gap.since, "car": gap.car}
    return {"full_until": capacity.until if unit in capacity.on_shift else None}


def _after_the_plans(teams: Iterable[Team], capacity: Capacity) -> dict[UUID, datetime | None]:
    """When teams without room in the plans open on the day after the last of them."""
    if capacity.until is None:
        return {}
    morning = calendar.at_local(capacity.until + timedelta(days=1), 0)
    full = [team for team in teams if team.unit_id in capacity.on_shift - capacity.gaps.keys()]
    return {team.unit_id: opens_next(team.unit, morning) for team in full}


def _known(patient: Patient, units: Iterable[UUID]) -> set[UUID]:
    """The teams that the person is or has been with."""
    rows = CareRelation.objects.filter(patient=patient, unit__in=units, kind__in=_KNOWS)
    return set(rows.values_list("unit", flat=True))


def _active(units: Iterable[UUID]) -> dict[UUID, int]:
    """How many people are enrolled in each team."""
    rows = Episode.objects.filter(unit__in=units, kind=Episode.Kind.ENROLMENT, ended_at=None)
    return dict(rows.values_list("unit").annotate(Count("pk")).order_by())
