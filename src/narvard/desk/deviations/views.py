"""Lists of deviations by clock, a deviation's page, its files."""

import uuid

from django.core.paginator import Paginator
from django.http import HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from narvard.access.pages import CareHttpRequest, page
from narvard.desk.deviations.sheet import line_of, sheet_of
from narvard.desk.files import download
from narvard.deviations import guard, queries
from narvard.deviations.models import Deviation
from narvard.deviations.rights import OVERSEERS
from narvard.ui.parts import Tab

PER_PAGE = 50
_LISTS = {"": queries.to_us, "fran-oss": queries.from_us, "avslutade": queries.closed}


@page()
def listed(request: CareHttpRequest) -> HttpResponse:
    """Deviations to us, from us, and closed; the most urgent first."""
    by, shown = request.commission, request.GET.get("visa", "")
    shown = shown if shown in _LISTS else ""
    found = Paginator(_LISTS[shown](by), PER_PAGE).get_page(request.GET.get("page"))
    keys = [row.pk for row in found.object_list]
    rows = {
        each.deviation.pk: each
        for each in guard.open_listed(
            Deviation.objects.filter(pk__in=keys), by=by, at=request.at, what="deviations.list"
        )
    }
    turns = queries.turns(by, request.at)
    context = {
        "title": _title(turns),
        "tabs": _tabs(shown, turns),
        "lines": [line_of(rows[key], request.at) for key in keys if key in rows],
        "found": found,
        "none": _none(shown),
        "oversees": by.role in OVERSEERS,
    }
    return render(request, "deviations/list.html", context)


def _title(turns: queries.Turns) -> str:
    if not turns.waiting:
        return _("Ingen avvikelse väntar på oss")
    title = ngettext("%(n)s avvikelse väntar på oss", "%(n)s avvikelser väntar på oss", turns.waiting)
    late = ngettext("%(n)s är sen", "%(n)s är sena", turns.late) % {"n": turns.late} if turns.late else ""
    return ", ".join(filter(None, [title % {"n": turns.waiting}, late]))


def _tabs(shown: str, turns: queries.Turns) -> list[Tab]:
    here = reverse("deviations:list")
    return [
        Tab(_("Till oss"), here, current=shown == "", count=turns.to_us),
        Tab(_("Från oss"), f"{here}?visa=fran-oss", current=shown == "fran-oss", count=turns.from_us),
        Tab(_("Avslutade"), f"{here}?visa=avslutade", current=shown == "avslutade"),
    ]


def _none(shown: str) -> str:
    words = {
        "": _("Ingen avvikelse till oss är öppen"),
        "fran-oss": _("Ingen avvikelse från oss är öppen"),
        "avslutade": _("Ingen avvikelse är avslutad"),
    }
    return words[shown]


@page()
def show(request: CareHttpRequest, pk: uuid.UUID) -> HttpResponse:
    """One deviation, for those who take part in it."""
    found = guard.open_deviation(pk, by=request.commission, at=request.at, what="deviations.page")
    return render(request, "deviations/page.html", {"sheet": sheet_of(request, found)})


@page()
def file(request: CareHttpRequest, pk: uuid.UUID) -> HttpResponse:
    """A deviation's photo or PDF, as a download."""
    row = guard.fetch_attachment(pk, by=request.commission, at=request.at)
    return download(row, f"{row.deviation.reference}-{row.place}")
