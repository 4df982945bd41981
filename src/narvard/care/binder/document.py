"""The binder as a PDF: our template, set by Typst; the same content and size give the same bytes."""

from base64 import b64encode
from dataclasses import asdict
from datetime import datetime
from io import BytesIO

from django.utils import timezone
from django.utils.formats import date_format
from PIL import Image

from narvard.care.binder.models import Binder, BinderPicture
from narvard.core.typeset import as_pdf

# The longer side of a picture in the file, in pixels: sharp on half a page.
ON_PAPER = 1400


def pdf_of(binder: Binder, *, large: bool = False) -> bytes:
    """The version as a PDF (A4); ``large`` sets it in large type."""
    data = {
        **binder.content,
        "pictures": _with_files(binder),
        "number": binder.number,
        "made": date_format(timezone.localtime(binder.made_at), "j F Y H:i"),
        "by": f"{binder.made_by.staff.name}, {binder.made_by.unit.name}",
        "large": large,
    }
    return set_type("binder.typ", data, binder.made_at)


def _with_files(binder: Binder) -> list[dict[str, str]]:
    """The pictures with their files, in memory only; one that has been removed since is left empty."""
    said = binder.content.get("pictures", [])
    rows = BinderPicture.objects.filter(pk__in=[row["id"] for row in said], removed_at=None)
    files = {str(row.pk): _drawing(bytes(row.content)) for row in rows}
    return [{**row, "file": files.get(row["id"], "")} for row in said]


def _drawing(photo: bytes) -> str:
    """The photo, small enough for paper, inside a drawing: words are all that can be handed to Typst in memory."""
    with Image.open(BytesIO(photo), formats=["JPEG"]) as sent:
        sent.draft("RGB", (ON_PAPER, ON_PAPER))
        picture = sent.convert("RGB")
    picture.thumbnail((ON_PAPER, ON_PAPER))
    kept = BytesIO()
    picture.save(kept, "JPEG", quality=85)
    wide, high, coded = picture.width, picture.height, b64encode(kept.getvalue()).decode()
    return (
        '<svg xmlns="http://www.w3.org/2000/svg" xmlns:xlink="http://www.w3.org/1999/xlink" '
        f'viewBox="0 0 {wide} {high}">'
        f'<image width="{wide}" height="{high}" xlink:href="data:image/jpeg;base64,{coded}"/></svg>'
    )


def set_type(name: str, data: dict[str, object], at: datetime) -> bytes:
    """The template of that name filled with ``data``."""
    return as_pdf("narvard.care.binder", name, data, at, default=asdict)
