"""The forms of the questionnaires' pages at work."""

from typing import Any
from uuid import UUID

from django import forms
from django.utils.translation import gettext_lazy as _

from narvard.desk.base import OnceForm
from narvard.followup.questionnaires.actions import MOST_CODES
from narvard.followup.questionnaires.models import Round
from narvard.organisation.models import CareUnit
from narvard.ui.forms import DateInput

ASKED_ABOUT = (CareUnit.Kind.TEAM, CareUnit.Kind.HOME_NURSING, CareUnit.Kind.MUNICIPAL_REHAB, CareUnit.Kind.HOME_HELP)


class RoundForm(OnceForm):
    """To whom, about which unit, for which days."""

    questionnaire = forms.ChoiceField(label=_("Vilka frågar vi?"), choices=Round.To.choices, widget=forms.RadioSelect)
    unit = forms.ModelChoiceField(label=_("Om vilken enhet?"), queryset=CareUnit.objects.none())
    opens_on = forms.DateField(label=_("Första dagen"), widget=DateInput)
    closes_on = forms.DateField(
        label=_("Stänger"), help_text=_("Resultatet visas från den dagen, inte tidigare."), widget=DateInput
    )

    def __init__(self, *args: Any, provider: UUID, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        units = CareUnit.objects.filter(provider=provider, kind__in=ASKED_ABOUT, closed_on=None)
        self.fields["unit"].queryset = units.order_by("sort_key")  # type: ignore[attr-defined]


class CountForm(OnceForm):
    """How many codes to print."""

    count = forms.IntegerField(label=_("Antal lappar"), min_value=1, max_value=MOST_CODES, initial=20)


class UnusedForm(OnceForm):
    """How many codes were never handed out."""

    count = forms.IntegerField(
        label=_("Lappar som inte delades ut"), help_text=_("Räknas bort från svarsfrekvensen."), min_value=0
    )
