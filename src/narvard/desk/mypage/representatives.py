"""Who may see a patient's own page: recorded by staff, on the patient's word."""

import uuid

from django.http import HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from narvard.access import guard
from narvard.access.actions import add_representative, end_representative
from narvard.access.guard import OpenPatient
from narvard.access.models import Representative
from narvard.access.pages import CareHttpRequest, Role, page
from narvard.access.signin.eid import in_force, person_key
from narvard.care.rules import refuse_not_meeting
from narvard.desk.base import OnceForm, run_once
from narvard.desk.mypage.forms import RepresentativeForm

RECORDERS = (Role.COORDINATOR, Role.TEAM, Role.PHYSICIAN, Role.MUNICIPAL, Role.WARD)


@page(*RECORDERS, methods=("GET", "POST"))
def staff_page(request: CareHttpRequest, pk: uuid.UUID) -> HttpResponse:
    """Those who may see the patient's page now, and one more."""
    opened = guard.open_patient(pk, by=request.commission, at=request.at, what="patient.representatives")
    refuse_not_meeting(opened.patient, request.commission, request.at)
    form = RepresentativeForm(request.POST or None, today=timezone.localdate(request.at))
    if request.method == "POST" and form.is_valid():
        data = form.cleaned_data
        answer = run_once(
            request,
            form,
            "patient.representative",
            lambda: add_representative(
                patient=opened.patient,
                person_key=person_key(data["identifier"]),
                name=data["name"],
                kind=Representative.Kind(data["kind"]),
                until=data["until"],
                by=request.commission,
                at=request.at,
            ),
            then=lambda _result: reverse("patient:representatives", args=[pk]),
            done=_("%(name)s kan nu logga in och se en del av patientens sida.") % {"name": data["name"]},
        )
        if answer is not None:
            return answer
    return _show(request, opened, form)


def _show(request: CareHttpRequest, opened: OpenPatient, form: RepresentativeForm) -> HttpResponse:
    rows = in_force(request.at).filter(patient=opened.patient).select_related("recorded_by__unit")
    context = {
        "patient": opened.patient,
        "form": form,
        "rows": [(row, OnceForm()) for row in rows],
    }
    return render(request, "mypage/representatives.html", context, status=422 if form.errors else 200)


@page(*RECORDERS, methods=("POST",))
def staff_end(request: CareHttpRequest, pk: uuid.UUID) -> HttpResponse:
    """End a representative's right at once."""
    row = Representative.objects.filter(pk=pk).first()
    if row is None:
        raise guard.AccessDenied("missing", object_kind="representative", object_id=pk)
    opened = guard.open_patient(row.patient_id, by=request.commission, at=request.at, what="patient.end_representative")
    refuse_not_meeting(opened.patient, request.commission, request.at)
    form = OnceForm(request.POST)
    answer = None
    if form.is_valid():
        answer = run_once(
            request,
            form,
            "patient.end-representative",
            lambda: end_representative(representative=row, by=request.commission, at=request.at),
            then=lambda _result: reverse("patient:representatives", args=[row.patient_id]),
            done=_("%(name)s ser inte längre patientens sida.") % {"name": row.name},
        )
    empty = RepresentativeForm(today=timezone.localdate(request.at))
    return answer or _show(request, opened, empty)
