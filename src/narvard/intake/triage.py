"""Which teams may take a request, in what order and why: a pure function over an outlook that ``flows`` gathers.

Three-valued throughout: a team is eligible, may be (something is unknown), or is not. Unknown is never no.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass, field
from datetime import date, datetime
from enum import StrEnum
from typing import Any
from uuid import UUID

from django.utils.formats import date_format
from django.utils.translation import get_language, ngettext
from django.utils.translation import gettext as _

from narvard.engines.criteria import (
    Expression,
    Facts,
    Finding,
    Line,
    Truth,
    describe,
    evaluate,
    explain,
    facts_of,
    lines,
    wanting,
)
from narvard.intake.definitions import Definition
from narvard.intake.models import Channel, Urgency


class Verdict(StrEnum):
    """Whether a team may take the request."""

    ELIGIBLE = "eligible"
    UNKNOWN = "unknown"
    NOT = "not"


_VERDICTS = {Truth.MET: Verdict.ELIGIBLE, Truth.UNKNOWN: Verdict.UNKNOWN, Truth.NOT_MET: Verdict.NOT}
_ORDER = (Verdict.ELIGIBLE, Verdict.UNKNOWN, Verdict.NOT)


@dataclass(frozen=True)
class Candidate:
    """A team that could be asked, and how it stands at the instant."""

    team: UUID
    name: str
    programme: UUID
    definition: Definition
    covers: frozenset[str]
    """Codes of the municipalities the team goes to."""
    opens: datetime | None
    """When it opens: the instant itself when it is open, None when not within two weeks."""
    free: datetime | None = None
    """When a car of the team is free first, in the plans that stand; None when no plan says so."""
    car: str = ""
    """The label of that car."""
    full_until: date | None = None
    """The last planned day, when the team works in the plans that stand and has no room in any of them."""
    active: int = 0
    """How many people are enrolled in it now."""
    known: bool = False
    """Whether the person is, or has been, with the team."""
    phone: str = ""


@dataclass(frozen=True)
class FactSource:
    """Where a fact comes from: the kind of source in words, further words, and when it was true."""

    source: str
    at: datetime | None = None
    text: str = ""


@dataclass(frozen=True)
class Outlook:
    """What is known of the person and the request at ``at``, and the teams there are."""

    at: datetime
    channel: str
    urgency: str
    facts: Facts
    municipality: str | None
    """Code of the municipality where the person is; None when unknown."""
    municipality_name: str = ""
    candidates: Sequence[Candidate] = ()
    declined: frozenset[UUID] = frozenset()
    """Teams that have said no to this very request."""
    sources: Mapping[str, FactSource] = field(default_factory=dict)
    """Where each known fact comes from, and when it was true."""
    place_hidden: bool = False
    """Whether the reader may not know where the person is."""
    contradicted: frozenset[str] = frozenset()
    """Facts that count as unknown because they were stated in two ways at the same instant."""


@dataclass(frozen=True)
class Reason:
    """One reason for or against, in words; ``truth`` is None for what informs without deciding."""

    text: str
    truth: str | None = None


@dataclass(frozen=True)
class Option:
    """A suggested team with its verdict, the explanation in one sentence, and the reasons one by one."""

    team: UUID
    name: str
    programme: UUID
    programme_key: str
    verdict: str
    explanation: str
    reasons: tuple[Reason, ...]
    criteria: tuple[Line, ...]
    wanting: tuple[str, ...]
    """Names of the facts that are unknown and that the verdict waits for."""
    earliest: datetime | None
    """When somebody can go at the earliest: a free car in the plan, else when the team opens."""
    by_plan: bool
    """Whether ``earliest`` is read from a plan that stands; else it goes by opening hours."""
    car: str
    open_now: bool
    known: bool
    full: bool
    phone: str

    def as_data(self) -> dict[str, Any]:
        """Plain data for the history and the command line."""
        return {
            "team": str(self.team),
            "name": self.name,
            "programme": self.programme_key,
            "verdict": self.verdict,
            "explanation": self.explanation,
            "reasons": [asdict(reason) for reason in self.reasons],
            "earliest": self.earliest.isoformat() if self.earliest else None,
            "by_plan": self.by_plan,
        }

    def as_answer(self) -> dict[str, Any]:
        """What scripts read, by command and by API: the team by name, reasons as texts."""
        return {
            "programme": self.programme_key,
            "team": self.name,
            "verdict": str(self.verdict),
            "explanation": self.explanation,
            "reasons": [reason.text for reason in self.reasons],
            "earliest": self.earliest.isoformat() if self.earliest else None,
            "by_plan": self.by_plan,
        }


def rank(outlook: Outlook) -> list[Option]:
    """The teams as options, best first: may take, then unknown, then not.

    Among equals comes one that has not said no to this request, that knows the person, has room, can go soonest
    when it is urgent, and is meant for people like this.
    """
    judged = [_judge(outlook, candidate) for candidate in outlook.candidates]
    return [option for _key, option in sorted(judged, key=lambda pair: pair[0])]


def sender_gates(outlook: Outlook, candidate: Candidate) -> list[Reason]:
    """What the team's programme says of this sender that does not hold, or of which nobody knows whether it does."""
    condition = _finding(_condition(outlook, candidate), outlook.facts)
    return [gate for gate in _senders(outlook, candidate, condition) if gate.truth != "met"]


