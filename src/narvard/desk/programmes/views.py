"""The programmes: all of them by kind, and one in readable words with its versions."""

from dataclasses import dataclass
from datetime import date
from typing import Any

from django.http import Http404, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.translation import gettext as _

from narvard.access.pages import CareHttpRequest, Role, page
from narvard.core.sorting import sort_key
from narvard.desk.programmes.changes import changes
from narvard.desk.programmes.forms import EndForm
from narvard.desk.programmes.presenters import sheet
from narvard.intake.models import ProgrammeVersion
from narvard.intake.versions import History, ProgrammeRow, definition_of, history, programme_rows, text_of
from narvard.organisation.models import Programme, Team

READERS = (Role.MANAGER, Role.SAFETY, Role.COORDINATOR, Role.PLANNER, Role.ADMINISTRATOR)


@dataclass(frozen=True)
class Group:
    """The programmes of one kind."""

    label: str
    rows: list[ProgrammeRow]


@page(*READERS)
def listed(request: CareHttpRequest) -> HttpResponse:
    """Every programme by kind, with the version in force."""
    rows = sorted(programme_rows(timezone.localdate(request.at)), key=lambda row: sort_key(row.name))
    kinds = {kind: [row for row in rows if row.kind == kind] for kind in Programme.Kind.values}
    groups = [Group(str(Programme.Kind(kind).label), some) for kind, some in kinds.items() if some]
    return render(request, "programmes/list.html", {"groups": groups, "count": len(rows)})


@page(*READERS)
def show(request: CareHttpRequest, key: str) -> HttpResponse:
    """One programme in words; ``?version=2`` shows that version and what it changed."""
    found = history_or_404(key)
    version = _asked(found, request.GET.get("version", ""), timezone.localdate(request.at))
    return render(request, "programmes/show.html", show_context(request, found, version))


def history_or_404(key: str) -> History:
    """The programme with its versions."""
    found = history(key)
    if found is None:
        raise Http404(key)
    return found


def _asked(found: History, asked: str, today: date) -> ProgrammeVersion | None:
    """The version that the address names, else the one in force, else the newest."""
    if asked:
        version = found.numbered(int(asked)) if asked.isdecimal() and len(asked) < 9 else None
        if version is None:
            raise Http404(asked)
        return version
    return found.in_force(today) or next(iter(found.versions), None)


def show_context(
    request: CareHttpRequest, found: History, version: ProgrammeVersion | None, end_form: EndForm | None = None
) -> dict[str, Any]:
    """What the page of a programme shows."""
    today = timezone.localdate(request.at)
    definition = definition_of(version) if version else found.packaged
    if definition is None:
        raise Http404(found.key)
    before = found.before(version) if version else None
    administers = request.commission.role == Role.ADMINISTRATOR
    newest = next(iter(found.versions), None)
    return {
        "found": found,
        "version": version,
        "standing": _standing(found, version, today),
        "sheet": sheet(definition, str(Programme.Kind(found.kind).label)),
        "before": before,
        "changes": changes(text_of(before), text_of(version)) if before and version else [],
        "teams": Team.objects.filter(programme=found.programme).select_related("unit").order_by("unit__sort_key"),
        "administers": administers,
        "end_form": (end_form or EndForm()) if administers and newest and newest.ends_on is None else None,
    }


def _standing(found: History, version: ProgrammeVersion | None, today: date) -> tuple[str, str]:
    """A state badge's kind and word."""
    if version is None:
        return "neutral", _("inte i kraft")
    if version == found.in_force(today):
        return "done", _("i kraft")
    if version.valid_from > today:
        return "waiting", _("gäller senare")
    return "neutral", _("har upphört") if version == found.versions[0] else _("tidigare version")
