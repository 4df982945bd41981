"""The binder as a PDF: our template, set by Typst; the same content and size give the same bytes."""

import json
from datetime import datetime
from importlib import resources

import typst
from django.utils import timezone
from django.utils.formats import date_format

from narvard.care.binder.models import Binder


def pdf_of(binder: Binder, *, large: bool = False) -> bytes:
    """The version as a PDF (A4); ``large`` sets it in large type."""
    data = {
        **binder.content,
        "number": binder.number,
        "made": date_format(timezone.localtime(binder.made_at), "j F Y H:i"),
        "by": f"{binder.made_by.staff.name}, {binder.made_by.unit.name}",
        "large": large,
    }
    return set_type(data, binder.made_at)


def set_type(data: dict[str, object], at: datetime) -> bytes:
    """The template filled with ``data``. Only the fonts that come with Typst are used, so it looks alike everywhere."""
    template = (resources.files("narvard.care.binder") / "binder.typ").read_bytes()
    made = typst.compile(
        template,
        format="pdf",
        ignore_system_fonts=True,
        sys_inputs={"data": json.dumps(data, ensure_ascii=False)},
        timestamp=int(at.timestamp()),
    )
    if not isinstance(made, bytes):
        raise TypeError("Typst gave pages instead of one document")
    return made
