"""Files that people send in: told apart by their content, made harmless, kept in the database.

A photo is decoded and encoded again, so that nothing of the sent file is left but its picture: no place, camera,
comment or hidden tail. A PDF is kept as it came and only ever leaves as a download. The file's own name is never
kept: people name files after patients.

A room keeps its files in a table of its own that extends :class:`narvard.core.models.StoredFile`: in the database
they are written in the act's transaction, follow the backup, and are the same for every web process.
"""

import hashlib
from dataclasses import dataclass
from io import BytesIO

import puremagic
from django.conf import settings
from django.core.files.uploadedfile import UploadedFile
from django.utils.translation import gettext as _
from PIL import Image, ImageOps, UnidentifiedImageError

from narvard.core.errors import Refused

PDF, PHOTO = "application/pdf", "image/jpeg"
# What may be sent, by content, and the decoder that may open it. Browsers turn other photos into JPEG by themselves.
_DECODERS = {"image/jpeg": "JPEG", "image/png": "PNG", "image/webp": "WEBP"}
ACCEPTED = (*_DECODERS, PDF)
EXTENSIONS = {PHOTO: "jpg", PDF: "pdf"}
# A small file may unpack to a huge picture; a phone's largest photo has 48 million pixels.
MOST_PIXELS = 50_000_000
# The longer side of a kept photo, in pixels: enough to read a label on it.
LONGEST_SIDE = 2560
# A table of every municipality is far smaller, in bytes.
MOST_TEXT = 1024 * 1024
_QUALITY = 85
_BROKEN = (UnidentifiedImageError, Image.DecompressionBombError, OSError, SyntaxError, ValueError)


class UploadRefused(Refused):
    """The file is too large, of another kind, or cannot be read."""


@dataclass(frozen=True)
class CleanFile:
    """A file that may be kept: its bytes and its media type (``image/jpeg`` or ``application/pdf``)."""

    content: bytes
    media_type: str

    @property
    def sha256(self) -> str:
        """The fingerprint of the bytes, in hexadecimal."""
        return hashlib.sha256(self.content).hexdigest()


def largest_file() -> int:
    """The most bytes that one file may have."""
    return int(settings.NARVARD_UPLOAD_MB) * 1024 * 1024


def read_upload(file: "UploadedFile[bytes]") -> CleanFile:
    """The sent file, checked and made harmless; raises :class:`UploadRefused` with what to do instead."""
    if (file.size or 0) > largest_file():
        words = {"most": settings.NARVARD_UPLOAD_MB}
        raise UploadRefused(_("Filen är för stor. Den får vara högst %(most)s MB.") % words)
    return clean(file.read())


def clean(data: bytes) -> CleanFile:
    """The bytes as they may be kept; raises :class:`UploadRefused`."""
    kind = sniff(data)
    if kind == PDF:
        return CleanFile(data, PDF)
    return CleanFile(_redrawn(data, _DECODERS[kind]), PHOTO)


def read_text(file: "UploadedFile[bytes]") -> str:
    """The text of a sent table (CSV), in UTF-8 or as Excel writes it; raises :class:`UploadRefused`.

    Nothing of it is kept here: the caller reads it and says what is wrong in it.
    """
    if (file.size or 0) > MOST_TEXT:
        raise UploadRefused(_("Filen är för stor för att vara en tabell."))
    data: bytes = file.read()
    if b"\0" in data:
        raise UploadRefused(_("Filen är ingen text. Spara tabellen som CSV och skicka den."))
    try:
        return data.decode("utf-8-sig")
    except UnicodeDecodeError:
        # Excel in Swedish writes Windows' own letters; every byte but five has one.
        return data.decode("cp1252", errors="replace")


def sniff(data: bytes) -> str:
    """The media type by content, whatever the file is called; raises :class:`UploadRefused` when it is not accepted."""
    try:
        found = [match.mime_type for match in puremagic.magic_string(data)]
    except (puremagic.PureError, ValueError):
        found = []
    kind = found[0] if found else ""
    if kind not in ACCEPTED:
        raise UploadRefused(_("Filen går inte att ta emot. Skicka ett foto (JPEG, PNG eller WebP) eller en PDF."))
    return kind


def _redrawn(data: bytes, decoder: str) -> bytes:
    """The picture alone, upright, no larger than needed, as JPEG."""
    try:
        with Image.open(BytesIO(data), formats=[decoder]) as sent:
            if sent.width * sent.height > MOST_PIXELS:
                raise UploadRefused(_("Bilden har för många bildpunkter. Ta ett vanligt foto och skicka det."))
            sent.draft("RGB", (LONGEST_SIDE, LONGEST_SIDE))
            picture = _on_white(ImageOps.exif_transpose(sent))
    except _BROKEN:
        raise UploadRefused(_("Bilden går inte att läsa. Ta den igen eller spara den på nytt.")) from None
    picture.thumbnail((LONGEST_SIDE, LONGEST_SIDE))
    kept = BytesIO()
    picture.save(kept, "JPEG", quality=_QUALITY, optimize=True)
    return kept.getvalue()


def _on_white(picture: Image.Image) -> Image.Image:
    """The pixels without transparency, in a picture that knows nothing of the file they came from."""
    layer = picture.convert("RGBA")
    paper = Image.new("RGB", layer.size, "white")
    paper.paste(layer, mask=layer.getchannel("A"))
    return paper
