"""Files on pages: a field that takes one in, and the answers that hand one out."""

from collections.abc import Iterable, Sequence
from typing import Any

from django import forms
from django.core.files.uploadedfile import UploadedFile
from django.http import HttpResponse
from django.utils.http import content_disposition_header

from narvard.core.models import StoredFile
from narvard.core.spreadsheets import CSV, csv_of
from narvard.core.uploads import ACCEPTED, EXTENSIONS, CleanFile, UploadRefused, read_upload


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
    return _named(content, media_type, name, saved=True)


def inline(content: str | bytes, media_type: str, name: str) -> HttpResponse:
    """Something that the browser may show as it is, under a name if it is saved."""
    return _named(content, media_type, name, saved=False)


def _named(content: str | bytes, media_type: str, name: str, *, saved: bool) -> HttpResponse:
    answer = HttpResponse(content, content_type=media_type)
    answer.headers["Content-Disposition"] = content_disposition_header(saved, name) or "attachment"
    return answer


def csv_attachment(rows: Iterable[Sequence[object]], name: str) -> HttpResponse:
    """Rows as a spreadsheet reads them, to save under a name."""
    return attachment(csv_of(rows), CSV, name)
