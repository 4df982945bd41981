"""Figures for the joint management: an overview, one indicator whole, and the same as files. Numbers, never persons."""

from django.http import Http404, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _

from narvard.access.pages import CareHttpRequest, Role, page
from narvard.core import audit
from narvard.desk.followup import files, presenters
from narvard.desk.followup.filters import asked
from narvard.desk.followups import tabs
from narvard.followup.definitions import Definition, definitions
from narvard.followup.indicators.words import period_words

READERS = (Role.MANAGER, Role.SAFETY, Role.COORDINATOR, Role.PLANNER, Role.ADMINISTRATOR)


@page(*READERS)
def overview(request: CareHttpRequest) -> HttpResponse:
    """Every indicator of a period as a card, by perspective."""
    chosen = asked(request)
    context = {
        "title": _("Uppföljning, %(period)s") % {"period": period_words(chosen.snapshot)} if chosen.snapshot else "",
        "tabs": tabs(request, "followup:overview"),
        "asked": chosen,
        "groups": presenters.groups(chosen),
        "manages": request.commission.role in MANAGERS,
    }
    return render(request, "followup/overview.html", context)


@page(*READERS)
def indicator(request: CareHttpRequest, slug: str) -> HttpResponse:
    """One indicator by municipality, programme and week, with its definition."""
    chosen = asked(request)
    return render(
        request, "followup/indicator.html", {"asked": chosen, "shown": presenters.whole(chosen, _definition(slug))}
    )


@page(*READERS)
def definitions_page(request: CareHttpRequest) -> HttpResponse:
    """What each indicator means."""
    rows = [(row, presenters.facts_of(row)) for row in definitions()]
    return render(request, "followup/definitions.html", {"rows": rows})


def _definition(slug: str) -> Definition:
    found = next((row for row in definitions() if row.id == slug), None)
    if found is None:
        raise Http404
    return found


@page(*READERS)
def export(request: CareHttpRequest, kind: str) -> HttpResponse:
    """The figures of the choice, one line for each indicator and municipality, as CSV or XLSX; logged as an export."""
    chosen = asked(request)
    audit.write(
        "followup.export",
        by=request.commission,
        at=request.at,
        action=audit.Action.EXPORT,
        object_kind="snapshot",
        object_id=chosen.snapshot.pk if chosen.snapshot else "",
        reason=kind,
    )
    return files.answer(files.figures(chosen), kind, _("uppfoljning"))


MANAGERS = (Role.MANAGER, Role.SAFETY)
