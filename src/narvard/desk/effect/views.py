"""Effect: choose programme and period, see the design and the balance, read the result in words. Never persons."""

from importlib import resources
from uuid import UUID

from django.http import Http404, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _

from narvard.access.pages import CareHttpRequest, page
from narvard.core import audit
from narvard.core.models import Run
from narvard.core.spreadsheets import CSV
from narvard.desk.base import run_once
from narvard.desk.effect import presenters
from narvard.desk.effect.forms import START, StudyForm
from narvard.desk.files import attachment
from narvard.desk.followups import WRITERS, tabs
from narvard.followup.effect import designs, queries
from narvard.followup.effect.models import EffectStudy
from narvard.followup.effect.tasks import start_study
from narvard.followup.utilisation.queries import covered
from narvard.ui.parts import Progress

SHOWN = 20


@page(*WRITERS, methods=("GET", "POST"))
def listed(request: CareHttpRequest) -> HttpResponse:
    """Choose programme and period; the designs that the data carry; earlier studies."""
    provider = request.commission.unit.provider_id
    places = designs.places(provider)
    posted = request.method == "POST"
    form = StudyForm(request.POST if posted else None, provider=provider, places=places)
    if posted and form.is_valid():
        told = {**form.question, "design": form.cleaned_data["design"] or EffectStudy.Design.MATCHED}
        answer = run_once(
            request,
            form,
            "effect.ask",
            lambda: start_study(**told, starts=form.starts, by=request.commission, at=request.at).pk,
            then=lambda pk: reverse("effect:study", args=[pk]),
        )
        if answer:
            return answer
    suggestion = None
    if not posted and request.GET.get("programme"):
        form, found = _suggested(request, form, provider, places)
        suggestion = presenters.suggestion(found) if found else None
    context = {
        "tabs": tabs(request, "effect:list"),
        "form": form,
        "suggestion": suggestion,
        "covered": presenters.covered(covered(provider=provider)),
        "studies": [presenters.line(row) for row in queries.studies(request.commission)[:SHOWN]],
    }
    return render(request, "effect/list.html", context, status=409 if posted else 200)


def _suggested(
    request: CareHttpRequest, empty: StudyForm, provider: UUID, places: dict[str, str]
) -> tuple[StudyForm, designs.Suggestion | None]:
    """The form as asked, and what the data carry. Where nobody has told otherwise, a programme started in a
    municipality when the first one living there was enrolled."""
    told = {**request.GET.dict(), "once": empty["once"].value(), "starts_of": request.GET["programme"]}
    form = StudyForm(told, provider=provider, places=places)
    if not form.is_valid():
        return form, None
    if request.GET.get("starts_of") != told["starts_of"]:
        first = designs.first_enrolments(form.cleaned_data["programme"], places)
        told |= {f"{START}{code}": first[code].isoformat() if code in first else "" for code in places}
        form = StudyForm(told, provider=provider, places=places)
        form.is_valid()
    return form, designs.suggest(provider=provider, **form.question, starts=form.starts)


def _fetch(request: CareHttpRequest, pk: UUID) -> EffectStudy:
    row = queries.studies(request.commission).filter(pk=pk).first()
    if row is None:
        raise Http404
    return row


@page(*WRITERS)
def show(request: CareHttpRequest, pk: UUID) -> HttpResponse:
    """One study: while it is reckoned how far it has come, then what was found."""
    row = _fetch(request, pk)
    if row.run.state != Run.State.DONE:
        context = {"row": row, "progress": _progress(row)}
        if request.htmx and row.run.is_live:
            return render(request, "ui/parts/progress.html", {"run": context["progress"]})
        return render(request, "effect/waiting.html", context)
    if request.htmx:
        # The wait is over: the whole page is another.
        answer = HttpResponse()
        answer.headers["HX-Refresh"] = "true"
        return answer
    return render(request, "effect/study.html", {"row": row, **presenters.found(row)})


def _progress(row: EffectStudy) -> Progress:
    failed = row.run.state == Run.State.FAILED
    title = _("Studien kunde inte räknas") if failed else _("Studien räknas")
    here = reverse("effect:study", args=[row.pk])
    return Progress(title, running=not failed, share=row.run.progress, failed=failed, poll_url=here)


@page(*WRITERS)
def table(request: CareHttpRequest, pk: UUID) -> HttpResponse:
    """The de-identified table that was analysed; logged as an export."""
    row = _fetch(request, pk)
    if not row.table or not queries.may_study(request.commission):
        raise Http404
    audit.write(
        "effect.export",
        by=request.commission,
        at=request.at,
        action=audit.Action.EXPORT,
        object_kind="effectstudy",
        object_id=row.pk,
    )
    return attachment(row.table, CSV, "effekt.csv")


@page(*WRITERS)
def script(request: CareHttpRequest, pk: UUID) -> HttpResponse:
    """The programme that analysed it, to be run on the table by anybody."""
    row = _fetch(request, pk)
    source = resources.files("narvard.followup.effect.scripts") / f"{row.design}.py"
    return attachment(source.read_text(encoding="utf-8"), "text/x-python; charset=utf-8", "effekt.py")
