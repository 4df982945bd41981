"""What a reader of figures has chosen: period, programme, municipality and segment, from the address."""

from collections.abc import Sequence
from dataclasses import dataclass
from urllib.parse import urlencode

from django import forms
from django.utils.translation import gettext_lazy as _

from narvard.access.pages import CareHttpRequest
from narvard.followup.indicators.models import Snapshot
from narvard.followup.indicators.queries import ALL, Choice, programmes_in, snapshots
from narvard.followup.indicators.words import period_words
from narvard.organisation.models import Municipality, Programme
from narvard.people.models import Segment

EVERY, NOT_ASSESSED = "alla", "-"


class FilterForm(forms.Form):
    """The four choices; what the address does not say is the newest month and all."""

    period = forms.ChoiceField(label=_("Period"))
    program = forms.ChoiceField(label=_("Program"))
    kommun = forms.ChoiceField(label=_("Kommun"))
    grupp = forms.ChoiceField(label=_("Behovsgrupp"))

    def choose_from(self, kept: Sequence[Snapshot], programmes: dict[str, str], municipalities: dict[str, str]) -> None:
        """What there is to choose from."""
        segments = [(value or NOT_ASSESSED, label) for value, label in Segment.choices]
        for name, choices in (
            ("period", [(_key(row), period_words(row).capitalize()) for row in kept]),
            ("program", [(EVERY, _("Alla program")), *programmes.items()]),
            ("kommun", [(EVERY, _("Hela området")), *municipalities.items()]),
            ("grupp", [(EVERY, _("Alla grupper")), *segments]),
        ):
            field = self.fields[name]
            if isinstance(field, forms.ChoiceField):
                field.choices = choices


def _key(row: Snapshot) -> str:
    return f"{row.span}-{row.named:%Y-%m}"


@dataclass(frozen=True)
class Asked:
    """What is shown: a snapshot of the reader's care area, and the choice among its figures."""

    care_area: str
    snapshot: Snapshot | None
    choice: Choice
    form: FilterForm
    programmes: dict[str, str]
    municipalities: dict[str, str]

    @property
    def query(self) -> str:
        """The address part that says the same."""
        if self.snapshot is None:
            return ""
        group = {ALL: "", "": NOT_ASSESSED}.get(self.choice.segment, self.choice.segment)
        values = {"period": _key(self.snapshot), "program": self.choice.programme}
        values |= {"kommun": self.choice.municipality, "grupp": group}
        return "?" + urlencode({name: value for name, value in values.items() if value})

    @property
    def described(self) -> str:
        """Whom the figures are about, in words; empty when they are about everybody."""
        group = "" if self.choice.segment == ALL else str(Segment(self.choice.segment).label)
        names = (
            self.programmes.get(self.choice.programme, ""),
            self.municipalities.get(self.choice.municipality, ""),
            group,
        )
        return ", ".join(filter(None, names))


def asked(request: CareHttpRequest) -> Asked:
    """The choice that the address makes; what it does not make, or makes wrongly, is the newest month and all."""
    area = request.commission.unit.care_area
    kept = snapshots(area)
    keys = programmes_in(area)
    programmes = dict(Programme.objects.filter(key__in=keys).values_list("key", "name"))
    municipalities = dict(Municipality.objects.filter(care_area=area).values_list("code", "name"))
    newest = next((row for row in kept if row.span == Snapshot.Span.MONTH), None)
    every = {"period": _key(newest) if newest else "", "program": EVERY, "kommun": EVERY, "grupp": EVERY}
    form = FilterForm(every | request.GET.dict())
    form.choose_from(kept, programmes, municipalities)
    chosen = form.cleaned_data if newest and form.is_valid() else every
    snapshot = next((row for row in kept if _key(row) == chosen["period"]), newest)
    programme, place = ("" if chosen[name] == EVERY else chosen[name] for name in ("program", "kommun"))
    segment = {EVERY: ALL, NOT_ASSESSED: ""}.get(chosen["grupp"], chosen["grupp"])
    return Asked(area, snapshot, Choice(programme, place, segment), form, programmes, municipalities)
