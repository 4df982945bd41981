"""Files on pages: a field that takes one in, and the answers that hand one out."""

import csv
from collections.abc import Iterable, Sequence
from io import StringIO
from typing import Any

from django import forms
from django.core.files.uploadedfile import UploadedFile
from django.http import HttpResponse
from django.utils.http import content_disposition_header

from narvard.core.models import StoredFile
from narvard.core.spreadsheets import safe_cell
from narvard.core.uploads import ACCEPTED, EXTENSIONS, CleanFile, UploadRefused, read_upload

CSV = "text/csv; charset=utf-8"
# Excel reads Swedish letters only when the file begins with it.
MARK = "\ufeff"


class UploadField(forms.FileField):
    """A photo or a PDF; its cleaned value is a :class:`CleanFile`, or None when nothing was sent."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(widget=forms.FileInput(attrs={"accept": ",".join(ACCEPTED)}), allow_empty_file=True, **kwargs)

    def clean(self, data: Any, initial: Any = None) -> CleanFile | None:
        """The file checked and made harmless; what is wrong is said beside the field."""
        sent: UploadedFile[bytes] | None = super().clean(data, initial)
        if not sent:
            return None
        try:
            return read_upload(sent)
        except UploadRefused as error:
            raise forms.ValidationError(str(error)) from None


def download(row: StoredFile, name: str) -> HttpResponse:
    """The file as a download under a name of ours; a browser never shows it as a page of this site."""
    answer = attachment(bytes(row.content), row.media_type, f"{name}.{EXTENSIONS[row.media_type]}")
    answer.headers["X-Content-Type-Options"] = "nosniff"
    answer.headers["Content-Security-Policy"] = "default-src 'none'; sandbox"
    return answer


def attachment(content: str | bytes, media_type: str, name: str) -> HttpResponse:
    """Something to save under a name, not to be shown as a page."""
    answer = HttpResponse(content, content_type=media_type)
    answer.headers["Content-Disposition"] = content_disposition_header(True, name) or "attachment"
    return answer


def csv_attachment(rows: Iterable[Sequence[object]], name: str) -> HttpResponse:
    """Rows as Swedish spreadsheets read them: semicolons, decimal commas, and no text that becomes a formula."""
    return attachment(as_csv(rows), CSV, name)


def as_csv(rows: Iterable[Sequence[object]]) -> str:
    """The rows as a file: see :func:`csv_attachment`."""
    kept = StringIO()
    csv.writer(kept, delimiter=";").writerows([[_cell(cell) for cell in row] for row in rows])
    return MARK + kept.getvalue()


def _cell(cell: object) -> object:
    if isinstance(cell, float):
        return f"{cell:.6g}".replace(".", ",")
    return "" if cell is None else safe_cell(cell)
