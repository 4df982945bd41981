"""A request id for every request, its language, and what a page may ask of the browser."""

import uuid
from collections.abc import Callable

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import translation

from narvard.core.audit import request_id


class RequestIdMiddleware:
    """Gives each request an id of ours (one sent by the client is never trusted)."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """Set the id while the request runs."""
        token = request_id.set(str(uuid.uuid4()))
        try:
            response = self.get_response(request)
            response["X-Request-Id"] = request_id.get()
            return response
        finally:
            request_id.reset(token)


class LanguageMiddleware:
    """Swedish first, whatever the browser says; another language only when the reader has chosen it."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """Use the language of the cookie that the switch in the page sets."""
        chosen = request.COOKIES.get(settings.LANGUAGE_COOKIE_NAME, "")
        language = chosen if chosen in dict(settings.LANGUAGES) else settings.LANGUAGE_CODE
        request.LANGUAGE_CODE = language
        with translation.override(language):
            response = self.get_response(request)
        response.headers.setdefault("Content-Language", language)
        return response


# Powers of the browser that no page of ours uses; copying to one's own journal is the one that is.
PERMISSIONS = ", ".join(
    [
        *(
            f"{power}=()"
            for power in (
                "accelerometer",
                "autoplay",
                "camera",
                "display-capture",
                "encrypted-media",
                "fullscreen",
                "geolocation",
                "gyroscope",
                "magnetometer",
                "microphone",
                "midi",
                "payment",
                "publickey-credentials-get",
                "screen-wake-lock",
                "usb",
                "web-share",
                "xr-spatial-tracking",
            )
        ),
        "clipboard-write=(self)",
    ]
)


class BrowserPolicyMiddleware:
    """Says on every answer, static files too, which powers its page has and that other sites may not embed it."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """Add the headers that Django's own middleware leaves out."""
        response = self.get_response(request)
        response.headers["Permissions-Policy"] = PERMISSIONS
        response.headers["Cross-Origin-Resource-Policy"] = "same-origin"
        return response


class RequestSizeMiddleware:
    """Refuses a request that is larger than any form needs, before its body is read.

    WSGI servers hand over no more than the length that the request states, so the stated length is the whole of it.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """Answer 413 when the stated length is over the limit."""
        stated = request.META.get("CONTENT_LENGTH") or "0"
        if stated.isdecimal() and int(stated) > settings.NARVARD_REQUEST_BYTES:
            return render(request, "413.html", {"most": settings.NARVARD_UPLOAD_MB}, status=413)
        return self.get_response(request)
