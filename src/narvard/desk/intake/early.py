"""Early signs: told by whoever meets the person, looked at by the health centre, ended with a contact or a reason."""

import uuid
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django import forms
from django.http import HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.text import capfirst
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from narvard.access import guard
from narvard.access.pages import CareHttpRequest, Role, page
from narvard.core.sentences import read_again
from narvard.desk.base import OnceForm
from narvard.desk.intake.forms import fact_field
from narvard.desk.patient.acting import Plan, Sheet, run_form
from narvard.desk.patient.forms import TextForm
from narvard.flows import early
from narvard.intake.early import actions, queries
from narvard.intake.early.models import OPEN_STATES, EarlyCase
from narvard.intake.presenters import person
from narvard.organisation.models import CareUnit, Commission
from narvard.organisation.queries import on_duty_commissions
from narvard.people.facts import REGISTRY, FactKind

# Who meets people at home or at the health centre.
TELLERS = (Role.SOCIAL, Role.MUNICIPAL, Role.TEAM, Role.PHYSICIAN, Role.WARD, Role.COORDINATOR)
LOOKERS = (Role.PHYSICIAN, Role.MUNICIPAL, Role.TEAM)
_TOLD = timedelta(days=30)
CASES = EarlyCase.objects.select_related("patient__municipality", "owner_unit", "opened_by__unit", "opened_by__staff")


