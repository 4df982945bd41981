"""Forms of the needs kit's pages."""

from collections.abc import Iterable, Iterator
from datetime import datetime
from typing import Any

from django import forms
from django.forms import BoundField
from django.utils import timezone
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from narvard.care.kits.actions import Fill, Prescription
from narvard.care.kits.contents import Content, Template
from narvard.care.kits.stock import Stock
from narvard.care.plans.definitions import say
from narvard.desk.base import OnceForm
from narvard.desk.plans.forms import UnitsForm
from narvard.ui.forms import DateInput, DateTimeInput


class PlaceForm(UnitsForm):
    """A kit prescribed for the person: a dose for each medicine that is to be in it."""

    place = forms.CharField(label=_("Var i hemmet ligger lådan?"), max_length=200)

    def __init__(self, *args: Any, template: Template, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.template = template
        for row in template.items:
            self.fields[f"{row.key}-dose"] = forms.CharField(
                label=f"{row.drug} {row.strength}, {say(row.purpose)}",
                help_text=gettext("Dos, väg och hur ofta. Lämna tomt om läkemedlet inte ska vara med."),
                required=False,
                max_length=200,
            )
            self.fields[f"{row.key}-most"] = forms.IntegerField(
                label=gettext("%(drug)s: högst doser per dygn") % {"drug": row.drug},
                required=False,
                min_value=1,
                max_value=48,
            )
            self.fields[f"{row.key}-relatives"] = forms.BooleanField(
                label=gettext("%(drug)s: närstående som är lärd får ge en uppdragen dos") % {"drug": row.drug},
                required=False,
            )

    @property
    def doses(self) -> dict[str, Prescription]:
        """What was prescribed, by the medicines' keys."""
        return {row.key: self._said(row) for row in self.template.items if self.cleaned_data[f"{row.key}-dose"].strip()}

    def _said(self, row: Content) -> Prescription:
        words = self.cleaned_data
        return Prescription(words[f"{row.key}-dose"], words[f"{row.key}-most"], words[f"{row.key}-relatives"])


class PrescribeForm(OnceForm):
    """Another dose of a medicine in the kit."""

    dose = forms.CharField(label=_("Dos, väg och hur ofta"), max_length=200)
    most = forms.IntegerField(label=_("Högst doser per dygn"), required=False, min_value=1, max_value=48)
    relatives = forms.BooleanField(label=_("Närstående som är lärd får ge en uppdragen dos"), required=False)

    @property
    def said(self) -> Prescription:
        """What was prescribed."""
        return Prescription(self.cleaned_data["dose"], self.cleaned_data["most"], self.cleaned_data["relatives"])


class FillForm(OnceForm):
    """What is put in: how many of each, with batch and day."""

    def __init__(self, *args: Any, stock: Iterable[Stock], usual: dict[str, int], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.stock = list(stock)
        for row in self.stock:
            key = str(row.item.pk)
            lacks = max(usual.get(row.item.key, row.least) - row.left, 0)
            said: dict[str, Any] = {"label": gettext("Antal"), "required": False, "min_value": 0, "max_value": 200}
            self.fields[f"{key}-amount"] = forms.IntegerField(initial=lacks or None, **said)
            self.fields[f"{key}-batch"] = forms.CharField(label=gettext("Batch"), max_length=40, required=False)
            self.fields[f"{key}-day"] = forms.DateField(label=gettext("Går ut"), widget=DateInput(), required=False)

    def clean(self) -> dict[str, Any]:
        """What is put in has a day when it expires."""
        cleaned = super().clean() or {}
        for row in self.stock:
            key = str(row.item.pk)
            if cleaned.get(f"{key}-amount") and not cleaned.get(f"{key}-day"):
                self.add_error(f"{key}-day", gettext("Skriv när %(drug)s går ut.") % {"drug": row.item.drug})
        return cleaned

    def groups(self) -> Iterator[tuple[Stock, list[BoundField]]]:
        """The medicines with their fields."""
        for row in self.stock:
            yield row, [self[f"{row.item.pk}-{part}"] for part in ("amount", "batch", "day")]

    @property
    def fills(self) -> list[Fill]:
        """What was put in."""
        words = self.cleaned_data
        return [
            Fill(row.item, words[f"{row.item.pk}-amount"], words[f"{row.item.pk}-batch"], words[f"{row.item.pk}-day"])
            for row in self.stock
            if words.get(f"{row.item.pk}-amount")
        ]


class GiveForm(OnceForm):
    """A dose that was given."""

    dose = forms.CharField(label=_("Vilken dos gavs?"), max_length=120)
    happened_at = forms.DateTimeField(label=_("När gavs den?"), widget=DateTimeInput)
    amount = forms.IntegerField(label=_("Hur många ampuller gick åt?"), min_value=1, max_value=20, initial=1)
    relative = forms.CharField(
        label=_("Närstående som gav den"), help_text=_("Tomt om du gav den själv."), required=False, max_length=120
    )
    note = forms.CharField(label=_("Varför"), required=False, max_length=400)

    def __init__(self, *args: Any, now: datetime, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if not self.is_bound:
            self.initial.setdefault("happened_at", timezone.localtime(now).replace(second=0, microsecond=0))


class DiscardForm(OnceForm):
    """Medicines taken out that are not to be used."""

    amount = forms.IntegerField(label=_("Hur många?"), min_value=1, max_value=200)
    reason = forms.CharField(label=_("Varför kasseras de?"), max_length=400)


class TeachForm(OnceForm):
    """A relative who has been taught."""

    person = forms.CharField(label=_("Vem har lärt sig?"), max_length=120)
    note = forms.CharField(label=_("Vad ni gick igenom"), required=False, max_length=400)
