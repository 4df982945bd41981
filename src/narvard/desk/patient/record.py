"""What the patient's page shows: one opened patient, gathered from every room and let through by the policy."""

import uuid
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from django.utils import timezone
from django.utils.text import capfirst
from django.utils.translation import gettext as _

from narvard.access.guard import OpenPatient
from narvard.care import presenters, queries
from narvard.care.models import Duty, Episode, Handover, HospitalStay
from narvard.desk.patient.permissions import OpenedInEmergency, emergencies_of
from narvard.followup.indicators.continuity import Measures, continuity_of, visits_made
from narvard.intake.models import CareRequest
from narvard.intake.queries import open_of
from narvard.organisation.models import CareUnit, Commission
from narvard.organisation.queries import Call, intake_unit, whom_to_call, with_hours
from narvard.people.facts import REGISTRY
from narvard.people.models import Address, Fact, Patient, Relative, WhatMatters
from narvard.people.queries import age, current_address, current_facts, newest_segment, shown_identifier, tells_place
from narvard.ui.parts import Holder
from narvard.visits.models import Visit, VisitNeed
from narvard.visits.queries import needs_of, next_visits


@dataclass(frozen=True)
class Faces:
    """How few of a group of professions the patient has met."""

    who: str
    found: Measures


@dataclass(frozen=True)
class ShownFact:
    """A fact as people read it, with where it comes from."""

    pk: uuid.UUID
    label: str
    value: str
    at: datetime
    source: str


@dataclass(frozen=True)
class ShownVisit:
    """A visit to come: what, when, and who comes."""

    visit: Visit
    what: str
    who: str
    starts_at: datetime | None


@dataclass(frozen=True)
class ShownHandover:
    """A hand-over that waits for an answer."""

    handover: Handover
    kinds: str
    state: tuple[str, str]


@dataclass(frozen=True)
class Part:
    """What part the reader's unit has in the care: it carries the patient, meets the patient, or has met before.

    ``holds`` is whether it is responsible now. Without a care relation (``relates``) the page is open in an
    emergency, to read.
    """

    relates: bool
    carries: bool
    meets: bool
    knows: bool
    holds: bool


@dataclass(frozen=True)
class Record:
    """Everything on the page, in the order of the page."""

    patient: Patient
    age: int
    identifier: str
    address: Address | None
    place_hidden: bool
    names_units: bool
    matters: list[WhatMatters]
    segment: str
    holders: list[Holder]
    calls: presenters.Calls
    stay: HospitalStay | None
    came_home: HospitalStay | None
    has_moved: bool
    duties: list[Duty]
    visits: list[ShownVisit]
    needs: list[VisitNeed]
    requests: list[CareRequest]
    handovers: list[ShownHandover]
    episodes: list[Episode]
    own: Episode | None
    part: Part
    emergencies: list[OpenedInEmergency]
    without_yes: list[Episode]
    contacts: list[queries.Answering]
    continuity: list[Faces]
    listed_at: CareUnit | None
    phone: str
    relatives: list[Relative]
    facts: list[ShownFact]

    @property
    def to_start(self) -> list[CareRequest]:
        """Accepted requests that wait to be begun."""
        return [row for row in self.requests if row.state == CareRequest.State.ACCEPTED]


def record_of(opened: OpenPatient, at: datetime) -> Record:
    """Gather the page; the number of queries does not grow with what the patient has."""
    patient = opened.patient
    answers = [_as_told(opened, answer) for answer in queries.responsible(patient, at)]
    latest = queries.latest_stay(patient)
    stay, came_home = (latest, None) if latest and latest.discharged_at is None else (None, latest)
    waiting = opened.readable(queries.open_handovers(patient))
    episodes = [row for row in opened.readable(queries.episodes_of(patient)) if _runs(row, at)]
    listed_at = patient.listed_at if opened.sees_place else None
    return Record(
        patient=patient,
        age=age(patient, timezone.localdate(at)),
        identifier=shown_identifier(patient),
        address=current_address(patient, at) if opened.sees_place else None,
        place_hidden=not opened.sees_place,
        names_units=opened.names_units,
        matters=opened.readable(WhatMatters.objects.filter(patient=patient).select_related("owner_unit"))[:1],
        segment=_segment(opened, at),
        holders=presenters.holder_lines(answers, waiting, at),
        calls=_calls(opened, stay.ward if stay else patient.listed_at, answers, at),
        stay=next(iter(opened.readable([stay] if stay else [])), None),
        came_home=next(iter(opened.readable([came_home] if came_home else [])), None),
        has_moved=queries.latest_move(patient) is not None,
        duties=[row for row in opened.readable(queries.patient_duties(patient)) if row.done_at is None],
        visits=[shown_visit(row) for row in opened.readable(next_visits(patient, at))],
        needs=opened.readable(needs_of(patient)),
        requests=opened.readable(open_of(patient)),
        handovers=[
            ShownHandover(row, presenters.what_is_asked(row), presenters.handover_state(row)) for row in waiting
        ],
        episodes=episodes,
        own=next((row for row in episodes if row.unit_id == opened.by.unit_id), None),
        part=_part(opened, answers, at),
        emergencies=emergencies_of(opened, at),
        without_yes=[row for row in episodes if row.consent is not None and row.consent.withdrawn_at is not None],
        contacts=queries.who_answers(opened.readable(queries.contacts_of(patient, at)), at),
        continuity=_continuity(opened, at),
        listed_at=listed_at,
        phone=_phone(opened),
        # A relative often lives at the same address, and can be looked up.
        relatives=list(patient.relatives.all()) if opened.sees_place else [],
        facts=_facts(opened, at),
    )


