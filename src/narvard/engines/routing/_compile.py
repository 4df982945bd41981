"""The decorator that compiles a kernel, and where compiled kernels are kept between runs."""

import hashlib
import os
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numba

SOURCES = (
    "_layout.py",
    "_journal.py",
    "_routes.py",
    "_pricing.py",
    "_timing.py",
    "_trial.py",
    "_plan.py",
    "_spots.py",
    "_moves.py",
    "_ruin.py",
    "_state.py",
    "_repair.py",
    "_insert.py",
    "_search.py",
)
"""Kernels call each other across these files, so a change in one makes all compiled code stale."""

_OPTIONS: dict[str, Any] = {"cache": True, "error_model": "numpy", "_nrt": False}
"""Kernels allocate nothing, so they run without reference counts: several times faster over many arrays."""


def _digest() -> str:
    """A name for this state of the sources."""
    here = Path(__file__).parent
    digest = hashlib.sha256(numba.__version__.encode())
    for name in SOURCES:
        digest.update((here / name).read_bytes())
    return digest.hexdigest()[:16]


def cache_place() -> Path:
    """The directory for compiled kernels of this state of the sources.

    `NUMBA_CACHE_DIR` wins; else beside the sources, or in the user's cache directory where those are
    read-only.
    """
    here = Path(__file__).parent
    if given := os.environ.get("NUMBA_CACHE_DIR"):
        base = Path(given)
    elif os.access(here, os.W_OK):
        base = here / "__pycache__"
    else:
        base = Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache") / "narvard"
    return base / f"routing-{_digest()}"


PLACE = cache_place()


def compiled_before() -> bool:
    """Whether the search kernel is already on disk, so that the first plan need not wait for the compiler."""
    return any(PLACE.rglob("_search.anneal-*.nbi"))


def _compiled(function: Callable[..., Any], options: dict[str, Any]) -> Any:
    settings: Any = numba.config
    kept = settings.CACHE_DIR
    settings.CACHE_DIR = str(PLACE)
    try:
        return numba.njit(**options)(function)
    finally:
        settings.CACHE_DIR = kept


def door(function: Callable[..., Any]) -> Any:
    """Compile a function that Python calls, and keep it on disk. With NUMBA_DISABLE_JIT it stays plain Python."""
    return _compiled(function, _OPTIONS)


def kernel(function: Callable[..., Any]) -> Any:
    """Compile a function that only other kernels call: it gets no entrance from Python, which halves the work."""
    return _compiled(function, _OPTIONS | {"no_cpython_wrapper": True, "no_cfunc_wrapper": True})


def piece(function: Callable[..., Any]) -> Any:
    """Compile a piece of a kernel, laid into each that calls it: short functions at no price."""
    return _compiled(function, _OPTIONS | {"no_cpython_wrapper": True, "no_cfunc_wrapper": True, "forceinline": True})
