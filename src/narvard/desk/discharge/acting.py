"""What the ward and the receivers do on the way home: told, ready, called, agreed, confirmed."""

import uuid
from collections.abc import Callable

from django.http import Http404, HttpResponse
from django.urls import reverse
from django.utils.translation import gettext as _

from narvard.access import guard
from narvard.access.guard import OpenPatient
from narvard.access.pages import CareHttpRequest, Role, page
from narvard.care.models import Duty, HospitalStay
from narvard.care.stays import actions, queries
from narvard.desk.base import OnceForm
from narvard.desk.discharge.forms import ConfirmForm, HomeForm, MeetingForm, NoticeForm
from narvard.desk.discharge.sheet import RECEIVERS, groups
from narvard.desk.discharge.views import STAYS
from narvard.desk.patient.acting import Plan, Sheet, run_form
from narvard.desk.patient.forms import TimedForm


def _fetch(request: CareHttpRequest, pk: uuid.UUID, what: str) -> tuple[HospitalStay, OpenPatient]:
    return guard.fetch(STAYS, pk, by=request.commission, at=request.at, what=f"discharge.{what}")


def _own(request: CareHttpRequest, pk: uuid.UUID, what: str) -> tuple[HospitalStay, OpenPatient]:
    """A stay on the acting ward."""
    stay, opened = _fetch(request, pk, what)
    if stay.ward_id != request.commission.unit_id:
        raise Http404
    return stay, opened


def _run(
    request: CareHttpRequest,
    form: OnceForm,
    opened: OpenPatient,
    stay: HospitalStay,
    sheet: Sheet,
    act: Callable[[], object],
    done: str,
) -> HttpResponse:
    name = f"discharge.{type(form).__name__.removesuffix('Form').lower()}"
    then = reverse("discharge:page", args=[stay.pk])
    return run_form(request, form, opened.patient, sheet, lambda: Plan(name, act, done, sheet.says, then), stay.version)


@page(Role.WARD, methods=("GET", "POST"))
def notice(request: CareHttpRequest, pk: uuid.UUID) -> HttpResponse:
    """The admission notice to everyone involved."""
    stay, opened = _own(request, pk, "notice")
    offered = groups(opened, stay.ward, request.at)
    asked = {str(row.unit_id) for row in queries.parts_of(stay).filter(kind=Duty.Kind.PREPARE_HOME)}
    first = {str(row.pk) for row in offered[0][1]} if opened.names_units else set()
    form = NoticeForm(
        request.POST or None,
        groups=offered,
        now=request.at,
        version=stay.version,
        initial={"units": sorted(first | asked), "expected_on": stay.planned_discharge_on},
    )
    says = [
        _("De som du kryssar för får veta att patienten är inlagd hos er och vilken dag hemgången är beräknad."),
        _("De får läsa patientens sida och ska bekräfta att de tar emot hemma."),
    ]
    sheet = Sheet(_("Inskrivningsmeddelande"), _("Skicka"), _("Senast 24 timmar efter inläggningen."), says)

    def act() -> object:
        return actions.send_notice(
            stay=stay,
            units=form.chosen(),
            on_ward=form.teams,
            expected_on=form.cleaned_data["expected_on"],
            version=form.seen_version,
            by=request.commission,
            at=request.at,
        )

    return _run(request, form, opened, stay, sheet, act, _("Meddelandet är skickat."))


@page(Role.WARD, methods=("GET", "POST"))
def ready(request: CareHttpRequest, pk: uuid.UUID) -> HttpResponse:
    """The patient is ready to go home."""
    stay, opened = _own(request, pk, "ready")
    form = TimedForm(
        request.POST or None, now=request.at, label=_("När bedömdes patienten utskrivningsklar?"), version=stay.version
    )
    says = [
        _("Alla som har fått inskrivningsmeddelandet ser att patienten är utskrivningsklar."),
        _("Hälsocentralen kallar till planeringsmöte inom tre dagar, om mötet inte redan är bestämt."),
    ]
    sheet = Sheet(_("Utskrivningsklar"), _("Granska"), _("Behandlande läkare bedömer det."), says)

    def act() -> object:
        return actions.mark_ready(
            stay=stay,
            ready_at=form.cleaned_data["happened_at"],
            version=form.seen_version,
            by=request.commission,
            at=request.at,
        )

    return _run(request, form, opened, stay, sheet, act, _("Patienten är utskrivningsklar. Alla ser det."))


@page(Role.WARD, methods=("GET", "POST"))
def home(request: CareHttpRequest, pk: uuid.UUID) -> HttpResponse:
    """The day and the hour for going home."""
    stay, opened = _own(request, pk, "home")
    form = HomeForm(request.POST or None, version=stay.version, initial={"home_at": stay.home_at})
    says = [_("Alla ser dag och klockslag. De som inte har bekräftat ska göra det till dess.")]
    sheet = Sheet(_("Hem dag och tid"), _("Spara"), says=says)

    def act() -> object:
        return actions.agree_home(
            stay=stay,
            home_at=form.cleaned_data["home_at"],
            version=form.seen_version,
            by=request.commission,
            at=request.at,
        )

    return _run(request, form, opened, stay, sheet, act, _("Dag och tid är sparade."))


@page(Role.WARD, *RECEIVERS, methods=("GET", "POST"))
def meeting(request: CareHttpRequest, pk: uuid.UUID) -> HttpResponse:
    """Call to the planning meeting (SIP)."""
    stay, opened = _fetch(request, pk, "meeting")
    chosen = {str(row.unit_id) for row in queries.parts_of(stay).filter(kind=Duty.Kind.PREPARE_HOME)}
    offered = groups(opened, stay.ward, request.at)
    form = MeetingForm(
        request.POST or None,
        groups=[*offered, (_("Avdelningen"), [stay.ward])] if opened.names_units else offered,
        now=request.at,
        version=stay.version,
        initial={"units": sorted(chosen), "meeting_at": stay.meeting_at, "where": stay.meeting_where},
    )
    says = [_("De som du kryssar för ska delta, och ser tiden bland sina uppgifter.")]
    sheet = Sheet(_("Kalla till planeringsmöte"), _("Kalla"), says=says)

    def act() -> object:
        return actions.call_meeting(
            stay=stay,
            meeting_at=form.cleaned_data["meeting_at"],
            where=form.cleaned_data["where"],
            units=form.chosen(),
            version=form.seen_version,
            by=request.commission,
            at=request.at,
        )

    return _run(request, form, opened, stay, sheet, act, _("Kallelsen är skickad."))


@page(*RECEIVERS, methods=("GET", "POST"))
def confirm(request: CareHttpRequest, pk: uuid.UUID) -> HttpResponse:
    """The acting unit confirms that it receives the patient at home."""
    stay, opened = _fetch(request, pk, "confirm")
    own = queries.parts_of(stay).filter(kind=Duty.Kind.PREPARE_HOME, unit=request.commission.unit_id).first()
    if own is None:
        raise Http404
    form = ConfirmForm(request.POST or None, initial={"first_visit_at": own.agreed_at, "note": own.note})
    says = [_("Avdelningen och de andra ser att ni är redo, och när ni kommer.")]
    sheet = Sheet(_("Bekräfta att ni tar emot hemma"), _("Bekräfta"), says=says)

    def act() -> object:
        return actions.confirm_receiving(
            stay=stay,
            first_visit_at=form.cleaned_data["first_visit_at"],
            note=form.cleaned_data["note"],
            by=request.commission,
            at=request.at,
        )

    return _run(request, form, opened, stay, sheet, act, _("Bekräftat. Alla ser det."))
