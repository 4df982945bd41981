"""What the pages of figures show, as plain values."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.urls import reverse
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

from narvard.desk.followup.filters import Asked
from narvard.followup.definitions import Definition, Kind, Perspective, definitions, said
from narvard.followup.indicators import queries, words
from narvard.followup.indicators.models import KeptFigure, Snapshot
from narvard.ui.charts import Chart, Origin, Point, Unit, control, funnel, spark
from narvard.ui.parts import Table

Trend = list[tuple[date, KeptFigure | None]]


@dataclass(frozen=True)
class Card:
    """One indicator on the overview: what it says, how sure, from what, how it has moved."""

    definition: Definition
    value: str
    interval: str
    among: str
    moved: str
    picture: SafeString | str
    url: str
    known: bool


@dataclass(frozen=True)
class Group:
    """The cards of one perspective."""

    key: str
    title: str
    cards: list[Card]


def perspective_names() -> dict[Perspective, str]:
    """The perspectives as the page names them."""
    return {
        Perspective.PATIENT: _("Patienten"),
        Perspective.STAFF: _("Medarbetarna"),
        Perspective.EFFECT: _("Effekten"),
        Perspective.COLLABORATION: _("Samverkan"),
        Perspective.LEADERSHIP: _("Ledningen"),
    }


def groups(asked: Asked) -> list[Group]:
    """Every indicator as a card, by perspective; those without any are left out."""
    if asked.snapshot is None:
        return []
    rows = queries.figures_of(asked.snapshot, asked.choice)
    trends = queries.trends(asked.care_area, asked.snapshot.named, asked.choice)
    cards = {row.id: _card(asked, row, rows.get(row.id), trends.get(row.id, [])) for row in definitions()}
    found = [
        Group(key.value, name, [cards[row.id] for row in definitions() if row.perspective is key])
        for key, name in perspective_names().items()
    ]
    return [group for group in found if group.cards]


def _card(asked: Asked, definition: Definition, row: KeptFigure | None, trend: Trend) -> Card:
    return Card(
        definition=definition,
        value=words.told(definition, row).capitalize(),
        interval=words.interval_words(definition, row),
        among=words.among(definition, row),
        moved=words.moved(definition, trend) if _is_month(asked) else "",
        picture=_picture(definition, trend),
        url=reverse("followup:indicator", args=[definition.id]) + asked.query,
        known=row is not None and row.value is not None,
    )


def _is_month(asked: Asked) -> bool:
    return asked.snapshot is not None and asked.snapshot.span == Snapshot.Span.MONTH


def _picture(definition: Definition, trend: Trend) -> SafeString | str:
    values = [row.value if row else None for _month, row in trend]
    known = [(month, row.value) for month, row in trend if row and row.value is not None]
    if len(known) < 2:
        return ""
    steps = ", ".join(f"{date_format(month, 'M')} {words.value_words(definition, value)}" for month, value in known)
    return spark(values, f"{definition.label}: {steps}")


@dataclass(frozen=True)
class Whole:
    """One indicator whole."""

    definition: Definition
    card: Card
    facts: list[tuple[str, str]]
    funnel: Chart | None
    programmes: Chart | None
    control: Chart | None
    tables: list[Table]


def whole(asked: Asked, definition: Definition) -> Whole:
    """The indicator by municipality, programme and week, and what it means."""
    rows, by_place, by_programme, trend = {}, {}, {}, []
    if asked.snapshot is not None:
        rows = queries.figures_of(asked.snapshot, asked.choice)
        by_place = queries.by_municipality(asked.snapshot, asked.choice).get(definition.id, {})
        by_programme = queries.by_programme(asked.snapshot, asked.choice).get(definition.id, {})
        trend = queries.trends(asked.care_area, asked.snapshot.named, asked.choice).get(definition.id, [])
    places = [(name, by_place.get(code)) for code, name in asked.municipalities.items()]
    programmes = [(name, by_programme[key]) for key, name in asked.programmes.items() if key in by_programme]
    return Whole(
        definition=definition,
        card=_card(asked, definition, rows.get(definition.id), trend),
        facts=facts_of(definition),
        funnel=_funnel(asked, definition, _("Kommunerna bredvid varandra"), places),
        programmes=_funnel(asked, definition, _("Programmen bredvid varandra"), programmes),
        control=_control(asked, definition),
        tables=_tables(definition, places, programmes, trend),
    )


def facts_of(definition: Definition) -> list[tuple[str, str]]:
    """The definition as a list of terms."""
    return [
        (_("Räknas så"), definition.formula),
        (_("Täljare"), said(definition.numerator)),
        (_("Nämnare"), said(definition.denominator)),
        (_("Osäkerhet"), said(definition.interval)),
        (_("Tänk på"), said(definition.mind)),
        (_("Visas inte"), _("Ett till fyra i täljaren eller bland de övriga, och färre än fem i allt.")),
        (_("Källa"), definition.source),
    ]


def _origin(asked: Asked, definition: Definition) -> Origin:
    if asked.snapshot is None:
        return Origin()
    at = date_format(timezone.localtime(asked.snapshot.reckoned_at), "j F Y H:i")
    return Origin(_("registreringen i Närvård"), at, estimate=definition.kind is Kind.COVERAGE)


def _funnel(
    asked: Asked, definition: Definition, title: str, rows: Sequence[tuple[str, KeptFigure | None]]
) -> Chart | None:
    """Units by size, the largest first; None where chance has not been reckoned."""
    known = sorted(
        ((name, row) for name, row in rows if row is not None and row.funnel), key=lambda pair: -(pair[1].of or 0)
    )
    if len(known) < 2:
        return None
    units = [_unit(definition, name, row, row.funnel or {}) for name, row in known]
    outside = [unit.label for unit in units if unit.outside]
    if outside:
        says = _("Utanför det som slumpen ger: %(names)s.") % {"names": ", ".join(outside)}
    else:
        says = _("Alla ligger inom det som slumpen ger.")
    target = (known[0][1].funnel or {})["target"]
    return funnel(
        title, units, target, says=says, words=lambda value: words.value_words(definition, value),
        origin=_origin(asked, definition),
    )  # fmt: skip


def _unit(definition: Definition, name: str, row: KeptFigure, limits: dict[str, Any]) -> Unit:
    names = ("low95", "high95", "low998", "high998")
    ends = {key: limits[key] for key in names}
    note = words.among(definition, row)
    return Unit(name, limits["value"], **ends, outside=int(limits["outside"]), note=note)


def _control(asked: Asked, definition: Definition) -> Chart | None:
    kept = queries.chart_of(asked.care_area, definition.id, asked.choice)
    if kept is None:
        return None
    points = [_point(row) for row in kept.points]
    said_runs = {"run": kept.longest_run, "most": kept.longest_run_limit}
    if not kept.signal:
        says = _("Veckorna varierar som slumpen gör. Inget talar för en förändring.")
    elif any(point.outside for point in points):
        says = _("Minst en vecka ligger utanför gränserna: leta efter en orsak just då.")
    else:
        says = _("Nivån har ändrats: %(run)s veckor i följd på samma sida (slumpen ger högst %(most)s).") % said_runs
    title = _("Vecka för vecka")
    return control(
        title, points, says=says, words=lambda value: words.value_words(definition, value),
        origin=_origin(asked, definition),
    )  # fmt: skip


def _point(row: dict[str, Any]) -> Point:
    week = date.fromisoformat(row["start"])
    label = _("v. %(n)s") % {"n": week.isocalendar().week}
    return Point(label, row["value"], row["centre"], row["low"], row["high"], row["outside"])


def _tables(
    definition: Definition,
    places: Sequence[tuple[str, KeptFigure | None]],
    programmes: Sequence[tuple[str, KeptFigure | None]],
    trend: Trend,
) -> list[Table]:
    months = [(date_format(month, "F Y"), row) for month, row in reversed(trend) if row and (row.of or row.hidden)]
    parts = (
        (_("Efter kommun"), _("Kommun"), places),
        (_("Efter program"), _("Program"), programmes),
        (_("Månad för månad"), _("Månad"), months),
    )
    return [_table(definition, *part) for part in parts if part[2]]


def _table(definition: Definition, caption: str, first: str, rows: Sequence[tuple[str, KeptFigure | None]]) -> Table:
    lines = [
        [name, words.told(definition, row), words.interval_words(definition, row), words.among(definition, row)]
        for name, row in rows
    ]
    head = [first, definition.label, _("Osäkerhet"), _("Underlag")]
    return Table(caption, head, lines, frozenset({1}))