def _continuity(opened: OpenPatient, at: datetime) -> list[Faces]:
    """How few faces the patient has met in a year, counted in the visits that the reader may read."""
    visits = opened.readable(visits_made(opened.patient, timezone.localdate(at)))
    words = {"nurse": _("sjuksköterska"), "physician": _("läkare")}
    return [Faces(words[name], found) for name, found in continuity_of(visits).items()]


def _part(opened: OpenPatient, answers: Sequence[queries.Answer], at: datetime) -> Part:
    patient, unit = opened.patient, opened.by.unit_id
    return Part(
        opened.relates,
        queries.carries(patient, unit, at),
        queries.meets(patient, unit, at),
        queries.knows(patient, unit, at),
        any(row.holder is not None and row.holder.pk == unit and not row.scope for row in answers),
    )


def _runs(episode: Episode, at: datetime) -> bool:
    return episode.ended_at is None or episode.ended_at > at


def _segment(opened: OpenPatient, at: datetime) -> str:
    """The newest assessment, if the reader may see that one; never an older one in its stead."""
    rows = opened.readable(newest_segment(opened.patient, at))
    return str(rows[0].get_segment_display()) if rows and rows[0].segment else ""


def _phone(opened: OpenPatient) -> str:
    """The patient's number; one whose area code tells the place only to those who may know it."""
    number = opened.patient.phone
    return number if opened.sees_place or not tells_place(number) else ""


def _as_told(opened: OpenPatient, answer: queries.Answer) -> queries.Answer:
    """Who is responsible, called as the reader may know them."""
    following = answer.next_holder
    return replace(
        answer,
        holder=opened.told(answer.holder) if answer.holder else None,
        next_holder=opened.told(following) if following else None,
    )


def _calls(
    opened: OpenPatient, carrier: CareUnit | None, answers: Sequence[queries.Answer], at: datetime
) -> presenters.Calls:
    """Numbers of those who are responsible; where nobody is, of ``carrier``: the ward or the health centre."""
    unit = with_hours(CareUnit.objects.filter(pk=carrier.pk)).first() if carrier else None
    night = queries.next_night(at)
    joint = None if opened.names_units else _intake(opened.by)

    def may_call(call: Call | None, when: datetime) -> Call | None:
        """The call; where number and line would tell the place, the joint intake, which puts one through."""
        if call is None or opened.names_units:
            return call
        if call.answered_by.pk == opened.by.unit_id:
            return replace(call, label=opened.by.unit.name)
        return whom_to_call(joint, when) if joint else None

    told = [
        replace(row, call=may_call(row.call, at), call_at_night=may_call(row.call_at_night, night)) for row in answers
    ]
    return presenters.calls(
        told,
        may_call(whom_to_call(unit, at), at) if unit else None,
        may_call(whom_to_call(unit, night), night) if unit else None,
    )


def _intake(by: Commission) -> CareUnit | None:
    """The joint intake of the reader's own area, unless the reader sits there: it tells nothing of the patient."""
    found = intake_unit(by.unit.care_area)
    return with_hours(CareUnit.objects.filter(pk=found.pk)).first() if found and found.pk != by.unit_id else None


def shown_visit(visit: Visit) -> ShownVisit:
    """A visit with the people who come: names where they are planned, else what is asked for."""
    who = []
    for role in visit.roles.all():
        if role.shift is not None:
            staff = role.shift.commission.staff
            who.append(f"{staff.name} ({staff.get_profession_display()}, {role.unit.name})")
        else:
            who.append(f"{role.get_profession_display() or _('någon')}, {role.unit.name}")
    return ShownVisit(visit, visit.what, "; ".join(who), visit.starts_at)


def _facts(opened: OpenPatient, at: datetime) -> list[ShownFact]:
    rows = opened.readable(current_facts(opened.patient, at).values())
    known = [(REGISTRY[row.name], row) for row in rows if row.name in REGISTRY]
    order = list(REGISTRY)
    return [
        ShownFact(row.pk, capfirst(str(kind.label)), shown_value(row.value, str(kind.unit)), row.at, _source(row))
        for kind, row in sorted(known, key=lambda pair: order.index(pair[0].name))
    ]


def shown_value(value: Any, unit: str) -> str:
    """A fact's value as people read it."""
    if isinstance(value, bool):
        return _("ja") if value else _("nej")
    return f"{value} {unit}".strip() if unit != _("antal") else str(value)


def _source(row: Fact) -> str:
    parts = [str(row.get_source_display()), row.source_text, row.owner_unit.name]
    return ", ".join(part for part in dict.fromkeys(parts) if part)
