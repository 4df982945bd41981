"""Effect studies in words: the verdict first, what it rests on, and the uncontrolled figure last, marked as such."""

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any

from django.utils.translation import get_language, ngettext
from django.utils.translation import gettext as _

from narvard.core.models import Run
from narvard.followup.effect.designs import Suggestion
from narvard.followup.effect.models import EffectStudy
from narvard.followup.utilisation.queries import Covered
from narvard.organisation.models import Municipality
from narvard.ui.charts import DotRow, Mark, dots
from narvard.ui.figures import figure
from narvard.ui.parts import Table

Design = EffectStudy.Design
Told = Mapping[str, Any]
# The light against self-deception, as the page's states.
STATES = {"green": "done", "amber": "nearly", "red": "late", "grey": "neutral"}
UNLIKE = 0.1


def covered(span: Covered | None) -> dict[str, Any] | None:
    """Which days there are data of."""
    return None if span is None else {"since": span.since, "until": span.until, "synthetic": span.synthetic}


def design_words(design: str) -> tuple[str, str]:
    """What a design is called where one is chosen, and how it compares."""
    return {
        Design.STEPPED: (
            _("Jämför kommuner som började vid olika tid"),
            _(
                "Alla vårddagar i kommuner där programmet har börjat jämförs, månad för månad från starten, med "
                "kommuner som inte har börjat. Prövas mot tiden före och mot en påhittad start."
            ),
        ),
        Design.MATCHED: (
            _("Jämför med liknande personer"),
            _(
                "De inskrivna jämförs med personer i samma kommun som skrevs ut från sjukhus samma månad, lika ofta "
                "inlagda förut och nära i ålder, men inte inskrivna: skillnaden i förändring (skillnad i skillnader)."
            ),
        ),
        Design.SERIES: (
            _("Jämför månaderna före och efter starten"),
            _(
                "Ändrades nivån när programmet började? Trend och, med två års månader, årstid räknas bort. Kommuner "
                "utan programmet är kontrollserie om det finns några, annars är det ingen."
            ),
        ),
    }[Design(design)]


def suggestion(found: Suggestion) -> dict[str, Any]:
    """The designs that the data carry, the best first, in words."""
    return {
        "possible": [
            {"key": design, "title": title, "text": text, "best": design == found.design}
            for design in found.possible
            for title, text in [design_words(design)]
        ],
        "title": design_words(found.design)[0] if found.design else _("Ingen jämförelse håller"),
        "enrolled": found.enrolled,
        "others": found.others,
        "begun": found.begun,
        "municipalities": found.municipalities,
        "months_before": found.months_before,
        "months_after": found.months_after,
    }


def line(row: EffectStudy) -> dict[str, Any]:
    """A study in a list."""
    return {"row": row, "verdict": _verdict(row)}


def _verdict(row: EffectStudy) -> str:
    if row.run.state != Run.State.DONE:
        return str(row.run.get_state_display())
    if "refused" in row.result:
        return refusal(row)
    return str(_words(row.result["estimates"]["bed_days"])["verdict"])


def refusal(row: EffectStudy) -> str:
    """Why there is no comparison."""
    if row.result["refused"] == "few":
        return _("För få att jämföra: ingen effekt kan räknas")
    return _("Ingen jämförbar finns: ingen effekt kan räknas")


def _words(told: Told) -> dict[str, Any]:
    found: dict[str, Any] = told["words"][(get_language() or "sv")[:2]]
    return found


def found(row: EffectStudy) -> dict[str, Any]:
    """All of a study for its page."""
    told = row.result
    context: dict[str, Any] = {
        "matched": row.design == Design.MATCHED,
        "how": design_words(row.design)[0],
        "counts": told["counts"],
        "synthetic": told["synthetic"],
        "starts": _starts(row),
        "refusal": refusal(row) if "refused" in told else "",
    }
    if "refused" in told:
        return context
    estimates, tables = told["estimates"], told["tables"]
    main = estimates["bed_days"]
    return (
        context
        | {
            "main": _words(main),
            "verdict": _words(main)["verdict"].rstrip("."),
            "light": STATES[main["light"]],
            "figure": figure(main["estimate"], 2),
            "interval": f"{figure(main['low'], 2)}–{figure(main['high'], 2)}",
            "size": _size(row.design, main, tables),
            "unmeasured": _unmeasured(main),
            "others": [(_label(row.design, name), _words(each)) for name, each in _controlled(estimates)[1:]],
            "naive": _words(estimates["naive"]),
            "naive_figure": figure(estimates["naive"]["estimate"], 2),
            "chart": _chart(row.design, estimates),
        }
        | _behind(row.design, tables)
    )


def _controlled(estimates: Told) -> list[tuple[str, Told]]:
    """All but the uncontrolled one, the main one first."""
    names = [name for name in LABELS if name in estimates]
    return [(name, estimates[name]) for name in names]


LABELS = ("bed_days", "bed_days_after", "admissions", "admissions_after", "time_to_stay")


def _label(design: str, name: str) -> str:
    if design != Design.MATCHED:
        return {"bed_days": _("Vårddagar"), "admissions": _("Inläggningar")}[name]
    return {
        "bed_days": _("Vårddagar, förändring mot jämförda"),
        "bed_days_after": _("Vårddagar, bara tiden efter"),
        "admissions_after": _("Inläggningar, bara tiden efter"),
        "time_to_stay": _("Risk att läggas in igen, per dag hemma"),
    }[name]


