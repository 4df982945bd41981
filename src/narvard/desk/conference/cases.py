"""Pages of one patient at a conference: put up, read, decided and signed, taken back."""

import uuid

from django.http import HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from narvard.access import guard
from narvard.access.guard import OpenPatient
from narvard.access.pages import CareHttpRequest, page
from narvard.care.conference import actions, queries
from narvard.care.conference.models import ConferenceCase
from narvard.core.sentences import read_again
from narvard.desk.conference.forms import DecideForm, PutUpForm
from narvard.desk.conference.views import HOLDERS, READERS
from narvard.desk.patient.acting import Plan as Doing
from narvard.desk.patient.acting import Sheet, run_form
from narvard.desk.patient.forms import TextForm
from narvard.desk.patient.menu import WITNESSES
from narvard.desk.plans.door import veil_of
from narvard.desk.plans.writing import candidates
from narvard.organisation.models import Programme


def _fetch(request: CareHttpRequest, pk: uuid.UUID, what: str) -> tuple[ConferenceCase, OpenPatient]:
    """The case, if the reader may read it, without the place where that must not be known; logged."""
    rows = queries.with_all(ConferenceCase.objects.all())
    case, opened = guard.fetch(rows, pk, by=request.commission, at=request.at, what=what)
    veil = veil_of(opened)
    if veil.pattern is not None:
        case.question, case.documents, case.decision = map(veil.over, (case.question, case.documents, case.decision))
    return case, opened


def _page(case: ConferenceCase) -> str:
    return reverse("conference:case", args=[case.pk])


@page(*WITNESSES, methods=("GET", "POST"))
def put(request: CareHttpRequest, pk: uuid.UUID) -> HttpResponse:
    """Put a patient up for a conference."""
    opened = guard.open_patient(pk, by=request.commission, at=request.at, what="conference.put_up")
    opened.refuse_unrelated()
    form = PutUpForm(request.POST or None, conferences=queries.open_conferences())
    says = [
        _("Enheten som håller konferensen får läsa frågan och underlaget, och öppna personens sida till beslutet."),
        _("Personen står på listan tills ni har ett beslut, eller tar tillbaka frågan."),
    ]
    sheet = Sheet(_("Ta upp %(name)s på konferens") % {"name": opened.patient.name}, _("Ta upp"), says=says)

    def act() -> object:
        said = form.cleaned_data
        return actions.put_up(
            patient=opened.patient,
            conference=said["conference"],
            question=said["question"],
            documents=said["documents"],
            how=said["how"],
            given_by=said["given_by"],
            by=request.commission,
            at=request.at,
        ).pk

    doing = Doing("conference.put_up", act, _("Personen står nu på konferensens lista."))
    return run_form(request, form, opened.patient, sheet, lambda: doing)


@page(*READERS)
def show(request: CareHttpRequest, pk: uuid.UUID) -> HttpResponse:
    """The question, what to read, what was decided and what follows."""
    case, opened = _fetch(request, pk, "conference.case")
    by = request.commission
    hosts = by.unit_id == case.conference.unit_id
    veil = veil_of(opened)
    # They stand in the decision, and whoever reads that reads them.
    tasks = [opened.told(row) for row in queries.tasks_of(case)]
    for row in tasks:
        row.what = veil.over(row.what)
    signs = by.staff.profession in actions.SIGNERS[Programme.Kind(case.conference.programme.kind)]
    context = {
        "case": case,
        "patient": opened.patient,
        "tasks": tasks,
        "reason": veil.over(read_again(case.remove_reason, [actions.DIED])),
        "hosts": hosts,
        "may_decide": hosts and case.waits and by.role in HOLDERS and signs,
        "may_remove": case.waits and by.unit_id in {case.owner_unit_id, case.conference.unit_id},
    }
    return render(request, "conference/case.html", context)


@page(*HOLDERS, methods=("GET", "POST"))
def decide(request: CareHttpRequest, pk: uuid.UUID) -> HttpResponse:
    """Sign what was decided, and what follows."""
    case, opened = _fetch(request, pk, "conference.decide")
    units = candidates(opened.patient, {case.conference.unit_id}, request.at) if opened.names_units else []
    form = DecideForm(
        request.POST or None,
        meetings=case.conference.meetings.all(),
        units=units,
        today=timezone.localdate(request.at),
    )
    says = [
        _("Beslutet signeras och går till den som tog upp personen och till dem som får en uppgift."),
        _("Personen lämnar listan. Er enhet kan läsa i en vecka till."),
    ]
    sheet = Sheet(_("Beslut om %(name)s") % {"name": opened.patient.name}, _("Signera"), case.question, says=says)

    def act() -> object:
        said = form.cleaned_data
        return actions.decide_case(
            case=case,
            meeting=said["meeting"],
            decision=said["decision"],
            tasks=form.tasks,
            by=request.commission,
            at=request.at,
        ).pk

    doing = Doing("conference.decide", act, _("Beslutet är signerat."), then=_page(case))
    return run_form(request, form, opened.patient, sheet, lambda: doing)


@page(*WITNESSES, methods=("GET", "POST"))
def remove(request: CareHttpRequest, pk: uuid.UUID) -> HttpResponse:
    """Take the patient off the list undiscussed."""
    case, opened = _fetch(request, pk, "conference.remove")
    form = TextForm(request.POST or None, label=_("Varför ska personen inte tas upp?"))
    says = [_("Personen lämnar listan utan beslut. Enheten som håller konferensen kan inte längre läsa.")]
    sheet = Sheet(_("Ta tillbaka frågan"), _("Ta tillbaka"), case.question, says=says, grave=True)

    def act() -> object:
        return actions.take_back(case=case, reason=form.cleaned_data["text"], by=request.commission, at=request.at).pk

    home = reverse("conference:mine")
    doing = Doing("conference.remove", act, _("Personen står inte längre på listan."), then=home)
    return run_form(request, form, opened.patient, sheet, lambda: doing)
