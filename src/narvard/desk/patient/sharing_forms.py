"""Forms about what may be read: a yes, a block, a block set aside, a choice, an emergency."""

from collections.abc import Iterable
from datetime import date, datetime, timedelta
from typing import Any

from django import forms
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from narvard.access.actions.openings import SHORTEST_REASON
from narvard.access.models import ActiveChoice, Block, Consent, EmergencyOpening
from narvard.core.calendar import at_local
from narvard.desk.base import OnceForm
from narvard.desk.patient.forms import ConsentForm
from narvard.organisation.models import CareProvider, CareUnit
from narvard.people.models import InformationKind
from narvard.ui.forms import DateInput

# Social services' data are opened by consent alone.
KINDS = [choice for choice in InformationKind.choices if choice[0] != InformationKind.SOCIAL]
HOURS = ((1, _("en timme")), (8, _("åtta timmar")), (24, _("ett dygn")), (72, _("tre dygn")), (168, _("sju dygn")))


def _choices(form: forms.Form, name: str) -> forms.ModelChoiceField[Any]:
    field = form.fields[name]
    if not isinstance(field, forms.ModelChoiceField):
        raise TypeError(f"{name} is no choice of rows")
    return field


class RecordConsentForm(ConsentForm):
    """A yes to one thing, to one care provider or all, until a day or until it is taken back."""

    kind = forms.ChoiceField(label=_("Vad gäller samtycket?"), choices=Consent.Kind.choices, widget=forms.RadioSelect)
    provider = forms.ModelChoiceField(
        label=_("Vilken vårdgivare får läsa?"),
        queryset=CareProvider.objects.none(),
        required=False,
        empty_label=_("alla som vårdar personen"),
    )
    until = forms.DateField(
        label=_("Sista dag"),
        help_text=_("Tomt: tills patienten tar tillbaka det."),
        required=False,
        widget=DateInput,
    )
    field_order = ("kind", "provider", "how", "given_by", "assessment", "attitude", "nothing_against", "until")

    def __init__(self, *args: Any, providers: Iterable[CareProvider], today: date, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        keys = [provider.pk for provider in providers]
        _choices(self, "provider").queryset = CareProvider.objects.filter(pk__in=keys).order_by("sort_key")
        self.today = today

    def clean_until(self) -> date | None:
        """A day that has not been."""
        last: date | None = self.cleaned_data["until"]
        if last is not None and last < self.today:
            raise forms.ValidationError(gettext("Dagen har redan varit."))
        return last

    @property
    def ends_at(self) -> datetime | None:
        """The end of the last day."""
        last: date | None = self.cleaned_data["until"]
        return at_local(last + timedelta(days=1), 0) if last else None


class BlockForm(OnceForm):
    """What the patient wants to block, and who asked."""

    ASKED = (("patient", _("patienten själv")), ("guardian", _("en vårdnadshavare")))

    asked = forms.ChoiceField(label=_("Vem ber om spärren?"), choices=ASKED, widget=forms.RadioSelect)
    scope = forms.ChoiceField(label=_("För vilka spärras uppgifterna?"), widget=forms.RadioSelect)
    unit = forms.ModelChoiceField(
        label=_("Vems uppgifter?"),
        queryset=CareUnit.objects.none(),
        required=False,
        empty_label=_("alla enheter hos vårdgivaren"),
    )
    information_kind = forms.ChoiceField(label=_("Vilka uppgifter?"), required=False)
    info_from = forms.DateField(label=_("Uppgifter från och med"), required=False, widget=DateInput)
    info_until = forms.DateField(
        label=_("Uppgifter till och med"),
        help_text=_("Tomt: också det som skrivs från och med nu."),
        required=False,
        widget=DateInput,
    )

    def __init__(self, *args: Any, own: CareUnit, units: Iterable[CareUnit], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        keys = [unit.pk for unit in units]
        _choices(self, "unit").queryset = CareUnit.objects.filter(pk__in=keys).order_by("sort_key")
        self.fields["scope"] = forms.ChoiceField(
            label=gettext("För vilka spärras uppgifterna?"),
            choices=[
                (Block.Scope.OUTER.value, gettext("för andra vårdgivare än %(provider)s") % {"provider": own.provider}),
                (Block.Scope.INNER.value, gettext("för alla andra enheter än den vars uppgifter det är")),
            ],
            widget=forms.RadioSelect,
        )
        self.fields["information_kind"] = forms.ChoiceField(
            label=gettext("Vilka uppgifter?"), choices=[("", gettext("alla slags uppgifter")), *KINDS], required=False
        )
        self.initial.setdefault("unit", own.pk)
        self.order_fields(("asked", "scope", "unit", "information_kind", "info_from", "info_until"))

    def clean(self) -> dict[str, Any]:
        """An inner block is about one unit; a period does not end before it begins."""
        cleaned = super().clean() or {}
        if cleaned.get("scope") == Block.Scope.INNER and cleaned.get("unit") is None:
            self.add_error("unit", gettext("Välj vilken enhets uppgifter den inre spärren gäller."))
        first, last = cleaned.get("info_from"), cleaned.get("info_until")
        if first and last and last < first:
            self.add_error("info_until", gettext("Perioden slutar innan den börjar."))
        return cleaned


class RemoveForm(OnceForm):
    """How the patient asked for the block to be removed."""

    reason = forms.CharField(
        label=_("Hur bad patienten om det?"), max_length=200, widget=forms.Textarea(attrs={"rows": 2})
    )


class LiftForm(OnceForm):
    """For whom and how long a block is set aside, and how the patient said yes."""

    unit = forms.ModelChoiceField(label=_("Vilken enhet ska få läsa?"), queryset=CareUnit.objects.none())
    hours = forms.TypedChoiceField(label=_("Hur länge?"), choices=HOURS, coerce=int, initial=8)
    reason = forms.CharField(label=_("Hur sa patienten ja?"), max_length=200, widget=forms.Textarea(attrs={"rows": 2}))

    def __init__(self, *args: Any, units: Iterable[CareUnit], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        keys = [unit.pk for unit in units]
        _choices(self, "unit").queryset = CareUnit.objects.filter(pk__in=keys).order_by("sort_key")


class ChoiceForm(OnceForm):
    """Why more is needed."""

    why = forms.ChoiceField(
        label=_("Varför behöver du läsa?"), choices=ActiveChoice.Why.choices, widget=forms.RadioSelect
    )
    note = forms.CharField(label=_("Vad, om annat"), required=False, max_length=200)

    def clean(self) -> dict[str, Any]:
        """Another reason is written out."""
        cleaned = super().clean() or {}
        if cleaned.get("why") == ActiveChoice.Why.OTHER and not cleaned.get("note", "").strip():
            self.add_error("note", gettext("Skriv varför du behöver uppgifterna."))
        return cleaned


class EmergencyForm(OnceForm):
    """The danger, what is needed, and why the patient cannot be asked."""

    danger = forms.ChoiceField(
        label=_("Vad är faran?"), choices=EmergencyOpening.Danger.choices, widget=forms.RadioSelect
    )
    kinds = forms.MultipleChoiceField(
        label=_("Vilka uppgifter behövs?"), choices=KINDS, widget=forms.CheckboxSelectMultiple
    )
    reason = forms.CharField(
        label=_("Vad har hänt, och varför kan patienten inte tillfrågas?"),
        help_text=_("Den som granskar läser det."),
        min_length=SHORTEST_REASON,
        max_length=400,
        widget=forms.Textarea(attrs={"rows": 3}),
    )


class StrangerEmergencyForm(EmergencyForm):
    """The same for a person whom the unit has no care relation to: found by exact identifier."""

    identifier = forms.CharField(widget=forms.HiddenInput, max_length=24)
