"""Forms of log control."""

import uuid
from collections.abc import Iterable
from datetime import date, timedelta
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from narvard.access.review.models import Outcome
from narvard.desk.base import OnceForm
from narvard.people.identifiers import Identifier, InvalidIdentifier, read_identifier
from narvard.ui.forms import DateInput, IdentifierInput

Choice = tuple[uuid.UUID, str]
# A choice on the page: its key, its words, and what it decides.
DECISIONS: dict[str, tuple[Any, Outcome, bool]] = {
    "in_order": (_("I sin ordning: avsluta"), Outcome.IN_ORDER, True),
    "ask": (_("Fråga personen, och följ upp"), Outcome.ASK, False),
    "breach": (_("Misstänkt intrång: utred, och följ upp"), Outcome.BREACH, False),
    "handled": (_("Intrång, utrett och anmält: avsluta"), Outcome.BREACH, True),
}


class PatientForm(forms.Form):
    """Whose accesses to read: an exact identifier."""

    identifier = forms.CharField(label=_("Patientens personnummer"), max_length=24, widget=IdentifierInput)

    def __init__(self, *args: Any, today: date, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.today = today

    def clean_identifier(self) -> Identifier:
        """A personal identity number that could exist."""
        try:
            return read_identifier(self.cleaned_data["identifier"], today=self.today)
        except InvalidIdentifier as error:
            raise forms.ValidationError(str(error)) from None


class UnitForm(forms.Form):
    """Which unit's day to read."""

    unit = forms.ChoiceField(label=_("Enhet"))
    day = forms.DateField(label=_("Dag"), widget=DateInput)

    def __init__(self, *args: Any, units: Iterable[Choice], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field = self.fields["unit"]
        assert isinstance(field, forms.ChoiceField)  # noqa: S101 - for the type checker
        field.choices = [(str(key), name) for key, name in units]


class SpanForm(forms.Form):
    """A period of whole days, and where it helps one unit and one person."""

    fran = forms.DateField(label=_("Från"), widget=DateInput)
    tom = forms.DateField(label=_("Till och med"), widget=DateInput)
    enhet = forms.ChoiceField(label=_("Enhet"), required=False)
    person = forms.ChoiceField(label=_("Person"), required=False)

    def __init__(self, *args: Any, units: Iterable[Choice] = (), people: Iterable[Choice] = (), **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for name, choices, everything in (("enhet", units, _("alla enheter")), ("person", people, _("alla personer"))):
            known = [(str(key), label) for key, label in choices]
            field = self.fields[name]
            assert isinstance(field, forms.ChoiceField)  # noqa: S101 - for the type checker
            field.choices = [("", everything), *known]
            if not known:
                del self.fields[name]

    def clean(self) -> dict[str, Any]:
        """The last day is not before the first."""
        cleaned = super().clean() or {}
        first, last = cleaned.get("fran"), cleaned.get("tom")
        if first and last and last < first:
            self.add_error("tom", _("Perioden slutar innan den börjar."))
        return cleaned


class DecideForm(OnceForm):
    """What a reviewer makes of an access."""

    decision = forms.ChoiceField(
        label=_("Vad visar granskningen?"),
        choices=[(key, words) for key, (words, _outcome, _closes) in DECISIONS.items()],
        widget=forms.RadioSelect,
    )
    note = forms.CharField(
        label=_("Vad som kom fram"),
        help_text=_("Behövs inte när allt är i sin ordning från början."),
        required=False,
        max_length=4000,
        widget=forms.Textarea(attrs={"rows": 4}),
    )
    follow_up_on = forms.DateField(
        label=_("Följs upp"), help_text=_("Behövs när granskningen fortsätter."), required=False, widget=DateInput
    )

    def __init__(self, *args: Any, today: date | None = None, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if today is not None and not self.is_bound:
            self.initial.setdefault("follow_up_on", today + timedelta(days=14))
