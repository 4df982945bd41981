"""Every room, command and setting has its place in the documentation."""

import ast
import re

from narvard.desk.screenshots import picture_names
from tests.architecture.source import DOCS, PACKAGE, product_files, rooms, tree

# The page of a room that goes by another name.
PAGE_OF = {"config": "settings"}


def documentation() -> str:
    return "\n".join(path.read_text(encoding="utf-8") for path in DOCS.rglob("*.md"))


def commands() -> set[str]:
    """The names of our own management commands."""
    return {path.stem for path in PACKAGE.glob("*/management/commands/*.py") if not path.stem.startswith("_")}


def settings() -> set[str]:
    """Every environment variable that the product reads by a literal name."""
    literals = (
        node.value
        for path in product_files()
        for node in ast.walk(tree(path))
        if isinstance(node, ast.Constant) and isinstance(node.value, str)
    )
    return {text for text in literals if re.fullmatch(r"NARVARD_[A-Z_]+|DATABASE_URL", text)}


def test_every_room_has_a_page() -> None:
    pages = {path.stem for path in DOCS.glob("*.md")}
    assert {"care", "core"} <= set(rooms())
    wanted = {PAGE_OF.get(room, room) for room in rooms() if room != "engines"}
    assert wanted - pages == set()


def test_every_engine_is_described() -> None:
    engines = {path.parent.name for path in PACKAGE.glob("engines/*/__init__.py")}
    assert "routing" in engines
    assert {name for name in engines if f"engines.{name}" not in documentation()} == set()


def test_every_command_is_documented() -> None:
    text = documentation()
    assert "tick" in commands()
    assert {name for name in commands() if not re.search(rf"\bnarvard {name}\b", text)} == set()


def test_every_setting_is_documented() -> None:
    text = (DOCS / "settings.md").read_text(encoding="utf-8")
    assert "DATABASE_URL" in settings()
    assert {name for name in settings() if f"`{name}`" not in text} == set()


def test_every_picture_is_shown_and_none_is_missing() -> None:
    kept = {path.name for path in (DOCS / "images").iterdir()}
    shown = set(re.findall(r"\]\(images/([^)]+)\)", documentation()))
    assert kept - shown == set()
    assert shown - kept == set()
    assert set(picture_names()) - shown == set()
