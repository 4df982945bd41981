"""What the architecture tests read: the rooms, their order, the parsed source, the files git knows."""

import ast
import subprocess
import tomllib
from functools import cache
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
PACKAGE = ROOT / "src" / "narvard"
DOCS = ROOT / "docs"


@cache
def room_rank() -> dict[str, int]:
    """Each room's height in the import contract, the lowest at 0; neighbours share a height."""
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
    contract = next(
        contract for contract in project["tool"]["importlinter"]["contracts"] if contract["containers"] == ["narvard"]
    )
    return {
        room.strip(" ()"): rank for rank, layer in enumerate(reversed(contract["layers"])) for room in layer.split("|")
    }


def rooms() -> list[str]:
    """The rooms that exist as folders."""
    return sorted(path.parent.name for path in PACKAGE.glob("*/__init__.py"))


def product_files() -> list[Path]:
    """Every Python file of the product, tests and migrations left out."""
    return sorted(
        path for path in PACKAGE.rglob("*.py") if not {"tests", "migrations"} & set(path.relative_to(PACKAGE).parts)
    )


@cache
def tree(path: Path) -> ast.Module:
    """The file's syntax tree."""
    return ast.parse(path.read_text(encoding="utf-8"), str(path))


def module_name(path: Path) -> str:
    """The dotted name that ``path`` is imported by."""
    parts = path.relative_to(PACKAGE.parent).with_suffix("").parts
    return ".".join(parts[:-1] if parts[-1] == "__init__" else parts)


def absolute(node: ast.ImportFrom, path: Path) -> str:
    """The full name of the module that a ``from`` import reads, relative ones resolved."""
    if not node.level:
        return node.module or ""
    base = path.relative_to(PACKAGE.parent).parts[: -node.level]
    return ".".join([*base, *([node.module] if node.module else [])])


@cache
def tracked_files() -> list[Path]:
    """Every file under version control, and the new ones that are not ignored."""
    listed = subprocess.run(
        ["git", "ls-files", "--cached", "--others", "--exclude-standard", "-z"],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=True,
    )
    return [path for name in sorted(set(listed.stdout.split("\0"))) if name and (path := ROOT / name).is_file()]


def shown(path: Path) -> str:
    """The path as a reader names it."""
    return path.relative_to(ROOT).as_posix()
