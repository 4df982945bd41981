"""Pages of the binder: what lies in the home, a new version with one click, and the PDF."""

import uuid

from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.http import content_disposition_header
from django.utils.translation import gettext as _

from narvard.access import guard
from narvard.access.pages import CareHttpRequest, page
from narvard.care.binder import actions, queries
from narvard.care.binder.contents import pictures_of
from narvard.care.binder.document import pdf_of
from narvard.care.binder.models import Binder
from narvard.desk.base import OnceForm, run_once
from narvard.desk.patient.menu import WITNESSES
from narvard.desk.plans.door import PLAN_READERS, refuse_unnamed
from narvard.organisation.models import Commission

MAKERS = (*WITNESSES, Commission.Role.COORDINATOR)


@page(*PLAN_READERS)
def show(request: CareHttpRequest, pk: uuid.UUID) -> HttpResponse:
    """Which version lies in the home, whether it still holds, and those that were made."""
    return _page(request, pk)


def _page(request: CareHttpRequest, pk: uuid.UUID, form: OnceForm | None = None, status: int = 200) -> HttpResponse:
    opened = guard.open_patient(pk, by=request.commission, at=request.at, what="binder.page")
    made = opened.readable(queries.binders_of(pk))
    there = queries.in_home(made)
    writes = (
        opened.relates and opened.names_units and request.commission.role in MAKERS and opened.patient.died_at is None
    )
    context = {
        "patient": opened.patient,
        "made": made,
        "there": there,
        "newest": made[0] if made else None,
        "out_of_date": there is not None and opened.names_units and queries.is_out_of_date(there, opened, request.at),
        "writes": writes,
        "names_units": opened.names_units,
        # A picture from the home may show where it is.
        "pictures": opened.readable(pictures_of(pk)) if opened.names_units else [],
        "pictures_writes": writes and request.commission.role in WITNESSES,
        "form": form or OnceForm(),
    }
    return render(request, "plans/binder.html", context, status=status)


@page(*MAKERS, methods=("POST",))
def make(request: CareHttpRequest, pk: uuid.UUID) -> HttpResponse:
    """A new version with what holds now, as a PDF."""
    opened = guard.open_patient(pk, by=request.commission, at=request.at, what="binder.make")
    opened.refuse_unrelated()
    refuse_unnamed(opened)
    form = OnceForm(request.POST)
    size = "?storlek=stor" if "large" in request.POST else ""
    if not form.is_valid():
        return _page(request, pk, form, 422)

    def act() -> object:
        return actions.make_binder(opened=opened, by=request.commission, at=request.at).pk

    def then(key: str) -> str:
        return reverse("plans:binder-pdf", args=[key]) + size

    answer = run_once(request, form, "binder.make", act, then=then)
    return answer if answer is not None else _page(request, pk, form, 409)


def _binder(request: CareHttpRequest, pk: uuid.UUID, what: str) -> tuple[Binder, guard.OpenPatient]:
    rows = Binder.objects.select_related("made_by__staff", "made_by__unit", "patient").prefetch_related("units")
    binder, opened = guard.fetch(rows, pk, by=request.commission, at=request.at, what=what)
    refuse_unnamed(opened)
    return binder, opened


@page(*PLAN_READERS)
def pdf(request: CareHttpRequest, pk: uuid.UUID) -> HttpResponse:
    """The version as a file to print; the name tells nothing of whose it is. Logged as a print."""
    binder, _opened = _binder(request, pk, "binder.pdf")
    actions.print_binder(binder=binder, by=request.commission, at=request.at)
    answer = HttpResponse(pdf_of(binder, large=request.GET.get("storlek") == "stor"), content_type="application/pdf")
    name = _("parm-version-%(n)d.pdf") % {"n": binder.number}
    answer.headers["Content-Disposition"] = content_disposition_header(True, name) or "attachment"
    answer.headers["X-Content-Type-Options"] = "nosniff"
    answer.headers["Cache-Control"] = "no-store"
    return answer


@page(*MAKERS, methods=("POST",))
def put(request: CareHttpRequest, pk: uuid.UUID) -> HttpResponse:
    """The version has been put in the home."""
    binder, opened = _binder(request, pk, "binder.put")
    opened.refuse_unrelated()
    home = reverse("plans:binder", args=[binder.patient_id])
    form = OnceForm(request.POST)
    if not form.is_valid():
        return redirect(home)

    def act() -> object:
        return actions.place_binder(binder=binder, by=request.commission, at=request.at).pk

    done = _("Version %(n)d ligger nu i hemmet.") % {"n": binder.number}
    answer = run_once(request, form, "binder.put", act, then=lambda _result: home, done=done)
    return answer if answer is not None else _page(request, binder.patient_id, form, 409)
