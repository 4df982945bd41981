"""The lock files hold what ``pyproject.toml`` asks for."""

import tomllib
from pathlib import Path

import pytest
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

from tests.architecture.source import ROOT

PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
WANTED = {
    "base": PROJECT["project"]["dependencies"],
    "build": PROJECT["dependency-groups"]["build"],
    "dev": [*PROJECT["project"]["dependencies"], *PROJECT["dependency-groups"]["dev"]],
    "bench": [*PROJECT["project"]["dependencies"], *PROJECT["project"]["optional-dependencies"]["bench"]],
    "cluster": [*PROJECT["project"]["dependencies"], *PROJECT["project"]["optional-dependencies"]["cluster"]],
}


def pins(path: Path) -> dict[str, set[str]]:
    """Name and the versions pinned for it (several where they differ by platform or Python)."""
    found: dict[str, set[str]] = {}
    for line in path.read_text(encoding="utf-8").splitlines():
        if line and not line.startswith(("#", " ")):
            requirement = Requirement(line.rstrip("\\ "))
            versions = {specifier.version for specifier in requirement.specifier}
            found.setdefault(canonicalize_name(requirement.name), set()).update(versions)
    return found


@pytest.mark.parametrize("lock", WANTED)
def test_the_lock_holds_what_the_project_asks_for(lock: str) -> None:
    pinned = pins(ROOT / "requirements" / f"{lock}.txt")
    wanted = [Requirement(text) for text in WANTED[lock]]
    stale = [
        str(requirement)
        for requirement in wanted
        if not any(requirement.specifier.contains(v) for v in pinned.get(canonicalize_name(requirement.name), ()))
    ]
    assert stale == [], "run `make lock`"


def test_the_locks_agree() -> None:
    base = pins(ROOT / "requirements" / "base.txt")
    for other in ("dev", "bench", "cluster"):
        assert base.items() <= pins(ROOT / "requirements" / f"{other}.txt").items()
