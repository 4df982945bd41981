"""Dimensioning: persons by need and municipality, what norms and keys make of them, cars, staff and bases."""

from collections.abc import Mapping
from typing import Any

from django import forms
from django.core.files.uploadedfile import UploadedFile
from django.http import HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from narvard.access.pages import CareHttpRequest, page
from narvard.capacity import dimension_words as words
from narvard.capacity.dimension import SHARES, Dimension, DimensionError, Place, dimension, packaged, places_of
from narvard.capacity.scenarios.described import number
from narvard.capacity.staffing import KEYS, Crews, whole
from narvard.core.uploads import UploadRefused, read_text
from narvard.desk.capacity.views import READERS
from narvard.ui.figures import figure
from narvard.ui.parts import Table

OWN = "own"


class DimensionForm(forms.Form):
    """Whose persons, and by which shares. A file of one's own is reckoned and never kept."""

    scenario = forms.ChoiceField(label=_("Befolkning"), choices=list(words.SCENARIOS.items()), initial="seed001")
    file = forms.FileField(
        label=_("Egen befolkning (CSV)"),
        help_text=_(
            "En rad per kommun med kolumnerna municipality (fyra siffror), name, aged_65plus och, om den är känd, "
            "residents. Filen räknas och sparas inte."
        ),
        required=False,
        widget=forms.FileInput(attrs={"accept": ".csv,text/csv"}),
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for name, share in SHARES.items():
            self.fields[name] = forms.FloatField(
                label=str(words.SHARES[name]),
                help_text=str(words.SHARE_SOURCES[name]),
                min_value=0,
                max_value=1,
                localize=True,
                initial=share.value,
                widget=forms.TextInput(attrs={"inputmode": "decimal", "class": "w-4"}),
            )

    def edited(self) -> dict[str, float]:
        """The shares that are others than the sources'."""
        return {
            name: self.cleaned_data[name] for name, share in SHARES.items() if self.cleaned_data[name] != share.value
        }

    def places(self) -> list[Place]:
        """The places of the file, or of the scenario chosen."""
        sent: UploadedFile[bytes] | None = self.cleaned_data.get("file")
        if sent is None:
            return packaged(self.cleaned_data["scenario"])
        return places_of(read_text(sent), gettext("filen"), gettext("rad"))

    @property
    def name(self) -> str:
        """The scenario's name; one's own population is nobody's scenario."""
        return OWN if self.cleaned_data.get("file") else str(self.cleaned_data["scenario"])


@page(*READERS, methods=("GET", "POST"))
def show(request: CareHttpRequest) -> HttpResponse:
    """The form, and what follows. By GET with the scenario as it is, by POST with other shares or a file."""
    if request.method == "GET":
        asked = request.GET.get("befolkning", "")
        scenario = asked if asked in words.SCENARIOS else "seed001"
        form = DimensionForm(initial={"scenario": scenario})
        return _answer(request, form, dimension(scenario, packaged(scenario)))
    form = DimensionForm(request.POST, request.FILES)
    found = _reckon(form)
    return _answer(request, form, found, status=200 if found else 422)


def _reckon(form: DimensionForm) -> Dimension | None:
    if not form.is_valid():
        return None
    try:
        return dimension(form.name, form.places(), form.edited())
    except UploadRefused as error:
        form.add_error("file", str(error))
    except DimensionError as error:
        form.add_error("file" if form.cleaned_data.get("file") else None, words.fault(error))
    return None


def _answer(request: CareHttpRequest, form: DimensionForm, found: Dimension | None, status: int = 200) -> HttpResponse:
    context: dict[str, Any] = {"form": form}
    if found is not None:
        context |= {
            "title": _title(found),
            "note": _note(found),
            "groups": _groups(found),
            "teams": _teams(found),
            "crews": _crews(found),
            "places": _places(found),
            "formulas": _formulas(),
            "keys": _keys(),
        }
    return render(request, "capacity/dimension.html", context, status=status)


def _title(found: Dimension) -> str:
    low, high = found.intervals["mobile_team"]
    text = gettext("Omkring %(n)s behöver ett mobilt team, mellan %(low)s och %(high)s")
    return text % {"n": figure(found.segments["mobile_team"]), "low": figure(low), "high": figure(high)}


def _note(found: Dimension) -> str:
    if found.scenario == "seed001":
        return gettext(
            "Basen 31 227 är återräknad ur underlagets andelar och anges aldrig där. Fasta kontakter avrundade per "
            "kommun blir %(sum)s, underlaget anger 4 684."
        ) % {"sum": figure(found.sum_of_rounded["fixed_contact"])}
    if found.scenario == "seed000":
        return gettext("Underlaget anger 1 400, 2 900 och 2 800 för de tre grupperna. Det ger inget per kommun.")
    return ""


def _groups(found: Dimension) -> Table:
    stated = found.stated
    rows = [
        [
            str(label),
            figure(found.segments[name]),
            gettext("%(low)s till %(high)s") % {"low": figure(ends[0]), "high": figure(ends[1])},
            figure(value) if isinstance(value := stated.get(name), int) else "–",
        ]
        for name, label in words.GROUPS.items()
        for ends in [found.intervals[name]]
    ]
    head = [gettext("Grupp"), gettext("Personer"), gettext("Intervall"), gettext("Underlaget anger")]
    return Table(gettext("Personer efter behov"), head, rows, frozenset({1, 2, 3}))


def _teams(found: Dimension) -> Table:
    rows = []
    for name, norm in found.teams.items():
        label, formula, source = map(str, words.NORMS[name])
        exact, needed = norm["exact"], norm["whole"]
        shown = (
            [figure(exact, 1), figure(needed)] if isinstance(exact, float) and isinstance(needed, int) else ["–", "–"]
        )
        rows.append([label, *shown, formula, str(words.KINDS[str(norm["kind"])]), source])
    head = [gettext("Vad"), gettext("Räknat"), gettext("Hela"), gettext("Formel"), gettext("Slag"), gettext("Källa")]
    return Table(gettext("Vad normer och nycklar ger"), head, rows, frozenset({1, 2}))


def _crews(found: Dimension) -> Table:
    """Joined beside each municipality by itself: what rounding and roads cost when nobody shares."""
    joined, apart = found.crews.joined, found.crews.apart
    rows = []
    for name in ("hospital_teams", "cars", "nurses", "home_care_physicians", "bases"):
        exact, alone = getattr(joined, name), apart[name]
        shown = "–" if exact is None else figure(whole(exact))
        rows.append([str(words.FORMULAS[name][0]), shown, "–" if alone is None else figure(alone)])
    head = [gettext("Vad"), gettext("Tillsammans"), gettext("Var kommun för sig")]
    return Table(gettext("Team, bilar, personal och baser"), head, rows, frozenset({1, 2}))


def _places(found: Dimension) -> Table | None:
    if not found.crews.municipalities:
        return None
    rows = [
        [str(found.municipalities[code]["name"]), *_place(found.municipalities[code], crews)]
        for code, crews in found.crews.municipalities.items()
    ]
    head = [
        gettext("Kommun"), gettext("Mobilt team"), gettext("Fast kontakt"), gettext("Besök per vardag"),
        gettext("Minuter väg"), gettext("Besök per bil"), gettext("Bilar"), gettext("Sjuksköterskor"),
    ]  # fmt: skip
    return Table(gettext("Kommun för kommun"), head, rows, frozenset(range(1, 8)))


def _place(row: Mapping[str, object], crews: Crews) -> list[str]:
    counts = [figure(int(str(row[name]))) for name in ("mobile_team", "fixed_contact")]
    each = (crews.visits_per_weekday, crews.road_minutes, crews.visits_per_car, crews.cars, crews.nurses)
    return [*counts, *("–" if value is None else figure(value, 1) for value in each)]


def _formulas() -> Table:
    rows = [[str(label), str(text)] for label, text in words.FORMULAS.values()]
    return Table(gettext("Så räknas det"), [gettext("Vad"), gettext("Formel")], rows)


def _keys() -> Table:
    rows = [
        [
            str(words.KEYS[name][0]),
            number(key.value),
            gettext("%(low)s till %(high)s") % {"low": number(key.low), "high": number(key.high)},
            str(words.KINDS[key.kind]),
            str(words.KEYS[name][1]),
        ]
        for name, key in KEYS.items()
    ]
    head = [gettext("Tal"), gettext("Värde"), gettext("Intervall"), gettext("Slag"), gettext("Källa")]
    return Table(gettext("Tal som räkningen vilar på"), head, rows, frozenset({1, 2}))
