"""A request id for every request, in the log and on the answer."""

import uuid
from collections.abc import Callable

from django.http import HttpRequest, HttpResponse

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
