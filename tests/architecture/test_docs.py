"""Every setting has its place in the documentation."""

import ast
import re

from tests.architecture.source import DOCS, product_files, tree


def settings() -> set[str]:
    """Every environment variable that the product reads by a literal name."""
    literals = (
        node.value
        for path in product_files()
        for node in ast.walk(tree(path))
        if isinstance(node, ast.Constant) and isinstance(node.value, str)
    )
    return {text for text in literals if re.fullmatch(r"NARVARD_[A-Z_]+|DATABASE_URL", text)}


def test_every_setting_is_documented() -> None:
    text = (DOCS / "settings.md").read_text(encoding="utf-8")
    assert "DATABASE_URL" in settings()
    assert {name for name in settings() if f"`{name}`" not in text} == set()
