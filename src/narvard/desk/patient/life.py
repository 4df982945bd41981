"""Pages for facts of life: a ward stay, a death, a death taken back, and what is then due."""

import uuid
from collections.abc import Callable

from django.http import Http404, HttpResponse
from django.urls import reverse
from django.utils import timezone
from django.utils.text import capfirst
from django.utils.translation import gettext as _

from narvard.access import guard
from narvard.access.pages import CareHttpRequest, Role, page
from narvard.care import actions as care
from narvard.care import queries, rules
from narvard.care.actions import do_duty
from narvard.care.actions import plan_discharge as plan_day
from narvard.care.models import Duty, HospitalStay
from narvard.desk.patient.acting import Plan, Sheet, run_form
from narvard.desk.patient.forms import AdmitStrangerForm, PlanDischargeForm, TextForm, TimedForm
from narvard.desk.patient.menu import WITNESSES
from narvard.desk.plans.door import veil_of
from narvard.flows import life
from narvard.people.identifiers import Identifier, InvalidIdentifier, read_identifier
from narvard.people.models import Patient
from narvard.ui.spoken import speak


@page(*WITNESSES, methods=("GET", "POST"))
def death(request: CareHttpRequest, pk: uuid.UUID) -> HttpResponse:
    """Register that the person has died."""
    opened = guard.open_patient(pk, by=request.commission, at=request.at, what="patient.death")
    patient = opened.patient
    rules.refuse_not_meeting(patient, request.commission, request.at)
    form = TimedForm(request.POST or None, now=request.at, label=_("När avled personen?"))
    sheet = Sheet(_("Registrera att %(name)s har avlidit") % {"name": patient.name}, _("Granska"), grave=True)

    def act() -> object:
        return life.register_death(
            patient=patient, died_at=form.cleaned_data["happened_at"], by=request.commission, at=request.at
        )

    def plan() -> Plan:
        when = speak(form.cleaned_data["happened_at"], request.at).exact
        says = [
            _("%(name)s registreras som avliden %(when)s.") % {"name": patient.name, "when": when},
            _("Begäranden, överlämningar och besök stoppas. Ansvaret upphör."),
            _("De som ansvarade får att göra: konstatera dödsfallet, ta hem läkemedel, samtala med närstående."),
            _("En registrering av misstag kan tas tillbaka, med skäl."),
        ]
        return Plan("patient.death", act, _("Dödsfallet är registrerat."), says)

    return run_form(request, form, patient, sheet, plan)


@page(*WITNESSES, methods=("GET", "POST"))
def undo_death(request: CareHttpRequest, pk: uuid.UUID) -> HttpResponse:
    """Take back a death that was registered by mistake."""
    opened = guard.open_patient(pk, by=request.commission, at=request.at, what="patient.undo_death")
    form = TextForm(request.POST or None, label=_("Varför var registreringen fel?"))
    sheet = Sheet(
        _("Ta tillbaka registreringen av dödsfallet"),
        _("Ta tillbaka"),
        says=[
            _("Ansvar, inskrivningar, begäranden och besök fortsätter som före registreringen."),
            _("Överlämningar som stoppades föreslås på nytt av den som lämnar över."),
        ],
    )

    def act() -> object:
        return life.take_back_death(
            patient=opened.patient, reason=form.cleaned_data["text"], by=request.commission, at=request.at
        )

    plan = Plan("patient.undo-death", act, _("Registreringen är tillbakatagen."))
    return run_form(request, form, opened.patient, sheet, lambda: plan)


@page(Role.WARD, methods=("GET", "POST"))
def admit(request: CareHttpRequest, pk: uuid.UUID) -> HttpResponse:
    """The patient is on the acting ward."""
    opened = guard.open_patient(pk, by=request.commission, at=request.at, what="patient.admit")
    form = TimedForm(request.POST or None, now=request.at, label=_("När lades patienten in?"))
    return _admit(request, opened.patient, form)


