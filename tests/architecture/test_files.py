"""What the files of the repository are called and what stands in them."""

import ast
import os
import re
import statistics
from pathlib import Path

from tests.architecture.source import PACKAGE, ROOT, product_files, shown, tracked_files, tree

# A name that says nothing about what is inside, or a file that this house keeps elsewhere.
REFUSED_NAMES = {
    "utils",
    "util",
    "helpers",
    "helper",
    "common",
    "misc",
    "tools",
    "shared",
    "services",
    "signals",
}
PAGES_LIVE_IN = {"desk", "fhir"}
MOST_LINES = 400
# Hosts of package registries, in halves so that this file does not name one.
REGISTRIES = [
    "py" + "pi.org",
    "python" + "hosted.org",
    "npm" + "js.org",
    "npm" + "js.com",
    "deb.deb" + "ian.org",
]
MACHINE_PATHS = [f"/{top}/" for top in ("work/main", "work/shared", "tmp", "farm", "root", "opt/pypi", "opt/wheels")]


def text_files() -> list[tuple[Path, str]]:
    found = []
    for path in tracked_files():
        data = path.read_bytes()
        if b"\0" not in data:
            found.append((path, data.decode("utf-8", errors="replace")))
    return found


def test_no_file_is_called_utils() -> None:
    parts = {shown(path): {*path.relative_to(PACKAGE).with_suffix("").parts} for path in product_files()}
    assert [name for name, found in parts.items() if found & REFUSED_NAMES] == []


def test_only_page_rooms_have_views_and_urls() -> None:
    found = {path.relative_to(PACKAGE).parts[0] for name in ("views", "urls") for path in PACKAGE.rglob(f"{name}.py")}
    assert found - PAGES_LIVE_IN - {"config"} == set()


def test_every_room_keeps_its_tests_in_a_package() -> None:
    folders = [path for path in PACKAGE.rglob("tests") if path.is_dir() and any(path.glob("test_*.py"))]
    assert [shown(folder) for folder in folders if not (folder / "__init__.py").exists()] == []


def test_no_file_is_too_long() -> None:
    lengths = {shown(path): len(path.read_text(encoding="utf-8").splitlines()) for path in product_files()}
    assert {name: lines for name, lines in lengths.items() if lines > MOST_LINES} == {}


def test_functions_are_short() -> None:
    lengths = [
        (node.end_lineno or node.lineno) - node.lineno + 1
        for path in product_files()
        for node in ast.walk(tree(path))
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef)
    ]
    assert statistics.median(lengths) <= 10


def test_the_tree_names_no_registry_and_no_machine() -> None:
    here = [str(ROOT), *([os.path.expanduser("~")] if len(os.path.expanduser("~")) > len("/root") else [])]
    pattern = re.compile(
        "|".join(map(re.escape, [*REGISTRIES, *here]))
        + "|"
        + "|".join(rf"(?<![\w.-]){re.escape(path)}" for path in MACHINE_PATHS)
    )
    found = [
        f"{shown(path)}: {match.group()}"
        for path, text in text_files()
        if path != Path(__file__).resolve()
        for match in pattern.finditer(text)
    ]
    assert found == []


def test_locks_hold_hashes_and_no_address() -> None:
    locks = sorted((ROOT / "requirements").glob("*.txt"))
    assert {path.stem for path in locks} == {"base", "build", "dev", "bench", "cluster"}
    for path in locks:
        text = path.read_text(encoding="utf-8")
        assert not re.search(r"https?://|file:|--(extra-)?index-url|--find-links", text), shown(path)
        pins = re.split(r"\n(?=\w)", text)[1:]
        assert pins
        assert [pin for pin in pins if "==" not in pin or "--hash=sha256:" not in pin] == []
