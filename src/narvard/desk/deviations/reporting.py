"""Reporting a deviation, from wherever one was."""

from typing import Any

from django.http import HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _

from narvard.access import guard
from narvard.access.pages import CareHttpRequest, page
from narvard.desk.account.drafts import draft_of, drop_draft
from narvard.desk.base import run_once
from narvard.desk.deviations.forms import ReportForm
from narvard.desk.deviations.whence import Whence, unit_groups, whence
from narvard.deviations import actions
from narvard.deviations.models import Kind, Source
from narvard.organisation.models import CareUnit, Commission
from narvard.people.models import Patient

_CARE = frozenset({Commission.Purpose.CARE, Commission.Purpose.SOCIAL})


@page(methods=("GET", "POST"))
def new(request: CareHttpRequest) -> HttpResponse:
    """Tell what went wrong; the page that one came from says whom it is about and whom it concerns."""
    place = whence(request, request.POST.get("fran", "") or request.GET.get("fran", ""))
    form = ReportForm(
        request.POST or None,
        request.FILES or None,
        now=request.at,
        groups=unit_groups(request, place.suggested, request.commission.unit_id),
        asks_who=place.opened is None and request.commission.purpose in _CARE,
        initial=_initial(request, place),
    )
    status = 200
    if form.is_bound:
        status = 422
        if form.is_valid():
            answer = _send(request, form, place)
            if answer is not None:
                drop_draft(user=request.user, by=request.commission, form=_draft(place))
                return answer
            status = 409
    context = {"form": form, "whence": place, "draft": _draft(place), "file_lost": form.errors and request.FILES}
    return render(request, "deviations/new.html", context, status=status)


def _draft(place: Whence) -> str:
    return f"deviations:new {place.source_id or ''}".strip()


def _initial(request: CareHttpRequest, place: Whence) -> dict[str, Any]:
    """What was typed and not sent, else what the page tells."""
    draft = draft_of(user=request.user, by=request.commission, form=_draft(place), at=request.at)
    kept = {name: values[-1] for name, values in draft.items() if values}
    told = {"kind": Kind.HANDOVER} if place.source == Source.HANDOVER else {}
    suggested = {"unit": str(place.likely)} if place.likely else {}
    # What a person typed in a box that is hidden here stays out.
    kept = {name: value for name, value in kept.items() if name not in {"fran", "happened_at", "identifier"}}
    return {**told, **suggested, **kept, "fran": place.path}


def _send(request: CareHttpRequest, form: ReportForm, place: Whence) -> HttpResponse | None:
    unit = CareUnit.objects.get(pk=form.cleaned_data["unit"])

    def act() -> str:
        row = actions.report_deviation(
            unit=unit,
            report=_report(form, place),
            patient=_patient(request, form, place),
            by=request.commission,
            at=request.at,
        )
        if form.sent_file is not None:
            actions.attach(
                deviation=row,
                file=form.sent_file,
                shows_person=not form.cleaned_data["file_hides_person"],
                by=request.commission,
                at=request.at,
            )
        return str(row.pk)

    done = _("Avvikelsen är skickad till %(unit)s och till dem som ansvarar för patientsäkerheten där.")
    then = lambda key: reverse("deviations:page", args=[key])  # noqa: E731 - one expression, used once
    return run_once(request, form, "deviations.report", act, then=then, done=done % {"unit": unit.name})


def _report(form: ReportForm, place: Whence) -> actions.Report:
    names = ("kind", "what", "happened_at", "consequence", "severity", "likelihood", "immediate_act")
    told = {name: form.cleaned_data[name] for name in names}
    return actions.Report(**told, source=place.source, source_id=place.source_id)


def _patient(request: CareHttpRequest, form: ReportForm, place: Whence) -> Patient | None:
    """The patient of the page, or the one with the number that was typed."""
    if place.opened is not None:
        return place.opened.patient
    identifier = form.cleaned_data.get("identifier")
    if identifier is None:
        return None
    known = guard.first_contact(identifier, by=request.commission, at=request.at)
    if known is None:
        raise actions.DeviationNotValid(_("Ingen patient har det numret här. Rätta det, eller lämna rutan tom."))
    return known.patient
