"""Writes of the deviations room: reporting, each step of the inquiry, files, marks. Each with history and audit."""

import uuid
from dataclasses import dataclass
from datetime import date, datetime

from django.db import transaction
from django.db.models import Max
from django.utils import timezone
from django.utils.translation import gettext as _

from narvard.core import audit, once
from narvard.core.errors import Refused
from narvard.core.uploads import CleanFile
from narvard.deviations import rights, states
from narvard.deviations.models import Answer, Attachment, Consequence, Deviation, DeviationEvent, Source
from narvard.deviations.states import Situation
from narvard.organisation.models import CareUnit, Commission
from narvard.organisation.queries import is_closed_down
from narvard.people.models import Patient

Act = DeviationEvent.Act
# Files of one deviation; more than this is not a deviation but an archive.
MOST_FILES = 10
_ROWS = Deviation.objects.all()
# Without 0, 1, I, O, U and V, which are mistaken for one another.
_ALPHABET = "23456789ABCDEFGHJKLMNPQRSTWXYZ"


class DeviationNotValid(Refused):
    """What was written cannot be a deviation: no text, a time to come, or a unit that cannot receive it."""


class NotYourDeviation(Refused):
    """The acting unit has no part in this step."""


class ReasonMissing(Refused):
    """The step needs words: a reason, a cause, a measure."""


class TooManyFiles(Refused):
    """The deviation has as many files as it may have."""


@dataclass(frozen=True)
class Report:
    """What the reporter tells. ``severity`` and ``likelihood`` are 1 to 4; None is unknown."""

    kind: str
    what: str
    happened_at: datetime
    consequence: str = Consequence.UNKNOWN
    severity: int | None = None
    likelihood: int | None = None
    immediate_act: str = ""
    source: str = Source.NONE
    source_id: uuid.UUID | None = None


@transaction.atomic
def report_deviation(
    *, unit: CareUnit, report: Report, by: Commission, at: datetime, patient: Patient | None = None
) -> Deviation:
    """Send a deviation to the unit that it concerns; that unit and its provider's overseers see it from now on."""
    _check(unit, report, by, at)
    row = Deviation(
        reporter=by,
        reporter_unit=by.unit,
        reported_at=at,
        unit=unit,
        owner=unit,
        patient=patient,
        source=report.source,
        source_id=report.source_id,
        kind=report.kind,
        what=report.what.strip(),
        happened_at=report.happened_at,
        consequence=report.consequence,
        severity=report.severity,
        likelihood=report.likelihood,
        immediate_act=report.immediate_act.strip(),
    )
    row.reference = _free_reference(row.pk)
    row.due_at = states.due_after(row.state, grave=states.is_grave(row), at=at)
    row.save(force_insert=True)
    _remember(row, Act.REPORT, by, at)
    return row


def _check(unit: CareUnit, report: Report, by: Commission, at: datetime) -> None:
    if not report.what.strip():
        raise DeviationNotValid(_("Skriv vad som hände."))
    if report.happened_at > at:
        raise DeviationNotValid(_("Det som hände kan inte ligga framåt i tiden."))
    if unit.pk == by.unit_id:
        raise DeviationNotValid(
            _("Avvikelser inom den egna enheten hör hemma i er egen avvikelsehantering. Välj den andra enheten.")
        )
    _check_exists(unit, at)


def _check_exists(unit: CareUnit, at: datetime) -> None:
    if is_closed_down(unit, timezone.localdate(at)):
        raise DeviationNotValid(_("%(unit)s finns inte längre. Välj en annan enhet.") % {"unit": unit.name})


def _free_reference(pk: uuid.UUID) -> str:
    """A reference that nobody has, from the deviation's id: ``AV-7K3P9Q``."""
    tries = []
    for turn in range(4):
        number, letters = pk.int >> (24 * turn), ""
        for _place in range(6):
            number, rest = divmod(number, len(_ALPHABET))
            letters += _ALPHABET[rest]
        tries.append(f"AV-{letters}")
    taken = set(Deviation.objects.filter(reference__in=tries).values_list("reference", flat=True))
    return next(text for text in tries if text not in taken)


@transaction.atomic
def receive(*, deviation: Deviation, by: Commission, at: datetime, version: int | None = None) -> Deviation:
    """The unit that it concerns says that it has it."""
    return _step(deviation, Act.RECEIVE, by, at, version)


@transaction.atomic
def inquire(
    *, deviation: Deviation, by: Commission, at: datetime, note: str = "", version: int | None = None
) -> Deviation:
    """The inquiry has begun."""
    return _step(deviation, Act.INQUIRE, by, at, version, note=note)


@transaction.atomic
def answer(
    *,
    deviation: Deviation,
    cause: str,
    measures: str,
    by: Commission,
    at: datetime,
    measures_by: date | None = None,
    version: int | None = None,
) -> Deviation:
    """Tell the reporter why it happened, what is done about it and when; it is now the reporter's to close."""
    if not cause.strip() or not measures.strip():
        raise ReasonMissing(_("Skriv både orsak och åtgärd."))
    row = _step(deviation, Act.ANSWER, by, at, version)
    Answer.objects.create(
        deviation=row,
        unit=row.unit,
        cause=cause.strip(),
        measures=measures.strip(),
        measures_by=measures_by,
        at=at,
        by=by,
    )
    return row


