"""Forms of the planner's pages."""

import datetime
from collections.abc import Iterable
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from narvard.desk.base import OnceForm
from narvard.organisation.models import Base, Car, CareUnit, Commission, Competence, Profession, Staff
from narvard.people.places import Locality, UnknownPlace, find_locality
from narvard.ui.forms import DateInput, TimeInput
from narvard.visits.codes import all_codes
from narvard.visits.models import Activity, Mode, Priority
from narvard.visits.roles import RoleSpec

MOST_ROLES = 3
WEEKDAYS = (
    (0, _("måndag")),
    (1, _("tisdag")),
    (2, _("onsdag")),
    (3, _("torsdag")),
    (4, _("fredag")),
    (5, _("lördag")),
    (6, _("söndag")),
)


class ReasonOnceForm(OnceForm):
    """A reason, sent once."""

    reason = forms.CharField(label=_("Varför?"), max_length=200)


class PinForm(OnceForm):
    """Hold people to a visit, or let them go."""

    pinned = forms.BooleanField(required=False, widget=forms.HiddenInput)


class ShiftForm(OnceForm):
    """A person's working time on a day."""

    commission = forms.ModelChoiceField(label=_("Vem"), queryset=Commission.objects.none())
    date = forms.DateField(label=_("Dag"), widget=DateInput)
    starts = forms.TimeField(label=_("Från"), widget=TimeInput, initial="08:00")
    ends = forms.TimeField(
        label=_("Till"), help_text=_("Ett klockslag före Från är dagen efter."), widget=TimeInput, initial="16:30"
    )
    base = forms.ModelChoiceField(label=_("Bas"), queryset=Base.objects.none())
    car = forms.ModelChoiceField(
        label=_("Bil"),
        help_text=_("De som har samma bil, tider och bas åker tillsammans. Tomt: en ledig bil vid basen."),
        queryset=Car.objects.none(),
        required=False,
    )
    break_minutes = forms.IntegerField(label=_("Rast i minuter"), min_value=0, max_value=120, initial=30)

    def __init__(self, *args: Any, care_area: str, day: datetime.date, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        at_work = Commission.objects.filter(unit__care_area=care_area, role__in=_WORKING).select_related(
            "staff", "unit"
        )
        choices: dict[str, Any] = {
            "commission": at_work.select_related("staff", "unit").order_by("unit__sort_key", "staff__sort_key"),
            "base": Base.objects.filter(municipality__care_area=care_area),
            "car": Car.objects.filter(base__municipality__care_area=care_area, retired_on=None),
        }
        for name, rows in choices.items():
            _choices(self, name).queryset = rows
        self.initial.setdefault("date", day)


_WORKING = (Commission.Role.TEAM, Commission.Role.PHYSICIAN, Commission.Role.MUNICIPAL)


def _choices(form: forms.Form, name: str) -> forms.ModelChoiceField[Any]:
    field = form.fields[name]
    if not isinstance(field, forms.ModelChoiceField):
        raise TypeError(f"{name} is no choice of rows")
    return field


class ActivityForm(OnceForm):
    """A round, teaching or a meeting."""

    kind = forms.ChoiceField(label=_("Slag"), choices=Activity.Kind.choices)
    title = forms.CharField(label=_("Vad"), max_length=120)
    date = forms.DateField(label=_("Dag"), widget=DateInput)
    starts = forms.TimeField(label=_("Från"), widget=TimeInput)
    ends = forms.TimeField(label=_("Till"), widget=TimeInput)
    base = forms.ModelChoiceField(label=_("Var"), queryset=Base.objects.none())
    participants = forms.ModelMultipleChoiceField(
        label=_("Vilka deltar"), queryset=Staff.objects.none(), widget=forms.CheckboxSelectMultiple
    )

    def __init__(self, *args: Any, care_area: str, day: datetime.date, staff: Iterable[Staff], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        _choices(self, "base").queryset = Base.objects.filter(municipality__care_area=care_area)
        _choices(self, "participants").queryset = Staff.objects.filter(pk__in=[person.pk for person in staff])
        self.initial.setdefault("date", day)


class WhoForm(OnceForm):
    """What a visit is and who must come: the part that a need and a single visit share."""

    what = forms.CharField(label=_("Vad ska göras?"), max_length=160)
    minutes = forms.IntegerField(label=_("Längd i minuter"), min_value=5, max_value=600, initial=45)
    mode = forms.ChoiceField(
        label=_("Hur"), choices=[choice for choice in Mode.choices if choice[0] != Mode.OTHER_PLACE]
    )
    code = forms.ChoiceField(label=_("Åtgärd"), required=False)
    bring = forms.CharField(label=_("Ta med"), max_length=200, required=False)

    def __init__(self, *args: Any, care_area: str, own_unit: CareUnit, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["code"] = forms.ChoiceField(
            label=_("Åtgärd"),
            required=False,
            choices=[("", _("Välj senare")), *((c.code, f"{c.text} ({c.code})") for c in all_codes().values())],
        )
        for number in range(1, MOST_ROLES + 1):
            self._add_role(number, care_area)
        self.initial.setdefault("unit1", own_unit.pk)

    def _add_role(self, number: int, care_area: str) -> None:
        """One more person who may come; the first is asked for, the others may be left empty."""
        units = CareUnit.objects.filter(care_area=care_area, kind__in=_VISITING, closed_on=None)
        who = _("Vem kommer?") if number == 1 else _("Tillsammans med")
        self.fields[f"unit{number}"] = forms.ModelChoiceField(label=who, queryset=units, required=number == 1)
        self.fields[f"profession{number}"] = forms.ChoiceField(
            label=_("Profession"), choices=[("", _("vem som helst")), *Profession.choices], required=False
        )
        self.fields[f"competence{number}"] = forms.ModelChoiceField(
            label=_("Kompetens"), queryset=Competence.objects.all(), required=False, empty_label=_("ingen särskild")
        )

    def roles(self) -> list[RoleSpec]:
        """Who must come, as chosen."""
        data = self.cleaned_data
        return [
            RoleSpec(data[f"unit{n}"], data[f"profession{n}"], data[f"competence{n}"])
            for n in range(1, MOST_ROLES + 1)
            if data.get(f"unit{n}")
        ]


_VISITING = (
    CareUnit.Kind.TEAM,
    CareUnit.Kind.HOME_NURSING,
    CareUnit.Kind.MUNICIPAL_REHAB,
    CareUnit.Kind.HEALTH_CENTRE,
    CareUnit.Kind.HOME_HELP,
)


class VisitForm(WhoForm):
    """One visit, acute or not."""

    date = forms.DateField(label=_("Dag"), widget=DateInput)
    window_from = forms.TimeField(label=_("Börjar tidigast"), widget=TimeInput)
    window_until = forms.TimeField(label=_("Börjar senast"), widget=TimeInput)
    priority = forms.TypedChoiceField(
        label=_("Hur viktigt"), choices=Priority.choices, coerce=int, initial=Priority.HIGH
    )
    acute = forms.BooleanField(label=_("Akut"), required=False)
    place = forms.CharField(
        label=_("Plats"),
        help_text=_("Till exempel parken vid ån."),
        max_length=120,
        required=False,
    )
    locality = forms.CharField(
        label=_("Ort"), help_text=_("Närmaste tätort, till exempel Vännäsby."), max_length=60, required=False
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        mode = self.fields["mode"]
        if isinstance(mode, forms.ChoiceField):
            mode.choices = Mode.choices

    def clean(self) -> dict[str, Any]:
        """Another place must be one that somebody can drive to."""
        cleaned = super().clean() or {}
        if cleaned.get("mode") == Mode.OTHER_PLACE:
            try:
                cleaned["point"] = find_locality(cleaned.get("locality", ""))
            except UnknownPlace as error:
                self.add_error("locality", str(error))
        return cleaned

    def where(self) -> dict[str, Any]:
        """The place of a visit elsewhere than at home; the locality's middle until somebody knows better."""
        point: Locality | None = self.cleaned_data.get("point")
        if point is None:
            return {}
        name = ", ".join(filter(None, [self.cleaned_data["place"], point.name]))
        return {"place": name, "latitude": point.latitude, "longitude": point.longitude}


class NeedForm(WhoForm):
    """Visits that recur."""

    first_on = forms.DateField(label=_("Första dagen"), widget=DateInput)
    last_on = forms.DateField(
        label=_("Sista dagen"), help_text=_("Tomt: tills vidare."), required=False, widget=DateInput
    )
    every_days = forms.TypedChoiceField(
        label=_("Hur ofta"),
        choices=[
            ("", _("en gång")),
            (1, _("varje dag")),
            (2, _("varannan dag")),
            (7, _("varje vecka")),
            (14, _("varannan vecka")),
            (28, _("var fjärde vecka")),
        ],
        coerce=int,
        empty_value=None,
        required=False,
    )
    weekdays = forms.TypedMultipleChoiceField(
        label=_("Bara på"),
        help_text=_("Inga valda: räknat från första dagen."),
        choices=WEEKDAYS,
        coerce=int,
        required=False,
        widget=forms.CheckboxSelectMultiple,
    )
    times_a_day = forms.IntegerField(label=_("Gånger om dagen"), min_value=1, max_value=8, initial=1)
    window_from = forms.TimeField(label=_("Börjar tidigast"), widget=TimeInput, initial="08:00")
    window_until = forms.TimeField(label=_("Börjar senast"), widget=TimeInput, initial="15:00")
    priority = forms.TypedChoiceField(
        label=_("Hur viktigt"), choices=Priority.choices, coerce=int, initial=Priority.NORMAL
    )
