"""The form of each team: whether it is there, its cars and hours, base, places and criteria."""

from collections.abc import Mapping, Sequence
from copy import deepcopy
from datetime import time
from typing import Any

from django import forms
from django.http import QueryDict
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from narvard.capacity.scenarios import words
from narvard.capacity.scenarios.described import cars, shift_days, shift_words
from narvard.capacity.scenarios.packaged import Plain
from narvard.core.sorting import sort_key
from narvard.intake.definitions import packaged as packaged_programmes
from narvard.ui.forms import TimeInput

Point = tuple[str, float, float]
DAY = 24.0
_MOST_CARS = 60
_EITHER = [("", _("spelar ingen roll")), ("yes", _("krävs")), ("no", _("får inte finnas"))]
_ANSWER = {"": None, "yes": True, "no": False}


def programmes() -> list[tuple[str, str]]:
    """The programmes whose criteria a team may follow, in Swedish order, none first."""
    rows = sorted(((one.key, one.name) for one in packaged_programmes()), key=lambda row: sort_key(row[1]))
    return [("", gettext("inget program")), *rows]


def to_time(hours: float) -> time:
    """Hours of the day, 24 and later counted from midnight again."""
    minutes = round(hours * 60) % (24 * 60)
    return time(minutes // 60, minutes % 60)


def to_hours(at: time) -> float:
    """A time of day in hours."""
    return at.hour + at.minute / 60


class ShiftForm(forms.Form):
    """One shift of a team: so many cars, which days, from when to when. An end before the start is the day after."""

    crews = forms.IntegerField(label=_("Bilar"), min_value=0, max_value=_MOST_CARS)
    days = forms.ChoiceField(label=_("Dagar"), choices=list(words.DAYS.items()))
    start = forms.TimeField(label=_("Från"), widget=TimeInput)
    end = forms.TimeField(label=_("Till"), widget=TimeInput)

    def shift(self) -> Plain:
        """As a model file lays it out."""
        given = self.cleaned_data
        start, end = to_hours(given["start"]), to_hours(given["end"])
        days = given["days"].split(",")
        return {"crews": given["crews"], "start": start, "end": end if end > start else end + DAY, "days": days}


class TeamForm(forms.Form):
    """One team of the model."""

    keep = forms.BooleanField(label=_("Teamet finns"), required=False)
    places = forms.IntegerField(label=_("Platser för inskrivna"), min_value=0, max_value=5000)
    base = forms.ChoiceField(label=_("Bas"), required=False)
    areas = forms.MultipleChoiceField(
        label=_("Kommuner"), help_text=_("Ingen vald: alla."), required=False, widget=forms.CheckboxSelectMultiple
    )
    segments = forms.MultipleChoiceField(
        label=_("Behovsgrupper"),
        help_text=_("Ingen vald: alla."),
        required=False,
        choices=list(words.SEGMENTS.items()),
        widget=forms.CheckboxSelectMultiple,
    )
    conditions = forms.MultipleChoiceField(
        label=_("Tillstånd"),
        help_text=_("Inget valt: alla."),
        required=False,
        choices=list(words.CONDITIONS.items()),
        widget=forms.CheckboxSelectMultiple,
    )
    programme = forms.ChoiceField(
        label=_("Följer programmets kriterier"),
        help_text=_("Samma kriterier som i intaget, inom det som väljs nedan."),
        required=False,
    )
    home_nursing = forms.ChoiceField(label=_("Kommunal hemsjukvård"), required=False, choices=_EITHER)
    public_listing = forms.ChoiceField(label=_("Listad på offentlig hälsocentral"), required=False, choices=_EITHER)
    opens = forms.TimeField(label=_("Svarar från"), widget=TimeInput)
    closes = forms.TimeField(label=_("Svarar till"), widget=TimeInput)
    weekends = forms.BooleanField(label=_("Svarar även helger"), required=False)

    def __init__(
        self, data: QueryDict | None, *, prefix: str, team: Plain, bases: Sequence[Point], areas: Mapping[str, str]
    ) -> None:
        super().__init__(data, prefix=prefix, initial=_initial(team))
        self.team, self.bases, self.names = team, bases, areas
        self.fields["areas"].choices = list(areas.items())  # type: ignore[attr-defined]
        self.fields["programme"].choices = programmes()  # type: ignore[attr-defined]
        here = gettext("oförändrad (%(lat).4f, %(lon).4f)") % {"lat": team["lat"], "lon": team["lon"]}
        named = [(str(number), name) for number, (name, _lat, _lon) in enumerate(bases)]
        self.fields["base"].choices = [("", here), *named]  # type: ignore[attr-defined]
        self.shifts = [
            ShiftForm(self.data if self.is_bound else None, prefix=f"{self.prefix}-s{n}", initial=_shift_initial(shift))
            for n, shift in enumerate([*team["shifts"], _EXTRA])
        ]

    @property
    def summary(self) -> str:
        """What the team is, in a line."""
        areas = (self.team.get("accepts") or {}).get("areas", ())
        where = ", ".join(self.names.get(code, code) for code in areas) or gettext("alla kommuner")
        return gettext("%(n)s bilar som mest, %(where)s") % {"n": cars(self.team), "where": where}

    @property
    def hours(self) -> str:
        """Its shifts, in a line."""
        return "; ".join(shift_words(shift) for shift in self.team["shifts"])

    @property
    def faulty(self) -> bool:
        """Whether something in it has to be changed."""
        return self.is_bound and bool(self.errors or any(shift.errors for shift in self.shifts))

    def is_valid(self) -> bool:
        """Whether the team and each of its shifts are."""
        return not [shift for shift in self.shifts if not shift.is_valid()] and super().is_valid()

    def changed(self) -> Plain | None:
        """The team as it is to be, None when it is taken away."""
        given = self.cleaned_data
        if not given["keep"]:
            return None
        team = deepcopy(self.team)
        if given["base"]:
            _name, team["lat"], team["lon"] = self.bases[int(given["base"])]
        team["places"] = given["places"]
        team["opens"], team["closes"] = to_hours(given["opens"]), to_hours(given["closes"]) or DAY
        team["weekends"], team["programme"] = given["weekends"], given["programme"]
        team["accepts"] = _accepts(given)
        team["shifts"] = [shift for form in self.shifts if (shift := form.shift())["crews"]]
        return team

    def clean(self) -> dict[str, Any]:
        """A team that answers must close after it opens."""
        given = super().clean() or {}
        opens, closes = given.get("opens"), given.get("closes")
        if opens is not None and closes is not None and opens >= closes != time(0):
            self.add_error("closes", _("Teamet ska stänga efter att det har öppnat."))
        return given


_EXTRA: Plain = {"crews": 0, "start": 8, "end": 16, "days": ["weekday"]}
"""A shift more, without cars until somebody gives it some."""


def _shift_initial(shift: Mapping[str, Any]) -> dict[str, Any]:
    return {
        "crews": shift["crews"],
        "days": shift_days(shift),
        "start": to_time(shift["start"]),
        "end": to_time(shift["end"]),
    }


def _initial(team: Mapping[str, Any]) -> dict[str, Any]:
    accepts = team.get("accepts") or {}
    back = {value: key for key, value in _ANSWER.items()}
    return {
        "keep": True,
        "places": team.get("places", 0),
        "areas": accepts.get("areas", []),
        "segments": accepts.get("segments", []),
        "conditions": accepts.get("conditions", []),
        "home_nursing": back[accepts.get("home_nursing")],
        "public_listing": back[accepts.get("public_listing")],
        "opens": to_time(team.get("opens", 0.0)),
        "closes": to_time(team.get("closes", DAY)),
        "weekends": team.get("weekends", True),
        "programme": team.get("programme", ""),
    }


def _accepts(given: Mapping[str, Any]) -> Plain:
    accepts: Plain = {key: given[key] for key in ("areas", "segments", "conditions") if given[key]}
    return accepts | {
        key: _ANSWER[given[key]] for key in ("home_nursing", "public_listing") if _ANSWER[given[key]] is not None
    }


class NewTeamForm(forms.Form):
    """A team more, made like one that is there; nothing is added without a name."""

    name = forms.CharField(label=_("Namn"), max_length=80, required=False)
    like = forms.ChoiceField(label=_("Arbetar som"), required=False)
    base = forms.ChoiceField(label=_("Bas"), required=False)
    areas = forms.MultipleChoiceField(
        label=_("Kommuner"), help_text=_("Ingen vald: alla."), required=False, widget=forms.CheckboxSelectMultiple
    )

    def __init__(
        self, *args: Any, teams: Sequence[Plain], bases: Sequence[Point], areas: Mapping[str, str], **kwargs: Any
    ) -> None:
        super().__init__(*args, **kwargs)
        self.teams, self.bases = {team["key"]: team for team in teams}, bases
        self.fields["like"].choices = [(key, team["name"]) for key, team in self.teams.items()]  # type: ignore[attr-defined]
        named = [(str(number), name) for number, (name, _lat, _lon) in enumerate(bases)]
        self.fields["base"].choices = [("", _("samma bas")), *named]  # type: ignore[attr-defined]
        self.fields["areas"].choices = list(areas.items())  # type: ignore[attr-defined]

    def team(self) -> Plain | None:
        """The new team, None when none was named."""
        given = self.cleaned_data
        if not given["name"]:
            return None
        team = deepcopy(self.teams[given["like"] or next(iter(self.teams))])
        taken = {key for key in self.teams if key.startswith("ny-")}
        team["key"] = next(key for n in range(1, len(taken) + 2) if (key := f"ny-{n}") not in taken)
        team["name"] = given["name"]
        if given["base"]:
            _name, team["lat"], team["lon"] = self.bases[int(given["base"])]
        accepts = {**(team.get("accepts") or {}), "areas": given["areas"]}
        team["accepts"] = {key: value for key, value in accepts.items() if value not in ([], None)}
        return team


class IntakeForm(forms.Form):
    """How requests find a team."""

    shared = forms.BooleanField(label=_("Ett gemensamt intag"), required=False)
    answer_hours = forms.FloatField(
        label=_("Timmar till svar, medel"), min_value=0, max_value=1000, localize=True, widget=forms.TextInput
    )
    handover_hours = forms.FloatField(
        label=_("Timmar för en överlämning mellan team, medel"),
        min_value=0,
        max_value=5000,
        localize=True,
        widget=forms.TextInput,
    )
    keeps_until_taken = forms.BooleanField(
        label=_("Det gamla teamet ansvarar tills det nya har kommit"), required=False
    )
    opens = forms.TimeField(label=_("Intaget svarar från"), widget=TimeInput)
    closes = forms.TimeField(label=_("Intaget svarar till"), widget=TimeInput)

    def __init__(self, data: QueryDict | None, *, prefix: str, intake: Mapping[str, Any]) -> None:
        times = {"opens": to_time(intake.get("opens", 0.0)), "closes": to_time(intake.get("closes", DAY))}
        super().__init__(data, prefix=prefix, initial={**intake, **times})
        self.intake = intake

    def clean(self) -> dict[str, Any]:
        """An intake that answers must close after it opens."""
        given = super().clean() or {}
        opens, closes = given.get("opens"), given.get("closes")
        if opens is not None and closes is not None and opens >= closes != time(0):
            self.add_error("closes", _("Intaget ska stänga efter att det har öppnat."))
        return given

    def changed(self) -> Plain:
        """The intake as it is to be."""
        given = dict(self.cleaned_data)
        given["opens"], given["closes"] = to_hours(given["opens"]), to_hours(given["closes"]) or DAY
        return {**self.intake, **given}