@transaction.atomic
def forward(
    *, deviation: Deviation, to: CareUnit, reason: str, by: Commission, at: datetime, version: int | None = None
) -> Deviation:
    """Send a missent deviation on to the right unit, whose clock begins anew."""
    if not reason.strip():
        raise ReasonMissing(_("Skriv varför avvikelsen hör till en annan enhet."))
    _check_exists(to, at)
    return _step(deviation, Act.FORWARD, by, at, version, note=reason, to=to)


@transaction.atomic
def close(
    *, deviation: Deviation, by: Commission, at: datetime, note: str = "", version: int | None = None
) -> Deviation:
    """The reporter's side is content with the answer."""
    return _step(deviation, Act.CLOSE, by, at, version, note=note)


@transaction.atomic
def reopen(*, deviation: Deviation, reason: str, by: Commission, at: datetime, version: int | None = None) -> Deviation:
    """The reporter's side asks for more, or it has happened again; the inquiry goes on."""
    if not reason.strip():
        raise ReasonMissing(_("Skriv vad som saknas i svaret eller vad som har hänt igen."))
    return _step(deviation, Act.REOPEN, by, at, version, note=reason)


@transaction.atomic
def attach(*, deviation: Deviation, file: CleanFile, shows_person: bool, by: Commission, at: datetime) -> Attachment:
    """Add a cleaned file; either side may, while the deviation is open."""
    row = once.lock(_ROWS, deviation.pk)
    if not rights.sides(row, by):
        raise NotYourDeviation(_("Er enhet har ingen del i avvikelsen."))
    if not row.is_open:
        raise states.NotPossibleNow(_("Avvikelsen är avslutad. Öppna den igen för att lägga till något."))
    last = row.attachments.aggregate(last=Max("place"))["last"] or 0
    if last >= MOST_FILES:
        raise TooManyFiles(_("Avvikelsen har redan %(n)s filer, fler går inte att lägga till.") % {"n": MOST_FILES})
    kept = Attachment.objects.create(
        deviation=row,
        place=last + 1,
        added_by=by,
        shows_person=shows_person,
        content=file.content,
        media_type=file.media_type,
        size=len(file.content),
        sha256=file.sha256,
        added_at=at,
    )
    _remember(row, Act.ATTACH, by, at)
    return kept


@transaction.atomic
def mark(
    *, deviation: Deviation, law: str, on: bool, reason: str, by: Commission, at: datetime, version: int | None = None
) -> Deviation:
    """Mark (or unmark) it as one to assess as ``maria`` or ``sarah``. Nothing is reported to IVO by this."""
    if law not in {"maria", "sarah"}:
        raise ValueError(f"no such law: {law}")
    row = once.lock(_ROWS, deviation.pk, version)
    if not rights.may_mark(row, by):
        raise NotYourDeviation(_("Det är MAS, MAR eller ledningen som märker avvikelser för bedömning."))
    if not reason.strip():
        raise ReasonMissing(_("Skriv varför."))
    field, name = f"lex_{law}_at", {"maria": "lex Maria", "sarah": "lex Sarah"}[law]
    if bool(getattr(row, field)) == on:
        raise states.NotPossibleNow(_("Det var redan gjort. Inget ändrades."))
    setattr(row, field, at if on else None)
    once.save(row, field)
    _remember(row, Act.MARK if on else Act.UNMARK, by, at, f"{name}: {reason.strip()}")
    return row


def _step(
    deviation: Deviation,
    act: str,
    by: Commission,
    at: datetime,
    version: int | None,
    *,
    note: str = "",
    to: CareUnit | None = None,
) -> Deviation:
    """Take the step if the acting side may and the state allows it."""
    row = once.lock(_ROWS, deviation.pk, version)
    if states.side_of(act) not in rights.sides(row, by):
        raise NotYourDeviation(_refusal(row, act))
    after = states.follow(states.situation(row), act, to=to.pk if to else None)
    row.state = after.state
    _place(row, after, to)
    row.due_at = states.due_after(row.state, grave=states.is_grave(row), at=at)
    once.save(row, "state", "unit", "owner", "due_at")
    _remember(row, act, by, at, note.strip())
    return row


def _place(row: Deviation, after: Situation, to: CareUnit | None) -> None:
    if to is not None:
        row.unit = to
    row.owner = row.unit if after.owner == after.unit else row.reporter_unit


def _refusal(row: Deviation, act: str) -> str:
    if states.side_of(act) is states.Side.REPORTER:
        return _("Det är %(unit)s, som rapporterade, som gör det.") % {"unit": row.reporter_unit.name}
    return _("Det är %(unit)s som har avvikelsen.") % {"unit": row.unit.name}


def _remember(row: Deviation, act: str, by: Commission, at: datetime, note: str = "") -> None:
    """The step's place in the history, and its audit row; texts stay out of the log."""
    last = row.events.aggregate(last=Max("sequence"))["last"] or 0
    DeviationEvent.objects.create(
        deviation=row, sequence=last + 1, act=act, state=row.state, owner=row.owner, at=at, by=by, note=note
    )
    audit.write(
        f"deviations.{act}",
        by=by,
        at=at,
        patients=[row.patient_id] if row.patient_id else [],
        object_kind="deviation",
        object_id=row.pk,
    )
