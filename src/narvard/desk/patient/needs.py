"""Pages where an episode asks for visits, and stops asking."""

import uuid
from collections.abc import Iterable
from typing import Any

from django import forms
from django.http import HttpResponse
from django.utils import timezone
from django.utils.translation import gettext as _text
from django.utils.translation import gettext_lazy as _

from narvard.access import guard
from narvard.access.guard import OpenPatient
from narvard.access.pages import CareHttpRequest, page
from narvard.care import queries
from narvard.care.models import Episode
from narvard.desk.base import OnceForm
from narvard.desk.patient.acting import Plan, Sheet, run_form
from narvard.desk.patient.ending import EPISODES
from narvard.desk.patient.forms import TextForm
from narvard.desk.patient.menu import CARERS
from narvard.organisation.models import CareUnit, Competence, Profession
from narvard.ui.forms import DateInput, TimeInput
from narvard.visits.actions import add_need, end_need
from narvard.visits.codes import all_codes
from narvard.visits.models import Mode, Priority, VisitNeed
from narvard.visits.roles import RoleSpec

WORKING_WEEK = (0, 1, 2, 3, 4)
# How often, as people say it: days between visits, and weekdays.
OFTEN: dict[str, tuple[Any, int | None, tuple[int, ...]]] = {
    "once": (_("en gång"), None, ()),
    "daily": (_("varje dag"), 1, ()),
    "weekdays": (_("varje vardag"), 7, WORKING_WEEK),
    "second_day": (_("varannan dag"), 2, ()),
    "weekly": (_("en gång i veckan"), 7, ()),
    "fortnightly": (_("varannan vecka"), 14, ()),
}


