"""A signed note as text for the care provider's own journal, so that nobody writes twice."""

from datetime import datetime

from django.utils import timezone
from django.utils.translation import gettext as _

from narvard.visits.codes import labels
from narvard.visits.models import VisitNote


def journal_text(note: VisitNote) -> str:
    """The note with its visit, author, signature and codes, one fact a line."""
    visit = note.visit
    author = note.author
    lines = [
        _("%(what)s, %(mode)s") % {"what": visit.what, "mode": visit.get_mode_display()},
        _("Tid: %(time)s") % {"time": _span(visit.starts_at, visit.ends_at)},
        _("Av: %(name)s, %(profession)s, %(unit)s")
        % {
            "name": author.staff.name,
            "profession": author.staff.get_profession_display(),
            "unit": note.owner_unit.name,
        },
        "",
        note.valid_text,
        "",
        *(_("Åtgärd: %(code)s") % {"code": label} for label in labels(note.valid_codes)),
    ]
    if note.signed_at is not None:
        lines.append(_("Signerat %(time)s") % {"time": f"{timezone.localtime(note.signed_at):%Y-%m-%d %H:%M}"})
    lines += _correction(note)
    return "\n".join(lines).strip()


def _correction(note: VisitNote) -> list[str]:
    """What was signed before the note was corrected, by whom it was and why: the journal keeps both wordings."""
    row = note.correction
    if row is None:
        return []
    words = {"time": f"{timezone.localtime(row.at):%Y-%m-%d %H:%M}", "name": row.author.staff.name}
    return [
        _("Rättat %(time)s av %(name)s: %(why)s") % {**words, "why": row.reason},
        _("Signerad text före rättelsen: %(text)s") % {"text": note.text},
    ]


def _span(start: datetime | None, end: datetime | None) -> str:
    if start is None:
        return _("okänd")
    first = f"{timezone.localtime(start):%Y-%m-%d %H:%M}"
    return f"{first}–{timezone.localtime(end):%H:%M}" if end else first
