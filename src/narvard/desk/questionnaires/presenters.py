"""Results of questionnaires for pages and files: shares with intervals beside what others have published."""

import csv
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from io import StringIO
from typing import Any

from django.utils.translation import gettext as _

from narvard.followup.questionnaires.definitions import Questionnaire, questionnaires, said
from narvard.followup.questionnaires.models import Round
from narvard.followup.questionnaires.results import LEAST, Line, Results, is_closed, results
from narvard.ui.figures import percentage
from narvard.ui.parts import Table


@dataclass(frozen=True)
class Card:
    """A code to cut out: its letters, where it is answered, and that as a picture."""

    code: str
    url: str
    picture: str


def line(row: Round, at: datetime) -> dict[str, Any]:
    """One round in a list."""
    made, answered = getattr(row, "made", 0), getattr(row, "answered", 0)
    asked = made - row.not_handed_out
    return {
        "row": row,
        "closed": is_closed(row, at),
        "made": made,
        "asked": asked,
        "answered": answered,
        "rate": percentage(answered / asked) if asked > 0 else "",
    }


def groups(rows: Sequence[Round], at: datetime) -> list[dict[str, Any]]:
    """All closed rounds of each questionnaire together."""
    closed = [row for row in rows if is_closed(row, at)]
    found = []
    for key in questionnaires():
        mine = [row for row in closed if row.questionnaire == key]
        if mine:
            found.append(shown(results(mine, at)))
    return found


def shown(found: Results) -> dict[str, Any]:
    """Results for a page."""
    which = found.questionnaire
    rate = percentage(found.rate) if found.rate is not None else "–"
    return {
        "name": said(which.name),
        "answered": found.answered,
        "asked": found.asked,
        "rate": rate,
        "hidden": found.hidden,
        "least": LEAST,
        "synthetic": found.synthetic,
        "table": None if found.hidden else _table(found),
        "compared": bool(which.published),
        "lowest": _lowest(found),
    }


def _lowest(found: Results) -> str:
    """The question with the least share, in words: what to talk about first."""
    told = [each for each in found.lines if each.share is not None and each.question.key != "hospital"]
    if found.hidden or not told:
        return ""
    least = min(told, key=lambda each: each.share or 0.0)
    words = _("Lägst: %(question)s %(share)s svarar ofta eller alltid.")
    return words % {"question": said(least.question.text), "share": percentage(least.share or 0.0)}


def _table(found: Results) -> Table:
    which = found.questionnaire
    head = [_("Fråga"), _("Ofta eller alltid"), _("95 % intervall"), _("Giltiga svar"), *_heads(which)]
    rows = [[said(each.question.text), *_figures(each), *_others(which, each)] for each in found.lines]
    caption = _("Andel som svarar ofta eller alltid")
    return Table(caption, head, rows, frozenset(range(1, len(head))))


def _heads(which: Questionnaire) -> list[str]:
    return [f"{said(each.name)} (n {each.answered})" for each in which.published]


def _figures(each: Line) -> list[str]:
    if each.share is None or each.low is None or each.high is None:
        return ["–", "–", _("färre än %(n)s") % {"n": LEAST}]
    return [percentage(each.share), f"{percentage(each.low)}–{percentage(each.high)}", str(each.valid)]


def _others(which: Questionnaire, each: Line) -> list[str]:
    return [
        percentage(each.question.published[other.key] / 100) if other.key in each.question.published else "–"
        for other in which.published
    ]


def as_csv(found: Results) -> str:
    """The shares as a file that Excel reads."""
    kept = StringIO()
    writer = csv.writer(kept, delimiter=";")
    writer.writerow([_("Delades ut"), found.asked, _("Svarade"), found.answered])
    if not found.hidden:
        table = _table(found)
        writer.writerow(table.head)
        writer.writerows(table.rows)
    return "\ufeff" + kept.getvalue()
