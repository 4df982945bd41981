"""The report as a PDF (our template, set by Typst) and as sheets: the same content gives the same bytes."""

from collections.abc import Sequence

from django.utils.translation import gettext as _

from narvard.core.spreadsheets import Cell, Sheet
from narvard.core.typeset import as_pdf
from narvard.followup.report.models import MonthlyReport


def pdf_of(report: MonthlyReport) -> bytes:
    """The report as a PDF (A4)."""
    return as_pdf("narvard.followup.report", "report.typ", report.content, report.made_at)


def sheets_of(report: MonthlyReport) -> Sequence[Sheet]:
    """The figures, each municipality's, and what registration lacked."""
    lines = [line for part in report.content["parts"] for line in part["lines"]]
    titles = {line["id"]: part["title"] for part in report.content["parts"] for line in part["lines"]}
    head = [
        _("Perspektiv"),
        _("Indikator"),
        _("Värde"),
        _("Nedre gräns"),
        _("Övre gräns"),
        _("Underlag"),
        _("Mot månaden före"),
    ]
    figures: list[list[Cell]] = [
        [titles[line["id"]], line["name"], _number(line), line["low"], line["high"], line["among"], line["moved"]]
        for line in lines
    ]
    places: list[list[Cell]] = [
        [
            line["name"],
            *(place["number"] if place["number"] is not None else place["value"] for place in line["places"]),
        ]
        for line in lines
    ]
    gaps: list[list[Cell]] = [[row["name"], row["count"]] for row in report.content["gaps"]]
    return [
        Sheet(_("Indikatorer"), head, figures),
        Sheet(_("Kommuner"), [_("Indikator"), *report.content["places"]], places),
        Sheet(_("Registrering"), [_("Vad som saknas"), _("Antal")], gaps),
    ]


def _number(line: dict[str, Cell]) -> Cell:
    """The figure, or in words why there is none."""
    return line["value"] if line["number"] is None else line["number"]
