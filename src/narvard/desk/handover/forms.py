"""Forms of the hand-over pages."""

from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Any

from django import forms
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from narvard.care.actions import Content
from narvard.care.models import ResponsibilityKind
from narvard.desk.base import OnceForm
from narvard.desk.patient.forms import ReviewedForm
from narvard.organisation.models import CareUnit
from narvard.ui.forms import DateTimeInput

_LONG = {"rows": 3}


class ProposeForm(ReviewedForm):
    """To whom, what, why, and what the receiver needs to know."""

    receiver = forms.ChoiceField(label=_("Till vem?"))
    kinds = forms.MultipleChoiceField(label=_("Vilket ansvar?"), widget=forms.CheckboxSelectMultiple)
    reason = forms.CharField(label=_("Varför?"), max_length=400, widget=forms.Textarea(attrs={"rows": 2}))
    done = forms.CharField(label=_("Vad har gjorts?"), required=False, widget=forms.Textarea(attrs=_LONG))
    remains = forms.CharField(label=_("Vad återstår?"), required=False, widget=forms.Textarea(attrs=_LONG))
    goals = forms.CharField(label=_("Mål och plan"), required=False, widget=forms.Textarea(attrs=_LONG))
    medicines = forms.CharField(
        label=_("Läkemedel och det som finns hemma"), required=False, widget=forms.Textarea(attrs=_LONG)
    )
    risks = forms.CharField(label=_("Risker"), required=False, widget=forms.Textarea(attrs=_LONG))
    told = forms.CharField(label=_("Vilka vet om det här?"), required=False, max_length=200)
    wished_at = forms.DateTimeField(
        label=_("Tidigast från"),
        help_text=_("Tomt betyder så snart de tar emot."),
        required=False,
        widget=DateTimeInput,
    )
    due_at = forms.DateTimeField(
        label=_("Svar senast"),
        help_text=_("Tomt betyder nästa vardag klockan 16."),
        required=False,
        widget=DateTimeInput,
    )
    ends_episode = forms.BooleanField(
        label=_("Avsluta inskrivningen hos oss när vi inte längre har något ansvar"), required=False, initial=True
    )

    def __init__(
        self,
        *args: Any,
        now: datetime,
        held: Sequence[str],
        groups: Sequence[tuple[str, Iterable[CareUnit]]],
        **kwargs: Any,
    ) -> None:
        super().__init__(*args, **kwargs)
        self.now = now
        listed = [(label, list(units)) for label, units in groups]
        self.units = {str(unit.pk): unit for _label, units in listed for unit in units}
        receiver, kinds = self.fields["receiver"], self.fields["kinds"]
        if isinstance(receiver, forms.ChoiceField) and isinstance(kinds, forms.MultipleChoiceField):
            options = [(label, [(str(unit.pk), unit.name) for unit in units]) for label, units in listed if units]
            receiver.choices = [("", gettext("Välj enhet")), *options]
            kinds.choices = [(kind, label) for kind, label in ResponsibilityKind.choices if kind in held]
            self.initial.setdefault("kinds", list(held))

    def clean_wished_at(self) -> datetime | None:
        """A time to come, or as soon as it is accepted."""
        return self._ahead("wished_at")

    def clean_due_at(self) -> datetime | None:
        """A time to come."""
        return self._ahead("due_at")

    def _ahead(self, name: str) -> datetime | None:
        given: datetime | None = self.cleaned_data[name]
        if given is not None and given <= self.now:
            raise forms.ValidationError(gettext("Tiden har redan varit."))
        return given

    @property
    def content(self) -> Content:
        """What the giver tells."""
        names = ("reason", "done", "goals", "remains", "medicines", "risks", "told")
        return Content(**{name: self.cleaned_data[name] for name in names})

    @property
    def chosen(self) -> CareUnit:
        """The receiver."""
        return self.units[self.cleaned_data["receiver"]]


class AcceptForm(OnceForm):
    """Accept; the visits can be taken over too."""

    takes_visits = forms.BooleanField(label=_("Vi tar också över de planerade besöken"), required=False, initial=True)

    def __init__(self, *args: Any, has_visits: bool, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if not has_visits:
            del self.fields["takes_visits"]


class AnswerForm(OnceForm):
    """An answer that needs a reason in words."""

    reason = forms.CharField(
        label=_("Skäl"),
        help_text=_("Den som väntar på besked läser detta."),
        max_length=400,
        widget=forms.Textarea(attrs={"rows": 3}),
    )
