"""Pages about the patient's blocks: what is blocked, a new block, a block removed or set aside for a time."""

import uuid
from datetime import timedelta

from django.http import HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from narvard.access import guard
from narvard.access.actions import block, lift_block, remove_block
from narvard.access.guard import OpenPatient
from narvard.access.models import Block
from narvard.access.pages import CareHttpRequest, page
from narvard.access.queries import blocks_in_force, related_units
from narvard.desk.patient.acting import Plan, Sheet, run_form
from narvard.desk.patient.permissions import block_title, blocks_shown, opened_to
from narvard.desk.patient.sharing_forms import BlockForm, LiftForm, RemoveForm
from narvard.organisation.models import CareUnit, Commission
from narvard.organisation.queries import in_service


@page(*Commission.CARING)
def blocks(request: CareHttpRequest, pk: uuid.UUID) -> HttpResponse:
    """The blocks that hold, and what may be done about each."""
    opened = guard.open_patient(pk, by=request.commission, at=request.at, what="patient.blocks")
    context = {
        "patient": opened.patient,
        "blocks": blocks_shown(opened, request.at),
        "opened_to": opened_to(opened, request.at),
        "relates": opened.relates,
        "may_open": request.commission.gives_care,
    }
    return render(request, "patient/blocks.html", context)


@page(*Commission.CARING, methods=("GET", "POST"))
def new_block(request: CareHttpRequest, pk: uuid.UUID) -> HttpResponse:
    """Block some of the own provider's information, as the patient asks."""
    opened = guard.open_patient(pk, by=request.commission, at=request.at, what="patient.new_block")
    opened.refuse_unrelated()
    own = request.commission.unit
    form = BlockForm(request.POST or None, own=own, units=_units(request))
    sheet = Sheet(
        _("Spärra uppgifter om %(name)s") % {"name": opened.patient.name},
        _("Spärra"),
        says=[
            _("Spärren gäller genast, och bara uppgifter hos %(provider)s.") % {"provider": own.provider.name},
            _("Andra ser att spärrade uppgifter finns, men inte vad de är. Det kan göra vården sämre: säg det."),
            _("Patienten kan när som helst be er ta bort spärren."),
        ],
    )

    def act() -> object:
        words = form.cleaned_data
        return block(
            patient=opened.patient,
            scope=Block.Scope(words["scope"]),
            unit=words["unit"],
            information_kind=words["information_kind"],
            info_from=words["info_from"],
            info_until=words["info_until"],
            by_guardian=words["asked"] == "guardian",
            by=request.commission,
            at=request.at,
        )

    plan = Plan("patient.new-block", act, _("Uppgifterna är spärrade."), then=_list(opened))
    return run_form(request, form, opened.patient, sheet, lambda: plan)


def _units(request: CareHttpRequest) -> list[CareUnit]:
    """The provider's health care units in service; social services' data are not blocked but kept apart."""
    rows = in_service(timezone.localdate(request.at)).filter(provider=request.commission.provider_id)
    return list(rows.exclude(kind__in=CareUnit.SOCIAL_KINDS))


def _readers(row: Block, request: CareHttpRequest, opened: OpenPatient) -> list[CareUnit]:
    """The units that care for the patient now and that the block closes, called as the reader may know them."""
    rows = CareUnit.objects.filter(related_units(row.patient_id, request.at)).select_related("provider")
    units = [opened.told(unit) for unit in rows]
    if row.scope == Block.Scope.OUTER:
        return [unit for unit in units if unit.provider_id != row.provider_id]
    return [unit for unit in units if unit.pk != row.unit_id]


def _list(opened: OpenPatient) -> str:
    return reverse("patient:blocks", args=[opened.patient.pk])


def _fetch(request: CareHttpRequest, pk: uuid.UUID, what: str) -> tuple[Block, OpenPatient]:
    """A block in force and its opened patient; one that no longer holds looks as if it were not there."""
    row = blocks_in_force(request.at).filter(pk=pk).select_related("provider", "unit").first()
    if row is None:
        raise guard.AccessDenied("missing", object_kind="block", object_id=pk)
    opened = guard.open_patient(row.patient_id, by=request.commission, at=request.at, what=what)
    opened.refuse_unrelated()
    return row, opened


@page(*Commission.CARING, methods=("GET", "POST"))
def remove(request: CareHttpRequest, pk: uuid.UUID) -> HttpResponse:
    """Remove a block for good; only the provider that set it does."""
    row, opened = _fetch(request, pk, "patient.remove_block")
    if row.provider_id != request.commission.provider_id:
        raise guard.AccessDenied("blocked", patient=row.patient_id, object_kind="block", object_id=pk)
    form = RemoveForm(request.POST or None)
    says = [_("Uppgifterna kan läsas igen av dem som har rätt till det.")]
    sheet = Sheet(_("Ta bort spärren"), _("Ta bort spärren"), block_title(opened.told(row)), says)

    def act() -> object:
        return remove_block(block=row, reason=form.cleaned_data["reason"], by=request.commission, at=request.at)

    plan = Plan("patient.remove-block", act, _("Spärren är borttagen."), then=_list(opened))
    return run_form(request, form, opened.patient, sheet, lambda: plan)


@page(*Commission.CARING, methods=("GET", "POST"))
def lift(request: CareHttpRequest, pk: uuid.UUID) -> HttpResponse:
    """Set a block of the own provider aside for a unit and some hours, with the patient's yes."""
    row, opened = _fetch(request, pk, "patient.lift_block")
    if row.provider_id != request.commission.provider_id:
        raise guard.AccessDenied("blocked", patient=row.patient_id, object_kind="block", object_id=pk)
    form = LiftForm(request.POST or None, units=_readers(row, request, opened))
    sheet = Sheet(
        _("Häv spärren tillfälligt"),
        _("Häv spärren"),
        block_title(opened.told(row)),
        [
            _("Gör det bara när patienten har sagt ja."),
            _("Enheten får läsa uppgifterna under tiden. För andra är de fortfarande spärrade."),
            _("Spärren gäller igen av sig själv när tiden har gått."),
        ],
    )

    def act() -> object:
        words = form.cleaned_data
        until = request.at + timedelta(hours=words["hours"])
        return lift_block(
            block=row, unit=words["unit"], until=until, reason=words["reason"], by=request.commission, at=request.at
        )

    done = _("Spärren är hävd för enheten en tid.")
    plan = Plan("patient.lift-block", act, done, then=_list(opened))
    return run_form(request, form, opened.patient, sheet, lambda: plan)
