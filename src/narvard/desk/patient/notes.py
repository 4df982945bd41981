"""Pages where something is written about the patient: what matters, a consent, a named contact."""

import uuid

from django.db.models import QuerySet
from django.http import HttpResponse
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from narvard.access import guard
from narvard.access.actions import record_consent, withdraw_consent
from narvard.access.models import Consent
from narvard.access.pages import CareHttpRequest, page
from narvard.care import rules
from narvard.care.actions import designate_contact, end_designation, record_leave
from narvard.care.models import DesignatedContact
from narvard.desk.base import OnceForm
from narvard.desk.patient.acting import Plan, Sheet, run_form
from narvard.desk.patient.forms import DesignateForm, LeaveForm, MattersForm
from narvard.desk.patient.menu import ASKERS, WITNESSES, WRITERS
from narvard.desk.patient.permissions import consents_in_force, consents_shown, opened_to
from narvard.desk.patient.sharing_forms import RecordConsentForm
from narvard.flows.telling import tell_what_matters
from narvard.organisation.models import CareProvider, CareUnit
from narvard.organisation.queries import on_duty_commissions


@page(*WRITERS, methods=("GET", "POST"))
def matters(request: CareHttpRequest, pk: uuid.UUID) -> HttpResponse:
    """Write what matters to the person, in their own words."""
    opened = guard.open_patient(pk, by=request.commission, at=request.at, what="patient.matters")
    form = MattersForm(request.POST or None)
    sheet = Sheet(
        _("Vad är viktigt för %(name)s?") % {"name": opened.patient.name},
        _("Spara"),
        says=[_("Orden visas först på patientens sida. Tidigare ord finns kvar i historiken.")],
    )

    def act() -> object:
        return tell_what_matters(
            patient=opened.patient,
            text=form.cleaned_data["text"],
            told_by=form.cleaned_data["told_by"],
            by=request.commission,
            at=request.at,
        )

    return run_form(request, form, opened.patient, sheet, lambda: Plan("patient.matters", act, _("Orden är sparade.")))


@page(*ASKERS, methods=("GET", "POST"))
def consent(request: CareHttpRequest, pk: uuid.UUID) -> HttpResponse:
    """Record a yes: to enrolment, to shared records, to social services' data."""
    opened = guard.open_patient(pk, by=request.commission, at=request.at, what="patient.consent")
    opened.refuse_unrelated()
    form = RecordConsentForm(request.POST or None, providers=_providers(request), today=timezone.localdate(request.at))
    says = [
        _("Samtycket gäller från och med nu. Patienten kan när som helst ta tillbaka det."),
        _("Det öppnar inte det som patienten har spärrat."),
    ]
    given = [opened.told(row) for row in consents_in_force(opened, request.at)]
    more = {"consents": given, "opened_to": opened_to(opened, request.at)}
    title = _("Samtycke från %(name)s") % {"name": opened.patient.name}
    sheet = Sheet(title, _("Spara samtycket"), says=says, more=more)

    def act() -> object:
        return record_consent(
            patient=opened.patient,
            kind=Consent.Kind(form.cleaned_data["kind"]),
            **form.said,
            provider=form.cleaned_data["provider"],
            until=form.ends_at,
            by=request.commission,
            at=request.at,
        )

    plan = Plan("patient.consent", act, _("Samtycket är sparat."))
    return run_form(request, form, opened.patient, sheet, lambda: plan)


def _providers(request: CareHttpRequest) -> QuerySet[CareProvider]:
    """The care providers that have units in the care area."""
    here = CareUnit.objects.filter(care_area=request.commission.unit.care_area, closed_on=None)
    return CareProvider.objects.filter(pk__in=here.values("provider"))


@page(*ASKERS, methods=("GET", "POST"))
def withdraw(request: CareHttpRequest, pk: uuid.UUID) -> HttpResponse:
    """The patient takes a yes back."""
    row = Consent.objects.filter(pk=pk).first()
    if row is None:
        raise guard.AccessDenied("missing", object_kind="consent", object_id=pk)
    opened = guard.open_patient(row.patient_id, by=request.commission, at=request.at, what="patient.withdraw_consent")
    opened.refuse_unrelated()
    if not consents_shown(opened).filter(pk=pk).exists():
        raise guard.AccessDenied("row", patient=row.patient_id, object_kind="consent", object_id=pk)
    form = OnceForm(request.POST or None)
    says = [_("Samtycket upphör genast.")]
    if row.kind == Consent.Kind.ENROLMENT:
        says.append(_("Inskrivningen avslutas när ansvaret är överlämnat. Vården fortsätter tills dess."))
    if row.kind == Consent.Kind.SHARED_RECORD:
        says.append(_("Enheter hos andra vårdgivare kan inte längre läsa journalen."))
    title = _("Ta tillbaka samtycket till %(what)s") % {"what": row.get_kind_display()}
    sheet = Sheet(title, _("Ta tillbaka samtycket"), says=says)

    def act() -> object:
        return withdraw_consent(consent=row, by=request.commission, at=request.at)

    plan = Plan("patient.withdraw-consent", act, _("Samtycket är tillbakataget."))
    return run_form(request, form, opened.patient, sheet, lambda: plan)


