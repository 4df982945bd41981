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
        note.text,
        "",
        *(_("Åtgärd: %(code)s") % {"code": label} for label in labels(note.codes)),
    ]
    if note.signed_at is not None:
        lines.append(_("Signerat %(time)s") % {"time": f"{timezone.localtime(note.signed_at):%Y-%m-%d %H:%M}"})
    return "\n".join(lines).strip()


def _span(start: datetime | None, end: datetime | None) -> str:
    if start is None:
        return _("okänd")
    first = f"{timezone.localtime(start):%Y-%m-%d %H:%M}"
    return f"{first}–{timezone.localtime(end):%H:%M}" if end else first
