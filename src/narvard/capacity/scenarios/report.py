"""The report of a scenario as a PDF: result, model, data, seeds and limits, after STRESS-DES (Monks et al. 2019)."""

from typing import Any

from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from narvard.capacity.scenarios import packaged, presenters, sheets, words
from narvard.capacity.scenarios.definition import Definition, read
from narvard.capacity.scenarios.described import crew_hours, intake_words, number, team_words
from narvard.capacity.scenarios.models import Scenario
from narvard.core.errors import Refused
from narvard.core.spreadsheets import Cell
from narvard.core.typeset import as_pdf
from narvard.ui.figures import figure
from narvard.ui.parts import Table


class NothingToReport(Refused):
    """The scenario has no result yet."""


def pdf_of(row: Scenario) -> bytes:
    """The report in the active language. The same scenario gives the same pages."""
    if row.result is None or row.finished_at is None:
        raise NothingToReport(_("Scenariot har inget resultat än."))
    return as_pdf("narvard.capacity.scenarios", "report.typ", content(row), row.finished_at)


def content(row: Scenario) -> dict[str, Any]:
    """All the words and tables of the report."""
    definition, shown = read(row.definition), presenters.shown(row)
    paid = [table for table in (shown.costs, shown.payers) if table]
    ranked = [shown.influence.table] if shown.influence else []
    areas = packaged.areas(definition.population)
    changes = Table(
        _("Ändrat mot modellen"),
        [_("Vad"), _("Förut"), _("I scenariot")],
        [[change.what, change.before, change.after] for change in shown.changes],
    )
    return {
        "title": row.title,
        "kind": _("Scenario, rapport"),
        "by": _("%(who)s, %(unit)s, %(day)s")
        % {"who": row.made_by.staff.name, "unit": row.owner_unit.name, "day": _day(row)},
        "foot": _("Scenario %(id)s. En simulering av antaganden, ingen mätning.") % {"id": row.pk},
        "answer_title": _("Vad som följer"),
        "against": _("Jämfört med ”%(model)s”, i medel över körningarna:") % {"model": shown.against},
        "answer": shown.conclusion,
        "warnings_title": _("Att tvivla på"),
        "warnings": shown.warnings,
        "balance": _plain(shown.balance) if shown.balance else None,
        "pays": shown.pays,
        "tables": [_plain(table) for table in (*shown.tables, shown.places, shown.teams, *paid, *ranked)],
        "changes": _plain(changes) if shown.changes else None,
        "stress_title": _("Så är det gjort (STRESS-DES)"),
        "stress": stress(definition, row.result or {}),
        "model_title": _("Modellen"),
        "intake": _rows(intake_words(definition.model)),
        "teams": [{"name": team["name"], "rows": _rows(team_words(team, areas))} for team in definition.model["teams"]],
        "assumptions": _plain(_assumptions(definition)),
    }


def _day(row: Scenario) -> str:
    return date_format(timezone.localtime(row.finished_at), "j F Y")


def _plain(table: Table) -> dict[str, Any]:
    return {
        "caption": table.caption,
        "head": list(table.head),
        "rows": [list(line) for line in table.rows],
        "numeric": sorted(table.numeric),
    }


def _rows(found: dict[str, str]) -> list[list[str]]:
    return [[label, value] for label, value in found.items()]


def _assumptions(definition: Definition) -> Table:
    rows = []
    for name in sheets.used_assumptions():
        label, value, low, high, unit, kind, source = sheets.assumption_row(name, definition)
        span = _("fast") if low == high else _("%(low)s till %(high)s") % {"low": _n(low), "high": _n(high)}
        rows.append([str(label), f"{_n(value)} {unit}", span, str(kind), str(source)])
    head = [_("Antagande"), _("Värde"), _("Intervall"), _("Slag"), _("Källa")]
    return Table(_("Antaganden"), head, rows)


def _n(value: Cell) -> str:
    return number(float(value or 0))


def stress(definition: Definition, result: dict[str, Any]) -> list[list[str]]:
    """The six items of STRESS-DES, and the limits, label and text."""
    model = definition.model
    run = {
        "n": figure(result["replications"]),
        "years": number(definition.years),
        "seed": result["seed"],
        "events": figure(result["events"]),
        "version": result["version"],
    }
    return [
        [
            _("1 Syfte"),
            _(
                "Jämföra sätt att arbeta med mobil vård hemma: väntan, täckning, besök, vägar, sjukhusvård och vem som "
                "betalar. Ingenting optimeras."
            ),
        ],
        [
            _("2 Logik"),
            _(
                "Händelsestyrd simulering. Människor får behov efter behovsgrupp, årstid och timme; en begäran når ett "
                "team genom intag eller teamets egen dörr, väntar i kö efter brådska och möts av en bil, eller "
                "slutar på sjukhus, går över eller möts av inget team. Planerade besök tas efter närhet."
            ),
        ],
        [
            _("3 Data"),
            " ".join(
                [
                    words.population(definition.population),
                    _("Från början inskrivna: antal i systemet den dag scenariot sparades.")
                    if definition.enrolled
                    else _("Från början inskrivna: en tiondel, ett antagande."),
                    _("Modellen är en kopia av ”%(base)s” med %(teams)s team och %(hours)s biltimmar i veckan.")
                    % {
                        "base": words.model_name(definition.base),
                        "teams": len(model["teams"]),
                        "hours": figure(crew_hours(model)),
                    },
                    _("Alla antaganden står sist, med källa."),
                ]
            ),
        ],
        [
            _("4 Experiment"),
            _(
                "60 dygns uppvärmning och %(years)s år mäts, %(n)s gånger. Gemensamma slumptal per person och "
                "händelse; skillnader är parade och har 95 procents t-intervall. Vårdens effekt dras en gång per "
                "körning ur ett antagande där ingen effekt alls är möjlig."
            )
            % run,
        ],
        [
            _("5 Genomförande"),
            _("Närvård %(version)s (Python, NumPy, numba). Frö %(seed)s. %(events)s händelser.") % run,
        ],
        [
            _("6 Tillgång"),
            _(
                "Öppen källkod, EUPL. Modellfilen, fröet och antagandena ger samma körning igen: "
                "narvard simulate --model FIL --population FIL --seed %(seed)s."
            )
            % run,
        ],
        [
            _("Begränsningar"),
            _(
                "Vägar är uppskattade. Tillstånd och listning är dragna oberoende av ålder och sjukdom. Behovet är "
                "jämnt över åren. Kommunens hemsjukvård pågår utanför modellen. Väntan gäller dem som fick besök: läs "
                "den bredvid andelen som fick besök."
            ),
        ],
    ]
