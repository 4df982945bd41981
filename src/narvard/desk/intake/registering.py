"""A new request, written while on the phone: who, one line, how soon."""

from dataclasses import dataclass
from datetime import date

from django.http import HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from narvard.access.guard import first_contact
from narvard.access.pages import CareHttpRequest, page
from narvard.core.errors import Refused
from narvard.desk.account.drafts import draft_of, drop_draft
from narvard.desk.base import run_once
from narvard.desk.intake.acts import SENDERS
from narvard.desk.intake.forms import IdentifierForm, RequestForm
from narvard.flows import registering
from narvard.intake.channels import channel_for, channel_of
from narvard.intake.models import Channel
from narvard.intake.presenters import place_in_list
from narvard.intake.short_forms import danger
from narvard.organisation.models import CareUnit, Commission, Municipality
from narvard.organisation.queries import intake_unit
from narvard.people.actions import Place, register_patient
from narvard.people.identifiers import Identifier
from narvard.people.models import Patient
from narvard.people.places import Locality
from narvard.people.queries import age

DRAFT = "intake:new"
# When one of these is filled in, somebody has begun to write down a new person.
_WORDS = ("urgency", "question", "background", "caller_name", "caller_phone", "wished_from", "wished_until")
_TYPED = ("given_name", "family_name", "street", "place")


class OutsideTheArea(Refused):
    """The person lives where no joint intake answers."""


@dataclass(frozen=True)
class Found:
    """What a first contact may show of a person: identity, no more."""

    name: str
    years: int
    place: str


@page(*SENDERS, methods=("GET", "POST"))
def new(request: CareHttpRequest) -> HttpResponse:
    """Register a request; the button Hitta only looks the person up and keeps what is typed."""
    if request.method == "GET":
        return _blank(request)
    if "find" in request.POST:
        return _find(request)
    return _send(request, RequestForm(request.POST, by=request.commission, today=_today(request)))


def _send(request: CareHttpRequest, form: RequestForm) -> HttpResponse:
    """Register what was sent; whatever stands in the way, the person found stays on the page."""
    valid = form.is_valid()
    identifier: Identifier | None = form.cleaned_data.get("identifier")
    if identifier is None:
        return _page(request, form, status=422)
    patient, found = look_up(request, identifier)
    if valid and patient is None and not form.names_person:
        form.add_error("given_name", _("Ingen med det numret finns här än. Skriv namnet, eller Okänd."))
    if form.errors:
        return _page(request, form, found=found, unknown=patient is None, status=422)
    answer = run_once(
        request,
        form,
        "intake.new",
        lambda: register(request, form, identifier, patient),
        then=lambda pk: reverse("intake:request", args=[pk]),
        done=_done(form),
    )
    if answer is None:
        return _page(request, form, found=found, unknown=patient is None, status=409)
    drop_draft(user=request.user, by=request.commission, form=DRAFT)
    return answer


def _done(form: RequestForm) -> str:
    """What is said afterwards; one who is not stable is no team's."""
    if form.answers and danger(form.answers):
        return _("Inte stabil enligt frågorna: ambulans ska åka. Ring 112 nu, om den inte redan är på väg.")
    if form.answers:
        return _("Stabil. Personen är i väntrummet och ärendet ligger kvar hos er tills ett team tar emot.")
    return _("Begäran är registrerad.")


def _today(request: CareHttpRequest) -> date:
    return timezone.localdate(request.at)


def _blank(request: CareHttpRequest) -> HttpResponse:
    """The form as it was left, when something was typed before."""
    draft = draft_of(user=request.user, by=request.commission, form=DRAFT, at=request.at)
    kept = {name: values[-1] for name, values in draft.items() if values}
    form = RequestForm(initial=kept, by=request.commission, today=_today(request))
    return _page(request, form)


def _find(request: CareHttpRequest) -> HttpResponse:
    """Look the person up by the whole number; nothing else is checked yet, and nothing typed is lost."""
    asked = IdentifierForm(request.POST, today=_today(request))
    typed = {name: request.POST[name] for name in request.POST if name not in {"once", "version"}}
    form = RequestForm(initial=typed, by=request.commission, today=_today(request))
    if not asked.is_valid():
        return _page(request, form, fault=" ".join(map(str, asked.errors["identifier"])), status=422)
    _patient, found = look_up(request, asked.cleaned_data["identifier"])
    return _page(request, form, found=found, unknown=found is None)


