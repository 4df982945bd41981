"""The administrator's changes: a new version of a programme's text, and its end."""

from typing import Any

from django.http import HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from narvard.access.pages import CareHttpRequest, Role, page
from narvard.desk.base import run_once
from narvard.desk.programmes.changes import changes
from narvard.desk.programmes.forms import EndForm, VersionForm
from narvard.desk.programmes.presenters import sheet
from narvard.desk.programmes.views import history_or_404, show_context
from narvard.intake.actions import end_programme, publish_version
from narvard.intake.definitions import Definition, InvalidDefinition, read
from narvard.intake.versions import History


@page(Role.ADMINISTRATOR, methods=("GET", "POST"))
def edit(request: CareHttpRequest, key: str) -> HttpResponse:
    """Change the text: look at the faults and at what differs first, then decide."""
    found = history_or_404(key)
    initial = {"text": found.newest_text, "valid_from": timezone.localdate(request.at)}
    form = VersionForm(request.POST or None, initial=initial)
    if request.method == "GET":
        return render(request, "programmes/edit.html", _context(found, form, None))
    definition = _read(form, key)
    if "save" not in request.POST:
        # A look: who decided, and from when, may come later.
        for name in ("valid_from", "decided_by"):
            form.errors.pop(name, None)
        status = 422 if form.errors else 200
        return render(request, "programmes/edit.html", _context(found, form, definition), status=status)
    if not form.is_valid():
        return render(request, "programmes/edit.html", _context(found, form, definition), status=422)
    answer = _publish(request, form, found)
    return answer or render(request, "programmes/edit.html", _context(found, form, definition), status=409)


def _read(form: VersionForm, key: str) -> Definition | None:
    """The definition as it is written in the form; faults become errors of the text, each with its line."""
    if not form.is_valid() and "text" not in form.cleaned_data:
        return None
    try:
        return read(form.cleaned_data["text"], f"{key}.yaml")
    except InvalidDefinition as refused:
        for fault in refused.faults:
            form.add_error("text", fault)
        return None


def _context(found: History, form: VersionForm, definition: Definition | None) -> dict[str, Any]:
    written = form["text"].value() or ""
    return {
        "found": found,
        "form": form,
        "checked": definition is not None,
        "sheet": sheet(definition, "") if definition else None,
        "changes": changes(found.newest_text, written.replace("\r\n", "\n").rstrip() + "\n") if form.is_bound else [],
    }


def _publish(request: CareHttpRequest, form: VersionForm, found: History) -> HttpResponse | None:
    def act() -> str:
        version = publish_version(
            key=found.key,
            text=form.cleaned_data["text"],
            valid_from=form.cleaned_data["valid_from"],
            decided_by=form.cleaned_data["decided_by"],
            by=request.commission,
            at=request.at,
        )
        return str(version.number)

    def then(number: str) -> str:
        return f"{reverse('programmes:show', args=[found.key])}?version={number}"

    return run_once(request, form, "programmes.publish", act, then=then, done=_("Den nya versionen är sparad."))


@page(Role.ADMINISTRATOR, methods=("POST",))
def end(request: CareHttpRequest, key: str) -> HttpResponse:
    """The programme takes no new requests from a day; what has been accepted goes on."""
    found = history_or_404(key)
    form = EndForm(request.POST)
    status = 422
    programme = found.programme
    if form.is_valid() and programme is not None:

        def act() -> None:
            end_programme(
                programme=programme,
                ends_on=form.cleaned_data["ends_on"],
                decided_by=form.cleaned_data["end_decided_by"],
                by=request.commission,
                at=request.at,
            )

        here = reverse("programmes:show", args=[key])
        done = _("Programmet tar inga nya begäran från den dagen.")
        answer = run_once(request, form, "programmes.end", act, then=lambda _result: here, done=done)
        if answer is not None:
            return answer
        status = 409
    newest = next(iter(found.versions), None)
    return render(request, "programmes/show.html", show_context(request, found, newest, form), status=status)
