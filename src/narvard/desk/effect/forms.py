"""Forms of the effect pages: the question, when the programme started where, and the design."""

from collections.abc import Mapping
from datetime import date, timedelta
from typing import Any
from uuid import UUID

from django import forms
from django.utils.translation import gettext_lazy

from narvard.desk.base import OnceForm
from narvard.followup.effect import queries
from narvard.followup.effect.actions import WINDOW
from narvard.followup.effect.models import EffectStudy
from narvard.followup.utilisation.queries import covered
from narvard.organisation.models import Programme
from narvard.ui.forms import DateInput

AFTER = timedelta(days=60)
START = "start_"


class StudyForm(OnceForm):
    """Which programme, who (those enrolled in the period), and when it started in each of some municipalities."""

    programme = forms.ModelChoiceField(
        label=gettext_lazy("Program"), queryset=Programme.objects.none(), empty_label=gettext_lazy("Välj program")
    )
    since = forms.DateField(label=gettext_lazy("Inskrivna från"), widget=DateInput)
    until = forms.DateField(
        label=gettext_lazy("Inskrivna före"),
        help_text=gettext_lazy("Ett halvår före och upp till ett halvår efter jämförs."),
        widget=DateInput,
    )
    # Of which programme the starts were told: another programme has its own.
    starts_of = forms.CharField(widget=forms.HiddenInput, required=False)
    design = forms.ChoiceField(widget=forms.HiddenInput, required=False, choices=EffectStudy.Design.choices)

    def __init__(self, *args: Any, provider: UUID, places: Mapping[str, str], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.places = places
        span = covered(provider=provider)
        if span is not None:
            # From when half a year before is known, until when some time after is.
            self.initial.setdefault("since", span.since + timedelta(days=WINDOW))
            self.initial.setdefault("until", max(span.since + timedelta(days=WINDOW + 1), span.until - AFTER))
        self.fields["programme"].queryset = queries.programmes()  # type: ignore[attr-defined]
        for code, name in places.items():
            self.fields[f"{START}{code}"] = forms.DateField(label=name, required=False, widget=DateInput)

    @property
    def start_fields(self) -> list[forms.BoundField]:
        """When it started in each municipality."""
        return [self[f"{START}{code}"] for code in self.places]

    @property
    def starts(self) -> dict[str, date]:
        """By municipality, when the programme started there."""
        told = {code: self.cleaned_data.get(f"{START}{code}") for code in self.places}
        return {code: day for code, day in told.items() if day is not None}

    @property
    def question(self) -> dict[str, Any]:
        """The programme and the days."""
        return {name: self.cleaned_data[name] for name in ("programme", "since", "until")}
