"""The decorators that compile a kernel, and where compiled kernels are kept between runs."""

import hashlib
import os
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numba

SOURCES = tuple(
    f"_{name}.py" for name in ("layout", "random", "queues", "roads", "cars", "foresee", "requests", "people", "loop")
)
"""Kernels call each other across these files, so a change in one makes all compiled code stale."""

_OPTIONS: dict[str, Any] = {"cache": True, "error_model": "numpy", "_nrt": False}
"""Kernels allocate nothing, so they run without reference counts."""
_INSIDE = {"no_cpython_wrapper": True, "no_cfunc_wrapper": True, "forceinline": True}


def _digest() -> str:
    """A name for this state of the sources."""
    here = Path(__file__).parent
    digest = hashlib.sha256(numba.__version__.encode())
    for name in SOURCES:
        digest.update((here / name).read_bytes())
    return digest.hexdigest()[:16]


def cache_place() -> Path:
    """The directory for compiled kernels: `NUMBA_CACHE_DIR`, else beside the sources, else the user's cache."""
    here = Path(__file__).parent
    if given := os.environ.get("NUMBA_CACHE_DIR"):
        base = Path(given)
    elif os.access(here, os.W_OK):
        base = here / "__pycache__"
    else:
        base = Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache") / "narvard"
    return base / f"simulation-{_digest()}"


PLACE = cache_place()


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
    """Compile a function that only other kernels call: it gets no entrance from Python, and is always put into its
    callers, because handing over all the arrays of a run costs more than most calls do."""
    return _compiled(function, _OPTIONS | _INSIDE)
