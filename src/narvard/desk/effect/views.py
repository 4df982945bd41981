"""Effect: choose programme and period, see the design and the balance, read the result in words. Never persons."""

from datetime import timedelta
from importlib import resources
from typing import Any
from uuid import UUID

from django import forms
from django.http import Http404, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from narvard.access.pages import CareHttpRequest, page
from narvard.core import audit
from narvard.core.models import Run
from narvard.desk.base import OnceForm, run_once
from narvard.desk.effect import presenters
from narvard.desk.followups import WRITERS, tabs
from narvard.followup.effect import queries
from narvard.followup.effect.actions import WINDOW
from narvard.followup.effect.models import EffectStudy
from narvard.followup.effect.tasks import start_study
from narvard.followup.utilisation.queries import covered
from narvard.organisation.models import Programme
from narvard.ui.forms import DateInput
from narvard.ui.parts import Progress

SHOWN = 20
AFTER = timedelta(days=60)


class StudyForm(OnceForm):
    """Which programme, and who: those enrolled in the period."""

    programme = forms.ModelChoiceField(
        label=gettext_lazy("Program"), queryset=Programme.objects.none(), empty_label=gettext_lazy("Välj program")
    )
    since = forms.DateField(label=gettext_lazy("Inskrivna från"), widget=DateInput)
    until = forms.DateField(
        label=gettext_lazy("Inskrivna före"),
        help_text=gettext_lazy("Ett halvår före och upp till ett halvår efter jämförs."),
        widget=DateInput,
    )

    def __init__(self, *args: Any, provider: UUID, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        span = covered(provider=provider)
        if span is not None:
            # From when half a year before is known, until when some time after is.
            self.initial.setdefault("since", span.since + timedelta(days=WINDOW))
            self.initial.setdefault("until", max(span.since + timedelta(days=WINDOW + 1), span.until - AFTER))
        self.fields["programme"].queryset = queries.programmes()  # type: ignore[attr-defined]


@page(*WRITERS, methods=("GET", "POST"))
def listed(request: CareHttpRequest) -> HttpResponse:
    """Choose programme and period; the design that the data carry; earlier studies."""
    provider = request.commission.unit.provider_id
    asked = bool(request.GET.get("programme"))
    data = request.POST if request.method == "POST" else None
    form = StudyForm(data, provider=provider)
    suggestion = None
    if asked and data is None:
        form = StudyForm({**request.GET.dict(), "once": form["once"].value()}, provider=provider)
        if form.is_valid():
            told = {name: form.cleaned_data[name] for name in ("programme", "since", "until")}
            suggestion = presenters.suggestion(queries.suggest(provider=provider, **told))
    elif form.is_valid():
        told = {name: form.cleaned_data[name] for name in ("programme", "since", "until")}
        answer = run_once(
            request,
            form,
            "effect.ask",
            lambda: start_study(**told, by=request.commission, at=request.at).pk,
            then=lambda pk: reverse("effect:study", args=[pk]),
        )
        if answer:
            return answer
    context = {
        "tabs": tabs(request, "effect:list"),
        "form": form,
        "suggestion": suggestion,
        "covered": presenters.covered(covered(provider=provider)),
        "studies": [presenters.line(row) for row in queries.studies(request.commission)[:SHOWN]],
    }
    return render(request, "effect/list.html", context, status=409 if data is not None else 200)


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
    return _file(row.table, "text/csv; charset=utf-8", "effekt.csv")


@page(*WRITERS)
def script(request: CareHttpRequest, pk: UUID) -> HttpResponse:
    """The programme that analysed it, to be run on the table by anybody."""
    _fetch(request, pk)
    text = (resources.files("narvard.followup.effect") / "repeat.py").read_text(encoding="utf-8")
    return _file(text, "text/x-python; charset=utf-8", "effekt.py")


def _file(text: str, media_type: str, name: str) -> HttpResponse:
    answer = HttpResponse(text, content_type=media_type)
    answer.headers["Content-Disposition"] = f'attachment; filename="{name}"'
    return answer
