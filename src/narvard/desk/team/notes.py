"""The note of a visit: write, sign, copy to one's own journal."""

import uuid

from django.http import HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _

from narvard.access.guard import AccessDenied, OpenPatient
from narvard.access.pages import CareHttpRequest, page
from narvard.desk.account.drafts import draft_of, drop_draft
from narvard.desk.base import run_once
from narvard.desk.team.forms import NoteForm
from narvard.desk.team.views import ROLES, open_visit
from narvard.organisation.models import Commission
from narvard.visits import actions, queries
from narvard.visits.models import Visit, VisitNote
from narvard.visits.presenters.journal import journal_text
from narvard.visits.presenters.stops import know, may_act, stop


@page(*ROLES, methods=("GET", "POST"))
def note(request: CareHttpRequest, pk: uuid.UUID) -> HttpResponse:
    """Write the own care provider's note of a visit, sign it, read it when signed."""
    visit, opened = open_visit(request, pk, "team.note")
    own = queries.own_note(visit, request.commission)
    # One provider may hold both care and social services, and a unit's purpose still decides what it reads.
    if own is not None and not opened.may_read(own):
        raise AccessDenied("row", patient=visit.patient_id, object_kind="visitnote", object_id=own.pk)
    if request.method == "POST":
        return _write(request, visit, opened)
    if own is not None and own.signed_at is not None:
        return _signed(request, visit, opened, own)
    return _page(request, visit, opened, own, _form(request, visit, own))


def _draft_key(visit: Visit, by: Commission) -> str:
    """A person with commissions at two care providers has a draft for each: neither reads the other's."""
    return f"note-{visit.pk}-{by.provider_id}"


def _form(request: CareHttpRequest, visit: Visit, own: VisitNote | None) -> NoteForm:
    """What was typed and not sent stands before what was saved."""
    draft = draft_of(
        user=request.user, by=request.commission, form=_draft_key(visit, request.commission), at=request.at
    )
    saved_codes = own.codes if own else [visit.code] if visit.code else []
    initial = {
        "text": draft.get("text", [own.text if own else ""])[0],
        "codes": draft.get("codes", saved_codes),
    }
    return NoteForm(initial=initial, version=own.version if own else None)


def _page(
    request: CareHttpRequest,
    visit: Visit,
    opened: OpenPatient,
    own: VisitNote | None,
    form: NoteForm,
    status: int = 200,
) -> HttpResponse:
    known = know({visit.patient_id: opened}, request.at)
    context = {
        "stop": stop(visit, known, me=request.commission.staff, at=request.at),
        "own": own,
        "form": form,
        "draft_key": _draft_key(visit, request.commission),
        "may_write": may_act(visit, request.commission.unit) and visit.state in queries.HAPPENED_STATES,
    }
    return render(request, "team/note.html", context, status=status)


def _write(request: CareHttpRequest, visit: Visit, opened: OpenPatient) -> HttpResponse:
    form, status = NoteForm(request.POST), 422
    if form.is_valid():
        signing = "sign" in request.POST
        done = _("Anteckningen är signerad.") if signing else _("Anteckningen är sparad, inte signerad.")
        answer = run_once(
            request,
            form,
            "visits.write_note",
            lambda: _save(request, visit, form, signing),
            then=lambda _key: reverse("team:note", args=[visit.pk]),
            done=done,
        )
        if answer is not None:
            drop_draft(user=request.user, by=request.commission, form=_draft_key(visit, request.commission))
            return answer
        status = 409
    own = queries.own_note(visit, request.commission)
    form.renew(own.version if own else None)
    return _page(request, visit, opened, own, form, status)


def _save(request: CareHttpRequest, visit: Visit, form: NoteForm, signing: bool) -> uuid.UUID:
    """Write, and sign in the same act when asked to."""
    row = actions.write_note(
        visit=visit,
        text=form.cleaned_data["text"],
        codes=form.cleaned_data["codes"],
        by=request.commission,
        at=request.at,
        expected=form.seen_version,
    )
    if signing:
        actions.sign_note(note=row, by=request.commission, at=request.at)
    return row.pk


def _signed(request: CareHttpRequest, visit: Visit, opened: OpenPatient, own: VisitNote) -> HttpResponse:
    known = know({visit.patient_id: opened}, request.at)
    context = {
        "stop": stop(visit, known, me=request.commission.staff, at=request.at),
        "own": own,
        "journal": journal_text(own),
    }
    return render(request, "team/note_signed.html", context)


@page(*ROLES, methods=("POST",))
def copied(request: CareHttpRequest, pk: uuid.UUID) -> HttpResponse:
    """Log that the signed note was copied to the journal; asked for by the copy button itself."""
    visit, _opened = open_visit(request, pk, "team.note")
    own = queries.own_note(visit, request.commission)
    if own is not None:
        actions.copy_note(note=own, by=request.commission, at=request.at)
    if request.headers.get("Accept", "").startswith("application/json"):
        return HttpResponse(status=204)
    return HttpResponseRedirect(reverse("team:note", args=[pk]))
