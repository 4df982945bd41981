"""Pages of the needs kit: prescribe, what lies there, fill, give, say the effect, discard, teach, take home."""

import uuid
from collections.abc import Callable

from django.db.models import Model
from django.http import Http404, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from narvard.access import guard
from narvard.access.guard import AccessDenied, OpenPatient
from narvard.access.pages import CareHttpRequest, page
from narvard.care.kits import actions, queries
from narvard.care.kits.contents import templates
from narvard.care.kits.models import KitEvent, KitItem, NeedsKit
from narvard.care.plans.definitions import say
from narvard.desk.base import OnceForm, run_once
from narvard.desk.patient.acting import Plan as Doing
from narvard.desk.patient.acting import Sheet, run_form
from narvard.desk.patient.forms import TextForm
from narvard.desk.patient.menu import WITNESSES
from narvard.desk.plans.door import PLAN_READERS, kit_veiled, refuse_unnamed, veil_of
from narvard.desk.plans.kit_forms import DiscardForm, FillForm, GiveForm, PlaceForm, PrescribeForm, TeachForm
from narvard.desk.plans.lines import kit_name
from narvard.desk.plans.writing import candidates
from narvard.organisation.models import CareUnit, Commission, Profession


def _fetch(request: CareHttpRequest, pk: uuid.UUID, what: str) -> tuple[NeedsKit, OpenPatient]:
    rows = queries.with_content(NeedsKit.objects.all())
    kit, opened = guard.fetch(rows, pk, by=request.commission, at=request.at, what=what)
    return kit_veiled(kit, veil_of(opened)), opened


def _item(request: CareHttpRequest, pk: uuid.UUID, what: str) -> tuple[KitItem, OpenPatient]:
    """A medicine by its own id: read through its kit, and missing and forbidden look alike."""
    row = KitItem.objects.filter(pk=pk).first()
    if row is None:
        raise AccessDenied("missing", object_kind="needskit", object_id=pk)
    kit, opened = _fetch(request, row.kit_id, what)
    row.kit = kit
    return row, opened


def _home(kit: NeedsKit) -> str:
    return reverse("plans:kit", args=[kit.pk])


@page(*PLAN_READERS)
def show(request: CareHttpRequest, pk: uuid.UUID) -> HttpResponse:
    """What lies in the kit, the doses, and what was given."""
    kit, opened = _fetch(request, pk, "kit.page")
    by, today = request.commission, timezone.localdate(request.at)
    events = list(kit.events.all())
    effects = {row.about_id: row for row in events if row.kind == KitEvent.Kind.EFFECT}
    shown = [row for row in events if row.kind != KitEvent.Kind.EFFECT]
    handles = _handles(kit, opened, by)
    context = {
        "kit": kit,
        "name": kit_name(kit),
        "patient": opened.patient,
        "stock": [(row, row.expired(today), row.expires_soon(today)) for row in queries.stock(kit)],
        "events": [(row, effects.get(row.pk), [str(KitEvent.Flag(key).label) for key in row.flags]) for row in shown][
            ::-1
        ],
        "taught": queries.taught(kit),
        "handles": handles,
        "prescribes": handles and by.staff.profession == Profession.PHYSICIAN,
    }
    return render(request, "plans/kit.html", context)


def _flags(row: KitEvent) -> list[str]:
    """What was not as it ought to be, in words."""
    return [str(KitEvent.Flag(key).label) for key in row.flags]


def _handles(kit: NeedsKit, opened: OpenPatient, by: Commission) -> bool:
    licensed = by.staff.profession in actions.LICENSED
    return opened.relates and kit.returned_at is None and by.unit_id in kit.parties() and licensed


