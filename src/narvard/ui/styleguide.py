"""Everything the design system can show, on one page, with made-up content that names no real person."""

from datetime import UTC, datetime, timedelta
from typing import Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from narvard.ui.forms import DateTimeInput, IdentifierInput, PhoneInput, ReasonForm, Renderer
from narvard.ui.parts import Entry, Holder, Phone, Progress, Tab, Table
from narvard.ui.shell import CommissionChoice, NavItem, Shell

NOW = datetime(2026, 11, 23, 6, 30, tzinfo=UTC)


class SampleForm(forms.Form):
    """One of each kind of field, as a request taken on the phone would use them."""

    default_renderer = Renderer

    identifier = forms.CharField(
        label=gettext_lazy("Personnummer"),
        help_text=gettext_lazy("Tolv siffror. Lämna tomt om du inte vet."),
        required=False,
        widget=IdentifierInput,
    )
    question = forms.CharField(
        label=gettext_lazy("Vad behövs?"),
        help_text=gettext_lazy("En rad räcker för att börja."),
        widget=forms.Textarea(attrs={"rows": 3}),
    )
    urgency = forms.ChoiceField(
        label=gettext_lazy("Hur bråttom är det?"),
        widget=forms.RadioSelect,
        choices=[
            ("now", gettext_lazy("Nu, inom två timmar")),
            ("today", gettext_lazy("I dag")),
            ("days", gettext_lazy("Inom några dagar")),
        ],
    )
    wished = forms.DateTimeField(label=gettext_lazy("Önskad tid"), required=False, widget=DateTimeInput)
    phone = forms.CharField(label=gettext_lazy("Ring tillbaka till"), widget=PhoneInput)
    kit = forms.MultipleChoiceField(
        label=gettext_lazy("Finns hemma"),
        required=False,
        widget=forms.CheckboxSelectMultiple,
        choices=[("box", gettext_lazy("Behovslåda")), ("oxygen", gettext_lazy("Syrgas"))],
    )
    told = forms.BooleanField(label=gettext_lazy("Patienten vet om och vill det här"), required=False)


def shell() -> Shell:
    """A frame as a coordinator sees it."""
    return Shell(
        user_name=_("Anna Exempel"),
        nav=[
            NavItem(_("Inkorg"), "#inkorg", current=True, count=3),
            NavItem(_("Väntrum"), "#vantrum", count=12),
            NavItem(_("Dagen"), "#dagen"),
            NavItem(_("Området"), "#omradet"),
        ],
        commissions=[
            CommissionChoice("1", _("Koordinator"), _("Gemensam ingång Umeå"), current=True),
            CommissionChoice("2", _("Sjuksköterska"), _("Mobilt team Umeå")),
        ],
        switch_url="#byt",
        find_url="#hitta",
        sign_out_url="#logga-ut",
        account_url="#konto",
        demo_url="#demo",
    )


def context() -> dict[str, Any]:
    """What `ui/styleguide.html` needs: the frame, an instant, and one value for each part."""
    form = SampleForm()
    return {
        "shell": shell(),
        "now": NOW,
        "is_demo": True,
        "form": form,
        "reason_form": ReasonForm(renderer=Renderer(), auto_id="reason_%s"),
        "swatches": SWATCHES,
        **_clocks(),
        **_people(),
        "tabs": [
            Tab(_("Öppna"), "#oppna", current=True, count=3),
            Tab(_("Väntar på svar"), "#svar", count=2),
            Tab(_("Avslutade"), "#avslutade"),
        ],
        "runs": [
            Progress(_("Planerar dagen"), running=True, share=0.42, text=_("Flyttar besök mellan bilar")),
            Progress(_("Dagen är planerad"), running=False, text=_("118 av 121 besök. Tre kunde inte planeras.")),
            Progress(_("Dagen kunde inte planeras"), running=False, failed=True, text=_("Ingen bil i dag.")),
        ],
        "table": Table(
            _("Behov och inskrivna per kommun"),
            [_("Kommun"), _("Behov, uppskattning"), _("Inskrivna"), _("Täckning")],
            [["Umeå", "2 060", "310", "15 %"], ["Vindeln", "164", "21", "13 %"], ["Bjurholm", "88", "6", "7 %"]],
            numeric=frozenset({1, 2, 3}),
        ),
    }


SWATCHES = ("ground", "surface", "sunken", "ink", "accent", "late", "nearly", "waiting", "done")


def _clocks() -> dict[str, Any]:
    """Moments around the page's instant."""
    return {
        "moments": [
            NOW + timedelta(minutes=40),
            NOW + timedelta(hours=6, minutes=40),
            NOW + timedelta(days=1),
            NOW + timedelta(days=3),
            NOW - timedelta(minutes=12),
            NOW - timedelta(days=1),
        ],
        "deadlines": [NOW + timedelta(hours=5), NOW + timedelta(minutes=25), NOW - timedelta(minutes=25)],
    }


def _people() -> dict[str, Any]:
    """Who is responsible, whom to call, and what has happened, for a patient who does not exist."""
    nurse = _("Hemsjukvården Umeå, område Väst")
    team = _("Mobilt närsjukvårdsteam Umeå")
    return {
        "holders": [
            Holder(_("Medicinskt"), team, NOW - timedelta(days=6), url="#team"),
            Holder(
                _("Omvårdnad"),
                team,
                NOW - timedelta(days=6),
                _("Erbjuden hemsjukvården. Ansvaret ligger kvar tills någon tar emot."),
            ),
            Holder(_("Rehabilitering"), None),
            Holder(_("Dialys"), _("Njurmedicin, NUS"), NOW - timedelta(days=300), scoped=True),
        ],
        "phones": [
            Phone(_("Ring nu"), "090-785 00 00", team, _("till 21:00"), primary=True),
            Phone(_("Ring i natt"), "090-785 00 01", nurse, _("21:00–07:00")),
        ],
        "entries": [
            Entry(NOW - timedelta(minutes=30), _("Överlämning erbjuden"), who=team, state="waiting"),
            Entry(NOW - timedelta(hours=15), _("Hembesök"), _("Läkemedel genomgångna."), team, "done", "#besok"),
            Entry(NOW - timedelta(days=6), _("Inskriven"), who=team),
        ],
    }