@page(*WITNESSES, methods=("GET", "POST"))
def designate(request: CareHttpRequest, pk: uuid.UUID) -> HttpResponse:
    """Name a contact among the unit's own staff."""
    opened = guard.open_patient(pk, by=request.commission, at=request.at, what="patient.designate")
    rules.refuse_not_carrying(opened.patient, request.commission, request.at)
    unit = request.commission.unit
    colleagues = on_duty_commissions([unit.pk], timezone.localdate(request.at))
    form = DesignateForm(request.POST or None, colleagues=colleagues)
    sheet = Sheet(
        _("Fast kontakt för %(name)s") % {"name": opened.patient.name},
        _("Utse"),
        says=[
            _("Personen visas med namn på patientens sida."),
            _("Den som nu är fast vårdkontakt, fast läkarkontakt eller PAL ersätts när en ny utses."),
        ],
    )

    def act() -> object:
        person = form.people[form.cleaned_data["staff"]]
        return designate_contact(
            patient=opened.patient,
            kind=form.cleaned_data["kind"],
            staff=person.staff,
            unit=unit,
            by=request.commission,
            at=request.at,
        )

    return run_form(
        request, form, opened.patient, sheet, lambda: Plan("patient.designate", act, _("Kontakten är utsedd."))
    )


@page(*WITNESSES, methods=("GET", "POST"))
def end_contact(request: CareHttpRequest, pk: uuid.UUID) -> HttpResponse:
    """A named contact of the acting unit ends; another is named by naming."""
    rows = DesignatedContact.objects.select_related("patient", "staff", "unit", "owner_unit")
    contact, opened = guard.fetch(
        rows.filter(unit=request.commission.unit_id, until=None),
        pk, by=request.commission, at=request.at, what="patient.end_contact",
    )  # fmt: skip
    words = {"name": contact.staff.name, "kind": contact.get_kind_display()}
    form = OnceForm(request.POST or None)
    sheet = Sheet(
        _("Avsluta: %(name)s som %(kind)s") % words,
        _("Avsluta"),
        says=[
            _("%(name)s står inte längre som %(kind)s på patientens sida.") % words,
            _("Ska någon annan ta vid: utse den i stället, så byts de i samma stund."),
        ],
        more={"links": [(_("Utse någon annan"), reverse("patient:designate", args=[opened.patient.pk]))]},
    )

    def act() -> object:
        return end_designation(contact=contact, by=request.commission, at=request.at)

    plan = Plan("patient.end-contact", act, _("Kontakten är avslutad."))
    return run_form(request, form, opened.patient, sheet, lambda: plan)


@page(*WITNESSES, methods=("GET", "POST"))
def leave(request: CareHttpRequest, pk: uuid.UUID) -> HttpResponse:
    """A named contact of the acting unit is away: from when to when, and who answers."""
    rows = DesignatedContact.objects.select_related("patient", "staff", "unit", "owner_unit")
    contact, opened = guard.fetch(
        rows.filter(unit=request.commission.unit_id, until=None),
        pk, by=request.commission, at=request.at, what="patient.leave",
    )  # fmt: skip
    day = timezone.localdate(request.at)
    colleagues = on_duty_commissions([contact.unit_id], day).exclude(staff=contact.staff_id)
    form = LeaveForm(request.POST or None, colleagues=colleagues, initial={"since": day})
    sheet = Sheet(
        _("%(name)s är ledig") % {"name": contact.staff.name},
        _("Spara"),
        says=[_("På patientens sida står vem som svarar så länge, med telefon.")],
    )

    def act() -> object:
        given = form.cleaned_data
        deputy = form.people[given["deputy"]].staff if given["deputy"] else None
        return record_leave(
            contact=contact, since=given["since"], until=given["until"], deputy=deputy,
            by=request.commission, at=request.at,
        )  # fmt: skip

    plan = Plan("patient.leave", act, _("Ledigheten är sparad."))
    return run_form(request, form, opened.patient, sheet, lambda: plan)
