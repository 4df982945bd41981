"""What the measuring of every engine shares: the runs kept in one JSON file, and a section of docs/benchmarks.md.

Knows no engine: ``narvard bench`` and the modules that measure build on it.
"""

import json
import os
import platform
from pathlib import Path
from typing import Any


class KeptRunsError(ValueError):
    """The file of runs kept cannot be read."""


def machine() -> str:
    """What it ran on, in a few words."""
    model = platform.processor() or platform.machine()
    cpus = Path("/proc/cpuinfo")
    if cpus.is_file():
        names = [line for line in cpus.read_text(encoding="utf-8").splitlines() if line.startswith("model name")]
        model = names[0].split(":", 1)[1].strip() if names else model
    return f"{model}, {os.cpu_count()} cores, Python {platform.python_version()}"


def load(store: Path) -> dict[str, Any]:
    """The runs kept so far. Raises `KeptRunsError` when the file is broken."""
    if not store.exists():
        return {}
    try:
        content: dict[str, Any] = json.loads(store.read_text(encoding="utf-8"))
        return content
    except (OSError, ValueError) as error:
        raise KeptRunsError(f"{store}: cannot be read ({error})") from error


def save(store: Path, content: dict[str, Any]) -> None:
    """Write all runs, whole or not at all."""
    store.parent.mkdir(parents=True, exist_ok=True)
    draft = store.with_suffix(".part")
    draft.write_text(json.dumps(content, indent=1, sort_keys=True), encoding="utf-8")
    draft.replace(store)


def write_section(document: Path, engine: str, text: str) -> None:
    """Put an engine's section into docs/benchmarks.md, leaving the others' alone."""
    start, end = f"<!-- {engine}: begin -->", f"<!-- {engine}: end -->"
    old = document.read_text(encoding="utf-8") if document.exists() else "# Benchmarks\n"
    block = f"{start}\n{text}{end}"
    if start in old and end in old:
        new = old[: old.index(start)] + block + old[old.index(end) + len(end) :]
    else:
        new = old.rstrip("\n") + "\n\n" + block + "\n"
    document.parent.mkdir(parents=True, exist_ok=True)
    document.write_text(new, encoding="utf-8")
