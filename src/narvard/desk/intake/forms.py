"""Forms of the intake pages. Few fields, the unknown allowed, nothing asked twice."""

from collections.abc import Iterable, Sequence
from datetime import date
from typing import Any

from django import forms
from django.utils.text import capfirst
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from narvard.access.pages import Role
from narvard.desk.base import OnceForm
from narvard.intake.channels import channel_for
from narvard.intake.models import Channel, Risk, Urgency
from narvard.intake.short_forms import NO, UNKNOWN, YES, ShortForm, conditions_of, short_form
from narvard.intake.triage import Option
from narvard.organisation.models import CareUnit, Commission
from narvard.organisation.queries import in_service
from narvard.people.facts import REGISTRY, FactKind
from narvard.people.identifiers import Identifier, InvalidIdentifier, read_identifier
from narvard.people.models import Patient
from narvard.people.places import Locality, UnknownPlace, find_locality
from narvard.ui.forms import DateTimeInput, IdentifierInput, PhoneInput

# Whoever answers phones and radios writes down requests of others; all others send their own.
ANSWERS_PHONES = frozenset({Role.COORDINATOR, Role.TEAM})


_YES_NO = [(YES, _("Ja")), (NO, _("Nej"))]
_TRUTH = {YES: True, NO: False}


def fact_field(kind: FactKind) -> forms.Field:
    """A question about one fact; it may be left open."""
    label = capfirst(str(kind.label))
    if kind.type is bool:
        choices = [*_YES_NO, ("", _("Vet inte"))]
        return forms.TypedChoiceField(
            label=label, choices=choices, coerce=_TRUTH.get, empty_value=None, required=False, widget=forms.RadioSelect
        )
    low, high = int(kind.minimum or 0), int(kind.maximum or 0)
    widget = forms.NumberInput({"class": "w-4"})
    return forms.IntegerField(label=label, required=False, widget=widget, min_value=low, max_value=high)


