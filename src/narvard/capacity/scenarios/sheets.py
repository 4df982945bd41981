"""A result as tables of plain numbers, one for each thing asked: pages, files and the report are made from these."""

from collections.abc import Mapping
from typing import Any

from django.utils.translation import gettext as _

from narvard.capacity.scenarios import assumption_words, packaged, words
from narvard.capacity.scenarios.definition import NAME, Definition
from narvard.capacity.scenarios.described import changes
from narvard.core.spreadsheets import Cell, Sheet


def sheets(definition: Definition, result: Mapping[str, Any]) -> list[Sheet]:
    """Indicators, municipalities, who pays, utilisation by hour, what is changed, and every assumption."""
    return [
        _indicators(result),
        _municipalities(definition, result),
        _payers(definition, result),
        _teams(definition, result),
        _hours(result),
        *([_costs(result)] if result.get("costs") else []),
        *([_balance(result)] if result.get("break_even") else []),
        *([_influence(definition, result)] if result.get("influence") else []),
        _changes(definition),
        _assumptions(definition),
        _run(definition, result),
    ]


def _three(name: str) -> list[str]:
    return [name, _("%(what)s, från") % {"what": name}, _("%(what)s, till") % {"what": name}]


def _indicators(result: Mapping[str, Any]) -> Sheet:
    head = [_("Mått"), _("Enhet"), *_three(words.model_name(NAME)), *_three(words.model_name(result["against"])), *_three(_("Skillnad"))]  # noqa: E501  # fmt: skip
    rows: list[list[Cell]] = []
    for name, shown in words.INDICATORS.items():
        if name in result["indicators"]:
            three = result["indicators"][name]
            unit = _("andel") if shown.share else str(shown.unit)
            rows.append([str(shown.label), unit, *three[NAME], *three[result["against"]], *three["difference"]])
    return Sheet(_("Mått"), head, rows)


AREA_COLUMNS: Mapping[str, words.Text] = {
    "coverage": words.INDICATORS["coverage"].label,
    "wait_median_h": words.INDICATORS["wait_median_h"].label,
    "visited_share": words.INDICATORS["visited_share"].label,
    "rate_ratio": words.RATE_RATIO,
}


def area_columns() -> dict[str, str]:
    """The columns of the table by municipality, in order."""
    return {**{key: str(text) for key, text in AREA_COLUMNS.items()}, "visited_per_1000": _("Besökta per 1 000 och år")}


def _municipalities(definition: Definition, result: Mapping[str, Any]) -> Sheet:
    names, columns = packaged.areas(definition.population), area_columns()
    head = [_("Modell"), _("Kommun"), *(text for column in columns.values() for text in _three(column))]
    rows = [
        [words.model_name(model), names.get(code, code), *(value for column in columns for value in row[column])]
        for model in (NAME, result["against"])
        for code, row in result["municipalities"][model].items()
    ]
    return Sheet(_("Kommuner"), head, rows)


def payer_rows(result: Mapping[str, Any], model: str) -> dict[str, dict[str, list[float | None]]]:
    """What each employer gives, in natural units a year; ambulances, emergency visits and bed days are the region's,
    and the patient pays fees for them and for visits."""
    rows = {key: dict(row) for key, row in result["employers"][model].items()}
    rows["patient"] = dict(result["patients"][model])
    region = rows.setdefault("region", {})
    for name in ("ambulances", "emergency_visits", "bed_days"):
        region[name] = result["indicators"][name][model]
    return rows


def payer_label(key: str) -> str:
    """A column of who pays: hours of a profession, or a count."""
    if key.endswith("_hours"):
        profession = key.removesuffix("_hours")
        return _("%(who)s, timmar") % {"who": words.PROFESSIONS.get(profession, profession)}
    return str({"visits": _("Besök"), "km": _("Kilometer")}.get(key) or words.INDICATORS[key].label)


def _payers(definition: Definition, result: Mapping[str, Any]) -> Sheet:
    names = packaged.areas(definition.population)
    head = [_("Modell"), _("Vem betalar"), _("Vad, om året"), *_three(_("Mängd"))]
    rows = [
        [words.model_name(model), words.employer(payer, names), payer_label(key), *three]
        for model in (NAME, result["against"])
        for payer, row in payer_rows(result, model).items()
        for key, three in row.items()
    ]
    return Sheet(_("Vem betalar"), head, rows)


def payer(key: str) -> str:
    """A principal in words."""
    return {"region": _("Regionen"), "municipality": _("Kommunerna"), "patient": _("Patienterna (avgifter)")}.get(
        key, key
    )


def priced_label(name: str) -> str:
    """Something that has a price: "Regionen: vårddygn", "Sjuksköterska, timmar"."""
    who, _dot, unit = name.rpartition(".")
    text = payer_label(unit)
    return f"{payer(who)}: {text[:1].lower()}{text[1:]}" if who else text


