"""Payment between care providers: agreements, each month's statement, and what an outcome rule pays for nothing."""

from collections.abc import Callable
from datetime import date
from uuid import UUID

from django.http import Http404, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from narvard.access.pages import CareHttpRequest, page
from narvard.core import audit
from narvard.core.models import Run
from narvard.desk.base import OnceForm, run_once
from narvard.desk.followup import files
from narvard.desk.followups import WRITERS, tabs
from narvard.desk.payment import forms, presenters
from narvard.followup.payment import actions, statements
from narvard.followup.payment.models import Agreement
from narvard.followup.payment.tasks import known_payout, start_false_payout
from narvard.ui.parts import Progress, Tab

MONTHS = 6
KINDS = ("csv", "xlsx")


def _month(request: CareHttpRequest) -> date:
    """The month that the address names (``?manad=2026-11``), else the one before this."""
    this = timezone.localdate(request.at).replace(day=1)
    try:
        asked = date.fromisoformat(f"{request.GET.get('manad', '')}-01")
    except ValueError:
        return _before(this)
    return min(asked, this)


def _before(month: date) -> date:
    return date.fromordinal(month.toordinal() - 1).replace(day=1)


def _months(request: CareHttpRequest, here: str, chosen: date) -> list[Tab]:
    months = [timezone.localdate(request.at).replace(day=1)]
    while len(months) < MONTHS:
        months.append(_before(months[-1]))
    return [
        Tab(presenters.month_words(month), f"{here}?manad={month.isoformat()[:7]}", current=month == chosen)
        for month in months
    ]


def _fetch(request: CareHttpRequest, pk: UUID) -> Agreement:
    row = statements.agreements(request.commission).filter(pk=pk).first()
    if row is None:
        raise Http404
    return row


@page(*WRITERS)
def listed(request: CareHttpRequest) -> HttpResponse:
    """The provider's agreements, and what each other party pays and is paid for the month."""
    month = _month(request)
    rows = [
        {
            "row": row,
            "words": presenters.terms_words(row),
            "sum": presenters.money(statements.statement(row, month, request.at).total),
        }
        for row in statements.agreements(request.commission)
    ]
    parties = [
        (other, presenters.money(paid), presenters.money(received))
        for other, paid, received in statements.by_party(request.commission, month, request.at)
    ]
    context = {
        "tabs": tabs(request, "payment:list"),
        "months": _months(request, reverse("payment:list"), month),
        "month": presenters.month_words(month),
        "query": f"?manad={month.isoformat()[:7]}",
        "rows": rows,
        "parties": parties,
    }
    return render(request, "payment/list.html", context)


@page(*WRITERS, methods=("GET", "POST"))
def new(request: CareHttpRequest) -> HttpResponse:
    """Write down an agreement in which the own provider pays."""
    own = request.commission.unit.provider
    form = forms.AgreementForm(request.POST or None, own=own.pk)
    if request.method == "POST" and form.is_valid():

        def act() -> object:
            told = form.cleaned_data
            fields = {name: told[name] for name in ("name", "rule", "payee", "programme", "since", "until")}
            row = actions.make_agreement(**fields, payer=own, told=form.told, by=request.commission, at=request.at)
            if row.rule == Agreement.Rule.OUTCOME:
                start_false_payout(agreement=row, by=request.commission, at=request.at)
            return row.pk

        answer = run_once(
            request, form, "payment.make_agreement", act, then=lambda pk: reverse("payment:agreement", args=[pk])
        )
        if answer:
            return answer
    return render(request, "payment/new.html", {"form": form, "own": own}, status=409 if form.errors else 200)


@page(*WRITERS)
def show(request: CareHttpRequest, pk: UUID) -> HttpResponse:
    """One agreement and its statement of a month."""
    return _shown(request, _fetch(request, pk))


