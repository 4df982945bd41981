"""Forms of the discharge pages."""

from collections.abc import Iterable, Sequence
from datetime import date, datetime
from typing import Any

from django import forms
from django.utils import timezone
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from narvard.care.models import Supply
from narvard.desk.base import OnceForm
from narvard.organisation.models import CareUnit
from narvard.ui.forms import DateInput, DateTimeInput

Groups = Sequence[tuple[str, Iterable[CareUnit]]]


class UnitsForm(OnceForm):
    """A form in which units are chosen by ticking them."""

    units = forms.MultipleChoiceField(label=_("Vilka?"), widget=forms.CheckboxSelectMultiple)

    def __init__(self, *args: Any, groups: Groups, now: datetime, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.now = now
        listed = [(label, list(units)) for label, units in groups]
        self.by_key = {str(unit.pk): unit for _label, units in listed for unit in units}
        self._offer("units", listed)

    def _offer(self, name: str, groups: Sequence[tuple[str, Sequence[CareUnit]]]) -> None:
        field = self.fields[name]
        if isinstance(field, forms.MultipleChoiceField):
            field.choices = [(label, [(str(row.pk), row.name) for row in units]) for label, units in groups if units]

    def chosen(self, name: str = "units") -> list[CareUnit]:
        """The units that were ticked."""
        return [self.by_key[key] for key in self.cleaned_data[name]]

    def _ahead(self, name: str) -> datetime | None:
        given: datetime | None = self.cleaned_data[name]
        if given is not None and given <= self.now:
            raise forms.ValidationError(gettext("Tiden har redan varit."))
        return given


class NoticeForm(UnitsForm):
    """Who is told of the stay, the expected day, and which teams come to the ward before."""

    expected_on = forms.DateField(
        label=_("Beräknad utskrivningsdag"), widget=DateInput, help_text=_("Den kan ändras. Alla ser den nya dagen.")
    )
    on_ward = forms.MultipleChoiceField(
        label=_("Team som träffar patienten på avdelningen före hemgången"),
        widget=forms.CheckboxSelectMultiple,
        required=False,
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["units"].label = _("Vilka behöver veta?")
        teams = [row for row in self.by_key.values() if row.kind == CareUnit.Kind.TEAM]
        if teams:
            self._offer("on_ward", [(gettext("Team"), teams)])
        else:
            del self.fields["on_ward"]

    def clean_expected_on(self) -> date:
        """Today or later."""
        given: date = self.cleaned_data["expected_on"]
        if given < timezone.localdate(self.now):
            raise forms.ValidationError(gettext("Dagen har redan varit."))
        return given

    @property
    def teams(self) -> list[CareUnit]:
        """The teams that come to the ward."""
        return self.chosen("on_ward") if "on_ward" in self.fields else []


class MeetingForm(UnitsForm):
    """When and where the meeting is, and who must take part."""

    meeting_at = forms.DateTimeField(label=_("När?"), widget=DateTimeInput)
    where = forms.CharField(label=_("Var, eller länk till video"), max_length=120)
    field_order = ("meeting_at", "where", "units")

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["units"].label = _("Vilka ska vara med?")

    def clean_meeting_at(self) -> datetime | None:
        """A time to come."""
        return self._ahead("meeting_at")


class HomeForm(OnceForm):
    """The day and the hour for going home."""

    home_at = forms.DateTimeField(label=_("Hem dag och klockslag"), widget=DateTimeInput)


class ConfirmForm(OnceForm):
    """The receiver is ready; when it comes the first time, if it does."""

    first_visit_at = forms.DateTimeField(
        label=_("Första besöket hemma"), help_text=_("Tomt om ni inte gör något besök."), required=False,
        widget=DateTimeInput,
    )  # fmt: skip
    note = forms.CharField(
        label=_("Det som de andra behöver veta"), max_length=400, required=False,
        widget=forms.Textarea(attrs={"rows": 2}),
    )  # fmt: skip


class SupplyForm(OnceForm):
    """What is needed at home, who brings it and by when."""

    kind = forms.ChoiceField(label=_("Slag"), choices=Supply.Kind.choices)
    what = forms.CharField(label=_("Vad behövs?"), max_length=120)
    amount = forms.CharField(label=_("Hur mycket?"), max_length=40, required=False)
    unit = forms.ChoiceField(label=_("Vem tar med det?"))
    needed_on = forms.DateField(label=_("Ska finnas hemma senast"), widget=DateInput)

    def __init__(self, *args: Any, groups: Groups, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        listed = [(label, list(units)) for label, units in groups]
        self.by_key = {str(unit.pk): unit for _label, units in listed for unit in units}
        field = self.fields["unit"]
        if isinstance(field, forms.ChoiceField):
            options = [(label, [(str(row.pk), row.name) for row in units]) for label, units in listed if units]
            field.choices = [("", gettext("Välj enhet")), *options]

    @property
    def brings(self) -> CareUnit:
        """Who brings it."""
        return self.by_key[self.cleaned_data["unit"]]


class ReasonForm(OnceForm):
    """Why it is called off."""

    reason = forms.CharField(label=_("Varför behövs det inte?"), max_length=200)
