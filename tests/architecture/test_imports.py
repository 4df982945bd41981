"""Rules about imports that the import contracts cannot say."""

import ast
from collections.abc import Iterator
from pathlib import Path

from tests.architecture.source import absolute, product_files, shown, tree


def local_imports(path: Path) -> Iterator[tuple[int, str]]:
    """Line and module of each import of our own code inside a function."""
    functions = (node for node in ast.walk(tree(path)) if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef))
    for function in functions:
        for node in ast.walk(function):
            names = []
            if isinstance(node, ast.Import):
                names = [alias.name for alias in node.names]
            elif isinstance(node, ast.ImportFrom):
                names = [absolute(node, path)]
            yield from ((node.lineno, name) for name in names if name.partition(".")[0] == "narvard")


def may_load_an_engine(path: Path) -> bool:
    """Tasks and commands may load an engine when they run, so that the web process starts fast."""
    return path.name == "tasks.py" or path.parent.name == "commands"


def test_our_own_code_is_imported_at_the_top() -> None:
    found = [
        f"{shown(path)}:{line} imports {name}"
        for path in product_files()
        for line, name in local_imports(path)
        if not (may_load_an_engine(path) and name.startswith("narvard.engines"))
    ]
    assert found == []


def test_the_product_imports_no_test() -> None:
    imported = {
        f"{shown(path)} imports {name}"
        for path in product_files()
        for node in ast.walk(tree(path))
        if isinstance(node, ast.Import | ast.ImportFrom)
        for name in ([absolute(node, path)] if isinstance(node, ast.ImportFrom) else [a.name for a in node.names])
        if name.startswith("narvard.") and "tests" in name.split(".")
    }
    assert imported == set()


def test_the_search_sees_an_import_in_a_function(tmp_path: Path) -> None:
    path = tmp_path / "sample.py"
    path.write_text("import narvard.core\ndef f():\n    from narvard.care import models\n", encoding="utf-8")
    assert list(local_imports(path)) == [(3, "narvard.care")]
