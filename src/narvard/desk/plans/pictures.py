"""Pictures in the binder: how something is done at home, in a photo that the person has said yes to."""

import uuid
from typing import Any

from django import forms
from django.http import HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from narvard.access import guard
from narvard.access.models import Consent
from narvard.access.pages import CareHttpRequest, page
from narvard.care.binder import actions
from narvard.care.binder.models import BinderPicture
from narvard.core.uploads import PHOTO
from narvard.desk.base import OnceForm, run_once
from narvard.desk.files import UploadField, download
from narvard.desk.patient.acting import Plan as Doing
from narvard.desk.patient.acting import Sheet, run_form
from narvard.desk.patient.menu import WITNESSES
from narvard.desk.plans.door import PLAN_READERS, refuse_unnamed
from narvard.desk.plans.forms import UnitsForm
from narvard.desk.plans.writing import candidates


class PictureForm(UnitsForm):
    """A photo, what it shows, and how the person said yes to it."""

    file = UploadField(
        label=_("Foto"),
        help_text=_("En teckning kan fotograferas. Visa handgreppet, inte ansiktet. Plats och tid tas bort."),
    )
    title = forms.CharField(label=_("Vad visar bilden?"), max_length=120)
    text = forms.CharField(
        label=_("Så gör man"),
        required=False,
        max_length=400,
        widget=forms.Textarea(attrs={"rows": 3}),
    )
    how = forms.ChoiceField(
        label=_("Hur sa personen ja till bilden?"), choices=Consent.How.choices, widget=forms.RadioSelect
    )
    given_by = forms.CharField(label=_("Vem sa ja, om inte personen själv"), required=False, max_length=120)

    def clean_file(self) -> Any:
        """A photo: a PDF cannot be set on the page."""
        file = self.cleaned_data["file"]
        if file is None or file.media_type != PHOTO:
            raise forms.ValidationError(gettext("Skicka ett foto. En teckning kan fotograferas."))
        return file


@page(*WITNESSES, methods=("GET", "POST"))
def add(request: CareHttpRequest, pk: uuid.UUID) -> HttpResponse:
    """Add a picture to the next binder."""
    opened = guard.open_patient(pk, by=request.commission, at=request.at, what="binder.picture-add")
    opened.refuse_unrelated()
    refuse_unnamed(opened)
    units = candidates(opened.patient, {request.commission.unit_id}, request.at)
    form = PictureForm(request.POST or None, request.FILES or None, units=units, chosen=True)
    context = {"patient": opened.patient, "form": form}
    status = 200
    if form.is_bound and form.is_valid():
        said = form.cleaned_data
        shown = actions.Shown(said["title"], said["text"], said["how"], said["given_by"])

        def act() -> object:
            return actions.add_picture(
                patient=opened.patient,
                file=said["file"],
                shown=shown,
                units=form.units,
                by=request.commission,
                at=request.at,
            ).pk

        home = reverse("plans:binder", args=[pk])
        done = gettext("Bilden är sparad. Skriv ut en ny pärm så finns den med.")
        answer = run_once(request, form, "binder.picture-add", act, then=lambda _result: home, done=done)
        if answer is not None:
            return answer
        status = 409
    elif form.is_bound:
        status = 422
    return render(request, "plans/picture_add.html", context, status=status)


def _picture(request: CareHttpRequest, pk: uuid.UUID, what: str) -> tuple[BinderPicture, guard.OpenPatient]:
    rows = BinderPicture.objects.filter(removed_at=None).select_related("patient").prefetch_related("units")
    picture, opened = guard.fetch(rows, pk, by=request.commission, at=request.at, what=what)
    refuse_unnamed(opened)
    return picture, opened


@page(*PLAN_READERS)
def show(request: CareHttpRequest, pk: uuid.UUID) -> HttpResponse:
    """The photo; its name tells nothing of whose it is."""
    picture, _opened = _picture(request, pk, "binder.picture")
    return download(picture, gettext("bild"))


@page(*WITNESSES, methods=("GET", "POST"))
def remove(request: CareHttpRequest, pk: uuid.UUID) -> HttpResponse:
    """Take the picture out of the binder."""
    picture, opened = _picture(request, pk, "binder.picture-remove")
    opened.refuse_unrelated()
    form = OnceForm(request.POST or None)
    says = [
        gettext("Bilden skrivs inte ut mer, inte heller i en äldre version som skrivs ut igen."),
        gettext("Ta också bort den ur pärmen i hemmet."),
    ]
    sheet = Sheet(
        gettext("Ta bort bilden %(title)s") % {"title": picture.title}, gettext("Ta bort"), says=says, grave=True
    )

    def act() -> object:
        return actions.remove_picture(picture=picture, by=request.commission, at=request.at).pk

    home = reverse("plans:binder", args=[picture.patient_id])
    doing = Doing("binder.picture-remove", act, gettext("Bilden är borttagen."), then=home)
    return run_form(request, form, opened.patient, sheet, lambda: doing)
