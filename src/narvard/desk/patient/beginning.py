"""Pages where care begins: enrolment after consent, and contacts."""

import uuid
from collections.abc import Callable

from django.http import Http404, HttpResponse
from django.utils import timezone
from django.utils.translation import gettext as _

from narvard.access import guard
from narvard.access.guard import OpenPatient
from narvard.access.pages import CareHttpRequest, page
from narvard.care import queries, rules
from narvard.care.models import Episode
from narvard.care.presenters import kinds_in_words
from narvard.desk.patient.acting import Plan, Sheet, run_form
from narvard.desk.patient.forms import ContactForm, EnrolForm
from narvard.desk.patient.menu import CARERS
from narvard.flows.beginning import Yes, begin_contact, begin_enrolment
from narvard.intake.models import CareRequest
from narvard.organisation.models import CareUnit
from narvard.organisation.queries import on_duty_commissions


def _waiting(request: CareHttpRequest, opened: OpenPatient) -> CareRequest | None:
    """The accepted request that the page begins from: the one its address names, or the one there is.

    Without one only a unit that carries the patient, or has met the patient before, begins.
    """
    key, waiting = request.GET.get("begaran"), queries.to_start(request.commission.unit_id)
    if not key:
        row = waiting.filter(patient=opened.patient).first()
        if row is None:
            rules.refuse_not_knowing(opened.patient, request.commission, request.at)
        return opened.told(row) if row else None
    try:
        return opened.told(waiting.get(pk=uuid.UUID(key), patient=opened.patient))
    except (ValueError, CareRequest.DoesNotExist):
        raise Http404 from None


@page(*CARERS, methods=("GET", "POST"))
def enrol(request: CareHttpRequest, pk: uuid.UUID) -> HttpResponse:
    """Enrol the patient: the yes, a holder for each kind, the goal and the named contacts, read before the click."""
    opened = guard.open_patient(pk, by=request.commission, at=request.at, what="patient.enrol")
    care_request = _waiting(request, opened)
    form = _enrol_form(request, opened, care_request)

    def act() -> Episode:
        words = form.cleaned_data
        return begin_enrolment(
            patient=opened.patient,
            yes=Yes(**form.said, share=words["share"]),
            holders=form.holders,
            contacts=form.contacts(),
            goal=words["goal"],
            request=care_request,
            version=form.seen_version,
            by=request.commission,
            at=request.at,
        )

    sheet = Sheet(
        _("Skriv in %(name)s") % {"name": opened.patient.name},
        _("Granska"),
        _("Ingen skrivs in utan att ha sagt ja. Sjukhuset är alltid vägen tillbaka."),
        more={"care_request": care_request},
    )
    stay = queries.open_stay(opened.patient)
    ward = opened.name_of(stay.ward) if stay else ""
    plan = _enrol_plan(request.commission.unit, form, care_request, act, ward)
    return run_form(request, form, opened.patient, sheet, plan, care_request.version if care_request else None)


def _enrol_form(request: CareHttpRequest, opened: OpenPatient, care_request: CareRequest | None) -> EnrolForm:
    patient, unit = opened.patient, request.commission.unit
    held = queries.home_holders(patient, request.at)
    known = queries.units_carrying(patient, request.at) | {row.pk for row in held.values()}
    stay = queries.open_stay(patient)
    # The ward holds until the discharge; it is asked who does at home.
    away = {unit.pk, stay.ward_id} if stay else {unit.pk}
    candidates = CareUnit.objects.filter(pk__in=known).exclude(pk__in=away).select_related("provider")
    return EnrolForm(
        request.POST or None,
        unit=unit,
        candidates=[opened.told(row) for row in candidates.order_by("sort_key")],
        held=held,
        colleagues=on_duty_commissions([unit.pk], timezone.localdate(request.at)),
        version=care_request.version if care_request else None,
    )


def _enrol_plan(
    unit: CareUnit, form: EnrolForm, care_request: CareRequest | None, act: Callable[[], Episode], ward: str
) -> Callable[[], Plan]:
    def plan() -> Plan:
        says = [_("Patienten skrivs in hos %(unit)s från och med nu.") % {"unit": unit.name}]
        if ward:
            until = _("%(ward)s ansvarar medicinskt, för omvårdnad och för rehabilitering tills patienten skrivs ut.")
            says += [until % {"ward": ward}, _("Därefter, och redan nu för samordningen:")]
        says += _who_holds(form)
        for kind, person in form.contacts():
            words = {"name": person.staff.name, "kind": dict(form.fields)[kind].label}
            says.append(_("%(name)s blir %(kind)s.") % {**words, "kind": str(words["kind"]).lower()})
        if form.cleaned_data["share"]:
            says.append(_("Enheter hos andra vårdgivare får läsa journalen när de behöver den."))
        if care_request is not None:
            says.append(
                _("%(unit)s ser att begäran har lett till en inskrivning.") % {"unit": care_request.sender_unit}
            )
        return Plan("patient.enrol", act, _("Patienten är inskriven hos %(unit)s.") % {"unit": unit.name}, says)

    return plan


def _who_holds(form: EnrolForm) -> list[str]:
    by_unit: dict[CareUnit, list[str]] = {}
    for kind, holder in form.holders.items():
        by_unit.setdefault(holder, []).append(kind)
    return [
        _("%(unit)s ansvarar: %(kinds)s.") % {"unit": holder.name, "kinds": kinds_in_words(kinds)}
        for holder, kinds in by_unit.items()
    ]


@page(*CARERS, methods=("GET", "POST"))
def contact(request: CareHttpRequest, pk: uuid.UUID) -> HttpResponse:
    """Begin a contact that is not an enrolment: advice, a single visit, a dated order, a consult."""
    opened = guard.open_patient(pk, by=request.commission, at=request.at, what="patient.contact")
    care_request, unit = _waiting(request, opened), request.commission.unit
    version = care_request.version if care_request else None
    goal = care_request.question if care_request else ""
    form = ContactForm(request.POST or None, version=version, initial={"goal": goal})
    says = [
        _("%(unit)s får en kontakt med patienten och kan planera besök.") % {"unit": unit.name},
        _("Vem som ansvarar för patienten ändras inte."),
    ]
    if care_request is not None:
        says.append(_("%(unit)s ser att begäran har lett till en kontakt.") % {"unit": care_request.sender_unit})
    sheet = Sheet(_("Påbörja kontakt med %(name)s") % {"name": opened.patient.name}, _("Påbörja"), says=says)

    def act() -> Episode:
        return begin_contact(
            patient=opened.patient,
            form=form.cleaned_data["form"],
            goal=form.cleaned_data["goal"],
            answer=form.cleaned_data["answer"],
            request=care_request,
            version=form.seen_version,
            by=request.commission,
            at=request.at,
        )

    return run_form(
        request, form, opened.patient, sheet, lambda: Plan("patient.contact", act, _("Kontakten är påbörjad.")), version
    )