def _size(design: str, main: Told, tables: Told) -> tuple[str, int]:
    """What the figure rests on, and how many."""
    if design == Design.MATCHED:
        return _("Par"), int(tables["matched"][0]["pairs"])
    return (_("Månader") if design == Design.SERIES else _("Kommuner")), int(main["n"])


def _unmeasured(main: Told) -> str:
    """How strong something unmeasured must be to explain a difference (E-value); nothing where there is none."""
    if main["verdict"] == "none" or not main.get("e_value"):
        return ""
    words = _(
        "Något omätt som hänger ihop med både programmet och vårddagarna med minst kvot %(value)s kan ensamt förklara "
        "siffran (E-värde; %(end)s för intervallets närmaste ände)."
    )
    return words % dict(zip(("value", "end"), (figure(each, 2) for each in main["e_value"]), strict=True))


def _starts(row: EffectStudy) -> list[tuple[str, date]]:
    """When it started where."""
    names = dict(Municipality.objects.filter(pk__in=row.starts).values_list("code", "name"))
    told = [(names.get(code, code), date.fromisoformat(day)) for code, day in row.starts.items()]
    return sorted(told, key=lambda each: (each[1], each[0]))


def _behind(design: str, tables: Told) -> dict[str, Any]:
    """What the figure can be judged by: balance, the time before, or the months."""
    if design == Design.MATCHED:
        rows = tables["balance"]
        alike = all(abs(each["smd_after"]) <= UNLIKE for each in rows)
        title = _("Grupperna är lika i det som har mätts") if alike else _("Grupperna skiljer sig åt")
        text = _("En skillnad över 0,1 är värd att oroa sig för. Det som inte har mätts kan skilja sig ändå.")
        return {"behind": title, "behind_text": text, "table": _balance(rows)}
    if design == Design.STEPPED:
        tests = tables["tests"][0]
        return {"behind": _tested(tests), "behind_text": _placebo(tests), "path": _path(tables["path"])}
    return {"behind": _("Månad för månad"), "behind_text": "", "table": _months(tables["months"])}


def _tested(tests: Told) -> str:
    if tests["pre_trend_p"] < 0.05:
        return _("Kommunerna skilde sig åt redan före starten")
    return _("Ingen skillnad syns före starten")


def _placebo(tests: Told) -> str:
    words = _("Prov av månaderna före: p = %(p)s.") % {"p": figure(tests["pre_trend_p"], 2)}
    if "placebo" not in tests:
        return words
    more = _("En påhittad start mitt i tiden före ger kvot %(value)s (%(low)s–%(high)s), som bör rymma 1.") % {
        name: figure(tests[key], 2)
        for name, key in (("value", "placebo"), ("low", "placebo_low"), ("high", "placebo_high"))
    }
    return f"{words} {more}"


def _balance(rows: Sequence[Told]) -> Table:
    head = [_("Egenskap"), _("Inskrivna"), _("Jämförda"), _("Skillnad före matchning"), _("Skillnad efter")]
    cells = [
        [
            _property(row["column"]),
            *(figure(row[name], 2) for name in ("treated", "control", "smd_before", "smd_after")),
        ]
        for row in rows
    ]
    return Table(_("Hur lika grupperna är, skillnader i standardavvikelser"), head, cells, frozenset(range(1, 5)))


def _property(column: str) -> str:
    """What is matched on; of municipalities the share who live in each."""
    name, _sign, place = column.partition("=")
    if place:
        return _("andel i %(place)s") % {"place": _("övriga kommuner") if place == "-" else place}
    return {
        "index_month": _("månad för utskrivning"),
        "earlier": _("inläggningar halvåret före"),
        "age": _("ålder"),
    }.get(name, name)


def _months(rows: Sequence[Told]) -> Table:
    head = [_("Månad"), _("Vårddagar"), _("Inläggningar"), _("Vårddagar, kontroll"), _("Inläggningar, kontroll")]
    names = ("bed_days", "admissions", "control_bed_days", "control_admissions")
    cells = [[str(int(row["month"]) + 1), *(figure(row[name]) for name in names)] for row in rows]
    return Table(_("Vårddagar och inläggningar månad för månad"), head, cells, frozenset(range(1, 5)))


def _path(rows: Sequence[Told]) -> Any:
    """The months before and after each start, against the month before it."""
    says = _("Skillnad mot kommuner som inte har börjat, i procent, med 95 procents intervall. Före starten bör den "
             "vara 0; månaden före är den som jämförs med.")  # fmt: skip
    lines = [DotRow(_step(int(row["k"])), [_mark(row, "ratio")]) for row in rows]
    return dots(_("Vårddagar, månad för månad från starten"), lines, [_("skillnad")], says=says, unit=" %", decimals=0)


def _step(k: int) -> str:
    if k == 0:
        return _("startmånaden")
    if k < 0:
        return ngettext("%(n)d månad före", "%(n)d månader före", -k) % {"n": -k}
    return ngettext("%(n)d månad efter", "%(n)d månader efter", k) % {"n": k}


def _chart(design: str, estimates: Told) -> Any:
    """Changes in per cent with their intervals; the uncontrolled figure is not among them."""
    rows = [DotRow(_label(design, name), [_mark(each)]) for name, each in _controlled(estimates)]
    says = _("Skillnad i procent, med 95 procents intervall. Når intervallet 0 kan ingen effekt påvisas.")
    return dots(_("Skillnad mot jämförda"), rows, [_("skillnad")], says=says, unit=" %", decimals=0)


def _mark(told: Told, value: str = "estimate") -> Mark:
    return Mark(*(100 * (told[name] - 1) for name in (value, "low", "high")))
