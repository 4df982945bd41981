"""Everything the design system can show, on one page, with made-up content that names no real person."""

from datetime import UTC, datetime, timedelta
from typing import Any

from django import forms
from django.http import QueryDict
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from narvard.ui.charts import Bar, Block, DotRow, Lane, Mark, Origin, bars, day, dots, spark
from narvard.ui.figures import percentage
from narvard.ui.forms import DateTimeInput, IdentifierInput, PhoneInput, ReasonForm, Renderer
from narvard.ui.maps import Area, Map, Point, Route, level
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
            NavItem(_("Överlämningar"), "#overlamningar", count=2),
            NavItem(_("Enheter och telefon"), "#enheter"),
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


def context(sent: QueryDict | None = None) -> dict[str, Any]:
    """What `ui/styleguide.html` needs: the frame, an instant, and one value for each part.

    `sent` is what came back from the sample form, so that its errors can be seen.
    """
    form = SampleForm(sent)
    return {
        "shell": shell(),
        "now": NOW,
        "is_demo": True,
        "form": form,
        "reason_form": ReasonForm(renderer=Renderer(), auto_id="reason_%s"),
        "swatches": SWATCHES,
        **_clocks(),
        **_people(),
        **_pictures(),
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


# Made-up figures: share of the estimated need that is met, per municipality.
COVERAGE = (
    ("2480", "Umeå", 310, 2060),
    ("2460", "Vännäs", 24, 226),
    ("2404", "Vindeln", 21, 164),
    ("2409", "Robertsfors", 19, 208),
    ("2401", "Nordmaling", 30, 222),
    ("2403", "Bjurholm", 6, 88),
)


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


def _pictures() -> dict[str, Any]:
    """One of each picture, from made-up figures."""
    origin = Origin(_("påhittade siffror"), "2026-11-23", estimate=True)
    return {
        "bars": bars(
            _("Inskrivna av uppskattat behov"),
            [Bar(name, enrolled, of=need) for _code, name, enrolled, need in COVERAGE],
            says=_("Var sjunde person i behov är inskriven, färst i Bjurholm."),
            heads=(_("Kommun"), _("Inskrivna"), _("Behov")),
            origin=origin,
        ),
        "dots": dots(
            _("Gemensam modell jämfört med i dag"),
            [
                DotRow(_("Vårddygn per 100 personår"), [Mark(-42, -80, 6), Mark(-61, -104, -19)]),
                DotRow(_("Oplanerade besök per 100 personår"), [Mark(-12, -21, -3), Mark(-9, -19, 2)]),
                DotRow(_("Restid, timmar per vecka"), [Mark(18, 9, 27), None]),
            ],
            [_("Alla kommuner"), _("Endast Umeå")],
            says=_("Färre vårddygn är troligt, men intervallet rymmer också noll."),
            decimals=0,
            origin=origin,
        ),
        "spark": spark([3, 5, 4, 8, None, 7, 9, 12], _("Väntande per dag, från 3 till 12")),
        "day": day(_("Dagen per bil, måndag 23 november"), _lanes(), NOW, now=NOW + timedelta(hours=3, minutes=20)),
        "area_map": _area_map(origin),
        "day_map": _day_map(),
    }


def _lanes() -> list[Lane]:
    """Three crews' days in quarters of an hour from 08:00."""
    start = NOW + timedelta(minutes=30)

    def block(first: int, last: int, kind: str, title: str, label: str = "", **more: Any) -> Block:
        times = start + timedelta(minutes=15 * first), start + timedelta(minutes=15 * last)
        url = "#besok" if kind == "visit" else ""
        return Block(*times, kind, title, label, url, key=label if kind == "visit" else "", **more)

    travel, visit, lunch = _("Resa"), _("Hembesök"), _("Lunch")
    return [
        Lane(
            "a",
            _("Bil 1"),
            [
                block(0, 2, "activity", _("Rond"), _("Rond")),
                block(2, 4, "travel", travel),
                block(4, 7, "visit", visit, "A1", state="done"),
                block(7, 9, "travel", travel),
                block(9, 13, "visit", visit, "A2", joint=True),
                block(15, 18, "lunch", lunch, _("Lunch")),
                block(18, 21, "travel", travel),
                block(21, 25, "visit", visit, "A3", state="late"),
            ],
            _("Sjuksköterska, läkare"),
            "#bil-1",
            (start, start + timedelta(hours=8)),
        ),
        Lane(
            "b",
            _("Bil 2"),
            [
                block(3, 9, "travel", travel),
                block(9, 13, "visit", visit, "B1", joint=True),
                block(14, 17, "lunch", lunch, _("Lunch")),
                block(19, 23, "visit", visit, "B2"),
                block(23, 26, "travel", travel),
                block(26, 31, "visit", visit, "B3"),
            ],
            _("Fysioterapeut"),
            "#bil-2",
            (start, start + timedelta(hours=9)),
        ),
        Lane("c", _("Kvällsbil"), [block(36, 40, "visit", visit, "C1"), block(44, 48, "visit", visit, "C2")]),
    ]


def _area_map(origin: Origin) -> Map:
    title = _("Täckning per kommun")
    areas = [
        Area(code, name, percentage(enrolled / need), level(enrolled / need, 0.16), "#" + code)
        for code, name, enrolled, need in COVERAGE
    ]
    rows = [[area.title, area.text] for area in areas]
    table = Table(title, [_("Kommun"), _("Täckning")], rows, frozenset({1}), [area.url for area in areas])
    return Map("area-map", title, _("Högst i Umeå, lägst i Bjurholm."), table, origin, areas)


def _day_map() -> Map:
    title = _("Dagens besök på kartan")
    base = (63.8256, 20.2630)
    points = [
        Point(*base, _("Bas"), "", "base"),
        Point(63.9080, 20.5600, _("A1 hembesök, klart"), "A1", state="done", url="#besok", key="A1", lane="a"),
        Point(63.9450, 20.1200, _("A2 hembesök"), "A2", url="#besok", key="A2", lane="a"),
        Point(63.7500, 20.1500, _("A3 hembesök, försenat"), "A3", state="late", url="#besok", key="A3", lane="a"),
        Point(63.9455, 20.0500, _("B1 hembesök"), "B1", url="#besok", key="B1", lane="b"),
        Point(64.2010, 19.7200, _("B2 hembesök"), "B2", state="nearly", url="#besok", key="B2", lane="b"),
    ]
    routes = [
        Route(lane, lane, [base, *((p.lat, p.lon) for p in points if p.lane == lane), base]) for lane in ("a", "b")
    ]
    rows = [[point.label or point.title, point.title] for point in points]
    table = Table(title, [_("Stopp"), _("Vad")], rows)
    return Map("day-map", title, _("Två bilar, fem besök."), table, points=points, routes=routes)