def look_up(request: CareHttpRequest, identifier: Identifier) -> tuple[Patient | None, Found | None]:
    """The person with exactly this number, through the logged door, and what may be shown of them."""
    contact = first_contact(identifier, by=request.commission, at=request.at)
    if contact is None:
        return None, None
    patient = contact.patient
    return patient, Found(patient.name, age(patient, _today(request)), place_in_list(patient))


def _page(
    request: CareHttpRequest,
    form: RequestForm,
    *,
    found: Found | None = None,
    unknown: bool = False,
    fault: str = "",
    status: int = 200,
) -> HttpResponse:
    """The page, or for htmx only the part about the person."""
    part = request.htmx and request.htmx.target == "person"
    template = "intake/parts/person.html" if part else "intake/new.html"
    context = {
        "form": form,
        "found": found,
        "unknown": not found and (unknown or any(form[name].value() for name in _TYPED)),
        "fault": fault,
        "draft": DRAFT,
    }
    return render(request, template, context, status=status)


def register(request: CareHttpRequest, form: RequestForm, identifier: Identifier, patient: Patient | None) -> object:
    """Register what a valid form holds, by the page or the API; returns the request's id."""
    by, data = request.commission, form.cleaned_data
    person = patient or _new_person(request, form, identifier)
    sender = data.get("sender_unit") or by.unit
    told = {
        "patient": person,
        "intake": _intake_of(person, by),
        "sender_unit": sender,
        "channel": data.get("channel") or _channel(by, sender, person),
        "by": by,
        "at": request.at,
        "facts": form.facts,
        **{name: data[name] for name in _WORDS},
    }
    if form.answers:
        return registering.register_by_signs(answers=form.answers, **told).pk
    advice = data.get("advice", "")
    # A team that gave advice has answered, so it has had the request.
    take = bool(data.get("take")) or (bool(advice.strip()) and by.unit.kind == CareUnit.Kind.TEAM)
    return registering.register(take=take, advice=advice, reason=data.get("reason", ""), **told).pk


def _channel(by: Commission, sender: CareUnit, person: Patient) -> str:
    """The way in that follows from who sends; who calls a team that knows them of their own accord returns."""
    if sender != by.unit:
        return channel_of(sender)
    if by.unit.kind == CareUnit.Kind.TEAM and registering.knows(person, by.unit):
        return Channel.RETURN.value
    return channel_for(by)


def _new_person(request: CareHttpRequest, form: RequestForm, identifier: Identifier) -> Patient:
    data = form.cleaned_data
    locality: Locality | None = data["place"]
    return register_patient(
        identifier=identifier,
        given_name=data["given_name"],
        family_name=data["family_name"],
        sex=data["sex"] or Patient.Sex.UNKNOWN,
        birth_date=data["birth_date"],
        municipality=_municipality(locality) if locality else None,
        place=_place(locality, data["street"]) if locality else None,
        phone="",
        by=request.commission,
        at=request.at,
    )


def _municipality(locality: Locality) -> Municipality:
    """The locality's municipality, if some joint intake answers for it."""
    row = Municipality.objects.filter(code=locality.municipality_code).first()
    if row is None or intake_unit(row.care_area) is None:
        raise OutsideTheArea(
            _("%(place)s ligger i %(municipality)s kommun, utanför området. Ring den kommunens hälsocentral.")
            % {"place": locality.name, "municipality": locality.municipality}
        )
    return row


def _place(locality: Locality, street: str) -> Place:
    return Place(
        street=street.strip() or _("okänd adress"),
        place=locality.name,
        latitude=locality.latitude,
        longitude=locality.longitude,
    )


def _intake_of(patient: Patient, by: Commission) -> CareUnit:
    """The joint intake where the person lives, else of the one who calls."""
    area = patient.municipality.care_area if patient.municipality else by.unit.care_area
    unit = intake_unit(area)
    if unit is None:
        raise OutsideTheArea(_("Inget gemensamt intag svarar för personens kommun. Ring hälsocentralen där."))
    return unit
