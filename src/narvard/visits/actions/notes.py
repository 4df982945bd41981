"""Writes to documentation: each care provider's own note of a visit, signed by its author."""

from collections.abc import Sequence
from datetime import datetime

from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from narvard.core import audit, once
from narvard.core.errors import Refused, Stale
from narvard.organisation.models import Commission
from narvard.visits import codes as code_list
from narvard.visits import queries
from narvard.visits.actions.visits import NotYourVisit
from narvard.visits.models import Visit, VisitNote
from narvard.visits.rules import kind_of_note


class NothingToWriteAbout(Refused):
    """The visit has not begun, so there is nothing to document."""


class NoteSigned(Refused):
    """A signed note is not changed."""


class NotYourNote(Refused):
    """A note is signed by the person who wrote it, for their own care provider."""


class NoteEmpty(Refused):
    """A note without text says nothing and is not signed."""


class NotSigned(Refused):
    """Only a signed note leaves for the journal."""


@transaction.atomic
def write_note(
    *,
    visit: Visit,
    text: str,
    codes: Sequence[str],
    by: Commission,
    at: datetime,
    expected: int | None = None,
) -> VisitNote:
    """Write the acting care provider's note of a visit, or go on with it while it is unsigned.

    Raises :class:`NotYourVisit`, :class:`NothingToWriteAbout`, :class:`NoteSigned` and ``UnknownCode``.
    """
    if not visit.roles.filter(unit=by.unit_id).exists():
        raise NotYourVisit(_("Besöket görs av en annan enhet."))
    if visit.state not in queries.HAPPENED_STATES:
        raise NothingToWriteAbout(_("Besöket har inte börjat än. Tryck Påbörja först."))
    code_list.check(codes)
    note = _own_note(visit, by, at, expected)
    note.author, note.owner_unit = by, by.unit
    note.information_kind = kind_of_note(by)
    note.text, note.codes, note.written_at = text.strip(), list(dict.fromkeys(codes)), at
    once.save(note, "author", "owner_unit", "information_kind", "text", "codes", "written_at")
    _log("visits.write_note", note, by=by, at=at)
    return note


def _own_note(visit: Visit, by: Commission, at: datetime, expected: int | None) -> VisitNote:
    earlier = VisitNote.objects.filter(visit=visit, provider=by.provider_id).first()
    if earlier is None:
        return _new_note(visit, by, at)
    note = once.lock(VisitNote.objects.all(), earlier.pk, expected)
    if note.signed_at is not None:
        raise NoteSigned(_("Anteckningen är signerad och kan inte ändras."))
    return note


def _new_note(visit: Visit, by: Commission, at: datetime) -> VisitNote:
    try:
        with transaction.atomic():
            return VisitNote.objects.create(
                visit=visit,
                patient_id=visit.patient_id,
                owner_unit=by.unit,
                information_kind=kind_of_note(by),
                provider_id=by.provider_id,
                author=by,
                written_at=at,
            )
    except IntegrityError:
        raise Stale(_("En kollega började skriva samtidigt. Ladda om sidan så ser du anteckningen.")) from None


@transaction.atomic
def sign_note(*, note: VisitNote, by: Commission, at: datetime, expected: int | None = None) -> VisitNote:
    """Sign a note. There is no undo: what is wrong is corrected by ``correct_note``, and what was signed stays.

    Raises :class:`NotYourNote`, :class:`NoteSigned` and :class:`NoteEmpty`.
    """
    row = once.lock(VisitNote.objects.select_related("author"), note.pk, expected)
    if row.provider_id != by.provider_id or row.author.staff_id != by.staff_id:
        raise NotYourNote(_("Bara den som skrev anteckningen kan signera den."))
    if row.signed_at is not None:
        raise NoteSigned(_("Anteckningen är redan signerad."))
    if not row.text:
        raise NoteEmpty(_("Skriv något innan du signerar."))
    row.signed_at = at
    once.save(row, "signed_at")
    _log("visits.sign_note", row, by=by, at=at, action=audit.Action.SIGN)
    return row


@transaction.atomic
def copy_note(*, note: VisitNote, by: Commission, at: datetime) -> VisitNote:
    """Note that a signed note has been copied to the care provider's own journal.

    Raises :class:`NotYourNote` and :class:`NotSigned`.
    """
    row = once.lock(VisitNote.objects.all(), note.pk)
    if row.provider_id != by.provider_id:
        raise NotYourNote(_("Anteckningen hör till en annan vårdgivare."))
    if row.signed_at is None:
        raise NotSigned(_("Signera anteckningen innan du kopierar den."))
    row.copied_at = at
    once.save(row, "copied_at")
    _log("visits.copy_note", row, by=by, at=at, action=audit.Action.EXPORT)
    return row


def _log(
    what: str,
    note: VisitNote,
    *,
    by: Commission,
    at: datetime,
    action: audit.Action = audit.Action.WRITE,
) -> None:
    audit.write(
        what,
        by=by,
        at=at,
        action=action,
        patients=[note.patient_id],
        object_kind="visitnote",
        object_id=note.pk,
    )
