"""Effect studies in words: the verdict first, what it rests on, and the uncontrolled figure last, marked as such."""

from typing import Any

from django.utils.translation import get_language
from django.utils.translation import gettext as _

from narvard.core.models import Run
from narvard.followup.effect.models import EffectStudy
from narvard.followup.effect.queries import Suggestion
from narvard.followup.utilisation.queries import Covered
from narvard.ui.charts import DotRow, Mark, dots
from narvard.ui.figures import figure
from narvard.ui.parts import Table

# The light against self-deception, as the page's states.
STATES = {"green": "done", "amber": "nearly", "red": "late", "grey": "neutral"}
UNLIKE = 0.1


def covered(span: Covered | None) -> dict[str, Any] | None:
    """Which days there are data of."""
    return None if span is None else {"since": span.since, "until": span.until, "synthetic": span.synthetic}


def suggestion(found: Suggestion) -> dict[str, Any]:
    """The design that the data carry, in words."""
    words = {
        "matched": (
            _("Jämför med liknande personer"),
            _(
                "De inskrivna jämförs med personer som skrevs ut från sjukhus samma månad, lika ofta inlagda förut och "
                "nära i ålder, men inte inskrivna: skillnaden i förändring (skillnad i skillnader)."
            ),
        ),
        "series": (
            _("Jämför områdets månader"),
            _(
                "För få inskrivna att jämföra person för person, men vårddata räcker till en avbruten tidsserie mot "
                "ett område utan programmet. Den räknas med narvard.engines.evidence, inte på den här sidan."
            ),
        ),
        "none": (
            _("Ingen jämförelse håller"),
            _("För få inskrivna, för få andra eller för kort tid. Följ vad som görs, och säg inget om effekt."),
        ),
    }
    title, text = words[found.design]
    return {
        "design": found.design,
        "title": title,
        "text": text,
        "enrolled": found.enrolled,
        "others": max(0, found.discharged - found.enrolled),
        "starts": found.starts,
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


def _words(told: dict[str, Any]) -> dict[str, Any]:
    found: dict[str, Any] = told["words"][(get_language() or "sv")[:2]]
    return found


def found(row: EffectStudy) -> dict[str, Any]:
    """All of a study for its page."""
    told = row.result
    counts = told["counts"]
    context: dict[str, Any] = {
        "counts": counts,
        "synthetic": told["synthetic"],
        "fallen": counts["enrolled"] - counts["treated"],
        "refusal": refusal(row) if "refused" in told else "",
    }
    if "refused" in told:
        return context
    estimates = told["estimates"]
    main = estimates["bed_days"]
    return context | {
        "matched": told["matched"],
        "main": _words(main),
        "verdict": _words(main)["verdict"].rstrip("."),
        "light": STATES[main["light"]],
        "figure": figure(main["estimate"], 2),
        "interval": f"{figure(main['low'], 2)}–{figure(main['high'], 2)}",
        "others": [
            (_("Vårddagar, bara tiden efter"), _words(estimates["bed_days_after"])),
            (_("Inläggningar, bara tiden efter"), _words(estimates["admissions_after"])),
        ],
        "naive": _words(estimates["naive"]),
        "naive_figure": figure(estimates["naive"]["estimate"], 2),
        "balance": _balance(told["balance"]),
        "alike": all(abs(each["smd_after"]) <= UNLIKE for each in told["balance"]),
        "chart": _chart(estimates),
    }


def _balance(rows: list[dict[str, Any]]) -> Table:
    names = {"index_month": _("månad för utskrivning"), "earlier": _("inläggningar halvåret före"), "age": _("ålder")}
    head = [_("Egenskap"), _("Inskrivna"), _("Jämförda"), _("Skillnad före matchning"), _("Skillnad efter")]
    cells = [
        [
            names.get(row["column"], row["column"]),
            *(figure(row[name], 2) for name in ("treated", "control", "smd_before", "smd_after")),
        ]
        for row in rows
    ]
    return Table(_("Hur lika grupperna är, skillnader i standardavvikelser"), head, cells, frozenset(range(1, 5)))


def _chart(estimates: dict[str, Any]) -> Any:
    """Changes in per cent with their intervals; the uncontrolled figure is not among them."""
    rows = [
        DotRow(label, [_mark(estimates[name])])
        for name, label in (
            ("bed_days", _("Vårddagar, förändring mot jämförda")),
            ("bed_days_after", _("Vårddagar, tiden efter")),
            ("admissions_after", _("Inläggningar, tiden efter")),
        )
    ]
    says = _(
        "Skillnad mot de jämförda i procent, med 95 procents intervall. Når intervallet 0 kan ingen effekt påvisas."
    )
    return dots(_("Skillnad mot jämförda"), rows, [_("skillnad")], says=says, unit=" %", decimals=0)


def _mark(told: dict[str, Any]) -> Mark:
    return Mark(*(100 * (told[name] - 1) for name in ("estimate", "low", "high")))
