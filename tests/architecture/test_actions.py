"""Every write goes through an action, and every action names who acts and when and writes its audit row.

This reads the source: it sees that the call is made in the function or in what it calls, not that every
path through it gets there. Each room's own tests show that the row is written.
"""

import ast
from functools import cache
from pathlib import Path

import pytest

from tests.architecture.source import PACKAGE, absolute, module_name, product_files, tree

WRITER = "narvard.core.audit.write"


def imported_names(path: Path) -> dict[str, str]:
    """What each imported name in the file stands for, as a dotted name."""
    names = {}
    for node in ast.walk(tree(path)):
        if isinstance(node, ast.ImportFrom):
            module = absolute(node, path)
            names.update({alias.asname or alias.name: f"{module}.{alias.name}" for alias in node.names})
        elif isinstance(node, ast.Import):
            names.update({alias.asname or alias.name: alias.name for alias in node.names})
    return names


def dotted(node: ast.expr) -> str:
    """``a.b.c`` for a chain of attributes on a name, else nothing."""
    if isinstance(node, ast.Name):
        return node.id
    if isinstance(node, ast.Attribute) and (left := dotted(node.value)):
        return f"{left}.{node.attr}"
    return ""


def functions(path: Path) -> list[ast.FunctionDef]:
    """The functions at the top level of the file."""
    return [node for node in tree(path).body if isinstance(node, ast.FunctionDef)]


def calls(function: ast.FunctionDef, path: Path) -> set[str]:
    """The dotted names that the function calls or hands on, of our own code."""
    module, names = module_name(path), imported_names(path)
    found = set()
    for node in ast.walk(function):
        if isinstance(node, ast.Name | ast.Attribute) and (name := dotted(node)):
            head, _, rest = name.partition(".")
            target = names.get(head, f"{module}.{head}")
            found.add(f"{target}.{rest}" if rest else target)
    return found


@cache
def call_graph() -> dict[str, set[str]]:
    """Every top-level function of the product, and what it calls."""
    return {
        f"{module_name(path)}.{function.name}": calls(function, path)
        for path in product_files()
        for function in functions(path)
    }


@cache
def writes_audit() -> set[str]:
    """Every function that reaches the audit writer."""
    graph, found = call_graph(), {WRITER}
    while more := {name for name, called in graph.items() if name not in found and called & found}:
        found |= more
    return found


def actions() -> list[tuple[str, ast.FunctionDef]]:
    """The public functions of every ``actions`` file, by dotted name."""
    paths = [path for path in product_files() if "actions" in path.relative_to(PACKAGE).with_suffix("").parts]
    return [
        (f"{module_name(path)}.{function.name}", function)
        for path in paths
        for function in functions(path)
        if not function.name.startswith("_")
    ]


def test_there_are_actions_and_a_writer() -> None:
    assert WRITER in call_graph()
    assert actions()


@pytest.mark.parametrize(("name", "function"), actions(), ids=lambda value: value if isinstance(value, str) else "")
def test_an_action_names_who_and_when_and_writes_its_audit_row(name: str, function: ast.FunctionDef) -> None:
    named = {argument.arg for argument in function.args.kwonlyargs}
    assert not function.args.posonlyargs, f"{name} takes arguments by position"
    assert not function.args.args, f"{name} takes arguments by position"
    assert {"by", "at"} <= named, f"{name} does not say who acts and when"
    assert name in writes_audit(), f"{name} writes no audit row"
