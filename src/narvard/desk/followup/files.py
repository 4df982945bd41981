"""Figures as files: CSV as Swedish spreadsheets read it, and XLSX."""

import csv
from collections.abc import Sequence
from io import BytesIO, StringIO

from django.http import HttpResponse
from django.utils.http import content_disposition_header
from django.utils.translation import gettext as _

from narvard.core.spreadsheets import XLSX
from narvard.desk.followup.filters import Asked
from narvard.followup.definitions import definitions
from narvard.followup.indicators import queries, words
from narvard.followup.indicators.workbook import Cell, Sheet, workbook


def figures(asked: Asked) -> Sheet:
    """One line for each indicator and municipality, and for the area."""
    head = [
        _("Indikator"), _("Kommun"), _("Program"), _("Värde"), _("Nedre gräns"), _("Övre gräns"), _("Täljare"),
        _("Nämnare"), _("Anmärkning"),
    ]  # fmt: skip
    if asked.snapshot is None:
        return Sheet(_("Indikatorer"), head, [])
    rows = queries.by_municipality(asked.snapshot, asked.choice)
    programme = asked.programmes.get(asked.choice.programme, _("alla"))
    places = {"": _("Hela området"), **asked.municipalities}
    lines: list[list[Cell]] = []
    for definition in definitions():
        for code, name in places.items():
            row = rows.get(definition.id, {}).get(code)
            if row is not None:
                note = "" if row.value is not None else words.told(definition, row)
                numbers: list[Cell] = [row.value, row.low, row.high, row.count, row.of]
                lines.append([definition.label, name, programme, *numbers, note])
    return Sheet(_("Indikatorer"), head, lines)


def answer(sheet: Sheet, kind: str, name: str) -> HttpResponse:
    """The sheet as a download."""
    if kind == "csv":
        kept = StringIO()
        csv.writer(kept, delimiter=";").writerows([sheet.head, *map(_as_text, sheet.rows)])
        # Excel reads Swedish letters only when the file begins with the mark.
        made = HttpResponse("\ufeff" + kept.getvalue(), content_type="text/csv; charset=utf-8")
    else:
        made = HttpResponse(packed([sheet]), content_type=XLSX)
    made.headers["Content-Disposition"] = content_disposition_header(True, f"{name}.{kind}") or "attachment"
    return made


def packed(sheets: Sequence[Sheet]) -> bytes:
    """The sheets as one XLSX file."""
    kept = BytesIO()
    workbook(sheets).save(kept)
    return kept.getvalue()


def _as_text(row: Sequence[Cell]) -> list[str]:
    """Numbers with a decimal comma; nothing where there is none."""
    return [
        f"{cell:.6g}".replace(".", ",") if isinstance(cell, float) else "" if cell is None else str(cell)
        for cell in row
    ]
