"""Forms of the patient's own page, and the staff's for representatives."""

from datetime import date, datetime, timedelta
from typing import Any

from django import forms
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from narvard.access.models import Representative
from narvard.core.calendar import at_local
from narvard.desk.base import OnceForm
from narvard.people.identifiers import Identifier, InvalidIdentifier, read_identifier
from narvard.ui.forms import DateInput


class OwnWordsForm(OnceForm):
    """What matters, in the person's own words."""

    text = forms.CharField(
        label=_("Vad är viktigt för dig?"),
        help_text=_("Skriv som du säger det. De som vårdar dig läser det först av allt."),
        max_length=2000,
        widget=forms.Textarea(attrs={"rows": 5}),
    )


class PeriodForm(forms.Form):
    """From which day."""

    since = forms.DateField(label=_("Från och med"), widget=DateInput)


class RepresentativeForm(OnceForm):
    """Who may see the patient's own page in part."""

    identifier = forms.CharField(
        label=_("Ombudets personnummer"),
        help_text=_("Det sparas inte i klartext: bara så att personen känns igen vid inloggning."),
        max_length=24,
        widget=forms.TextInput(attrs={"autocomplete": "off"}),
    )
    name = forms.CharField(label=_("Ombudets namn"), max_length=120)
    kind = forms.ChoiceField(label=_("Vem är det?"), choices=Representative.Kind.choices, widget=forms.RadioSelect)
    until = forms.DateField(label=_("Till och med, om det ska ta slut"), required=False, widget=DateInput)

    def __init__(self, *args: Any, today: date, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.today = today

    def clean_identifier(self) -> Identifier:
        """A number that a person can have."""
        try:
            return read_identifier(self.cleaned_data["identifier"], today=self.today)
        except InvalidIdentifier as error:
            raise forms.ValidationError(str(error)) from None

    def clean_until(self) -> datetime | None:
        """The end of the last day, as an instant."""
        day: date | None = self.cleaned_data["until"]
        if day is not None and day < self.today:
            raise forms.ValidationError(gettext("Slutdagen har redan varit."))
        if day is None:
            return None
        return at_local(day + timedelta(days=1))
