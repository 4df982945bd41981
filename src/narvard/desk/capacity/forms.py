"""The scenario form: what is compared, and the assumptions. Teams stand in ``teams.py``."""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from django import forms
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from narvard.capacity.scenarios import assumption_words, packaged, sheets, words
from narvard.capacity.scenarios.definition import MOST_REPLICATIONS, RANKED, Definition, is_share
from narvard.capacity.scenarios.described import number
from narvard.capacity.scenarios.models import Scenario
from narvard.capacity.scenarios.sheets import used_assumptions
from narvard.desk.base import OnceForm

PACKAGED, ENROLLED = "packaged", "enrolled"


class ScenarioForm(OnceForm):
    """What the scenario is called, what it is compared with, and how it is run."""

    title = forms.CharField(label=_("Vad heter scenariot?"), max_length=120)
    against = forms.ChoiceField(label=_("Jämför med"), initial="today")
    seen_by = forms.ChoiceField(label=_("Vem får se det?"), choices=Scenario.SeenBy.choices, initial="area")
    start = forms.ChoiceField(
        label=_("Vilka är inskrivna från början?"),
        choices=[
            (PACKAGED, _("en tiondel av dem som behöver mobil vård (antagande)")),
            (ENROLLED, _("så många som är inskrivna i dag")),
        ],
        initial=PACKAGED,
    )
    replications = forms.IntegerField(
        label=_("Högst antal körningar"),
        help_text=_("Fler körningar ger smalare intervall. 40 tar några sekunder, 200 någon minut."),
        min_value=1,
        max_value=MOST_REPLICATIONS,
        initial=40,
    )
    half_width = forms.FloatField(
        label=_("Sluta när skillnaden i väntan är känd på så många timmar när"),
        min_value=0,
        max_value=100,
        required=False,
        localize=True,
    )
    rank = forms.ChoiceField(
        label=_("Ordna antagandena efter hur mycket de betyder för"),
        help_text=_("Tar någon minut till."),
        choices=[("", _("inget mått")), *((name, words.INDICATORS[name].label) for name in RANKED)],
        required=False,
    )
    bed_day_hours = forms.FloatField(
        label=_("Hur många biltimmar är ett vårddygn på sjukhus värt?"),
        help_text=_("Då räknas fram hur stor effekt vården måste ha för att löna sig. Tar fem gånger så lång tid."),
        min_value=0,
        max_value=1000,
        required=False,
        localize=True,
    )
    seed = forms.IntegerField(
        label=_("Frö"), help_text=_("Samma frö ger samma siffror."), min_value=0, max_value=2**31, initial=1
    )

    def __init__(self, *args: Any, against: Sequence[str], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["against"].choices = [(name, words.MODELS[name]) for name in against]  # type: ignore[attr-defined]


class PriceField(forms.FloatField):
    """Kronor as people write them: "9 300"."""

    def to_python(self, value: Any) -> Any:
        """Spaces of any kind between the thousands are no part of the number."""
        return super().to_python("".join(value.split()) if isinstance(value, str) else value)


class PricesForm(forms.Form):
    """Prices of natural units in kronor; what is left empty stays a natural unit."""

    def __init__(self, *args: Any, given: Mapping[str, float], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for name in words.PRICED:
            self.fields[name] = PriceField(
                label=sheets.priced_label(name),
                min_value=0,
                max_value=10_000_000,
                required=False,
                localize=True,
                initial=given.get(name),
                widget=forms.TextInput(attrs={"inputmode": "decimal", "class": "w-4"}),
            )

    def values(self) -> dict[str, float]:
        """The prices that were given."""
        return {name: value for name, value in self.cleaned_data.items() if value is not None}


class AssumptionsForm(forms.Form):
    """Every assumption's value; what is left as it was stays as it was, with its interval."""

    def __init__(self, *args: Any, edited: Mapping[str, float], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.edited = edited
        for name, row in _shown().items():
            self.fields[name] = forms.FloatField(
                label=assumption_words.label(name),
                min_value=0,
                max_value=1 if is_share(name) else 10_000,
                localize=True,
                initial=edited.get(name, row["value"]),
                widget=forms.TextInput(attrs={"inputmode": "decimal", "class": "w-4"}),
            )

    def groups(self) -> Iterator[tuple[str, bool, list[dict[str, Any]]]]:
        """Title, whether it holds an error, and the rows of each group."""
        rows = _shown()
        for title, starts in assumption_words.GROUPS:
            names = [name for name in rows if name.startswith(starts)]
            yield (
                str(title),
                any(name in self.errors for name in names),
                [self._row(name, rows[name]) for name in names],
            )

    def _row(self, name: str, row: Mapping[str, Any]) -> dict[str, Any]:
        low, high = row.get("range", (row["value"], row["value"]))
        span = gettext("%(low)s till %(high)s") % {"low": number(low), "high": number(high)}
        return {
            "field": self[name],
            "unit": assumption_words.unit(row["unit"]),
            "interval": span if low < high else gettext("fast"),
            "kind": words.KINDS["edited" if name in self.edited else row["kind"]],
            "source": assumption_words.source(row["source"]),
            "was": number(row["value"]) if name in self.edited else "",
        }

    def values(self) -> dict[str, float]:
        """The assumptions whose value is another than the packaged one."""
        rows = _shown()
        return {name: value for name, value in self.cleaned_data.items() if value != rows[name]["value"]}


def _shown() -> dict[str, Mapping[str, Any]]:
    """The assumptions that can be edited."""
    rows = packaged.assumptions()
    return {name: rows[name] for name in used_assumptions()}


def initial_of(definition: Definition, title: str, seen_by: str) -> dict[str, Any]:
    """What the form shows for a copy."""
    return {
        "title": title,
        "against": definition.against,
        "seen_by": seen_by,
        "start": ENROLLED if definition.enrolled else PACKAGED,
        "replications": definition.replications,
        "half_width": definition.half_width or None,
        "seed": definition.seed,
        "rank": definition.rank,
        "bed_day_hours": definition.bed_day_hours or None,
    }