@page(*WITNESSES, methods=("GET", "POST"))
def place(request: CareHttpRequest, pk: uuid.UUID) -> HttpResponse:
    """A physician prescribes a kit for the person."""
    opened = guard.open_patient(pk, by=request.commission, at=request.at, what="kit.place")
    opened.refuse_unrelated()
    refuse_unnamed(opened)
    template = templates().get(request.GET.get("slag", "palliative"))
    if template is None:
        raise Http404
    units = _openers(opened, request) if opened.sees_place else []
    form = PlaceForm(request.POST or None, template=template, units=units, chosen=True)
    says = [
        _("Sjuksköterskor hos de enheter som är med kan ge doserna utan att fråga igen."),
        _("Lådan är tom tills någon fyller den."),
    ]
    others = [row for row in templates().values() if row.key != template.key]
    links = [(say(row.name), f"?slag={row.key}") for row in others]
    sheet = Sheet(say(template.name), _("Ordinera"), says=says, more={"links": links})

    def act() -> object:
        return actions.place_kit(
            patient=opened.patient,
            template=template.key,
            place=form.cleaned_data["place"],
            doses=form.doses,
            units=form.units,
            by=request.commission,
            at=request.at,
        ).pk

    doing = Doing("kit.place", act, _("Lådan är ordinerad. Nu ska den fyllas."))
    return run_form(request, form, opened.patient, sheet, lambda: doing)


def _openers(opened: OpenPatient, request: CareHttpRequest) -> list[CareUnit]:
    """Units of health care that care for the person: those who may open the kit."""
    rows = candidates(opened.patient, {request.commission.unit_id}, request.at)
    return [unit for unit in rows if unit.kind not in CareUnit.SOCIAL_KINDS]


def _form(
    request: CareHttpRequest,
    kit: NeedsKit,
    opened: OpenPatient,
    form: OnceForm,
    sheet: Sheet,
    action: str,
    act: Callable[[], Model],
    done: str,
) -> HttpResponse:
    doing = Doing(action, lambda: act().pk, done, then=_home(kit))
    return run_form(request, form, opened.patient, sheet, lambda: doing)


@page(*WITNESSES, methods=("GET", "POST"))
def fill(request: CareHttpRequest, pk: uuid.UUID) -> HttpResponse:
    """Put medicines in the kit."""
    kit, opened = _fetch(request, pk, "kit.fill")
    known = templates().get(kit.template)
    usual = {row.key: row.amount for row in known.items} if known else {}
    form = FillForm(request.POST or None, stock=queries.stock(kit), usual=usual)
    status = 200
    if form.is_bound:
        status = 422
        if form.is_valid():

            def act() -> object:
                return actions.fill_kit(kit=kit, fills=form.fills, by=request.commission, at=request.at).pk

            done = _("Påfyllningen är sparad.")
            answer = run_once(request, form, "kit.fill", act, then=lambda _result: _home(kit), done=done)
            if answer is not None:
                return answer
            status = 409
    context = {"form": form, "kit": kit, "name": kit_name(kit), "patient": opened.patient}
    return render(request, "plans/kit_fill.html", context, status=status)


@page(*WITNESSES, methods=("GET", "POST"))
def give(request: CareHttpRequest, pk: uuid.UUID) -> HttpResponse:
    """A dose was given."""
    item, opened = _item(request, pk, "kit.give")
    form = GiveForm(request.POST or None, now=request.at)
    lead = _("Ordinerat: %(dose)s") % {"dose": item.dose}
    says = [_("Dosen dras från det som ligger i lådan. Något som inte stämmer med ordinationen märks ut.")]
    sheet = Sheet(_("Dos given: %(drug)s") % {"drug": item}, _("Spara dosen"), lead, says=says)

    def act() -> KitEvent:
        words = {key: form.cleaned_data[key] for key in ("dose", "happened_at", "amount", "relative", "note")}
        return actions.give_dose(item=item, **words, by=request.commission, at=request.at)

    return _form(request, item.kit, opened, form, sheet, "kit.give", act, _("Dosen är sparad. Skriv effekten sedan."))


