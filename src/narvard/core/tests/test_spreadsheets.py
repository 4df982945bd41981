"""Files for spreadsheets: letters, decimals and heads as Swedish ones want them, and never a formula."""

import csv
from io import BytesIO, StringIO

import pytest
from openpyxl import load_workbook

from narvard.core.spreadsheets import Sheet, csv_of, packed, safe_cell

FORMULAS = ["=1+1", "+46", "-1", "@SUM(A1)", "\t=1", "\r=1"]


@pytest.mark.parametrize("text", FORMULAS)
def test_no_text_becomes_a_formula(text):
    assert safe_cell(text) == f"'{text}"
    made = csv_of([[text, "Åsa"]])
    assert next(csv.reader(StringIO(made.removeprefix("\ufeff"), newline=""), delimiter=";")) == [f"'{text}", "Åsa"]
    sheet = load_workbook(BytesIO(packed([Sheet("Blad", ["Vem"], [[text]])]))).worksheets[0]
    assert (sheet["A2"].data_type, str(sheet["A2"].value)[:2]) == ("s", f"'{text[0]}".replace("\r", "\n"))


def test_numbers_are_numbers():
    assert safe_cell(-3) == -3
    assert csv_of([["a", 1, -2.5, 1_234_567.125, None]]) == "\ufeffa;1;-2,5;1234567,125;\r\n"
    book = load_workbook(BytesIO(packed([Sheet("x" * 40, ["Antal", "Andel"], [[5, 0.25], [None, -1]])])))
    (sheet,) = book.worksheets
    assert (sheet.title, sheet.freeze_panes) == ("x" * 31, "A2")
    assert [cell.number_format for cell in sheet[2]] == ["General", "0.0###"]
    assert [[cell.value for cell in row] for row in sheet.iter_rows(min_row=2)] == [[5, 0.25], [None, -1]]
