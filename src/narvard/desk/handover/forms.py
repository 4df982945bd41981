"""Forms of the hand-over pages."""

from collections.abc import Iterable, Sequence
from datetime import date, datetime
from typing import Any

from django import forms
from django.db.models import QuerySet
from django.utils import timezone
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from narvard.care.actions import Content
from narvard.care.models import ResponsibilityKind
from narvard.care.presenters import kinds_in_words
from narvard.desk.base import OnceForm
from narvard.desk.patient.forms import ReviewedForm
from narvard.organisation.models import CareUnit
from narvard.ui.forms import DateInput, DateTimeInput

_LONG = {"rows": 3}


class ArrivedForm(OnceForm):
    """The person is in the bed."""


class DropForm(OnceForm):
    """What was prepared is thrown away."""


class BedForm(ReviewedForm):
    """Which unit, why, and what it needs to know before the person comes."""

    receiver = forms.ModelChoiceField(label=_("Vilken enhet?"), queryset=CareUnit.objects.none())
    reason = forms.CharField(
        label=_("Varför behövs platsen?"), max_length=400, widget=forms.Textarea(attrs={"rows": 2})
    )
    done = forms.CharField(label=_("Vad har gjorts?"), required=False, widget=forms.Textarea(attrs=_LONG))
    remains = forms.CharField(label=_("Vad återstår?"), required=False, widget=forms.Textarea(attrs=_LONG))
    medicines = forms.CharField(label=_("Läkemedel"), required=False, widget=forms.Textarea(attrs=_LONG))
    risks = forms.CharField(label=_("Risker"), required=False, widget=forms.Textarea(attrs=_LONG))
    wished_at = forms.DateTimeField(
        label=_("När kommer personen?"), help_text=_("Tomt betyder nu."), required=False, widget=DateTimeInput
    )
    hand_back_on = forms.DateField(label=_("Hem igen, om det är känt"), required=False, widget=DateInput)

    def __init__(self, *args: Any, now: datetime, units: "QuerySet[CareUnit]", returns: bool, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.now = now
        field = self.fields["receiver"]
        assert isinstance(field, forms.ModelChoiceField)  # noqa: S101 - declared above
        field.queryset = units
        if not returns:
            del self.fields["hand_back_on"]

    def clean_wished_at(self) -> datetime | None:
        """A time to come, or now."""
        given: datetime | None = self.cleaned_data["wished_at"]
        if given is not None and given <= self.now:
            raise forms.ValidationError(gettext("Tiden har redan varit."))
        return given

    @property
    def content(self) -> Content:
        """What the team tells."""
        names = ("reason", "done", "remains", "medicines", "risks")
        return Content(**{name: self.cleaned_data[name] for name in names})


class ProposeForm(ReviewedForm):
    """To whom, what, why, and what the receiver needs to know."""

    template_name = "handover/propose_fields.html"
    # The second and the third receiver of the same bundle.
    MORE = (("receiver_2", "kinds_2"), ("receiver_3", "kinds_3"))

    receiver = forms.ChoiceField(label=_("Till vem?"))
    kinds = forms.MultipleChoiceField(label=_("Vilket ansvar?"), widget=forms.CheckboxSelectMultiple)
    receiver_2 = forms.ChoiceField(label=_("Också till"), required=False)
    kinds_2 = forms.MultipleChoiceField(
        label=_("Vilket ansvar till den andra?"), widget=forms.CheckboxSelectMultiple, required=False
    )
    receiver_3 = forms.ChoiceField(label=_("Och till"), required=False)
    kinds_3 = forms.MultipleChoiceField(
        label=_("Vilket ansvar till den tredje?"), widget=forms.CheckboxSelectMultiple, required=False
    )
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
    hand_back_on = forms.DateField(
        label=_("Tillfälligt: lämnas tillbaka den dagen"),
        help_text=_("Tomt betyder för gott. Ansvaret går tillbaka när ni har tagit emot det igen."),
        required=False,
        widget=DateInput,
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
        options = [(label, [(str(unit.pk), unit.name) for unit in units]) for label, units in listed if units]
        for names in (("receiver", "kinds"), *self.MORE):
            receiver, kinds = (self.fields[name] for name in names)
            if isinstance(receiver, forms.ChoiceField) and isinstance(kinds, forms.MultipleChoiceField):
                receiver.choices = [("", gettext("Välj enhet")), *options]
                kinds.choices = [(kind, label) for kind, label in ResponsibilityKind.choices if kind in held]
        self.initial.setdefault("kinds", list(held))

    def clean(self) -> dict[str, Any]:
        """Each receiver has its own kinds; no kind goes to two."""
        cleaned = super().clean() or {}
        taken = set(cleaned.get("kinds") or ())
        units = {cleaned.get("receiver")}
        for receiver, kinds in self.MORE:
            unit, chosen = cleaned.get(receiver), set(cleaned.get(kinds) or ())
            if unit and not chosen:
                self.add_error(kinds, gettext("Välj vilket ansvar enheten får frågan om."))
            if chosen and not unit:
                self.add_error(receiver, gettext("Välj vilken enhet som får frågan."))
            if unit and unit in units:
                self.add_error(receiver, gettext("Enheten är redan vald. Kryssa för allt ansvar på ett ställe."))
            if taken & chosen:
                words = {"kinds": kinds_in_words(taken & chosen)}
                self.add_error(kinds, gettext("En enhet i taget kan få frågan om: %(kinds)s.") % words)
            taken |= chosen
            units.add(unit)
        return cleaned

    @property
    def first(self) -> list[forms.BoundField]:
        """The first receiver's fields."""
        return [self["receiver"], self["kinds"]]

    @property
    def more(self) -> list[forms.BoundField]:
        """The fields of the receivers beside the first."""
        return [self[name] for pair in self.MORE for name in pair]

    @property
    def shows_more(self) -> bool:
        """Whether the other receivers' fields are filled in, or wrong."""
        return any(field.value() or field.errors for field in self.more)

    @property
    def rest(self) -> list[forms.BoundField]:
        """What is told, and the times."""
        named = {field.name for field in (*self.first, *self.more)}
        return [field for field in self.visible_fields() if field.name not in named]

    @property
    def parts(self) -> list[tuple[CareUnit, list[str]]]:
        """Each receiver with what it is asked to take."""
        pairs = [("receiver", "kinds"), *self.MORE]
        found = [(self.cleaned_data[receiver], self.cleaned_data[kinds]) for receiver, kinds in pairs]
        return [(self.units[unit], kinds) for unit, kinds in found if unit]

    def clean_wished_at(self) -> datetime | None:
        """A time to come, or as soon as it is accepted."""
        return self._ahead("wished_at")

    def clean_due_at(self) -> datetime | None:
        """A time to come."""
        return self._ahead("due_at")

    def clean_hand_back_on(self) -> date | None:
        """A day to come."""
        given: date | None = self.cleaned_data["hand_back_on"]
        if given is not None and given <= timezone.localdate(self.now):
            raise forms.ValidationError(gettext("Välj en dag som kommer."))
        return given

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


class HandBackDayForm(OnceForm):
    """Another day for the hand-back, with the reason."""

    on = forms.DateField(label=_("Lämnas tillbaka den dagen"), widget=DateInput)
    reason = forms.CharField(label=_("Varför ändras dagen?"), max_length=400, widget=forms.Textarea(attrs={"rows": 2}))