@page(*WITNESSES, methods=("GET", "POST"))
def effect(request: CareHttpRequest, pk: uuid.UUID) -> HttpResponse:
    """How a dose worked."""
    row = KitEvent.objects.select_related("item").filter(pk=pk).first()
    if row is None:
        raise AccessDenied("missing", object_kind="needskit", object_id=pk)
    kit, opened = _fetch(request, row.kit_id, "kit.effect")
    form = TextForm(request.POST or None, label=_("Hur verkade dosen?"))
    sheet = Sheet(_("Effekt av %(drug)s, %(dose)s") % {"drug": row.item, "dose": row.dose}, _("Spara"))

    def act() -> KitEvent:
        text = form.cleaned_data["text"]
        return actions.record_effect(given=row, effect=text, by=request.commission, at=request.at)

    return _form(request, kit, opened, form, sheet, "kit.effect", act, _("Effekten är sparad."))


@page(*WITNESSES, methods=("GET", "POST"))
def prescribe(request: CareHttpRequest, pk: uuid.UUID) -> HttpResponse:
    """Another dose of a medicine in the kit."""
    item, opened = _item(request, pk, "kit.prescribe")
    initial = {"dose": item.dose, "most": item.most_per_day, "relatives": item.relatives}
    form = PrescribeForm(request.POST or None, initial=initial)
    says = [_("Den gamla ordinationen upphör nu. Det som ligger i lådan hör till den nya.")]
    sheet = Sheet(_("Ändra ordinationen: %(drug)s") % {"drug": item}, _("Ordinera"), says=says)

    def act() -> KitItem:
        return actions.change_prescription(item=item, said=form.said, by=request.commission, at=request.at)

    return _form(request, item.kit, opened, form, sheet, "kit.prescribe", act, _("Ordinationen är ändrad."))


@page(*WITNESSES, methods=("GET", "POST"))
def discard(request: CareHttpRequest, pk: uuid.UUID) -> HttpResponse:
    """Take medicines out that are not to be used."""
    item, opened = _item(request, pk, "kit.discard")
    form = DiscardForm(request.POST or None)
    sheet = Sheet(_("Kassera: %(drug)s") % {"drug": item}, _("Kassera"))

    def act() -> KitEvent:
        words = form.cleaned_data
        return actions.discard(
            item=item, amount=words["amount"], reason=words["reason"], by=request.commission, at=request.at
        )

    return _form(request, item.kit, opened, form, sheet, "kit.discard", act, _("Kasserat."))


@page(*WITNESSES, methods=("GET", "POST"))
def teach(request: CareHttpRequest, pk: uuid.UUID) -> HttpResponse:
    """A relative has learnt to give a single dose."""
    kit, opened = _fetch(request, pk, "kit.teach")
    form = TeachForm(request.POST or None)
    says = [_("Personen får ge en uppdragen dos av de läkemedel där läkaren har sagt ja till det.")]
    sheet = Sheet(_("Närstående som har lärt sig"), _("Spara"), says=says)

    def act() -> KitEvent:
        words = form.cleaned_data
        return actions.teach_relative(
            kit=kit, person=words["person"], note=words["note"], by=request.commission, at=request.at
        )

    return _form(request, kit, opened, form, sheet, "kit.teach", act, _("Sparat."))


@page(*WITNESSES, methods=("GET", "POST"))
def take_home(request: CareHttpRequest, pk: uuid.UUID) -> HttpResponse:
    """The kit has been taken from the home."""
    kit, opened = _fetch(request, pk, "kit.return")
    form = TextForm(request.POST or None, label=_("Varför tas lådan hem?"))
    says = [_("Läkemedlen lämnas till apotek. Det som har hänt med lådan finns kvar att läsa.")]
    sheet = Sheet(_("Ta hem lådan"), _("Ta hem"), says=says, grave=True)

    def act() -> NeedsKit:
        text = form.cleaned_data["text"]
        return actions.return_kit(kit=kit, reason=text, by=request.commission, at=request.at)

    return _form(request, kit, opened, form, sheet, "kit.return", act, _("Lådan är återlämnad."))
