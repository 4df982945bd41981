"""Correcting a signed note (PDL 2008:355 3 kap. 14 §): the earlier wording stays readable.

Nothing is ever destroyed here: that takes a decision by Inspektionen för vård och omsorg (PDL 8 kap. 4 §).
"""

from collections.abc import Sequence
from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext as _

from narvard.access import guard
from narvard.core import audit, once
from narvard.core.errors import Refused
from narvard.organisation.models import Commission
from narvard.visits import codes as code_list
from narvard.visits.actions.notes import NoteEmpty, NotSigned, NotYourNote
from narvard.visits.models import NoteCorrection, VisitNote


class CorrectionNeedsReason(Refused):
    """A correction says why."""


class NothingCorrected(Refused):
    """The correction says what the note says already."""


@transaction.atomic
def correct_note(
    *,
    note: VisitNote,
    text: str,
    codes: Sequence[str],
    reason: str,
    by: Commission,
    at: datetime,
    expected: int | None = None,
) -> NoteCorrection:
    """Give a signed note a new wording, signed by the one who corrects, who works at the unit that keeps the note.

    The note must be copied to the journal again. Raises :class:`NotYourNote`, ``AccessDenied``, :class:`NotSigned`,
    :class:`NoteEmpty`, :class:`CorrectionNeedsReason`, :class:`NothingCorrected` and ``UnknownCode``.
    """
    row = once.lock(VisitNote.objects.all(), note.pk, expected)
    if row.owner_unit_id != by.unit_id:
        raise NotYourNote(_("Bara enheten som skrev anteckningen kan rätta den."))
    guard.refuse_unreadable(row, by=by, at=at)
    if row.signed_at is None:
        raise NotSigned(_("Anteckningen är inte signerad än. Ändra den direkt."))
    _check(row, text.strip(), codes, reason)
    correction = NoteCorrection.objects.create(
        note=row, text=text.strip(), codes=list(dict.fromkeys(codes)), reason=reason.strip()[:400], author=by, at=at
    )
    row.copied_at = None
    once.save(row, "copied_at")
    audit.write(
        "visits.correct_note",
        by=by,
        at=at,
        action=audit.Action.SIGN,
        patients=[row.patient_id],
        object_kind="visitnote",
        object_id=row.pk,
        reason=f"correction {correction.pk}",
    )
    return correction


def _check(note: VisitNote, text: str, codes: Sequence[str], reason: str) -> None:
    if not text:
        raise NoteEmpty(_("Skriv vad som ska stå i stället."))
    if not reason.strip():
        raise CorrectionNeedsReason(_("Skriv varför anteckningen rättas."))
    code_list.check(codes)
    if (text, set(codes)) == (note.valid_text, set(note.valid_codes)):
        raise NothingCorrected(_("Texten är densamma som förut."))