class NeedForm(OnceForm):
    """What, how long, how often, when in the day, and who together."""

    what = forms.CharField(label=_("Vad ska göras?"), max_length=160)
    code = forms.ChoiceField(label=_("Kod för uppföljning"), required=False)
    minutes = forms.IntegerField(label=_("Minuter"), min_value=5, max_value=600, initial=45)
    often = forms.ChoiceField(label=_("Hur ofta?"), choices=[(key, row[0]) for key, row in OFTEN.items()])
    first_on = forms.DateField(label=_("Första dag"), widget=DateInput)
    last_on = forms.DateField(label=_("Sista dag"), widget=DateInput, required=False)
    window_from = forms.TimeField(label=_("Tidigast på dagen"), widget=TimeInput, initial="08:00")
    window_until = forms.TimeField(label=_("Börjar senast"), widget=TimeInput, initial="16:00")
    mode = forms.ChoiceField(label=_("Var?"), choices=Mode.choices)
    priority = forms.TypedChoiceField(
        label=_("Vikt"), choices=Priority.choices, coerce=int, initial=Priority.NORMAL.value
    )
    unit_1 = forms.ChoiceField(label=_("Vem kommer?"))
    profession_1 = forms.ChoiceField(label=_("Yrke"), required=False)
    competence_1 = forms.ChoiceField(label=_("Kompetens"), required=False)
    unit_2 = forms.ChoiceField(label=_("Kommer någon mer samtidigt?"), required=False)
    profession_2 = forms.ChoiceField(label=_("Yrke"), required=False)
    bring = forms.CharField(label=_("Ta med"), max_length=200, required=False)

    def __init__(self, *args: Any, units: Iterable[CareUnit], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.units = {str(row.pk): row for row in units}
        self.competences = {str(row.pk): row for row in Competence.objects.all()}
        anybody = [("", _text("Vilket som helst")), *Profession.choices]
        names = [(key, row.name) for key, row in self.units.items()]
        self._choose("code", [("", _text("Ingen kod")), *((row.code, row.label) for row in all_codes().values())])
        self._choose("unit_1", names)
        self._choose("unit_2", [("", _text("Nej")), *names])
        self._choose("profession_1", anybody)
        self._choose("profession_2", anybody)
        nothing = ("", _text("Ingen särskild"))
        self._choose("competence_1", [nothing, *((key, row.name) for key, row in self.competences.items())])

    def _choose(self, name: str, choices: list[tuple[Any, Any]]) -> None:
        field = self.fields[name]
        if isinstance(field, forms.ChoiceField):
            field.choices = choices

    @property
    def roles(self) -> list[RoleSpec]:
        """Who must come, together."""
        given = self.cleaned_data
        first = RoleSpec(
            self.units[given["unit_1"]], given["profession_1"], self.competences.get(given["competence_1"])
        )
        if not given["unit_2"]:
            return [first]
        return [first, RoleSpec(self.units[given["unit_2"]], given["profession_2"])]

    @property
    def window(self) -> tuple[int, int]:
        """Minutes from midnight between which the visit starts."""
        start, end = self.cleaned_data["window_from"], self.cleaned_data["window_until"]
        return start.hour * 60 + start.minute, end.hour * 60 + end.minute


def _units(opened: OpenPatient, episode: Episode, request: CareHttpRequest) -> list[CareUnit]:
    """Who may be asked to come: the unit itself, and those who are responsible for or carry the patient."""
    held = {row.pk for row in queries.main_holders([opened.patient.pk], request.at).values()}
    others = held | queries.units_carrying(opened.patient, request.at) - {episode.unit_id}
    rows = CareUnit.objects.filter(pk__in=others).exclude(pk=episode.unit_id).order_by("sort_key")
    return [episode.unit, *rows]


@page(*CARERS, methods=("GET", "POST"))
def add(request: CareHttpRequest, pk: uuid.UUID) -> HttpResponse:
    """Ask for visits in an own episode."""
    episode, opened = guard.fetch(
        EPISODES.filter(unit=request.commission.unit_id), pk, by=request.commission, at=request.at, what="patient.need"
    )
    today = timezone.localdate(request.at)
    form = NeedForm(request.POST or None, units=_units(opened, episode, request), initial={"first_on": today})
    sheet = Sheet(
        _text("Nytt besöksbehov för %(name)s") % {"name": opened.patient.name},
        _text("Spara behovet"),
        says=[_text("Besöken planeras från och med första dagen."), _text("De som ska komma får se patientens sida.")],
    )

    def act() -> VisitNeed:
        given = form.cleaned_data
        _label, every_days, weekdays = OFTEN[given["often"]]
        window_from, window_until = form.window
        return add_need(
            episode=episode,
            what=given["what"],
            code=given["code"],
            minutes=given["minutes"],
            first_on=given["first_on"],
            last_on=given["last_on"],
            every_days=every_days,
            weekdays=weekdays,
            window_from=window_from,
            window_until=window_until,
            mode=given["mode"],
            priority=given["priority"],
            bring=given["bring"],
            roles=form.roles,
            by=request.commission,
            at=request.at,
        )

    plan = Plan("patient.need", act, _text("Besöksbehovet är sparat."))
    return run_form(request, form, opened.patient, sheet, lambda: plan)


@page(*CARERS, methods=("GET", "POST"))
def end(request: CareHttpRequest, pk: uuid.UUID) -> HttpResponse:
    """Stop asking for visits."""
    rows = VisitNeed.objects.select_related("patient", "episode").filter(episode__unit=request.commission.unit_id)
    need, opened = guard.fetch(rows, pk, by=request.commission, at=request.at, what="patient.end_need")
    form = TextForm(request.POST or None, version=need.version, label=_text("Varför behövs besöken inte längre?"))
    says = [_text("Besök som inte har börjat ställs in.")]
    sheet = Sheet(_text("Avsluta: %(what)s") % {"what": need.what}, _text("Avsluta behovet"), says=says)

    def act() -> VisitNeed:
        return end_need(
            need=need,
            reason=form.cleaned_data["text"],
            expected=form.seen_version,
            by=request.commission,
            at=request.at,
        )

    plan = Plan("patient.end-need", act, _text("Behovet är avslutat."))
    return run_form(request, form, opened.patient, sheet, lambda: plan, need.version)
