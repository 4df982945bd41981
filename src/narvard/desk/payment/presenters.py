"""Agreements and statements in words and figures."""

from collections.abc import Sequence
from datetime import date
from decimal import Decimal
from typing import Any

from django.utils.formats import date_format
from django.utils.translation import gettext as _

from narvard.core.models import Run
from narvard.core.spreadsheets import Cell, Sheet
from narvard.followup.payment import terms
from narvard.followup.payment.models import Agreement
from narvard.followup.payment.statements import Line, Statement
from narvard.ui.figures import figure, percentage
from narvard.ui.parts import Table

Rule = Agreement.Rule


def money(amount: Decimal) -> str:
    """Kronor, as the language writes them."""
    return _("%(sum)s kr") % {"sum": figure(amount, 2)}


def month_words(month: date) -> str:
    """November 2026, as the language writes it."""
    return date_format(month, "F Y")


def terms_words(agreement: Agreement) -> str:
    """The terms as a sentence."""
    found = terms.read(agreement.rule, agreement.terms)
    values = {
        "sum": money(found.sum),
        "fixed": share(found.fixed),
        "acute": share(found.acute),
        "experience": share(found.experience),
        "fall": share(found.fall),
    }
    words = {
        Rule.OUTCOME: _(
            "%(sum)s om året: %(fixed)s fast, %(acute)s om akutbesök och vårddagar minskar med minst %(fall)s, "
            "%(experience)s om patienternas upplevelse följs upp"
        ),
        Rule.DAYS: _("%(sum)s per patient och dag hemma"),
        Rule.PERSONNEL: _("%(fixed)s av %(sum)s per timme hos patienten"),
        Rule.SERVICE: _("%(sum)s per besök"),
    }
    return words[Rule(agreement.rule)] % values


def share(value: Decimal) -> str:
    """A share of 1 with as many decimals as it needs."""
    digits = 1 if (100 * value) % 1 else 0
    return _("%(n)s %%") % {"n": figure(100 * value, digits)}


def line_words(line: Line) -> str:
    """What a line is for."""
    words = {
        "fixed": _("fast del av månadens tolftedel"),
        "acute": _("utfallsdel: akutbesök och vårddagar"),
        "acute-undecided": _("utfallsdel: akutbesök och vårddagar, inte beslutad"),
        "experience": _("utfallsdel: upplevelse"),
        "experience-undecided": _("utfallsdel: upplevelse, inte beslutad"),
        "days": _("en patients dagar hemma"),
        "hours": _("timmar hos patient"),
        "visit": _("besök"),
    }
    return words[line.what]


def table(found: Statement, *, traced: bool) -> Table:
    """The lines on a page; with the rows they follow from for those who may be told."""
    head = [_("Dag"), _("Vad"), _("Antal"), _("Pris"), _("Belopp"), *([_("Underlag")] if traced else [])]
    rows = [
        [
            line.on.replace("/", " – "),
            line_words(line),
            figure(line.quantity, 0 if line.quantity == int(line.quantity) else 3),
            money(line.price),
            money(line.amount),
            *([_short(line.rows)] if traced else []),
        ]
        for line in found.lines
    ]
    return Table(_("Rader"), head, rows, frozenset({2, 3, 4}))


def _short(rows: Sequence[str]) -> str:
    return ", ".join(row[:8] for row in rows)


def sheet(found: Statement, *, traced: bool) -> Sheet:
    """The statement as a sheet; whole ids for those who may be told."""
    head = [_("Dag"), _("Vad"), _("Antal"), _("Pris"), _("Belopp"), *([_("Underlag")] if traced else [])]
    rows: list[list[Cell]] = []
    for line in found.lines:
        numbers: list[Cell] = [float(line.quantity), float(line.price), float(line.amount)]
        rows.append([line.on, line_words(line), *numbers, *([" ".join(line.rows)] if traced else [])])
    rows.append([_("Summa"), "", None, None, float(found.total), *([""] if traced else [])])
    return Sheet(found.month.isoformat()[:7], head, rows)


def false_payout(run: Run | None) -> dict[str, Any] | None:
    """What a rule pays where there is no effect, in words; None while it is not known."""
    if run is None or run.state != Run.State.DONE:
        return None
    told = run.result
    return {
        "share": percentage(told["share"]),
        "interval": f"{percentage(told['low'])}–{percentage(told['high'])}",
        "studies": told["studies"],
    }
