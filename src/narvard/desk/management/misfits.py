"""Choices against the criteria and requests that no team took: counts, and the reasons within one's own provider."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.http import HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from narvard.access.pages import CareHttpRequest, Role, page
from narvard.core import audit
from narvard.intake.misfits import Misfit, by_place, by_team, misfits
from narvard.organisation.models import Commission
from narvard.ui.figures import figure
from narvard.ui.parts import Tab, Table

READERS = (Role.MANAGER, Role.SAFETY, Role.COORDINATOR)
DAYS = (30, 90, 365)
MOST_SHOWN = 100


@dataclass(frozen=True)
class Line:
    """One happening in a list; ``reason`` is empty where the reader may only count."""

    reference: str
    at: datetime
    title: str
    against: str
    reason: str
    next_step: str


@page(*READERS)
def listed(request: CareHttpRequest) -> HttpResponse:
    """What the joint management looks at: how often, which teams, where, and why."""
    asked = request.GET.get("dagar", "")
    days = next((each for each in DAYS if str(each) == asked), 90)
    found = misfits(request.commission.unit.care_area, since=request.at - timedelta(days=days))
    read = [row for row in found if _may_read(row, request.commission)][:MOST_SHOWN]
    audit.write(
        "management.misfits", by=request.commission, at=request.at, action=audit.Action.READ,
        patients={row.patient for row in read}, object_kind="misfits", reason=f"{days} days",
    )  # fmt: skip
    overrides, refused = [row for row in found if row.override], [row for row in found if not row.override]
    context = {
        "title": _title(len(overrides), len(refused)),
        "tabs": _tabs(days),
        "overrides": [_line(row) for row in read if row.override],
        "refused": [_line(row) for row in read if not row.override],
        "by_team": _team_table(found) if overrides else None,
        "by_place": _place_table(found) if refused else None,
        "others": len(found) - len(read),
    }
    return render(request, "management/misfits.html", context)


def _may_read(row: Misfit, by: Commission) -> bool:
    """Reasons are read within the care provider that wrote them, and never of a person with protected identity."""
    return row.provider == by.unit.provider_id and not row.hidden


def _line(row: Misfit) -> Line:
    title = row.team if row.override else row.place or _("okänd kommun")
    against = row.against
    if row.suggested:
        against = "; ".join(filter(None, [against, _("föreslaget: %(team)s") % {"team": row.suggested}]))
    return Line(row.reference, row.at, title, against, row.reason, row.next_step)


def _title(overrides: int, refused: int) -> str:
    chosen = ngettext("%(n)s val mot kraven", "%(n)s val mot kraven", overrides) % {"n": figure(overrides)}
    none = ngettext("%(n)s begäran som inget team tog", "%(n)s begäran som inget team tog", refused)
    return f"{chosen}, {none % {'n': figure(refused)}}"


def _tabs(days: int) -> list[Tab]:
    here = reverse("management:misfits")
    return [Tab(_("%(n)s dagar") % {"n": each}, f"{here}?dagar={each}", current=each == days) for each in DAYS]


def _team_table(rows: Sequence[Misfit]) -> Table:
    lines = [[team, figure(many), figure(other)] for team, many, other in by_team(rows)]
    head = [_("Team"), _("Val mot kraven"), _("Ett annat team föreslogs")]
    return Table(_("Vilka team fick begäran trots att kraven inte var uppfyllda"), head, lines, frozenset({1, 2}))


def _place_table(rows: Sequence[Misfit]) -> Table:
    lines = [[place or _("okänd eller skyddad"), figure(many)] for place, many in by_place(rows)]
    return Table(_("Var inget team tog emot"), [_("Kommun"), _("Begäran")], lines, frozenset({1}))