@page(Role.WARD, methods=("POST",))
def admit_stranger(request: CareHttpRequest) -> HttpResponse:
    """A person comes to the ward whom it knows nothing of: the exact identifier is the door, and it is logged."""
    identifier = _identifier(request)
    contact = guard.first_contact(identifier, by=request.commission, at=request.at)
    if contact is None:
        raise Http404
    begun = "happened_at" in request.POST
    form = AdmitStrangerForm(
        request.POST if begun else None,
        now=request.at,
        label=_("När lades patienten in?"),
        initial={"identifier": identifier.shown},
    )
    return _admit(request, contact.patient, form, stranger=identifier.shown)


def _identifier(request: CareHttpRequest) -> Identifier:
    try:
        return read_identifier(request.POST.get("identifier", ""), today=timezone.localdate(request.at))
    except InvalidIdentifier:
        raise Http404 from None


def _admit(request: CareHttpRequest, patient: Patient, form: TimedForm, stranger: str = "") -> HttpResponse:
    ward = request.commission.unit
    sheet = Sheet(_("Inlagd på %(ward)s") % {"ward": ward.name}, _("Granska"), more={"stranger": stranger})

    def act() -> object:
        return life.admit(
            patient=patient,
            ward=ward,
            admitted_at=form.cleaned_data["happened_at"],
            by=request.commission,
            at=request.at,
        )

    says = [
        _("%(ward)s ansvarar medicinskt, för omvårdnad och för rehabilitering. Samordningen ligger kvar.")
        % {"ward": ward.name},
        _("Hembesök som inte har börjat ställs in."),
        _("%(ward)s får läsa patientens sida.") % {"ward": ward.name},
    ]
    plan = Plan("patient.admit", act, _("Patienten är inlagd hos er."), says)
    return run_form(request, form, patient, sheet, lambda: plan)


def _own_stay(request: CareHttpRequest, patient: Patient) -> HospitalStay:
    stay = queries.open_stay(patient)
    if stay is None or stay.ward_id != request.commission.unit_id:
        raise Http404
    return stay


@page(Role.WARD, methods=("GET", "POST"))
def discharge(request: CareHttpRequest, pk: uuid.UUID) -> HttpResponse:
    """The patient has gone home from the acting ward."""
    opened = guard.open_patient(pk, by=request.commission, at=request.at, what="patient.discharge")
    stay = _own_stay(request, opened.patient)
    form = TimedForm(request.POST or None, now=request.at, label=_("När skrevs patienten ut?"), version=stay.version)
    sheet = Sheet(_("Utskriven från %(ward)s") % {"ward": stay.ward.name}, _("Granska"))

    def act() -> object:
        return life.discharge(
            stay=stay,
            discharged_at=form.cleaned_data["happened_at"],
            version=form.seen_version,
            by=request.commission,
            at=request.at,
        )

    says = [
        _("Ansvaret går tillbaka till dem som hade det före inläggningen, med det som de bestämt under tiden."),
        _("Besöken planeras igen."),
    ]
    plan = Plan("patient.discharge", act, _("Patienten är utskriven."), says)
    return run_form(request, form, opened.patient, sheet, lambda: plan, stay.version)


@page(Role.WARD, methods=("GET", "POST"))
def undo_admission(request: CareHttpRequest, pk: uuid.UUID) -> HttpResponse:
    """Take back an admission that was registered by mistake."""
    opened = guard.open_patient(pk, by=request.commission, at=request.at, what="patient.undo_admission")
    stay = _own_stay(request, opened.patient)
    says = [
        _("Ansvaret är som om personen aldrig hade legat på %(ward)s. Besöken planeras igen.")
        % {"ward": stay.ward.name},
        _("Överlämningar som stoppades föreslås på nytt av den som lämnar över."),
        _("%(ward)s får inte längre läsa patientens sida.") % {"ward": stay.ward.name},
    ]
    title = _("Ta tillbaka registreringen av inläggningen")
    sheet = Sheet(title, _("Ta tillbaka"), says=says)
    return _take_back(request, opened.patient, stay, care.undo_admission, sheet, reverse("discharge:list"))


