"""Figures as files: CSV as Swedish spreadsheets read it, and XLSX."""

from django.http import HttpResponse
from django.utils.translation import gettext as _

from narvard.core.spreadsheets import XLSX, Cell, Sheet, packed
from narvard.desk.files import attachment, csv_attachment
from narvard.desk.followup.filters import Asked
from narvard.followup.definitions import definitions
from narvard.followup.indicators import queries, words


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
        return csv_attachment([sheet.head, *sheet.rows], f"{name}.csv")
    return attachment(packed([sheet]), XLSX, f"{name}.xlsx")