def _judge(outlook: Outlook, candidate: Candidate) -> tuple[tuple[Any, ...], Option]:
    condition = _finding(_condition(outlook, candidate), outlook.facts)
    finding = _finding(candidate.definition.criteria, outlook.facts)
    gates = [gate for gate in (_area(outlook, candidate), *_senders(outlook, candidate, condition)) if gate]
    truths = [Truth[gate.truth.upper()] for gate in gates if gate.truth] + ([finding.truth] if finding else [])
    verdict = _VERDICTS[min(truths, default=Truth.MET)]
    target = _finding(candidate.definition.target, outlook.facts)
    full = candidate.definition.active_limit is not None and candidate.active >= candidate.definition.active_limit
    option = Option(
        team=candidate.team,
        name=candidate.name,
        programme=candidate.programme,
        programme_key=candidate.definition.key,
        verdict=verdict,
        explanation=_explanation(gates, explain(finding, _language()) if finding else None),
        reasons=(*gates, *_informing(outlook, candidate, target.truth if target else None, full=full)),
        criteria=tuple(lines(finding, _language())) if finding else (),
        wanting=_wanting(condition, finding),
        earliest=_earliest(candidate),
        by_plan=candidate.free is not None,
        car=candidate.car,
        open_now=candidate.opens is not None and candidate.opens <= outlook.at,
        known=candidate.known,
        full=full,
        phone=candidate.phone,
    )
    return _sort_key(outlook, option, target.truth if target else Truth.UNKNOWN, candidate), option


def _earliest(candidate: Candidate) -> datetime | None:
    """A free car's time; a team that is full in the plans that stand goes after them, when it then is open."""
    return candidate.free or candidate.opens


def _finding(expression: Expression | None, facts: Facts) -> Finding | None:
    return None if expression is None else evaluate(expression, facts)


def _language() -> str:
    return (get_language() or "sv")[:2]


def _sort_key(outlook: Outlook, option: Option, target: Truth, candidate: Candidate) -> tuple[Any, ...]:
    wait = (option.earliest - outlook.at).total_seconds() if option.earliest else float("inf")
    urgent = outlook.urgency in {Urgency.ACUTE, Urgency.SEMI_ACUTE}
    usual = outlook.channel in candidate.definition.usual_senders
    return (
        _ORDER.index(Verdict(option.verdict)),
        option.team in outlook.declined,
        not option.known,
        option.full,
        wait if urgent else 0,
        -target,
        not usual,
        wait,
        option.name,
        str(option.team),
    )


def _area(outlook: Outlook, candidate: Candidate) -> Reason | None:
    if not candidate.covers:
        return None
    if outlook.place_hidden:
        return Reason(_("skyddad plats: fråga avsändaren om teamet åker dit"), "unknown")
    if outlook.municipality is None:
        return Reason(_("okänt om personen är inom teamets område"), "unknown")
    if outlook.municipality in candidate.covers:
        return Reason(_("inom teamets område: %(place)s") % {"place": outlook.municipality_name}, "met")
    return Reason(_("utanför teamets område: %(place)s") % {"place": outlook.municipality_name}, "not_met")