@page(Role.WARD, methods=("GET", "POST"))
def undo_discharge(request: CareHttpRequest, pk: uuid.UUID) -> HttpResponse:
    """Take back a discharge that was registered by mistake."""
    opened = guard.open_patient(pk, by=request.commission, at=request.at, what="patient.undo_discharge")
    stay = queries.latest_stay(opened.patient)
    if stay is None or stay.discharged_at is None or stay.ward_id != request.commission.unit_id:
        raise Http404
    says = [
        _("%(ward)s ansvarar igen, som före utskrivningen.") % {"ward": stay.ward.name},
        _("Hembesök som inte har börjat ställs in."),
        _("Det som utskrivningen gav andra att göra behövs inte längre."),
    ]
    title = _("Ta tillbaka registreringen av utskrivningen")
    then = reverse("patient:page", args=[pk])
    sheet = Sheet(title, _("Ta tillbaka"), says=says)
    return _take_back(request, opened.patient, stay, life.take_back_discharge, sheet, then)


def _take_back(
    request: CareHttpRequest,
    patient: Patient,
    stay: HospitalStay,
    undo: Callable[..., HospitalStay],
    sheet: Sheet,
    then: str,
) -> HttpResponse:
    form = TextForm(request.POST or None, label=_("Varför var registreringen fel?"), version=stay.version)

    def act() -> object:
        return undo(
            stay=stay,
            reason=form.cleaned_data["text"],
            version=form.seen_version,
            by=request.commission,
            at=request.at,
        )

    plan = Plan(f"patient.{undo.__name__}", act, _("Registreringen är tillbakatagen."), then=then)
    return run_form(request, form, patient, sheet, lambda: plan, stay.version)


@page(Role.WARD, methods=("GET", "POST"))
def plan_discharge(request: CareHttpRequest, pk: uuid.UUID) -> HttpResponse:
    """The day the ward expects the patient to go home."""
    opened = guard.open_patient(pk, by=request.commission, at=request.at, what="patient.plan_discharge")
    stay = _own_stay(request, opened.patient)
    form = PlanDischargeForm(request.POST or None, version=stay.version, initial={"on": stay.planned_discharge_on})
    says = [_("Alla som följer patienten ser dagen. Besök planeras från och med den.")]
    sheet = Sheet(_("Planerad utskrivningsdag"), _("Spara"), says=says)

    def act() -> object:
        return plan_day(
            stay=stay, on=form.cleaned_data["on"], version=form.seen_version, by=request.commission, at=request.at
        )

    plan = Plan("patient.plan-discharge", act, _("Dagen är sparad."))
    return run_form(request, form, opened.patient, sheet, lambda: plan, stay.version)


@page(*WITNESSES, methods=("GET", "POST"))
def duty(request: CareHttpRequest, pk: uuid.UUID) -> HttpResponse:
    """Say that something that was due has been done."""
    rows = Duty.objects.select_related("patient", "unit")
    row, opened = guard.fetch(rows, pk, by=request.commission, at=request.at, what="patient.duty")
    form = TextForm(request.POST or None, version=row.version, label=_("Anteckning"), required=False)
    lead = f"{veil_of(opened).over(row.what)} ({row.unit.name})" if row.what else row.unit.name
    sheet = Sheet(capfirst(str(row.get_kind_display())), _("Klart"), lead)

    def act() -> object:
        return do_duty(
            duty=row, note=form.cleaned_data["text"], version=form.seen_version, by=request.commission, at=request.at
        )

    return run_form(request, form, opened.patient, sheet, lambda: Plan("patient.duty", act, _("Klart.")), row.version)