def _shown(request: CareHttpRequest, row: Agreement, *, status: int = 200, **bound: OnceForm) -> HttpResponse:
    month, here = _month(request), reverse("payment:agreement", args=[row.pk])
    found = statements.statement(row, month, request.at)
    traced = statements.may_trace(request.commission, row)
    pays = request.commission.unit.provider_id == row.payer_id
    context = {
        "row": row,
        "words": presenters.terms_words(row),
        "month": presenters.month_words(month),
        "months": _months(request, here, month),
        "query": f"?manad={month.isoformat()[:7]}",
        "found": found,
        "total": presenters.money(found.total),
        "lines": presenters.table(found, traced=traced) if found.lines else None,
        "traced": traced,
        "ended": timezone.localdate(request.at) >= statements.next_month(month),
        "decisions": statements.decided(row, month),
    }
    if pays and found.settled is None:
        context["settle_form"] = bound.get("settle_form", OnceForm(auto_id="settle_%s"))
        if row.rule == Agreement.Rule.OUTCOME:
            context["decision_form"] = bound.get("decision_form", forms.DecisionForm(auto_id="decide_%s"))
    if row.rule == Agreement.Rule.OUTCOME:
        run = known_payout(row)
        context |= {"payout": presenters.false_payout(run), "progress": _progress(run, here), "reckon": OnceForm()}
    return render(request, "payment/agreement.html", context, status=status)


def _progress(run: Run | None, here: str) -> Progress | None:
    """How the reckoning stands, while it is not done; reload to see it."""
    if run is None or run.state == Run.State.DONE:
        return None
    failed = run.state == Run.State.FAILED
    title = _("Kunde inte räknas") if failed else _("Räknar vad regeln betalar utan effekt")
    return Progress(title, running=not failed, share=run.progress, failed=failed)


@page(*WRITERS, methods=("POST",))
def decide(request: CareHttpRequest, pk: UUID) -> HttpResponse:
    """Decide an outcome part of the month."""
    row, month = _fetch(request, pk), _month(request)
    form = forms.DecisionForm(request.POST, auto_id="decide_%s")
    if form.is_valid():

        def act() -> object:
            told = {name: form.cleaned_data[name] for name in ("part", "met", "reason")}
            return actions.decide_part(agreement=row.pk, month=month, **told, by=request.commission, at=request.at).pk

        answer = run_once(
            request, form, "payment.decide_part", act, then=_back(row, month), done=_("Beslutet är sparat.")
        )
        if answer:
            return answer
    return _shown(request, row, status=409, decision_form=form)


def _back(row: Agreement, month: date) -> Callable[[str], str]:
    address = f"{reverse('payment:agreement', args=[row.pk])}?manad={month.isoformat()[:7]}"
    return lambda _result: address


@page(*WRITERS, methods=("POST",))
def settle(request: CareHttpRequest, pk: UUID) -> HttpResponse:
    """Settle the month: its lines stay as they are."""
    row, month = _fetch(request, pk), _month(request)
    form = OnceForm(request.POST, auto_id="settle_%s")
    if form.is_valid():

        def act() -> object:
            return actions.settle(agreement=row.pk, month=month, by=request.commission, at=request.at).pk

        answer = run_once(
            request, form, "payment.settle", act, then=_back(row, month), done=_("Månaden är fastställd.")
        )
        if answer:
            return answer
    return _shown(request, row, status=409, settle_form=form)


@page(*WRITERS, methods=("POST",))
def reckon(request: CareHttpRequest, pk: UUID) -> HttpResponse:
    """Ask for what the rule pays where there is no effect."""
    row = _fetch(request, pk)
    form = OnceForm(request.POST)
    if form.is_valid() and row.rule == Agreement.Rule.OUTCOME:

        def act() -> object:
            return start_false_payout(agreement=row, by=request.commission, at=request.at).pk

        answer = run_once(request, form, "payment.false_payout", act, then=_back(row, _month(request)))
        if answer:
            return answer
    raise Http404


@page(*WRITERS)
def export(request: CareHttpRequest, pk: UUID, kind: str) -> HttpResponse:
    """The month's statement as a file; logged."""
    row, month = _fetch(request, pk), _month(request)
    if kind not in KINDS:
        raise Http404
    traced = statements.may_trace(request.commission, row)
    audit.write(
        "payment.export",
        by=request.commission,
        at=request.at,
        action=audit.Action.EXPORT,
        object_kind="agreement",
        object_id=row.pk,
        reason=f"{month} {kind}{' traced' if traced else ''}",
    )
    found = statements.statement(row, month, request.at)
    return files.answer(presenters.sheet(found, traced=traced), kind, f"ersattning-{month.isoformat()[:7]}")
