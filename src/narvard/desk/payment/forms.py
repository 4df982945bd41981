"""The forms of the payment pages."""

from decimal import Decimal
from typing import Any
from uuid import UUID

from django import forms
from django.utils.translation import gettext_lazy as _

from narvard.desk.base import OnceForm
from narvard.followup.payment.models import Agreement
from narvard.followup.payment.terms import ACUTE, EXPERIENCE
from narvard.organisation.models import CareProvider, Programme
from narvard.ui.forms import DateInput

PART_CHOICES = [(ACUTE, _("färre akutbesök och vårddagar")), (EXPERIENCE, _("patienternas upplevelse följd upp"))]
HUNDRED = Decimal(100)


def _percent(label: Any, initial: str, hint: Any = "") -> forms.DecimalField:
    return forms.DecimalField(
        label=label, help_text=hint, initial=initial, required=False, min_value=0, max_value=100, decimal_places=2
    )


class AgreementForm(OnceForm):
    """Who is paid, by which rule and for whose patients."""

    name = forms.CharField(label=_("Vad ersätts?"), max_length=120)
    payee = forms.ModelChoiceField(label=_("Vem får ersättningen?"), queryset=CareProvider.objects.none())
    programme = forms.ModelChoiceField(
        label=_("Program"), queryset=Programme.objects.order_by("sort_key"), required=False, empty_label=_("alla")
    )
    rule = forms.ChoiceField(label=_("Regel"), choices=Agreement.Rule.choices, widget=forms.RadioSelect)
    sum = forms.DecimalField(
        label=_("Belopp i kronor"),
        help_text=_("Per år med utfallsdelar, annars per dag, timme eller besök."),
        min_value=0,
        max_digits=12,
        decimal_places=2,
    )
    fixed = _percent(_("Fast del, procent"), "100", _("Med del av personalkostnaden: betalarens del, till exempel 70."))
    acute = _percent(_("Del om akutbesök och vårddagar minskar, procent"), "0")
    experience = _percent(_("Del om patienternas upplevelse följs upp, procent"), "0")
    fall = _percent(_("Minskning som krävs, procent"), "0")
    since = forms.DateField(label=_("Gäller från"), widget=DateInput)
    until = forms.DateField(label=_("Gäller till"), widget=DateInput, required=False)

    def __init__(self, *args: Any, own: UUID, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        others = CareProvider.objects.exclude(pk=own).order_by("sort_key")
        self.fields["payee"].queryset = others  # type: ignore[attr-defined]

    @property
    def told(self) -> dict[str, Decimal]:
        """The terms: the sum, and shares of 1."""
        data = self.cleaned_data
        shares = {name: (data[name] or Decimal(0)) / HUNDRED for name in ("fixed", "acute", "experience", "fall")}
        return {"sum": data["sum"], **shares}


class DecisionForm(OnceForm):
    """Whether an outcome part is paid for the month, and on what grounds."""

    part = forms.ChoiceField(label=_("Utfallsdel"), choices=PART_CHOICES, widget=forms.RadioSelect)
    met = forms.TypedChoiceField(
        label=_("Betalas den?"),
        choices=[("yes", _("ja")), ("no", _("nej"))],
        coerce=lambda value: value == "yes",
        widget=forms.RadioSelect,
    )
    reason = forms.CharField(
        label=_("Vad bygger beslutet på?"), max_length=300, widget=forms.Textarea(attrs={"rows": 2})
    )
