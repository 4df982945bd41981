"""What the area overview shows, as plain values."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.urls import reverse
from django.utils import timezone
from django.utils.formats import number_format
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from narvard.capacity import overview as area
from narvard.care.models import Handover
from narvard.intake.models import CareRequest
from narvard.ui.charts.chart import Origin
from narvard.ui.figures import percentage
from narvard.ui.maps import Area, Map, level
from narvard.ui.parts import Table

SCENARIO = "seed001"


@dataclass(frozen=True)
class Figure:
    """One of the five figures, with a link to its definition."""

    label: str
    value: str
    note: str
    definition_url: str
    estimate: bool = False


@dataclass(frozen=True)
class Overview:
    """The whole page."""

    title: str
    map: Map
    figures: Sequence[Figure]
    unmet: Sequence[CareRequest]
    late: Sequence[CareRequest]
    handovers: Sequence[Handover]


def overview(care_area: str, *, at: datetime) -> Overview:
    """The overview of a care area at ``at``."""
    places = area.places(care_area, scenario=SCENARIO, at=at)
    late = sum(place.late for place in places)
    return Overview(
        title=_title(sum(place.waiting for place in places), late),
        map=_map(places, at),
        figures=_figures(care_area, places, at),
        unmet=area.unmet_requests(care_area),
        late=area.late_requests(care_area, at),
        handovers=area.waiting_handovers(care_area),
    )


def _title(waiting: int, late: int) -> str:
    if not waiting:
        return _("Ingen väntar just nu")
    said = ngettext("%(n)s vårdbegäran väntar", "%(n)s vårdbegäran väntar", waiting) % {"n": waiting}
    return said + ", " + (_counted_late(late) if late else _("ingen är sen"))


def _counted_late(late: int) -> str:
    return ngettext("%(n)s är sen", "%(n)s är sena", late) % {"n": late}


def _figures(care_area: str, places: Sequence[area.Place], at: datetime) -> list[Figure]:
    need, enrolled = sum(p.in_need for p in places), sum(p.enrolled for p in places)
    waiting, late = sum(p.waiting for p in places), sum(p.late for p in places)
    handovers, handovers_late = area.handover_counts(care_area, at)
    today = area.day(care_area, timezone.localdate(at))
    return [
        _figure("need", _("Behöver mobil vård"), _number(need), _("personer 65 år och äldre"), estimate=True),
        _figure(
            "coverage", _("Täckningsgrad"), percentage(enrolled / need if need else None),
            _("%(n)s inskrivna nu") % {"n": _number(enrolled)}, estimate=True,
        ),
        _figure("waiting", _("Väntar"), _number(waiting), _late_note(late)),
        _figure("handovers", _("Överlämningar utan svar"), _number(handovers), _late_note(handovers_late)),
        _figure(
            "planned", _("Dagens besök med tid"), percentage(today.planned_share),
            _("%(n)s av %(all)s besök saknar tid") % {"n": _number(today.unplanned), "all": _number(today.visits)},
        ),
    ]  # fmt: skip


def _figure(key: str, label: str, value: str, note: str, *, estimate: bool = False) -> Figure:
    return Figure(label, value, note, f"{reverse('management:definitions')}#{key}", estimate)


def _late_note(late: int) -> str:
    return _counted_late(late) if late else _("ingen är sen")


def _number(value: float) -> str:
    return number_format(round(value), force_grouping=True)


def _map(places: Sequence[area.Place], at: datetime) -> Map:
    top = max((place.coverage or 0 for place in places), default=0.0)
    return Map(
        key="area-map",
        title=_("Täckningsgrad i kommunerna"),
        says=_says(places),
        table=_table(places),
        origin=Origin(source=area.scenario_source(SCENARIO), as_of=timezone.localdate(at).isoformat(), estimate=True),
        areas=[
            Area(
                code=place.municipality.code,
                title=_("%(name)s: %(enrolled)s inskrivna av uppskattat %(need)s, %(waiting)s väntar")
                % {
                    "name": place.municipality.name,
                    "enrolled": _number(place.enrolled),
                    "need": _number(place.in_need),
                    "waiting": _number(place.waiting),
                },
                text=percentage(place.coverage),
                level=level(place.coverage, top),
            )
            for place in places
        ],
    )


def _says(places: Sequence[area.Place]) -> str:
    """The sentence that the map says: where coverage is lowest and highest."""
    known = sorted((p for p in places if p.coverage is not None), key=lambda p: p.coverage or 0)
    if len(known) < 2:
        return ""
    return _("Lägst täckning har %(low)s (%(low_share)s), högst %(high)s (%(high_share)s).") % {
        "low": known[0].municipality.name,
        "low_share": percentage(known[0].coverage),
        "high": known[-1].municipality.name,
        "high_share": percentage(known[-1].coverage),
    }


def _table(places: Sequence[area.Place]) -> Table:
    head = [_("Kommun"), _("65 år och äldre"), _("Behöver mobil vård"), _("Inskrivna"), _("Täckning"), _("Väntar")]
    rows = [
        [
            place.municipality.name,
            _number(place.aged_65plus),
            _number(place.in_need),
            _number(place.enrolled),
            percentage(place.coverage),
            _number(place.waiting),
        ]
        for place in places
    ]
    # The sum is made from the unrounded cells, so it can differ by one from the sum of the rows shown.
    total = [
        _("Hela området"),
        _number(sum(p.aged_65plus for p in places)),
        _number(sum(p.in_need for p in places)),
        _number(sum(p.enrolled for p in places)),
        percentage(_share(places)),
        _number(sum(p.waiting for p in places)),
    ]
    return Table(_("Behov och täckning efter kommun"), head, [*rows, total], frozenset(range(1, 6)))


def _share(places: Sequence[area.Place]) -> float | None:
    need = sum(p.in_need for p in places)
    return sum(p.enrolled for p in places) / need if need else None


def definitions() -> list[dict[str, Any]]:
    """The figures' definitions."""
    return [
        {
            "key": "need",
            "label": _("Behöver mobil vård"),
            "formula": _(
                "Summan över kommun, åldersgrupp och behovsgrupp av befolkning × andel som behöver ett mobilt team."
            ),
            "source": _(
                "Befolkning: SCB 2021. Andelar: rapporterna från Umeå (mest sjuka, och hälften av de multisviktande)."
            ),
            "limits": _(
                "En uppskattning. Rapporterna räknar med olika befolkning (28 338 eller omkring 31 227 personer "
                "65 år och äldre), och båda bygger på schablonandelar."
            ),
        },
        {
            "key": "coverage",
            "label": _("Täckningsgrad"),
            "formula": _("Personer med pågående inskrivning, delat med uppskattat antal som behöver mobil vård."),
            "source": _("Inskrivningar: systemet. Behov: som ovan."),
            "limits": _("Täljaren är räknad, nämnaren uppskattad. Även inskrivna under 65 år räknas."),
        },
        {
            "key": "waiting",
            "label": _("Väntar"),
            "formula": _("Vårdbegäran som inte är avslutade. Sena är de vars klocka har gått ut."),
            "source": _("Intaget, i detta ögonblick."),
            "limits": _("Klockan går i vardagar för akuta och planerade vårdbegäran."),
        },
        {
            "key": "handovers",
            "label": _("Överlämningar utan svar"),
            "formula": _("Överlämningar som är föreslagna eller lästa men varken mottagna eller avböjda."),
            "source": _("Överlämningarna, i detta ögonblick."),
            "limits": _("Ansvaret ligger kvar hos den som lämnar tills någon tar emot."),
        },
        {
            "key": "planned",
            "label": _("Dagens besök med tid"),
            "formula": _("Dagens besök som har en tid, delat med alla dagens besök som inte är inställda."),
            "source": _("Dagsplanen."),
            "limits": _("Ett besök utan tid har alltid ett skäl, som planeraren ser."),
        },
    ]  # fmt: skip