class IdentifierForm(forms.Form):
    """Finding a person by the whole number, before anything else is asked."""

    identifier = forms.CharField(label=_("Personnummer"), widget=IdentifierInput)

    def __init__(self, *args: Any, today: date, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.today = today

    def clean_identifier(self) -> Identifier:
        """The number as read, with a fault told beside the field."""
        try:
            return read_identifier(self.cleaned_data["identifier"], today=self.today)
        except InvalidIdentifier as error:
            raise forms.ValidationError(str(error)) from None


class TriageForm(IdentifierForm):
    """What the ranking of teams is asked with."""

    channel = forms.ChoiceField(choices=Channel.choices)
    urgency = forms.ChoiceField(choices=Urgency.choices)


class RequestForm(OnceForm, IdentifierForm):
    """A new request: who, one line, how soon. The rest can wait."""

    question = forms.CharField(label=_("Vad gäller det?"), max_length=400, help_text=_("En rad räcker."))
    urgency = forms.ChoiceField(
        label=_("Hur bråttom är det?"), choices=Urgency.choices, widget=forms.RadioSelect, initial=Urgency.ACUTE
    )
    sender_unit = forms.ModelChoiceField(
        label=_("Vem ringer?"), queryset=CareUnit.objects.none(), required=False, empty_label=_("patient eller anhörig")
    )
    channel = forms.ChoiceField(
        label=_("Väg in"),
        choices=[("", _("följer av vem som ringer")), *Channel.choices],
        required=False,
        help_text=_("Ändra bara om det kom en annan väg, till exempel en känd patient som kommer tillbaka."),
    )
    caller_name = forms.CharField(label=_("Namn på den som ringer"), max_length=120, required=False)
    caller_phone = forms.CharField(label=_("Nås på telefon"), max_length=30, required=False, widget=PhoneInput)
    background = forms.CharField(label=_("Bakgrund"), required=False, widget=forms.Textarea(attrs={"rows": 3}))
    wished_from = forms.DateTimeField(label=_("Önskad tid, tidigast"), required=False, widget=DateTimeInput)
    wished_until = forms.DateTimeField(label=_("Önskad tid, senast"), required=False, widget=DateTimeInput)
    take = forms.BooleanField(label=_("Vi tar emot den direkt"), required=False)
    reason = forms.CharField(
        label=_("Skäl att ta emot, om avsändarens villkor inte är uppfyllt"),
        max_length=400,
        required=False,
        help_text=_("Den gemensamma ledningen läser skälet."),
    )
    advice = forms.CharField(
        label=_("Råd som gavs"),
        max_length=400,
        required=False,
        help_text=_("Bara när råd räckte: begäran sparas och avslutas med rådet."),
    )
    given_name = forms.CharField(
        label=_("Förnamn"), max_length=80, required=False, help_text=_("Skriv Okänd om namnet inte är känt.")
    )
    family_name = forms.CharField(
        label=_("Efternamn"), max_length=80, required=False, help_text=_("Som det står i folkbokföringen.")
    )
    sex = forms.ChoiceField(label=_("Kön"), choices=Patient.Sex.choices, initial=Patient.Sex.UNKNOWN, required=False)
    place = forms.CharField(
        label=_("Ort"), max_length=60, required=False, help_text=_("Närmaste tätort, till exempel Vännäsby.")
    )
    street = forms.CharField(label=_("Gatuadress"), max_length=120, required=False, help_text=_("Eller gårdens namn."))
    birth_date = forms.DateField(
        label=_("Födelsedatum"), required=False, help_text=_("Behövs bara för reservnummer."), widget=forms.HiddenInput
    )

    def __init__(self, *args: Any, by: Commission, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.by = by
        if by.role in ANSWERS_PHONES:
            units = in_service(self.today).filter(care_area=by.unit.care_area).exclude(pk=by.unit_id)
            self.sender_field.queryset = units.order_by("sort_key")
        else:
            for name in ("sender_unit", "channel", "advice"):
                del self.fields[name]
            self._ask(short_form(channel_for(by), self.today))
        if by.unit.kind != CareUnit.Kind.TEAM:
            del self.fields["take"], self.fields["reason"]
        else:
            self._ask_facts(conditions_of(by.unit_id, self.today))

    def _ask(self, short: ShortForm) -> None:
        """The channel's own questions, and what it may ask for."""
        field = self.fields["urgency"]
        assert isinstance(field, forms.ChoiceField)  # noqa: S101 - declared above
        field.choices = [(value, label) for value, label in Urgency.choices if value in short.urgencies]
        for sign in short.signs:
            label = sign.text.get((get_language() or "sv")[:2], sign.text["sv"])
            choices = [*_YES_NO, (UNKNOWN, _("Vet inte"))]
            self.fields[f"sign_{sign.key}"] = forms.ChoiceField(label=label, choices=choices, widget=forms.RadioSelect)
        self._ask_facts(short.asks)

    def _ask_facts(self, kinds: Iterable[FactKind]) -> None:
        for kind in kinds:
            self.fields[f"fact_{kind.name}"] = fact_field(kind)

    @property
    def asked(self) -> "list[forms.BoundField]":
        """The fields of the channel's own questions, the signs of danger first."""
        return [self[name] for name in self.fields if name.startswith(("sign_", "fact_"))]

    @property
    def signs_asked(self) -> bool:
        """Whether the form decides if somebody is stable."""
        return any(name.startswith("sign_") for name in self.fields)

    @property
    def answers(self) -> dict[str, str]:
        """What was answered about each sign, by its key."""
        return {name[5:]: value for name, value in self.cleaned_data.items() if name.startswith("sign_")}

    @property
    def facts(self) -> dict[str, object]:
        """The facts that were told; what was left open is unknown, not no."""
        told = {name[5:]: value for name, value in self.cleaned_data.items() if name.startswith("fact_")}
        return {name: value for name, value in told.items() if value is not None}

    @property
    def sender_field(self) -> "forms.ModelChoiceField[CareUnit]":
        """The field for the unit that calls."""
        field = self.fields["sender_unit"]
        assert isinstance(field, forms.ModelChoiceField)  # noqa: S101 - declared above
        return field

    def clean_place(self) -> Locality | None:
        """The locality that was named."""
        text = self.cleaned_data["place"].strip()
        if not text:
            return None
        home = self.by.unit.latitude, self.by.unit.longitude
        try:
            near = (home[0], home[1]) if home[0] is not None and home[1] is not None else None
            return find_locality(text, nearest_to=near)
        except UnknownPlace as error:
            raise forms.ValidationError(str(error)) from None

    @property
    def names_person(self) -> bool:
        """Whether a name was given for a person who is not registered."""
        return bool(self.cleaned_data["given_name"].strip() or self.cleaned_data["family_name"].strip())


class PlainForm(OnceForm):
    """An act that needs no words."""


class ReasonForm(OnceForm):
    """An act that needs a reason, which somebody waits to read."""

    reason = forms.CharField(
        label=_("Skäl"),
        max_length=400,
        help_text=_("Den som väntar på besked läser detta."),
        widget=forms.Textarea(attrs={"rows": 2}),
    )


class TakeForm(OnceForm):
    """The team takes it; a reason when the sender's condition does not hold, or nobody knows."""

    reason = forms.CharField(
        label=_("Skäl att ta emot, om avsändarens villkor inte är uppfyllt"),
        max_length=400,
        required=False,
        help_text=_("Den gemensamma ledningen läser skälet."),
    )


class NextStepForm(ReasonForm):
    """A no, with a reason and what happens instead."""

    next_step = forms.CharField(
        label=_("Nästa steg"), max_length=200, help_text=_("Vem gör vad nu? Till exempel: PrimÄR kan i kväll.")
    )


class MissentForm(ReasonForm):
    """Not for us; where it may belong."""

    next_step = forms.CharField(label=_("Förslag på vart den hör"), max_length=200, required=False)


class AdviceForm(OnceForm):
    """What was said, when advice was enough."""

    reason = forms.CharField(label=_("Råd som gavs"), max_length=400, widget=forms.Textarea(attrs={"rows": 2}))


class RiskForm(OnceForm):
    """How one who waits is now, and a line when there is more to say."""

    risk = forms.TypedChoiceField(
        label=_("Hur är läget?"), choices=Risk.choices, coerce=int, widget=forms.RadioSelect, initial=Risk.LOW
    )
    reason = forms.CharField(
        label=_("Vad framkom?"), max_length=400, required=False, help_text=_("En rad, om det är något nytt.")
    )


class TeamForm(OnceForm):
    """A choice among the suggested teams."""

    team = forms.ChoiceField(label=_("Team"))

    def __init__(self, *args: Any, options: Sequence[Option], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.names = {str(option.team): option.name for option in options}
        field = self.fields["team"]
        assert isinstance(field, forms.ChoiceField)  # noqa: S101 - declared above
        field.choices = list(self.names.items())

    @property
    def team_name(self) -> str:
        """The chosen team's name."""
        return self.names[self.cleaned_data["team"]]


class AssignForm(TeamForm):
    """Ask a team; a team whose criteria are not met needs a reason."""

    reason = forms.CharField(
        label=_("Skäl"),
        max_length=400,
        required=False,
        help_text=_("Behövs när teamets krav inte är uppfyllda. Den gemensamma ledningen läser skälet."),
    )


class ForwardForm(TeamForm):
    """Send on to another team, with a reason."""

    reason = forms.CharField(label=_("Skäl"), max_length=400)


class FactForm(OnceForm):
    """The answer to one unknown fact: yes or no, or a number."""

    name = forms.ChoiceField(choices=[(name, name) for name in REGISTRY], widget=forms.HiddenInput)
    value = forms.CharField(max_length=12)

    def clean(self) -> dict[str, Any]:
        """The value as the fact's own type."""
        data = super().clean() or {}
        if self.errors:
            return data
        kind, text = REGISTRY[data["name"]], data["value"].strip()
        value = {"yes": True, "no": False}.get(text) if kind.type is bool else int(text) if text.isdigit() else None
        if value is None or not kind.accepts(value):
            raise forms.ValidationError(
                _("%(name)s: svara ja eller nej, eller med en siffra som kan stämma."), params={"name": kind.label}
            )
        return {**data, "value": value}
