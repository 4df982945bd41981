"""Pages as PDF: a room's own template, set by Typst."""

import json
from collections.abc import Callable, Mapping
from datetime import datetime
from importlib import resources
from typing import Any

import typst


def as_pdf(
    package: str, template: str, data: Mapping[str, Any], at: datetime, default: Callable[[Any], Any] | None = None
) -> bytes:
    """The template in ``package`` filled with ``data`` (JSON; ``default`` turns the rest into it), dated ``at``.

    Only the fonts that come with Typst are used, so it looks alike everywhere: the same gives the same bytes.
    """
    made = typst.compile(
        (resources.files(package) / template).read_bytes(),
        format="pdf",
        ignore_system_fonts=True,
        sys_inputs={"data": json.dumps(data, ensure_ascii=False, default=default)},
        timestamp=int(at.timestamp()),
    )
    if not isinstance(made, bytes):
        raise TypeError("Typst gave pages instead of one document")
    return made
