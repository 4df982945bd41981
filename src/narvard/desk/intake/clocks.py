"""The page for clocks: late, nearly late and met, by unit and by programme; a unit sees its own, others the area."""

from datetime import timedelta

from django.http import HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from narvard.access.pages import CareHttpRequest, Role, page
from narvard.flows.clocks import Tally, by_programme, clock_lines
from narvard.ui.figures import figure
from narvard.ui.parts import Tab, Table

# Who sees the whole area; the others see their own unit.
JOINT = frozenset({Role.COORDINATOR, Role.PLANNER, Role.MANAGER, Role.SAFETY})
OWN = (Role.TEAM, Role.PHYSICIAN, Role.MUNICIPAL, Role.WARD)
DAYS = (1, 7, 30, 90)
_NUMBERS = frozenset(range(1, 7))


@page(*sorted(JOINT), *OWN)
def clocks(request: CareHttpRequest) -> HttpResponse:
    """How the promises of time are kept: counts only, never a person."""
    asked = request.GET.get("dagar", "")
    days = next((each for each in DAYS if str(each) == asked), 30)
    unit = request.commission.unit
    mine = None if request.commission.role in JOINT else unit
    lines = clock_lines(unit.care_area, request.at, since=request.at - timedelta(days=days), unit=mine)
    total = Tally()
    for line in lines:
        total.add(line.tally)
    rows = [[line.unit, *_cells(line.tally)] for line in lines]
    programmes = [[name, *_cells(tally)] for name, tally in by_programme(lines)]
    context = {
        "title": _title(total),
        "total": total,
        "tabs": _tabs(days),
        "days": days,
        "where": mine.name if mine else "",
        "by_unit": Table(_("Klockor efter enhet"), _head(_("Enhet")), rows, _NUMBERS) if rows else None,
        "by_programme": (
            Table(_("Klockor efter program"), _head(_("Program")), programmes, _NUMBERS) if programmes else None
        ),
    }
    return render(request, "intake/clocks.html", context)


def _title(total: Tally) -> str:
    told = {"late": figure(total.late), "soon": figure(total.nearly)}
    return ngettext("%(late)s försenad, %(soon)s snart", "%(late)s försenade, %(soon)s snart", total.late) % told


def _head(first: str) -> list[str]:
    return [first, _("Försenade nu"), _("Snart"), _("I tid"), _("Hållna"), _("För sent"), _("Andel hållna")]


def _cells(tally: Tally) -> list[str]:
    share = "–" if tally.share is None else _("%(n)s %%") % {"n": figure(round(100 * tally.share))}
    return [figure(n) for n in (tally.late, tally.nearly, tally.in_time, tally.met, tally.missed)] + [share]


def _tabs(days: int) -> list[Tab]:
    here = reverse("intake:clocks")
    words = {1: _("Ett dygn"), 7: _("7 dagar"), 30: _("30 dagar"), 90: _("90 dagar")}
    return [Tab(words[each], f"{here}?dagar={each}", current=each == days) for each in DAYS]
