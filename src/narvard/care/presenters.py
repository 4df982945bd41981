"""The care room's values as parts of a page: who is responsible, whom to call, a hand-over's bar."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from django.utils.formats import date_format
from django.utils.text import capfirst
from django.utils.translation import gettext as _

from narvard.care.models import Handover, ResponsibilityKind
from narvard.care.queries import Answer, Answering
from narvard.organisation.models import CareUnit
from narvard.organisation.queries import Call
from narvard.ui.parts import Holder, Phone
from narvard.ui.spoken import speak

# Whom one calls first: the nurse who knows, then the physician, then the one who coordinates.
CALL_ORDER = ("nursing", "medical", "coordination", "rehabilitation")


def kinds_in_words(kinds: Iterable[str]) -> str:
    """Kinds of responsibility as a sentence part: "medicinskt, omvårdnad och samordning"."""
    words = [str(ResponsibilityKind(kind).label) for kind in ResponsibilityKind.values if kind in set(kinds)]
    if len(words) < 2:
        return "".join(words)
    return _("%(first)s och %(last)s") % {"first": ", ".join(words[:-1]), "last": words[-1]}


def what_is_asked(handover: Handover) -> str:
    """What the receiver is asked for: the bed, or the kinds of responsibility."""
    return str(handover.get_bed_display()) if handover.bed else kinds_in_words(handover.kinds)


def holder_lines(answers: Sequence[Answer], waiting: Sequence[Handover], now: datetime) -> list[Holder]:
    """The lines of *Vem ansvarar nu*."""
    return [
        Holder(
            kind=capfirst(f"{ResponsibilityKind(answer.kind).label}{': ' + answer.scope if answer.scope else ''}"),
            holder=answer.holder.name if answer.holder else None,
            since=answer.row.starts_at if answer.row and answer.holder else None,
            upcoming=_upcoming(answer, waiting, now),
            scoped=bool(answer.scope),
        )
        for answer in answers
    ]


def _upcoming(answer: Answer, waiting: Sequence[Handover], now: datetime) -> str:
    if answer.following is not None:
        when = speak(answer.following.starts_at, now).text
        if answer.next_holder is None:
            return _("Upphör %(when)s") % {"when": when}
        return _("%(unit)s tar över %(when)s") % {"unit": answer.next_holder.name, "when": when}
    for handover in waiting:
        if answer.kind in handover.kinds and answer.scope == handover.scope and answer.holder == handover.giver:
            return _("Erbjuden %(unit)s. Ansvaret ligger kvar tills någon tar emot.") % {"unit": handover.receiver.name}
    return ""


@dataclass(frozen=True)
class Away:
    """A named contact's leave in words: which days, who answers then, and that one's number."""

    when: str
    who: str
    phone: str


def away(answering: Answering) -> Away | None:
    """The leave in words; None for whoever answers in person."""
    leave, unit = answering.leave, answering.contact.unit
    if leave is None:
        return None
    days = {"first": date_format(leave.since, "j F"), "last": date_format(leave.until, "j F Y")}
    when = _("Ledig %(last)s") if leave.since == leave.until else _("Ledig %(first)s till och med %(last)s")
    if answering.person is None:
        return Away(when % days, _("Då svarar enheten."), unit.phone)
    name = {"name": answering.person.name}
    return Away(when % days, _("Då svarar %(name)s.") % name, answering.person.phone or unit.phone)


@dataclass(frozen=True)
class Calls:
    """Numbers to call, for now and for the coming night."""

    now: list[Phone]
    night: list[Phone]


def calls(answers: Sequence[Answer], listed: Call | None, listed_at_night: Call | None) -> Calls:
    """One button per number: those who are responsible, else the health centre where the patient is listed."""
    main = [answer for kind in CALL_ORDER for answer in answers if answer.kind == kind and not answer.scope]
    now = _phones(_("Ring nu"), [(answer.call, answer.kind) for answer in main], primary=True)
    night = _phones(_("Ring i natt"), [(answer.call_at_night, answer.kind) for answer in main])
    if not any(answer.holder for answer in main):
        now = _phones(_("Ring nu"), [(listed, "")], primary=True)
        night = _phones(_("Ring i natt"), [(listed_at_night, "")])
    return Calls(now, night)


def _phones(label: str, found: Sequence[tuple[Call | None, str]], *, primary: bool = False) -> list[Phone]:
    by_number: dict[tuple[str, str], list[str]] = {}
    for call, kind in found:
        if call is not None:
            by_number.setdefault((call.phone, call.label), []).append(kind)
    return [
        Phone(label, number, answers, kinds_in_words(kinds), primary=primary and place == 0)
        for place, ((number, answers), kinds) in enumerate(by_number.items())
    ]


@dataclass(frozen=True)
class Bar:
    """Who is responsible until when, and who from when: the bar on a hand-over that both sides see alike."""

    until: CareUnit
    until_text: str
    following: CareUnit
    from_text: str
    moved: bool
    back_text: str = ""


def handover_bar(handover: Handover, moved_at: datetime | None, now: datetime) -> Bar:
    """The bar of a hand-over, with the way back of a temporary one.

    ``moved_at`` is when the responsibility moves, None while nobody has accepted.
    """
    back = ""
    if handover.hand_back_on and handover.state not in {Handover.State.DECLINED, Handover.State.WITHDRAWN}:
        back = _("åter från %(when)s, när de tar emot") % {"when": speak(handover.hand_back_on, now).text}
    return replace(_bar(handover, moved_at, now), back_text=back)


def _bar(handover: Handover, moved_at: datetime | None, now: datetime) -> Bar:
    giver, receiver = handover.giver, handover.receiver
    if moved_at is not None:
        when = speak(moved_at, now).text
        return Bar(giver, _("till %(when)s") % {"when": when}, receiver, _("från %(when)s") % {"when": when}, True)
    if handover.bed and not handover.kinds:
        return Bar(giver, _("tills personen är där"), receiver, _("från ankomsten"), handover.arrived_at is not None)
    if handover.state == Handover.State.PREPARED:
        return Bar(giver, _("som nu: inget är skickat"), receiver, _("när ni har frågat och de tar emot"), False)
    if handover.state in Handover.OPEN_STATES:
        earliest = handover.wished_at
        text = _("från %(when)s, om ni tar emot") % {"when": speak(earliest, now).text} if earliest else ""
        return Bar(giver, _("tills någon tar emot"), receiver, text or _("så snart ni tar emot"), False)
    return Bar(giver, _("som förut"), receiver, _("tog inte över"), False)


def handover_state(handover: Handover) -> tuple[str, str]:
    """The state as a badge: its kind and its words."""
    kinds = {
        Handover.State.PREPARED: "neutral",
        Handover.State.PROPOSED: "waiting",
        Handover.State.READ: "waiting",
        Handover.State.ACCEPTED: "done",
        Handover.State.DECLINED: "neutral",
        Handover.State.WITHDRAWN: "neutral",
    }
    return kinds[Handover.State(handover.state)], str(handover.get_state_display())