def _costs(result: Mapping[str, Any]) -> Sheet:
    against, found = result["against"], result["costs"]
    head = [_("Vem betalar"), *(text for name in (words.model_name(NAME), words.model_name(against), _("Skillnad")) for text in _three(_("%(what)s, kronor om året") % {"what": name}))]  # noqa: E501  # fmt: skip
    unknown: list[float | None] = [None, None, None]
    rows = [
        [payer(key), *found["by_model"][NAME].get(key, unknown), *found["by_model"][against].get(key, unknown), *three]
        for key, three in found["difference"].items()
    ]
    return Sheet(_("Kostnader"), head, rows)


def _balance(result: Mapping[str, Any]) -> Sheet:
    head = [_("Sjukhusbehov hos inskrivna mot andra"), *_three(_("Sparade vårddygn om året")), *_three(_("Fler biltimmar om året"))]  # noqa: E501  # fmt: skip
    rows = [
        [point["admission_ratio"], *point["bed_days_saved"], *point["crew_hours_added"]]
        for point in result["break_even"]["points"]
    ]
    return Sheet(_("Effekt som lönar sig"), head, rows)


def team_columns() -> dict[str, words.Indicator]:
    """What is told of each team, in order."""
    return {
        "visits": words.Indicator(_("Besök")),
        "joint_visits": words.Indicator(_("Besök med ett annat team")),
        "km": words.Indicator(_("Kilometer")),
        "enrolled": words.Indicator(_("Inskrivna, medel"), decimals=1),
        "places": words.Indicator(_("Platser")),
        "utilisation": words.Indicator(_("Beläggning, %"), share=True),
    }


def _teams(definition: Definition, result: Mapping[str, Any]) -> Sheet:
    names = {team["key"]: team["name"] for team in definition.model["teams"]}
    columns = team_columns()
    head = [_("Team"), *(text for column in columns.values() for text in _three(str(column.label)))]
    rows = [
        [names.get(key, key), *(value for column in columns for value in row[column])]
        for key, row in result["teams"].items()
    ]
    return Sheet(_("Team"), head, rows)


def _influence(definition: Definition, result: Mapping[str, Any]) -> Sheet:
    label = words.INDICATORS[definition.rank].label
    head = [_("Antagande"), *_three(_("Betydelse för skillnaden i %(what)s") % {"what": label}), _("Med tecken")]
    rows = [[assumption_words.label(row["assumption"]), *row["size"], row["effect"]] for row in result["influence"]]
    return Sheet(_("Vad som betyder mest"), head, rows)


def _hours(result: Mapping[str, Any]) -> Sheet:
    models = (NAME, result["against"])
    rows = [[hour, *(result["hours"][model][hour] for model in models)] for hour in range(24)]
    return Sheet(_("Beläggning per timme"), [_("Timme"), *map(words.model_name, models)], rows)


def _changes(definition: Definition) -> Sheet:
    rows = [[change.what, change.before, change.after] for change in changes(definition)]
    return Sheet(_("Ändrat"), [_("Vad"), _("Förut"), _("I scenariot")], rows)


def _assumptions(definition: Definition) -> Sheet:
    head = [_("Antagande"), _("Värde"), _("Från"), _("Till"), _("Enhet"), _("Slag"), _("Källa")]
    return Sheet(_("Antaganden"), head, [assumption_row(name, definition) for name in used_assumptions()])


def used_assumptions() -> list[str]:
    """Every assumption but the ways in that nobody uses."""
    rows = packaged.assumptions()
    return [name for name, row in rows.items() if row.get("range", (0, row["value"]))[1] > 0]


def assumption_row(name: str, definition: Definition) -> list[Cell]:
    """An assumption as it was used: edited ones have no interval and say that they were edited."""
    row = packaged.assumptions()[name]
    low, high = row.get("range", (row["value"], row["value"]))
    kind, value, source = row["kind"], row["value"], assumption_words.source(row["source"])
    if name in definition.assumptions:
        value = low = high = definition.assumptions[name]
        kind, source = "edited", _("ändrat i scenariot")
    return [assumption_words.label(name), value, low, high, assumption_words.unit(row["unit"]), str(words.KINDS[kind]), source]  # noqa: E501  # fmt: skip


def _run(definition: Definition, result: Mapping[str, Any]) -> Sheet:
    rows: list[list[Cell]] = [
        [_("Modell som kopierats"), words.model_name(definition.base)],
        [_("Jämförs med"), words.model_name(definition.against)],
        [_("År per körning"), definition.years],
        [_("Körningar"), result["replications"]],
        [_("Frö"), result["seed"]],
        [_("Händelser"), result["events"]],
        [_("Version"), result["version"]],
        [_("Befolkning"), words.population(definition.population)],
    ]
    return Sheet(_("Körning"), [_("Vad"), _("Värde")], rows)
