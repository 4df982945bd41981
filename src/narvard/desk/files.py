"""Files on pages: a field that takes one in, and the answer that hands one out."""

from typing import Any

from django import forms
from django.core.files.uploadedfile import UploadedFile
from django.http import HttpResponse
from django.utils.http import content_disposition_header

from narvard.core.models import StoredFile
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
    answer = HttpResponse(bytes(row.content), content_type=row.media_type)
    filename = f"{name}.{EXTENSIONS[row.media_type]}"
    answer.headers["Content-Disposition"] = content_disposition_header(True, filename) or "attachment"
    answer.headers["X-Content-Type-Options"] = "nosniff"
    answer.headers["Content-Security-Policy"] = "default-src 'none'; sandbox"
    return answer
