"""A scenario's result as words, tables, charts and maps."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.utils import timezone
from django.utils.translation import gettext as _

from narvard.capacity.scenarios import assumption_words, packaged, sheets, words, worth
from narvard.capacity.scenarios.conclusion import conclusion
from narvard.capacity.scenarios.definition import NAME, Definition, read
from narvard.capacity.scenarios.described import Change, changes
from narvard.capacity.scenarios.intervals import Triple, interval
from narvard.capacity.scenarios.models import Scenario
from narvard.capacity.scenarios.sanity import warnings
from narvard.ui.charts import Chart, DotRow, Mark, Origin, dots, hours
from narvard.ui.figures import figure, percentage
from narvard.ui.maps import Area, Map, drawn, level
from narvard.ui.parts import Table

MOST_INFLUENCES = 10


@dataclass(frozen=True)
class Shown:
    """The whole result."""

    against: str
    conclusion: Sequence[str]
    warnings: Sequence[str]
    charts: Sequence[Chart]
    hours: Chart
    maps: Sequence[Map]
    tables: Sequence[Table]
    places: Table
    payers: Table
    teams: Table
    costs: Table | None
    unpriced: str
    balance: Table | None
    pays: str
    influence: Chart | None
    changes: Sequence[Change]


def shown(row: Scenario) -> Shown:
    """A scenario that has its result."""
    definition, result = read(row.definition), row.result or {}
    origin = origin_of(row)
    return Shown(
        against=words.model_name(definition.against),
        conclusion=conclusion(definition, result),
        warnings=warnings(definition, result),
        charts=[_differences(result, origin), _waiting(result, origin), _shares(result, origin)],
        hours=_by_hour(result, origin),
        maps=_maps(definition, result, origin),
        tables=[_table(str(title), names, result) for title, names in words.GROUPS],
        places=_places(definition, result),
        payers=_payers(definition, result),
        teams=_teams(definition, result),
        costs=worth.costs(result) if result.get("costs") else None,
        unpriced=", ".join(map(sheets.priced_label, (result.get("costs") or {}).get("unpriced", ()))),
        balance=worth.balance(result) if result.get("break_even") else None,
        pays=worth.pays(result["break_even"]) if result.get("break_even") else "",
        influence=_influence(definition, result, origin) if result.get("influence") else None,
        changes=changes(definition),
    )


def origin_of(row: Scenario) -> Origin:
    """Where the figures come from: a simulation, so an estimate always."""
    result, day = row.result or {}, timezone.localdate(row.finished_at) if row.finished_at else None
    source = _("simulering, %(n)s körningar av %(years)s år, frö %(seed)s") % {
        "n": result.get("replications", 0),
        "years": figure(read(row.definition).years, 1).removesuffix(",0"),
        "seed": result.get("seed", 0),
    }
    return Origin(source, day.isoformat() if day else "", estimate=True)


def unit_of(shown_as: words.Indicator) -> str:
    """The unit of an indicator; shares are read in per cent."""
    return "%" if shown_as.share else str(shown_as.unit)


def _table(title: str, names: Mapping[str, words.Indicator], result: Mapping[str, Any]) -> Table:
    head = [_("Mått"), *(words.model_name(model) for model in (NAME, result["against"])), _("Skillnad")]
    rows = []
    for name, label in names.items():
        if name in result["indicators"]:
            three = result["indicators"][name]
            unit = unit_of(label)
            rows.append(
                [
                    f"{label.label}, {unit}" if unit else str(label.label),
                    interval(three[NAME], label),
                    interval(three[result["against"]], label),
                    interval(three["difference"], label, signed=True),
                ]
            )
    return Table(title, head, rows, frozenset({1, 2, 3}))


def _mark(three: Triple, scale: float = 1.0) -> Mark | None:
    mean, low, high = three
    if mean is None:
        return None
    if low is None or high is None:
        return Mark(scale * mean)
    ends = sorted((scale * low, scale * high))
    return Mark(scale * mean, min(ends[0], scale * mean), max(ends[1], scale * mean))


def _differences(result: Mapping[str, Any], origin: Origin) -> Chart:
    """Each difference in per cent of what it is compared with, so that hours, visits and bed days share one axis."""
    rows = []
    for name, label in words.INDICATORS.items():
        three = result["indicators"].get(name)
        base = three[result["against"]][0] if three else None
        if label.main and three and base and (mark := _mark(three["difference"], 100 / base)):
            rows.append(DotRow(str(label.label), [mark]))
    against = words.model_name(result["against"])
    return dots(
        _("Skillnad mot %(model)s, i procent") % {"model": against.lower()},
        rows,
        [_("Skillnad")],
        says=_("Strecket är 95 procents intervall. Når det över noll går det inte att säga åt vilket håll det ändras."),
        unit="%",
        origin=origin,
    )


def _pair(result: Mapping[str, Any], names: Sequence[str], scale: float = 1.0) -> list[DotRow]:
    models = (NAME, result["against"])
    return [
        DotRow(str(words.INDICATORS[name].label), [_mark(result["indicators"][name][m], scale) for m in models])
        for name in names
    ]


def _waiting(result: Mapping[str, Any], origin: Origin) -> Chart:
    return dots(
        _("Väntan från begäran till besök"),
        _pair(result, ["wait_median_h", "wait_p90_h"]),
        _series(result),
        says=_("Av dem som fick besök. Läs det tillsammans med hur många som fick besök alls."),
        unit=_("timmar"),
        origin=origin,
    )


def _shares(result: Mapping[str, Any], origin: Origin) -> Chart:
    return dots(
        _("Hur många som nås"),
        _pair(result, ["next_weekday_share", "visited_share", "coverage", "utilisation"], 100.0),
        _series(result),
        says=_("Andel av begäran, av dem som behöver mobil vård, och av bilarnas tid."),
        unit="%",
        origin=origin,
    )


def _series(result: Mapping[str, Any]) -> list[str]:
    return [words.model_name(NAME), words.model_name(result["against"])]


def _by_hour(result: Mapping[str, Any], origin: Origin) -> Chart:
    models = (NAME, result["against"])
    busiest = max(range(24), key=lambda hour: result["hours"][NAME][hour])
    says = _("Mest upptagna är scenariots bilar klockan %(hour)s: %(share)s av tiden.")
    return hours(
        _("Beläggning per timme på dygnet"),
        [(words.model_name(model), result["hours"][model]) for model in models],
        says=says % {"hour": f"{busiest:02}", "share": percentage(result["hours"][NAME][busiest])},
        origin=origin,
    )


def _maps(definition: Definition, result: Mapping[str, Any], origin: Origin) -> list[Map]:
    """Coverage with each model; none where borders are not known, as the same figures stand by municipality."""
    if not set(packaged.areas(definition.population)) <= drawn():
        return []
    return [_map(definition, result, model, origin) for model in (NAME, result["against"])]


def _map(definition: Definition, result: Mapping[str, Any], model: str, origin: Origin) -> Map:
    names, label = packaged.areas(definition.population), words.INDICATORS["coverage"]
    rows = {code: row["coverage"] for code, row in result["municipalities"][model].items()}
    both = [row["coverage"][0] or 0 for some in result["municipalities"].values() for row in some.values()]
    known = sorted((three[0], code) for code, three in rows.items() if three[0] is not None)
    title = _("Täckningsgrad: %(model)s") % {"model": words.model_name(model).lower()}
    table = Table(
        title,
        [_("Kommun"), _("Täckningsgrad, %")],
        [[names.get(code, code), interval(three, label)] for code, three in rows.items()],
        frozenset({1}),
    )
    return Map(
        key=f"coverage-{'scenario' if model == NAME else 'against'}",
        title=title,
        says=_("Lägst i %(low)s, högst i %(high)s.")
        % {"low": names.get(known[0][1], known[0][1]), "high": names.get(known[-1][1], known[-1][1])},
        table=table,
        origin=origin,
        areas=[
            Area(
                code=code,
                title=f"{names.get(code, code)}: {interval(three, label)} %",
                text=percentage(three[0]),
                level=level(three[0], max(both)),
            )
            for code, three in rows.items()
        ],
    )


def _places(definition: Definition, result: Mapping[str, Any]) -> Table:
    """Each municipality under both models, with the rate of visited persons against the whole area's."""
    names = packaged.areas(definition.population)
    shown_as = {"coverage": words.INDICATORS["coverage"], "wait_median_h": words.INDICATORS["wait_median_h"], "visited_share": words.INDICATORS["visited_share"], "rate_ratio": words.Indicator("", decimals=2), "visited_per_1000": words.Indicator("")}  # noqa: E501  # fmt: skip
    head = [_("Kommun"), _("Modell"), *sheets.area_columns().values()]
    rows = [
        [names.get(code, code), words.model_name(model), *(interval(row[key], shown_as[key]) for key in shown_as)]
        for code in result["municipalities"][NAME]
        for model in (NAME, result["against"])
        for row in [result["municipalities"][model][code]]
    ]
    return Table(_("Kommun för kommun"), head, rows, frozenset(range(2, 7)))


