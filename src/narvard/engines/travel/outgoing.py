"""The one door for calls out of the system: to the address that was configured and nowhere else.

What is asked for holds coordinates of people's homes, so an answer may not send us on to another host, keep us
waiting, or fill the memory; and an error names the host alone, never what was asked.
"""

import time
from http.client import HTTPException, HTTPMessage
from typing import IO
from urllib.error import HTTPError, URLError
from urllib.parse import urlsplit
from urllib.request import HTTPRedirectHandler, HTTPSHandler, OpenerDirector, Request, build_opener

from narvard.engines.travel.errors import RouterError

MOST_BYTES = 64 * 1024 * 1024
_CHUNK = 64 * 1024


class _NoRedirect(HTTPRedirectHandler):
    """Follows nothing: a router that has moved is set anew by a person."""

    def redirect_request(
        self, req: Request, fp: IO[bytes], code: int, msg: str, headers: HTTPMessage, newurl: str
    ) -> None:
        """Give no request to go on with, so the answer becomes an error."""
        return


def _opener() -> OpenerDirector:
    return build_opener(_NoRedirect, HTTPSHandler)


def fetch(url: str, body: bytes | None, timeout: float, most: int = MOST_BYTES) -> bytes:
    """GET `url`, or POST `body` as JSON: the whole answer within `timeout` seconds and `most` bytes.

    Raises `RouterError` on any failure, a redirect among them.
    """
    parts = urlsplit(url)
    if parts.scheme not in {"http", "https"}:
        raise RouterError("router: only http and https")
    headers = {"Content-Type": "application/json"} if body else {}
    ends = time.monotonic() + timeout
    try:
        with _opener().open(Request(url, data=body, headers=headers), timeout=timeout) as answer:  # noqa: S310
            return _read(answer, ends, most, parts.netloc)
    except HTTPError as error:
        error.close()
        raise RouterError(f"router {parts.netloc}: answered {error.code}") from None
    except (URLError, OSError, HTTPException) as error:
        raise RouterError(f"router {parts.netloc}: {getattr(error, 'reason', None) or type(error).__name__}") from None


def _read(answer: IO[bytes], ends: float, most: int, host: str) -> bytes:
    """The body, piece by piece: a socket's own time limit starts over with each byte that drips in."""
    pieces, size = [], 0
    while piece := answer.read1(_CHUNK):  # type: ignore[attr-defined]
        size += len(piece)
        if size > most:
            raise RouterError(f"router {host}: the answer is larger than {most} bytes")
        if time.monotonic() > ends:
            raise RouterError(f"router {host}: the answer took too long")
        pieces.append(piece)
    return b"".join(pieces)
