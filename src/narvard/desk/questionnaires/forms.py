"""The forms of the questionnaires' pages at work."""

from typing import Any

from django import forms
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from narvard.desk.base import OnceForm
from narvard.followup.questionnaires.actions import MOST_CODES
from narvard.followup.questionnaires.models import Round
from narvard.followup.questionnaires.rules import may_join
from narvard.organisation.models import CareUnit, Commission
from narvard.ui.forms import DateInput

ASKED_ABOUT = (CareUnit.Kind.TEAM, CareUnit.Kind.HOME_NURSING, CareUnit.Kind.MUNICIPAL_REHAB, CareUnit.Kind.HOME_HELP)


class UnitsField(forms.ModelMultipleChoiceField):  # type: ignore[type-arg]
    """Units, each with its care provider."""

    def label_from_instance(self, obj: CareUnit) -> str:
        """The unit and whose it is."""
        return f"{obj.name}, {obj.provider}"


class RoundForm(OnceForm):
    """To whom, about which units, for which days."""

    questionnaire = forms.ChoiceField(label=_("Vilka frågar vi?"), choices=Round.To.choices, widget=forms.RadioSelect)
    units = UnitsField(
        label=_("Om vilka enheter?"), queryset=CareUnit.objects.none(), widget=forms.CheckboxSelectMultiple
    )
    opens_on = forms.DateField(label=_("Första dagen"), widget=DateInput)
    closes_on = forms.DateField(
        label=_("Stänger"), help_text=_("Resultatet visas från den dagen, inte tidigare."), widget=DateInput
    )

    def __init__(self, *args: Any, by: Commission, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        whose = Q(provider=by.unit.provider_id)
        if may_join(by):
            whose |= Q(care_area=by.unit.care_area)
            self.fields["units"].help_text = _(
                "Flera enheter, också hos olika vårdgivare, blir en gemensam omgång. Var enhet ser sitt resultat och "
                "helheten."
            )
        units = CareUnit.objects.filter(whose, kind__in=ASKED_ABOUT, closed_on=None).select_related("provider")
        self.fields["units"].queryset = units.order_by("provider__name", "sort_key")  # type: ignore[attr-defined]


class CountForm(OnceForm):
    """How many codes to print."""

    count = forms.IntegerField(label=_("Antal lappar"), min_value=1, max_value=MOST_CODES, initial=20)


class UnusedForm(OnceForm):
    """How many codes were never handed out."""

    count = forms.IntegerField(
        label=_("Lappar som inte delades ut"), help_text=_("Räknas bort från svarsfrekvensen."), min_value=0
    )
