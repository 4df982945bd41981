"""The page about security names what there is: each path, enough hazards with a test, every chapter of ASVS 5.0."""

import re

from tests.architecture.source import DOCS

ROOT = DOCS.parent
PAGE = (DOCS / "security.md").read_text(encoding="utf-8")
CHAPTERS = 17


def rows(start: str) -> list[str]:
    """The rows of tables that begin with a pattern."""
    return [line for line in PAGE.splitlines() if re.match(rf"\| {start} ", line)]


def named_tests(text: str) -> list[str]:
    return re.findall(r"`((?:src|tests)/[\w/.]*test_\w+\.py)`", text)


def test_every_path_exists() -> None:
    paths = re.findall(r"`([\w./-]+\.(?:py|toml|md))`", PAGE)
    assert len(paths) > 50
    assert [path for path in paths if not (ROOT / path).is_file()] == []


def test_each_hazard_has_an_id_of_its_own_and_a_test() -> None:
    hazards = rows(r"H\d\d \|")
    ids = [row.split("|")[1].strip() for row in hazards]
    assert len(ids) >= 20
    assert ids == [f"H{number:02}" for number in range(1, len(ids) + 1)]
    assert [row for row in hazards if not named_tests(row)] == []


def test_each_chapter_of_asvs_is_answered() -> None:
    chapters = rows(r"V\d+ .* \|")
    assert [row.split()[1] for row in chapters] == [f"V{number}" for number in range(1, CHAPTERS + 1)]
    assert [row for row in chapters if not named_tests(row)] == []
