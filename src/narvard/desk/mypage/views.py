"""The patient's own page, and what a representative sees of it. Each look is logged with the person as the actor."""

import uuid
from collections.abc import Callable
from datetime import timedelta

from django.http import HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.http import content_disposition_header
from django.utils.translation import gettext as _

from narvard.access import logbook
from narvard.access.actions import end_representative, withdraw_consent
from narvard.access.guard import AccessDenied
from narvard.access.models import Consent, Representative
from narvard.access.pages import PersonHttpRequest, person_page
from narvard.access.signin.actors import PersonActor
from narvard.access.signin.eid import representing, why_closed
from narvard.care.plans.actions import withdraw_plan_consent
from narvard.care.plans.models import Plan
from narvard.care.plans.queries import on_own_page
from narvard.core import audit
from narvard.core.calendar import at_local
from narvard.desk.base import OnceForm, run_once
from narvard.desk.mypage.forms import OwnWordsForm, PeriodForm
from narvard.desk.mypage.plans import own_plan, pdf_of
from narvard.desk.mypage.record import (
    OPENED_BY_REPRESENTATIVE,
    keeper_of,
    looks_of_representatives,
    own_page,
    reduced_page,
)
from narvard.people.actions import write_own_words
from narvard.people.models import Patient

BY_PATIENT = "patient on own page"
SELF = PersonActor(BY_PATIENT)
HOME = "mypage:home"
LOG_DAYS = 90


def _own(request: PersonHttpRequest, what: str, action: str = audit.Action.READ) -> Patient:
    """The person's own row; logged. Gone (dead, or never a patient) looks missing."""
    rows = Patient.objects.select_related("listed_at").filter(died_at=None)
    patient = rows.filter(pk=request.person.patient).first() if request.person.patient else None
    if patient is None:
        raise AccessDenied("missing", object_kind="patient")
    audit.write(
        what,
        by=SELF,
        at=request.at,
        action=action,
        patients=[patient.pk],
        object_kind="patient",
        object_id=patient.pk,
        reason=BY_PATIENT,
    )
    return patient


@person_page()
def home(request: PersonHttpRequest) -> HttpResponse:
    """One's own page; for one who is no patient, those whom they represent."""
    rows = list(representing(request.person, request.at))
    if not request.person.patient:
        return render(request, "mypage/represented.html", {"rows": rows})
    page = own_page(_own(request, "mypage.open"), request.at)
    return render(request, "mypage/page.html", {"page": page, "rows": rows})


def _own_plan(request: PersonHttpRequest, pk: uuid.UUID, what: str) -> tuple[Patient, Plan]:
    """One of the plans in force on the person's own page."""
    patient = _own(request, what)
    plan = next((row for row in on_own_page(patient.pk) if row.pk == pk), None)
    if plan is None:
        raise AccessDenied("missing", patient=patient.pk, object_kind="plan", object_id=pk)
    return patient, plan


@person_page()
def plan(request: PersonHttpRequest, pk: uuid.UUID) -> HttpResponse:
    """A plan about oneself, as it stands."""
    _patient, row = _own_plan(request, pk, "mypage.plan")
    return render(request, "mypage/plan.html", {"own": own_plan(row)})


@person_page(methods=("GET", "POST"))
def withdraw_plan(request: PersonHttpRequest, pk: uuid.UUID) -> HttpResponse:
    """Take back the yes to a plan."""
    patient = _own(request, "mypage.withdraw_plan")
    row = Plan.objects.filter(pk=pk, patient=patient, ended_at=None).exclude(consent_how="").first()
    # A form sent twice meets what it did the first time.
    if row is None or (request.method == "GET" and row.consent_withdrawn_at is not None):
        raise AccessDenied("missing", patient=patient.pk, object_kind="plan", object_id=pk)
    says = [
        _("Planen gäller inte längre, och de som var med i den läser bara det de själva har skrivit."),
        _("De får veta det. Vården fortsätter, och du kan säga ja igen."),
    ]
    return _confirm(
        request,
        _("Ta tillbaka ditt ja till planen"),
        says,
        "mypage.withdraw_plan",
        lambda: withdraw_plan_consent(plan=row, by=SELF, at=request.at),
        _("Ditt ja är tillbakataget."),
    )


@person_page()
def sheet(request: PersonHttpRequest) -> HttpResponse:
    """One's own page as a sheet on paper; logged as a print."""
    patient = _own(request, "mypage.sheet", audit.Action.PRINT)
    page = own_page(patient, request.at)
    large = request.GET.get("storlek") == "stor"
    answer = HttpResponse(
        pdf_of(page, on_own_page(patient.pk), request.at, large=large), content_type="application/pdf"
    )
    answer.headers["Content-Disposition"] = content_disposition_header(True, _("min-vard.pdf")) or "attachment"
    answer.headers["X-Content-Type-Options"] = "nosniff"
    answer.headers["Cache-Control"] = "no-store"
    return answer