def _payers(definition: Definition, result: Mapping[str, Any]) -> Table:
    names, models = packaged.areas(definition.population), (NAME, result["against"])
    found = {model: sheets.payer_rows(result, model) for model in models}
    keys = [
        (payer, key)
        for payer in dict.fromkeys(payer for model in models for payer in found[model])
        for key in dict.fromkeys(key for model in models for key in found[model].get(payer, {}))
    ]
    plain = words.Indicator("")
    none = _("inget")
    rows = [
        [
            words.employer(payer, names),
            sheets.payer_label(key),
            *(interval(three, plain) if (three := found[m].get(payer, {}).get(key)) else none for m in models),
        ]
        for payer, key in keys
    ]
    head = [_("Vem betalar"), _("Vad, om året"), *map(words.model_name, models)]
    return Table(_("Vem betalar, i naturliga enheter"), head, rows, frozenset({2, 3}))


def _teams(definition: Definition, result: Mapping[str, Any]) -> Table:
    """Each team of the scenario, a year."""
    names = {team["key"]: team["name"] for team in definition.model["teams"]}
    columns = sheets.team_columns()
    rows = [
        [names.get(key, key), *(interval(row[column], shown_as) for column, shown_as in columns.items())]
        for key, row in result["teams"].items()
    ]
    head = [_("Team"), *(str(column.label) for column in columns.values())]
    return Table(_("Scenariots team, om året"), head, rows, frozenset(range(1, 7)))


def _influence(definition: Definition, result: Mapping[str, Any], origin: Origin) -> Chart:
    """The assumptions that move the difference most when each goes from one end of its interval to the other."""
    label = words.INDICATORS[definition.rank]
    scale = 100.0 if label.share else 1.0
    rows = [
        DotRow(assumption_words.label(row["assumption"]), [_mark(row["size"], scale)])
        for row in result["influence"][:MOST_INFLUENCES]
    ]
    return dots(
        _("Vilka antaganden betyder mest för skillnaden i %(what)s") % {"what": str(label.label).lower()},
        rows,
        [_("Betydelse")],
        says=_("Så mycket ändras skillnaden när ett antagande går från ena änden av sitt intervall till den andra."),
        unit=unit_of(label),
        decimals=max(1, label.decimals),
        origin=origin,
    )


def facts(definition: Definition) -> list[tuple[str, str]]:
    """What is run, label and value."""
    return [
        (_("Kopia av"), words.model_name(definition.base)),
        (_("Jämförs med"), words.model_name(definition.against)),
        (_("Körningar"), figure(definition.replications)),
        (_("År per körning"), figure(definition.years, 1)),
        (_("Frö"), str(definition.seed)),
    ]
