"""What must be brought to the home: ordered, brought, called off."""

import uuid

from django.http import HttpResponse
from django.urls import reverse
from django.utils.translation import gettext as _

from narvard.access import guard
from narvard.access.pages import CareHttpRequest, page
from narvard.care.models import Supply
from narvard.care.queries import open_stay
from narvard.care.stays import actions
from narvard.desk.base import OnceForm
from narvard.desk.discharge.forms import ReasonForm, SupplyForm
from narvard.desk.discharge.sheet import ORDERERS, groups
from narvard.desk.patient.acting import Plan, Sheet, run_form
from narvard.people.models import Patient

SUPPLIES = Supply.objects.select_related("patient", "unit", "owner_unit")


def _home(patient: Patient) -> str:
    """The page of the stay that the patient is in, else the patient's."""
    stay = open_stay(patient)
    return reverse("discharge:page", args=[stay.pk]) if stay else reverse("patient:page", args=[patient.pk])


@page(*ORDERERS, methods=("GET", "POST"))
def order(request: CareHttpRequest, pk: uuid.UUID) -> HttpResponse:
    """Order what is needed at home."""
    opened = guard.open_patient(pk, by=request.commission, at=request.at, what="discharge.order")
    opened.refuse_unrelated()
    by = request.commission
    offered = [(_("Egna enheten"), [by.unit]), *groups(opened, by.unit, request.at)]
    form = SupplyForm(request.POST or None, groups=offered)
    says = [_("Den som tar med det ser det i sin dag, vid besöket, tills det är levererat.")]
    sheet = Sheet(_("Beställ till hemmet"), _("Beställ"), says=says)

    def act() -> object:
        given = form.cleaned_data
        return actions.order_supply(
            patient=opened.patient,
            **{name: given[name] for name in ("kind", "what", "amount", "needed_on")},
            unit=form.brings,
            by=by,
            at=request.at,
        )

    plan = Plan("discharge.order", act, _("Beställt."), then=_home(opened.patient))
    return run_form(request, form, opened.patient, sheet, lambda: plan)


@page(*ORDERERS, methods=("GET", "POST"))
def deliver(request: CareHttpRequest, pk: uuid.UUID) -> HttpResponse:
    """It is in the home now."""
    row, opened = guard.fetch(SUPPLIES, pk, by=request.commission, at=request.at, what="discharge.deliver")
    form = OnceForm(request.POST or None, version=row.version)
    sheet = Sheet(_("Levererat: %(what)s") % {"what": row.what}, _("Levererat"), f"{row.amount} {row.what}".strip())

    def act() -> object:
        return actions.deliver_supply(supply=row, version=form.seen_version, by=request.commission, at=request.at)

    plan = Plan("discharge.deliver", act, _("Det finns nu hemma."), then=_home(opened.patient))
    return run_form(request, form, opened.patient, sheet, lambda: plan, row.version)


@page(*ORDERERS, methods=("GET", "POST"))
def cancel(request: CareHttpRequest, pk: uuid.UUID) -> HttpResponse:
    """It is not needed."""
    row, opened = guard.fetch(SUPPLIES, pk, by=request.commission, at=request.at, what="discharge.cancel")
    form = ReasonForm(request.POST or None, version=row.version)
    sheet = Sheet(_("Avbeställ: %(what)s") % {"what": row.what}, _("Avbeställ"))

    def act() -> object:
        return actions.cancel_supply(
            supply=row,
            reason=form.cleaned_data["reason"],
            version=form.seen_version,
            by=request.commission,
            at=request.at,
        )

    plan = Plan("discharge.cancel", act, _("Avbeställt."), then=_home(opened.patient))
    return run_form(request, form, opened.patient, sheet, lambda: plan, row.version)
