"""The patient's way in and out: an e-identification, and in a demonstration one click."""

import uuid
from datetime import datetime

from django.conf import settings
from django.contrib.auth import logout
from django.contrib.messages import get_messages
from django.core.exceptions import ValidationError
from django.db.models import Exists, OuterRef
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.middleware.csrf import rotate_token
from django.shortcuts import redirect
from django.urls import reverse
from django.utils import timezone

from narvard.access.models import Consent, Representative
from narvard.access.pages import CareHttpRequest, PersonHttpRequest, person_page, public
from narvard.access.signin import eid, oidc, sessions
from narvard.access.signin.actors import PersonActor
from narvard.access.signin.eid import Person
from narvard.access.signin.errors import SignInRefused
from narvard.care.models import Episode
from narvard.core import audit
from narvard.desk.account.entry import refuse
from narvard.people.identifiers import Identifier
from narvard.people.models import Patient, PatientIdentifier, WhatMatters

IN_THE_CAST = 4


@public()
def go(request: CareHttpRequest) -> HttpResponse:
    """Send the browser to the e-identification."""
    provider = oidc.eid()
    if not provider.configured:
        raise Http404
    try:
        # A borrowed screen may still be signed in there as somebody else.
        return oidc.go_to(provider, request, reverse("mypage:back"), prompt="login")
    except SignInRefused as error:
        return refuse(request, error)


@public()
def back(request: CareHttpRequest) -> HttpResponse:
    """Take the browser back: check who it is, and open that person's page and nothing else."""
    provider = oidc.eid()
    if not provider.configured:
        raise Http404
    try:
        person = eid.identify(oidc.come_back(provider, request), at=request.at)
    except SignInRefused as error:
        return refuse(request, error)
    return begin(request, person, way="e-identification", at=request.at)


@public(methods=("POST",))
def demo(request: CareHttpRequest) -> HttpResponse:
    """Be one of the demonstration's patients, or a representative, in one click; exists only in a demonstration."""
    if not settings.NARVARD_DEMO:
        raise Http404
    if "representative" in request.POST:
        return _demo_representative(request)
    try:
        row = PatientIdentifier.objects.filter(patient=uuid.UUID(request.POST.get("patient", ""))).first()
    except (ValueError, ValidationError):
        raise Http404 from None
    if row is None:
        raise Http404
    try:
        person = eid.recognise(Identifier(row.system, row.value, None), "", at=request.at)
    except SignInRefused as error:
        return refuse(request, error)
    return begin(request, person, way="demonstration", at=request.at)


def _demo_representative(request: CareHttpRequest) -> HttpResponse:
    """As the representative, known by the same keyed hash that an e-identification would give."""
    try:
        row = eid.in_force(request.at).filter(pk=uuid.UUID(request.POST["representative"])).first()
    except ValueError:
        raise Http404 from None
    if row is None:
        raise Http404
    return begin(request, Person(row.person_key, row.name), way="demonstration", at=request.at)


def begin(request: HttpRequest, person: Person, *, way: str, at: datetime) -> HttpResponseRedirect:
    """Begin a session of its own for ``person``; whoever was signed in here before no longer is."""
    logout(request)
    request.session[sessions.PERSON] = person.for_session()
    sessions.begin(request)
    rotate_token(request)
    own = [uuid.UUID(person.patient)] if person.patient else []
    audit.write("mypage.sign_in", by=PersonActor(way), at=at, action=audit.Action.SIGN_IN, patients=own, reason=way)
    return redirect("mypage:home")


@person_page(methods=("POST",))
def sign_out(request: PersonHttpRequest) -> HttpResponse:
    """End the session here, and at the e-identification where it has a way to."""
    own = [uuid.UUID(request.person.patient)] if request.person.patient else []
    audit.write("mypage.sign_out", by=PersonActor("patient"), at=request.at, action=audit.Action.SIGN_OUT, patients=own)
    logout(request)
    list(get_messages(request))
    back = request.build_absolute_uri(reverse("account:sign-in"))
    # Without a hint: the token holds a personal identity number, and would stand in an address.
    return HttpResponseRedirect(oidc.sign_out_url(oidc.eid(), id_token="", back=back) or reverse("account:sign-in"))


def representative_cast(at: datetime) -> list[Representative]:
    """Some representatives of the demonstration to be: those whose right opens the page now."""
    today = timezone.localdate(at)
    rows = eid.in_force(at).filter(patient__died_at=None).select_related("patient").order_by("since", "name")
    return [row for row in rows[: 2 * IN_THE_CAST] if not eid.why_closed(row, today)][:IN_THE_CAST]


def cast(at: datetime) -> list[Patient]:
    """Some patients of the demonstration to be: enrolled now on their own word, who have said what matters to them."""
    enrolled = Episode.objects.filter(
        patient=OuterRef("pk"),
        kind=Episode.Kind.ENROLMENT,
        started_at__lte=at,
        ended_at=None,
        consent__how=Consent.How.SPOKEN,
    )
    told = WhatMatters.objects.filter(patient=OuterRef("pk"))
    rows = Patient.objects.filter(Exists(enrolled), Exists(told), died_at=None).order_by("registered_at", "sort_key")
    return list(rows[:IN_THE_CAST])