@person_page()
def represented(request: PersonHttpRequest, pk: uuid.UUID) -> HttpResponse:
    """A reduced page about somebody whom the person represents."""
    row = representing(request.person, request.at).filter(pk=pk).first()
    if row is None:
        raise AccessDenied("missing", object_kind="representative", object_id=pk)
    words = why_closed(row, timezone.localdate(request.at))
    audit.write(
        OPENED_BY_REPRESENTATIVE,
        by=PersonActor("representative"),
        at=request.at,
        action=audit.Action.DENIED if words else audit.Action.READ,
        patients=[row.patient_id],
        object_kind="representative",
        object_id=row.pk,
        reason=f"representative {row.kind}",
    )
    if words:
        return render(request, "mypage/closed.html", {"row": row, "words": words}, status=403)
    return render(request, "mypage/page.html", {"page": reduced_page(row.patient, request.at), "represents": row})


@person_page(methods=("GET", "POST"))
def words(request: PersonHttpRequest) -> HttpResponse:
    """Write what matters."""
    patient = _own(request, "mypage.words")
    keeper = keeper_of(patient, request.at)
    form = OwnWordsForm(request.POST or None)
    if request.method == "POST" and keeper is not None and form.is_valid():
        answer = run_once(
            request,
            form,
            "mypage.words",
            lambda: write_own_words(
                patient=patient,
                text=form.cleaned_data["text"],
                kept_by=keeper,
                by=SELF,
                at=request.at,
                says=BY_PATIENT,
            ),
            then=lambda _result: reverse(HOME),
            done=_("Tack. De som vårdar dig läser det du skrev först av allt."),
        )
        if answer is not None:
            return answer
    context = {"form": form, "keeper": keeper}
    return render(request, "mypage/words.html", context, status=422 if form.errors else 200)


@person_page(methods=("GET", "POST"))
def withdraw(request: PersonHttpRequest, pk: uuid.UUID) -> HttpResponse:
    """Take a yes back; it stops at once."""
    patient = _own(request, "mypage.withdraw")
    row = Consent.objects.filter(pk=pk, patient=patient).first()
    # A form sent twice meets what it did the first time.
    if row is None or (request.method == "GET" and row.withdrawn_at is not None):
        raise AccessDenied("missing", patient=patient.pk, object_kind="consent", object_id=pk)
    says = [_("Ditt ja upphör genast.")]
    if row.kind == Consent.Kind.ENROLMENT:
        says.append(_("Vården fortsätter tills någon annan har tagit över ansvaret. De som vårdar dig ser det här."))
    else:
        says.append(_("Andra vårdgivare kan inte längre läsa uppgifterna. Det kan ta längre tid att få rätt hjälp."))
    title = _("Ta tillbaka ditt ja till %(what)s") % {"what": row.get_kind_display()}
    return _confirm(
        request,
        title,
        says,
        "mypage.withdraw",
        lambda: withdraw_consent(consent=row, by=SELF, at=request.at, says=BY_PATIENT),
        _("Ditt ja är tillbakataget."),
    )


@person_page(methods=("GET", "POST"))
def end(request: PersonHttpRequest, pk: uuid.UUID) -> HttpResponse:
    """Let a representative no longer see one's page."""
    patient = _own(request, "mypage.end_representative")
    row = Representative.objects.filter(pk=pk, patient=patient, kind=Representative.Kind.CHOSEN).first()
    if row is None or (request.method == "GET" and row.until is not None and row.until <= request.at):
        raise AccessDenied("missing", patient=patient.pk, object_kind="representative", object_id=pk)
    return _confirm(
        request,
        _("Ta bort %(name)s som ombud") % {"name": row.name},
        [_("%(name)s kan inte längre se något om dig här.") % {"name": row.name}],
        "mypage.end",
        lambda: end_representative(representative=row, by=SELF, at=request.at, says=BY_PATIENT),
        _("Ombudet är borttaget."),
    )


def _confirm(
    request: PersonHttpRequest, title: str, says: list[str], action: str, act: Callable[[], object], done: str
) -> HttpResponse:
    """One question and its consequence; done once."""
    form = OnceForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        answer = run_once(request, form, action, act, then=lambda _result: reverse(HOME), done=done)
        if answer is not None:
            return answer
    context = {"form": form, "title": title, "says": says}
    return render(request, "mypage/confirm.html", context, status=409 if form.errors else 200)


@person_page()
def log(request: PersonHttpRequest) -> HttpResponse:
    """Who has had access to one's record: when and from which unit, for a period one chooses."""
    patient = _own(request, "mypage.log")
    today = timezone.localdate(request.at)
    form = PeriodForm(request.GET if "since" in request.GET else None, initial={"since": today - timedelta(LOG_DAYS)})
    since = today - timedelta(days=LOG_DAYS)
    if form.is_bound and form.is_valid():
        since = form.cleaned_data["since"]
    extract = logbook.extract(patient, at_local(since), request.at)
    looks = looks_of_representatives(patient, at_local(since), request.at)
    context = {"form": form, "extract": extract, "since": since, "looks": looks}
    return render(request, "mypage/log.html", context, status=422 if form.errors else 200)
