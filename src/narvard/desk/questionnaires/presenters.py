"""Results of questionnaires for pages and files: shares with intervals beside what others have published."""

from collections.abc import Container, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

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


def together(row: Round, rows: Sequence[Round], mine: Container[UUID], at: datetime) -> dict[str, Any]:
    """Rounds begun together: the whole when all have closed, and of those the reader may open how each goes."""
    closed = all(is_closed(each, at) for each in rows)
    return {
        "lines": [line(each, at) | {"told": each.pk in mine, "here": each.pk == row.pk} for each in rows],
        "closed": closed,
        "results": shown(results(rows, at)) if closed else None,
    }


def file_rows(row: Round, rows: Sequence[Round], at: datetime) -> Iterator[Sequence[object]]:
    """The shares for a spreadsheet; of rounds begun together the whole after the own, when all have closed."""
    yield from _told(results([row], at))
    if len(rows) > 1 and all(is_closed(each, at) for each in rows):
        yield []
        yield [_("Alla enheter tillsammans")]
        yield from _told(results(rows, at))


def _told(found: Results) -> Iterator[Sequence[object]]:
    yield [_("Delades ut"), found.asked, _("Svarade"), found.answered]
    if not found.hidden:
        table = _table(found)
        yield table.head
        yield from table.rows