class SignsForm(OnceForm):
    """Which signs, what was seen, and that the person has said yes."""

    seen = forms.CharField(
        label=gettext_lazy("Vad har ni sett?"),
        required=False,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text=gettext_lazy("Till exempel: äter sämre, går mindre, glömmer mediciner, ringer oftare."),
    )
    agreed = forms.BooleanField(label=gettext_lazy("Personen vet om det här och säger ja"), required=False)

    field_order = ("once", "version")

    def __init__(self, *args: Any, kinds: tuple[FactKind, ...], social: bool, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for kind in kinds:
            self.fields[f"fact_{kind.name}"] = fact_field(kind)
        if not social:
            del self.fields["agreed"]
        self.order_fields(["once", "version", *(f"fact_{kind.name}" for kind in kinds), "seen", "agreed"])

    @property
    def signs(self) -> dict[str, object]:
        """What was answered, by the fact's name."""
        told = {name[5:]: value for name, value in self.cleaned_data.items() if name.startswith("fact_")}
        return {name: value for name, value in told.items() if value is not None}


class PersonForm(OnceForm):
    """Who of the unit becomes the contact."""

    staff = forms.ChoiceField(label=gettext_lazy("Vem blir fast vårdkontakt?"))

    def __init__(self, *args: Any, colleagues: list[Commission], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.people = {str(row.pk): row for row in colleagues}
        field = self.fields["staff"]
        assert isinstance(field, forms.ChoiceField)  # noqa: S101 - declared above
        field.choices = [
            (key, f"{row.staff.name}, {row.staff.get_profession_display()}") for key, row in self.people.items()
        ]


@dataclass(frozen=True)
class Line:
    """A case in a list."""

    pk: uuid.UUID
    who: str
    signs: str
    seen: str
    told_by: str
    state: str
    reason: str
    opened_at: datetime
    due_at: datetime | None
    is_new: bool
    escalated: bool


@page(*TELLERS, Role.SENDER)
def listed(request: CareHttpRequest) -> HttpResponse:
    """What the unit is to look at, and what came of what it has told others."""
    unit = request.commission.unit
    ours, theirs = list(queries.cases_of(unit)), list(queries.told_by(unit, request.at - _TOLD))
    people = {row.patient_id for row in (*ours, *theirs)}
    opened = guard.open_listed(people, by=request.commission, at=request.at, what="intake.early")
    context = {
        "ours": [_line(row, request.at) for row in guard.readable_of(ours, opened)],
        "theirs": [_line(row, request.at) for row in guard.readable_of(theirs, opened)],
        "may_answer": request.commission.role in LOOKERS,
    }
    return render(request, "intake/early.html", context)


def _line(row: EarlyCase, at: datetime) -> Line:
    return Line(
        pk=row.pk,
        who=person(row.patient, at),
        signs=_signs(row),
        seen=row.seen,
        told_by=row.opened_by.unit.name if row.opened_by else _("kända besök"),
        state=str(row.get_state_display()),
        reason=read_again(row.reason),
        opened_at=row.opened_at,
        due_at=row.due_at,
        is_new=row.state == EarlyCase.State.OPEN,
        escalated=row.escalated_at is not None,
    )


def _signs(row: EarlyCase) -> str:
    words = [
        str(REGISTRY[name].label) if value is True else f"{REGISTRY[name].label}: {value}"
        for name, value in row.markers.items()
        if name in REGISTRY
    ]
    return capfirst("; ".join(words))


@page(*TELLERS, methods=("GET", "POST"))
def tell(request: CareHttpRequest, pk: uuid.UUID) -> HttpResponse:
    """Tell the health centre of early signs in a person whom one meets."""
    opened = guard.open_patient(pk, by=request.commission, at=request.at, what="intake.early_tell")
    social = request.commission.unit.kind in CareUnit.SOCIAL_KINDS
    form = SignsForm(request.POST or None, kinds=queries.markers(timezone.localdate(request.at)), social=social)
    says = [
        _("Hälsocentralen där personen är listad får det att titta på. Ingen bil skickas."),
        _("Vid fara för livet: ring 112. Behövs vård i dag: gör en vårdbegäran."),
    ]
    sheet = Sheet(_("Tidiga tecken hos %(name)s") % {"name": opened.patient.name}, _("Berätta"), says=says)

    def act() -> object:
        return early.tell_early_signs(
            patient=opened.patient,
            signs=form.signs,
            seen=form.cleaned_data["seen"],
            agreed=bool(form.cleaned_data.get("agreed")),
            by=request.commission,
            at=request.at,
        )

    done = _("Hälsocentralen har fått det. Ni ser svaret under Tidiga tecken.")
    then = reverse("intake:early")
    return run_form(request, form, opened.patient, sheet, lambda: Plan("intake.early_tell", act, done, then=then))


@page(*LOOKERS, methods=("GET", "POST"))
def accept(request: CareHttpRequest, pk: uuid.UUID) -> HttpResponse:
    """The unit looks at it."""

    def act(case: EarlyCase, form: OnceForm) -> object:
        return actions.accept_early_case(case=pk, by=request.commission, at=request.at, version=form.seen_version)

    says = [_("Ni har tio arbetsdagar att utse en fast vårdkontakt, eller att avsluta med skäl.")]
    words = (_("Vi tittar på det"), _("Det är noterat att ni tittar på det."))
    return _answer(request, pk, words, says, lambda case: OnceForm(request.POST or None, version=case.version), act)


@page(*LOOKERS, methods=("GET", "POST"))
def name(request: CareHttpRequest, pk: uuid.UUID) -> HttpResponse:
    """Name the person's designated contact."""
    colleagues = list(on_duty_commissions([request.commission.unit_id], timezone.localdate(request.at)))

    def make(case: EarlyCase) -> OnceForm:
        return PersonForm(request.POST or None, colleagues=colleagues, version=case.version)

    def act(case: EarlyCase, form: OnceForm) -> object:
        chosen = next(row for row in colleagues if str(row.pk) == form.cleaned_data["staff"])
        return early.name_contact(
            case=case, person=chosen, by=request.commission, at=request.at, version=form.seen_version
        )

    says = [_("Personen visas med namn på patientens sida och kan begära mobila insatser i hemmet.")]
    words = (_("Utse fast vårdkontakt"), _("Fast vårdkontakt är utsedd."))
    return _answer(request, pk, words, says, make, act)


@page(*LOOKERS, methods=("GET", "POST"))
def dismiss(request: CareHttpRequest, pk: uuid.UUID) -> HttpResponse:
    """End the case with a reason."""

    def make(case: EarlyCase) -> OnceForm:
        return TextForm(request.POST or None, version=case.version, label=_("Varför behövs ingen kontakt?"))

    def act(case: EarlyCase, form: OnceForm) -> object:
        reason, version = form.cleaned_data["text"], form.seen_version
        return actions.dismiss_early_case(case=pk, reason=reason, by=request.commission, at=request.at, version=version)

    words = (_("Avsluta med skäl"), _("Avslutat. Den som berättade läser skälet."))
    return _answer(request, pk, words, [_("Den som berättade läser skälet.")], make, act)


def _answer(
    request: CareHttpRequest,
    pk: uuid.UUID,
    words: tuple[str, str],
    says: list[str],
    make: Callable[[EarlyCase], OnceForm],
    act: Callable[[EarlyCase, OnceForm], object],
) -> HttpResponse:
    """A form about a case: what was told stands above it."""
    case, opened = guard.fetch(CASES, pk, by=request.commission, at=request.at, what="intake.early_answer")
    form, line = make(case), _line(case, request.at)
    title = f"{words[0]}: {opened.patient.name}"
    lead = ". ".join(filter(None, [line.signs, line.seen, line.told_by]))
    if case.state not in OPEN_STATES:
        lead = f"{lead}. {capfirst(line.state)}."
    sheet = Sheet(title, words[0], lead, says=says)
    plan = Plan(f"intake.early_{pk}", lambda: act(case, form), words[1], then=reverse("intake:early"))
    return run_form(request, form, opened.patient, sheet, lambda: plan, case.version)
