"""What templates show of requests: rows of a queue, a case, suggested teams, facts with their source."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.utils import timezone
from django.utils.text import capfirst
from django.utils.translation import get_language, gettext_lazy
from django.utils.translation import gettext as _

from narvard.core.sentences import read_again
from narvard.engines.criteria import FactKind, FactType, Line, Truth, value_text
from narvard.intake import clocks
from narvard.intake.models import CareRequest, RequestEvent, Risk, Rung, Urgency
from narvard.intake.short_forms import NOT_STABLE
from narvard.intake.states import Clock, running_clock
from narvard.intake.triage import Option, Outlook, Verdict
from narvard.intake.vocabulary import vocabulary
from narvard.people.facts import REGISTRY
from narvard.people.models import Patient
from narvard.people.queries import age
from narvard.ui.parts import Entry

State = CareRequest.State
# A kind of state badge for each verdict and truth: shape and colour; the word is ours.
_BADGES = {Verdict.ELIGIBLE: "done", Verdict.UNKNOWN: "waiting", Verdict.NOT: "neutral"}
_OUTCOMES = {Truth.MET: "met", Truth.NOT_MET: "unmet", Truth.UNKNOWN: "unknown"}
_EVENT_STATES = {
    RequestEvent.Kind.ACCEPTED: "done",
    RequestEvent.Kind.DECLINED: "nearly",
    RequestEvent.Kind.MISSENT: "nearly",
    RequestEvent.Kind.ESCALATED: "late",
    RequestEvent.Kind.ASSIGNED: "waiting",
    RequestEvent.Kind.FORWARDED: "waiting",
    RequestEvent.Kind.WAITING: "waiting",
    RequestEvent.Kind.DISPATCHED: "done",
    RequestEvent.Kind.DETERIORATED: "late",
}


@dataclass(frozen=True)
class Row:
    """A request as one line of a list."""

    pk: UUID
    reference: str
    who: str
    place: str
    question: str
    urgency: str
    acute: bool
    sender: str
    state: str
    state_badge: str
    holder: str
    due_at: datetime | None
    clock: str
    escalated: str
    warn_minutes: int
    registered_at: datetime
    version: int


def row(request: CareRequest, at: datetime) -> Row:
    """One line; the place of a person with protected identity is never in a list."""
    return Row(
        pk=request.pk,
        reference=request.reference,
        who=person(request.patient, at),
        place=place_in_list(request.patient),
        question=request.question,
        urgency=str(request.get_urgency_display()),
        acute=request.urgency == Urgency.ACUTE,
        sender=request.sender_unit.name,
        state=_state_words(request),
        state_badge="done" if request.state in {State.ACCEPTED, State.CLOSED} else "waiting",
        holder=str(request.keeper or ""),
        due_at=request.due_at,
        clock=str(_CLOCK_WORDS[clock]) if (clock := running_clock(request)) else "",
        escalated=_escalated(request),
        warn_minutes=warn_minutes(request),
        registered_at=request.registered_at,
        version=request.version,
    )


_CLOCK_WORDS = {
    Clock.ASSIGN: gettext_lazy("ett team ska få frågan"),
    Clock.ANSWER: gettext_lazy("teamet ska svara"),
    Clock.FIRST_CONTACT: gettext_lazy("första kontakten"),
    Clock.REASSESS: gettext_lazy("ny bedömning"),
}


def _escalated(request: CareRequest) -> str:
    """How far the clock that ran out has been told, in words; nothing when it has not."""
    if request.escalation == Rung.FALLBACK and request.backup:
        return _("eskalerad till %(unit)s") % {"unit": request.backup}
    if request.escalation:
        return _("eskalerad %(rung)s") % {"rung": request.get_escalation_display()}
    return ""


def rows(requests: Iterable[CareRequest], at: datetime) -> list[Row]:
    """Lines in the order given."""
    return [row(request, at) for request in requests]


def warn_minutes(request: CareRequest) -> int:
    """When the running clock is nearly out."""
    if request.urgency == Urgency.PLANNED:
        return clocks.WARN_MINUTES_PLANNED
    return clocks.WARN_MINUTES_ACCEPTED if running_clock(request) is Clock.FIRST_CONTACT else clocks.WARN_MINUTES


def person(patient: Patient, at: datetime) -> str:
    """Name and age: "Gunvor Lindahl, 84 år"."""
    years = age(patient, timezone.localdate(at))
    return _("%(name)s, %(age)d år") % {"name": patient.name, "age": years}


def place_in_list(patient: Patient) -> str:
    """The municipality, or that it is protected."""
    if patient.hidden:
        return _("skyddad plats")
    return patient.municipality.name if patient.municipality else _("okänd kommun")


def _state_words(request: CareRequest) -> str:
    if request.state == State.ASKED:
        return _("väntar på svar från %(team)s") % {"team": request.team}
    if request.state == State.ACCEPTED:
        return _("mottagen av %(team)s") % {"team": request.team}
    if request.state == State.CLOSED:
        return str(request.get_outcome_display())
    return str(request.get_state_display())


@dataclass(frozen=True)
class FactRow:
    """A known fact in words, with where it comes from and when it was true."""

    name: str
    label: str
    value: str
    source: str
    text: str
    at: datetime | None


@dataclass(frozen=True)
class Question:
    """An unknown fact that suggested teams wait for; ``yes_no`` tells how it is answered."""

    name: str
    label: str
    yes_no: bool
    minimum: int
    maximum: int


@dataclass(frozen=True)
class Criterion:
    """One line of why a team may fit: met, unmet or unknown, and what is known that makes it so."""

    outcome: str
    text: str
    because: str = ""


@dataclass(frozen=True)
class Suggested:
    """A team as the coordinator chooses among them."""

    option: Option
    badge: str
    word: str
    first: bool
    criteria: tuple[Criterion, ...]
    informing: tuple[str, ...]


def _language() -> str:
    return (get_language() or "sv")[:2]


def known_facts(outlook: Outlook) -> list[FactRow]:
    """The facts that triage reads, in the order of the vocabulary; how it came in is said elsewhere."""
    kinds = [kind for name, kind in vocabulary().items() if name in outlook.facts and name != "channel"]
    return [_fact_row(kind, outlook) for kind in kinds]


def _fact_row(kind: FactKind, outlook: Outlook) -> FactRow:
    source = outlook.sources.get(kind.name)
    return FactRow(
        name=kind.name,
        label=kind.label.get(_language(), kind.label["sv"]),
        value=value_text(kind, outlook.facts[kind.name], _language()),
        source=source.source if source else "",
        text=source.text.rstrip(".") if source else "",
        at=source.at if source else None,
    )


def open_questions(options: Sequence[Option]) -> list[Question]:
    """The unknown facts that teams not yet ruled out wait for, the most asked-for first."""
    asked: dict[str, int] = {}
    for option in options:
        if option.verdict == Verdict.UNKNOWN:
            for name in option.wanting:
                asked[name] = asked.get(name, 0) + 1
    names = [name for name in sorted(asked, key=lambda name: -asked[name]) if name in REGISTRY]
    return [_question(name) for name in names]


def _question(name: str) -> Question:
    kind, fact = vocabulary()[name], REGISTRY[name]
    return Question(
        name=name,
        label=kind.label.get(_language(), kind.label["sv"]),
        yes_no=kind.type is FactType.BOOLEAN,
        minimum=int(fact.minimum or 0),
        maximum=int(fact.maximum or 0),
    )


def suggested(options: Sequence[Option], outlook: Outlook | None) -> list[Suggested]:
    """The options with their words; the first one is chosen beforehand unless it may not."""
    words: Mapping[str, str] = {
        Verdict.ELIGIBLE: _("uppfyllt"),
        Verdict.UNKNOWN: _("okänt"),
        Verdict.NOT: _("ej uppfyllt"),
    }
    return [
        Suggested(
            option=option,
            badge=_BADGES[Verdict(option.verdict)],
            word=words[option.verdict],
            first=place == 0 and option.verdict != Verdict.NOT,
            criteria=_criteria(option, outlook),
            informing=tuple(capfirst(reason.text) for reason in option.reasons if not reason.truth),
        )
        for place, option in enumerate(options)
    ]


def _criteria(option: Option, outlook: Outlook | None) -> tuple[Criterion, ...]:
    """The criteria one by one, the whole left out when it only repeats its parts; then the gates."""
    parts = option.criteria[1:] if len(option.criteria) > 1 else option.criteria
    lines = [Criterion(_OUTCOMES[line.truth], capfirst(line.text), _because(line, outlook)) for line in parts]
    gates = [reason for reason in option.reasons if reason.truth]
    return (*lines, *(Criterion(_OUTCOMES[Truth[str(gate.truth).upper()]], capfirst(gate.text)) for gate in gates))


def _because(line: Line, outlook: Outlook | None) -> str:
    """What is known of the one fact that a criterion asks for."""
    if outlook is None or len(line.facts) != 1 or line.facts[0] not in outlook.facts:
        return ""
    row = _fact_row(vocabulary()[line.facts[0]], outlook)
    return f"{row.value} ({row.source})" if row.source else row.value


def entries(events: Iterable[RequestEvent]) -> list[Entry]:
    """The history for the timeline, newest first."""
    return [_entry(event) for event in reversed(list(events))]


def _entry(event: RequestEvent) -> Entry:
    kind = RequestEvent.Kind(event.kind)
    title = capfirst(event.get_kind_display())
    if kind in {RequestEvent.Kind.ASSIGNED, RequestEvent.Kind.FORWARDED} and event.team:
        title = f"{title}: {event.team}"
    if event.told:
        title = f"{title}: {event.told}"
    told = [event.reason and read_again(event.reason, [NOT_STABLE])]
    if event.risk:
        told.insert(0, f"{capfirst(Risk(event.risk).label)}.")
    if event.met is False:
        told.append(_("Efter utsatt tid."))
    if event.next_step:
        told.append(_("Nästa steg: %(step)s") % {"step": event.next_step})
    if event.override:
        told.append(_("Valt trots att kraven inte var uppfyllda."))
    who = f"{event.by.staff.name}, {event.by.unit.name}" if event.by else _("systemet")
    return Entry(event.at, title, " ".join(filter(None, told)), who, _EVENT_STATES.get(kind, "neutral"))
