"""A deviation as its reader may see it, and what the reader may do."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.utils.text import Truncator, capfirst
from django.utils.translation import gettext as _

from narvard.access.pages import CareHttpRequest
from narvard.core import uploads
from narvard.desk.base import OnceForm
from narvard.desk.deviations import forms
from narvard.desk.deviations.whence import unit_groups
from narvard.deviations import rights
from narvard.deviations.guard import OpenDeviation
from narvard.deviations.models import Answer, Attachment, Consequence, Deviation, DeviationEvent, Source
from narvard.ui.parts import Entry

State, Act = Deviation.State, DeviationEvent.Act
# A clock of days is nearly late for its last day.
WARN = timedelta(days=1)
_MARKS = {Act.REPORT: "waiting", Act.ANSWER: "done", Act.CLOSE: "done", Act.MARK: "nearly", Act.REOPEN: "waiting"}
_BADGES = {State.SENT: "waiting", State.RECEIVED: "waiting", State.INQUIRY: "waiting"}


@dataclass(frozen=True)
class Line:
    """One row of a list."""

    deviation: Deviation
    title: str
    text: str
    badge: tuple[str, str]
    ours: bool
    """Whether the next step is the reader's."""


def line_of(found: OpenDeviation, at: datetime) -> Line:
    """The row: what kind, who it is about if that may be told, the beginning of the text."""
    row = found.deviation
    who = f": {found.opened.patient.name}" if found.opened else ""
    return Line(
        deviation=row,
        title=f"{capfirst(row.get_kind_display())}{who}",
        text=Truncator(found.text(row.what)).chars(120),
        badge=state_badge(row),
        ours=bool(rights.offered(row, found.by)),
    )


def state_badge(row: Deviation) -> tuple[str, str]:
    """The state's mark and word."""
    return _BADGES.get(State(row.state), "done"), capfirst(str(row.get_state_display()))


@dataclass(frozen=True)
class File:
    """A file's line: the file, what it is in words, whether the reader may have it."""

    row: Attachment
    words: str
    open: bool


@dataclass(frozen=True)
class Sheet:
    """Everything on the page."""

    deviation: Deviation
    found: OpenDeviation
    title: str
    badge: tuple[str, str]
    waits: str
    facts: list[tuple[str, str]]
    marks: list[str]
    answers: list[tuple[Answer, str, str]]
    files: list[File]
    history: list[Entry]
    forms: dict[str, OnceForm]


def sheet_of(request: CareHttpRequest, found: OpenDeviation, failed: dict[str, OnceForm] | None = None) -> Sheet:
    """The page; ``failed`` holds a form that was refused, to be shown with its errors."""
    row = found.deviation
    return Sheet(
        deviation=row,
        found=found,
        title=_("%(kind)s, avvikelse %(reference)s")
        % {"kind": capfirst(row.get_kind_display()), "reference": row.reference},
        badge=state_badge(row),
        waits=_waits(row),
        facts=_facts(found),
        marks=_laws(row),
        answers=[(each, found.text(each.cause), found.text(each.measures)) for each in row.answers.all()],
        files=[File(each, _file_words(each), found.may_fetch(each)) for each in row.attachments.all()],
        history=[_entry(found, event) for event in reversed(row.events.all())],
        forms=_forms(request, found) | (failed or {}),
    )


def _waits(row: Deviation) -> str:
    words = {
        State.SENT: _("%(unit)s ska ta emot den."),
        State.RECEIVED: _("%(unit)s ska utreda den."),
        State.INQUIRY: _("%(unit)s utreder och ska svara."),
        State.ANSWERED: _("%(unit)s har fått svar och ska avsluta, eller öppna igen."),
        State.CLOSED: _("Avslutad av %(unit)s."),
    }
    return words[State(row.state)] % {"unit": row.owner.name}


def _facts(found: OpenDeviation) -> list[tuple[str, str]]:
    row = found.deviation
    return [
        (_("Vad hände"), found.text(row.what)),
        (_("Följd för patienten"), "" if row.consequence == Consequence.UNKNOWN else row.get_consequence_display()),
        (_("Risk"), risk_in_words(row)),
        (_("Gjordes genast"), found.text(row.immediate_act)),
        *([(_("Rapporterad från"), row.get_source_display())] if row.source != Source.NONE else []),
    ]


def risk_in_words(row: Deviation) -> str:
    """The product with its factors; empty while either is unknown."""
    if row.risk is None:
        return ""
    words = {
        "risk": row.risk,
        "severity": row.get_severity_display(),
        "likelihood": row.get_likelihood_display(),
    }
    return _("%(risk)s av 16: %(severity)s skada, %(likelihood)s") % words


def _laws(row: Deviation) -> list[str]:
    marks = [(row.lex_maria_at, _("Bedöms enligt lex Maria")), (row.lex_sarah_at, _("Bedöms enligt lex Sarah"))]
    return [words for at, words in marks if at]


def _file_words(row: Attachment) -> str:
    size = max(1, round(row.size / 1024))
    return (_("Foto, %(n)s kB") if row.media_type == uploads.PHOTO else _("PDF, %(n)s kB")) % {"n": size}


def _entry(found: OpenDeviation, event: DeviationEvent) -> Entry:
    who = event.by.unit.name
    if event.act == Act.REPORT and found.sees_reporter:
        who = f"{found.deviation.reporter.staff.name}, {who}"
    to = _(" till %(unit)s") % {"unit": event.owner.name} if event.act == Act.FORWARD else ""
    title = capfirst(str(event.get_act_display())) + to
    return Entry(event.at, title, found.text(event.note), who, _MARKS.get(Act(event.act), "neutral"))


def _forms(request: CareHttpRequest, found: OpenDeviation) -> dict[str, OnceForm]:
    """An empty form for each step that the reader may take."""
    row = found.deviation
    steps = sorted(rights.offered(row, found.by))
    extra = [*(["attach"] if row.is_open else []), *(["mark"] if rights.may_mark(row, found.by) else [])]
    return {name: form_for(request, found, name) for name in [*steps, *extra]}


def form_for(request: CareHttpRequest, found: OpenDeviation, name: str, **given: Any) -> OnceForm:
    """The step's form; ``given`` is what was posted."""
    row = found.deviation
    fields: dict[str, Any] = {"version": row.version, "auto_id": f"{name}_%s", **given}
    if name == "forward":
        return forms.ForwardForm(groups=unit_groups(request, (), row.unit_id, row.reporter_unit_id), **fields)
    if name == "mark":
        return forms.MarkForm(choices=mark_choices(row), **fields)
    kinds: dict[str, type[OnceForm]] = {
        "receive": forms.PlainForm,
        "inquire": forms.NoteForm,
        "answer": forms.AnswerForm,
        "close": forms.NoteForm,
        "reopen": forms.ReasonedForm,
        "attach": forms.AttachForm,
    }
    return kinds[name](**fields)


def mark_choices(row: Deviation) -> list[tuple[str, str]]:
    """Set those that are not set, take away those that are."""
    laws = [("maria", row.lex_maria_at, "lex Maria"), ("sarah", row.lex_sarah_at, "lex Sarah")]
    return [
        (f"-{key}", _("Ta bort märkningen %(law)s") % {"law": law})
        if at
        else (key, _("Ska bedömas enligt %(law)s") % {"law": law})
        for key, at, law in laws
    ]