def _senders(outlook: Outlook, candidate: Candidate, condition: Finding | None) -> Iterable[Reason]:
    """Whether this sender may send, may ask for this, and has done what must be done first."""
    only, way = candidate.definition.only_senders, candidate.definition.way_of(outlook.channel)
    if only:
        names = _names(only)
        if outlook.channel not in only:
            yield Reason(_("bara %(who)s får skicka") % {"who": names}, "not_met")
            return
        yield Reason(_("skickas av %(who)s") % {"who": names}, "met")
    if way is not None and way.urgencies and outlook.urgency not in way.urgencies:
        told = {"who": _names([outlook.channel]), "what": _either(str(Urgency(name).label) for name in way.urgencies)}
        yield Reason(_("%(who)s får bara be om: %(what)s") % told, "not_met")
    if condition is not None:
        yield _conditional(condition)


def _condition(outlook: Outlook, candidate: Candidate) -> Expression | None:
    way = candidate.definition.way_of(outlook.channel)
    return way.condition if way else None


def _conditional(condition: Finding) -> Reason:
    told = {"what": describe(condition.expression, _language())}
    words = {
        Truth.MET: _("avsändarens villkor: %(what)s"),
        Truth.UNKNOWN: _("okänt om avsändarens villkor är uppfyllt: %(what)s"),
        Truth.NOT_MET: _("avsändarens villkor är inte uppfyllt: %(what)s"),
    }
    return Reason(words[condition.truth] % told, condition.truth.name.lower())


def _wanting(*findings: Finding | None) -> tuple[str, ...]:
    names = [fact.name for finding in findings if finding for fact in wanting(finding)]
    return tuple(dict.fromkeys(names))


def _names(channels: Iterable[str]) -> str:
    return _either(str(Channel(name).label) for name in sorted(channels))


def _either(words: Iterable[str]) -> str:
    """ "a, b eller c"."""
    *most, last = words
    return _(" eller ").join(filter(None, [", ".join(most), last]))


def _explanation(gates: Iterable[Reason], criteria: str | None) -> str:
    """What stands in the way first, then the criteria."""
    against = [gate.text for gate in gates if gate.truth != "met"]
    told = [*against, *([criteria] if criteria else [])]
    return "; ".join(told) if told else _("källorna ger inga krav; området stämmer")


def _informing(outlook: Outlook, candidate: Candidate, target: Truth | None, *, full: bool) -> Iterable[Reason]:
    definition = candidate.definition
    if candidate.team in outlook.declined:
        yield Reason(_("har redan sagt nej till den här begäran"))
    if candidate.known:
        yield Reason(_("känner personen sedan tidigare"))
    if target is Truth.MET:
        yield Reason(_("personen hör till målgruppen"))
    if outlook.channel in definition.usual_senders:
        yield Reason(_("får oftast uppdrag från %(who)s") % {"who": Channel(outlook.channel).label})
    approach = definition.approach_in(outlook.municipality) if outlook.municipality else None
    if approach is not None:
        yield Reason(approach.name.get(_language(), approach.name["sv"]))
    if definition.active_limit is not None:
        yield _room(candidate.active, definition.active_limit, full=full)
    for name in sorted(outlook.contradicted & frozenset(_asked(definition, outlook.channel))):
        label = outlook.facts.vocabulary[name].label
        told = {"what": label.get(_language(), label["sv"])}
        yield Reason(_("uppgifterna säger emot varandra och räknas som okända: %(what)s") % told)
    if candidate.full_until is not None:
        yield Reason(_("ingen ledig bil i planerna till och med %(day)s") % {"day": _day(candidate.full_until)})
    elif candidate.free is None and candidate.opens is not None:
        yield Reason(_("tidigast efter öppettiderna: ingen plan finns att läsa"))
    if candidate.opens is None:
        yield Reason(_("stängt de närmaste två veckorna"))


def _day(day: date) -> str:
    return date_format(day, "j b")


def _asked(definition: Definition, channel: str) -> Iterable[str]:
    """The facts that decide: of the criteria, and of the sender's condition."""
    way = definition.way_of(channel)
    for expression in (definition.criteria, way.condition if way else None):
        if expression is not None:
            yield from facts_of(expression)


def _room(active: int, limit: int, *, full: bool) -> Reason:
    numbers = {"n": active, "limit": limit}
    text = ngettext("%(n)d inskriven av %(limit)d", "%(n)d inskrivna av %(limit)d", active) % numbers
    return Reason(_("fullt: %(how)s") % {"how": text} if full else text)
