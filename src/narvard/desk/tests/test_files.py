"""Files leave the pages by one door, so that what it minds is minded everywhere."""

from pathlib import Path

from narvard import desk
from narvard.desk.files import attachment, csv_attachment, inline

DOOR = Path(desk.__file__).parent / "files.py"


def test_no_page_writes_csv_by_itself():
    pages = [path for path in DOOR.parent.rglob("*.py") if "tests" not in path.parts and path != DOOR]
    assert len(pages) > 50
    own = ("csv.writer", '"text/csv; ', "\\ufeff")
    assert [path.name for path in pages if any(word in path.read_text(encoding="utf-8") for word in own)] == []


def test_a_file_is_saved_under_its_name_and_shown_only_when_it_may_be():
    table = csv_attachment([["Namn", "Antal"], ["=1", 2.5]], "tåg.csv")
    assert table.content.decode("utf-8-sig") == "Namn;Antal\r\n'=1;2,5\r\n"
    assert table.headers["Content-Disposition"] == "attachment; filename*=utf-8''t%C3%A5g.csv"
    assert attachment(b"x", "text/plain", "x.txt").headers["Content-Disposition"] == 'attachment; filename="x.txt"'
    assert inline(b"x", "application/pdf", "x.pdf").headers["Content-Disposition"] == 'inline; filename="x.pdf"'
