"""Forms of the conferences' pages."""

from collections.abc import Iterable
from datetime import date
from typing import Any

from django import forms
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from narvard.access.models import Consent
from narvard.care.conference.actions import HELD_BY, FollowUp
from narvard.care.conference.models import Conference, ConferenceMeeting
from narvard.desk.base import OnceForm
from narvard.organisation.models import CareUnit, Programme
from narvard.ui.forms import DateInput

MOST_TASKS = 3


def _rows(rows: int) -> forms.Textarea:
    return forms.Textarea(attrs={"rows": rows})


class ConferenceForm(OnceForm):
    """A conference that the own unit begins to hold."""

    programme = forms.ModelChoiceField(
        label=_("Program"),
        empty_label=_("välj"),
        queryset=Programme.objects.filter(kind__in=HELD_BY).order_by("sort_key"),
    )
    name = forms.CharField(label=_("Vad heter den?"), max_length=120)
    next_on = forms.DateField(label=_("Hålls nästa gång"), widget=DateInput)


class _Conferences(forms.ModelChoiceField):  # type: ignore[type-arg]
    """A conference by its name and who holds it."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(empty_label=_("välj"), **kwargs)

    def label_from_instance(self, obj: Conference) -> str:
        """What the choice is called."""
        return f"{obj.name}, {obj.unit.name}"


class PutUpForm(OnceForm):
    """A patient for a conference: what is asked, what should be read, and the person's yes."""

    conference = _Conferences(label=_("Konferens"), queryset=Conference.objects.none())
    question = forms.CharField(label=_("Frågan till konferensen"), max_length=400, widget=_rows(2))
    documents = forms.CharField(
        label=_("Underlag"),
        help_text=_("Det som deltagarna behöver veta eller ha läst: blodgaser, läkemedel, vad personen själv vill."),
        required=False,
        max_length=4000,
        widget=_rows(5),
    )
    how = forms.ChoiceField(
        label=_("Hur sa personen ja till att tas upp?"), choices=Consent.How.choices, widget=forms.RadioSelect
    )
    given_by = forms.CharField(label=_("Vem sa ja, om inte personen själv"), required=False, max_length=120)

    def __init__(self, *args: Any, conferences: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field = self.fields["conference"]
        if isinstance(field, forms.ModelChoiceField):
            field.queryset = conferences


class HoldForm(OnceForm):
    """A conference that was held."""

    held_on = forms.DateField(label=_("Hölls den"), widget=DateInput)
    participants = forms.CharField(
        label=_("Vilka var med?"), help_text=_("En per rad: namn, yrke, enhet."), max_length=2000, widget=_rows(5)
    )
    next_on = forms.DateField(label=_("Hålls nästa gång"), widget=DateInput)


class DecideForm(OnceForm):
    """What was decided about one patient, and what units do by it."""

    meeting = forms.ModelChoiceField(label=_("Vid konferensen den"), queryset=ConferenceMeeting.objects.none())
    decision = forms.CharField(label=_("Beslut"), max_length=4000, widget=_rows(5))

    def __init__(self, *args: Any, meetings: Any, units: Iterable[CareUnit], today: date, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.today = today
        self.known = {str(row.pk): row for row in units}
        field = self.fields["meeting"]
        if isinstance(field, forms.ModelChoiceField):
            field.queryset = meetings
            field.initial = meetings.first()
        choices = [("", gettext("ingen")), *((key, row.name) for key, row in self.known.items())]
        for n in range(1, MOST_TASKS + 1) if self.known else ():
            words = {"n": n}
            self.fields[f"unit_{n}"] = forms.ChoiceField(
                label=gettext("Uppgift %(n)d: vem gör den?") % words, choices=choices, required=False
            )
            self.fields[f"what_{n}"] = forms.CharField(
                label=gettext("Uppgift %(n)d: vad?") % words, required=False, max_length=400
            )
            self.fields[f"due_{n}"] = forms.DateField(
                label=gettext("Uppgift %(n)d: senast") % words, required=False, widget=DateInput
            )

    def clean(self) -> dict[str, Any]:
        """A task that is begun is whole: who, what and when."""
        cleaned = super().clean() or {}
        for n in range(1, MOST_TASKS + 1) if self.known else ():
            parts = [cleaned.get(f"{part}_{n}") for part in ("unit", "what", "due")]
            if any(parts) and not all(parts):
                self.add_error(f"what_{n}", gettext("Skriv vem, vad och när, eller lämna alla tre tomma."))
            elif parts[2] and parts[2] < self.today:
                self.add_error(f"due_{n}", gettext("Välj en dag framåt i tiden."))
        return cleaned

    @property
    def tasks(self) -> list[FollowUp]:
        """What follows from the decision."""
        said = self.cleaned_data
        return [
            FollowUp(self.known[said[f"unit_{n}"]], said[f"what_{n}"], said[f"due_{n}"])
            for n in range(1, MOST_TASKS + 1)
            if said.get(f"unit_{n}")
        ]
